"""
The report: tables, JSON and plots.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from benchmarks.figures import Spread
from benchmarks.measures import TITLES
from benchmarks.run import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.measures import Case, Figure


@frozen
class Results:
    """
    All that was found.
    """

    records: Sequence[Record]

    def spread(self, case: Case, server: str, key: str) -> Spread:
        """
        Return a figure of one server in one case, over the rounds.
        """
        return Spread.of(
            _number(record.found.get(key))
            for record in self.records
            if (record.measure, record.case, record.server) == (case.measure, case.name, server)
        )

    def servers(self, case: Case) -> list[str]:
        """
        Return who took part in a case, in the order in which they did.
        """
        names = [
            record.server
            for record in self.records
            if (record.measure, record.case) == (case.measure, case.name)
        ]
        return list(dict.fromkeys(names))

    def error(self, case: Case, server: str) -> str:
        """
        Return why a server came to nothing in a case; empty if it did not.
        """
        for record in self.records:
            key = (record.measure, record.case, record.server)
            if key == (case.measure, case.name, server) and "error" in record.found:
                return str(record.found["error"])
        return ""

    def ratio(self, case: Case, key: str, of: str, to: str) -> float:
        """
        Return the median over the rounds of one server's figure divided by another's.
        """
        by_round: dict[int, dict[str, float]] = {}
        for record in self.records:
            if (record.measure, record.case) == (case.measure, case.name):
                value = _number(record.found.get(key))
                by_round.setdefault(record.round, {})[record.server] = value
        return Spread.of(
            values[of] / values[to]
            for values in by_round.values()
            if of in values and values.get(to)
        ).median


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def shown(spread: Spread, figure: Figure) -> str:
    """
    Return a median, with the lowest and highest where they differ.
    """
    if not spread.rounds:
        return ""
    median, lowest, highest = (
        format(value, figure.form) for value in (spread.median, spread.lowest, spread.highest)
    )
    return median if lowest == highest else f"{median} ({lowest} to {highest})"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """
    Return the lines of a Markdown table; the first row is the heading.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return lines


#: What is shown first: heading, measure, case, figure, and how it is written.
_SUMMARY = (
    ("200 members, deliveries/s", 1, "200 members", "deliveries_per_s", ",.0f"),
    ("1,000 members, deliveries/s", 1, "1,000 members", "deliveries_per_s", ",.0f"),
    ("p99, ms", 1, "1,000 members", "p99_ms", ",.1f"),
    ("light, CPU us/delivery", 2, "50 lines/s", "cpu_us", ",.1f"),
    ("light, p99, ms", 2, "50 lines/s", "p99_ms", ",.1f"),
    ("100 rooms of 10, CPU us/delivery", 3, "100 rooms of 10", "cpu_us", ",.1f"),
    ("idle, KiB each", 4, "1,000 plain", "rss_kib_each", ",.1f"),
)
# Nobody can start it, so that it stands in the long tables alone.
_FORGETFUL = "twisted-chat no history"
#: The short table: columns, and servers.
SHORT = (_SUMMARY[0], _SUMMARY[1], _SUMMARY[5])
SHORT_OF = ("twisted-chat", "inspircd", "nats", "mosquitto", "floor")


def summary(
    results: Results,
    cases: Iterable[Case],
    shown: Sequence[tuple[str, int, str, str, str]] = _SUMMARY,
    only: Sequence[str] = (),
) -> list[str]:
    """
    Return the lines of the main table: a row for each server, medians only.

    Args:
        shown: its columns, as those of all.
        only: the servers that are shown; empty for all.
    """
    known = {(case.measure, case.name): case for case in cases}
    columns = [column for column in shown if column[1:3] in known]
    servers = dict.fromkeys(
        server
        for column in columns
        for server in results.servers(known[column[1:3]])
        if not only or server in only
    )
    rows = [["server", *(column[0] for column in columns)]]
    for server in servers:
        row = [server]
        for _, measure, name, key, form in columns:
            spread = results.spread(known[measure, name], server, key)
            row.append(format(spread.median, form) if spread.rounds else "")
        rows.append(row)
    return table(rows)


