"""
Commands that talk.
"""

import pytest
from shared_builtin import answer, pair, people

pytestmark = pytest.mark.usefixtures("utc")


IN_NO_ROOM = "You are not in a room. Enter one with /join room."


@pytest.mark.parametrize("line", ["hello", "/say hello", "/me waves", "/topic", "/topic tea"])
def test_a_user_in_no_room_cannot_talk(line: str) -> None:
    assert answer("/leave", line) == IN_NO_ROOM


def test_say_says_what_a_line_does() -> None:
    alice, bob = pair()
    alice.types("/say /join is a command", "/say   spaced  out ")
    assert bob.reads() == ["alice: /join is a command", "alice: spaced  out "]
    assert alice.reads() == []


def test_me_is_read_by_everybody() -> None:
    alice, bob = pair()
    alice.types("/me waves  at bob")
    assert alice.reads() == bob.reads() == ["* alice waves  at bob"]


@pytest.mark.parametrize("line", ["/msg bob psst  you", "/msg #BOB psst  you", "@bob:psst  you"])
def test_msg_is_read_by_one_alone(line: str) -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    alice.types(line)
    assert alice.reads() == ["[you -> bob] psst  you"]
    assert bob.reads() == ["[alice -> you] psst  you"]
    assert carol.reads() == []


def test_msg_reaches_a_user_in_no_room() -> None:
    alice, bob = pair()
    for person in (alice, bob):
        person.types("/leave")
        person.reads()
    alice.types("/msg bob psst")
    assert bob.reads() == ["[alice -> you] psst"]


def test_msg_to_an_unknown_name_is_refused() -> None:
    assert answer("/msg carol psst") == "Nobody here is called carol."


def test_reply_answers_the_user_who_wrote_last() -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    bob.types("/msg alice one")
    carol.types("/msg alice two")
    alice.types("/reply three")
    assert alice.reads()[2:] == ["[you -> carol] three"]
    carol.types("/r four")
    assert alice.reads() == ["[carol -> you] four"]
    assert bob.reads() == ["[you -> alice] one"]


def test_reply_needs_a_user_who_wrote() -> None:
    assert answer("/reply psst") == (
        "Nobody has written to you since you came in. /msg nick text sends a message."
    )
    assert answer("/msg bob psst", "/reply psst") == (
        "Nobody has written to you since you came in. /msg nick text sends a message."
    )


def test_reply_finds_a_sender_who_took_another_name() -> None:
    alice, bob = pair()
    bob.types("/msg alice psst", "/nick rob")
    alice.reads()
    alice.types("/reply yes?")
    assert alice.reads() == ["[you -> rob] yes?"]


def test_reply_never_reaches_another_person_who_took_the_name() -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    bob.types("/msg alice psst", "/nick rob")
    carol.types("/nick bob")
    for person in (alice, bob, carol):
        person.reads()
    alice.types("/reply the key is under the mat")
    assert carol.reads() == []
    bob.types("/msg alice psst", "/quit")
    carol.types("/nick carla", "/nick rob")
    carol.reads()
    alice.types("/reply the key is under the mat")
    assert carol.reads() == []
