"""
The IRC door, as clients and the users at other doors meet it.
"""

import gc
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_irc import Clients, two
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.doors.irc.conversation import Conversation
from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.message import Message, parse
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def test_a_user_at_a_terminal_and_one_at_a_client_read_each_other() -> None:
    here = Clients()
    tina, ada = here.arrive("tina"), here.chat.arrive("ada")
    assert tina.reads() == [":ada!~u@chat JOIN :#lobby"]
    ada.types("hello", "/me waves", "/msg tina psst")
    assert tina.reads() == [
        ":ada!~u@chat PRIVMSG #lobby :hello",
        ":ada!~u@chat PRIVMSG #lobby :\x01ACTION waves\x01",
        ":ada!~u@chat PRIVMSG tina :psst",
    ]
    ada.reads()
    tina.sends(
        "PRIVMSG #lobby :hello yourself",
        "PRIVMSG #lobby :\x01ACTION grins\x01",
        "PRIVMSG ada :what?",
        "NOTICE #lobby :beep",
    )
    assert ada.reads() == ["tina: hello yourself", "* tina grins", "[tina -> you] what?",
                           "tina: beep"]  # fmt: skip
    # A client shows what its user says by itself.
    assert tina.reads() == []


def test_a_client_that_asks_for_its_own_words_is_told_them_once() -> None:
    alice, bob = two("echo-message")
    assert alice.asks("PRIVMSG #lobby :hi", "PRIVMSG #lobby :\x01ACTION waves\x01",
                      "PRIVMSG bob :psst", "PRIVMSG alice :note") == [
        ":alice!~u@chat PRIVMSG #lobby :hi",
        ":alice!~u@chat PRIVMSG #lobby :\x01ACTION waves\x01",
        ":alice!~u@chat PRIVMSG bob :psst",
        # What came to them, and the echo of what they wrote.
        *[":alice!~u@chat PRIVMSG alice :note"] * 2,
    ]  # fmt: skip
    assert len(bob.reads()) == 3


def test_what_users_write_to_themselves_comes_though_their_client_shows_what_they_write() -> None:
    alice, _ = two()
    assert alice.asks("PRIVMSG alice :note") == [":alice!~u@chat PRIVMSG alice :note"]


def test_a_line_that_begins_with_a_slash_is_said_and_no_command() -> None:
    alice, bob = two()
    alice.sends("PRIVMSG #lobby :/quit")
    assert bob.reads() == [":alice!~u@chat PRIVMSG #lobby :/quit"]


def test_a_text_of_several_lines_is_several_messages_and_a_long_one_is_split_at_letters() -> None:
    here = Clients()
    tina, ada = here.arrive("tina"), here.chat.arrive("ada")
    tina.reads()
    ada.types("é" * 600)
    lines = tina.receives().split(b"\r\n")[:-1]
    start = ":ada!~u@chat PRIVMSG #lobby :"
    assert [line.decode().removeprefix(start) for line in lines] == [
        "é" * 240, "é" * 240, "é" * 120,
    ]  # fmt: skip
    assert all(len(line) <= 510 for line in lines)


def test_what_a_client_formats_is_read_without_that() -> None:
    here = Clients()
    tina, ada = here.arrive("tina"), here.chat.arrive("ada")
    ada.reads()
    tina.sends("PRIVMSG #lobby :\x02bold\x0f \x0304,12red\x03 \x1funder\x1f \x04ff0000x")
    assert ada.reads() == ["tina: bold red under x"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("TELL ada :\x0304,12red\x03 tea", "[tina -> you] red tea"),
        ("PRIVMSG ChatServ :me \x1dwaves\x0f", "* tina waves"),
        ("PRIVMSG ChatServ :\x0304/me\x03 waves", "* tina waves"),
        ("QUIT :\x02bye\x02", "*** tina has left #lobby (bye) ***"),
        # In one line, whatever ends one elsewhere.
        ("QUIT :\x02bye\x0ball\u2028of you", "*** tina has left #lobby (bye all of you) ***"),
        ("PART #lobby :bye\x85all", "*** tina has left #lobby (bye all) ***"),
    ],
)
def test_what_a_client_formats_in_a_command_is_read_without_that(sent: str, read: str) -> None:
    here = Clients()
    tina, ada = here.arrive("tina"), here.chat.arrive("ada")
    ada.reads()
    tina.sends(sent)
    assert ada.reads() == [read]


