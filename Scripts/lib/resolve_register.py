"""The register that is asked: its places as the service gives them, and which of them a text can tell apart."""

import collections
import http.client
import json
import math
import re
import urllib.parse


class Service:
    """A running registry, over one kept connection."""

    def __init__(self, url, key=None):
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=300)
        self.root, self.key = parts.path.rstrip("/"), key

    def ask(self, method, path, body=None, allowed=(200,)):
        headers = {"Accept": "application/json"}
        if self.key:
            headers["apikey"] = self.key
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
        self.connection.request(method, self.root + path, body=data, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in allowed:
            raise SystemExit(f"evaluate-resolve: {method} {path} answered {answer.status}: "
                             + content[:2000].decode(errors="replace"))
        return json.loads(content) if content else None

    def all(self, path, most=None):
        """The rows of a list, page after page."""
        rows = []
        while path and (most is None or len(rows) < most):
            answer = self.ask("GET", path)
            rows += answer["data"]
            following = answer["meta"]["next"]
            parts = urllib.parse.urlsplit(following or "")
            path = (parts.path[len(self.root):] + "?" + parts.query) if following else None
        return rows if most is None else rows[:most]


def fold(text):
    """Comparable: small letters, words and numbers only; Robert's and Roberts are one."""
    return " ".join(re.findall(r"[^\W_]+", re.sub("['’´`]", "", text.casefold())))


def number_of(address):
    """("Linnankatu", 9, 11) of "Linnankatu 9-11 B"; the numbers None where there is none."""
    match = re.match(r"\s*(.*?[^\W\d_].*?)\s+(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?(?![\d.])", address)
    if not match:
        return address.strip(), None, None
    first = int(match[2])
    last = int(match[3]) if match[3] else first
    return match[1].strip(), first, max(first, last)


class Place:
    """What of a place its text can tell."""

    def __init__(self, row):
        def texts(key):
            return {k: v for k, v in (row.get(key) or {}).items() if isinstance(v, str) and v.strip()}
        self.id = row["id"]
        self.names = texts("name")
        self.aliases = [entry["name"] for entry in row.get("alternate_names") or []]
        self.streets = texts("street_address")
        self.postal_code = row.get("postal_code")
        self.offices = texts("post_office") or texts("address_locality")
        municipality = row.get("municipality") or {}
        self.code = municipality.get("code")
        self.towns = {k: v for k, v in (municipality.get("name") or {}).items() if v}
        position = (row.get("position") or {}).get("coordinates")
        self.lon, self.lat = position[:2] if position else (None, None)
        self.folded_names = {fold(name) for name in [*self.names.values(), *self.aliases]} - {""}
        self.folded_streets = {fold(street) for street in self.streets.values()} - {""}
        self.numbers = [(fold(street), low, high) for street, low, high in map(number_of, self.streets.values()) if low]

    @property
    def name(self):
        return self.names.get("fi") or next(iter(self.names.values()))

    @property
    def street(self):
        return self.streets.get("fi") or next(iter(self.streets.values()), None)

    @property
    def town(self):
        return self.towns.get("fi") or next(iter(self.towns.values()), None)

    @property
    def office(self):
        return self.offices.get("fi") or next(iter(self.offices.values()), None)

    def metres_to(self, other):
        """Near enough for what is nearer than a kilometre; infinite without a position."""
        if self.lon is None or other.lon is None:
            return math.inf
        east = (self.lon - other.lon) * 111_320 * math.cos(math.radians(self.lat))
        return math.hypot(east, (self.lat - other.lat) * 111_320)

    def at_number(self, street, number):
        """Whether the place has this folded street and number, a range or a letter included."""
        return any(s == street and low <= number <= high for s, low, high in self.numbers)


class Register:
    """The places that are in the register, and those held out of it."""

    def __init__(self, rows):
        everything = [place for place in map(Place, rows) if place.names and place.folded_names]
        # Ids may be minted, hence new in each run: the order is by what is written.
        self.all = sorted(everything, key=lambda p: (fold(p.name), p.street or "", p.lon or 0, p.lat or 0, p.id))
        self.hold_out([])

    def hold_out(self, absent):
        gone = {place.id for place in absent}
        self.absent = absent
        self.present = [place for place in self.all if place.id not in gone]
        self.by_name = collections.defaultdict(list)
        self.by_words = collections.defaultdict(list)
        self.by_town = collections.defaultdict(list)
        for place in self.present:
            for name in sorted(place.folded_names):
                self.by_name[name].append(place)
            for words in sorted({words_of(name) for name in place.folded_names}):
                self.by_words[words].append(place)
            self.by_town[place.code].append(place)

    def equivalents(self, place):
        """The places that are the same as far as a text can tell: one name, one address or less than 100 m apart."""
        found = {place.id: place}
        for name in sorted(place.folded_names):
            for other in self.by_name[name]:
                same = other.code == place.code and other.folded_streets & place.folded_streets
                if same or other.metres_to(place) < 100:
                    found[other.id] = other
        return list(found.values())

    def at(self, street, number, code):
        """The places at a street (folded) and number of a municipality."""
        return [p for p in self.by_town[code] if p.at_number(street, number)]


def words_of(folded):
    """The words of a folded name in no order."""
    return " ".join(sorted(folded.split(" ")))


def distance(a, b, most):
    """Letters to change, leave out, put in or swap between two texts; `most` + 1 where there are more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before, row = None, list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
