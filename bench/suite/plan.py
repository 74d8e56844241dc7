"""The measurements of the suite, and the targets for them."""

import concurrent.futures
import dataclasses
import json
import math
import pathlib
import subprocess

from clients import Client, Workload
from measure import (Figure, Series, allocations, compile_seconds, includes_tls, instructions, interleave,
                     memory_per_connection, stripped_kb)
from report import Section, Target, spread
from server import DELAY_MS, Server


@dataclasses.dataclass(frozen=True)
class Effort:
    """Durations and repetitions."""

    rounds: int
    seconds: float
    get_clients: tuple[str, ...]
    page_clients: tuple[str, ...]
    counted_clients: tuple[str, ...]  # by valgrind
    small_pages: tuple[int, ...]
    sweep: tuple[int, ...]
    sweep_rounds: int
    delayed_pages: int
    walks: int


FULL = Effort(
    rounds=7, seconds=1.5,
    get_clients=("floor", "wrk", "clerk", "curl", "curl-simdjson", "curl-boost-json", "curl-nlohmann", "beast",
                 "beast-boost-json", "cpprest", "javascript"),
    page_clients=("floor", "wrk", "clerk", "curl", "curl-simdjson", "curl-boost-json", "curl-nlohmann",
                  "beast-boost-json", "cpprest", "javascript"),
    counted_clients=("floor", "clerk", "curl", "curl-simdjson", "curl-boost-json", "curl-nlohmann", "beast",
                     "beast-boost-json"),
    small_pages=(10, 100), sweep=(1, 2, 4, 8, 16, 32, 64, 128, 256), sweep_rounds=3, delayed_pages=200, walks=3)
QUICK = Effort(
    rounds=3, seconds=0.4,
    get_clients=("floor", "clerk", "curl", "curl-simdjson", "beast-boost-json"),
    page_clients=("floor", "clerk", "curl-simdjson", "curl-boost-json"),
    counted_clients=("floor", "clerk"),
    small_pages=(100,), sweep=(1, 4, 16, 64, 256), sweep_rounds=1, delayed_pages=100, walks=1)

PAGES_IN_FLIGHT = (1, 2, 4, 8)
WHOLE_EXPORT = 500_000
MICRO_BENCHMARKS = ("json", "pool", "request", "limiter")
PAGE = 500


