"""
What a program declares becomes a command, or is refused with a sentence.
"""

from typing import Any

import msgspec
import pytest

from twisted_chat import Duration
from twisted_chat.commands.dispatcher import Context
from twisted_chat.commands.parameters import arguments
from twisted_chat.events import Said
from twisted_chat.plugins.programs.declaration import (
    HEARABLE,
    BadDeclaration,
    Declaration,
    command_from,
    kinds_of,
)
from twisted_chat.testing import Chat


def made(*parameters: dict[str, Any], **members: Any) -> Any:
    given = {"name": "try", "help": "Try it.", "parameters": parameters, **members}
    declared = msgspec.convert(given, Declaration)
    return command_from(declared, "mine", lambda _, args: args)


def read(line: str, *parameters: dict[str, Any]) -> Any:
    """
    Return the arguments as the program is given them for ``line``.
    """
    chat = Chat()
    chat.arrive("alice")
    command, user = made(*parameters), chat.hub.find_user("alice")
    args, kwargs = arguments.read(command, chat.hub.world, user, line)
    ctx = Context(chat.hub, user.sessions[0], user, command, line, chat.dispatcher)
    return command.function(ctx, *args, **kwargs)


def test_each_type_is_read_and_told_as_json_has_it() -> None:
    found = read(
        "tea 7 2.5 on 90s ALICE lobby and the  rest",
        *({"name": "w"}, {"name": "i", "type": "int"}, {"name": "f", "type": "float"}),
        *({"name": "b", "type": "bool"}, {"name": "d", "type": "duration"}),
        *({"name": "u", "type": "user"}, {"name": "r", "type": "room"}),
        {"name": "t", "type": "text"},
    )
    expected = {"w": "tea", "i": 7, "f": 2.5, "b": True, "d": 90.0, "u": "alice", "r": "lobby"}
    assert found == {**expected, "t": "and the  rest"}


def test_a_parameter_may_be_called_as_the_context_is_in_python() -> None:
    assert read("tea", {"name": "ctx"}) == {"ctx": "tea"}


def test_what_is_left_out_is_told_with_its_default() -> None:
    parameters = (
        {"name": "n", "type": "int", "default": 3},
        {"name": "wait", "type": "duration", "default": "10m"},
        {"name": "who", "type": "user", "default": None},
        {"name": "why", "type": "text", "default": "none"},
    )
    assert read("", *parameters) == {"n": 3, "wait": 600.0, "who": None, "why": "none"}
    assert read("4", *parameters) == {"n": 4, "wait": 600.0, "who": None, "why": "none"}


def test_defaults_and_choices_stand_in_the_usage() -> None:
    command = made(
        {"name": "size", "choices": ["small", "large"]},
        {"name": "n", "type": "int", "default": 3},
        {"name": "wait", "type": "duration", "default": "10m"},
        {"name": "why", "type": "text", "default": ""},
        aliases=["t"],
        in_room=True,
        needs="operator",
        cooldown=2.5,
    )
    assert command.usage == "/try small|large [n] [wait] [why]"
    assert [each.default for each in command.params] == [None, 3, Duration(minutes=10), ""]
    assert (command.topic, command.help, command.aliases) == ("Mine", "Try it.", ("t",))
    assert (command.in_room, command.needs, command.cooldown) == (True, "operator", 2.5)


@pytest.mark.parametrize(
    ("parameters", "members", "reason"),
    [
        (
            [{"name": "2x"}],
            {},
            "'2x' cannot be the name of a parameter: a name has at most 32 letters,",
        ),
        ([{"name": "_x"}], {}, "and begins with a letter"),
        ([{"name": "x" * 33}], {}, "at most 32 letters"),
        ([{"name": "class"}], {}, "'class' cannot be the name of a parameter: the server res"),
        ([{"name": "x"}, {"name": "x"}], {}, "two parameters are called x"),
        (
            [{"name": "x", "default": "a"}, {"name": "y"}],
            {},
            "y needs a default, as x before it has one",
        ),
        ([{"name": "x", "choices": ["a b"]}], {}, "each of the choices of x must be one word"),
        ([{"name": f"x{n}"} for n in range(21)], {}, "a command has at most 20 parameters"),
        ([{"name": "x", "type": "text"}, {"name": "y"}], {}, "must be the last parameter"),
        ([{"name": "x", "type": "int", "default": "7"}], {}, "'7' cannot be the default of x"),
        ([{"name": "x", "type": "int", "default": True}], {}, "True cannot be the default of x"),
        ([{"name": "x", "type": "user", "default": "a"}], {}, "'a' cannot be the default of x"),
        ([{"name": "x", "choices": ["a"], "default": "b"}], {}, "'b' cannot be the default of x"),
        ([{"name": "x", "choices": ["a"], "type": "int"}], {}, "has choices, so it has no type"),
        ([{"name": "x", "type": "duration", "default": "soon"}], {}, "soon"),
        ([], {"name": "a b"}, "'a b' cannot be the name of a command"),
        ([], {"name": "l\u043egin"}, "a name is in one script"),
        ([], {"aliases": ["A"]}, "'A' cannot be the name of a command"),
        ([], {"help": " "}, "it needs a help, one line that says what it does"),
        ([], {"cooldown": -1.0}, "cooldown must be seconds"),
        ([], {"cooldown": 1e9}, "cooldown must be seconds"),
    ],
)
def test_what_cannot_be_a_command_is_refused(
    parameters: list[dict[str, Any]], members: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadDeclaration) as raised:
        made(*parameters, **members)
    sentence = str(raised.value)
    assert sentence.startswith("The command ")
    assert reason in sentence
    assert sentence.endswith(".")


def test_help_is_one_line_of_limited_length() -> None:
    command = made(help="One\nline \x1b[31m" + "x" * 500)
    assert command.help.startswith("One line")
    assert len(command.help) <= 200
    assert command.help.isprintable()


def test_kinds_of_events_are_known_by_name() -> None:
    assert kinds_of(["said", "said"], HEARABLE, "hear") == (Said,)
    with pytest.raises(BadDeclaration, match="A program cannot hear 'told', only said, acted, "):
        kinds_of(["told"], HEARABLE, "hear")
