"""
Plugins in the chat: listed for everybody, switched by operators.
"""

from pathlib import Path
from typing import Any

import pytest
from services import ROLL, sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.testing import Chat, Person

DICE = '''
from twisted_chat import Context, command

__version__ = "{version}"
counts = {{}}


def setup(hub, state=None):
    counts.update(state or {{}})
    {setup}


def teardown():
    return counts


@command(aliases=[{alias}])
def {name}(ctx: Context) -> str:
    """Roll."""
    counts[len(counts)] = True
    return f"{{__version__}}: {{len(counts)}}"
'''


OLD_OPTIONS = "Its options are as they were: the server reads its file again at SIGHUP."

WITH_OPTIONS = """
from attrs import frozen
from twisted_chat import option


@frozen
class Options:
    sides: int = option(6, "Sides of a die.")
"""


def write(
    file: Path,
    version: str = "1.0",
    setup: str = "pass",
    name: str = "roll",
    alias: str = "'dice'",
) -> None:
    file.write_text(DICE.format(version=version, setup=setup, name=name, alias=alias))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "dice.py"
    write(file)
    return file


def operator(chat: Chat, nick: str = "alice") -> Person:
    person = chat.arrive(nick)
    chat.hub.find_user(nick).roles.add("operator")
    return person


def asks(person: Person, *lines: str) -> list[str]:
    person.types(*lines)
    return person.reads()


