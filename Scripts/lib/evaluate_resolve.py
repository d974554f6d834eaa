"""Evaluates POST /v1/resolve on the places of a running registry: evaluate_resolve.py URL OPTION…

Started by Scripts/evaluate-resolve, which says what the options are. With PLACEREGISTRY_EVALUATION_KEY (an
administrator's key of a throw-away registry) places are held out by deleting them, and brought back after each seed;
without it the registry is only read, and the classes of absent places are left out.
"""

import argparse
import collections
import csv
import json
import os
import random
import sys
import time
import urllib.parse

import resolve_classes  # Before the next: classes are told in the order in which they are registered.
import resolve_absent
import resolve_report as report
from resolve_maker import CLASSES, make
from resolve_register import Register, Service

assert resolve_classes and resolve_absent
BATCH = 100
HELD_OUT = 0.15


def options(arguments):
    def seeds(text):
        return [int(seed) for seed in text.split(",")]
    parser = argparse.ArgumentParser(prog="evaluate-resolve", usage="Scripts/evaluate-resolve --help tells the options",
                                     add_help=False, allow_abbrev=False)
    parser.add_argument("url")
    parser.add_argument("--seed", "--seeds", type=seeds, default=[1])
    parser.add_argument("--class", dest="classes", action="append", choices=list(CLASSES))
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--show-errors", type=int, default=0)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write")
    parser.add_argument("--only-write", action="store_true")
    parser.add_argument("--most-places", type=int)
    parser.add_argument("--strings")
    parser.add_argument("--column")
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--list", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.strings and not chosen.column:
        parser.error("--strings needs --column, the name of the column with the texts")
    if chosen.only_write and not chosen.write:
        parser.error("--only-write needs --write FILE")
    if chosen.limit < 1:
        parser.error("--limit needs a number from 1")
    return chosen


def say(text):
    print(text, file=sys.stderr, flush=True)


def hold_out(service, register, seed):
    """Deletes some of the places, so that they are absent; the same ones for the same seed and register."""
    rng = random.Random(f"{seed}:held out")
    absent = rng.sample(register.all, round(HELD_OUT * len(register.all)))
    for place in absent:
        path = "/v1/place/" + urllib.parse.quote(place.id, safe="") + "/?reason=held%20out"
        service.ask("DELETE", path, allowed=(204,))
    register.hold_out(absent)


def bring_back(service, register):
    for place in register.absent:
        service.ask("PATCH", "/v1/place/" + urllib.parse.quote(place.id, safe="") + "/", {"deleted": False})
    register.hold_out([])


def resolved(service, asks):
    """The answers in the order of the questions, and the seconds that they took."""
    answers, seconds = [], 0.0
    for start in range(0, len(asks), BATCH):
        batch = [{"key": str(start + i), **ask} for i, ask in enumerate(asks[start:start + BATCH])]
        started = time.perf_counter()
        results = service.ask("POST", "/v1/resolve", {"queries": batch, "limit": 5})["results"]
        seconds += time.perf_counter() - started
        if [result["key"] for result in results] != [query["key"] for query in batch]:
            raise SystemExit("evaluate-resolve: the answers' keys are not the questions' keys in their order")
        answers += results
    return answers, seconds


def evaluated(service, register, municipalities, seed, chosen, kinds, file):
    """(figures by class, answered queries, what the rules affected) of one seed."""
    by_class, answered, affected = {}, [], collections.Counter()
    for kind in kinds:
        queries, counts = make(register, seed, kind, chosen.limit, municipalities)
        affected.update(counts)
        if file:
            for query in queries:
                file.write(json.dumps({"class": kind, "seed": seed, "expect": query.expect, "right": query.right,
                                       "query": query.ask}, ensure_ascii=False) + "\n")
        figures = by_class[kind] = report.Figures()
        if chosen.only_write:
            figures.number = len(queries)
            continue
        answers, figures.seconds = resolved(service, [query.ask for query in queries])
        for query, answer in zip(queries, answers):
            report.judged(query, answer, figures)
        answered += zip(queries, answers)
    return by_class, answered, affected


