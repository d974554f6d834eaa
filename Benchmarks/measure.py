"""Measures the service: each request type beside /health (the HTTP floor) and pgbench with the same SQL (the database
floor), in turn, several rounds. Started by Scripts/benchmark, which makes the database. Standard library only."""

import argparse
import http.server
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))

# Name: how many sample requests pgbench's parameters come from. Numbers are picked at random by one prepared statement;
# texts, which pgbench can't pick, make a statement each, so there are fewer of those.
TYPES = {
    "by-id": 16,
    "municipality": 16,
    "municipality-filtered": 24,
    "municipality-uncounted": 16,
    "radius-dense": 100,
    "radius-country": 100,
    "radius-open": 100,
    "nearest": 100,
    "bbox": 100,
    "text": 16,
    "events-radius": 100,
    "events-municipality": 16,
    "events-division": 16,
    "events-old-place": 16,
    "events-tree": 16,
    "events-courses": 16,
}
# Requests that come again: the service keeps answers while the registry doesn't change (all other types are measured
# with that switched off). Name: the type, and among how many places.
KEPT = {"by-id-kept": ("by-id", 5_000), "municipality-kept": ("municipality", None)}
# What the service has beside pgbench: 2 shared and 8 exclusive connections.
LOADS = [(1, 1, 1), (32, 2, 8)]  # HTTP connections, wrk threads, pgbench clients
TICK = os.sysconf("SC_CLK_TCK")


def fail(text):
    sys.exit(f"benchmark: {text}")


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that answers /health on a free port."""

    def __init__(self, command, environment, log, ready):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [part.replace("PORT", str(self.port)) for part in command], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, env={**os.environ, "PLACEREGISTRY_DUPLICATES": "off", **environment,
                                     "PLACEREGISTRY_PORT": str(self.port)})
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.url + ready, timeout=5):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        with open(log, encoding="utf-8", errors="replace") as text:
            fail(f"{command[0]} did not become ready:\n{text.read()[-2000:]}")

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                fail(f"{path} was answered {error.code}: {error.read()[:500]}\n{log.read()[-2000:]}")

    def cpu(self):
        fields = stat(self.process.pid)
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, key):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"{key}:\s+(\d+)", file.read()).group(1)) // 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def stat(pid):
    """Fields of /proc/PID/stat after the name: state, parent …; utime is the 12th, cstime the 15th."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def database_cpu(postmaster):
    """Seconds of the cluster: living processes, and those that ended, which the postmaster has taken over."""
    total = sum(map(int, stat(postmaster)[11:15]))
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = stat(name)
            except OSError:
                continue
            if int(fields[1]) == postmaster:
                total += int(fields[11]) + int(fields[12])
    return total / TICK


# ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrk(url, kind, connections, threads, seconds, seed, places):
    output = run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s",
         f"{HERE}/load.lua", url, "--", kind, str(seed), str(places)],
        {"BENCHMARK_CENTRES": f"{HERE}/centres.csv"})
    found = re.search(r"^RESULT (.*)$", output, re.M)
    if not found:
        fail(f"wrk said nothing of {kind}:\n{output}")
    return {key: int(value) for key, value in (pair.split("=") for pair in found.group(1).split())}


