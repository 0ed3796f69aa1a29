"""
The options of plugins: what an operator may write about a plugin in the server's file.
"""

from pathlib import Path
from types import ModuleType

import pytest
from attrs import fields

from twisted_chat.options import BadSetting
from twisted_chat.plugins.options import declared_in, read
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.testing import Chat

DICE = """
from attrs import field, frozen, validators

from twisted_chat import Context, Duration, Hub, command, option


@frozen
class Options:
    sides: int = option(6, "Sides of a die.")
    greeting: str = option("A die rolls", "What is told before.")
    mood: str = option("calm", "How it rolls.", choices=("calm", "wild"))
    colours: tuple[str, ...] = option((), "Colours of dice.")
    is_fair: bool = option(True, "Whether it is.")
    every: Duration = option(Duration(hours=1), "How often it may be rolled.")

    def __attrs_post_init__(self) -> None:
        if self.sides > 100:
            raise ValueError("a die has at most 100 sides, not " + str(self.sides))


seen = []


def setup(hub: Hub) -> None:
    seen.append(hub.options(Options).sides)


@command
def chosen(ctx: Context) -> str:
    \"\"\"Show them.\"\"\"
    return repr(ctx.hub.options(Options)) + repr(seen)
"""


@pytest.fixture
def dice(tmp_path: Path) -> Path:
    path = tmp_path / "dice.py"
    path.write_text(DICE)
    return path


def shown(chat: Chat, nick: str = "ada") -> str:
    ada = chat.arrive(nick)
    ada.types("/chosen")
    (line,) = ada.reads()
    return line


def test_a_plugin_without_values_has_its_defaults_already_in_its_setup(dice: Path) -> None:
    line = shown(Chat(dice))
    assert "sides=6, greeting='A die rolls', mood='calm', colours=(), is_fair=True" in line
    assert line.endswith("[6]")


def test_the_operator_gives_values_of_each_kind(dice: Path) -> None:
    values = {
        "sides": 20,
        "greeting": "Würfel",
        "mood": "wild",
        "colours": ["red", "blue"],
        "is-fair": False,
        "every": "90s",
    }
    line = shown(Chat(dice, options={"dice": values}))
    assert "sides=20, greeting='Würfel', mood='wild', colours=('red', 'blue')" in line
    assert "is_fair=False" in line
    assert line.endswith("[20]")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"side": 3}, "[plugins.dice]: there is no option 'side'. Did you mean sides?"),
        ({"is_fair": True}, "[plugins.dice]: there is no option 'is_fair'. Did you mean is-fair?"),
        ({"sides": "x"}, "[plugins.dice]: sides must be a whole number, 0 or more, not 'x'."),
        ({"sides": True}, "[plugins.dice]: sides must be a number, not True."),
        ({"greeting": 3}, "[plugins.dice]: greeting must be a string, not 3."),
        ({"mood": "sad"}, "[plugins.dice]: mood must be calm or wild, not 'sad'."),
        ({"colours": [1]}, "[plugins.dice]: colours must be a list of strings, not [1]."),
        ({"is-fair": "no"}, "[plugins.dice]: is-fair must be true or false, not 'no'."),
        ({"sides": 101}, "[plugins.dice]: a die has at most 100 sides, not 101."),
        (
            {"every": "often"},
            "[plugins.dice]: every must be a time such as 90d or 12h, or 0, not 'often'.",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_told_in_one_sentence(
    dice: Path, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        Chat(dice, options={"dice": values})
    assert str(refused.value) == sentence


def test_a_table_of_no_plugin_is_told_with_what_was_meant(dice: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        Chat(dice, options={"dise": {"sides": 3}})
    assert str(refused.value) == (
        "[plugins.dise]: no plugin of this name has options. Did you mean dice?"
    )


def test_two_plugins_of_one_name_cannot_share_a_table(dice: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "dice.py"
    other.parent.mkdir()
    other.write_text(DICE.replace("def chosen", "def other"))
    with pytest.raises(PluginError, match=r"another plugin has the options \[plugins.dice\]"):
        Chat(dice, other)


def test_a_reload_with_a_bad_value_changes_nothing(dice: Path) -> None:
    chat = Chat(dice, options={"dice": {"sides": 20}})
    chat.plugins.tables = {"dice": {"sides": 500}}
    with pytest.raises(BadSetting):
        chat.plugins.load()
    assert "sides=20" in shown(chat)
    chat.plugins.tables = {"dice": {"sides": 50}}
    chat.plugins.load()
    assert "sides=50" in shown(chat, "bob")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("class Options:\n    sides: int = 3\n", "must be an attrs class"),
        (
            "from attrs import frozen\n@frozen\nclass Options:\n    sides: int = 3\n",
            r"Options.sides must be made by option\(default, help\)",
        ),
    ],
)
def test_a_class_that_declares_nothing_is_refused_when_it_is_loaded(
    tmp_path: Path, source: str, problem: str
) -> None:
    path = tmp_path / "dice.py"
    path.write_text(source)
    with pytest.raises(PluginError, match=problem):
        Chat(path)


def test_a_class_that_was_imported_is_not_the_plugin_s() -> None:
    module = ModuleType("other")
    vars(module)["Options"] = type("Options", (), {"__module__": "elsewhere"})
    assert declared_in(module) is None
    assert declared_in(ModuleType("none")) is None


def test_only_plugins_in_force_have_options(dice: Path) -> None:
    with pytest.raises(LookupError, match="Options of no plugin in force"):
        Chat(dice).hub.options(Path)


def test_a_class_of_options_can_be_read_without_a_server() -> None:
    module = ModuleType("dice")
    exec(DICE, vars(module))
    declared = declared_in(module)
    assert declared is not None
    assert [each.name for each in fields(declared)][:2] == ["sides", "greeting"]
    assert "sides=4" in repr(read(declared, {"sides": 4}, "here"))
