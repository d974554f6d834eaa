"""The classes of queries whose place is in the register: how people write it, in Finnish and Swedish.

Each class is a generator that is given a Maker and tries one place after another, for ever; it yields a Query, or None
where the place lends itself to none. What it draws depends on the seed and its own name only, so that a class asked
alone is the same as among the others.
"""

import math
import re

import resolve_finnish as finnish
import resolve_noise as noise
from resolve_maker import CLASSES, about, line
from resolve_register import fold, number_of


def plainly(maker, place, change, kind_of_name=None):
    """A line about a place whose name and street `change` has changed, with the truth about it; None where nothing
    changed or the change blurs."""
    name, street = kind_of_name or place.name, place.street
    made_name, made_street = change(name, street or "")
    if (made_name, made_street) == (name, street or "") or maker.truth.blurred(place, name, made_name):
        return None
    return maker.asked(place, line(maker, place, made_name, made_street or None), name, street)


@about("clean")
def clean(maker):
    """name, street and number, postal code and post office or town, in the usual orders; what the place lacks is left
    out"""
    for place in maker.places():
        if place:
            yield maker.asked(place, line(maker, place, place.name, place.street), place.name, place.street)
        else:
            yield None


def changed(kind, summary):
    """A class that changes name and street of an otherwise clean line."""
    def wrap(change):
        def generate(maker):
            for place in maker.places():
                yield plainly(maker, place, lambda n, s: change(maker.rng, n, s)) if place else None
        generate.__doc__ = summary
        CLASSES[kind] = generate
        return change
    return wrap


@changed("typo", "one slip of the fingers in the name or the street, never in digits")
def one_typo(rng, name, street):
    if street and rng.random() < 0.35 and noise.letters(street):
        return name, noise.typo(rng, street)
    return noise.typo(rng, name), street


@changed("typos", "two slips of the fingers in name and street, or in a name of at least ten letters")
def two_typos(rng, name, street):
    if street and noise.letters(street) and (len(name) < 10 or rng.random() < 0.5):
        return noise.typo(rng, name), noise.typo(rng, street)
    return (noise.typo(rng, noise.typo(rng, name)), street) if len(name) >= 10 else (name, street)


@about("abbreviations")
def abbreviations(maker):
    """katu → k., gatan → g., Pyhän Henrikin → P. Henrikin, ravintola → rav., now and then Helsinki → Hki"""
    def change(name, street):
        made = noise.short_name(maker.rng, name) if maker.rng.random() < 0.5 else name
        return made, noise.short_street(maker.rng, street) if street else street
    for place in maker.places():
        query = place and plainly(maker, place, change)
        if query and place.town in noise.TOWN_SHORT and maker.rng.random() < 0.1:
            query.ask["text"] = query.text.replace(place.town, noise.TOWN_SHORT[place.town])
        yield query


@about("case")
def case(maker):
    """the whole line in capitals, in small letters or With A Capital Each"""
    for query in clean(maker):
        if query:
            made = noise.case(maker.rng, query.text)
            query.ask["text"] = made
        yield query


@about("diacritics")
def diacritics(maker):
    """ä → a, ö → o, å → a, é → e in the whole line"""
    def dotted(text):
        return noise.plain(text) != text
    for place in maker.places(lambda p: dotted(p.name) or dotted(p.street or "")):
        if not place or maker.truth.blurred(place, place.name, noise.plain(place.name)):
            yield None
            continue
        text = noise.plain(line(maker, place, place.name, place.street))
        yield maker.asked(place, text, place.name, place.street)


@about("word order")
def word_order(maker):
    """the segments of the line shuffled, half the time two words of the name too"""
    for place in maker.places(lambda p: p.street):
        if not place:
            yield None
            continue
        name = noise.shuffled_words(maker.rng, place.name) if maker.rng.random() < 0.5 else place.name
        segments = line(maker, place, name, place.street).split(", ")
        maker.rng.shuffle(segments)
        yield maker.asked(place, ", ".join(segments), place.name, place.street, words=True)


@about("rooms")
def rooms(maker):
    """a room or floor within the place, after its name or at the end"""
    for place in maker.places():
        if not place:
            yield None
            continue
        room, joined = noise.room(maker.rng)
        if maker.register.by_name[fold(f"{place.name} {room}")]:
            maker.truth.affected["taken"] += 1
            yield None
            continue
        if maker.rng.random() < 0.75 or not place.street:
            text = line(maker, place, f"{place.name}{' ' if joined else ', '}{room}", place.street)
        else:
            text = line(maker, place, place.name, place.street) + ", " + room
        yield maker.asked(place, text, place.name, place.street)


@about("inflection")
def inflection(maker):
    """Kupittaan maauimalassa, Blombergin aukio 12, Turku; Kupittaan maauimalassa Turussa"""
    for place in maker.places(lambda p: "fi" in p.names and p.towns.get("fi")):
        if not place:
            yield None
            continue
        name = finnish.in_place(place.name)
        if name == place.name or maker.truth.blurred(place, place.name, name):
            yield None
            continue
        if place.street and maker.rng.random() < 0.6:
            town = finnish.in_town(place.town) if maker.rng.random() < 0.4 else place.town
            yield maker.asked(place, f"{name}, {place.street}, {town}", place.name, place.street)
        else:
            yield maker.asked(place, f"{name} {finnish.in_town(place.town)}", place.name)


