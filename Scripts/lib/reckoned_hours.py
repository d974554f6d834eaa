"""Opening hours reckoned apart from placeregistry: random Finnish expressions, and what they are at a moment.

Written from the language's specification, in both readings of the places in which opening-hours-rs differs from the
module OpeningHours by decision.
"""

import random
from datetime import date, timedelta

DAYS, MONTHS = "Mo Tu We Th Fr Sa Su".split(), "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAY = timedelta(days=1)
rng = random.Random(1)


def easter(year):  # Gauss, for 1900–2099
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    return date(year, 3, 22) + DAY * (
        d + e - (7 if (d, e) == (29, 6) or (d == 28 and e == 6 and year % 19 > 10) else 0)
    )


def holidays(year):
    saturday = lambda first: next(first + DAY * n for n in range(7) if (first + DAY * n).weekday() == 5)
    fixed = [date(year, m, d) for m, d in ((1, 1), (1, 6), (5, 1), (12, 6), (12, 25), (12, 26))]
    return {
        *fixed,
        *(easter(year) + DAY * n for n in (-2, 0, 1, 39, 49)),
        saturday(date(year, 6, 20)),
        saturday(date(year, 10, 31)),
    }


HOLIDAYS = set().union(*(holidays(year) for year in range(1999, 2042)))
EVES = {date(y, 12, 24) for y in range(1999, 2042)} | {d - DAY for d in HOLIDAYS if d.month == 6 and d.weekday() == 5}
# What opening-hours-rs reads otherwise; `reading` holds those that are followed just now.
EVE, TAIL, FALLBACK, OPEN_END = (
    "Midsummer and Christmas Eve are no PH",
    "the tail of a night",
    "|| moment by moment",
    "open end is unknown",
)
reading = set()


# Selectors: what is written, and whether it holds on a date.
def weekdays():
    if rng.random() < 0.3:
        chosen = sorted(rng.sample(range(7), rng.randint(1, 3)))
        return ",".join(DAYS[n] for n in chosen), lambda d: d.weekday() in chosen
    a, b = rng.choice([(0, 4), (0, 4), (0, 3), (5, 5), (6, 6), (5, 6), (4, 5), (1, 6), (0, 6), (4, 0), (6, 3)])
    text = DAYS[a] if a == b else f"{DAYS[a]}-{DAYS[b]}"
    return text, lambda d: (a <= d.weekday() <= b) if a <= b else (d.weekday() >= a or d.weekday() <= b)


