import re

import pytest
from cuts import cut, every_cut
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.testing import Chat

FIVE_BYTES_A_LINE = LineLimits(max_line=5)


def reference(stream, limit=0):
    """
    Return in the plainest way the lines of a whole stream; None stands for one too long.
    """
    *ended, rest = re.split(rb"\r\n|\r\0|\r|\n", stream)
    lines = [None if limit and len(line) > limit else line for line in ended]
    return [*lines, None] if limit and len(rest) > limit else lines


def split(pieces, limit=0):
    splitter = LineSplitter(limit)
    return [line for piece in pieces for line in splitter.feed(piece)]


HARD_BYTES = [b"\r", b"\n", b"\0", b"\r\n", b"\r\0", b"\xff", b"\x85", b"a", b"xyz", b"\xc3\xa9"]
hard_streams = st.lists(st.sampled_from(HARD_BYTES), max_size=40).map(b"".join)
streams = hard_streams | st.binary(max_size=200)
places = st.lists(st.integers(0, 1000), max_size=30)


@settings(deadline=None, max_examples=400)
@given(streams, places, st.integers(0, 8))
def test_a_stream_cut_anywhere_gives_the_lines_it_gives_uncut(stream, places, limit):
    lines = reference(stream, limit)
    assert split([stream], limit) == lines
    assert split(cut(stream, places), limit) == lines
    assert split([bytes([byte]) for byte in stream], limit) == lines


@pytest.mark.parametrize("limit", [0, 2])
def test_short_streams_of_line_ends_are_right_in_every_cut(limit):
    for stream in (b"\r\n\r\0\r\r\n\n", b"a\r\n\0b\r\0\n", b"abc\r\nde\r\0", b"\r\r\r\n\n\0\r"):
        lines = reference(stream, limit)
        assert all(split(pieces, limit) == lines for pieces in every_cut(stream))


def test_a_lone_cr_ends_a_line_at_once():
    splitter = LineSplitter(100)
    assert splitter.feed(b"hello\r") == [b"hello"]
    assert splitter.feed(b"you\n") == [b"you"]


@pytest.mark.parametrize("rest", [b"\n", b"\0"])
def test_what_belongs_to_a_cr_may_come_a_packet_later(rest):
    splitter = LineSplitter(100)
    assert splitter.feed(b"hello\r") == [b"hello"]
    assert splitter.feed(b"") == []
    assert splitter.feed(rest) == []
    assert splitter.feed(b"you" + rest.replace(b"\0", b"\r\0")) == [b"you"]


def test_a_nul_that_follows_no_cr_is_part_of_the_line():
    assert split([b"a\0b\n\0c\n"]) == [b"a\0b", b"\0c"]


def test_other_line_separators_end_no_line():
    stream = "a\v\f\x1c\x85\u2028\u2029b".encode()
    assert split([stream + b"\n"]) == [stream]


def test_a_line_of_just_the_limit_is_given_out():
    assert split([b"1234\r\n"], 4) == [b"1234"]
    assert split([b"12", b"34", b"\r\n"], 4) == [b"1234"]


def test_a_line_is_called_too_long_as_soon_as_it_is_and_its_tail_is_no_line():
    splitter = LineSplitter(4)
    assert splitter.feed(b"12345") == [None]
    assert splitter.feed(b"/quit") == []
    assert splitter.feed(b" now\nok\n") == [b"ok"]


def test_no_more_than_the_limit_of_an_endless_line_is_kept():
    splitter = LineSplitter(4096)
    block = bytes(65536)
    told = []
    for size in [1, 4094, 1, 1, 65536] * 200:
        told += splitter.feed(block[:size])
        assert len(splitter.begun) <= 4096
    assert told == [None]


def test_64_kib_of_bare_newlines_are_as_many_empty_lines():
    lines = [b""] * 65536
    assert split([b"\n" * 65536], 4096) == lines
    assert split([b"\r\n" * 65536], 4096) == lines
    assert split([b"\r" * 65536], 4096) == lines
    assert split([b"\n"] * 65536, 4096) == lines


