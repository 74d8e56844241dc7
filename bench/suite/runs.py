"""The results of one or several runs, as text or Markdown."""

from measure import Figure
from report import Target, number, spread

_COLUMNS = ("client", "CPU µs/request", "× hand-written baseline", "× libcurl", "clerk-cpp ×", "requests/s", "p50 µs", "p99 µs",
            "p99.9 µs", "instructions", "KB/connection")
_FLOOR, _CURL, _CLERK = "hand-written baseline", "libcurl, no JSON", "clerk-cpp"
LEGEND = ("clerk-cpp ×: the CPU of clerk-cpp as a multiple of the row's. The hand-written baseline is no lower bound.",
          "–: not measured: the client to compare with is not part of that workload, or (instructions, KB/connection) the suite counts "
          "them only with 16 connections and for some clients, or (p99.9) wrk does not report it.")


def figure(value) -> Figure | float | None:
    """As stored in results.json."""
    return Figure(value["median"], value["lowest"], value["highest"]) if isinstance(value, dict) else value


def over_runs(values: list[Figure | float | None]) -> Figure | float | None:
    """Of one run its own figure; of several the median, lowest and highest of their medians."""
    if len(values) == 1:
        return values[0]
    return Figure.of(value.median if isinstance(value, Figure) else value for value in values if value is not None)


def _values(client: dict | None, field: str) -> list[float]:
    return [each[field] for each in client["rounds"] if each.get(field) is not None] if client else []


def _ratio(left: dict | None, right: dict | None) -> Figure | None:
    field = "cpu_us_per_request"
    return Figure.of(a / b for a, b in zip(_values(left, field), _values(right, field)))


class Runs:
    """The documents (results.json) of runs with the same effort."""

    def __init__(self, documents: list[dict]):
        if len({document["quick"] for document in documents}) != 1:
            raise RuntimeError("runs with and without --quick cannot be combined")
        self._documents = documents

    def targets(self) -> list[Target]:
        """With the limits of the last run."""
        found = [{target["what"]: figure(target["value"]) for target in each["targets"]} for each in self._documents]
        return [Target(target["what"], target["limit"], over_runs([each.get(target["what"]) for each in found]),
                       target["at_least"]) for target in self._documents[-1]["targets"]]

    def _merged(self, name: str) -> list[tuple[str, str]]:
        keys = dict.fromkeys(key for each in self._documents for key in each.get(name, {}))
        return [(key, spread(over_runs([figure(each.get(name, {}).get(key)) for each in self._documents]))) for key in keys]

    def sections(self) -> dict[str, list[tuple[str, ...]]]:
        runs = [{section["title"]: {client["client"]: client for client in section["clients"]}
                 for section in each["sections"]} for each in self._documents]
        titles = dict.fromkeys(title for run in runs for title in run)
        return {title: self._rows([run.get(title, {}) for run in runs]) for title in titles}

    @staticmethod
    def _rows(runs: list[dict[str, dict]]) -> list[tuple[str, ...]]:
        def named(run: dict, label: str) -> dict | None:
            return next((client for name, client in run.items() if name == label or name.startswith(label + ":")), None)

        def over(value) -> Figure | float | None:
            return over_runs([value(run) for run in runs])

        rows = []
        for label in dict.fromkeys(name for run in runs for name in run):
            medians = (over(lambda run: Figure.of(_values(run.get(label), field)))
                       for field in ("requests_per_s", "p50_us", "p99_us", "p999_us"))
            rows.append((
                label, spread(over(lambda run: Figure.of(_values(run.get(label), "cpu_us_per_request")))),
                spread(over(lambda run: _ratio(run.get(label), named(run, _FLOOR)))),
                spread(over(lambda run: _ratio(run.get(label), named(run, _CURL)))),
                spread(over(lambda run: _ratio(named(run, _CLERK), run.get(label)))),
                *(number(each.median if each else None) for each in medians),
                *(spread(over(lambda run: run.get(label, {}).get(field))) for field in ("instructions", "kb_per_connection"))))
        return rows

    def heading(self) -> list[str]:
        dates = sorted(each["date"] for each in self._documents)
        machine = {key: " / ".join(dict.fromkeys(each["machine"].get(key, "not recorded") for each in self._documents))
                   for key in self._documents[-1]["machine"]}
        count, kind = (f"{len(dates)} runs", "runs") if len(dates) > 1 else ("1 run", "rounds")
        return [f"{count}{' with --quick' if self._documents[0]['quick'] else ''}, {dates[0]} to {dates[-1]}; "
                f"medians, in brackets the lowest and highest of the {kind}",
                "; ".join(f"{key}: {value}" for key, value in machine.items())]

    def report(self, table) -> str:
        """`table` formats a title, a heading and rows."""
        targets = [target.cells() for target in self.targets()]
        head = ("target", "required", "measured", "verdict")
        missed = [cells for cells in targets if cells[3] == "MISSED"]
        parts = ["\n\n".join(self.heading())]
        parts += [table("Missed targets", head, missed)] if missed else ["All measured targets are met."]
        parts += [table(title, _COLUMNS, rows) for title, rows in self.sections().items()]
        parts += ["\n\n".join(LEGEND), table("Targets", head, targets)]
        for title, name in (("A user's program", "users_program"),
                            ("Micro-benchmarks: CPU time, ns (json: a page of 500)", "micro_benchmarks_ns")):
            if rows := self._merged(name):
                parts.append(table(title, ("figure", "measured"), rows))
        notes = [note for each in self._documents for note in each["notes"]]
        return "\n\n".join([*parts, *dict.fromkeys(notes)]) + "\n"


def text_table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = ("  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
             for row in (head, *rows))
    return "\n".join([title, *lines])


def markdown_table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))
    return "\n".join([f"### {title}", "", *lines])
