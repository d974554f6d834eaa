"""What classes of queries are made with: a seeded Maker for each, and lines of text in the usual orders."""

import itertools
import random

from resolve_query import Query, Truth

CLASSES = {}


def about(kind):
    """Registers a class under its name; the first line of its docstring is what --list shows."""
    def wrap(function):
        CLASSES[kind] = function
        return function
    return wrap


class Maker:
    """What a class draws from."""

    def __init__(self, register, seed, kind, municipalities):
        self.register, self.kind = register, kind
        self.rng = random.Random(f"{seed}:{kind}")
        self.truth = Truth(register)
        self.municipalities = municipalities

    def places(self, fit=lambda place: True, among=None):
        """The places that fit, in an order of the seed's, again and again; None between the rounds, so that a class
        that finds nothing any more ends."""
        fitting = [p for p in (self.register.present if among is None else among) if fit(p)]
        while True:
            self.rng.shuffle(fitting)
            yield from fitting
            yield None

    def asked(self, place, text, name, street=None, words=False):
        """A line about a place that names these, with the truth about it; a postal code counts where it is in the
        line."""
        postal = bool(place.postal_code and place.postal_code in text)
        expect, right = self.truth.about(place, name, street, postal_code=postal, words=words)
        return self.query(expect, right, text)

    def query(self, expect, right, ask):
        return Query(self.kind, {"text": ask} if isinstance(ask, str) else ask, expect, right)


def line(maker, place, name, street, town=None, order=None, address_first=False):
    """Name, street and town as a line, in one of the usual orders."""
    rng = maker.rng
    town = town or place.town
    office = f"{place.postal_code} {place.office}" if place.postal_code and place.office else town
    order = order or rng.choice(("office", "office", "town", "town", "street first", "bare office"))
    if order == "bare office" and place.office:
        end = place.office
    else:
        end = office if order in ("office", "street first") else town
    if not street:
        return ", ".join(filter(None, (name, end)))
    if order == "street first" or address_first:
        return ", ".join(filter(None, (street, end, name)))
    return ", ".join(filter(None, (name, street, end)))


def make(register, seed, kind, limit, municipalities):
    """Up to `limit` different queries of a class, and the counts of the rules that they met."""
    maker = Maker(register, seed, kind, municipalities)
    made, seen, barren = [], set(), 0
    for query in itertools.islice(CLASSES[kind](maker), 40 * limit + 1000):
        if query is None:
            barren += 1
            # Rounds that bring nothing new: small registers have no more.
            if barren > 4 * len(register.all) + 100:
                break
            continue
        key = query.text
        if key in seen:
            barren += 1
            continue
        seen.add(key)
        made.append(query)
        barren = 0
        if len(made) == limit:
            break
    return made, maker.truth.affected
