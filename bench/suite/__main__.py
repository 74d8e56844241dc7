"""The benchmark suite: scripts/bench builds everything and starts this."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from clients import all_clients  # noqa: E402
from measure import Figure  # noqa: E402
from plan import FULL, QUICK, Plan  # noqa: E402
from report import plot_cpu, plot_export, plot_throughput  # noqa: E402
from runs import Runs, figure, markdown_table, over_runs, text_table  # noqa: E402
from server import DELAY_MS, Server  # noqa: E402


def _cores() -> tuple[int | None, str | None, str | None]:
    """The cores of the server, of the client, and of both; empty when there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or not shutil.which("taskset"):
        return None, None, None
    return cores[0], str(cores[1]), f"{cores[0]},{cores[1]}"


def _machine() -> dict[str, str]:
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    versions = {"nginx": ["nginx", "-v"], "compiler": ["c++", "--version"], "openssl": ["openssl", "version"],
                "libcurl": ["curl-config", "--version"], "simdjson": ["pkg-config", "--modversion", "simdjson"]}
    result = {"processor": model[1] if model else platform.processor(), "cores": str(os.cpu_count()),
              "kernel": platform.release()}
    for name, command in versions.items():
        try:
            done = subprocess.run(command, capture_output=True, text=True)
            result[name] = (done.stdout or done.stderr).splitlines()[0]
        except (OSError, IndexError):
            result[name] = f"not known: {command[0]} is missing"
    version = subprocess.run(["c++", "-E", "-P", "-x", "c++", "-"], capture_output=True, text=True,
                             input="#include <boost/version.hpp>\nBOOST_LIB_VERSION\n").stdout
    result["Boost"] = version.strip().strip('"').replace("_", ".") or "not known"
    return result


def _figure(value):
    if isinstance(value, Figure):
        return {"median": value.median, "lowest": value.lowest, "highest": value.highest}
    return value


def _results(plan: Plan, quick: bool) -> dict:
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": _machine(),
        "targets": [{"what": target.what, "limit": target.limit, "at_least": target.at_least,
                     "value": _figure(target.value), "met": target.met} for target in plan.targets],
        "sections": [{"title": section.title, "clients": [
            {"client": series.client.label, "instructions": section.instructions.get(key),
             "kb_per_connection": section.memory.get(key),
             "rounds": [{name: value for name, value in sample.items() if name != "log"} for sample in series.samples]}
            for key, series in section.series.items()]} for section in plan.sections],
        "notes": plan.notes,
        "requests_per_s_by_concurrency": {
            label: [(count, _figure(rate)) for count, rate in points] for label, points in plan.sweep.items()},
        "users_program": {name: _figure(value) for name, value in plan.user.items()},
        "micro_benchmarks_ns": {name: _figure(time) for name, time in plan.micro.items()},
        "export_s_by_pages_in_flight": [
            {"in_flight": in_flight, "seconds": seconds, "latency_and_transfer": ideal} for in_flight, seconds, ideal in plan.walks],
    }


def _plots(documents: list[dict], output: pathlib.Path) -> None:
    if not shutil.which("gnuplot"):
        return
    curves: dict[str, dict[int, list]] = {}
    for label, points in (pair for each in documents for pair in each["requests_per_s_by_concurrency"].items()):
        for count, rate in points:
            curves.setdefault(label, {}).setdefault(count, []).append(figure(rate))
    plot_throughput({label: [(count, over_runs(rates)) for count, rates in points.items()]
                     for label, points in curves.items()}, output / "throughput.svg")
    for title, name in (("GET one organization, 16 connections", "cpu-get"), ("page of 500, 16 connections", "cpu-page")):
        cpu: dict[str, list[Figure]] = {}
        for section in (section for each in documents for section in each["sections"] if section["title"] == title):
            for client in section["clients"]:
                rounds = Figure.of(sample["cpu_us_per_request"] for sample in client["rounds"])
                cpu.setdefault(client["client"], []).append(rounds)
        plot_cpu([(label, over_runs(runs)) for label, runs in cpu.items()], title, output / f"{name}.svg")
    walks: dict[int, list[tuple[float, float]]] = {}
    for walk in (walk for each in documents for walk in each["export_s_by_pages_in_flight"]):
        walks.setdefault(walk["in_flight"], []).append((walk["seconds"], walk["latency_and_transfer"]))
    if walks:
        plot_export([(count, *(Figure.of(column).median for column in zip(*times))) for count, times in walks.items()],
                    f"Walking 500-item pages at {DELAY_MS} ms latency", output / "export.svg")


def _measure(build: pathlib.Path, quick: bool) -> dict:
    root = pathlib.Path(__file__).resolve().parents[2]
    binaries = build / "bin"
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - begun:5.0f} s] {text}", file=sys.stderr, flush=True)

    server_core, client_core, all_cores = _cores()
    with Server(server_core) as server:
        plan = Plan(QUICK if quick else FULL, server, all_clients(binaries, root), client_core, all_cores, say)
        plan.run()
        plan.micro_benchmarks(binaries / "bench")
        plan.users_program("g++", root, build)
    return _results(plan, quick)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--quick", action="store_true")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=1)
    source.add_argument("--merge", type=pathlib.Path, nargs="+", metavar="FILE", help="report these results.json, measure nothing")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs is at least 1")
    # Clean up after a signal too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    options.output.mkdir(parents=True, exist_ok=True)
    documents = [json.loads(file.read_text()) for file in options.merge or ()]
    for run in range(0 if options.merge else options.runs):
        documents.append(_measure(options.build, options.quick))
        name = "results.json" if options.runs == 1 else f"results-{run + 1}.json"
        (options.output / name).write_text(json.dumps(documents[-1], indent=1, ensure_ascii=False) + "\n")
    _plots(documents, options.output)
    runs = Runs(documents)
    (options.output / "table.txt").write_text(runs.report(text_table))
    (options.output / "table.md").write_text(runs.report(markdown_table))
    print(runs.report(text_table))
    print(f"{options.output}: table.txt, table.md, results (.json), plots (.svg)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)
