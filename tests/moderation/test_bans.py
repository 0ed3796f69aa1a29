"""
Bans and mutes that hold until their time is over.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from logins import SECRET, come, told
from shared_actions import den, server
from shared_irc import Clients

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat
from twisted_chat.world.model import User

pytestmark = pytest.mark.usefixtures("utc")


def test_a_mute_ends_neither_with_an_account_nor_with_being_without_one() -> None:
    store = MemoryStore()
    chat, oscar, gast = server(store)
    bob = come(chat, "bob")
    oscar.types("/servermute bob 1h", "/servermute gast 1h")
    bob.types("/unregister", SECRET)
    gast.types("/register", SECRET, SECRET, "/quit")
    guest = chat.connect()
    guest.types("gast", SECRET)
    for person in (bob, guest):
        assert told(person, "hello")[0].startswith("You are muted on this server by oscar until")
    # Nor with the server.
    chat = Chat(store=store)
    guest = chat.connect()
    guest.types("gast", SECRET)
    assert told(guest, "hello")[0].startswith("You are muted on this server by oscar until")


def test_a_ban_from_a_room_does_not_end_with_the_account_either() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob")
    bob.types("/join den")
    alice.types("/ban bob 1h")
    bob.types("/nick robert", "/unregister", SECRET)
    assert told(bob, "/join den")[0].startswith("You are banned from #den by alice until")


def test_a_ban_sends_out_and_keeps_out_until_it_ends() -> None:
    store = MemoryStore()
    chat, alice, gast = den(store)
    assert told(alice, "/ban gast 1d too loud") == [
        "*** gast has left #den (banned by alice: too loud) ***",
        "You banned gast from #den for 1d, until 2023-11-15 22:14: too loud",
    ]
    sentence = "You are banned from #den by alice until 2023-11-15 22:14: too loud"
    assert gast.reads() == [sentence]
    assert told(gast, "/join den", "/nick guest", "/join den") == [
        sentence, "You are now known as guest.", sentence
    ]  # fmt: skip
    assert told(alice, "/bans") == ["ban of gast by alice until 2023-11-15 22:14: too loud"]
    chat = Chat(store=store)
    gast = chat.arrive("Gast")
    assert told(gast, "/join den") == [sentence]
    chat.advance(86400)
    assert told(gast, "/join den")[0].startswith("You are in #den")


def test_a_ban_of_an_account_holds_under_every_nick() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob", host="192.0.2.3")
    bob.types("/nick robert")
    alice.types("/ban bob 1d")
    assert told(bob, "/join den")[0].startswith("You are banned from #den by alice until")


def test_bans_are_as_many_as_there_may_be_and_expired_ones_make_room() -> None:
    chat, alice, _ = den()
    alice.types(*(f"/ban n{number} {'1m' if number else '1d'}" for number in range(1000)))
    assert told(alice, "/ban more 1d") == ["There are already 1000; lift some of them first."]
    assert told(alice, "/ban n7 1d")[0].startswith("You banned n7")
    assert told(alice, "/bans")[-2:] == [
        "ban of n7 by alice until 2023-11-15 22:14.",
        "--- /more shows earlier lines ---",
    ]
    read = told(alice, *["/more"] * 20)
    assert read[49].startswith("ban of n950 ")
    assert read[-2:] == [
        "ban of n50 by alice until 2023-11-14 22:15.",
        "There is nothing more to show. /history shows the latest lines.",
    ]
    chat.advance(60)
    assert len(chat.hub.rooms["den"].bans) == 2
    assert told(alice, "/ban more 1d")[0].startswith("You banned more")


class Walked(dict[User, int]):
    """
    Members of a room; counts how often all of them are gone through.
    """

    walks = 0

    def __iter__(self) -> Iterator[User]:
        self.walks += 1
        return super().__iter__()


def test_of_bans_and_mutes_that_end_together_each_operator_is_told_once() -> None:
    chat = Chat()
    here = Clients(chat)
    alice, carol, bob = here.arrive("alice"), here.arrive("carol"), here.arrive("bob")
    # Else she owns no room, and can make nobody an operator.
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    for each in (alice, carol, bob):
        each.sends("JOIN #den")
    alice.sends("MODE #den +o carol", "PRIVMSG ChatServ :mute #den bob 1m")
    alice.sends(*(f"PRIVMSG ChatServ :ban #den {nick} 1m" for nick in ("dan", "eve", "fay")))
    room = chat.hub.rooms["den"]
    room.members = members = Walked(room.members)
    for each in (alice, carol, bob):
        each.reads()
    chat.advance(60)
    ended = [
        ":chat.example MODE #den -b dan!*@*", ":chat.example MODE #den -b eve!*@*",
        ":chat.example MODE #den -b fay!*@*", ":chat.example MODE #den -b m:bob!*@*",
    ]  # fmt: skip
    for each, reads in ((alice, ended), (carol, ended), (bob, [])):
        assert [line for line in each.reads() if " MODE " in line] == reads
    # The room may be full: its operators are looked for once.
    assert members.walks == 1
