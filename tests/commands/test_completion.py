"""
Completion: what a line may go on with, as far as the person who types it may know.
"""

import pytest
from logins import come

from twisted_chat.testing import Chat, Person


def completed(person: Person, text: str, cursor: int | None = None) -> tuple[int, list[str]]:
    session = person.protocol.session
    assert session is not None
    found = person.protocol.factory.dispatcher.complete(
        session, text, len(text) if cursor is None else cursor
    )
    return found.start, list(found.words)


@pytest.fixture
def alice() -> Person:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("Bob")
    oscar = come(chat, "oscar", "operator")
    for person in (alice, bob):
        person.types("/join garden")
    bob.types("/join den", "/private on")
    oscar.types("/join Gate")
    alice.reads()
    return alice


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/col", ["/color"]),
        ("/TOPIC", ["/topic", "/topiclock"]),
        ("/color ", ["off", "on"]),
        ("/color of", ["off"]),
        ("/join g", ["garden", "Gate"]),
        ("/join #g", ["#garden", "#Gate"]),
        ("/msg b", ["Bob"]),
        ("/msg bob hello a", ["alice"]),
        ("/whois ", ["alice", "Bob", "oscar"]),
        ("/re 12 al", ["alice"]),
        ("hello B", ["Bob"]),
        ("hello", []),
        ("/nosuchthing a", []),
        ("/logout a", []),
    ],
)
def test_a_word_is_completed_as_its_parameter_says(
    alice: Person, text: str, words: list[str]
) -> None:
    assert completed(alice, text) == (text.rfind(" ") + 1, words)


def test_only_what_stands_before_the_cursor_counts(alice: Person) -> None:
    assert completed(alice, "hello B and goodbye", 7) == (6, ["Bob"])


def test_nothing_is_offered_that_one_may_not_know() -> None:
    chat = Chat()
    bob, eve = chat.arrive("bob"), chat.arrive("eve")
    bob.types("/join den", "/private on")
    assert completed(eve, "/join d") == (6, [])
    assert completed(bob, "/join d") == (6, ["den"])
    assert completed(eve, "/serverk") == (0, [])
    come(chat, "oscar", "operator")
    nobody = chat.connect()
    assert completed(nobody, "/jo") == (0, [])
    assert completed(nobody, "o") == (0, [])
