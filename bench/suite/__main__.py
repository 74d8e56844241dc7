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
from report import micro_lines, plot_cpu, plot_export, plot_throughput, table  # noqa: E402
from server import DELAY_MS, Server  # noqa: E402


def _cores() -> tuple[int | None, str | None, str | None]:
    """The cores of the server, of the client, and of both; empty when there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or not shutil.which("taskset"):
        return None, None, None
    return cores[0], str(cores[1]), f"{cores[0]},{cores[1]}"


def _machine() -> dict[str, str]:
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    versions = {"nginx": ["nginx", "-v"], "compiler": ["c++", "--version"], "openssl": ["openssl", "version"]}
    result = {"processor": model[1] if model else platform.processor(), "cores": str(os.cpu_count()),
              "kernel": platform.release()}
    for name, command in versions.items():
        done = subprocess.run(command, capture_output=True, text=True)
        result[name] = (done.stdout or done.stderr).splitlines()[0]
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
        "micro_benchmarks_ns": {name: _figure(time) for name, time in plan.micro.items()},
        "export_s_by_pages_in_flight": [
            {"in_flight": in_flight, "seconds": seconds, "latency_and_transfer": ideal} for in_flight, seconds, ideal in plan.walks],
    }


def _plots(plan: Plan, output: pathlib.Path) -> None:
    if not shutil.which("gnuplot"):
        return
    plot_throughput(plan.sweep, output / "throughput.svg")
    for section, name in ((plan.get_section, "cpu-get"), (plan.page_section, "cpu-page")):
        bars = [(series.client.label, Figure.of(series.values("cpu_us_per_request")))
                for series in section.series.values()]
        plot_cpu(bars, section.title, output / f"{name}.svg")
    if plan.walks:
        plot_export(plan.walks, f"Walking 500-item pages at {DELAY_MS} ms latency", output / "export.svg")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    # Clean up after a signal too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    root = pathlib.Path(__file__).resolve().parents[2]
    binaries = options.build / "bin"
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - begun:5.0f} s] {text}", file=sys.stderr, flush=True)

    server_core, client_core, all_cores = _cores()
    with Server(server_core) as server:
        effort = QUICK if options.quick else FULL
        plan = Plan(effort, server, all_clients(binaries, root), client_core, all_cores, say)
        plan.run()
        plan.micro_benchmarks(binaries / "bench")
        plan.compile_time("g++", [root / "include", options.build / "include"])

    options.output.mkdir(parents=True, exist_ok=True)
    results = json.dumps(_results(plan, options.quick), indent=1, ensure_ascii=False)
    (options.output / "results.json").write_text(results + "\n")
    _plots(plan, options.output)
    text = "\n".join([table(plan.sections), "", "Targets: median (lowest–highest round)",
                      *(target.line() for target in plan.targets), *plan.notes, "",
                      *micro_lines(plan.micro)])
    (options.output / "table.txt").write_text(text)
    print(text)
    print(f"{options.output}: table.txt, results.json, plots (.svg)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)