def test_nobody_makes_a_message_of_another_user_by_any_text() -> None:
    here = Clients()
    tina = here.arrive("tina")
    plugin = here.chat.hub.find_room("lobby")
    plugin.announce("one\r\n:ada!~u@chat PRIVMSG tina :fake\0\rtwo")
    lines = tina.reads()
    assert all(line.startswith(":chat.example NOTICE #lobby :") for line in lines)


def test_what_is_not_utf_8_is_refused_and_nobody_reads_it() -> None:
    here = Clients()
    tina, ada = here.arrive("tina", "standard-replies"), here.chat.arrive("ada")
    tina.reads()
    ada.reads()
    tina.sends_bytes(b"PRIVMSG #lobby :\xff\xfe\r\n")
    assert tina.reads() == [
        ":chat.example FAIL * INVALID_UTF8 :A message must be in UTF-8; that one was not read."
    ]
    assert ada.reads() == []


def test_a_message_that_is_too_long_is_refused_and_the_connection_stays() -> None:
    alice, bob = two()
    alice.sends_bytes(b"PRIVMSG #lobby :" + b"x" * 5000 + b"\r\nPRIVMSG #lobby :short\r\n")
    assert alice.reads() == [":chat.example 417 alice :That message was too long"]
    assert bob.reads() == [":alice!~u@chat PRIVMSG #lobby :short"]


def test_a_client_that_quits_is_told_so_and_others_read_why() -> None:
    alice, bob = two()
    assert alice.asks("QUIT :so long") == ["ERROR :Goodbye, alice."]
    assert not alice.is_connected
    assert bob.reads() == [":alice!~u@chat QUIT :so long"]


def test_a_connection_that_is_lost_is_a_quit() -> None:
    alice, bob = two()
    alice.transport.hang_up()
    bob.chat.advance()
    assert bob.reads() == [":alice!~u@chat QUIT :"]


def test_messages_wait_at_the_rate_that_is_allowed() -> None:
    here = Clients(Chat(limits=Limits(rate=1.0, burst=6.0, login_timeout=0, history_lines=0)))
    alice, bob = here.arrive("alice"), here.arrive("bob")
    bob.reads()
    here.chat.advance(10)
    alice.sends(*[f"PRIVMSG #lobby :{number}" for number in range(8)])
    assert [line[-1] for line in bob.reads()] == list("012345")
    here.chat.advance(1)
    here.chat.advance(1)
    assert [line[-1] for line in bob.reads()] == list("67")


def test_readers_of_the_same_dialect_get_the_same_bytes() -> None:
    here = Clients()
    clients = [here.arrive(f"user{chr(97 + number)}", "server-time") for number in range(5)]
    assert len({id(client.protocol.dialect) for client in clients}) == 1
    room = here.chat.hub.find_room("lobby")
    assert len(room.audience) == 1


