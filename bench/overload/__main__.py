"""Measures goodput against offered load, over TLS on loopback: calls are made at a given rate whether they succeed or
not. Builds nothing: scripts/bench does, and starts it; docs/resilience.md explains the result. Writes overload.svg and
prints the table."""

import argparse
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "suite"))

from report import plot_overload  # noqa: E402

LATENCY = 0.05
POOL = 4
LIMIT, WINDOW = 1000, 10
FACTORS = (0.3, 0.6, 0.9, 1.2, 2, 5, 10, 20)


def _run(program: pathlib.Path, rate: float, seconds: float, *flags: str) -> dict:
    command = [str(program), "--rate", f"{rate:.1f}", "--seconds", f"{seconds:g}", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(prog="overload", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a Release build tree with bin/bench/overload")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("docs/images"), help="where overload.svg goes")
    parser.add_argument("--quick", action="store_true", help="half of the time, six minutes")
    arguments = parser.parse_args()
    program = arguments.build / "bin/bench/overload"
    pool_seconds, limit_seconds = (3, 20) if arguments.quick else (10, 30)

    cases = {
        f"pool of {POOL}": (POOL / LATENCY, pool_seconds, ("--connections", str(POOL))),
        f"limiter, {LIMIT} in {WINDOW} s": (LIMIT / WINDOW, limit_seconds, ("--limited", "--limiter")),
        "no limiter": (LIMIT / WINDOW, limit_seconds, ("--limited",)),
    }
    print(f"{'':24} {'load':>6} {'offered/s':>10} {'succeeded/s':>12} {'of capacity':>12} {'sent/s':>8} {'connections':>12}")
    curves: dict[str, list[tuple[float, float]]] = {}
    for name, (capacity, seconds, flags) in cases.items():
        for factor in FACTORS:
            counts = _run(program, factor * capacity, seconds, *flags)
            took = counts["seconds"]
            succeeded = counts["succeeded"] / took
            curves.setdefault(name, []).append((factor, succeeded / capacity))
            print(f"{name:24} {factor:6g} {counts['offered'] / took:10.1f} {succeeded:12.1f} {succeeded / capacity:12.0%} "
                  f"{counts['requests'] / took:8.1f} {counts['connections']:12}", flush=True)
    plot_overload(curves, arguments.output / "overload.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