def tables(results: Results, cases: Iterable[Case]) -> list[str]:
    """
    Return the lines of all tables, a section for each measure.
    """
    lines: list[str] = []
    rows: dict[int, list[list[str]]] = {}
    failures: dict[int, list[str]] = {}
    for case in cases:
        section = rows.setdefault(case.measure, [])
        if not section:
            section.append(["case", "server", *(figure.title for figure in case.figures)])
        for server in results.servers(case):
            error = results.error(case, server)
            if error:
                failures.setdefault(case.measure, []).append(f"{case.name}, {server}: {error}")
            spreads = [results.spread(case, server, figure.key) for figure in case.figures]
            if any(spread.rounds for spread in spreads):
                cells = map(shown, spreads, case.figures)
                section.append([case.name, server, *cells])
    for measure, section in rows.items():
        if len(section) > 1 or measure in failures:
            lines += [f"## {measure}. {TITLES[measure]}", ""]
            lines += table(section)
            lines += ["", *(f"- Came to nothing: {line}." for line in failures.get(measure, []))]
            lines.append("")
    return lines


def write_json(path: Path, about: dict[str, Any], results: Results) -> None:
    """
    Write all that was found in every run.
    """
    runs = [attrs.asdict(record) for record in results.records]
    text = json.dumps(_plain({**about, "runs": runs}), indent=1, allow_nan=False)
    # In one step: an interruption leaves the one or the other.
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text + "\n")
    fresh.replace(path)


def read_json(path: Path, about: dict[str, Any]) -> list[Record]:
    """
    Return the runs that `write_json` wrote; nothing if there is no such file.

    Raises:
        ValueError: they are of another machine, other versions or of other length than ``about``.
    """
    if not path.exists():
        return []
    found = json.loads(path.read_text())
    for key in ("machine", "versions", "seconds"):
        if found.get(key) != _plain(about.get(key)):
            raise ValueError(f"the runs in {path} have another {key}: {found.get(key)}")
    return [Record(**run) for run in found["runs"]]


def _plain(value: Any) -> Any:
    # JSON knows no NaN.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


@frozen(kw_only=True)
class Plot:
    """
    One figure over what changes from case to case.
    """

    name: str
    cases: Sequence[Case]
    key: str
    title: str
    x: str
    y: str

    def draw(self, results: Results, folder: Path, caption: str) -> list[Path]:
        """
        Draw it as PNG and SVG and return the paths; nothing if there is nothing to draw.
        """
        servers = dict.fromkeys(
            name for case in self.cases for name in results.servers(case) if name != _FORGETFUL
        )
        if not servers or len(self.cases) < 2:
            return []
        import matplotlib as mpl  # noqa: PLC0415  # slow, and only drawing needs it

        mpl.use("Agg")
        mpl.rcParams["svg.hashsalt"] = self.name
        from matplotlib import pyplot as plt  # noqa: PLC0415  # only once the backend is chosen

        chart, axes = plt.subplots(figsize=(8, 5), layout="constrained")
        for server in servers:
            points = [
                (case.x, spread)
                for case in self.cases
                if (spread := results.spread(case, server, self.key)).rounds
            ]
            if not points:
                continue
            medians = [spread.median for _, spread in points]
            below = [spread.median - spread.lowest for _, spread in points]
            above = [spread.highest - spread.median for _, spread in points]
            is_ours = server.startswith("twisted-chat")
            axes.errorbar(
                [x for x, _ in points],
                medians,
                yerr=[below, above],
                label=server,
                marker="o",
                capsize=3,
                linewidth=2.5 if is_ours else 1.2,
            )
        axes.set(xscale="log", yscale="log", xlabel=self.x, ylabel=self.y, title=self.title)
        axes.set_xticks([case.x for case in self.cases])
        axes.set_xticklabels([f"{case.x:,.0f}" for case in self.cases])
        axes.set_xticks([], minor=True)
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.yaxis.set_minor_formatter("{x:,g}")
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
        chart.supxlabel(caption, fontsize=7)
        paths = [folder / f"{self.name}.{suffix}" for suffix in ("png", "svg")]
        for path in paths:
            chart.savefig(path, dpi=120)
        plt.close(chart)
        return paths


def plots(cases: Iterable[Case]) -> list[Plot]:
    """
    Return the plots that the cases are enough for.
    """
    known = list(cases)
    growth = [case for case in known if case.measure == 3]
    return [
        Plot(
            name="cost-against-members",
            cases=[case for case in growth if case.name.endswith("members")],
            key="cpu_us",
            title="What a delivery costs, at the same deliveries a second",
            x="members of the room",
            y="server CPU, us per delivery",
        ),
        Plot(
            name="cost-against-rooms",
            cases=[case for case in growth if "room" in case.name],
            key="cpu_us",
            title="What a delivery costs, at the same deliveries a second",
            x="rooms of 10",
            y="server CPU, us per delivery",
        ),
        Plot(
            name="latency-against-load",
            cases=[case for case in known if case.measure == 2],
            key="p99_ms",
            title="How late a line is, in a room of 1,000",
            x="lines a second",
            y="p99 latency, ms",
        ),
    ]