def run(command, environment=None):
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, **(environment or {})},
        check=False)
    if done.returncode != 0:
        fail(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return done.stdout


def samples(kind, number, places):
    """Paths that wrk would ask for, taken by a server that only notes them."""
    paths = []

    class Note(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        server.handle_error = lambda *_: None  # wrk goes without a farewell
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        wrk(f"http://127.0.0.1:{server.server_address[1]}", kind, 1, 1, 1, 7, places)
        server.shutdown()
        thread.join()
    return paths[:number]


# ── the same SQL ─────────────────────────────────────────────────────────────────────────────────────────────────────

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[(\d+)\] (?:\S+ )?([A-Z]+):  (.*)$")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'((?:[^']|'')*)')")
NUMBER = re.compile(r"^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$")
TIME = re.compile(r"^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d)$")
OUR_ID = re.compile(r"^bench\d:p\d+$")


def statements(text):
    """The statements of PostgreSQL's log with log_statement = all: [(SQL, {number: value})]."""
    entries = []
    for line in text.split("\n"):
        match = ENTRY.match(line)
        if match:
            entries.append([match.group(2), match.group(3)])
        elif entries and line.startswith("\t"):
            entries[-1][1] += "\n" + line[1:]
    found = []
    for level, message in entries:
        if level == "LOG" and message.startswith("execute "):
            found.append((re.sub(r"^execute [^:]*: ", "", message, count=1), {}))
        elif level == "LOG" and message.startswith("statement: "):
            found.append((message[len("statement: "):], {}))
        elif level == "DETAIL" and message.startswith("parameters: ") and found:
            for number, value, quoted in PARAMETER.findall(message):
                found[-1][1][int(number)] = None if value == "NULL" else quoted.replace("''", "'")
    return found


def capture(options, folder, kinds):
    """Sample requests of each type with the statements that the service sends for them."""
    database_log(options, True)
    server = Server(
        [options.binary, "serve"], {"PLACEREGISTRY_ANSWER_CACHE": "0"}, f"{folder}/capture.log", "/ready")
    captured = {}
    try:
        for kind in kinds:
            paths = samples(kind, TYPES[kind], options.places)
            # Counts that are remembered are remembered while measuring too.
            for path in paths if kind != "municipality-uncounted" else []:
                server.get(path)
            taken, sizes = [], []
            for path in paths:
                with open(options.log, encoding="utf-8", errors="replace") as log:
                    log.seek(0, os.SEEK_END)
                    body = server.get(path)
                    found = statements(log.read())
                if not found:
                    fail(f"no statement was logged for {path}")
                taken.append(found)
                sizes.append((size(body), len(body)))
            captured[kind] = (taken, [statistics.mean(column) for column in zip(*sizes)])
            show(kind, paths[0], taken[0])
    finally:
        server.stop()
        database_log(options, False)
    return captured


def size(body):
    """How many places match."""
    answer = json.loads(body)
    if "numberMatched" in answer:
        return answer["numberMatched"]
    return answer["meta"]["count"] if "meta" in answer else 1


def show(kind, path, found):
    os.makedirs(f"{HERE}/results/sql", exist_ok=True)
    with open(f"{HERE}/results/sql/{kind}.sql", "w", encoding="utf-8") as file:
        file.write(f"-- {path}\n")
        for index, (sql, values) in enumerate(found):
            # To be given to psql: prepare, then explain (analyze, buffers) execute.
            arguments = ", ".join("null" if v is None else "'" + v.replace("'", "''") + "'" for _, v in sorted(values.items()))
            file.write(f"prepare s{index} as\n{sql};\nexplain (analyze, buffers) execute s{index}"
                       f"{'(' + arguments + ')' if arguments else ''};\n")


def database_log(options, on):
    setting = "set log_statement = 'all'" if on else "reset log_statement"
    run([f"{options.bindir}/psql", "-X", "-q", "-c", f"alter role placeregistry in database placeregistry {setting}",
         os.environ["SUPERUSER_URL"]])


def choice(values, low=0):
    """A pgbench expression that gives values[:i - low], by halves."""
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    return (f"case when :i < {low + half} then {choice(values[:half], low)} "
            f"else {choice(values[half:], low + half)} end")


def kind_of(value):
    """What pgbench may pick another value of; texts are as they are, and of `now` any will do."""
    for name, pattern in {"number": NUMBER, "id": OUR_ID, "time": TIME}.items():
        if value is not None and pattern.match(value):
            return name
    return value


def pgbench_arguments(folder, kind, taken, places):
    """Scripts for pgbench, one for each different set of texts, and the values of their variables."""
    groups = {}
    for request in taken:
        key = tuple((sql, tuple((n, kind_of(v)) for n, v in sorted(values.items()))) for sql, values in request)
        groups.setdefault(key, []).append([values for _, values in request])
    arguments = []
    for group, (key, requests) in enumerate(groups.items()):
        lines = [f"\\set i random(0, {len(requests) - 1})", f"\\set r random(1, {places})"]
        queries = []
        for index, (sql, parameters) in enumerate(key):
            # pgbench would take a colon in a literal (HH24:MI) for a variable; || is folded when the plan is made.
            sql = re.sub(r"(?<!:):(?=[A-Za-z_0-9])", "' || chr(58) || '", sql)
            texts = {}
            for number, what in parameters:
                name = f"g{group}_{index}_{number}"
                values = [request[index][number] for request in requests]
                if what is None:
                    texts[number] = "null"
                    continue
                if what == "id":
                    texts[number] = "('bench' || (:r)::int % 8 || chr(58) || 'p' || (:r)::int)"
                    continue
                if what == "time" or len(set(values)) == 1:
                    arguments += ["-D", f"{name}={values[0]}"]
                else:
                    lines.append(f"\\set {name} {choice(values)}")
                texts[number] = f":{name}"
            text = re.sub(r"\$(\d+)", lambda match: texts[int(match.group(1))], sql)
            queries.append(text.rstrip("; \n") + ";")
        path = f"{folder}/{kind}-{group}.pgbench"
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines + queries) + "\n")
        arguments += ["-f", f"{path}@{len(requests)}"]
    return arguments


