"""
The path for plugin authors: a poll that grows.  Each step is run with its test, and the file at
the end is the one in the examples.
"""

import ast
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from plugin_pages import Block, blocks_of, play, write

from twisted_chat.plugins.sources import ENTRY_POINTS
from twisted_chat.server.settings import load
from twisted_chat.server.tap import Options
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "plugins.md"
BLOCKS = blocks_of(PAGE)
#: Lines that a system needs in a file that it has already: the two of Evennia's sets of commands.
ELSEWHERE = {"evennia": 2}


def definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """
    Return the functions and classes of a module, by name.
    """
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name: node for node in tree.body if isinstance(node, kinds)}


def imports(tree: ast.Module) -> dict[str | None, set[str]]:
    """
    Return the names that a module imports, by where from.
    """
    found: dict[str | None, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            found.setdefault(node.module, set()).update(alias.name for alias in node.names)
    return found


def grow(block: Block) -> None:
    """
    Replace the functions of the file that the step has too, and add the others.
    """
    path = Path(block.path)
    if not path.exists():
        write(block)
        return
    before, step = ast.parse(path.read_text("utf-8")), ast.parse(block.text)
    names = imports(before)
    for module, more in imports(step).items():
        names[module] = names.get(module, set()) | more
    lines = [f"from {module} import {', '.join(sorted(of))}" for module, of in names.items()]
    nodes = {**definitions(before), **definitions(step)}
    path.write_text("\n".join([*lines, *map(ast.unparse, nodes.values()), ""]), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Work in an empty folder, as a reader does who begins.
    """
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_step_does_what_one_reads_and_passes_its_test(folder: Path) -> None:
    options: Any = {}
    transcripts, passed = 0, []
    for block in BLOCKS:
        if block.language == "toml" and "load = " in block.text:
            Path("chat.toml").write_text(block.text)
            options = load({}, "chat.toml").plugin_tables
        if block.language == "python" and block.path.startswith("plugins/"):
            grow(block)
        elif block.language == "python":
            scope: dict[str, Any] = {"__name__": "test"}
            exec(block.text, scope)
            for name, function in scope.items():
                if name.startswith("test_"):
                    function()
                    passed.append(name)
        if block.language == "text":
            assert play(block.text, options) == block.text.splitlines()
            transcripts += 1
    assert transcripts == 4
    assert passed == ["test_everybody_reads_the_question", "test_a_poll_is_published"]


def test_the_first_step_is_six_lines() -> None:
    block = next(block for block in BLOCKS if block.language == "python")
    assert len([line for line in block.text.splitlines() if line]) == 6


def test_the_last_step_is_the_example(folder: Path) -> None:
    for block in BLOCKS:
        if block.language == "python" and block.path == "plugins/poll.py":
            grow(block)
    grown = ast.parse(Path("plugins/poll.py").read_text("utf-8"))
    example = ast.parse((EXAMPLES / "plugins" / "poll.py").read_text("utf-8"))
    assert imports(grown) == imports(example)
    ours, theirs = definitions(grown), definitions(example)
    assert {name: ast.unparse(node) for name, node in ours.items()} == {
        name: ast.unparse(node) for name, node in theirs.items()
    }


def test_what_an_earlier_version_of_the_example_has_kept_is_no_poll() -> None:
    chat = Chat(str(EXAMPLES / "plugins" / "poll.py"))
    alice = chat.arrive("alice")
    # It kept each vote under a key of its own.
    kept = chat.hub.storage("poll").of(chat.hub.find_room("lobby"))
    kept.set("poll", {"asker": "alice", "question": "Tea?", "answers": ["yes", "no"]})
    none = "There is no poll in this room. /poll ask begins one."
    assert alice.does("/poll", "/poll vote yes", "/poll end") == [none] * 3
    assert alice.does("/poll ask Cake? | yes | no", "/poll vote yes", "/poll") == [
        "*** alice asks: Cake? yes, no ***",
        "You are for yes.",
        "Cake? 1 for yes, 0 for no",
    ]


def test_every_command_line_is_understood() -> None:
    known = {"pip install pytest", "pytest tests", "pip install ."}
    lines = [
        line for block in BLOCKS if block.language == "sh" for line in block.text.splitlines()
    ]
    for line in lines:
        program, *words = shlex.split(line)
        if program == "twistd":
            assert words[:2] == ["-n", "chat"]
            Options().parseOptions(words[2:])
        else:
            assert line in known


def test_the_entry_point_is_that_of_the_template() -> None:
    shown = tomllib.loads([block.text for block in BLOCKS if block.language == "toml"][-1])
    template = tomllib.loads((EXAMPLES / "package" / "pyproject.toml").read_text("utf-8"))
    points = shown["project"]["entry-points"]
    assert points == template["project"]["entry-points"]
    assert list(points[ENTRY_POINTS].values()) == template["tool"]["setuptools"]["py-modules"]


def test_the_lines_and_files_of_the_comparison_are_counted_right() -> None:
    rows = re.findall(
        r"^\| \[?([\w. ]+?)(?:\]\(.*?\))? \| ([\d.]+) \| (\d+) \| (\d+) \|",
        PAGE.read_text(),
        re.MULTILINE,
    )
    counted = {}
    for system in (EXAMPLES / "compared").iterdir():
        files = [file for file in system.iterdir() if file.is_file()]
        lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
        more = ELSEWHERE.get(system.name, 0)
        counted[system.name] = (
            len([line for line in lines if line.strip()]) + more,
            len(files) + bool(more),
        )
    shown = {
        re.sub(r"\W", "_", name.lower()): (int(lines), int(files))
        for name, _, lines, files in rows
    }
    assert shown == counted


def test_our_poll_in_the_comparison_does_what_the_others_do() -> None:
    file = str(EXAMPLES / "compared" / "twisted_chat" / "poll.py")
    chat = Chat(file)
    asked = ("/poll", "/poll ask Tea? | yes | no", "/poll vote x", "/poll vote yes")
    assert chat.arrive("alice").does(*asked) == [
        "There is no poll.",
        "Tea?",
        "The answers are: yes, no.",
        "You are for yes.",
    ]
    later = Chat(file, store=chat.hub.store)
    assert later.arrive("bob").does("/poll") == ["Tea? yes: 1, no: 0"]
