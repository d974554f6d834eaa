"""Compares `placeregistry hours --batch` with PyPI's opening-hours-py (opening-hours-rs) on random Finnish expressions.

compare_opening_hours.py PROGRAM EXPRESSIONS SEED

A difference counts as explained only where reckoned_hours.py, which follows both readings, tells both answers. Ends with
1 where ours is not what it tells, and where a difference stays unexplained.
"""

import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from itertools import combinations
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours
from reckoned_hours import DAY, EVE, EVES, FALLBACK, HOLIDAYS, OPEN_END, TAIL, expression, ours, reading, rng, theirs

BINARY, COUNT = sys.argv[1], int(sys.argv[2])
HELSINKI = ZoneInfo("Europe/Helsinki")
rng.seed(int(sys.argv[3]))

SPECIAL = sorted(
    HOLIDAYS
    | {date(y, m, d) for y in range(2024, 2031) for m, d in ((12, 24), (12, 31), (2, 28), (1, 3), (1, 4))}
    | {date(2024, 2, 29), date(2028, 2, 29)}
)
SPECIAL = [d for d in SPECIAL if 2024 <= d.year <= 2030]
CHANGES = [
    max(date(y, m, d) for d in range(25, 32) if date(y, m, d).weekday() == 6)
    for y in range(2024, 2031)
    for m in (3, 10)
]


def instants(rules):
    edges = sorted({m % 1440 for rule in rules for a, b, _ in rule.mine for m in (a, b)})
    while True:
        day = (
            rng.choice(CHANGES)
            if rng.random() < 0.25
            else (
                rng.choice(SPECIAL) + DAY * rng.choice([-1, 0, 0, 1])
                if rng.random() < 0.5
                else date(2024, 1, 1) + DAY * rng.randrange(2550)
            )
        )
        second = rng.choice(edges) * 60 + rng.choice([-1, 0, 1]) if rng.random() < 0.6 else rng.randrange(86400)
        if day in CHANGES and rng.random() < 0.4:
            second = rng.randrange(2 * 3600, 5 * 3600)
        wall = (datetime(day.year, day.month, day.day) + timedelta(seconds=second)).replace(fold=rng.randrange(2))
        instant = wall.replace(tzinfo=HELSINKI).astimezone(timezone.utc)
        if instant.astimezone(HELSINKI).replace(tzinfo=None) == wall.replace(fold=0):
            yield instant  # else the skipped hour


def main():
    always = OpeningHours("PH", timezone=HELSINKI, country="FI")
    dates = [date(2000, 1, 1) + DAY * n for n in range((date(2041, 1, 1) - date(2000, 1, 1)).days)]
    odd = [
        str(d)
        for d in dates
        if always.is_open(datetime(d.year, d.month, d.day, 12, tzinfo=HELSINKI)) != (d in HOLIDAYS | EVES)
    ]
    print(
        f"2000-2040: {sum(d in HOLIDAYS for d in dates)} public holidays; the same and the two eves in opening-hours-py, but for {odd}"
    )
    work = []
    for _ in range(COUNT):
        text, rules = expression()
        source = instants(rules)
        work.append((text, rules, [next(source) for _ in range(20)]))
    lines = [
        {"expression": text, "timezone": "Europe/Helsinki", "holidays": "FI", "at": t, "from": t, "to": t}
        for text, _, times in work
        for t in (x.strftime("%Y-%m-%dT%H:%M:%SZ") for x in times)
    ]
    done = subprocess.run(
        [BINARY, "hours", "--batch"],
        input="\n".join(map(json.dumps, lines)) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answers, counts, shown = iter(map(json.loads, done.stdout.splitlines())), Counter(), Counter()

    def tell(cause, text, instant, *states):
        counts[cause] += 1
        shown[cause] += 1
        if shown[cause] <= 5:
            print(f"{cause}: {text}  at {instant.astimezone(HELSINKI).isoformat()}: ours, theirs {states}")

    for text, rules, times in work:
        other = OpeningHours(text, timezone=HELSINKI, country="FI")
        for instant in times:
            answer, wall = next(answers), instant.astimezone(HELSINKI)
            if not answer["valid"]:
                tell("UNEXPLAINED we refuse", text, instant, answer["error"]["detail"])
                continue
            state, moment = answer["state"], (rules, wall.date(), wall.hour * 60 + wall.minute)
            if state != ours(*moment):
                tell("UNEXPLAINED ours is not what was reckoned", text, instant, state, ours(*moment))
            their = "open" if other.is_open(wall) else "unknown" if other.is_unknown(wall) else "closed"
            if state == their:
                counts["same"] += 1
                continue
            cause = "UNEXPLAINED"
            for some in (set(some) for n in (1, 2, 3, 4) for some in combinations((EVE, TAIL, FALLBACK, OPEN_END), n)):
                reading.clear()
                reading.update(some)
                if theirs(*moment) == their:
                    cause = "decision: " + ", ".join(sorted(some))
                    break
            reading.clear()
            # Theirs by example: `Su` alone is closed on 2026-10-25 from 03:59 to the change.
            if (
                cause == "UNEXPLAINED"
                and wall.date() in CHANGES
                and wall.strftime("%H:%M %z") == "03:59 +0300"
                and their == "closed"
            ):
                cause = "their fault: the minute before the clock goes back is closed"
            tell(cause, text, instant, state, their)
    print(f"{COUNT} expressions, {sum(counts.values())} comparisons: {dict(counts)}")
    return 1 if any(cause.startswith("UNEXPLAINED") for cause in counts) or odd else 0


sys.exit(main())