def judged_strings(service, chosen):
    """Real strings without a truth: shares of the verdicts, and a sample for a person to judge."""
    with open(chosen.strings, newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        if chosen.column not in (rows.fieldnames or []):
            raise SystemExit(f"evaluate-resolve: {chosen.strings} has no column {chosen.column}; it has "
                             + ", ".join(rows.fieldnames or []))
        counts = collections.Counter(row[chosen.column].strip() for row in rows if (row[chosen.column] or "").strip())
    texts = sorted(counts)
    answers, seconds = resolved(service, [{"text": text} for text in texts])
    verdicts = collections.Counter(answer["verdict"] for answer in answers)
    print(f"\n{len(texts)} different strings of {chosen.strings}, {len(texts) / max(seconds, 1e-9):.0f} queries/s: "
          + ", ".join(f"{verdict} {number} ({number / len(texts):.0%})" for verdict, number in verdicts.most_common()))
    sample = random.Random(chosen.seed[0]).sample(list(zip(texts, answers)), min(chosen.sample, len(texts)))
    for text, answer in sorted(sample, key=lambda pair: (pair[1]["verdict"], pair[0])):
        best = answer["candidates"][0] if answer["candidates"] else None
        print(f"  {answer['verdict']:<9} {text}")
        if best:
            print(report.told(best, [answer["id"]]))


def run(chosen):
    service = Service(chosen.url, os.environ.get("PLACEREGISTRY_EVALUATION_KEY"))
    rows = service.all("/v1/place/?show_all_places=true&page_size=1000", chosen.most_places)
    municipalities = [row for row in service.all("/v1/municipality/?page_size=1000")
                      if not row.get("successors") and not row.get("valid_to") and row["name"].get("fi")]
    register = Register(rows)
    kinds = list(dict.fromkeys(chosen.classes)) if chosen.classes else list(CLASSES)
    if not service.key:
        kinds = [kind for kind in kinds if kind not in report.ABSENT]
    say(f"==> {len(register.all)} places, {len(municipalities)} municipalities; seeds "
        + ", ".join(map(str, chosen.seed)))
    by_class, answered, affected, by_seed = {}, [], collections.Counter(), {}
    file = open(chosen.write, "w", encoding="utf-8") if chosen.write else None
    for seed in chosen.seed:
        if service.key:
            hold_out(service, register, seed)
        one, pairs, counts = evaluated(service, register, municipalities, seed, chosen, kinds, file)
        by_seed[seed] = one
        answered += pairs
        affected.update(counts)
        for kind, figures in one.items():
            by_class.setdefault(kind, report.Figures()).add(figures)
        if service.key and seed != chosen.seed[-1]:
            bring_back(service, register)
    if file:
        file.close()
        say(f"==> {report.total(by_class).number} queries written to {chosen.write}")
    if chosen.only_write:
        return 0
    return told(chosen, service, register, by_class, by_seed, answered, affected)


def told(chosen, service, register, by_class, by_seed, answered, affected):
    reached = report.marks(by_class)
    if chosen.format == "json":
        print(json.dumps({
            "places": len(register.all), "held_out": len(register.absent), "seeds": chosen.seed,
            "classes": {kind: figures.row() for kind, figures in by_class.items()},
            "total": report.total(by_class).row(),
            "by_seed": {seed: {what: value for what, value, *_ in report.marks(one)} for seed, one in by_seed.items()},
            "marks": [{"what": w, "value": v, "mark": m, "met": met} for w, v, m, met in reached],
            "rules": dict(affected)}, ensure_ascii=False, indent=1))
    else:
        print(f"{len(register.all)} places, of which {len(register.absent)} are held out; seeds "
              + ", ".join(map(str, chosen.seed)) + "\n")
        print("\n".join(report.table(by_class)))
        print("\nmarks")
        for what, value, mark, met in reached:
            print(f"  {'met   ' if met else 'NOT MET'} {what}: {report.cell(value, 4)} ({mark})")
            if len(by_seed) > 1:
                each = {seed: dict((w, v) for w, v, _, _ in report.marks(one)) for seed, one in by_seed.items()}
                print("         by seed: " + ", ".join(f"{s} {report.cell(e.get(what), 4)}" for s, e in each.items()))
        print("\nqueries that a rule of fairness affected: "
              + (", ".join(f"{rule} {n}" for rule, n in affected.most_common()) or "none"))
        if chosen.show_errors:
            print("\n".join(report.errors(answered, chosen.show_errors)))
        if chosen.strings:
            judged_strings(service, chosen)
    return 1 if chosen.check and not all(met for *_, met in reached) else 0


def main():
    chosen = options(sys.argv[1:])
    if chosen.list:
        for kind, function in CLASSES.items():
            print(f"{kind:<18} {' '.join((function.__doc__ or '').split())}")
        return 0
    if chosen.url == "-":
        return 0  # The options were to be checked, no more.
    return run(chosen)


if __name__ == "__main__":
    sys.exit(main())