def nth():
    day, n = rng.randrange(7), rng.choice([1, 2, 3, 4, 5, -1, -2])

    def holds(d):
        last = (d.replace(day=28) + 4 * DAY).replace(day=1) - DAY
        return d.weekday() == day and (n == (d.day - 1) // 7 + 1 if n > 0 else -n == (last.day - d.day) // 7 + 1)

    if rng.random() < 0.2:
        return f"{DAYS[day]}[{n}] -1 day", lambda d: holds(d + DAY)
    return f"{DAYS[day]}[{n}]", holds


def public_holidays():
    text, shift = rng.choice([("PH", 0), ("PH", 0), ("PH -1 day", 1), ("PH +1 day", -1)])
    holds = lambda d: d + shift * DAY in HOLIDAYS or EVE in reading and d + shift * DAY in EVES
    if text == "PH" and rng.random() < 0.4:
        other, also = weekdays()
        return f"{other},PH", lambda d: holds(d) or also(d)
    return text, holds


def months():
    a, b = rng.choice([(6, 8), (5, 9), (9, 5), (11, 2), (12, 12), (1, 4), (7, 7)])
    text = MONTHS[a - 1] if a == b else f"{MONTHS[a - 1]}-{MONTHS[b - 1]}"
    return text, lambda d: a <= d.month <= b if a <= b else (d.month >= a or d.month <= b)


def dates():
    a, b = rng.choice(
        [
            ((12, 24), (12, 26)),
            ((12, 23), (1, 6)),
            ((6, 1), (8, 15)),
            ((12, 31), (1, 1)),
            ((3, 25), (4, 2)),
            ((10, 20), (11, 3)),
            ((2, 20), (2, 29)),
            ((12, 6), (12, 6)),
            ((8, 16), (5, 31)),
            ((6, 18), (6, 27)),
            ((4, 30), (5, 1)),
        ]
    )
    name = lambda p: f"{MONTHS[p[0] - 1]} {p[1]}"
    text = name(a) if a == b else f"{name(a)}-{b[1]}" if a[0] == b[0] else f"{name(a)}-{name(b)}"
    return text, lambda d: a <= (d.month, d.day) <= b if a <= b else ((d.month, d.day) >= a or (d.month, d.day) <= b)


def dated():  # an exception of one year
    first = date(2024, 1, 1) + DAY * rng.randrange(2500)
    last = first + DAY * rng.choice([0, 0, 0, 6, 20])
    name = lambda d: f"{d.year} {MONTHS[d.month - 1]} {d.day}"
    return name(first) if first == last else f"{name(first)}-{name(last)}", lambda d: first <= d <= last


def near_easter():
    text, a, b = rng.choice(
        [
            ("easter", 0, 0),
            ("easter -2 days-easter +1 day", -2, 1),
            ("easter +39 days", 39, 39),
            ("easter -3 days", -3, -3),
        ]
    )
    return text, lambda d: a <= (d - easter(d.year)).days <= b


def weeks():
    a, b, step = rng.choice([(1, 53, 2), (2, 52, 2), (53, 53, 1), (1, 1, 1), (20, 35, 1), (52, 53, 1), (42, 44, 1)])
    text = f"week {a}" if a == b else f"week {a}-{b}" + (f"/{step}" if step > 1 else "")
    return text, lambda d: a <= d.isocalendar()[1] <= b and (d.isocalendar()[1] - a) % step == 0


def years():
    a = rng.randint(2023, 2028)
    b = a + rng.choice([0, 0, 1, 2])
    return str(a) if a == b else f"{a}-{b}", lambda d: a <= d.year <= b


SPANS = [
    (480, 1200),
    (540, 960),
    (600, 1080),
    (375, 1230),
    (660, 1260),
    (720, 900),
    (1020, 1200),
    (600, 720),
    (780, 1020),
    (0, 1440),
]
NIGHTS = [
    (1320, 1560),
    (1200, 1650),
    (1080, 1680),
    (1260, 1620),
    (1380, 1500),
    (180, 240),
    (150, 210),
    (0, 360),
    (1320, 1710),
    (960, 1440),
]


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def spans(state):
    """Times as written and painted: (from, to, state) in minutes after midnight, as we read them and as they do."""
    if rng.random() < 0.05:
        a, b = rng.choice([(600, 960), (1020, None), (900, None), (1080, 1380), (1320, None), (1080, 1560)])
        last = a if b is None else b
        guess = 1440 if last < 1020 else last + 600 if last < 1320 else last + 480
        mine = ([(a, b, state)] if b else []) + [(last, guess, "closed" if state == "closed" else "unknown")]
        return f"{clock(a)}-{clock(b)}+" if b else f"{clock(a)}+", mine, [(a, b or 1440, state)]
    chosen = sorted(rng.sample(SPANS, rng.choice([1, 1, 1, 2]))) if rng.random() < 0.75 else [rng.choice(NIGHTS)]
    end = lambda b: clock(b - 1440) if b > 1440 and rng.random() < 0.7 else clock(b)
    painted = [(a, b, state) for a, b in chosen]
    return ",".join(f"{clock(a)}-{end(b)}" for a, b in chosen), painted, painted


class Rule:
    def __init__(self, separator):
        parts, self.separator = [], separator
        kind = rng.random()
        if separator == ";" and kind < 0.12:
            parts = [dated()]
        elif kind < 0.2:
            parts = [near_easter()]
        elif kind < 0.35:
            parts = [dates()] + ([weekdays()] if rng.random() < 0.4 else [])
        elif kind < 0.5:
            parts = [months(), rng.choice([weekdays, nth])()]
        elif kind < 0.58:
            parts = [weeks()] + ([weekdays()] if rng.random() < 0.7 else [])
        elif kind < 0.63:
            parts = [years(), weekdays()]
        elif kind < 0.75:
            parts = [nth()]
        elif kind < 0.88:
            parts = [public_holidays()]
        else:
            parts = [weekdays()]
        if (
            separator is None or separator == ","
        ):  # the first rule is an ordinary week; a comma must not go on with dates
            parts = [weekdays()] if rng.random() < 0.85 else [months(), weekdays()]
        self.holds = [holds for _, holds in parts]
        self.state = (
            rng.choice(["open"] * 6 + ["unknown"])
            if separator in (None, ",")
            else rng.choice(["open"] * 4 + ["closed"] * 3 + ["unknown"])
        )
        times, self.mine, self.theirs = spans(self.state)
        if separator in (";", "||") and rng.random() < (0.75 if self.state == "closed" else 0.1):
            times, self.mine = "", [(0, 1440, self.state)]
            self.theirs = self.mine
        word = {"open": "", "closed": "off", "unknown": "unknown"}[self.state]
        self.text = " ".join(filter(None, [text for text, _ in parts] + [times, word]))
        self.memory = {}

    def matches(self, day):
        key = day, EVE in reading
        if key not in self.memory:
            self.memory[key] = all(holds(day) for holds in self.holds)
        return self.memory[key]

    def painted(self, day):
        """What the rule paints on a day: today's spans, then the tails of the day before; None where it says nothing."""
        today, before = self.matches(day), self.matches(day - DAY)
        if not today and not before:
            return None
        spans = self.theirs if OPEN_END in reading else self.mine
        return ([(a, min(b, 1440), state) for a, b, state in spans] if today else []) + (
            [(a - 1440, b - 1440, state) for a, b, state in spans if b > 1440] if before else []
        )


def expression():
    rules = [Rule(None)]
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4])):  # after a rule without times a comma would go on with its days
        rules.append(Rule(rng.choice([";"] * 12 + ["||"] + [",", ","] * (":" in rules[-1].text))))
    text = rules[0].text
    for rule in rules[1:]:
        text += {";": "; ", ",": ", ", "||": " || "}[rule.separator] + rule.text
    return text, rules


