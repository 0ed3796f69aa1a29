"""
How much of each module its own test covers: ``pytest --own-coverage``.

The test of ``twisted_chat/rooms/talk.py`` is ``tests/rooms/test_talk.py``; what other tests run of
a module does not count here.
"""

from __future__ import annotations

import ast
import os
import re
import signal
from pathlib import Path

import pytest
from coverage import Coverage

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "twisted_chat"
#: Per cent of each module's lines.
LEAST = 80
#: Seconds of the processor for which a test is traced. One that takes longer runs the same lines
#: again and again, and while it is traced all of Python takes twice as long. On a slow machine the
#: last line that a single test alone reaches is reached after four.
TRACED = 8.0
# Modules that are called otherwise than their tests.
NAMES = {"__main__": "main", "__init__": "init"}


def test_of(module: Path) -> Path:
    """
    Return where the test of a module has to be.
    """
    folder = ROOT / "tests" / module.relative_to(PACKAGE).parent
    return folder / f"test_{NAMES.get(module.stem, module.stem)}.py"


def modules() -> list[Path]:
    """
    Return the modules that hold more than a docstring, imports and names.
    """
    definitions = re.compile(r"^(async def|def|class) ", re.MULTILINE)
    return [path for path in sorted(PACKAGE.rglob("*.py")) if definitions.search(path.read_text())]


def at_import(module: Path) -> set[int]:
    """
    Return the lines that run when a module is imported, or are there for the type checker.
    """
    text = module.read_text()
    within: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            within |= set(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
    return set(range(1, text.count("\n") + 2)) - within


class OwnCoverage:
    """
    Traces those tests alone that are the test of a module.
    """

    def __init__(self) -> None:
        # Of the tracers, the one that sees each line again in each test.
        os.environ.setdefault("COVERAGE_CORE", "ctrace")
        self._coverage = Coverage(data_file=None, source=[str(PACKAGE)], config_file=False)
        self._tests = {test_of(module): module for module in modules()}
        self._collected: set[Path] = set()
        signal.signal(signal.SIGPROF, lambda *_: self._coverage.stop())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._collected = {item.path for item in session.items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        if item.path not in self._tests:
            return (yield)
        self._coverage.start()
        self._coverage.switch_context(str(item.path))
        signal.setitimer(signal.ITIMER_PROF, TRACED)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._coverage.stop()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == 0 and any(per_cent < LEAST for _, per_cent in self.figures()):
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("each module, by its own test")
        for module, per_cent in self.figures():
            mark = "" if per_cent >= LEAST else f"  less than {LEAST}"
            terminalreporter.line(f"{per_cent:4.0f} %  {module.relative_to(ROOT)}{mark}")

    def figures(self) -> list[tuple[Path, float]]:
        """
        Return each module with the per cent of its lines that its own test runs, the least first.

        Of a run of some tests, only their modules; of all tests, also those that have none.
        """
        data = self._coverage.get_data()
        found = []
        is_all = len(self._collected & set(self._tests)) > len(self._tests) // 2
        for test, module in self._tests.items():
            if not is_all and test not in self._collected:
                continue
            data.set_query_context(str(test))
            run = at_import(module) | set(data.lines(str(module)) or ())
            statements = set(self._coverage.analysis2(str(module))[1])
            found.append((module, 100 * len(run & statements) / len(statements)))
        return sorted(found, key=lambda each: each[1])
