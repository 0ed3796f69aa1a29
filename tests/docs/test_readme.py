"""
The README: its tables say what the server does, and its plugin works.
"""

import json
import re
from pathlib import Path

from benchmarks import measures, report
from benchmarks.run import Record
from twisted_chat.server.settings import is_flag, key, options, shown
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
RESULTS = ROOT / "benchmarks" / "results" / "results.json"


def table(header: str) -> list[list[str]]:
    lines = README.split(f"| {header} |")[1].split("\n\n")[0].splitlines()[2:]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


def test_the_two_commands_stand_there() -> None:
    assert "\npip install . && twistd -n chat --port 7342\n" in README
    assert "\npip install -e '.[test]' && pytest\n" in README


def test_every_command_is_in_its_table() -> None:
    rows = table("command | also | what it does")
    assert rows == [
        [
            f"`{command.usage}`",
            " ".join(f"`/{alias}`" for alias in command.aliases),
            command.help,
        ]
        for command in Chat().dispatcher.commands
    ]


def test_every_option_is_in_its_table_with_its_default() -> None:
    rows = table("option | default | what it is")
    defaults = {
        key(option): "" if is_flag(option) else shown(option.default).replace("()", "")
        for option in options()
    }
    assert {name: default.strip("`") for name, default, _ in rows} == {
        f"`--{name}`": default for name, default in defaults.items()
    }
    assert [row[2] for row in rows] == [option.metadata["help"] for option in options()]


def test_the_figures_are_those_that_were_measured() -> None:
    found = json.loads(RESULTS.read_text())
    results = report.Results([Record(**run) for run in found["runs"]])
    cases = [case for case in measures.cases() if results.servers(case)]
    assert "\n".join(report.summary(results, cases)) in README
    for word in (found["date"], found["machine"]["cpu"], found["machine"]["python"]):
        assert word in README


def test_the_plugin_works(tmp_path: Path) -> None:
    (tmp_path / "dice.py").write_text(README.split("```python\n")[1].split("```")[0])
    chat = Chat(str(tmp_path))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/roll 1")
    assert bob.reads() == ["*** alice rolled 1 on a d1 ***"]


def test_the_transcript_is_what_two_people_read() -> None:
    chat = Chat()
    alice, bob = chat.connect(), chat.connect()
    alice.types("alice")
    bob.types("bob")
    alice.types("hello bob")
    bob.types("hi alice, tea?", "/mgs alice I brought cake", "/msg alice I brought cake")
    alice.types("/reply sharing it?")
    bob.types("/quit cake")
    transcripts = [part.split("```")[0] for part in README.split("```text\n")[1:]]
    for person, transcript in zip((alice, bob), transcripts, strict=True):
        read = person.reads()
        assert [line for line in transcript.splitlines() if line in read] == read
