"""The noise of people: what happens to a venue's name, street and town between a register and an event's form.

Each function takes a random.Random and a text, and gives the text changed, or the same text where there is nothing that
it could change. Digits are never changed: a wrong number is a class of its own (resolve_classes.py).
"""

import re

# The neighbours of each key on a Finnish keyboard.
ROWS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")
NEIGHBOURS = {}
for row_number, row in enumerate(ROWS):
    for column, key in enumerate(row):
        near = [row[i] for i in (column - 1, column + 1) if 0 <= i < len(row)]
        for other in (row_number - 1, row_number + 1):
            if 0 <= other < len(ROWS):
                near += [ROWS[other][i] for i in (column - 1, column) if 0 <= i < len(ROWS[other])]
        NEIGHBOURS[key] = near

# How street words are shortened; the end of a word only, so that "Katuma" stays.
STREET_SHORT = (("katu", "k."), ("tie", "t."), ("kuja", "kj."), ("polku", "p."), ("aukio", "auk."), ("väylä", "vl."),
                ("ranta", "r."), ("gatan", "g."), ("vägen", "v."), ("gränden", "gr."), ("stigen", "st."),
                ("plan", "pl."))
# How words of names are shortened in lists of events.
NAME_SHORT = (("ravintola", "rav."), ("seurakuntatalo", "srk-talo"), ("seurakunta", "srk"),
              ("urheilukeskus", "urh.keskus"),
              ("urheilukenttä", "urh.kenttä"), ("urheilutalo", "urh.talo"), ("liikuntahalli", "liik.halli"),
              ("liikuntasali", "liik.sali"), ("uimahalli", "uimah."), ("puisto", "psto"), ("keskus", "kesk."),
              ("kirjasto", "kirj."), ("lähiliikuntapaikka", "lähiliik.paikka"), ("virkistysalue", "virk.alue"),
              ("leirintäalue", "leir.alue"), ("koulu", "kl."), ("näköalatorni", "näköalat."), ("kahvila", "kahv."))
TOWN_SHORT = {"Helsinki": "Hki", "Tampere": "Tre", "Turku": "Tku", "Jyväskylä": "Jkl", "Hämeenlinna": "Hml",
              "Lappeenranta": "Lpr", "Helsingfors": "Hfors"}
ROOMS = ("2. krs, sali", "(iso sali)", "auditorio", "Sali 2", "3. krs", "kokoushuone 4", "pääsali",
         "(pieni sali)", "aula", "kabinetti", "1. kerros", "juhlasali", "ryhmätila B", "sisäpiha",
         "pohjakerros", "luokka 12")


def letters(text):
    """The runs of four letters and more: where a typo can be made that leaves a word which can be recognised."""
    return [(m.start(), m.end()) for m in re.finditer(r"[^\W\d_]{4,}", text)]


def typo(rng, text):
    """One slip of the fingers in one word: a neighbouring key, a letter too few, one too many, or two in each other's
    place. The first letter of a word is spared nine times in ten, as people see it."""
    places = letters(text)
    if not places:
        return text
    for _ in range(20):
        start, end = rng.choices(places, weights=[e - s for s, e in places])[0]
        index = rng.randrange(start + (rng.random() < 0.9), end)
        letter = text[index]
        kind = rng.choice(("neighbour", "neighbour", "missing", "double", "extra", "swap"))
        near = rng.choice(NEIGHBOURS.get(letter.lower(), [letter]))
        near = near.upper() if letter.isupper() else near
        if kind == "neighbour":
            made = text[:index] + near + text[index + 1:]
        elif kind == "missing":
            made = text[:index] + text[index + 1:]
        elif kind == "double":
            made = text[:index] + letter + text[index:]
        elif kind == "extra":
            made = text[:index + 1] + near.lower() + text[index + 1:]
        elif index + 1 < end:
            made = text[:index] + text[index + 1] + letter + text[index + 2:]
        else:
            continue
        if made.lower() != text.lower():
            return made
    return text


def case(rng, text):
    """All capitals, all small, or each word with a capital."""
    return rng.choice((str.upper, str.lower, lambda t: " ".join(w[:1].upper() + w[1:] for w in t.split(" "))))(text)


def plain(text):
    """Without dots and rings: ä → a, ö → o, å → a, and é and its like."""
    return text.translate(str.maketrans("äöåéüáÄÖÅÉÜÁ", "aoaeuaAOAEUA"))


def shuffled_words(rng, name):
    """Two words of the name in each other's place ("maauimala Kupittaan")."""
    words = name.split(" ")
    if len(words) < 2:
        return name
    first, second = rng.sample(range(len(words)), 2)
    words[first], words[second] = words[second], words[first]
    return " ".join(words)


def short_street(rng, street):
    """"Vuorikatu 5" → "Vuorik. 5", "Pyhän Henrikin aukio 2" → "P. Henrikin auk. 2" or one of both."""
    match = re.match(r"([^\d]*?)(\s+\d.*)?$", street)
    if not match:  # "Puistokatu5", "5. linja"
        return street
    name, rest = match[1], match[2] or ""
    for long, short in STREET_SHORT:
        if name.lower().endswith(long) and len(name) > len(long) + 2:
            made = name[:-len(long)] + short
            words = made.split(" ")
            if len(words) > 2 and rng.random() < 0.5:
                words[0] = words[0][0] + "."
            return " ".join(words) + rest
    words = name.split(" ")
    if len(words) > 2 and len(words[0]) > 3:
        return " ".join([words[0][0] + "."] + words[1:]) + rest
    return street


def short_name(rng, name):
    """"Kupittaan uimahalli" → "Kupittaan uimah."; of several words one."""
    choices = []
    for long, short in NAME_SHORT:
        match = re.search(re.escape(long) + r"(?![^\W\d_])", name, re.IGNORECASE)
        if match and len(name) > len(long) + 2:
            short = short[0].upper() + short[1:] if match[0][0].isupper() else short
            choices.append(name[:match.start()] + short + name[match.end():])
    return rng.choice(choices) if choices else name


def room(rng):
    """A room, hall or floor within a venue, and whether it follows the name without a comma."""
    text = rng.choice(ROOMS)
    return text, text.startswith("(") or rng.random() < 0.3
