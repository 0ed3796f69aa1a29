"""
Membership: who is in which room.
"""

import pytest
from attrs import evolve
from logins import SECRET, come, told
from shared_hub import everybody, plugin, type_slowly
from shared_registry import den

from twisted_chat import ChatError, Hub, on
from twisted_chat.events import Left
from twisted_chat.limits import Limits, Rate
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat


@pytest.mark.parametrize("mode", ["/private on", "/members on"])
@pytest.mark.parametrize("is_restarted", [True, False])
@pytest.mark.parametrize("end", [["/disown"], ["/unregister", SECRET]])
def test_no_user_comes_back_by_themselves_to_a_room_that_was_not_for_everybody(
    end: list[str], mode: str, is_restarted: bool
) -> None:
    store = MemoryStore()
    chat, alice, bob = den(store=store)
    bob.types("/join den")
    alice.types(mode, *end)
    bob.types("among ourselves")
    if is_restarted:
        chat = Chat(store=store)
    else:
        alice.hangs_up()
        bob.hangs_up()
    bob = come(chat, "bob")
    assert not [line for line in bob.reads() if "den" in line]
    assert told(bob, "/rooms") == ["#lobby: 1 person"]


def test_a_room_that_looks_like_a_private_one_is_refused_without_its_name() -> None:
    chat, _, bob = den()
    carol = come(chat, "carol")
    carol.types("/join ops1")
    assert told(bob, "/join opsl") == ["#opsl looks like #ops1; please choose another name."]
    carol.types("/private on")
    chat.advance(2)
    refusal = "#opsl looks like another room; please choose another name."
    assert told(bob, "/join opsl") == [refusal]


def test_an_empty_room_is_gone_and_the_lobby_stays() -> None:
    chat = Chat()
    (alice,) = everybody(chat, "alice")
    alice.types("/join dev", "/leave", "/leave")
    assert set(chat.hub.rooms) == {"lobby"}


def test_one_who_has_left_every_room_is_told_how_to_enter_one() -> None:
    (alice,) = everybody(Chat(), "alice")
    alice.types("/leave", "hello?", "/me waves", "/who")
    assert alice.reads() == [
        "You have left #lobby.",
        "You are not in a room. Enter one with /join room.",
        "You are not in a room. Enter one with /join room.",
        "You are not in a room. Enter one with /join room.",
    ]


def test_no_two_rooms_look_alike_whether_open_or_empty() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/join dev0")
    type_slowly(chat, bob, "/join devO", "/join DEV0", "/leave")
    alice.types("/leave")
    type_slowly(chat, bob, "/join devO", "/join 1obby")
    assert bob.reads() == [
        "#devO looks like #dev0; please choose another name.",
        "You are in #dev0 as bob with alice.",
        "You have left #dev0.",
        "You are now talking in #lobby.",
        "#devO looks like #dev0; please choose another name.",
        "#1obby looks like #lobby; please choose another name.",
    ]
    again = Chat(store=store)
    bob = again.arrive("bob")
    type_slowly(again, bob, "/join devO", "/join dev0")
    assert bob.reads() == [
        "#devO looks like #dev0; please choose another name.",
        "You are in #dev0 as bob. Nobody else is here yet.",
    ]


def test_a_room_that_is_made_again_looks_as_it_is_written_now() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/join aib", "/leave")
    bob.types("/join aIb")
    assert told(alice, "/join alb") == ["#alb looks like #aIb; please choose another name."]
    bob.types("/leave")
    chat.advance(2)
    alice.reads()
    assert told(alice, "/join alb") == ["You are in #alb as alice. Nobody else is here yet."]


def test_rooms_are_not_joined_nor_made_all_the_time() -> None:
    chat = Chat(limits=Limits(rate=100.0, join_rate=Rate(3, 60), create_rate=Rate(2, 600)))
    alice = chat.arrive("alice")
    alice.types("/join a", "/join b", "/join c")
    assert alice.reads()[2:] == ["You make rooms too often, please wait 300 s."]
    alice.types("/join d")
    assert alice.reads() == ["You join rooms too often, please wait 20 s."]


def test_no_user_is_in_more_rooms_than_they_may_be() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_rooms=2))
    alice = chat.arrive("alice")
    alice.types("/join a", "/join b")
    assert alice.reads()[1:] == ["You are in 2 rooms already; /leave one first."]


def test_a_room_holds_no_more_than_it_may() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, room_size=2))
    alice, bob = everybody(chat, "alice", "bob")
    carol = chat.connect()
    carol.types("carol", "/join lobby", "/join elsewhere")
    assert carol.reads() == [
        "Welcome, carol. #lobby is full, 2 people are in it.",
        "Type /help for help.",
        "#lobby is full, 2 people are in it.",
        "You are in #elsewhere as carol. Nobody else is here yet.",
    ]
    assert alice.reads() == bob.reads() == []


def test_a_handler_that_empties_the_rooms_of_one_who_goes_is_no_trouble() -> None:
    @on(Left)
    def tidy(hub: Hub, event: Left) -> None:
        for room in tuple(hub.rooms.values()):
            for user in tuple(room.members):
                if not user.is_here:
                    hub.membership.leave(user, room)

    chat = Chat(plugin(tidy))
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/join dev", "/join ops", "/quit")
    assert set(chat.hub.rooms) == {"lobby"}
    assert [user.nick for user in chat.hub.rooms["lobby"].members] == ["bob"]
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_user_who_has_gone_can_be_put_into_no_room() -> None:
    refused: list[str] = []

    @on(Left)
    def cling(hub: Hub, event: Left) -> None:
        for attempt in (
            lambda: hub.membership.join(gone, "dev"),
            lambda: hub.nicks.rename(gone.user, "ghost"),
            lambda: hub.private_talk.tell(gone, bobs.user, "boo"),
            lambda: hub.arrivals.enter(gone, "ghost"),
        ):
            try:
                attempt()
            except ChatError as refusal:
                refused.append(str(refusal))

    chat = Chat(plugin(cling))
    alice, bob = everybody(chat, "alice", "bob")
    gone, bobs = alice.protocol.session, bob.protocol.session
    alice.hangs_up()
    assert len(refused) == 4
    assert set(chat.hub.users) == {"bob"}
    assert set(chat.hub.rooms) == {"lobby"}
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_what_follows_a_name_that_looks_like_an_open_room_is_said() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/join rr1")
    alice.reads()
    bob.types("/join rr1")
    assert told(bob, "/join rrl", "nobody has asked me") == [
        "#rrl looks like #rr1; please choose another name.",
    ]
    assert alice.reads()[-1] == "[#rr1] bob: nobody has asked me"


@pytest.mark.parametrize("deeds", [("/lock", SECRET, SECRET), ("/private on",)])
def test_what_follows_a_name_that_looks_like_a_room_with_a_password_is_not_said(
    deeds: tuple[str, ...],
) -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/join rr1", *deeds)
    alice.reads()
    bob.types("/join rrl", "open sesame")
    chat.advance(3)
    # Of a private room, nobody learns in this way whether it has one.
    assert bob.reads()[-1].startswith("That line was not sent")
    assert not [line for line in alice.reads() if "sesame" in line]
