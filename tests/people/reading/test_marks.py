"""
Read marks: moved by programs and commands, and by what is shown where no program moves them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from logins import SECRET, come, told
from shared_irc import Clients
from shared_json import Bot, Programs
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure

from twisted_chat.store.settings import EVERYBODY
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person

CAP = "draft/read-marker"
NOTHING = ["Nothing is unread."]
FOOT = "/read room marks a room as read, and /read all all of this."


@pytest.fixture
def chat() -> Chat:
    return Chat(store=MemoryStore())


def unread(person: Person) -> list[str]:
    """
    Return what is unread, as ``person`` reads it.
    """
    return told(person, "/unread")


def away(chat: Chat, *lines: str) -> tuple[Person, Person]:
    """
    Let alice leave #den and #lobby, let bob say lines there, and let her come again.
    """
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    for person in (alice, bob):
        person.types("/join den")
    alice.types("/quit")
    bob.types(*lines)
    return come(chat, "alice"), bob


def test_what_a_program_marks_as_read_is_told_to_the_others_of_its_user() -> None:
    chat = Chat(store=MemoryStore())
    terminal = come(chat, "alice")
    programs = Programs(chat)
    phone, desk = (programs.connect() for _ in range(2))
    for each in (phone, desk):
        each.asks("hello", name="alice", password=SECRET)
    bob = chat.arrive("bob")
    bob.types("one", "two", "three")
    latest = chat.hub.rooms["lobby"].timeline.number
    terminal.receives()
    desk.reads()
    phone.asks("read", room="lobby", number=latest - 1)
    assert [(each["event"], each["number"]) for each in desk.reads()] == [
        ("read-up-to", latest - 1)
    ]
    # What is read stays so, and nothing is read that was not said.
    phone.asks("read", room="lobby", number=1)
    assert desk.reads() == []
    phone.asks("read", room="lobby", number=latest + 50)
    assert [each["number"] for each in desk.reads()] == [latest]
    assert terminal.receives() == b""
    (refused,) = phone.asks("read", room="attic", number=1)
    assert refused["error"] == "no-such-room"
    later = programs.connect()
    told_later = later.asks("hello", name="alice", password=SECRET)
    assert [each["number"] for each in told_later if each["event"] == "read-up-to"] == [latest]


# -- at a terminal --------------------------------------------------------------------------------


def test_what_a_terminal_is_shown_is_read_when_its_user_asks(chat: Chat) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    bob.types("hello alice", "/msg alice psst")
    assert unread(alice) == NOTHING
    assert (
        chat.hub.users["alice"].settings.read_up_to(1) == chat.hub.rooms["lobby"].timeline.number
    )


def test_what_was_said_while_one_was_away_stays_unread_until_it_is_shown(chat: Chat) -> None:
    alice, bob = away(chat, "one", "two for alice", "/join lobby", "tea?")
    before = unread(alice)
    assert before == [
        "1 line in #lobby, from number 4 on.",
        "2 lines in #den, 1 names you, from number 4 on.",
        FOOT,
    ]
    # What comes now is shown, and so does not count.
    bob.types("more tea?")
    assert unread(alice) == before
    # But who has the older lines unread leaves with all of them.
    alice.types("/quit")
    bob.types("tea is cold")
    again = come(chat, "alice")
    assert unread(again)[0] == "3 lines in #lobby, from number 4 on."
    # Of these, that page has the last one alone.
    again.types("/catchup")
    assert unread(again)[0] == "3 lines in #lobby, from number 4 on."


@pytest.mark.parametrize("typed", ["/catchup", "/history 5 den", "/join den", "so what?", "/read"])
def test_it_is_read_once_it_is_shown_or_its_user_turns_to_it(chat: Chat, typed: str) -> None:
    alice, bob = away(chat, "one", "two")
    assert unread(alice) == ["2 lines in #den, from number 4 on.", FOOT]
    alice.types(typed)
    bob.types("three")
    assert unread(alice) == NOTHING
    alice.types("/quit")
    bob.types("four")
    number = chat.hub.rooms["den"].timeline.number
    assert unread(come(chat, "alice")) == [f"1 line in #den, from number {number} on.", FOOT]


@pytest.mark.parametrize("way", ["/leave", "/quit", "kick", "hang up", "shut down", "/login bob"])
def test_what_was_shown_is_read_however_a_user_leaves(chat: Chat, way: str) -> None:
    alice, bob = come(chat, "alice"), come(chat, "bob")
    for person in (bob, alice):
        person.types("/join den")
    carol = chat.arrive("carol")
    carol.types("/join den", "one", "two")
    number = chat.hub.rooms["den"].timeline.number
    room = chat.hub.rooms["den"].timeline.id
    account = chat.hub.world.find_account("alice")
    assert account is not None
    assert account.settings is not None
    assert account.settings.read_up_to(room) == 0
    match way:
        case "kick":
            bob.types("/kick alice")
        case "hang up":
            alice.hangs_up()
        case "shut down":
            chat.hub.shut_down()
        case _:
            alice.types(way)
            if way == "/login bob":
                alice.types(SECRET)
    assert account.settings.read_up_to(room) == number


def resets(person: Person) -> None:
    person.transport.protocol = None
    person.protocol.connectionLost(Failure(ConnectionLost()))


def reads_nothing(person: Person) -> None:
    person.protocol.cut("not reading")


@pytest.mark.parametrize("ends", [resets, reads_nothing])
def test_what_a_lost_connection_may_not_have_received_is_not_read(
    chat: Chat, ends: Callable[[Person], None]
) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    chat.advance(10)
    bob.types("shown", "/msg alice psst")
    chat.advance(10)
    alice.types("I see")
    number = chat.hub.rooms["lobby"].timeline.number
    chat.advance(10)
    bob.types("never seen", "/msg alice pssst")
    ends(alice)
    chat.advance()
    account = chat.hub.world.find_account("alice")
    assert account is not None
    assert account.settings is not None
    # Their own line is the last.
    assert account.settings.read_up_to(1) == number - 1
    assert unread(come(chat, "alice"))[:2] == [
        "1 line in #lobby, from number 5 on.",
        "1 message of bob: /messages bob",
    ]


def test_marks_of_a_guest_last_as_long_as_they_do_and_go_on_with_their_account(chat: Chat) -> None:
    gast, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.types("one")
    assert unread(gast) == NOTHING
    gast.types("/register", SECRET, SECRET)
    chat.advance()
    gast.types("/quit")
    bob.types("two")
    assert unread(come(chat, "alice")) == ["1 line in #lobby, from number 5 on.", FOOT]


# -- commands -------------------------------------------------------------------------------------


def test_what_a_guest_was_shown_of_a_room_is_not_noted_when_they_leave() -> None:
    chat = Chat()
    guest = chat.arrive("alice")
    for number in range(3):
        guest.types(f"/join room{number}", "hello", "/leave")
    assert chat.hub.users["alice"].settings.read == {}


def test_one_room_or_all_are_marked_as_read(chat: Chat) -> None:
    alice, _ = away(chat, "one", "/join lobby", "two", "/msg alice three")
    assert told(alice, "/read lobby", "/unread") == [
        "#lobby is read.",
        "1 line in #den, from number 4 on.",
        FOOT,
    ]
    assert told(alice, "/read ALL", "/unread") == ["All rooms and messages are read.", *NOTHING]
    assert told(alice, "/read attic") == ["There is no room #attic. /rooms lists the rooms."]
    # That is a room.
    assert told(alice, "/join all", "/read #all")[-1] == "#all is read."


def test_a_room_that_one_is_not_in_is_not_marked(chat: Chat) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    bob.types("/join den")
    assert told(alice, "/read den") == ["You are not in #den. Enter it with /join den."]


# -- private messages -----------------------------------------------------------------------------


def two_doors(chat: Chat) -> tuple[Bot, Bot]:
    come(chat, "alice").types("/quit")
    programs = Programs(chat)
    alice, bob = programs.arrive("alice", password=SECRET), programs.arrive("Bob")
    return alice, bob


def private(bot: Bot) -> list[tuple[str, int]]:
    (found,) = [each for each in bot.asks("unread") if each["event"] == "unread"]
    return [(each["nick"], each["messages"]) for each in found["private"]]


def test_messages_are_unread_until_a_program_marks_them(chat: Chat) -> None:
    alice, bob = two_doors(chat)
    assert private(alice) == []
    for text in ("one", "two"):
        bob.asks("tell", nick="alice", text=text)
    first, second = (each["kept_id"] for each in alice.reads() if each["event"] == "told")
    assert private(alice) == [("Bob", 2)]
    alice.asks("read", nick="Bob", id=first)
    assert private(alice) == [("Bob", 1)]
    # They never go back, and nothing is read that was not written.
    alice.asks("read", nick="bob", id=1)
    alice.asks("read", nick="eve", id=2**62)
    assert private(alice) == [("Bob", 1)]
    alice.asks("command", text="/read all")
    assert private(alice) == []
    bob.asks("tell", nick="alice", text="three")
    assert private(alice) == [("Bob", 1)]
    assert second > first


def test_other_programs_are_told_which_messages_are_read(chat: Chat) -> None:
    alice, bob = two_doors(chat)
    other = Programs(chat).arrive("alice", password=SECRET)
    bob.asks("tell", nick="alice", text="one")
    (id_,) = (each["kept_id"] for each in alice.reads() if each["event"] == "told")
    other.reads()
    alice.asks("read", nick="Bob", id=id_)
    (told_,) = other.reads()
    assert (told_["event"], told_["nick"], told_["id"]) == ("private-read-up-to", "bob", id_)
    later = Programs(chat).connect().asks("hello", name="alice", password=SECRET)
    assert [each["id"] for each in later if each["event"] == "private-read-up-to"] == [id_]


def test_a_read_needs_a_room_or_a_nick(chat: Chat) -> None:
    alice, _ = two_doors(chat)
    alice.reads()
    for members in ({}, {"room": "lobby", "nick": "bob"}):
        (refused,) = alice.asks("read", **members)
        assert refused["error"] == "bad-request"


def test_what_was_written_while_one_was_away_is_read_when_a_terminal_shows_it(chat: Chat) -> None:
    alice, bob = two_doors(chat)
    alice.asks("bye")
    bob.asks("tell", nick="alice", text="one")
    # A program has not said that it was read.
    alice = Programs(chat).arrive("alice", password=SECRET)
    assert private(alice) == [("Bob", 1)]
    bob.asks("tell", nick="alice", text="two")
    terminal = come(chat, "alice")
    bob.asks("tell", nick="alice", text="three")
    terminal.types("/quit")
    # Who has read the last one has read them all.
    assert private(alice) == []


def test_of_many_users_who_write_those_marked_last_are_remembered(chat: Chat) -> None:
    two_doors(chat)
    session = chat.hub.users["alice"].sessions[0]
    chat.hub.marks.mark_all(session, None)
    for number in range(250):
        chat.hub.marks.mark_private(session, f"p{number}", 1)
    marks = chat.hub.users["alice"].settings.read_in_private
    assert len(marks) == 200
    assert EVERYBODY in marks
    assert "p249" in marks


# -- by IRC ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("marks_itself", [False, True])
def test_a_client_of_irc_without_markers_reads_as_a_terminal_does(*, marks_itself: bool) -> None:
    here = Clients()
    here.arrive("tina", CAP).sends("PRIVMSG NickServ :REGISTER correct-horse", "QUIT")
    bob = here.chat.arrive("bob")
    client = here.connect()
    client.sends(*[f"CAP REQ :{CAP}"] * marks_itself)
    client.sends("CAP END", "PASS correct-horse", "NICK tina", "USER t 0 * :t", "JOIN #lobby")
    bob.types("one", "/msg tina two")
    client.sends("QUIT")
    account = here.chat.hub.world.find_account("tina")
    assert account is not None
    assert account.settings is not None
    assert bool(account.settings.read_up_to(1)) is not marks_itself
    assert ("bob" in account.settings.read_in_private) is not marks_itself
