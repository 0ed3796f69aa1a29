"""
The reference for plugin authors: every block of code in it is run, in the order of the page.
"""

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from needs import need
from plugin_pages import Block, blocks_of, play, write
from services import sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import events
from twisted_chat.commands.command import command
from twisted_chat.delivery.hooks import FILTERED
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.tables import options_of
from twisted_chat.server.settings import load
from twisted_chat.server.tap import Options
from twisted_chat.testing import Chat

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins-reference.md").read_text("utf-8")
BLOCKS = blocks_of(ROOT / "docs" / "plugins-reference.md")


def blocks(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Work in an empty folder, as a reader does who begins.
    """
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_transcript_is_what_one_reads(folder: Path) -> None:
    transcripts = 0
    for block in BLOCKS:
        if block.language == "python" and block.path.startswith("plugins/"):
            write(block)
        if block.language == "text":
            assert play(block.text) == block.text.splitlines()
            transcripts += 1
    assert transcripts == 16


def test_every_test_passes(folder: Path) -> None:
    for block in blocks("python"):
        write(block)
    passed = []
    for file in sorted(Path("tests").iterdir()):
        scope: dict[str, Any] = {"__name__": file.stem}
        exec(file.read_text(), scope)
        for name, function in scope.items():
            if name.startswith("test_"):
                function()
                passed.append(name)
    assert passed == [
        "test_everybody_sees_the_roll",
        "test_an_egg_is_done_in_time",
        "test_tea_is_called_after_a_restart",
        "test_the_weather_is_what_the_other_server_says",
        "test_a_build_is_told",
    ]


def test_every_plugin_can_be_loaded_with_the_others_and_leaves_when_it_should(
    folder: Path,
) -> None:
    for block in blocks("python"):
        write(block)
    chat = Chat("plugins")
    alice = chat.arrive("alice")
    alice.types("/visits")
    chat.plugins.load()
    alice.types("/join attic", "/join lobby", "/leave attic", "/visits")
    assert [line for line in alice.reads() if "Users entered" in line] == [
        "Users entered #lobby 1 times."
    ] * 2
    chat.plugins.unload()
    assert (chat.hub.data / "visits.json").read_text() == '{"lobby": 1, "attic": 1}'


def test_running_the_tests_of_a_plugin_leaves_the_files_of_a_server_as_they_are(
    folder: Path,
) -> None:
    for block in blocks("python"):
        write(block)
    # The server's own, where it keeps them by default, and beside the plugin.
    for place in ("plugin-data", "plugins"):
        Path(place).mkdir(exist_ok=True)
        Path(place, "visits.json").write_text('{"lobby": 1000}')
    for _ in range(2):
        chat = Chat("plugins/visits.py")
        alice = chat.arrive("alice")
        alice.types("/visits")
        assert alice.reads() == ["Users entered #lobby 1 times."]
        chat.plugins.load()
        chat.plugins.unload()
    for place in ("plugin-data", "plugins"):
        assert Path(place, "visits.json").read_text() == '{"lobby": 1000}'


def test_a_timer_of_a_plugin_that_was_reloaded_runs_once(folder: Path) -> None:
    for block in blocks("python"):
        write(block)
    chat = Chat("plugins/bells.py")
    alice = chat.arrive("alice")
    chat.advance(1800)
    chat.plugins.load()
    chat.advance(3599)
    assert alice.reads() == []
    chat.advance(1)
    assert alice.reads() == ["*** Ding dong. ***"]
    chat.plugins.unload()
    chat.advance(7200)
    assert alice.reads() == []


def test_an_operator_closes_a_connection_and_the_log_has_none_of_the_reason(folder: Path) -> None:
    for block in blocks("python"):
        write(block)
    chat = Chat("plugins")
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    chat.hub.find_user("alice").roles.add("parent")
    alice.reads()
    with capturedLogs() as logged:
        alice.types("/bed bob no more tea")
    assert bob.reads()[-1] == "alice sends you to bed."
    assert not bob.is_connected
    assert alice.reads() == ["*** bob has left #lobby (no more tea) ***"]
    assert [formatEvent(event) for event in logged] == ["Connection 2 of 'bob' closed: 'bedtime'"]


def test_every_command_line_is_understood() -> None:
    lines = [line for block in blocks("sh") for line in block.text.splitlines()]
    for line in lines:
        program, *words = shlex.split(line)
        if program == "twistd":
            assert words[:2] == ["-n", "chat"]
            Options().parseOptions(words[2:])
        else:
            assert line in {"pip install pytest", "pytest tests"}


#: What is no build, or one that nobody wants to keep.
ODD: list[Any] = [
    *([], None, 7, "main", {}, {"branch": "main"}, {"branch": [], "state": "x"}),
    *(
        {"branch": {}, "state": "x"},
        {"branch": "main", "state": 5},
        {"branch": None, "state": None},
    ),
    *({"branch": "a\nb", "state": "x"}, {"branch": "\ud83d", "state": "x"}),
    {"branch": "x" * 100, "state": "x"},
]


def test_nobody_switches_the_route_off_or_fills_the_memory(folder: Path) -> None:
    for block in blocks("python"):
        write(block)
    chat = Chat("plugins/builds.py", options={"builds": {"secret": "swordfish"}})
    alice = chat.arrive("alice")

    def post(build: Any, secret: str = "swordfish") -> int:
        known = {"Authorization": f"Bearer {secret}"}
        body = json.dumps(build).encode()
        found = chat.web.request("POST", "/plugin/builds/status", body=body, headers=known)
        assert found is not None
        return found.status

    for build in ODD:
        assert [post(build) for _ in range(6)] == [400] * 6
        assert post(build, "trout") == 403
    assert alice.reads() == []
    for number in range(150):
        assert post({"branch": f"b{number}", "state": "done"}) == 204
    found = chat.web.request("GET", "/plugin/builds/status")
    assert found is not None
    assert found.body == {f"b{number}": "done" for number in range(50, 150)}


def answers_of(words: list[str], *events: dict[str, Any]) -> list[dict[str, Any]]:
    """
    Run a program, let it read ``events``, and return what it writes.
    """
    lines = "".join(f"{json.dumps(event)}\n" for event in events)
    done = subprocess.run(
        words, check=False, input=lines, capture_output=True, text=True, timeout=120
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", ["now", "roll"])
def test_the_programs_in_shell_are_understood_and_answer(folder: Path, command: str) -> None:
    need("jq")
    table = sitting(rights=["commands"])
    if command == "now":
        Path("now.sh").write_text(blocks("shell")[0].text)
        words, said = ["sh", "now.sh"], "It is .+"
    else:
        Path("chat.toml").write_text(blocks("toml")[1].text)
        (grant,) = options_of((), load({}, "chat.toml").plugin_tables).values()
        assert isinstance(grant, Grant)
        (program,) = grant.run
        words, said = [str(ROOT / program)], r"\*\*\* alice rolled [1-6] on a d6 \*\*\*"
    (register,) = answers_of(words)
    bot = table.connect()
    bot.asks(**register, label="r")
    alice = table.arrive("alice")
    alice.reads()
    alice.types(f"/{command}")
    (call,) = bot.reads()
    _, answer = answers_of(words, call)
    tells(bot, **answer)
    (line,) = alice.reads()
    assert re.fullmatch(said, line)


def test_all_code_on_the_page_is_of_a_kind_that_is_run() -> None:
    assert {block.language for block in BLOCKS} == {"python", "sh", "shell", "text", "toml"}
    assert [len(blocks(language)) for language in ("shell", "toml")] == [1, 2]


def test_the_operator_sets_the_options_of_a_plugin(folder: Path) -> None:
    for block in blocks("python"):
        write(block)
    toml = blocks("toml")[0]
    Path("chat.toml").write_text(toml.text)
    settings = load({}, "chat.toml")
    chat = Chat("plugins/slots.py", options=settings.plugin_tables)
    alice = chat.arrive("alice")
    alice.types("/pull")
    (line,) = alice.reads()
    assert re.fullmatch("[abc]( [abc]){4}", line)
    assert settings.plugins == ("plugins",)


def rows(header: str) -> list[list[str]]:
    """
    Return the cells of the table with this header.
    """
    lines = PAGE.split(f"| {header} |\n")[1].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_the_table_of_options_is_complete() -> None:
    options = [re.match(r"`(\w+)=", option)[1] for option, _ in rows("option | is")]  # type: ignore[index]
    assert options == list(command.__kwdefaults__ or {})


def test_the_table_of_events_is_complete() -> None:
    shown = {
        name.strip("`"): (re.findall(r"`(\w+)`", has.partition(":")[0]), filtered == "yes")
        for name, has, filtered in rows("event | has | filters see it")
    }
    known = set(events.__all__) - {
        "Event",
        "Departure",
        "Notice",
        "Presence",
        "Recalled",
        "Transcript",
    }
    assert shown == {
        name: (
            [field.name for field in getattr(events, name).__attrs_attrs__[1:]],
            getattr(events, name) in FILTERED,
        )
        for name in known
    }