def test_one_person_at_two_clients_reads_at_each_what_they_say_at_the_other() -> None:
    here = Clients()
    first = here.arrive("tina")
    first.sends("PRIVMSG NickServ :REGISTER correct-horse")
    first.reads()
    second = here.connect()
    second.sends("PASS tina:correct-horse", "NICK tina", "USER tina 0 * :tina")
    lines = second.reads()
    assert lines[0] == ":chat.example 001 tina :Welcome to the chat, tina!~u@chat"
    assert lines[-3:] == [
        ":tina!~u@chat JOIN :#lobby",
        ":chat.example 353 tina = #lobby :tina",
        ":chat.example 366 tina #lobby :End of /NAMES list",
    ]
    ada = here.chat.arrive("ada")
    second.reads()
    second.sends("PRIVMSG #lobby :from the second")
    assert first.reads()[-1] == ":tina!~u@chat PRIVMSG #lobby :from the second"
    assert second.reads() == []
    # Without echo-message a client would take it for a message from tina to tina.
    second.sends("PRIVMSG ada :psst")
    assert first.reads() == [":chat.example NOTICE tina :[you -> ada] psst"]
    assert second.reads() == []
    assert ada.reads() == ["tina: from the second", "[tina -> you] psst"]
    first.sends("JOIN #den")
    assert second.reads()[0] == ":tina!~u@chat JOIN :#den"
    first.sends("QUIT")
    assert second.reads() == []
    assert ada.reads() == []


_VERBS = (
    "CAP LS", "CAP REQ", "CAP", "NICK", "USER", "PASS", "PING", "PONG", "JOIN", "PART", "PRIVMSG",
    "NOTICE", "TOPIC", "NAMES", "LIST", "WHO", "WHOIS", "WHOWAS", "KICK", "INVITE", "AWAY", "MODE",
    "ISON", "USERHOST", "LUSERS", "MOTD", "VERSION", "TIME", "AUTHENTICATE", "SEARCH", "STATS",
    "TAGMSG", "REACT", "HISTORY", "SET", "001", "X",
)  # fmt: skip
_PARAMS = (
    "#lobby", "#den", "alice", "fuzz", "ada", "+o", "+b", "-k", "+kS", "*", "0", "#", ",",
    "%tcuihsnfdlaor,1", ":", ":two words", "+is-m", "a,b,c", "#a,#b,#c", "NickServ", "ChatServ",
    ":help", ":IDENTIFY a b", "PLAIN", "302", ":server-time -echo-message", "é" * 30, "x" * 400,
    "\x01ACTION", "*!*@*",
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_nothing_that_a_client_sends_breaks_anything(seed: int) -> None:
    dice = random.Random(seed)
    here = Clients()
    ada = here.chat.arrive("ada")
    fuzz = here.arrive("fuzz") if dice.random() < 0.8 else here.connect()
    for _ in range(30):
        words = [dice.choice(_VERBS), *dice.choices(_PARAMS, k=dice.randrange(4))]
        fuzz.sends_bytes(" ".join(words).encode() + dice.choice([b"\r\n", b"\n", b" \r\n"]))
        for line in fuzz.receives().split(b"\r\n")[:-1]:
            assert not {0, 10, 13} & set(line)
            assert isinstance(parse(line), Message)
            assert line.startswith((b"@", b":", b"ERROR"))
            assert len(line.partition(b" ")[2] if line.startswith(b"@") else line) <= 510
            assert b"It has been logged" not in line
    ada.reads()
    ada.types("still here")
    assert ada.is_connected


def test_of_capabilities_that_nobody_has_any_more_nothing_is_kept() -> None:
    here = Clients()
    client = here.connect()
    caps = ("batch", "server-time", "setname", "away-notify", "account-tag", "message-tags")
    for number in range(1, 64):
        chosen = [cap for place, cap in enumerate(caps) if number >> place & 1]
        client.asks(f"CAP REQ :{' '.join(f'-{cap}' for cap in caps)}")
        client.asks(f"CAP REQ :{' '.join(chosen)}")
    kept = [each for each in gc.get_objects() if type(each) is IrcDialect]
    mine = [each for each in kept if each.site is here.factory.site]
    # That of the beginning, and that of this client.
    assert len(mine) <= 2


def test_a_bug_of_ours_is_told_and_logged_without_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Clients().arrive("tina")

    typed = "raspberries"

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot say {typed}")

    monkeypatch.setattr(Conversation, "take", break_down)
    with capturedLogs() as logged:
        told = client.asks(f"PRIVMSG #lobby :{typed}")
    assert "failed" in told[0]
    (line,) = [formatEvent(event) for event in logged]
    assert "break_down" in line
    assert typed not in line