def test_everybody_reads_the_list(file: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("")
    chat = Chat(str(tmp_path))
    bob = chat.arrive("bob")
    assert asks(bob, "/plugins", "/plugin off dice") == [
        "dice 1.0: on; /roll",
        "plain: on",
        "Only operators of the server may use /plugin.",
    ]
    assert asks(Chat().arrive("bob"), "/plugins") == ["This server has no plugins."]


def test_an_operator_switches_a_plugin_off_and_on(file: Path) -> None:
    chat = Chat(str(file))
    alice = operator(chat)
    with capturedLogs() as logged:
        assert asks(alice, "/plugin off dice", "/roll", "/plugins") == [
            "The plugin dice is off until /plugin on, or the next start.",
            "No such command: /roll. Type /help for the list.",
            "dice 1.0: off",
        ]
    assert [formatEvent(each) for each in logged] == [f"Plugin {file} is off, as 'alice' wishes"]
    assert asks(alice, "/plugin off dice", "/plugin reload dice") == [
        "The plugin dice is off already.",
        "The plugin dice is off; /plugin on dice loads it.",
    ]
    # A reload of all leaves it off.
    chat.plugins.load()
    assert asks(alice, "/plugins", "/plugin on dice", "/roll", "/plugin on dice") == [
        "dice 1.0: off",
        "The plugin dice is on.",
        "1.0: 1",
        "The plugin dice is not off; /plugin reload dice loads it again.",
    ]


def test_an_operator_loads_one_plugin_again_which_goes_on_with_its_state(
    file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.py"
    write(other, name="other", version="7", alias="")
    chat = Chat(str(tmp_path))
    alice = operator(chat)
    asks(alice, "/roll", "/roll")
    write(file, "2.0")
    write(other, name="other", version="8", alias="")
    assert asks(alice, "/plugin reload dice", "/roll", "/other") == [
        "The plugin dice is on.",
        "2.0: 3",
        "7: 1",
    ]
    # Also over a reload of all, and where its new code cannot be set up.
    chat.plugins.load()
    assert asks(alice, "/roll") == ["2.0: 4"]
    write(file, "3.0", setup="1 / 0")
    (refused,) = asks(alice, "/plugin reload dice")
    assert refused == (f"Plugin {file} cannot be set up: ZeroDivisionError: division by zero.")
    listed = asks(alice, "/plugins")
    assert listed[0] == "dice 2.0: on, as it was before it failed to load; /roll"
    assert "division by zero" in " ".join(listed)
    assert asks(alice, "/roll") == ["2.0: 5"]
    bob = chat.arrive("bob")
    assert not [line for line in asks(bob, "/plugins") if "zero" in line or str(file) in line]


def test_the_answer_says_that_options_are_those_of_the_last_reload(file: Path) -> None:
    file.write_text(file.read_text() + WITH_OPTIONS)
    alice = operator(Chat(str(file)))
    assert asks(alice, "/plugin reload dice", "/plugin off dice", "/plugin on dice") == [
        "The plugin dice is on.",
        OLD_OPTIONS,
        "The plugin dice is off until /plugin on, or the next start.",
        "The plugin dice is on.",
        OLD_OPTIONS,
    ]


def test_the_answer_says_that_nothing_was_handed_over(file: Path) -> None:
    file.write_text(file.read_text().replace("return counts", "return 1 / 0"))
    alice = operator(Chat(str(file)))
    lost = "Its teardown failed, so nothing was handed over; the log says why."
    assert asks(alice, "/roll", "/plugin reload dice", "/roll", "/plugin off dice") == [
        "1.0: 1",
        "The plugin dice is on.",
        lost,
        "1.0: 1",
        "The plugin dice is off until /plugin on, or the next start.",
        lost,
    ]
    write(file)
    assert asks(alice, "/plugin on dice", "/plugin reload dice") == ["The plugin dice is on."] * 2


def test_a_plugin_that_loses_a_name_is_taken_back_alone(file: Path, tmp_path: Path) -> None:
    chat = Chat(str(tmp_path))
    alice = operator(chat)
    write(file, "2.0", name="who")
    (refused,) = asks(alice, "/plugin reload dice")
    assert refused == (
        f"Plugin {file}: /who is taken by twisted_chat.commands.builtin.rooms already."
    )
    assert asks(alice, "/roll") == ["1.0: 1"]


def test_one_that_failed_is_listed_and_can_be_loaded_when_it_is_mended(
    file: Path, tmp_path: Path
) -> None:
    chat = Chat(str(tmp_path))
    alice = operator(chat)
    new = tmp_path / "new.py"
    new.write_text("raise ValueError('not yet')")
    with pytest.raises(Exception, match="not yet"):
        chat.plugins.load()
    listed = asks(alice, "/plugins")
    assert "new: failed" in listed
    assert asks(alice, "/plugin off new") == ["The plugin new is not in force, because it failed."]
    new.write_text("")
    assert asks(alice, "/plugin reload new", "/plugins") == [
        "The plugin new is on.",
        "dice 1.0: on; /roll",
        "new: on",
    ]


def test_one_that_cannot_be_loaded_stays_off(file: Path) -> None:
    chat = Chat(str(file))
    alice = operator(chat)
    asks(alice, "/plugin off dice")
    file.write_text("raise SystemExit")
    assert asks(alice, "/plugin on dice", "/plugins") == [
        f"Plugin {file} cannot be loaded: SystemExit.",
        "dice 1.0: off",
    ]
    file.unlink()
    assert asks(alice, "/plugin on dice")[0].startswith(f"Plugin {file} cannot be read")
    assert alice.is_connected


def test_a_name_that_no_plugin_has_or_several_is_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "dice.py").write_text("")
    chat = Chat(str(tmp_path / "a"), str(tmp_path / "b"))
    alice = operator(chat)
    one, other = tmp_path / "a" / "dice.py", tmp_path / "b" / "dice.py"
    assert asks(alice, "/plugin off dcie", "/plugin off rooms", "/plugin off dice") == [
        "There is no plugin dcie. Did you mean dice? /plugins lists them.",
        "There is no plugin rooms. /plugins lists them.",
        f"There are several plugins dice: {one}, {other}.",
    ]
    assert asks(alice, f"/plugin off {one}", "/plugins") == [
        "The plugin dice is off until /plugin on, or the next start.",
        "dice: off",
        "dice: on",
    ]


def test_a_program_is_switched_off_and_on_too() -> None:
    table = sitting()
    alice, bot = operator(table.chat), table.serve(commands=[ROLL], version="1.1")
    assert asks(alice, "/plugins", "/plugin off dice", "/roll", "/plugins") == [
        "dice 1.1: on; /roll",
        "The plugin dice is off until /plugin on, or the next start.",
        "No such command: /roll. Type /help for the list.",
        "dice: off",
    ]
    table.chat.advance()
    assert not bot.is_connected
    (refused,) = table.programs.connect().asks("hello", service="a token that nobody guesses")
    assert refused["error"] == "unknown-token"
    table.chat.plugins.load()
    assert asks(alice, "/plugins", "/plugin on dice") == [
        "dice: off",
        "The plugin dice is not connected yet.",
        OLD_OPTIONS,
    ]
    bot = table.serve(commands=[ROLL])
    alice.types("/roll")
    tells(bot, "answer", call=bot.reads()[-1]["call"], text="back")
    assert alice.reads() == ["back"]


def test_a_program_that_was_refused_is_listed_with_why_until_it_registers() -> None:
    table = sitting()
    alice, bob, bot = operator(table.chat), table.arrive("bob"), table.connect()
    alice.reads()
    posing = {"name": "who", "help": "Pose."}
    tells(bot, "register", commands=[posing])
    assert asks(alice, "/plugins") == [
        "dice: failed",
        "  Plugin dice: /who is taken by twisted_chat.commands.builtin.rooms already.",
    ]
    assert asks(bob, "/plugins")[-1] == "dice: failed"
    tells(bot, "register", commands=7)
    assert asks(alice, "/plugins")[1] == "  The member commands must be a list."
    tells(bot, "register", commands=[ROLL])
    assert asks(alice, "/plugins") == ["dice: on; /roll"]
    tells(bot, "register", commands=[posing])
    assert asks(alice, "/plugins")[0] == "dice: on, as it was before it failed to load; /roll"


def test_programs_are_told_of_plugins_as_values(file: Path) -> None:
    chat = Chat(str(file))
    program = chat.program("robot")
    program.types("/plugins")
    (reply,) = [each for each in program.reads() if type(each).__name__ == "PluginList"]
    (row,) = reply.plugins
    found: tuple[Any, ...] = (row.name, row.version, row.state.value, row.commands, row.why)
    assert found == ("dice", "1.0", "on", ("roll",), "")
