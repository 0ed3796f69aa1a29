import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logins import register
from shared_command import chat_with
from shared_protocol import pass_time, two_people
from shared_ssh import SshServer
from telnet_user import arrived
from twisted.internet.defer import Deferred
from twisted.protocols.basic import LineReceiver

from twisted_chat import ChatError, Context, command
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.doors.line.protocol import ChatProtocol
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)

PROMPT = b"Enter your name: "


# -- coming in ------------------------------------------------------------------------------------


def test_the_door_is_a_line_receiver():
    assert issubclass(ChatProtocol, LineReceiver)
    assert Chat().factory.hub.rooms.keys() == {"lobby"}


def test_a_user_who_connects_is_asked_for_a_name_and_nothing_else():
    assert Chat().connect().receives() == b"Enter your name: "


# -- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\0", b"\r"])
def test_every_newline_that_clients_send_ends_a_line(end):
    _, alice, bob = two_people()
    alice.sends(b"one" + end + b"two" + end)
    assert bob.reads() == ["alice: one", "alice: two"]


def test_a_lone_cr_cannot_overwrite_what_others_read():
    _, alice, bob = two_people()
    alice.sends(b"hello\r*** bob has left #lobby ***\n")
    assert bob.reads() == ["alice: hello", "alice: *** bob has left #lobby ***"]


