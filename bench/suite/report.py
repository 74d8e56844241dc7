"""Numbers as text, the targets, the plots."""

import dataclasses
import pathlib
import subprocess

from measure import Figure, Series

@dataclasses.dataclass(frozen=True)
class Target:
    """A target and whether it was met."""

    what: str
    limit: float
    value: Figure | float | None
    at_least: bool = False

    @property
    def number(self) -> float | None:
        return self.value.median if isinstance(self.value, Figure) else self.value

    @property
    def met(self) -> bool | None:
        if self.number is None:
            return None
        return self.number >= self.limit if self.at_least else self.number <= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        verdict = {True: "met", False: "MISSED", None: "not measured"}[self.met]
        relation = ">=" if self.at_least else "<="
        return self.what, f"{relation} {number(self.limit)}", spread(self.value), verdict


def number(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 1e6:
        return f"{value / 1e6:.2f} M"
    if value >= 10_000:
        return f"{value / 1e3:.1f} k"
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 20 else f"{value:.2f}"


def spread(figure: Figure | float | None) -> str:
    if not isinstance(figure, Figure):
        return number(figure)
    return f"{number(figure.median)} ({number(figure.lowest)}–{number(figure.highest)})"


@dataclasses.dataclass
class Section:
    """The clients of one workload, as measured."""

    title: str
    series: dict[str, Series]
    instructions: dict[str, float] = dataclasses.field(default_factory=dict)
    memory: dict[str, float] = dataclasses.field(default_factory=dict)


_PLOT_HEAD = """\
set terminal svg size 900,520 font "sans,13" background "white"
set output {output}
set title {title}
set grid ytics lc rgb "#dddddd"
set key below
"""


def _gnuplot(script: str) -> None:
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def _quote(text) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _blocks(curves: dict[str, list[tuple]]) -> str:
    return "".join(f"{_block(i)} << END\n" + "".join(" ".join(map(str, point)) + "\n" for point in points) + "END\n"
                   for i, points in enumerate(curves.values()))


def _block(number: int) -> str:
    return f"$block{number}"


def plot_throughput(curves: dict[str, list[tuple[int, Figure]]], output: pathlib.Path) -> None:
    """Requests per second against concurrency, with ranges."""
    points = {label: [(count, rate.median, rate.lowest, rate.highest) for count, rate in curve]
              for label, curve in curves.items()}
    script = _PLOT_HEAD.format(output=_quote(output), title=_quote("GET one organization"))
    script += 'set logscale x 2\nset xlabel "requests in flight"\nset ylabel "requests/s"\nset yrange [0:*]\n'
    script += _blocks(points) + "plot " + ", ".join(
        f"{_block(i)} using 1:2:3:4 with yerrorlines lw 2 title {_quote(label)}" for i, label in enumerate(points)) + "\n"
    _gnuplot(script)


def plot_cpu(bars: list[tuple[str, Figure]], title: str, output: pathlib.Path) -> None:
    """CPU per request of each client, with ranges."""
    script = _PLOT_HEAD.format(output=_quote(output), title=_quote(title))
    script += 'set ylabel "CPU per request, µs"\nset logscale y\nset style fill solid 0.6\nset boxwidth 0.7\nunset key\n'
    script += "set xtics rotate by -30\nset rmargin 10\n$a << END\n"
    script += "".join(f"{i} {bar.median} {bar.lowest} {bar.highest} {_quote(label)}\n"
                      for i, (label, bar) in enumerate(bars))
    script += "END\nplot $a using 1:2:xtic(5) with boxes, $a using 1:2:3:4 with yerrorbars lc black pt 0\n"
    _gnuplot(script)


def plot_export(walks: list[tuple[int, float, float]], title: str, output: pathlib.Path) -> None:
    """Time of a walk against pages in flight: (pages, seconds, ideal seconds)."""
    script = _PLOT_HEAD.format(output=_quote(output), title=_quote(title))
    script += 'set key inside right top\nset logscale x 2\nset xlabel "pages in flight"\nset ylabel "seconds"\n'
    script += "set yrange [0:*]\n"
    script += _blocks({"": walks}) + 'plot $block0 using 1:2 with linespoints lw 2 title "clerk-cpp", '
    script += '$block0 using 1:3 with lines dt 2 lw 2 title "latency and transfer"\n'
    _gnuplot(script)


def plot_overload(curves: dict[str, list[tuple[float, float]]], output: pathlib.Path) -> None:
    """Succeeded calls against offered calls, both relative to the capacity."""
    script = _PLOT_HEAD.format(output=_quote(output), title=_quote("Above capacity"))
    script += 'set logscale x\nset xlabel "calls offered / capacity"\nset ylabel "calls that succeed / capacity"\n'
    script += "set xrange [0.25:25]\nset yrange [0:1.2]\nset xtics (0.3, 0.6, 1, 2, 5, 10, 20)\n"
    script += _blocks(curves) + 'plot (x < 1 ? x : 1) with lines dt 2 lc "gray" title "all that is possible", '
    script += ", ".join(f"{_block(i)} using 1:2 with linespoints lw 2 title {_quote(label)}"
                        for i, label in enumerate(curves)) + "\n"
    _gnuplot(script)