@about("alias")
def alias(maker):
    """another or former name of the place, or its English one, with the address it has"""
    for place in maker.places(lambda p: p.aliases or p.names.get("en")):
        if place:
            name = maker.rng.choice(place.aliases + [text for key, text in place.names.items() if key == "en"])
            yield maker.asked(place, line(maker, place, name, place.street), name, place.street)
        else:
            yield None


@about("Swedish")
def swedish(maker):
    """name, street and town in Swedish, as far as the register has them"""
    for place in maker.places(lambda p: ("sv" in p.streets or "sv" in p.names) and p.towns.get("sv")):
        if not place:
            yield None
            continue
        name, street = place.names.get("sv") or place.name, place.streets.get("sv") or place.street
        town = place.towns["sv"]
        office = place.offices.get("sv")
        end = f"{place.postal_code} {office}" if office and place.postal_code and maker.rng.random() < 0.5 else town
        yield maker.asked(place, ", ".join(filter(None, (name, street, end))), name, street)


@about("name and town")
def name_and_town(maker):
    """the name and the town, without an address"""
    towns = {fold(name) for municipality in maker.municipalities for name in municipality["name"].values()}
    for place in maker.places(lambda p: p.town and fold(p.name) not in towns):
        if not place:
            yield None
            continue
        form = maker.rng.choice(("{0}, {1}", "{0}, {1}", "{1}, {0}", "{0} {1}", "{0} ({1})", "{1}: {0}"))
        yield maker.asked(place, form.format(place.name, place.town), place.name)


@about("address only")
def address_only(maker):
    """street and number and town, without a name: the only place there, or "ambiguous" with one of them among the first
    five"""
    for place in maker.places(lambda p: number_of(p.street or "")[1]):
        if not place:
            yield None
            continue
        street, number, last = number_of(place.street)
        text = line(maker, place, None, place.street)
        # Those at exactly this address; those of them that the postal code leaves; those at the number in any way.
        exact = [p for p in maker.register.by_town[place.code] if fold(place.street) in p.folded_streets]
        told = place.postal_code and place.postal_code in text
        left = [p for p in exact if not told or p.postal_code in (None, place.postal_code)]
        around = {p.id for n in range(number, min(last, number + 50) + 1)
                  for p in maker.register.at(fold(street), n, place.code)} | {p.id for p in exact}
        twins = {p.id for p in maker.register.equivalents(place)}
        if any(p.id not in twins for p in left):
            maker.truth.affected["namesakes"] += 1
            expect, right = "ambiguous", [p.id for p in left]
        elif around - twins:
            maker.truth.affected["sub-address"] += 1
            expect, right = "either", [p.id for p in left]
        else:
            expect, right = "match" if len(twins & around) == 1 else "either", sorted(twins)
        yield maker.query(expect, right, text)


@about("fields")
def fields(maker):
    """name, street_address, postal_code, post_office, municipality, lat and lon (up to 150 m off) as fields, some left
    out; one municipality in thirty is wrong"""
    for place in maker.places(lambda p: p.town):
        if not place:
            yield None
            continue
        rng, ask = maker.rng, {"name": place.name}
        if place.street and rng.random() < 0.8:
            ask["street_address"] = place.street
        if place.postal_code and rng.random() < 0.7:
            ask["postal_code"] = place.postal_code
        if place.office and rng.random() < 0.4:
            ask["post_office"] = place.office
        if rng.random() < 0.7 or len(ask) == 1:
            ask["municipality"] = rng.choice((place.town, place.code))
        if place.lon is not None and rng.random() < 0.7:
            angle, metres = rng.uniform(0, 2 * math.pi), rng.uniform(0, 150)
            ask["lat"] = round(place.lat + metres * math.sin(angle) / 111_320, 6)
            ask["lon"] = round(place.lon + metres * math.cos(angle) / 111_320 / math.cos(math.radians(place.lat)), 6)
        expect, right = maker.truth.about(
            place, place.name, ask.get("street_address"), town="municipality" in ask or "post_office" in ask,
            postal_code="postal_code" in ask, near="lat" in ask)
        if "municipality" in ask and "lat" in ask and rng.random() < 1 / 20:
            other = rng.choice(maker.municipalities)
            if other["code"] != place.code:
                ask["municipality"] = rng.choice((other["code"], other["name"]["fi"]))
                expect = "either" if expect == "match" else expect
        yield maker.query(expect, right, ask)


@about("wrong number")
def wrong_number(maker):
    """the right name and street with a number that is off by a little"""
    for place in maker.places(lambda p: number_of(p.street or "")[1]):
        if not place:
            yield None
            continue
        made = misnumbered(maker, place)
        if not made or len(maker.register.by_name[fold(place.name)]) > len(maker.register.equivalents(place)):
            yield None
            continue
        yield maker.asked(place, line(maker, place, place.name, made), place.name)


def misnumbered(maker, place):
    """The place's street with another number a little off at which the register has nothing."""
    street, number, last = number_of(place.street)
    options = [n for n in (number - 4, number - 2, last + 2, last + 4, last + 6) if n > 0]
    made = maker.rng.choice(options)
    if maker.register.at(fold(street), made, place.code):
        maker.truth.affected["taken"] += 1
        return None
    return f"{street} {made}"


@about("no number's place")
def nobodys_number(maker):
    """a street of the register with a number at which it has nothing, without a name: no match"""
    for place in maker.places(lambda p: number_of(p.street or "")[1]):
        made = place and misnumbered(maker, place)
        if made and any(maker.register.by_name[fold(part)] for part in re.split("[,/]", number_of(made)[0])):
            maker.truth.affected["taken"] += 1
            made = None
        yield maker.query("no match", [], line(maker, place, None, made)) if made else None
