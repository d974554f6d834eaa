"""Measures which place a text means: batches of 100 mixed questions, and single ones beside reads by id. Started by
Scripts/benchmark resolve, which makes the places. Standard library only."""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

import measure
from measure import HERE, fail, say

BATCH = 100
QUESTIONS = 20_000
# HTTP connections and wrk threads. A batch keeps the database busy by itself.
BATCH_LOADS = [(1, 1), (4, 2)]
SINGLE_LOADS = [(1, 1), (32, 2)]
LETTERS = "abcdefghijklmnoprstuvyäö"


# ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def psql(options, *arguments, **more):
    return subprocess.run(
        [f"{options.bindir}/psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", os.environ["SUPERUSER_URL"], *arguments],
        check=True, **more)


def sql(options, statement):
    return psql(options, "-c", statement, stdout=subprocess.PIPE, text=True).stdout.strip()


def load_addresses(options, folder):
    """Addresses beside the places, once."""
    have = int(sql(options, "select count(*) from address"))
    # Some are alike and are one.
    if have >= 0.9 * options.addresses:
        return
    say(f"importing {options.addresses:,} addresses (once)")
    path = f"{folder}/addresses.OPT"
    with open(f"{HERE}/centres.csv", "rb") as centres, open(path, "wb") as file:
        psql(options, "-v", f"rows={options.addresses}", "-f", f"{HERE}/generate/addresses.sql", stdin=centres, stdout=file)
    done = subprocess.run([options.binary, "import", "addresses", path, "--source", "dvv", "--format", "json"],
                          stdout=subprocess.DEVNULL, check=False)
    os.unlink(path)
    if done.returncode not in (0, 3):
        fail(f"the import of addresses ended with {done.returncode}")
    sql(options, "vacuum (analyze, parallel 2)")


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def typo(pick, text):
    """A letter left out, doubled, changed, or two changed about."""
    at = pick.randrange(1, len(text) - 1)
    return pick.choice([
        text[:at] + text[at + 1:], text[:at] + text[at] + text[at:], text[:at] + pick.choice(LETTERS) + text[at + 1:],
        text[:at] + text[at + 1] + text[at] + text[at + 2:]])


def questions(options):
    """What people write, from places that are there: the same at each run."""
    pick = random.Random(6)
    numbers = [pick.randrange(1, options.places + 1) for _ in range(QUESTIONS)]
    ids = ",".join(f"bench{i % 8}:p{i}" for i in numbers)
    rows = psql(options, stdout=subprocess.PIPE, text=True, input=f"""
        select json_build_array(name ->> 'fi', street_address ->> 'fi', postal_code, post_office ->> 'fi')
        from place where id = any('{{{ids}}}') order by id;""").stdout.splitlines()
    made = []
    for row in map(json.loads, rows):
        name, street, code, town = row
        kind = pick.random()
        if kind < 0.3:
            for _ in range(pick.choice([1, 1, 2])):
                name = typo(pick, name)
            text = f"{name}, {town}"
        elif kind < 0.5:
            text = f"{name}, {street}, {code} {town.upper()}"
        elif kind < 0.65:
            text = f"{street}, {code} {town}"
        elif kind < 0.7:
            text = f"{street}, {town}"
        elif kind < 0.85:
            text = f"{name} {town}" if pick.random() < 0.5 else f"{town}, {name.lower()}"
        else:
            # Nobody has such a place.
            text = f"{pick.choice(['Osuuskunta', 'Pohjantähden', 'Revontulten', 'Villa'])} {typo(pick, street.split()[0])}" \
                   f" {pick.randrange(100, 999)}, {town}"
        made.append(text)
    if len(made) < QUESTIONS * 0.9:
        fail(f"only {len(made)} of {QUESTIONS} places were found")
    pick.shuffle(made)
    return made


def write(folder, texts):
    with open(f"{folder}/texts", "w", encoding="utf-8") as file:
        for text in texts:
            file.write("/v1/resolve?text=" + urllib.parse.quote(text, safe="") + "\n")
    with open(f"{folder}/batches", "w", encoding="utf-8") as file:
        for start in range(0, len(texts) - BATCH + 1, BATCH):
            queries = [{"key": str(i), "text": text} for i, text in enumerate(texts[start:start + BATCH])]
            file.write(json.dumps({"queries": queries, "limit": 5}, ensure_ascii=False) + "\n")