class Plan:
    """Runs everything; the results are its members."""

    def __init__(self, effort: Effort, server: Server, clients: dict[str, Client], client_core: str | None,
                 all_cores: str | None, say):
        self._effort = effort
        self._server = server
        self._clients = clients
        self._core = client_core
        self._all_cores = all_cores
        self._say = say
        self.get = self._workload(get=server.organization_id)
        self.page = self._workload(page=PAGE)
        self.sections: list[Section] = []
        self.targets: list[Target] = []
        self.notes: list[str] = []
        self.sweep: dict[str, list[tuple[int, Figure]]] = {}
        self.micro: dict[str, Figure] = {}
        self.user: dict[str, Figure | float | None] = {}
        self.walks: list[tuple[int, float, float]] = []

    def _workload(self, base_url: str = "", **what) -> Workload:
        return Workload(base_url=base_url or self._server.base_url, ca_file=str(self._server.ca_file), **what)

    def _compare(self, title: str, workload: Workload, keys: tuple[str, ...]) -> Section:
        self._say(title)
        series = [Series(self._clients[key], workload) for key in keys if key in self._clients]
        section = Section(title, interleave(series, self._effort.rounds, self._effort.seconds, self._core))
        self.sections.append(section)
        return section

    def run(self) -> None:
        self._requests()
        self._pages()
        self._concurrency()
        self._threads()
        self._reconnects()
        self._exports()

    def _ratio(self, section: Section, other: str, field: str = "cpu_us_per_request") -> Figure | None:
        return Figure.ratio(section.series.get("clerk"), section.series.get(other), field)

    def _requests(self) -> None:
        section = self._compare("GET one organization, 16 connections", self.get, self._effort.get_clients)
        self.get_section = section
        self._count_instructions(section, self.get, (200, 800))
        for key in ("floor", "clerk", "curl", "beast"):
            if key in self._clients:
                section.memory[key] = memory_per_connection(self._clients[key], self.get, 64, self._core)
        in_tls, elsewhere = allocations(self._clients["clerk"], self.get, (100, 600), self._core, self._server.directory)
        self.targets += [
            Target("GET, 16 connections: CPU, × hand-written baseline", 1.25, self._ratio(section, "floor")),
            Target("GET, 16 connections: CPU, × libcurl without JSON", 0.55, self._ratio(section, "curl")),
            Target("GET, 16 connections: instructions per request", 55_000, section.instructions.get("clerk")),
            Target("warm GET: heap allocations but OpenSSL's, with the result's strings", 16, elsewhere),
            Target("memory per idle connection, KB", 110, section.memory.get("clerk")),
        ]
        self.notes.append(f"warm GET: {in_tls:.1f} further heap allocations inside OpenSSL")
        alone = self._compare("GET one organization, 1 at a time", dataclasses.replace(self.get, concurrency=1),
                              ("floor", "clerk", "curl"))
        many = self._compare("GET one organization, 256 connections", dataclasses.replace(self.get, concurrency=256),
                             ("floor", "clerk", "curl"))
        self.targets += [
            Target("GET, 1 at a time: CPU, × hand-written baseline", 1.3, self._ratio(alone, "floor")),
            Target("GET, 1 at a time: median latency, × hand-written baseline", 1.3, self._ratio(alone, "floor", "p50_us")),
            Target("GET, 256 connections: CPU, × hand-written baseline", 1.3, self._ratio(many, "floor")),
            Target("GET, 256 connections: p99, × hand-written baseline", 1.1, self._ratio(many, "floor", "p99_us")),
        ]

    def _pages(self) -> None:
        for size in self._effort.small_pages:
            self._compare(f"page of {size}, 16 connections", dataclasses.replace(self.page, page=size),
                          ("floor", "clerk", "curl-simdjson"))
        section = self._compare(f"page of {PAGE}, 16 connections", self.page, self._effort.page_clients)
        self.page_section = section
        self._count_instructions(section, self.page, (10, 30))
        # Without the cache misses of decoding 16 pages alternately.
        alone = self._compare(f"page of {PAGE}, 1 at a time", dataclasses.replace(self.page, concurrency=1),
                              ("floor", "clerk", "curl-simdjson", "curl-boost-json"))
        self.targets += [
            Target("page of 500, 16 connections: CPU, × hand-written baseline", 2.5, self._ratio(section, "floor")),
            Target("page of 500, 16 connections: CPU, × libcurl + Boost.JSON DOM", 0.4,
                   self._ratio(section, "curl-boost-json")),
            Target("page of 500, 16 connections: p99, × libcurl + simdjson", 1.1,
                   self._ratio(section, "curl-simdjson", "p99_us")),
            Target("page of 500, 1 at a time: CPU, × hand-written baseline", 3.3, self._ratio(alone, "floor")),
            Target("page of 500, 1 at a time: CPU, × libcurl + Boost.JSON DOM", 0.4,
                   self._ratio(alone, "curl-boost-json")),
            Target("page of 500: instructions", 10_500_000, section.instructions.get("clerk")),
        ]

    def _count_instructions(self, section: Section, workload: Workload, runs: tuple[int, int]) -> None:
        self._say(f"{section.title}: instructions")
        for key in self._effort.counted_clients:
            if key in section.series:
                section.instructions[key] = instructions(
                    self._clients[key], workload, runs, self._core, self._server.directory)

    def _concurrency(self) -> None:
        self._say("throughput against concurrency")
        clients = [self._clients[key] for key in ("floor", "clerk", "curl", "curl-simdjson", "beast-boost-json")
                   if key in self._effort.get_clients and key in self._clients]
        for count in self._effort.sweep:
            series = [Series(client, dataclasses.replace(self.get, concurrency=count)) for client in clients]
            done = interleave(series, self._effort.sweep_rounds, min(self._effort.seconds, 0.7), self._core)
            for each in done.values():
                point = (count, Figure.of(each.values("requests_per_s")))
                self.sweep.setdefault(each.client.label, []).append(point)

    def _threads(self) -> None:
        self._say("2 threads on one io_context")
        for connections, limit in ((self.get.concurrency, 1.15), (64, 1.10)):
            one, two = self._one_and_two_threads(connections, self._core)
            self.targets.append(Target(f"2 threads, {connections} connections: CPU, × 1 thread", limit,
                                       Figure.ratio(two, one, "cpu_us_per_request")))
        # Each thread has its own core, or shares one with the server.
        one, two = self._one_and_two_threads(self.get.concurrency, self._all_cores)
        ratio = Figure.ratio(two, one, "cpu_us_per_request")
        self.notes.append(f"2 threads, {self.get.concurrency} connections, all cores: CPU, × 1 thread: {spread(ratio)}")
        # The part that is due to the machine: two programs that share only the cores.
        clerk = self._clients["clerk"]
        half = dataclasses.replace(self.get, concurrency=self.get.concurrency // 2)
        count = max(int(one.samples[0]["requests_per_s"] * self._effort.seconds) // 2, 1000)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            both = [pool.submit(clerk.run, half, count, count // 10, self._all_cores) for _ in range(2)]
        alone = Figure.of(one.values("cpu_us_per_request")).median
        apart = [done.result()["cpu_us_per_request"] / alone for done in both]
        self.notes.append(f"2 processes of 1 thread at once, all cores: CPU, × 1 alone: {min(apart):.2f} and {max(apart):.2f}")

    def _one_and_two_threads(self, connections: int, cores: str | None) -> list[Series]:
        series = [Series(self._clients["clerk"], dataclasses.replace(self.get, threads=threads, concurrency=connections))
                  for threads in (1, 2)]
        interleave(series, self._effort.rounds, self._effort.seconds, cores)
        return series

    def _reconnects(self) -> None:
        self._say("a connection for every request")
        clerk = self._clients["clerk"]
        urls = (self._server.base_url, self._server.reconnect_url, self._server.full_handshake_url)
        kept, resumed, full = (Series(clerk, dataclasses.replace(self.get, base_url=url)) for url in urls)
        floor = [Series(self._clients["floor"], series.workload) for series in (resumed, full) if "floor" in self._clients]
        interleave([kept, resumed, full, *floor], self._effort.rounds, self._effort.seconds, self._core)
        share = Figure.of(sample["tls_resumed"] / (sample["connections_opened"] - resumed.workload.concurrency)
                          for sample in resumed.samples)
        cpu = (each.values("cpu_us_per_request") for each in (kept, resumed, full))
        cost = Figure.of((b - a) / (c - a) for a, b, c in zip(*cpu))
        self.targets += [
            Target("reconnects that resume the TLS session (after the first 16)", 0.95, share, at_least=True),
            Target("reconnect: CPU, × that of a full handshake", 0.6, cost),
        ]
        labels = [f"{name}, {kind}" for name in ("clerk-cpp", "hand-written baseline") for kind in ("resumed", "full handshake")]
        rows = dict(zip(labels, (resumed, full, *floor)))
        named = {label: dataclasses.replace(series, client=dataclasses.replace(series.client, label=label))
                 for label, series in rows.items()}
        self.sections.append(Section("GET one organization, a connection for each, 16 at once", named))

    def _walk_times(self, **what) -> list[float]:
        workload = self._workload(export=self._effort.delayed_pages * PAGE, **what)
        return [self._clients["clerk"].run(workload, 0, 0, self._core)["elapsed_s"] for _ in range(self._effort.walks)]

    def _delayed_walks(self, in_flight: int, transfer: float) -> Figure:
        """Their time as a multiple of the network minimum: the latency of each round trip, and the transfer."""
        ideal = math.ceil(self._effort.delayed_pages / in_flight) * DELAY_MS / 1000 + transfer
        took = self._walk_times(base_url=self._server.delayed_url, prefetch=in_flight)
        self.walks.append((in_flight, Figure.of(took).median, ideal))
        return Figure.of(seconds / ideal for seconds in took)

    def _exports(self) -> None:
        clerk = self._clients["clerk"]
        self._say(f"export at {DELAY_MS} ms latency")
        # The same pages without latency: transfer and decoding.
        transfer = Figure.of(self._walk_times(prefetch=1)).median
        for in_flight in PAGES_IN_FLIGHT:
            limit = 1.15 if in_flight == 8 else 1.10
            self.targets.append(Target(
                f"export at {DELAY_MS} ms, {in_flight} pages in flight: time, × latency and transfer",
                limit, self._delayed_walks(in_flight, transfer) if self._server.can_delay else None))
        self._say(f"export of {WHOLE_EXPORT:,} without latency")
        walk = [clerk.run(self._workload(export=WHOLE_EXPORT, prefetch=2), 0, 0, self._core) for _ in range(self._effort.walks)]
        small = clerk.run(self._workload(export=WHOLE_EXPORT // 10, prefetch=2), 0, 0, self._core)
        self.targets += [
            Target("export of 500,000: CPU per organization, µs", 3, Figure.of(
                sample["cpu_us_per_request"] * sample["requests"] / sample["organizations"] for sample in walk)),
            Target("export of 500,000: memory, × that of 50,000", 1.1, Figure.of(
                sample["max_rss_kb"] / small["max_rss_kb"] for sample in walk)),
        ]

    def users_program(self, compiler: str, root: pathlib.Path, build: pathlib.Path) -> None:
        """What a user's program costs: compile time, and the size of the stripped executable."""
        self._say("compiling a user's program")
        include = [root / "include", build / "include"]
        header = self._server.directory / "include.cpp"
        header.write_text("#include <clerk.hpp>\n")
        program = root / "examples/quickstart.cpp"
        taken = {source: Figure.of(compile_seconds(compiler, include, source, self._server.directory)
                                   for _ in range(self._effort.walks)) for source in (header, program)}
        self.targets += [
            Target("including clerk.hpp: compile time, s", 1.6, taken[header]),
            Target("including clerk.hpp: Beast or TLS headers", 0, float(includes_tls(compiler, include, header))),
        ]
        self.user = {"quickstart: compile time, s": taken[program],
                     "quickstart: stripped executable, KB": stripped_kb(build / "bin/quickstart", self._server.directory)}

    def micro_benchmarks(self, directory: pathlib.Path) -> None:
        """The available ones; for JSON also the time of simdjson divided by that of this library's decoder."""
        times: dict[str, list[float]] = {}
        for name in MICRO_BENCHMARKS:
            program = directory / f"{name}_benchmark"
            if not program.exists():
                continue
            self._say(f"micro-benchmarks: {name}")
            command = [str(program), "--benchmark_format=json", f"--benchmark_repetitions={self._effort.rounds}",
                       "--benchmark_enable_random_interleaving=true", f"--benchmark_min_time={self._effort.seconds / 4}"]
            pinned = ["taskset", "-c", self._core] if self._core is not None else []
            done = subprocess.run([*pinned, *command], check=True, capture_output=True, text=True)
            for run in json.loads(done.stdout)["benchmarks"]:
                if run["run_type"] == "iteration":
                    times.setdefault(f"{name}: {run['run_name']}", []).append(run["cpu_time"])
        self.micro = {name: Figure.of(values) for name, values in sorted(times.items())}
        for kind, limit in (("text", 1.25), ("objects", 0.7)):
            pairs = zip(times.get(f"json: simdjson_{kind}", ()), times.get(f"json: clerk_{kind}", ()))
            ratio = Figure.of(simdjson / clerk for simdjson, clerk in pairs)
            self.targets.append(
                Target(f"JSON page, metadata as {kind}: speed, × simdjson on-demand", limit, ratio, at_least=True))
