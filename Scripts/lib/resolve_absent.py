"""The classes of queries of which no single venue of the register is the answer: absent places, neighbours, chains, and
the built-in places of municipalities, of what is online and of what is in various places."""

import collections

import resolve_finnish as finnish
import resolve_noise as noise
from resolve_maker import about, line
from resolve_register import fold

# Kinds of places by what people would take for another: a swimming pool is no ice rink, whoever its address has.
KINDS = (("uimahalli", "maauimala", "uimaranta", "uimala"), ("jäähalli", "jäästadion", "luistelurata"),
         ("kirjasto", "lukusali"), ("kirkko", "seurakuntatalo", "kappeli"), ("koulu", "lukio", "päiväkoti"),
         ("kenttä", "urheilukenttä", "tenniskenttä", "pallokenttä"), ("liikuntahalli", "palloiluhalli", "kuntosali"),
         ("teatteri", "museo", "nuorisotalo"), ("laavu", "kota"), ("venesatama", "satama"), ("lintutorni", "näkötorni"),
         ("leirintäalue", "caravan-alue"))
INVENTED = ("Kahvila Aurora", "Galleria Pohjantähti", "Hammaslääkäri Virtanen", "Autohuolto Laine",
            "Tanssistudio Liike", "Pianokoulu Sonaatti", "Kukkakauppa Orvokki", "Ravintola Kultainen Kukko",
            "Teatteri Vanha Juko", "Kuntokeskus Voima", "Asianajotoimisto Salonen", "Eläinlääkäri Hukka",
            "Kirpputori Aarre", "Panimo Hiisi", "Kirjakauppa Sivu", "Optikko Näkö", "Hotelli Kolme Kruunua",
            "Leipomo Rieska", "Judoseura Tatami", "Nuorisotila Ankkuri", "Vohvelikahvila Verna",
            "Elokuvateatteri Kajastus", "Kampaamo Saksi", "Bar Majakka")
CHAINS = ("R-kioski", "K-Market", "K-Supermarket", "S-market", "Alepa", "Lidl", "Hesburger", "McDonald's", "Kotipizza",
          "Subway", "Tokmanni", "Alko", "Espresso House", "Neste", "ABC", "Rosso")
ONLINE = ("Verkossa", "verkko", "Online", "online", "Etänä", "Internet", "Netissä", "Verkkotapahtuma", "På nätet",
          "VERKOSSA", "verkossa", "Etätapahtuma")
VARIOUS = ("Eri paikat", "eri paikkoja", "Useita paikkoja", "Eri puolilla", "Olika platser", "Various places",
           "ERI PAIKAT", "useat paikat", "Flera platser", "Monta paikkaa")


def absent(maker, form, with_address=True):
    """Held-out places; `form` makes the text."""
    for place in maker.places(lambda p: p.town, among=maker.register.absent):
        if not place or not maker.truth.is_absent(place, with_address):
            yield None
            continue
        text = form(place)
        yield maker.query("no match", [], text) if text else None


@about("absent")
def absent_plain(maker):
    """places held out of the register, with what address they have"""
    yield from absent(maker, lambda p: line(maker, p, p.name, p.street) if p.street else None)


@about("absent, typo")
def absent_typo(maker):
    """the same with one slip of the fingers in the name"""
    def form(place):
        made = noise.typo(maker.rng, place.name)
        if not place.street or made == place.name or maker.truth.blurred(place, place.name, made):
            return None
        return line(maker, place, made, place.street)
    yield from absent(maker, form)


@about("absent, name")
def absent_name(maker):
    """name and town of places held out of the register"""
    forms = ("{0}, {1}", "{1}, {0}", "{0} {1}")
    yield from absent(maker, lambda p: maker.rng.choice(forms).format(p.name, p.town), with_address=False)