@pytest.mark.parametrize(
    "separator", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_one_line_typed_is_one_line_read(separator):
    _, alice, bob = two_people()
    alice.sends(f"one{separator}*** two ***\n".encode())
    (line,) = bob.reads()
    assert line == "alice: one\ufffd*** two ***"
    assert line.splitlines() == [line]


@pytest.mark.parametrize("typed", ["", "   ", "\t", "x\x7f", "\u200f"])
def test_a_line_without_words_says_nothing(typed):
    _, alice, bob = two_people()
    alice.sends(f"{typed}\r\n".encode())
    assert bob.reads() == []
    assert alice.reads() == []


def test_bytes_that_are_no_utf_8_are_shown_as_such():
    _, alice, bob = two_people()
    alice.sends(b"caf\xe9\n\xc0\xaf\n\xed\xa0\x80\n\xf5\n\xe2\x82\n\xc3\xa9\n")
    assert bob.reads() == [
        "alice: caf\ufffd",
        "alice: \ufffd\ufffd",
        "alice: \ufffd\ufffd\ufffd",
        "alice: \ufffd",
        "alice: \ufffd",
        "alice: \u00e9",
    ]


def test_a_word_of_utf_8_may_come_in_two_packets():
    _, alice, bob = two_people()
    for byte in "\u20ac\U0001f600\n".encode():
        alice.sends(bytes([byte]))
    assert bob.reads() == ["alice: \u20ac\U0001f600"]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_whatever_bytes_come_the_others_read_whole_lines_of_utf_8(packets):
    _, alice, bob = two_people()
    for packet in packets:
        alice.sends(packet)
    text = bob.receives().decode("utf-8")
    assert text == "" or text.endswith("\r\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", text.replace("\r\n", ""))


def test_a_line_that_is_too_long_is_told_and_the_person_stays():
    _, alice, bob = two_people()
    alice.sends(b"x" * 4097 + b"\n" + b"y" * 4096 + b"\n")
    assert alice.reads() == ["That line was longer than 4096 bytes and was not sent."]
    assert bob.reads() == ["alice: " + "y" * 4096]


def test_the_tail_of_a_long_line_is_no_line():
    _, alice, bob = two_people()
    alice.sends(b"x" * 5000)
    assert alice.reads() == ["That line was longer than 4096 bytes and was not sent."]
    alice.sends(b"\xff\xf1/quit")
    alice.sends(b"x" * 100_000 + b"/quit\r\nhello\r\n")
    assert alice.reads() == []
    assert bob.reads() == ["alice: hello"]


def test_a_limit_of_zero_lets_long_lines_through():
    _, alice, bob = two_people(line_limits=LineLimits(max_line=0))
    alice.types("x" * 100_000)
    assert bob.reads() == ["alice: " + "x" * 100_000]


# -- readers that fall behind ---------------------------------------------------------------------


def test_a_user_who_reads_nothing_is_cut_when_too_much_waits_and_others_notice_nothing():
    chat = Chat()
    alice, bob, carol = (chat.arrive(nick) for nick in ("alice", "bob", "carol"))
    bob.transport.producer.pauseProducing()
    carol.reads()
    for number in range(300):
        alice.types(f"{number} ".ljust(1000, "x"))
    heard = carol.reads()
    assert not bob.is_connected
    assert heard.count("*** bob has left #lobby (too slow to read) ***") == 1
    said = [line for line in heard if line.startswith("alice: ")]
    assert [line.split()[1] for line in said] == [str(number) for number in range(300)]
    assert alice.is_connected
    assert carol.is_connected


def test_a_user_who_reads_nothing_for_half_a_minute_is_cut():
    chat, alice, bob = two_people()
    bob.transport.producer.pauseProducing()
    alice.types("hello")
    pass_time(chat, 29)
    assert bob.is_connected
    pass_time(chat, 2)
    assert not bob.is_connected
    assert alice.reads() == ["*** bob has left #lobby (not reading) ***"]


def test_a_user_who_reads_on_in_time_reads_everything():
    chat, alice, bob = two_people()
    for number in range(100):
        bob.transport.producer.pauseProducing()
        alice.types(f"{number} ".ljust(2000, "x"))
        pass_time(chat, 20)
        bob.transport.producer.resumeProducing()
    assert [line.split()[1] for line in bob.reads()] == [str(number) for number in range(100)]


def test_a_send_queue_and_timeout_of_zero_cut_no_user():
    limits = LineLimits(send_queue=0, send_timeout=0.0)
    chat, alice, bob = two_people(line_limits=limits)
    bob.transport.producer.pauseProducing()
    for _ in range(1000):
        alice.types("x" * 1000)
    pass_time(chat, 1000)
    bob.transport.producer.resumeProducing()
    assert len(bob.reads()) == 1000


# -- going ----------------------------------------------------------------------------------------


def test_a_closed_socket_is_told_to_the_others():
    _, alice, bob = two_people()
    alice.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_an_unfinished_line_of_a_user_who_hangs_up_is_not_said():
    _, alice, bob = two_people()
    alice.sends(b"/msg bob I hate")
    alice.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_user_who_left_can_come_again_under_the_same_name():
    chat, alice, bob = two_people()
    alice.types("/quit")
    chat.arrive("alice")
    assert bob.reads() == ["*** alice has left #lobby ***", "*** alice has joined #lobby ***"]


def kicked(chat, person):
    """
    Close ``person`` as a plugin does, in a turn that goes on.
    """
    chat.hub.close(person.protocol.session, "Go.", "kicked")


@pytest.mark.parametrize(
    "line", ["hello", "/msg bob boo", "/me lingers", "/topic boo", "/join dev"]
)
def test_what_comes_from_a_user_who_is_being_closed_is_not_done(line):
    chat, alice, bob = two_people()
    kicked(chat, alice)
    alice.transport.receive(f"{line}\n".encode())
    chat.advance()
    assert bob.reads() == ["*** alice has left #lobby (kicked) ***"]
    assert alice.reads() == ["Go."]
    assert chat.hub.rooms.keys() == {"lobby"}
    assert [user.nick for user in chat.hub.rooms["lobby"].members] == ["bob"]


def test_lines_that_wait_are_not_done_once_their_user_is_being_closed():
    chat, alice, bob = two_people()
    alice.transport.receive(b"hello\n" * 100)
    kicked(chat, alice)
    chat.advance()
    assert bob.reads() == [*["alice: hello"] * 16, "*** alice has left #lobby (kicked) ***"]


def test_a_name_that_comes_too_late_makes_no_user():
    chat = Chat(limits=USUAL)
    bob, stranger = chat.arrive("bob"), chat.connect()
    kicked(chat, stranger)
    stranger.transport.receive(b"mallory\n")
    chat.advance()
    assert bob.reads() == []
    assert chat.hub.users.keys() == {"bob"}
    assert chat.arrive("mallory").is_connected


def test_a_name_that_waits_for_its_turn_makes_no_user_once_its_connection_is_being_closed():
    chat = Chat()
    bob, stranger = chat.arrive("bob"), chat.connect()
    stranger.transport.receive(b"no name\n" * 16 + b"mallory\n")
    kicked(chat, stranger)
    chat.advance()
    assert bob.reads() == []
    assert chat.hub.users.keys() == {"bob"}


def test_bytes_that_come_after_the_end_are_not_looked_at():
    chat, alice, bob = two_people()
    protocol = alice.protocol
    alice.types("/quit")
    bob.reads()
    protocol.dataReceived(b"hello\n")
    chat.advance()
    assert bob.reads() == []


# -- every character of Unicode, the whole way ----------------------------------------------------

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])).replace("\t", "")

