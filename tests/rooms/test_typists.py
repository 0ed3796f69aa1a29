"""
Who is typing: only what could be said is announced, and not too often.
"""

from collections.abc import Callable

import pytest
from logins import come
from shared_irc import Client, Clients

from twisted_chat.limits import Limits
from twisted_chat.rooms.typists import RATE
from twisted_chat.testing import Chat


def typing_in(limits: Limits | None = None) -> tuple[Clients, Client, Client]:
    here = Clients(Chat() if limits is None else Chat(limits=limits))
    alice, bob = (here.arrive(nick, "message-tags") for nick in ("alice", "bob"))
    alice.reads()
    return here, alice, bob


TYPES = "@+typing=active TAGMSG #lobby"


def test_one_user_is_shown_as_typing_a_few_times_and_then_again_later() -> None:
    here, alice, bob = typing_in(Limits(rate=100.0, burst=100))
    for _ in range(RATE.count * 3):
        alice.sends(TYPES)
    # The typist is told nothing: their client has sent it, and they have not asked for it.
    assert (len(bob.reads()), alice.reads()) == (RATE.count, [])
    here.chat.advance(RATE.seconds)
    alice.sends(TYPES)
    assert len(bob.reads()) == 1
    # What they say is not held up by it.
    alice.sends("PRIVMSG #lobby :hello")
    assert bob.reads()[0].endswith(" PRIVMSG #lobby :hello")


def muted(here: Clients) -> None:
    come(here.chat, "oscar", "operator").types("/servermute alice 1h")


def moderated(here: Clients) -> None:
    come(here.chat, "oscar", "operator").types("/moderated on")


@pytest.mark.parametrize("keep", [muted, moderated])
def test_who_may_not_speak_does_not_type_either(keep: Callable[[Clients], None]) -> None:
    here, alice, bob = typing_in()
    keep(here)
    bob.reads()
    alice.sends(TYPES)
    assert [line for line in bob.reads() if "typing" in line] == []


def test_who_is_not_in_the_room_or_muted_or_ignored_types_to_nobody() -> None:
    here, alice, bob = typing_in()
    bob.sends("JOIN #den", "IGNORE alice")
    bob.reads()
    alice.sends("@+typing=active TAGMSG #den", TYPES, "@+typing=active TAGMSG bob")
    assert bob.reads() == []
    bob.sends("UNIGNORE alice")
    muted(here)
    bob.reads()
    alice.sends("@+typing=active TAGMSG bob")
    assert bob.reads() == []


def test_another_session_of_the_recipient_is_told_and_the_own_is_not() -> None:
    here, alice, bob = typing_in()
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    alice.reads()
    second = here.connect()
    second.sends(
        "CAP REQ message-tags",
        "CAP END",
        "PASS alice:correct-horse",
        "NICK alice",
        "USER a 0 * :A",
    )
    second.reads()
    bob.sends("@+typing=done TAGMSG alice")
    line = "@+typing=done :bob!~u@chat TAGMSG alice"
    assert second.reads() == [line]
    assert alice.reads()[-1:] == [line]
    alice.sends("@+typing=done TAGMSG alice")
    assert second.reads() == ["@+typing=done :alice!~u@chat TAGMSG alice"]
    assert alice.reads() == []
