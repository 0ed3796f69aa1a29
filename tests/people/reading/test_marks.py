"""
Read marks: moved by programs and commands, and by what is shown where no program moves them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from logins import SECRET, come, log_in, told
from shared_irc import Clients
from shared_json import Bot, Programs
from stores import SlowStore
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure

from twisted_chat.history.programs import unread as unread_lines
from twisted_chat.history.programs.unread import MOST
from twisted_chat.limits import Limits
from twisted_chat.store.settings import EVERYBODY
from twisted_chat.store.snapshot import Credentials
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


def test_who_speaks_has_read_what_was_before_however_much_is_said_behind_it() -> None:
    chat = Chat(store=MemoryStore(), limits=Limits(rate=0.0))
    alice, bob = away(chat, "one")
    alice.types("so what?")
    bob.types(*[f"line {number}" for number in range(30)])
    assert unread(alice) == NOTHING
    alice.types("/quit")
    bob.types("/me is alone")
    number = chat.hub.rooms["den"].timeline.number
    alice = come(chat, "alice")
    assert unread(alice) == [f"1 line in #den, from number {number} on.", FOOT]
    alice.types("/me is back")
    bob.types(*[f"line {number}" for number in range(30)])
    assert unread(alice) == NOTHING


def test_what_is_read_at_one_connection_is_not_unread_at_another(chat: Chat) -> None:
    alice, bob = away(chat, "one")
    phone = Programs(chat).arrive("alice", password=SECRET)
    number = chat.hub.rooms["den"].timeline.number
    phone.asks("read", room="den", number=number)
    # The terminal was not shown that line, but all that follows.
    bob.types("two")
    assert unread(alice) == NOTHING
    den = chat.hub.rooms["den"].timeline
    assert chat.hub.users["alice"].settings.read_up_to(den.id) == den.number == number + 1


def test_what_one_connection_was_shown_is_read_when_another_asks(chat: Chat) -> None:
    terminal, bob = come(chat, "alice"), chat.arrive("bob")
    phone = Programs(chat).arrive("alice", password=SECRET)
    bob.types("/join den", "/join lobby")
    terminal.types("/join den")
    phone.asks("read", room="den", number=1)
    bob.types("one", "/msg alice two")
    phone.reads()
    answers = phone.asks("unread")
    (found,) = [each for each in answers if each["event"] == "unread"]
    assert [(each["room"], each["lines"]) for each in found["rooms"]] == [("lobby", 0), ("den", 0)]
    assert found["private"] == []
    # Here it is the program that asks by the command, and is told up to where.
    bob.types("three")
    phone.reads()
    answers = phone.asks("command", text="/unread")
    assert [each["event"] for each in answers][:2] == ["read-up-to", "unread-shown"]
    assert answers[1]["rooms"] == []


def test_what_comes_while_it_is_counted_is_not_unread() -> None:
    store = SlowStore(is_slow=False, slow=("lines",))
    chat = Chat(store=store, limits=Limits(rate=0.0))
    # So many that they are read from the store.
    alice, bob = away(chat, "/join lobby", *[f"line {number}" for number in range(30)])
    alice.reads()
    store.is_slow = True
    alice.types("/unread")
    assert alice.reads() == []
    bob.types("/join den", "two", "/msg alice three")
    store.is_slow = False
    store.answers(len(store.asked))
    chat.advance()
    shown = alice.reads()
    assert [line for line in shown if "unread" in line or "from number" in line] == [
        "30 lines in #lobby, from number 4 on."
    ]
    assert not [line for line in shown if "/messages bob" in line]
    assert len([line for line in shown if "three" in line]) == 1


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


def test_what_a_guest_has_read_is_read_when_they_log_in(chat: Chat) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/read", "/quit")
    bob.types("one", "/join den")
    guest = chat.arrive("eve")
    bob.types("/join lobby", "two")
    guest.types("/read", "/join den", "/read")
    chat.advance()
    room, den = (chat.hub.rooms[name].timeline for name in ("lobby", "den"))
    read = room.number, den.number
    log_in(guest, "alice")
    chat.advance()
    settings = chat.hub.users["alice"].settings
    assert settings.read_up_to(room.id) >= read[0] - 1
    assert settings.read_up_to(den.id) == read[1]
    kept = chat.hub.store.credentials(chat.hub.users["alice"].account.id).result.read
    assert {number for number, _ in kept} == {room.id, den.id}
    guest.types("/quit")
    bob.types("three")
    assert unread(come(chat, "alice"))[0].startswith("1 line in #lobby")


def test_a_room_that_nothing_ever_marked_is_read_up_to_where_its_user_left(chat: Chat) -> None:
    come(chat, "alice").types("/quit")
    programs = Programs(chat)
    alice, bob = programs.arrive("alice", password=SECRET), chat.arrive("bob")
    alice.asks("command", text="/join den")
    bob.types("/join den", "seen")
    alice.asks("bye")
    chat.advance(5)
    bob.types("one", "two for alice", "/topic tea")
    number = chat.hub.rooms["den"].timeline.number
    again = programs.connect()
    again.asks("hello", name="alice", password=SECRET)
    (found,) = [each for each in again.asks("unread") if each["event"] == "unread"]
    (den,) = [each for each in found["rooms"] if each["room"] == "den"]
    counted = den["number"], den["lines"], den["mentions"], den["first"]
    # That she left is the line between.
    assert counted == (number - 4, 2, 1, number - 2)
    again.asks("bye")
    chat.advance(5)
    terminal = come(chat, "alice")
    before = ["2 lines in #den, 1 names you, from number 5 on.", FOOT]
    assert unread(terminal) == before
    terminal.types("/quit")
    terminal = come(chat, "alice")
    assert unread(terminal) == before


def test_a_terminal_in_a_room_that_nothing_ever_marked_is_told_alike_and_may_catch_up(
    chat: Chat,
) -> None:
    come(chat, "alice").types("/quit")
    alice, bob = Programs(chat).arrive("alice", password=SECRET), chat.arrive("bob")
    bob.types("seen")
    alice.asks("bye")
    chat.advance(5)
    account = chat.hub.world.find_account("alice")
    assert account is not None
    assert account.settings is not None
    account.settings.read = {}
    bob.types("one", "two", "three")
    terminal = come(chat, "alice")
    assert [line.split(" in ")[0] for line in unread(terminal)[:1]] == ["3 lines"]
    terminal.types("/catchup")
    assert unread(terminal) == NOTHING


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


def test_whom_one_ignores_hides_nobody_who_wrote_before() -> None:
    chat = Chat(store=MemoryStore(), limits=Limits(rate=0.0))
    alice, bob = two_doors(chat)
    eve = Programs(chat).arrive("eve")
    bob.asks("tell", nick="alice", text="one")
    bob.asks("say", room="lobby", text="two")
    alice.asks("read", room="lobby", number=chat.hub.rooms["lobby"].timeline.number - 1)
    for _ in range(MOST + 16):
        eve.asks("tell", nick="alice", text="look")
        eve.asks("say", room="lobby", text="look")
    alice.reads()
    assert private(alice) == [("Bob", 1), ("eve", MOST + 16)]
    alice.asks("command", text="/ignore eve")
    (found,) = [each for each in alice.asks("unread") if each["event"] == "unread"]
    assert [(each["nick"], each["messages"]) for each in found["private"]] == [("Bob", 1)]
    (lobby,) = [each for each in found["rooms"] if each["room"] == "lobby"]
    assert (lobby["lines"], lobby["is_at_least"], found["is_at_least"]) == (1, False, False)


def test_where_very_much_is_of_whom_one_ignores_there_may_be_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unread_lines, "MOST", 4)
    monkeypatch.setattr(unread_lines, "PAGES", 2)
    chat = Chat(store=MemoryStore(), limits=Limits(rate=0.0))
    alice, eve = away(chat, "/join lobby")
    eve.types("/register", SECRET, SECRET)
    chat.advance()
    alice.types("/quit")
    eve.types(*["look"] * 9, *["/msg alice look"] * 9)
    alice = come(chat, "alice")
    alice.types("/ignore bob")
    assert unread(alice) == [
        "Lines in #lobby may be unread, before many of users you ignore.",
        "Others may have written to you before that.",
        FOOT,
    ]


def test_a_program_is_told_what_its_user_marks_by_a_command(chat: Chat) -> None:
    alice, bob = two_doors(chat)
    bob.asks("say", room="lobby", text="one")
    bob.asks("tell", nick="alice", text="two")
    alice.reads()
    latest = chat.hub.rooms["lobby"].timeline.number
    one = alice.asks("command", text="/read lobby")
    assert ("read-up-to", "lobby", latest) in [
        (each["event"], each.get("room"), each.get("number")) for each in one
    ]
    every = alice.asks("command", text="/read all")
    (private_,) = [each for each in every if each["event"] == "private-read-up-to"]
    assert private_["nick"] == EVERYBODY
    # What it says itself, it knows.
    bob.asks("say", room="lobby", text="three")
    alice.reads()
    answers = alice.asks("read", room="lobby", number=latest + 1)
    assert [each["event"] for each in answers if each["event"] != "done"] == []


def test_a_read_needs_a_room_or_a_nick(chat: Chat) -> None:
    alice, _ = two_doors(chat)
    alice.reads()
    for members in ({}, {"room": "lobby", "nick": "bob"}):
        (refused,) = alice.asks("read", **members)
        assert refused["error"] == "bad-request"


@pytest.mark.parametrize("nick", ["#", "x\n" + "y" * 5000, "a b", "everybody"])
def test_only_what_a_user_may_be_called_is_marked(chat: Chat, nick: str) -> None:
    alice, bob = two_doors(chat)
    bob.asks("tell", nick="alice", text="one")
    alice.reads()
    (refused,) = alice.asks("read", nick=nick, id=2**62)
    assert "error" in refused
    assert private(alice) == [("Bob", 1)]
    assert chat.hub.users["alice"].settings.read_in_private == {}


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


def test_what_is_read_of_everybody_is_read_of_each(chat: Chat) -> None:
    alice, bob = two_doors(chat)
    other = Programs(chat).arrive("alice", password=SECRET)
    bob.asks("tell", nick="alice", text="one")
    (id_,) = (each["kept_id"] for each in alice.reads() if each["event"] == "told")
    alice.asks("command", text="/read all")
    other.reads()
    alice.asks("read", nick="Bob", id=id_)
    assert other.reads() == []
    assert set(chat.hub.users["alice"].settings.read_in_private) == {EVERYBODY}
    # A later one is none of these.
    bob.asks("tell", nick="alice", text="two")
    (later,) = (each["kept_id"] for each in other.reads() if each["event"] == "told")
    alice.asks("read", nick="Bob", id=later)
    assert [(each["nick"], each["id"]) for each in other.reads()] == [("bob", later)]


def test_of_whom_a_terminal_was_told_it_remembers_the_last_ones_of_accounts_only() -> None:
    chat = Chat(store=MemoryStore(), limits=Limits(rate=0.0))
    alice, guest = come(chat, "alice"), chat.arrive("eve")
    (session,) = chat.hub.users["alice"].sessions
    for number in range(250):
        session.note_letter(f"P{number}", number)
    session.note_letter("p60", 1000)
    assert session.letters is not None
    assert len(session.letters) == 200
    assert list(session.letters)[-2:] == ["p249", "p60"]
    assert session.letters["p60"] == 1000
    alice.types("/msg eve psst")
    assert any("psst" in line for line in guest.reads())
    assert chat.hub.users["eve"].sessions[0].letters is None


def test_however_many_names_a_program_marks_nothing_is_unread_again() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = two_doors(chat)
    bob.asks("tell", nick="alice", text="one")
    (id_,) = (each["kept_id"] for each in alice.reads() if each["event"] == "told")
    alice.asks("read", nick="Bob", id=id_)
    session = chat.hub.users["alice"].sessions[0]
    for number in range(450):
        chat.hub.marks.mark_private(session, f"n{number}", 1)
        if number % 50 == 0:
            chat.advance()
    chat.advance()
    assert private(alice) == []
    marks = chat.hub.users["alice"].settings.read_in_private
    assert {"bob", "n449"} <= set(marks)
    # Of those who never wrote anything, only the last are remembered; so in the store.
    assert len(marks) <= 251
    account = chat.hub.users["alice"].account
    assert account is not None
    kept: list[Credentials] = []
    store.credentials(account.id).addCallback(kept.append)
    assert dict(kept[0].read_in_private) == dict(marks)


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
    latest = next(
        line.number for line in here.chat.hub.rooms["lobby"].timeline.recent if line.text == "one"
    )
    assert (account.settings.read_up_to(1) >= latest) is not marks_itself
    assert ("bob" in account.settings.read_in_private) is not marks_itself
