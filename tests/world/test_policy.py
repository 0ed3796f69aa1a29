"""
The policy: who may see and do what.
"""

import pytest
from logins import SECRET, come, told
from shared_registry import WORDS, den, reads_nothing_of

from twisted_chat.errors import WebhookSilent
from twisted_chat.limits import Limits
from twisted_chat.world.policy import check_webhook, may_post

pytestmark = pytest.mark.usefixtures("utc")

#: A user who enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


THERE_IS_NONE = "There is no room #den. /rooms lists the rooms."


def test_muted_users_give_no_reason_when_they_leave() -> None:
    _, alice, bob = den()
    bob.types("/join den", "/leave lobby")
    alice.types("/moderated on")
    alice.reads()
    bob.types("/quit and another thing")
    assert alice.reads() == ["*** bob has left #den ***"]


def test_a_new_topic_and_an_edit_and_a_reaction_are_waited_for_as_well() -> None:
    chat, alice, bob = den()
    bob.types("/join den", "one")
    number = chat.hub.rooms["den"].timeline.number
    alice.types("/slow 10s")
    refusal = "#den is slow, please wait 10 s."
    for line in ("/topic mine", f"/edit {number} two", f"/react {number} +1"):
        assert told(bob, line) != [refusal]
        assert told(bob, "/topic ours", "three") == [refusal] * 2
        chat.advance(10)


def test_a_user_who_may_say_nothing_may_still_take_back_what_they_said() -> None:
    chat, alice, bob = den()
    bob.types("/join den", "rude words")
    number = chat.hub.rooms["den"].timeline.number
    alice.types("/mute bob 10m")
    alice.reads()
    bob.types(f"/edit {number} ruder words", f"/delete {number}")
    assert alice.reads() == [f"[#den] *** bob deleted {number} (bob, 22:13) ***"]


def test_a_pinned_line_is_unpinned_by_the_user_who_pinned_it_and_by_operators() -> None:
    chat, alice, bob = den()
    carol = come(chat, "carol")
    for person in (bob, carol):
        person.types("/join den")
    bob.types("tea at five")
    number = chat.hub.rooms["den"].timeline.number
    for who in (bob, alice):
        bob.types(f"/pin {number}")
        assert told(carol, f"/unpin {number}") == ["Only operators of #den may do that."]
        assert told(who, f"/unpin {number}") == [
            f"[#den] *** {who.protocol.session.nick} unpinned {number} ***"
        ]


def test_what_is_private_does_not_exist_for_others() -> None:
    chat, alice, bob = den()
    alice.types("/private on")
    typed = ("/rooms", "/whois alice", "/stats", "/who den", "/leave den", "/join DEN")
    read = told(bob, *typed)
    assert [line for line in read if not line.startswith("Twisted Chat ")] == [
        "#lobby: 2 people",
        "alice is in #lobby, here since 22:13 (0s), idle for 0s.",
        "People: 2. Rooms: 1. Lines in public rooms since the start: 0.",
        THERE_IS_NONE,
        THERE_IS_NONE,
        "#DEN can be entered by invitation only.",
    ]
    # What comes at once behind a room that cannot be entered may be its password.
    chat.advance(2)
    bob.types("/leave lobby")
    assert told(alice, "/rooms", "/whois alice") == [
        "#den: 1 person",
        "#lobby: 1 person",
        "alice is in #lobby, #den, here since 22:13 (2s), idle for 0s.",
    ]
    assert told(bob, "/whois alice")[0].startswith("alice is in #lobby, here")


# -- users who are muted --------------------------------------------------------------------------


def test_in_a_moderated_room_a_user_without_a_voice_is_not_read_by_a_new_name() -> None:
    chat, alice, _ = den()
    gast = chat.arrive("gast")
    gast.types("/join den")
    alice.types("/moderated on")
    alice.reads()
    refusal = told(gast, "hello")
    assert told(gast, f"/nick {WORDS}") == refusal
    assert alice.reads() == []
    alice.types("/voice gast")
    gast.types(f"/nick {WORDS}")
    assert alice.reads()[-1] == f"*** gast is now known as {WORDS} ***"


def test_a_user_who_is_muted_still_tells_the_operators() -> None:
    chat, *_ = den()
    oscar, gast = come(chat, "oscar", "operator"), chat.arrive("gast")
    oscar.types("/servermute gast 1h")
    oscar.reads()
    gast.types("/report alice she follows me")
    assert oscar.reads() == ["*** gast reports alice in #lobby: she follows me ***"]


def test_a_user_who_is_muted_in_a_room_is_not_read_there_under_another_name() -> None:
    chat, alice, _ = den()
    gast = chat.arrive("gast")
    gast.types("/join den", "/join attic")
    alice.types("/mute gast 1h", "/leave lobby")
    alice.reads()
    muted = told(gast, f"/nick {WORDS}")
    assert muted[0].startswith("You are muted in #den by alice until ")
    # Nor by leaving, and coming back under it.
    assert told(gast, "/leave den", f"/nick {WORDS}")[-1].endswith(f"known as {WORDS}.")
    assert told(gast, "/join den") == muted
    assert reads_nothing_of(alice, WORDS)
    assert told(gast, "/nick gast", "/join den")[-1].startswith("You are in #den as gast")
    chat.advance(3600)
    gast.types(f"/nick {WORDS}")
    assert not reads_nothing_of(alice, WORDS)


def test_a_muted_guest_does_not_log_in_under_another_name() -> None:
    chat, alice, _ = den()
    come(chat, "carol").types("/quit")
    gast = chat.arrive("gast")
    gast.types("/join den")
    alice.types("/mute gast 1h")
    alice.reads()
    gast.types("/login carol", SECRET)
    assert gast.reads()[-1].startswith("You are muted in #den by alice until ")
    assert reads_nothing_of(alice, "carol")


def test_a_webhook_may_speak_as_long_as_its_maker_may_operate_the_room() -> None:
    chat, alice, bob = den()
    bob.types("/join den")
    alice.types("/op bob", "/moderated on", "/slow 1h")
    room, maker = chat.hub.rooms["den"], chat.hub.world.accounts["bob"]
    check_webhook(maker, room)
    alice.types("/deop bob")
    with pytest.raises(WebhookSilent):
        check_webhook(maker, room)
    alice.types("/op bob")
    bob.hangs_up()
    check_webhook(maker, room)
    come(chat, "oscar", "operator").types("/join den", "/servermute bob 1h")
    assert not may_post(maker, room)