# What becomes of a character on its way, said without the code.  Those that rub out, Ctrl-C,
# those that end a line and those that begin an escape sequence have tests of their own.
SHOWN = {ord(character): "\ufffd" for character in CONTROLS + "\u2028\u2029"}
SHOWN |= {ord(character): None for character in BIDI}
# Spaces without width, and tags that belong to no flag.
SHOWN |= dict.fromkeys([0x200B, *range(0x2060, 0x2066), 0xFEFF, *range(0xE0000, 0xE0080)])
# Two that a user types are nothing.
TYPED = SHOWN | {0x00: None, 0x04: None}
ESCAPES = "\x1b\x8e\x8f\x90\x98\x9b\x9d\x9e\x9f"
APART = set("\n\r\x03\x08\x15\x17\x7f" + ESCAPES)


# What to type, what is read of it, and how much of it goes into one line.
WAYS = {
    "said": ("-{}-", "alice: -{}-", 450),
    "acted": ("/me -{}-", "* alice -{}-", 450),
    "told": ("/msg bob -{}-", "[alice -> you] -{}-", 450),
    "topic": ("/topic -{}-", "*** alice set the topic of #lobby: -{}- ***", 195),
}
SCALARS = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]


@pytest.mark.parametrize("way", WAYS)
def test_every_scalar_of_unicode_arrives_harmless(way):
    typed, read, size = WAYS[way]
    _, alice, bob = two_people()
    scalars = [character for character in SCALARS if character not in APART]
    for start in range(0, len(scalars), size):
        # Marks stand on a letter each.
        text = "a".join(scalars[start : start + size])
        alice.sends(typed.format(text).encode() + b"\r\n")
        assert bob.reads() == [read.format(text.translate(TYPED))]


def test_every_scalar_of_unicode_that_a_plugin_says_arrives_harmless():
    chat, alice, bob = two_people()
    lobby, user = chat.hub.rooms["lobby"], alice.protocol.session.user
    for start in range(0, len(SCALARS), 4096):
        text = "a".join(SCALARS[start : start + 4096]).replace("\n", "")
        lobby.announce(text)
        user.notify(text)
        chat.advance()
        shown = text.translate(SHOWN)
        assert bob.reads() == [f"*** {shown} ***"]
        assert alice.reads() == [f"*** {shown} ***", shown]


def test_what_a_plugin_announces_is_marked_rows_and_what_it_answers_rows_of_the_servers():
    chat, alice, bob = two_people()
    chat.hub.rooms["lobby"].announce("one\ntwo")
    alice.protocol.session.user.notify("three\nfour")
    chat.advance()
    assert bob.reads() == ["*** one", "  | two ***"]
    assert alice.reads() == ["*** one", "  | two ***", "three", "four"]


def test_no_name_harms_its_readers():
    chat = Chat()
    bob = chat.arrive("bob")
    stranger = chat.connect()
    for character in SCALARS[::499]:
        stranger.sends(f"a{character}b\n".encode())
        if stranger.protocol.session.user is not None:
            stranger.hangs_up()
            stranger = chat.connect()
        seen = "".join(bob.reads() + stranger.reads())
        assert not set(seen) & set(CONTROLS + BIDI + "\u2028\u2029")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/quit {}", "*** alice has left #lobby ({}) ***"),
        ("/away {}", "*** alice is away: {} ***"),
    ],
)
def test_a_reason_arrives_harmless(typed, read):
    _, alice, bob = two_people()
    evil = "a\x1b[2J\x9b31m\u202e\u2028\x07b"
    alice.sends(typed.format(evil).encode() + b"\n")
    bob.types("/msg alice hi")
    shown = "a\ufffd\ufffdb"
    assert read.format(shown).strip("* ") in "\n".join(bob.reads())


def test_a_user_who_stops_sending_reads_all_answers_before_the_end() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.transport.receive(b"/who\n/quit\n")
    alice.protocol.readConnectionLost()
    chat.advance()
    assert alice.reads() == ["In #lobby: alice.", "Goodbye, alice."]
    bob = chat.arrive("bob")
    bob.protocol.readConnectionLost()
    chat.advance()
    assert not bob.is_connected


