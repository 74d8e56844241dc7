"""Interleaved rounds and their statistics; counts by valgrind; memory; compile time."""

import dataclasses
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

from clients import Client, ClientFailed, Workload


@dataclasses.dataclass
class Series:
    """The rounds of one client with one workload."""

    client: Client
    workload: Workload
    samples: list[dict] = dataclasses.field(default_factory=list)
    _requests: int = 0

    def round(self, seconds: float, core: str | None) -> None:
        slots = self.workload.concurrency
        if not self._requests:
            # Not measured: finds how many requests take that long, and checks the answer.
            trial = self.client.run(self.workload, max(2 * slots, 20), slots, core)
            self._requests = max(int(trial["requests_per_s"] * seconds), 4 * slots)
        self.samples.append(self.client.run(self.workload, self._requests, max(self._requests // 10, 2 * slots), core))

    def values(self, field: str) -> list[float]:
        return [sample[field] for sample in self.samples if sample.get(field) is not None]


@dataclasses.dataclass(frozen=True)
class Figure:
    """A median with its range."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values) -> "Figure | None":
        values = list(values)
        return cls(statistics.median(values), min(values), max(values)) if values else None

    @classmethod
    def ratio(cls, left: Series | None, right: Series | None, field: str) -> "Figure | None":
        """The ratio in each round, so that a slow period of the machine affects both values."""
        if left is None or right is None:
            return None
        return cls.of(a / b for a, b in zip(left.values(field), right.values(field)))


def interleave(series: list[Series], rounds: int, seconds: float, core: str | None) -> dict[str, Series]:
    """All series in interleaved rounds. Other clients may fail and are left out; baseline and library must not fail."""
    series = list(series)
    for _ in range(rounds):
        for each in list(series):
            try:
                each.round(seconds, core)
            except ClientFailed as failure:
                if each.client.key in ("floor", "clerk"):
                    raise
                print(f"left out: {failure}", file=sys.stderr)
                series.remove(each)
    check_answers(series)
    return {each.client.key: each for each in series}


def check_answers(series: list[Series]) -> None:
    """Checks that all clients that decode have decoded the same answer."""
    answers = {each.client.label: each.samples[0]["checksum"] for each in series if each.client.decodes}
    if len(set(answers.values())) > 1:
        raise RuntimeError(f"the clients have decoded different answers: {answers}")


def instructions(client: Client, workload: Workload, runs: tuple[int, int], core: str | None,
                 directory: pathlib.Path) -> float:
    """Instructions in user mode per request, of the whole process: the difference of two run lengths, so that the start
    cancels out."""
    prefix = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={directory / 'callgrind'}")
    totals = []
    for requests in runs:
        log = client.run(workload, requests, workload.concurrency * 2, core, prefix)["log"]
        totals.append(int(re.search(r"Collected : (\d+)", log)[1]))
    return (totals[1] - totals[0]) / (runs[1] - runs[0])


def allocations(client: Client, workload: Workload, runs: tuple[int, int], core: str | None,
                directory: pathlib.Path) -> tuple[float, float]:
    """Heap allocations per request: those made in OpenSSL, and all others (the result's own included)."""
    counts = []
    for requests in runs:
        out = directory / "dhat"
        prefix = ("valgrind", "--tool=dhat", f"--dhat-out-file={out}")
        client.run(workload, requests, workload.concurrency * 2, core, prefix)
        profile = json.loads(out.read_text())
        frames = profile["ftbl"]
        tls = {index for index, frame in enumerate(frames) if "libssl" in frame or "libcrypto" in frame}
        inside = sum(point["tbk"] for point in profile["pps"] if tls.intersection(point["fs"]))
        counts.append((inside, sum(point["tbk"] for point in profile["pps"]) - inside))
    (inside, outside), (more_inside, more_outside) = counts
    between = runs[1] - runs[0]
    return (more_inside - inside) / between, (more_outside - outside) / between


def memory_per_connection(client: Client, workload: Workload, connections: int, core: str | None) -> float:
    """KiB of resident memory per idle connection, from the difference between two numbers of connections."""
    resident = []
    for count in (connections, 2 * connections):
        sample = client.run(dataclasses.replace(workload, concurrency=count), 8 * count, 4 * count, core)
        opened = sample["connections_opened"]
        if opened not in (0, count):
            raise RuntimeError(f"{client.label} opened {opened} connections, not {count}")
        resident.append(sample["rss_kb"])
    return (resident[1] - resident[0]) / connections


def compile_seconds(compiler: str, include: list[pathlib.Path], source: pathlib.Path, directory: pathlib.Path) -> float:
    begun = time.monotonic()
    subprocess.run([*_compile(compiler, include, source), "-c", "-o", str(directory / "compiled.o")], check=True)
    return time.monotonic() - begun


def includes_tls(compiler: str, include: list[pathlib.Path], source: pathlib.Path) -> bool:
    """Whether a file includes Beast or TLS headers."""
    headers = subprocess.run([*_compile(compiler, include, source), "-M"], check=True, capture_output=True, text=True).stdout
    return bool(re.search(r"/boost/beast/|/openssl/|/boost/asio/ssl", headers))


def _compile(compiler: str, include: list[pathlib.Path], source: pathlib.Path) -> list[str]:
    return [compiler, "-std=c++20", *(f"-I{path}" for path in include), str(source)]


def stripped_kb(program: pathlib.Path, directory: pathlib.Path) -> float | None:
    """The size of an executable without symbols; nothing when it is not built."""
    if not program.exists():
        return None
    stripped = directory / "stripped"
    subprocess.run(["strip", "-o", str(stripped), str(program)], check=True)
    return stripped.stat().st_size / 1024