def pgbench(options, arguments, clients):
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    began = database_cpu(options.postmaster)
    output = run(
        [f"{options.bindir}/pgbench", "-M", "prepared", "-n", "-c", str(clients), "-j", str(min(2, clients)), "-T",
         str(options.seconds), "--random-seed=7"] + arguments + [url.path[1:]],
        {"PGHOST": url.hostname, "PGPORT": str(url.port), "PGUSER": url.username, "PGPASSWORD": url.password,
         "PGOPTIONS": "-c plan_cache_mode=force_generic_plan -c pg_trgm.similarity_threshold=0.35"})
    transactions = int(re.search(r"transactions actually processed: (\d+)", output).group(1))
    if not transactions or re.search(r"aborted", output):
        fail(f"pgbench did nothing:\n{output}")
    return {"rate": float(re.search(r"^tps = ([\d.]+)", output, re.M).group(1)),
            "database": (database_cpu(options.postmaster) - began) / transactions * 1e6}


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(options, server, kind, connections, threads, seed, places=None):
    began = server.cpu(), database_cpu(options.postmaster)
    result = wrk(server.url, kind, connections, threads, options.seconds, seed, places or options.places)
    ended = server.cpu(), database_cpu(options.postmaster)
    if result["bad"] or result["broken"]:
        with open(server.log, encoding="utf-8", errors="replace") as log:
            fail(f"{kind} at {connections} connections: {result['bad']} errors, {result['broken']} broken connections, "
                 f"exit status {server.process.poll()}\n{log.read()[-3000:]}")
    number = max(1, result["requests"])
    return {"rate": number / result["us"] * 1e6, "p50": result["p50"], "p99": result["p99"],
            "server": (ended[0] - began[0]) / number * 1e6, "database": (ended[1] - began[1]) / number * 1e6}


def rounds(options, server, keeping, bare, kinds, floors):
    results = {}

    def note(name, load, values):
        results.setdefault((name, load), []).append(values)
        return values

    for number in range(options.rounds):
        for connections, threads, clients in LOADS:
            say(f"round {number + 1} of {options.rounds}, {connections} connections")
            # The seed differs by round, so that nothing is remembered from one to the next.
            seed = number + 1
            lone = note("floor-bare", connections, measure(options, bare, "health", connections, threads, seed))
            floor = measure(options, server, "health", connections, threads, seed)
            note("health", connections, {**floor, "bare": floor["rate"] / lone["rate"]})
            for name, (kind, places) in KEPT.items():
                if kind in kinds:
                    floor = measure(options, keeping, "health", connections, threads, seed)
                    values = measure(options, keeping, kind, connections, threads, seed, places)
                    note(name, connections, {**values, "http": values["rate"] / floor["rate"]})
            for kind in kinds:
                floor = measure(options, server, "health", connections, threads, seed)
                values = measure(options, server, kind, connections, threads, seed)
                same = pgbench(options, floors[kind], clients)
                note(kind, connections, {
                    **values, "http": values["rate"] / floor["rate"], "pgbench": values["rate"] / same["rate"],
                    "pgbench_rate": same["rate"], "pgbench_cpu": same["database"]})
    return {key: {name: statistics.median(v[name] for v in values) for name in values[0]}
            for key, values in results.items()}


