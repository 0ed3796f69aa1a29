"""
What may be read: from which line on a room's history is open to a user.
"""

from logins import come, told
from shared_registry import den

from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat
from twisted_chat.world import readable

#: A user who enters reads what was said.
SHOWING = Limits(rate=0, max_per_host=0, history_lines=20, max_owned=0)


def test_who_is_there_when_it_becomes_private_reads_from_where_they_came_in() -> None:
    _, alice, bob = den(SHOWING)
    alice.types("early")
    bob.types("/join den")
    alice.types("late", "/private on", "later")
    bob.types("/leave den")
    read = told(bob, "/join den")
    said = [line.partition(": ")[2] for line in read if " alice: " in line]
    assert said == ["late", "later"]


def test_what_was_said_while_it_was_private_stays_hidden_when_it_is_public_again() -> None:
    store = MemoryStore()
    chat, alice, bob = den(SHOWING, store)
    alice.types("/private on", "secret", "/private off", "news")
    for _ in range(2):
        bob.types("/leave den")
        read = told(bob, "/join den")
        assert any(line.endswith("alice: news") for line in read)
        assert not any(line.endswith("alice: secret") for line in read)
        again = told(alice, "/leave den", "/join den")
        assert any(line.endswith("alice: secret") for line in again)
        chat = Chat(limits=SHOWING, store=store)
        alice, bob = come(chat, "alice"), come(chat, "bob")
        alice.types("/join den")


def test_a_user_who_is_banned_may_read_nothing() -> None:
    chat, alice, _ = den(SHOWING)
    room, bob = chat.hub.find_room("den"), chat.hub.find_user("bob")
    assert readable.first_readable(bob, room) == 1
    alice.types("/ban bob 1d")
    assert readable.first_readable(bob, room) == 0


def test_of_a_room_that_is_gone_all_may_be_read_but_its_hidden_lines() -> None:
    assert readable.readable_asleep([3, 4], {4: 17}) == {3: 1, 4: 17}
