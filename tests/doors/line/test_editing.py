"""
A terminal whose lines are edited here: what a user of telnet sees, and what others read of them.
"""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from logins import SECRET, register
from shared_telnet import AYT, DO, DONT, ECHO, IAC, IP, NAWS, SGA, TTYPE, WILL, WONT
from telnet_user import TelnetUser, arrived
from twisted.logger import LogLevel, capturedLogs

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def test_a_line_that_is_typed_is_not_torn_by_what_arrives() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat, columns=40)
    assert alice.sends_keys
    assert alice.rows == [
        "Enter your name: alice",
        "You are in #lobby as alice with bob.",
        "Type /help for help.",
        "#lobby>",
    ]
    bob.reads()
    alice.presses("größe 太郎")
    bob.types("this line is longer than forty columns are")
    assert alice.rows[3:] == [
        "bob: this line is longer than forty",
        "    columns are",
        "#lobby> größe 太郎",
    ]
    alice.presses("\x1b[D\x1b[D\x7f-\r")
    assert bob.reads()[-1] == "alice: größe-太郎"
    assert alice.rows[-2:] == ["#lobby> größe-太郎", "#lobby>"]


def test_the_line_fits_a_window_that_gets_another_size() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    alice.presses("x" * 30)
    alice.resizes(24)
    assert alice.rows[-1].startswith("#lobby> <xxx")
    bob.types("a line of more than twenty")
    assert "bob: a line of more" in alice.rows
    assert alice.rows[-1].startswith("#lobby> <xxx")


def test_a_dumb_terminal_is_sent_no_sequences() -> None:
    chat = Chat()
    alice = arrived(chat, kind="dumb")
    alice.types("/editor on")
    sent = len(alice.person.transport.value())
    alice.types("hello")
    assert b"\x1b" not in alice.person.transport.value()[sent:]


def test_an_owner_is_edited_from_the_password_on_and_shows_none() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    alice = TelnetUser(chat)
    alice.types("alice")
    chat.advance(1)
    alice.types(SECRET)
    assert alice.sends_keys
    assert SECRET not in "".join(alice.rows)
    alice.types("/passwd")
    assert alice.rows[-1] == "Current password:"
    alice.presses(SECRET)
    assert alice.rows[-1] == "Current password:"
    alice.presses("\r")
    assert alice.rows[-1] == "New password:"
    alice.presses("\x03")
    assert alice.rows[-1] == "#lobby>"
    assert alice.sends_keys


def test_a_paste_is_one_message_and_without_brackets_a_block_as_before() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    bob.reads()
    alice.pastes("def f():\n    return 1")
    assert bob.reads() == []
    alice.presses("\r")
    assert bob.reads() == ["alice: def f():", "  |     return 1"]
    chat.advance(5)
    # In a block, /etc/passwd is no command, and exit is said.
    alice.person.sends(b"one\rexit\r/etc/passwd\r")
    assert bob.reads() == ["alice: one", "alice: exit", "alice: /etc/passwd"]


def test_an_interrupt_of_telnet_drops_the_line_and_stops_what_waits() -> None:
    chat = Chat(limits=Limits(rate=4.0, burst=10))
    bob, alice = chat.arrive("bob"), arrived(chat)
    alice.presses("secret")
    alice.person.sends(bytes([IAC, IP]))
    alice.types("hello")
    assert bob.reads()[-1] == "alice: hello"
    chat.advance(10)
    alice.person.sends(b"x\r" * 100)
    chat.advance(1)
    alice.person.sends(bytes([IAC, IP]))
    alice.settle()
    assert any("lines were not sent" in row or "stopped" in row.lower() for row in alice.rows)


def test_ctrl_d_on_an_empty_line_leaves() -> None:
    alice = arrived(Chat())
    alice.presses("ab\x04\x7f\x7f\x04")
    assert alice.rows[-1] == "Goodbye, alice."
    assert not alice.person.is_connected


def test_who_logs_out_is_asked_for_a_name_in_the_same_row() -> None:
    chat = Chat()
    alice = arrived(chat)
    for line in ("/register", SECRET, SECRET, "/logout"):
        alice.types(line)
    assert alice.rows[-1] == "Enter your name:"
    alice.types("anna")
    assert alice.rows[-1] == "#lobby>"
    assert alice.sends_keys


def test_what_was_begun_before_it_is_agreed_is_not_lost() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), TelnetUser(chat, refuses=[TTYPE])
    alice.types("alice")
    chat.advance(1)
    alice.settle()
    # A terminal gives out what has begun when it is no longer to give out lines.
    alice.person.sends(b"/editor on\r\nhel")
    alice.settle()
    assert alice.sends_keys
    assert alice.rows[-1].endswith("hel")
    alice.presses("lo\r")
    assert bob.reads()[-1] == "alice: hello"


def test_a_question_that_is_open_is_asked_in_the_other_mode_too() -> None:
    chat = Chat()
    alice = arrived(chat)
    session = alice.person.protocol.session
    chat.hub.ask(session, "Colour: ", lambda text: f"You like {text}.")
    chat.advance()
    alice.settle()
    assert alice.rows[-1] == "Colour:"
    alice.wants(DONT, ECHO)
    assert alice.rows[-1] == "Colour:"
    alice.types("blue")
    assert alice.rows[-2:] == ["Colour: blue", "You like blue."]


def test_who_asks_whether_the_server_is_there_is_answered() -> None:
    alice = arrived(Chat())
    alice.presses("hel")
    alice.person.sends(bytes([IAC, AYT]))
    assert "[Yes]" in alice.rows
    alice.presses("lo")
    assert alice.rows[-1] == "#lobby> hello"


PIECES = st.sampled_from(
    [
        *(bytes([IAC, word, option]) for word in (DO, DONT) for option in (ECHO, SGA)),
        *(bytes([IAC, word, option]) for word in (WILL, WONT) for option in (TTYPE, NAWS)),
        b"\xff\xfa\x1f\0\x28\0\x18\xff\xf0",
        b"\xff\xfa\x18\0vt100\xff\xf0",
        b"/editor off\r",
        b"/editor on\r\n",
        "größe 太郎".encode(),
        b"\x1b[200~one\rtwo\x1b[201~",
        b"\x1b[A",
        b"\x12",
        b"\r\0",
        b"\x03",
        b"\xff\xf4",
    ]
) | st.binary(max_size=6).filter(lambda data: b"\xec" not in data and b"\x04" not in data)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=25))
def test_whatever_a_client_says_and_agrees_to_nothing_fails_and_others_read_clean_lines(
    pieces: list[bytes],
) -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    with capturedLogs() as logs:
        for piece in pieces:
            alice.person.sends(piece)
        chat.advance(300)
    assert not [log for log in logs if log["log_level"] >= LogLevel.error]
    # A tab is text.
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", "".join(bob.reads()))


def test_addresses_are_links_where_the_terminal_opens_them_and_its_user_wants_that() -> None:
    chat = Chat()
    bob, alice, carol = (
        chat.arrive("bob"),
        arrived(chat),
        arrived(chat, "carol", kind="VT100"),
    )

    def reads(user: TelnetUser) -> bool:
        user.person.receives()
        bob.types("see https://chat.example/")
        data = user.person.receives()
        assert b"https://chat.example/" in data
        return b"\x1b]8;" in data

    assert reads(alice)
    assert not reads(carol)
    bob.reads()
    bob.types("/msg bob https://chat.example/")
    assert not any("\x1b" in line for line in bob.reads())
    alice.types("/set links off")
    assert not reads(alice)
    carol.types("/set links on")
    assert reads(carol)