def report(options, results, captured, server, load_before):
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True,
                            check=False).stdout.strip()
    version = run([f"{options.bindir}/postgres", "--version"]).strip()
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"model name\s*: (.*)", file.read())
        model = found.group(1) if found else model
    lines = [
        f"# {options.places:,} places, {time.strftime('%Y-%m-%d %H:%M')}, {commit}", "",
        f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}, {version}; load average "
        f"{load_before:.1f} before, {os.getloadavg()[0]:.1f} after (this run's own included). Medians of "
        f"{options.rounds} rounds of {options.seconds} s; wrk, pgbench, server and database share the cores.",
        f"Server memory: {server.memory('VmRSS')} MB resident at the end, {server.memory('VmHWM')} MB at most.", "",
        "| request | connections | requests/s | of /health | pgbench/s | of pgbench | p50 ms | p99 ms | server CPU µs "
        "| database CPU µs | pgbench's | matches | bytes |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (name, connections), v in sorted(results.items(), key=lambda item: (order(item[0][0]), item[0][1])):
        cells = [name, connections, f"{v['rate']:,.0f}"]
        cells.append(f"{v['http']:.0%}" if "http" in v else "")
        cells += [f"{v['pgbench_rate']:,.0f}", f"{v['pgbench']:.0%}"] if "pgbench" in v else ["", ""]
        cells += [f"{v['p50'] / 1000:.2f}", f"{v['p99'] / 1000:.2f}", f"{v['server']:.0f}"]
        cells.append(f"{v['database']:.0f}" if "http" in v else "")
        cells.append(f"{v['pgbench_cpu']:.0f}" if "pgbench" in v else "")
        cells += [f"{number:,.0f}" for number in captured[name][1]] if name in captured else ["", ""]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines.append("")
    for connections, _, _ in LOADS:
        ratio = results["health", connections]["bare"]
        lines.append(f"/health is {ratio:.2f} of a bare Hummingbird handler at {connections} connections"
                     f"{'' if ratio >= 0.8 else ': **FAILURE**, below 0.8'}.")
    return "\n".join(lines) + "\n"


def order(name):
    return ["floor-bare", "health", *KEPT, *TYPES].index(name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    for name in ("binary", "bare", "bindir", "log", "output"):
        parser.add_argument("--" + name)
    for name in ("places", "postmaster", "seconds", "rounds"):
        parser.add_argument("--" + name, type=int)
    parser.add_argument("kinds", nargs="*")
    options = parser.parse_args()
    if options.list:
        print("\n".join(["health", *TYPES]))
        return
    # `with` and `finally` are to run when Scripts/benchmark stops this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kinds = [kind for kind in TYPES if kind in options.kinds or not options.kinds]
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="placeregistry-benchmark.") as folder:
        say("taking the SQL of each request type")
        captured = capture(options, folder, kinds)
        floors = {kind: pgbench_arguments(folder, kind, captured[kind][0], options.places) for kind in kinds}
        bare = server = keeping = None
        try:
            bare = Server([options.bare, "PORT"], {}, f"{folder}/bare.log", "/health")
            server = Server(
                [options.binary, "serve"], {"PLACEREGISTRY_ANSWER_CACHE": "0"}, f"{folder}/server.log", "/ready")
            keeping = Server([options.binary, "serve"], {}, f"{folder}/keeping.log", "/ready")
            for kind in ["health", *kinds]:
                # Warm: first one alone, which fills what is remembered.
                measure(options, server, kind, 1, 1, 98)
                measure(options, server, kind, 32, 2, 99)
            for kind, places in KEPT.values():
                measure(options, keeping, kind, 32, 2, 99, places)
            results = rounds(options, server, keeping, bare, kinds, floors)
            text = report(options, results, captured, server, load_before)
        finally:
            for one in (server, keeping, bare):
                if one:
                    one.stop()
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    main()
