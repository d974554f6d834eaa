"""Measures the import of addresses beside psql's \\copy of the same rows into an identical table. Started by
Scripts/benchmark, which starts the database. Standard library only."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "benchmark_addresses"


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def psql(options, *arguments, database=DATABASE, **more):
    url = options.superuser_url.rsplit("/", 1)[0] + "/" + database
    return subprocess.run([f"{options.bindir}/psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", url, *arguments],
                          check=True, **more)


def sql(options, *statements, database=DATABASE):
    arguments = [part for statement in statements for part in ("-c", statement)]
    return psql(options, *arguments, database=database, stdout=subprocess.PIPE, text=True).stdout.strip()


def make(options, folder):
    """A database of its own with seeds and boundaries, and the file."""
    sql(options, f"drop database if exists {DATABASE} with (force)",
        f"create database {DATABASE} owner placeregistry template template0 encoding 'UTF8' locale 'C.UTF-8'",
        database="postgres")
    sql(options, "set client_min_messages = warning", "create extension postgis", "create extension pg_trgm",
        "create extension btree_gist")
    for command in ("migrate", "seed"):
        subprocess.run([options.binary, command], check=True, env=environment(options), stdout=sys.stderr)
    for name, output in (("boundaries", "/dev/null"), ("addresses", f"{folder}/addresses.OPT")):
        with open(f"{HERE}/centres.csv", "rb") as centres, open(output, "wb") as file:
            psql(options, "-v", f"rows={options.rows}", "-f", f"{HERE}/generate/{name}.sql", stdin=centres, stdout=file)
    sql(options, "vacuum analyze")


def environment(options):
    url = options.url.rsplit("/", 1)[0] + "/" + DATABASE
    return {**os.environ, "DATABASE_URL": url, "PLACEREGISTRY_SEEDS": os.path.join(HERE, "..", "Seeds")}


def empty(options, *tables):
    sql(options, f"truncate {', '.join(tables)} cascade", "checkpoint")


def run_import(options, folder):
    """Seconds, megabytes resident at most, the report."""
    with open(f"{folder}/report.json", "w+b") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [options.binary, "import", "addresses", f"{folder}/addresses.OPT", "--source", "dvv", "--format", "json"],
            env=environment(options), stdin=subprocess.DEVNULL, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 3):
            sys.exit(f"benchmark: the import ended with {process.returncode}")
        output.seek(0)
        return seconds, usage.ru_maxrss / 1024, json.load(output)


def copy(options, folder):
    began = time.monotonic()
    sql(options, f"\\copy floor_address from '{folder}/floor.copy'")
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "bindir", "url", "superuser-url"):
        parser.add_argument("--" + name)
    for name in ("rows", "rounds"):
        parser.add_argument("--" + name, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="placeregistry-benchmark.") as folder:
        say(f"making {options.rows:,} addresses")
        make(options, folder)
        # Once to fill caches and to have the rows that are copied.
        _, _, report = run_import(options, folder)
        if report["created"] + report["rejected"] != options.rows:
            sys.exit(f"benchmark: the import made {report['created']} of {options.rows} addresses")
        sql(options, f"\\copy address to '{folder}/floor.copy'", "create table floor_address (like address including all)")
        floors, firsts, seconds, memory = [], [], [], []
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            empty(options, "floor_address")
            floors.append(copy(options, folder))
            empty(options, "address", "address_session", "floor_address")
            first = run_import(options, folder)
            firsts.append(first[0])
            sql(options, "vacuum analyze address", "checkpoint")
            again = run_import(options, folder)
            if again[2]["unchanged"] != report["created"]:
                sys.exit("benchmark: the same file changed something")
            seconds.append(again[0])
            memory += [first[1], again[1]]
        sql(options, f"drop database {DATABASE} with (force)", database="postgres")
    floor, first, again = (statistics.median(values) for values in (floors, firsts, seconds))
    lines = [
        f"# Import of {options.rows:,} addresses (DVV's form), {time.strftime('%Y-%m-%d %H:%M')}", "",
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end. Medians of {options.rounds} rounds.",
        "", "| | s | rows/s | times the floor |", "|---|--:|--:|--:|",
        f"| psql \\copy into the same table | {floor:.1f} | {options.rows / floor:,.0f} | 1.0 |",
        f"| first import | {first:.1f} | {options.rows / first:,.0f} | {first / floor:.2f} (at most 3) |",
        f"| the same file again | {again:.1f} | {options.rows / again:,.0f} | {again / floor:.2f} |", "",
        f"The second time took {again / first:.2f} of the first (at most 0.5). The importer's resident memory was "
        f"{max(memory):.0f} MB at most (below 300). {report['warnings']:,} warnings.",
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