def other_kind(rng, name):
    """The name with another kind of place at its end, None where it has none: "Kupittaan maauimala", "… jäähalli"."""
    head, space, last = name.rpartition(" ")
    for kinds in KINDS:
        if space and head.lower().endswith("n") and last.lower() in kinds:
            return head + " " + rng.choice(rng.choice([k for k in KINDS if k is not kinds]))
    return None


@about("neighbours")
def neighbours(maker):
    """a place's address with a name that is not there: another kind of place, a held-out place of another street, or
    one made up; the register may offer what is there, and must not say that it is it"""
    elsewhere = [p for p in maker.register.absent if p.street]
    for place in maker.places(lambda p: p.street and p.town):
        if not place:
            yield None
            continue
        name = other_kind(maker.rng, place.name)
        if not name and elsewhere and maker.rng.random() < 0.5:
            other = maker.rng.choice(elsewhere)
            if other.folded_streets & place.folded_streets or not maker.truth.is_absent(other, False):
                yield None
                continue
            name = other.name
        name = name or maker.rng.choice(INVENTED)
        if maker.register.by_name[fold(name)] and any(p.code == place.code for p in maker.register.by_name[fold(name)]):
            maker.truth.affected["taken"] += 1
            yield None
            continue
        yield maker.query("no match", [], line(maker, place, name, place.street))


@about("chains")
def chains(maker):
    """names of which the register has three or more, and well-known chains, without address: never a match"""
    register = maker.register
    names = collections.Counter(fold(p.name) for p in register.present)
    many = sorted({p.name for p in register.present if names[fold(p.name)] >= 3})
    towns = collections.Counter(p.town for p in register.present if p.town)
    common = [town for town, _ in sorted(towns.items(), key=lambda t: (-t[1], t[0]))[:10]]
    made = []
    for name in many + [c for c in CHAINS if fold(c) not in names or names[fold(c)] < 3]:
        shops = [p for p in register.by_name[fold(name)]]
        right = [p.id for p in shops]
        if len({p.id for p in shops}) <= 1 and len(shops) and name not in CHAINS:
            continue
        if any(len(register.equivalents(p)) == len(right) for p in shops) and len(right) > 1:
            maker.truth.affected["twins"] += 1
            continue
        expect = "ambiguous" if len(right) > 1 else "no match"
        made += [(expect, right, text) for text in (name, name.lower(), name.upper())]
        for town in common:
            there = [p for p in shops if p.town == town]
            if len(there) == 1 or (there and len(register.equivalents(there[0])) >= len(there)):
                maker.truth.affected["one chain"] += 1
                continue
            inside = [p.id for p in there]
            # A shop of the chain whose town is not told may be meant as well as none.
            made += [("ambiguous" if inside else "no match", inside, text) for text in (
                f"{name}, {town}", f"{name} {town}", f"{finnish.in_place(name)} {finnish.in_town(town)}")]
    maker.rng.shuffle(made)
    for expect, right, text in made:
        yield maker.query(expect, right, text)


@about("built-in")
def built_in(maker):
    """bare names of municipalities (also "Turussa", "ÅBO"), "Verkossa", "Eri paikat": the built-in places"""
    made = [(["fi:online"], text) for text in ONLINE] + [(["fi:various"], text) for text in VARIOUS]
    holders = collections.defaultdict(set)
    for municipality in maker.municipalities:
        for name in municipality["name"].values():
            holders[fold(name)].add("fi:" + municipality["code"])
    for municipality in maker.municipalities:
        finnish_name, id = municipality["name"]["fi"], "fi:" + municipality["code"]
        texts = [finnish_name, municipality["name"].get("sv", finnish_name), finnish_name.upper(), finnish_name.lower(),
                 finnish.in_town(finnish_name)]
        for text in texts:
            if maker.register.by_name[fold(text)] or len(holders[fold(text)]) > 1:
                maker.truth.affected["taken"] += 1
            else:
                made.append(([id], text))
    maker.rng.shuffle(made)
    for right, text in made:
        yield maker.query("match", right, text)