def with_a_slow_command(answer):
    """
    Return a chat with a command `/ponder` that ends when ``answer`` fires.
    """

    @command
    async def ponder(ctx: Context) -> str:
        """Answer later."""
        return await answer

    return chat_with(ponder)


@pytest.mark.parametrize("outcome", ["The answer.", ChatError("No answer."), ValueError()])
def test_the_end_of_input_waits_for_the_answers_of_all_commands(outcome):
    answer = Deferred()
    chat = with_a_slow_command(answer)
    alice = chat.arrive("alice")
    alice.transport.receive(b"/ponder\n/me waves\n")
    alice.protocol.readConnectionLost()
    chat.advance(5)
    assert alice.is_connected
    assert alice.reads() == ["* alice waves"]
    (answer.callback if isinstance(outcome, str) else answer.errback)(outcome)
    chat.advance()
    told = outcome if isinstance(outcome, str) else str(outcome)
    assert alice.reads() == [told or "Sorry, /ponder failed. It has been logged."]
    assert not alice.is_connected


def test_an_answer_that_never_comes_is_waited_for_as_long_as_any_other():
    chat = with_a_slow_command(Deferred())
    alice = chat.arrive("alice")
    alice.transport.receive(b"/ponder\n")
    alice.protocol.readConnectionLost()
    pass_time(chat, 11)
    assert alice.reads() == ["Sorry, /ponder failed. It has been logged."]
    assert not alice.is_connected


# -- keys of clients that send each of them -------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"hello \xe2\x9d\xa4\xef\xb8\x8f\xff\xf7you\r\n", "hello you"),
        (b"wrong\xff\xf8right\r\n", "right"),
        (b"wrong\x15right\r\n", "right"),
        (b"one tow\x17two\r\n", "one two"),
        (b"he\0llo\r\0", "hello"),
        (b"/me is wrong\x15ok\r\n", "ok"),
    ],
)
def test_keys_that_erase_do_so_however_they_come(typed, said):
    for pieces in ([typed], [bytes([byte]) for byte in typed]):
        _, alice, bob = two_people()
        for piece in pieces:
            alice.sends(piece)
        assert bob.reads() == [f"alice: {said}"]


@pytest.mark.parametrize("key", [b"\x04", b"\x04\r\n", b"\0", b"\0\r\n"])
def test_ctrl_d_and_nul_alone_say_nothing(key):
    chat, alice, bob = two_people()
    alice.sends(key)
    chat.advance(1)
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("cut", range(1, 9))
def test_the_end_of_input_of_telnet_is_that_of_nc(cut):
    _, alice, bob = two_people()
    typed = b"hello\n\xff\xec"
    alice.sends(typed[:cut])
    alice.sends(typed[cut:])
    assert bob.reads() == ["alice: hello", "*** alice has left #lobby ***"]
    assert not alice.is_connected


@pytest.mark.parametrize("cut", range(10))
def test_a_byte_order_mark_at_the_beginning_is_no_part_of_the_name(cut):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    typed = b"\xef\xbb\xbfalice\r\n"
    alice.sends(typed[:cut])
    alice.sends(typed[cut:])
    # It is looked whether telnet answers.
    chat.advance(1)
    assert bob.reads() == ["*** alice has joined #lobby ***"]


# -- who edits the line ---------------------------------------------------------------------------


def test_telnet_is_edited_here_in_a_window_of_any_size_and_by_itself_again() -> None:
    chat = Chat()
    bob, alice = chat.arrive("bob"), arrived(chat)
    alice.presses("hel")
    alice.resizes(30)
    alice.presses("lo\r")
    alice.types("/editor off")
    alice.types("/msg bob psst")
    assert bob.reads()[-2:] == ["alice: hello", "[alice -> you] psst"]
    assert alice.rows[-2:] == ["/msg bob psst", "[you -> bob] psst"]


def test_a_terminal_of_another_door_is_edited_from_the_first_line_on() -> None:
    server = SshServer()
    alice = server.ssh("alice", term="xterm")
    alice.resizes(20)
    alice.types("hello\r")
    assert alice.rows[-1] == "#lobby>"
    assert server.chat.hub.rooms["lobby"].timeline.number


def test_lines_that_come_at_once_behind_a_refused_name_are_dropped() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob, guest = chat.arrive("bob"), chat.connect()
    guest.types("root", "hunter2", "hunter3")
    assert bob.reads() == []
    assert "hunter" not in "".join(guest.reads())
