"""The clients: how a run is started, and how its output is parsed."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess

SECRET_KEY = "sk_test_bench"
API_VERSION = "2026-05-12"


class ClientFailed(RuntimeError):
    """A run failed, or counted failed requests."""


@dataclasses.dataclass(frozen=True)
class Workload:
    """The requests of a run, and their concurrency."""

    base_url: str
    ca_file: str
    get: str = ""
    page: int = 0
    export: int = 0
    prefetch: int = 0
    concurrency: int = 16
    threads: int = 1

    def arguments(self) -> list[str]:
        what = {"--get": self.get, "--list": self.page, "--export": self.export}
        result = ["--base-url", self.base_url, "--ca-file", self.ca_file]
        result += [str(word) for option, value in what.items() if value for word in (option, value)]
        if self.export:
            result += ["--page-size", "500", "--prefetch", str(self.prefetch)]
            result += ["--connections", str(max(self.prefetch, 1))]
        else:
            result += ["--concurrency", str(self.concurrency)]
        if self.threads != 1:
            result += ["--threads", str(self.threads)]
        return result

    def url(self) -> str:
        return f"{self.base_url}/organizations" + (f"/{self.get}" if self.get else f"?limit={self.page}")


@dataclasses.dataclass(frozen=True)
class Client:
    """A program with the command line and the output of clerk-bench."""

    key: str
    label: str
    command: tuple[str, ...]
    decodes: bool = True

    def environment(self, workload: Workload) -> dict[str, str]:
        return dict(os.environ, CLERK_SECRET_KEY=SECRET_KEY, NODE_EXTRA_CA_CERTS=workload.ca_file)

    def run(self, workload: Workload, requests: int, warmup: int, core: str | None,
            prefix: tuple[str, ...] = ()) -> dict:
        pinned = ("taskset", "-c", core) if core is not None else ()
        command = [*pinned, *prefix, *self.command, *workload.arguments(), "--details"]
        if not workload.export:
            command += ["--requests", str(requests), "--warmup", str(warmup)]
        done = subprocess.run(command, env=self.environment(workload), capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise ClientFailed(f"{self.label}: {done.stderr.strip()[-500:]}")
        sample = json.loads(done.stdout)
        if sample["errors"]:
            raise ClientFailed(f"{self.label}: {sample['errors']} errors, the first: {done.stderr.strip()[:500]}")
        sample["log"] = done.stderr
        return sample


class Wrk(Client):
    """wrk has its own output format, runs for a time instead of a number of requests, and includes connecting."""

    _SECONDS = 1.0

    def run(self, workload: Workload, requests: int, warmup: int, core: str | None,
            prefix: tuple[str, ...] = ()) -> dict:
        pinned = ["taskset", "-c", core] if core is not None else []
        command = [*pinned, *self.command, "-t1", f"-c{workload.concurrency}", f"-d{self._SECONDS:.0f}s", "--latency",
                   "-H", f"Authorization: Bearer {SECRET_KEY}", "-H", "Accept: application/json",
                   "-H", f"Clerk-API-Version: {API_VERSION}", "-H", "User-Agent: clerk-bench", workload.url()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0 or "Non-2xx" in output or "Socket errors" in output:
            raise ClientFailed(f"wrk: {output[-500:]}")
        done = int(re.search(r"(\d+) requests in", output)[1])
        units = {"us": 1, "ms": 1e3, "s": 1e6}
        latency = {share: float(value) * units[unit]
                   for share, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)", output)}
        return {"requests": done, "errors": 0, "elapsed_s": self._SECONDS,
                "requests_per_s": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
                "cpu_us_per_request": (usage.ru_utime + usage.ru_stime) * 1e6 / done,
                "p50_us": latency["50"], "p99_us": latency["99"], "p999_us": None}


def _node_is_new_enough() -> bool:
    """The JavaScript SDK needs Node.js 20."""
    if not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(re.match(r"v(\d+)", version)[1]) >= 20


def all_clients(binaries: pathlib.Path, root: pathlib.Path) -> dict[str, Client]:
    """The available clients, by key."""
    bench = binaries / "bench"
    candidates = [
        Client("floor", "hand-written baseline: epoll + OpenSSL, no JSON", (str(bench / "bench-floor"),), decodes=False),
        Wrk("wrk", "wrk, no JSON", (shutil.which("wrk") or "/nonexistent",), decodes=False),
        Client("clerk", "clerk-cpp", (str(binaries / "clerk-bench"),)),
        Client("curl", "libcurl, no JSON", (str(bench / "bench-curl"), "--decode", "none"), decodes=False),
        Client("curl-simdjson", "libcurl + simdjson", (str(bench / "bench-curl"), "--decode", "simdjson")),
        Client("curl-boost-json", "libcurl + Boost.JSON DOM", (str(bench / "bench-curl"), "--decode", "boost-json")),
        Client("curl-nlohmann", "libcurl + nlohmann", (str(bench / "bench-curl"), "--decode", "nlohmann")),
        Client("beast", "Beast, no JSON", (str(bench / "bench-beast"), "--decode", "none"), decodes=False),
        Client("beast-boost-json", "Beast + Boost.JSON DOM", (str(bench / "bench-beast"), "--decode", "boost-json")),
        Client("cpprest", "C++ REST SDK", (str(bench / "bench-cpprest"),)),
    ]
    found = {client.key: client for client in candidates if pathlib.Path(client.command[0]).exists()}
    script = root / "bench/peers/javascript"
    if _node_is_new_enough() and (script / "node_modules").exists():
        found["javascript"] = Client("javascript", "official JavaScript SDK", ("node", str(script / "bench.mjs")))
    return found
