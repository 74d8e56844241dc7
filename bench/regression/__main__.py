"""Counts the instructions of a warm GET and of a page of 500, everything in the process included, and compares them with
the baseline that is checked in. scripts/test --full builds clerk-bench optimised and starts this.

The counts are callgrind's, of user mode, so a busy machine does not change them; another compiler or library does."""

import argparse
import json
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
_HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "suite"))

from canned_server import PAGE, CannedServer  # noqa: E402
from clients import Client, ClientFailed, Workload  # noqa: E402
from measure import instructions  # noqa: E402

# Limits as a multiple of the baseline: with the same tools, and with others.
LIMIT = 1.03
LOOSE_LIMIT = 1.15


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


def _instruction_set() -> str:
    """OpenSSL and the C library choose their code by it. valgrind shows every x86-64 processor with AVX2 as the same one,
    so the model does not matter."""
    flags = re.search(r"^flags\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return platform.machine() + (" with AVX2" if flags and "avx2" in flags[1].split() else "")


def environment(build: pathlib.Path) -> dict[str, str]:
    """Everything outside this repository on which the counts depend."""
    cache = (build / "CMakeCache.txt").read_text()
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache, re.M)[1]
    boost = re.search(r"^Boost_DIR:\w+=.*Boost-([\d.]+)$", cache, re.M)
    flags = re.search(r"^CMAKE_CXX_FLAGS_RELEASE:\w+=(.*)$", cache, re.M)[1]
    return {
        "compiler": _first_line(compiler, "--version"),
        "flags": flags,
        "Boost": boost[1] if boost else "unknown",
        "OpenSSL": _first_line("openssl", "version"),
        "libc": " ".join(platform.libc_ver()),
        "valgrind": _first_line("valgrind", "--version"),
        "instruction set": _instruction_set(),
    }


def count(build: pathlib.Path) -> dict[str, int]:
    client = Client("clerk", "clerk-bench", (str(build / "bin/clerk-bench"),))
    with tempfile.TemporaryDirectory(prefix="clerk-regression-") as name:
        directory = pathlib.Path(name)
        with CannedServer(directory) as server:
            def counted(runs: tuple[int, int], **what) -> int:
                workload = Workload(server.base_url, str(server.ca_file), concurrency=1, **what)
                return round(instructions(client, workload, runs, None, directory))

            return {"get": counted((100, 600), get="org_1"), f"page_of_{PAGE}": counted((5, 25), page=PAGE)}


def compare(counts: dict[str, int], baseline: dict, here: dict[str, str]) -> bool:
    """Prints the comparison. False when a count is above its limit."""
    others = [f"{what} is {here[what]}, was {there}" for what, there in baseline["environment"].items()
              if here.get(what) != there]
    limit = LOOSE_LIMIT if others else LIMIT
    if others:
        print(f"The baseline is from other tools, so the limit is {limit - 1:.0%} above it instead of {LIMIT - 1:.0%}:")
        print("".join(f"  {line}\n" for line in others), end="")
    passed = True
    for what, now in counts.items():
        before = baseline["instructions"][what]
        good = now <= before * limit
        passed = passed and good
        print(f"{what}: {now:,} instructions, baseline {before:,} ({now / before - 1:+.1%}): "
              f"{'passed' if good else f'FAILED, the limit is {before * limit:,.0f}'}")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(prog="regression", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a Release build tree with clerk-bench")
    parser.add_argument("--baseline", type=pathlib.Path, default=_HERE / "baseline.json")
    parser.add_argument("--update", action="store_true", help="write the baseline instead of comparing with it")
    arguments = parser.parse_args()

    counts, here = count(arguments.build), environment(arguments.build)
    if arguments.update:
        arguments.baseline.write_text(json.dumps({"environment": here, "instructions": counts}, indent=2) + "\n")
        print(f"{arguments.baseline}: {counts}")
        return 0
    if compare(counts, json.loads(arguments.baseline.read_text()), here):
        return 0
    print("If the increase is justified, `python3 bench/regression --build TREE --update` writes a new baseline.")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ClientFailed, OSError, subprocess.SubprocessError) as error:
        print(f"regression: {error}", file=sys.stderr)
        sys.exit(2)
