"""
Arguments: what stands behind a command, typed or given by a program, as values.
"""

from typing import Any

import pytest

from twisted_chat import Context, Secret, command
from twisted_chat.commands.command import Command, command_of
from twisted_chat.commands.parameters import arguments
from twisted_chat.errors import BadArgument
from twisted_chat.testing import Chat


@command
def book(
    ctx: Context,
    count: int,
    is_vegan: bool = False,  # noqa: FBT002
    password: Secret | None = None,
    *,
    words: str = "",
) -> None:
    """Book a table."""


def declared() -> Command:
    found = command_of(book)
    assert found is not None
    return found


def chat_and_alice() -> tuple[Any, Any]:
    chat = Chat()
    chat.arrive("alice")
    return chat.hub.world, chat.hub.find_user("alice")


def test_words_are_read_in_their_order_and_the_rest_of_the_line_as_one() -> None:
    where = chat_and_alice()
    assert arguments.read(declared(), *where, "3 on by  the window") == (
        [3, True],
        {"words": "by  the window"},
    )
    assert arguments.read(declared(), *where, "3") == ([3], {})


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("", "missing-argument", "/book needs a count."),
        ("many", "bad-argument", 'count must be a whole number, not "many".'),
        ("3 perhaps", "bad-argument", 'is_vegan must be on or off, not "perhaps".'),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_usage(
    line: str, code: str, sentence: str
) -> None:
    with pytest.raises(BadArgument) as caught:
        arguments.read(declared(), *chat_and_alice(), line)
    assert caught.value.code == code
    assert str(caught.value) == f"{sentence}\nUsage: /book count [on|off] [words]"


def test_a_program_gives_them_by_name_secrets_too() -> None:
    given = {"count": 3, "is_vegan": True, "words": "a b", "password": "x"}
    args, kwargs = arguments.bind(declared(), *chat_and_alice(), given)
    assert (args, kwargs) == ([3, True], {"words": "a b", "password": "x"})
    assert isinstance(kwargs["password"], Secret)
    args, kwargs = arguments.bind(declared(), *chat_and_alice(), {"count": "3"})
    assert (args, kwargs) == ([3, False], {"words": "", "password": None})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "/book needs a count."),
        ({"count": 3, "size": 1}, "/book takes no size."),
        ({"count": [3]}, "count must be a whole number."),
        ({"count": "3 4"}, "count must be one word."),
        ({"count": 3, "password": 4}, "password must be text."),
    ],
)
def test_what_a_program_gives_otherwise_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadArgument) as caught:
        arguments.bind(declared(), *chat_and_alice(), given)
    assert str(caught.value).splitlines()[0] == sentence
