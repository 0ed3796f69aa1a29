"""
Profile: away, ignored users, and how lines look.
"""

from attrs import evolve
from shared_hub import everybody

from twisted_chat.testing import NO_LIMITS, Chat


def test_a_user_who_writes_to_an_absent_one_reads_why() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    bob.types("/away lunch")
    alice.types("/msg bob hello")
    assert alice.reads() == ["[you -> bob] hello", "bob is away: lunch"]


def test_ignoring_a_user_hides_what_they_say_and_not_that_they_are_here() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/ignore bob")
    alice.reads()
    bob.types("hello", "/me waves", "/msg alice psst", "/nick bobby", "still here", "/topic peace")
    carol.types("quiet today")
    assert alice.reads() == [
        "*** bob is now known as bobby ***",
        "*** bobby set the topic of #lobby: peace ***",
        "carol: quiet today",
    ]
    assert "[you -> alice] psst" in bob.reads()


def test_colours_and_times_are_a_matter_of_taste() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    bob.types("/color on")
    bob.receives()
    alice.types("hello")
    colourful = bob.receives()
    assert colourful.startswith(b"\x1b[")
    assert colourful.endswith(b"malice\x1b[0m: hello\r\n")
    assert carol.receives() == b"alice: hello\r\n"
    bob.types("/color off")
    assert bob.receives() == b"Colours are off.\r\n"
    alice.types("hello")
    assert bob.receives() == b"alice: hello\r\n"


def test_no_user_ignores_more_people_than_they_may() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_ignored=1))
    alice, _, _ = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob", "/ignore carol")
    assert alice.reads()[1:] == ["You already ignore 1 users; /unignore one of them first."]