# -- the whole way: what alice sends in one piece or in many, bob hears the same ------------------

# What a client that speaks telnet is asked for.
EIGHT_BITS = b"\xff\xfd\x00\xff\xfd\x1f"

# Each with what bob then reads, and what alice is sent.
STREAMS = {
    "UTF-8": (b"h\xc3\xa9\r\nyo\r\n", ["alice: hé", "alice: yo"], b""),
    "every line end": (
        b"a\rb\r\0c\r\nd\n",
        ["alice: a", "alice: b", "alice: c", "alice: d"],
        b"",
    ),
    "empty lines": (
        b"\r\n\na\r\r\n\n\r\0b\n\n\n",
        ["alice: a", *["alice: "] * 3, "alice: b"],
        b"",
    ),
    "bad UTF-8": (b"\xe2\x82\xac\r\0\xf0\x9f\x98\n", ["alice: €", "alice: \ufffd"], b""),
    "rubbed out": (b"ab\x7f\x08c\n", ["alice: c"], b""),
    "commands": (b"/me hi\r//me x\n", ["* alice hi", "alice: /me x"], b"* alice hi\r\n"),
    "leaving": (b"/q\r\nhi\r\n", ["*** alice has left #lobby ***"], b"Goodbye, alice.\r\n"),
    "too long": (
        b"abcdef\nok\r\n",
        ["alice: ok"],
        b"That line was longer than 5 bytes and was not sent.\r\n",
    ),
    "telnet refusal": (b"\xff\xfd\x01hi\r\n", ["alice: hi"], EIGHT_BITS + b"\xff\xfc\x01"),
    "telnet window": (
        b"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0a\n",
        ["alice: a"],
        EIGHT_BITS + b"\xff\xfd\x18",
    ),
    "telnet terminal": (
        b"\xff\xfb\x18\xff\xfb\x1fx\n",
        ["alice: x"],
        EIGHT_BITS + b"\xff\xfe\x18",
    ),
    "telnet interrupt": (b"\xff\xf4\xff\xfd\x06x\r\n", ["alice: x"], EIGHT_BITS + b"\xff\xfb\x06"),
    "telnet 0xFF": (b"a\xff\xffb\xff\n", ["alice: a\ufffdb"], b""),
    "telnet 0xFF in an option": (b"\xff\xfa\xff\xff\xff\xf0z\r\0", ["alice: z"], EIGHT_BITS),
    "telnet in place of a letter": (
        b"\xd1\xff\xf5\xff\xfd\x06\xe2\x80\xff\xf3\r\n",
        ["alice: я“"],
        EIGHT_BITS + b"\xff\xfb\x06",
    ),
    "a key before a command": (b"\x1b[A/me hi\n", ["* alice hi"], b"* alice hi\r\n"),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_line_is_understood_however_the_network_cuts_it(name):
    stream, said, answered = STREAMS[name]
    chat = Chat(line_limits=FIVE_BYTES_A_LINE if name == "too long" else None)
    bob = chat.arrive("bob")
    for pieces in every_cut(stream):
        alice = chat.arrive("alice")
        bob.reads()
        for piece in pieces:
            alice.sends(piece)
        assert (bob.reads(), alice.receives()) == (said, answered), pieces
        alice.hangs_up()


telnet_bytes = st.lists(
    st.sampled_from([*HARD_BYTES, *[bytes([255, byte]) for byte in range(240, 256)], b" /me "]),
    max_size=30,
).map(b"".join)


@settings(deadline=None, max_examples=150)
@given(telnet_bytes | streams, places)
def test_a_whole_conversation_cut_anywhere_is_heard_as_uncut(stream, places):
    heard = []
    for pieces in ([stream], cut(stream, places)):
        chat = Chat(line_limits=LineLimits(max_line=16))
        bob, alice = chat.arrive("bob"), chat.arrive("alice")
        bob.reads()
        for piece in pieces:
            alice.sends(piece)
        alice.sends(b"\xff\xf0\xff\xf0\r\nthe end\r\n")
        heard.append(bob.reads())
    assert heard[0] == heard[1]
