"""
Ranks: who owns a room, who operates it, and who was let in.
"""

import pytest
from logins import SECRET, come, log_in, told
from shared_registry import den

from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

#: A user who enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


THERE_IS_NONE = "There is no room #den. /rooms lists the rooms."


BY_INVITATION = "#den can be entered by invitation only."


def test_a_user_with_an_account_owns_the_room_that_they_make() -> None:
    _, alice, bob = den()
    assert told(alice, "/modes") == ["#den: open to everybody. Owner: alice."]
    bob.types("/join den")
    assert told(bob, "/private on") == ["Only operators of #den may do that."]


def test_a_guest_operates_the_room_that_they_make_for_the_visit() -> None:
    chat = Chat()
    gast, bert = chat.arrive("gast"), chat.arrive("bert")
    gast.types("/join den")
    bert.types("/join den")
    assert told(gast, "/modes", "/moderated on", "/leave den") == [
        "#den: open to everybody. Operators: gast.",
        "[#den] *** gast turned moderation on: only users with a voice may speak ***",
        "You have left #den.",
        "You are now talking in #lobby.",
    ]
    assert told(bert, "/moderated off") == ["Only operators of #den may do that."]
    gast.hangs_up()
    gast = chat.arrive("gast")
    gast.types("/join den")
    assert told(gast, "/modes", "/moderated on") == [
        "#den: open to everybody.",
        "Only operators of the server may do that in #den.",
    ]


MODES = ["/topiclock on", "/moderated on", "/slow 1h", "/limit 9"]
ENDED = [
    "[#den] *** alice lets everybody set the topic ***",
    "[#den] *** alice turned moderation off: everybody may speak ***",
    "[#den] *** alice turned slow mode off ***",
    "[#den] *** alice removed the limit of members of this room ***",
]


@pytest.mark.parametrize("leaves", ["/disown", "/unregister"])
def test_modes_that_only_operators_can_end_end_when_the_last_operator_leaves(leaves: str) -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types(*MODES)
    bob.reads()
    alice.types(leaves, *[SECRET] * (leaves == "/unregister"))
    assert [line for line in bob.reads() if line in ENDED] == ENDED
    assert told(bob, "/modes") == ["#den: open to everybody."]
    assert told(bob, "/topic tea", "hello", "again") == ["*** bob set the topic of #den: tea ***"]


@pytest.mark.parametrize("leaves", ["/quit", "/deop gast", "kick", "ban"])
def test_these_modes_end_too_when_the_last_operator_loses_their_rank(leaves: str) -> None:
    chat, alice, bob = den()
    oscar, gast = come(chat, "oscar", "operator"), chat.arrive("gast")
    for person in (bob, gast, oscar):
        person.types("/join den")
    alice.types("/op gast", "/disown")
    gast.types(*MODES)
    # There is an operator who can end them.
    assert told(bob, "/modes") == [
        "#den: moderated, slow (1h), limit 9, topic by operators. Operators: gast."
    ]
    if leaves in ("kick", "ban"):
        oscar.types("/kick gast" if leaves == "kick" else "/ban gast 1d")
    else:
        gast.types(leaves)
    assert told(bob, "/modes", "/topic tea") == [
        "#den: open to everybody.",
        "*** bob set the topic of #den: tea ***",
    ]


def test_modes_that_an_operator_of_the_server_sets_stay_when_another_user_leaves() -> None:
    chat, alice, bob = den()
    oscar, gast = come(chat, "oscar", "operator"), chat.arrive("gast")
    for person in (bob, gast, oscar):
        person.types("/join den")
    alice.types("/voice gast", "/disown")
    oscar.types("/topiclock on")
    gast.types("/quit")
    alice.types("/leave den")
    assert told(bob, "/modes") == ["#den: topic by operators."]


def test_modes_that_operators_of_the_server_set_in_the_lobby_stay() -> None:
    chat, alice, bob = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/topiclock on", "/op bob", "/deop bob")
    assert told(alice, "/join lobby", "/modes")[-1] == "#lobby: topic by operators."
    assert told(bob, "/topic tea") == ["Only operators of the server may do that in #lobby."]


def test_an_operator_without_an_account_is_one_for_this_visit_or_logs_in() -> None:
    chat, alice, _ = den()
    come(chat, "carol").types("/quit")
    gast = chat.arrive("gast")
    gast.types("/join den")
    alice.types("/op gast")
    assert told(gast, "/slow 1s") == [
        "[#den] *** gast turned slow mode on: each user may speak once in 1s ***"
    ]
    log_in(gast, "carol")
    gast.types("/quit")
    assert told(alice, "/modes") == ["#den: slow (1s). Owner: alice. Operators: carol."]
    gast = chat.arrive("gast")
    gast.types("/join den")
    assert told(gast, "/slow off") == ["Only operators of #den may do that."]


def test_one_account_owns_so_many_rooms() -> None:
    chat = Chat(limits=Limits(rate=0, max_owned=1))
    alice = come(chat, "alice")
    assert told(alice, "/join den", "/join attic")[1:] == [
        "You own as many rooms as you may: 1. /disown gives one up."
    ]
    assert told(alice, "/disown", "/join attic")[1:] == [
        "You are in #attic as alice. Nobody else is here yet."
    ]


def test_an_operator_of_the_server_may_do_everything_in_every_room_that_they_see() -> None:
    chat, alice, bob = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join den")
    bob.types("/join den")
    assert told(oscar, "/op bob", "/slow 5s", "/modes")[-1] == (
        "#den: slow (5s). Owner: alice. Operators: bob."
    )
    oscar.types("/leave den")
    alice.types("/private on")
    assert told(oscar, "/rooms", "/who den", "/join den") == [
        "#lobby: 3 people",
        THERE_IS_NONE,
        BY_INVITATION,
    ]


def test_a_removed_account_owns_no_rooms() -> None:
    _, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob", "/unregister", SECRET)
    assert told(bob, "/modes") == ["#den: open to everybody. Operators: bob."]
    assert told(alice, "/slow 5s") == ["Only operators of #den may do that."]
    alice.types("/leave den")
    bob.types("/leave den")
    assert told(alice, "/rooms") == ["#lobby: 2 people"]


def test_an_invitation_lets_in_and_for_an_account_it_lasts() -> None:
    store = MemoryStore()
    chat, alice, bob = den(SHOWING, store)
    gast = chat.arrive("gast")
    alice.types("/private on", "early", "/invite bob", "/invite gast", "late")
    for person in (bob, gast):
        read = told(person, "/join den")
        assert any(line.endswith("alice: late") for line in read)
        assert not any(line.endswith("alice: early") for line in read)
        person.types("/leave den")
        assert told(person, "/join den")[-1].startswith("You are in #den")
    chat = Chat(store=store, limits=SHOWING)
    bob, gast = come(chat, "bob"), chat.arrive("gast")
    assert told(gast, "/join den") == [BY_INVITATION]
    read = told(bob, "/leave den", "/join den")
    assert any(line.endswith("alice: late") for line in read)
    assert not any(line.endswith("alice: early") for line in read)


def test_operators_let_in_and_where_there_are_none_everybody_who_is_in() -> None:
    chat, alice, bob = den()
    gast = chat.arrive("gast")
    alice.types("/private on", "/invite bob")
    bob.types("/join den")
    assert told(bob, "/invite gast") == ["Only operators of #den may do that."]
    alice.types("/disown")
    bob.reads()
    assert told(bob, "/invite gast") == ["You have invited gast to #den."]
    assert gast.reads()[-1] == "*** bob invites you to #den; /join den enters it ***"
