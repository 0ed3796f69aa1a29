"""
Run the benchmark: ``python -m benchmarks``.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from benchmarks import machine, measures, report, targets
from benchmarks.run import Runner, today
from benchmarks.servers import SERVERS, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measures import Case
    from benchmarks.run import Record
    from benchmarks.servers import Server

_RESULTS = Path(__file__).parent / "results"
_JSON = "results.json"
# The cases of a quick run, each with the servers that `targets.guards` compares there.
_QUICK = {
    (1, "200 members"): ("twisted-chat", "naive loop"),
    (3, "10 rooms of 10"): ("twisted-chat", "twisted-chat no history", "floor"),
}


@frozen
class Plan:
    """
    What is to be run.
    """

    cases: Sequence[Case]
    servers: Sequence[Server]
    rounds: int
    seconds: float


def main(words: Sequence[str] | None = None) -> int:
    """
    Run what the command line says and return the exit status.
    """
    options = _parser().parse_args(words)
    # However this process ends, the servers end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine.raise_descriptor_limit()
    plan = _plan(options)
    if machine.server_core() == machine.load_core():
        print("There is one core only: server and load generator share it.")
    with tempfile.TemporaryDirectory(prefix="benchmark-tools-") as tools:
        # An IRC server that gives up being root looks into what lies below.
        Path(tools).chmod(0o755)
        runner, about = Runner(Path(tools), plan.seconds), _about(plan)
        records = _earlier(options, about)
        for record in runner.run(plan.cases, plan.servers, plan.rounds, tuple(records)):
            records.append(record)
            _tell(record, plan)
            if not options.quick:
                # An interruption loses nothing that was measured.
                options.output.mkdir(parents=True, exist_ok=True)
                report.write_json(options.output / _JSON, about, report.Results(records))
    results = report.Results(records)
    if options.quick:
        return _judge(results, plan)
    _write(results, plan, options.output)
    return 0


def _earlier(options: argparse.Namespace, about: dict[str, Any]) -> list[Record]:
    if not options.resume or options.quick:
        return []
    try:
        return report.read_json(options.output / _JSON, about)
    except ValueError as error:
        raise SystemExit(f"Cannot resume: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(server.name for server in SERVERS)
    numbers = "; ".join(f"{number} {title}" for number, title in measures.TITLES.items())
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="this server, the floor and the naive loop, in two cases: 75 seconds",
    )
    parser.add_argument("--servers", help=f"separated by commas, of: {names}")
    parser.add_argument("--measures", help=f"separated by commas, of: {numbers}")
    parser.add_argument("--case", default="", help="only cases with this in their name")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="keep the runs in results.json, do only the others; without it they are overwritten",
    )
    parser.add_argument("--rounds", type=int, default=3, help="of each run (default: 3)")
    parser.add_argument(
        "--seconds", type=float, help="that each run measures (default: 5, or 1.5 with --quick)"
    )
    parser.add_argument(
        "--output", type=Path, default=_RESULTS, help="folder for tables, JSON and plots"
    )
    return parser


def _plan(options: argparse.Namespace) -> Plan:
    cases = measures.cases()
    chosen: set[str] | None = None
    if options.quick:
        cases = [case for case in cases if (case.measure, case.name) in _QUICK]
        if not options.servers:
            cases = list(map(_quick, cases))
            chosen = set().union(*_QUICK.values())
    if options.measures:
        numbers = {word.strip() for word in options.measures.split(",")}
        unknown = numbers - set(map(str, measures.TITLES))
        if unknown:
            last = max(measures.TITLES)
            raise SystemExit(
                f"There is no measure {', '.join(sorted(unknown))}, only 1 to {last}."
            )
        cases = [case for case in cases if str(case.measure) in numbers]
    if options.case:
        cases = [case for case in cases if options.case in case.name]
        if not cases:
            raise SystemExit(f"No case of these measures has {options.case!r} in its name.")
    if options.servers:
        chosen = {word.strip() for word in options.servers.split(",")}
        unknown = chosen - {server.name for server in SERVERS}
        if unknown:
            raise SystemExit(f"There is no server {', '.join(sorted(unknown))}.")
    seconds = options.seconds or (1.5 if options.quick else 5.0)
    return Plan(cases, _startable(chosen), max(1, options.rounds), seconds)


def _quick(case: Case) -> Case:
    names = _QUICK[case.measure, case.name]
    return evolve(case, takes=lambda server: server.name in names)


def _startable(chosen: set[str] | None) -> list[Server]:
    startable = []
    for server in SERVERS:
        if chosen is not None and server.name not in chosen:
            continue
        why_not = server.why_not()
        if why_not:
            print(f"skipped: {server.name}, as {why_not}")
        else:
            startable.append(server)
    return startable


def _tell(record: Record, plan: Plan) -> None:
    (case,) = (
        case for case in plan.cases if (case.measure, case.name) == (record.measure, record.case)
    )
    words = [
        f"{figure.title} {record.found[figure.key]:{figure.form}}"
        for figure in case.figures
        if math.isfinite(record.found.get(figure.key, math.nan))
    ]
    if "error" in record.found:
        words = [f"came to nothing: {record.found['error']}"]
    what = f"{record.measure} {record.case}, round {record.round}, {record.server}"
    print(f"{what}: {'; '.join(words)}", flush=True)


def _judge(results: report.Results, plan: Plan) -> int:
    print("\n" + "\n".join(report.tables(results, plan.cases)))
    incomplete = {
        server.name
        for case in plan.cases
        for server in plan.servers
        if results.error(case, server.name)
        or results.spread(case, server.name, "missing").highest > 0
    }
    if incomplete:
        print(f"Not everything arrived: {', '.join(sorted(incomplete))}.")
        return 1
    guards = list(targets.guards(results, plan.cases))
    print("\n".join(targets.told(guards)))
    # Not a number, if there was nothing to compare with, is not enough either.
    return 0 if all(guard.is_met for guard in guards) else 1


def _about(plan: Plan) -> dict[str, Any]:
    return {
        "date": today(),
        "machine": machine.description(),
        # All servers and cases, as one file may hold runs of several times.
        "versions": versions([server for server in SERVERS if not server.why_not()]),
        "rounds": plan.rounds,
        "seconds": plan.seconds,
    }


def _write(results: report.Results, plan: Plan, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Those of an earlier time are shown too.
    cases = [case for case in measures.cases() if results.servers(case)]
    place = machine.description()
    caption = (
        f"{place['cpu']}, {place['cores']} cores, {place['kernel']}, Python {place['python']}, "
        f"{today()}"
    )
    lines = ["# Results", "", f"{caption}. Medians of {plan.rounds} rounds (lowest to highest)."]
    lines += ["", *report.summary(results, cases), ""]
    lines += [*targets.lines(results, cases), ""]
    lines += report.tables(results, cases)
    text = "\n".join(lines)
    print("\n" + text)
    (folder / "results.md").write_text(text)
    if importlib.util.find_spec("matplotlib") is None:
        print("skipped: the plots, as matplotlib is not installed")
        return
    for plot in report.plots(cases):
        for path in plot.draw(results, folder, caption):
            print(f"drawn: {path}")


if __name__ == "__main__":
    sys.exit(main())