def verdicts(server, texts):
    """How the first thousand are answered: a measurement of answers that say nothing would be none."""
    found = {"match": 0, "ambiguous": 0, "none": 0}
    for text in texts[:1000]:
        answer = json.loads(server.get("/v1/resolve?text=" + urllib.parse.quote(text, safe="")))
        found[answer.get("results", [answer])[0]["verdict"]] += 1
    return found


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def rounds(options, server):
    results = {}
    for number in range(options.rounds):
        say(f"round {number + 1} of {options.rounds}")
        for kind, loads in (("resolve-batch", BATCH_LOADS), ("resolve", SINGLE_LOADS)):
            for connections, threads in loads:
                seed = number + 1
                floor = measure.measure(options, server, "health", connections, threads, seed)
                values = measure.measure(options, server, kind, connections, threads, seed)
                values["http"] = values["rate"] / floor["rate"]
                if kind == "resolve":
                    read = measure.measure(options, server, "by-id", connections, threads, seed)
                    values.update(read=read["p99"], ratio=values["p99"] / read["p99"], middle=values["p50"] / read["p50"])
                results.setdefault((kind, connections), []).append(values)
    return {key: {name: statistics.median(v[name] for v in values) for name in values[0]}
            for key, values in results.items()}


def report(options, results, found, addresses, load_before):
    lines = [
        f"# Resolve: {options.places:,} places, {addresses:,} addresses, {time.strftime('%Y-%m-%d %H:%M')}", "",
        f"{os.cpu_count()} cores shared by server, database and wrk; load average {load_before:.1f} before, "
        f"{os.getloadavg()[0]:.1f} after. Medians of {options.rounds} rounds of {options.seconds} s. Of 1,000 questions "
        + ", ".join(f"{count} are answered {verdict}" for verdict, count in found.items()) + ".", "",
        "| request | connections | requests/s | questions/s | of /health | p50 ms | p99 ms | server CPU µs per question "
        "| database CPU µs per question |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (kind, connections), v in results.items():
        size = BATCH if kind == "resolve-batch" else 1
        lines.append(
            f"| {kind} | {connections} | {v['rate']:,.1f} | {v['rate'] * size:,.0f} | {v['http']:.2%} "
            f"| {v['p50'] / 1000:.2f} | {v['p99'] / 1000:.2f} | {v['server'] / size:,.0f} | {v['database'] / size:,.0f} |")
    lines.append("")
    best = max(v["rate"] * BATCH for (kind, _), v in results.items() if kind == "resolve-batch")
    lines.append(f"{best:,.0f} questions/s in batches of {BATCH} (at least 500"
                 f"{'' if best >= 500 else ': **FAILURE**'}).")
    for (kind, connections), v in results.items():
        if kind == "resolve":
            lines.append(
                f"At {connections} connections the p99 of one question is {v['ratio']:.1f} times that of a read by id "
                f"({v['read'] / 1000:.2f} ms) in the same round (below 20{'' if v['ratio'] < 20 else ': **FAILURE**'}), "
                f"the median {v['middle']:.1f} times.")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "bindir", "log", "output"):
        parser.add_argument("--" + name)
    for name in ("places", "addresses", "postmaster", "seconds", "rounds"):
        parser.add_argument("--" + name, type=int)
    options = parser.parse_args()
    measure.signal.signal(measure.signal.SIGTERM, lambda *_: sys.exit(143))
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="placeregistry-benchmark.") as folder:
        os.environ["BENCHMARK_RESOLVE"] = folder
        load_addresses(options, folder)
        texts = questions(options)
        write(folder, texts)
        server = measure.Server(
            [options.binary, "serve"], {"PLACEREGISTRY_ANSWER_CACHE": "0"}, f"{folder}/server.log", "/ready")
        try:
            found = verdicts(server, texts)
            for kind, loads in (("resolve-batch", BATCH_LOADS), ("resolve", SINGLE_LOADS), ("by-id", SINGLE_LOADS)):
                measure.measure(options, server, kind, *loads[1], 99)
            text = report(options, rounds(options, server), found, int(sql(options, "select count(*) from address")),
                          load_before)
        finally:
            server.stop()
    os.makedirs(os.path.dirname(options.output), exist_ok=True)
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    main()
