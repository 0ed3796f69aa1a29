"""
Appointments: users are made operators of rooms, given a voice there, and lose that.
"""

import pytest
from logins import come, told
from shared_registry import den


def test_the_owner_makes_operators_and_operators_give_voices() -> None:
    chat, alice, bob = den()
    carol = come(chat, "carol")
    for person in (bob, carol):
        person.types("/join den")
    assert told(bob, "/op carol", "/voice carol") == [
        "Only the owner of #den may do that.",
        "Only operators of #den may do that.",
    ]
    assert told(alice, "/op bob") == ["[#den] *** alice made bob an operator ***"]
    assert told(bob, "/op carol") == ["Only the owner of #den may do that."]
    assert told(bob, "/voice carol") == ["[#den] *** bob gave carol a voice ***"]
    assert told(alice, "/modes") == [
        "#den: open to everybody. Owner: alice. Operators: bob. Voices: carol."
    ]
    assert told(bob, "/unvoice carol") == ["[#den] *** bob took the voice from carol ***"]
    assert told(bob, "/deop bob") == ["[#den] *** bob removed bob as an operator ***"]
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/op bob", "bob is not in #den."),
        ("/op nobody", "Nobody here is called nobody."),
        ("/op alice", "alice owns #den already."),
        ("/voice alice", "alice owns #den already."),
        ("/deop bob", "bob does not operate #den."),
        ("/deop alice", "alice does not operate #den."),
        ("/unvoice bob", "bob has no voice in #den."),
        ("/private off", "#den is already set that way; /modes shows its modes."),
        ("/slow off", "#den is already set that way; /modes shows its modes."),
    ],
)
def test_what_cannot_be_done_in_ones_own_room_is_refused(line: str, refusal: str) -> None:
    _, alice, _ = den()
    assert told(alice, line) == [refusal]


def test_a_user_who_is_not_here_can_be_demoted() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob")
    bob.types("/quit")
    assert told(alice, "/deop bob") == ["[#den] *** alice removed bob as an operator ***"]
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]


def test_a_disowned_room_is_gone_when_everybody_has_left() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    assert told(bob, "/disown") == ["Only the owner of #den may do that."]
    alice.types("/disown", "/leave den")
    assert bob.reads() == [
        "[#den] *** alice gave this room up; it is deleted when everybody has left ***",
        "*** alice has left #den ***",
    ]
    bob.types("/leave den")
    assert told(alice, "/rooms") == ["#lobby: 2 people"]


def test_an_operator_of_the_server_takes_a_room_from_its_owner() -> None:
    chat, alice, _ = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join den", "/disown")
    assert alice.reads()[-1] == (
        "[#den] *** oscar took this room from alice; it is deleted when everybody has left ***"
    )
    assert told(oscar, "/modes", "/disown") == ["#den: open to everybody.", "Nobody owns #den."]
