"""
Commands for lines that were said, by their numbers.
"""

import pytest
from logins import told

from twisted_chat.testing import Chat, Person

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture
def pair() -> tuple[Person, Person]:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    for person in (alice, bob):
        person.types("/numbers on")
    alice.types("shall we meet?")
    bob.reads()
    return alice, bob


def last_number(alice: Person) -> int:
    session = alice.protocol.session
    assert session is not None
    assert session.current is not None
    return session.current.timeline.number


def test_each_of_them_is_told_to_the_room_with_the_number(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    number = last_number(alice)
    bob.types(f"/re {number} yes", f"/react {number} +1", f"/pin {number}", f"/unpin {number}")
    assert alice.reads()[-4:] == [
        f"[{number + 1}] bob (re {number} alice: shall we meet?): yes",
        f"*** bob reacts to {number} (alice: shall we meet?) with +1 ***",
        f"*** bob pinned {number} (alice: shall we meet?) ***",
        f"*** bob unpinned {number} ***",
    ]
    alice.types(f"/edit {number} shall we meet at four?", f"/delete {number}")
    assert bob.reads()[-2:] == [
        f"*** alice edited {number} (alice: shall we meet?): shall we meet at four? ***",
        f"*** alice deleted {number} (alice, 22:13) ***",
    ]


def test_pins_are_read_with_their_numbers(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    number = last_number(alice)
    bob.types(f"/pin {number}")
    page = told(alice, "/pins")
    assert page[0] == "--- pinned in #lobby ---"
    assert page[1].endswith(f"[{number}] alice: shall we meet?")


@pytest.mark.parametrize("command", ["re", "react", "unreact", "pin", "unpin"])
def test_a_number_is_needed_and_has_to_be_one(command: str, pair: tuple[Person, Person]) -> None:
    alice, _ = pair
    assert told(alice, f"/{command}")[0] == f"/{command} needs a number."
    refusal = 'number must be a whole number, not "that".'
    assert told(alice, f"/{command} that one")[0] in (
        refusal,
        f"/{command} does not take so many words.",
    )


@pytest.mark.parametrize("command", ["edit", "delete"])
def test_a_line_is_named_by_its_number_or_as_the_last(
    command: str, pair: tuple[Person, Person]
) -> None:
    alice, _ = pair
    assert told(alice, f"/{command}")[0] == f"/{command} needs a number."
    rest = "" if command == "delete" else " text"
    assert told(alice, f"/{command} first{rest}") == [
        'number must be a whole number, or last, not "first".',
        f"Usage: /{command} number|last{rest or ' [reason]'}",
    ]


@pytest.mark.parametrize(
    "line", ["/re 99 x", "/edit 99 x", "/delete 99", "/react 99 x", "/pin 99"]
)
def test_a_line_that_is_not_there_is_named(line: str, pair: tuple[Person, Person]) -> None:
    alice, _ = pair
    assert told(alice, line) == ["There is no line 99 in #lobby. /numbers on shows the numbers."]
