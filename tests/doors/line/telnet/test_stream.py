"""
The stream of telnet: its text arrives, and no command of it.
"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_telnet import (
    AO,
    ASKED,
    AYT,
    BRK,
    CHARSET,
    DM,
    DO,
    EC,
    ECHO,
    EL,
    GA,
    IAC,
    IP,
    NAWS,
    NEW_ENVIRON,
    NOP,
    SB,
    SE,
    TIMING_MARK,
    TTYPE,
    WILL,
    WONT,
    answers,
    made,
    subnegotiation,
    told,
)

from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.doors.line.telnet.options import Window
from twisted_chat.testing import Chat

# -- what is understood ---------------------------------------------------------------------------


def test_a_client_without_telnet_is_sent_none():
    telnet, data, replies = told(b"hello\r\n", "Grüße\n".encode())
    assert data == "hello\r\nGrüße\n".encode()
    assert replies == b""
    assert not telnet.spoken


@pytest.mark.parametrize("command", [SE, NOP, DM, BRK, AO, GA, 0, 65, 128, 239])
def test_the_other_commands_vanish_without_an_answer(command):
    _, data, replies = told(b"be" + bytes([IAC, command]) + b"fore\r\n")
    assert (data, replies) == (b"before\r\n", b"")


def test_an_interrupt_is_what_ctrl_c_is_at_any_other_terminal():
    _, data, replies = told(b"be" + bytes([IAC, IP]) + b"fore\r\n")
    assert (data, replies) == (b"be\x03fore\r\n", b"")


@pytest.mark.parametrize(("command", "key"), [(EC, b"\x7f"), (EL, b"\x15")])
def test_what_erases_is_the_key_that_does_so_at_any_other_terminal(command, key):
    for place in range(5):
        stream = b"be" + bytes([IAC, command]) + b"\r\n"
        _, data, replies = told(stream[:place], stream[place:])
        assert (data, replies) == (b"be" + key + b"\r\n", b"")


def test_the_end_of_input_is_told_once_behind_what_came_before_it():
    ends = []
    telnet = made(on_end=lambda: ends.append("end"))
    assert telnet.feed(b"bye\r\n\xff") == b"bye\r\n"
    assert ends == []
    assert telnet.feed(b"\xec") == b""
    assert ends == ["end"]


def test_are_you_there_is_answered():
    assert answers(bytes([IAC, AYT])) == b"\r\n[Yes]\r\n"


def test_a_doubled_0xff_is_one_byte_of_text():
    assert told(b"a\xff\xffb\n")[1] == b"a\xffb\n"
    assert told(b"a\xff", b"\xffb\n")[1] == b"a\xffb\n"


def test_a_stray_0xff_before_a_newline_joins_no_lines():
    assert told(b"a\xff\r\nb\xff\nc\r\n")[1] == b"a\r\nb\nc\r\n"


# -- letters that a client takes for its keys -----------------------------------------------------

# What the telnets of GNU inetutils 2.4 and netkit 0.17 were seen to send for these letters.
TYPED = {
    "у": b"\xd1\xff\xf4\xff\xfd\x06",
    "я": b"\xd1\xff\xf5\xff\xfd\x06",
    "њ": b"\xd1\xff\xed\xff\xfd\x06",
    "ќ": b"\xd1\xff\xf3\xff\xfd\x06",
    "σ": b"\xcf\xff\xf4\xff\xfd\x06",
    "Ã": b"\xc3\xff\xf4\xff\xfd\x06",
    "ك": b"\xd9\xff\xf4\xff\xfd\x06",
    "“": b"\xe2\x80\xff\xf3\xff\xfd\x06",
    "キ": b"\xe3\x82\xad",
    "ム": b"\xe3\xff\xf4\xff\xfd\x06\xa0",
    "ッ": b"\xe3\xff\xf4\xff\xfd\x06\xff\xf4\xff\xfd\x06",
    "は": b"\xe3\x81\xaf",
    "🏃": b"\xf0\x9f\xff\xf5\xff\xfd\x06\xff\xf4\xff\xfd\x06",
}


@pytest.mark.parametrize("letter", TYPED)
def test_a_letter_in_whose_place_a_command_came_is_read_as_it_was_typed(letter):
    line = b"a" + TYPED[letter] + b" b\r\n"
    for stop in range(len(line) + 1):
        _, data, replies = told(line[:stop], line[stop:])
        assert data == f"a{letter} b\r\n".encode()
        # The client shows nothing more until each of its marks comes back.
        assert replies == bytes([IAC, WILL, TIMING_MARK]) * TYPED[letter].count(b"\xff\xfd\x06")


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"a",
        "у".encode(),
        b"\xd1\r\n",
        b"\xd1a",
        b"\x83",
        b"\xe2\x80\x9c",
        b"\xff\xff",
        b"\xc0",
    ],
)
def test_an_interrupt_behind_a_whole_letter_is_one(begun):
    _, data, _ = told(begun + bytes([IAC, IP]))
    assert data == begun.replace(b"\xff\xff", b"\xff") + b"\x03"


def test_a_letter_that_began_before_the_first_command_is_whole_too():
    telnet = made(tail=b"ab\xd1")
    assert telnet.feed(bytes([IAC, AO])) == b"\x8f"


@pytest.mark.parametrize("text", [b"\xff\xff", b"na\xffve", b"\xff\r\n", b"\xff\xe9"])
def test_text_with_a_stray_0xff_is_no_telnet(text):
    replies = []
    telnet = made(replies.append)
    telnet.feed(text)
    assert (telnet.spoken, replies) == (False, [])


# -- whatever comes ------------------------------------------------------------------------------


def goes_on(first, second):
    """
    Return what ends whatever ``IAC first second`` may have begun.
    """
    if first == SB:
        return bytes([IAC, SE]) * (2 if second == IAC else 1)
    return b""


def test_after_any_command_and_byte_the_next_line_is_whole():
    for first in range(256):
        for second in range(256):
            replies = []
            telnet, splitter = made(replies.append), LineSplitter(0)
            stream = bytes([IAC, first, second]) + goes_on(first, second) + b"\r\nhello\r\n"
            lines = splitter.feed(telnet.feed(stream))
            assert lines[-1] == b"hello", (first, second)
            assert len(b"".join(replies)) <= len(ASKED) + 9
            if first != IAC:
                assert b"\xff" not in b"".join(lines)


def test_any_command_and_byte_leaves_the_conversation_in_order():
    chat = Chat()
    bob = chat.arrive("bob")
    # All but the end of the input, behind which nothing is heard.
    for first in sorted({*range(256)} - {236}):
        alice = chat.arrive("alice")
        bob.reads()
        for second in range(256):
            alice.sends(bytes([IAC, first, second]) + goes_on(first, second) + b" so")
            alice.sends(b"\r\nline %d\r\n" % second)
        lines = bob.reads()
        said = [line for line in lines if line.startswith("alice: line ")]
        assert said == [f"alice: line {second}" for second in range(256)], first
        assert not any("\xff" in line for line in lines)
        assert alice.is_connected
        alice.hangs_up()


def test_an_endless_subnegotiation_is_bounded_and_then_forgotten():
    replies = []
    telnet = made(replies.append)
    telnet.feed(bytes([IAC, SB, TTYPE]))
    for _ in range(1000):
        assert telnet.feed(b"x" * 1000) == b""
        assert len(telnet._payload) <= 512
    assert telnet.feed(b"x\r\nhello\r\n") == b"\r\nhello\r\n"
    assert replies == [ASKED]


def test_a_line_end_within_a_subnegotiation_is_part_of_it():
    telnet, data, _ = told(subnegotiation(NAWS, b"\0\r\0\n") + b"hello\r\n")
    assert (telnet.options.window, data) == (Window(20, 10), b"hello\r\n")


def test_a_command_within_a_subnegotiation_ends_it():
    telnet, data, replies = told(
        bytes([IAC, SB, NAWS, 0, IAC, SB, NAWS, 0, 90, 0, 30, IAC, SE]), b"hello\r\n"
    )
    assert (telnet.options.window, data, replies) == (Window(90, 30), b"hello\r\n", b"")
    _, data, replies = told(bytes([IAC, SB, TTYPE, 0, IAC, DO, ECHO]), b"hello\r\n")
    assert (data, replies) == (b"hello\r\n", bytes([IAC, WONT, ECHO]))


commands = st.builds(
    lambda command, rest: bytes([IAC, command, *rest]),
    st.integers(0, 255),
    st.lists(st.sampled_from([0, 1, 3, 6, 24, 31, 42, 99, IAC, SE, 13, 10]), max_size=2),
)
subnegotiations = st.builds(
    subnegotiation,
    st.sampled_from([TTYPE, NAWS, CHARSET, NEW_ENVIRON]),
    st.sampled_from([b"", b"\0vt100", b"\0\x50\0\x18", b"\1;UTF-8", b"\xff\xff\0\1", b"y" * 600]),
)
telnet_streams = st.lists(
    commands | subnegotiations | st.sampled_from([b"hi", b"\r\n", b"\r\0", b"\xff"]), max_size=30
).map(b"".join) | st.binary(max_size=100)


@settings(deadline=None, max_examples=400)
@given(telnet_streams, st.lists(st.integers(0, 2000), max_size=30))
def test_a_stream_cut_anywhere_gives_the_same_text_and_answers(stream, places):
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    for pieces in (
        [stream[start:stop] for start, stop in pairwise(edges)],
        [bytes([byte]) for byte in stream],
    ):
        whole, data, replies = told(stream)
        parts, parts_data, parts_replies = told(*pieces)
        assert (parts_data, parts_replies) == (data, replies)
        assert (parts.options.window, parts.spoken) == (
            whole.options.window,
            whole.spoken,
        )


@settings(deadline=None, max_examples=200)
@given(telnet_streams)
def test_text_without_0xff_comes_through_whatever_stood_before_it(stream):
    _, data, _ = told(stream, bytes([IAC, SE, IAC, SE]), b"\r\nhello\r\n")
    assert data.endswith(b"\r\nhello\r\n")