def at(schedule, minute):
    return next((state for a, b, state in reversed(schedule or []) if a <= minute < b), None)


def ours(rules, day, minute):
    state = None
    for rule in rules:
        if rule.separator in (None, ";") and rule.state != "closed" and rule.matches(day):
            state = None
        if rule.separator == "||" and state in ("open", "unknown"):
            continue
        state = at(rule.painted(day), minute) or state
    return state or "closed"


def theirs(rules, day, minute):
    """opening-hours-rs: a tail yields to whatever an earlier rule said; `||` takes the day as a whole."""
    matched, schedule = False, None
    for rule in rules:
        now, new = rule.matches(day), rule.painted(day)
        if rule.separator == "||":
            if FALLBACK not in reading:
                schedule = (new or []) + [s for s in schedule or [] if s[2] != "closed"]
            elif not (
                matched
                and any(
                    at(schedule, m) in ("open", "unknown") for m in {0, *(x for s in schedule or [] for x in s[:2])}
                )
            ):
                schedule, matched = new, now
            continue
        if rule.separator != "," and rule.state != "closed":
            if now:
                schedule = new
            elif schedule is None or TAIL not in reading:
                schedule = (schedule or []) + new if new is not None else schedule
        elif new is not None:
            schedule = (schedule or []) + new
        matched = matched or now
    return at(schedule, minute) or "closed"
