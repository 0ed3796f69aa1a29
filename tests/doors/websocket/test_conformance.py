"""
The rules of WebSockets (RFC 6455), case by case, in the order of Autobahn's test suite.

That suite itself, PyPI's autobahntestsuite, needs Python 2.
"""

from __future__ import annotations

import struct

import pytest
from shared_websocket import Page, Web
from websockets.frames import Frame, Opcode
from websockets.protocol import State

SAY = b'{"request":"say","text":"%s"}'
TEXT, BINARY, CONT, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    """
    Return a frame of a client, made by hand, so that it may break the rules.
    """
    size = len(data)
    if size < 126:
        length = struct.pack("!B", 0x80 | size)
    elif size < 65536:
        length = struct.pack("!BH", 0xFE, size)
    else:
        length = struct.pack("!BQ", 0xFF, size)
    mask = b"\x01\x80\xfe\x7f"
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
    return bytes([(fin << 7) | (rsv << 4) | opcode]) + length + mask + masked


def a_page() -> tuple[Page, Page]:
    web = Web()
    page, bob = web.arrive("alice"), web.arrive("bob")
    page.reads()
    return page, bob


def send(page: Page, *frames: bytes, size: int = 0) -> None:
    """
    Send all of ``frames`` at once, or cut into pieces of ``size`` bytes.
    """
    data = b"".join(frames)
    for start in range(0, len(data), size or len(data)):
        if page.is_connected:
            page.transport.receive(data[start : start + (size or len(data))])
    page.flush()
    page.chat.advance()
    page.flush()


def heard(bob: Page) -> list[str]:
    return [each["text"] for each in bob.reads() if each.get("event") == "said"]


def must_fail(page: Page, code: int) -> None:
    assert page.client.close_code == code
    assert not page.is_connected
    # Nobody is told: it may come back.
    assert page.chat.hub.find_user("alice").is_away


# -- 1: framing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("length", [31, 125, 126, 127, 128, 16384])
@pytest.mark.parametrize("size", [0, 1, 997])
def test_messages_of_any_length_arrive_however_they_are_cut(
    opcode: int, length: int, size: int
) -> None:
    page, bob = a_page()
    text = b"x" * (length - len(SAY % b""))
    send(page, frame(opcode, SAY % text), size=size)
    assert heard(bob) == [text.decode()]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_an_empty_message_is_no_request_and_the_connection_stays(opcode: int) -> None:
    page, _ = a_page()
    send(page, frame(opcode))
    assert [each["error"] for each in page.reads()] == ["bad-request"]
    assert page.is_connected


# -- 2: pings and pongs ---------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125])
@pytest.mark.parametrize("size", [0, 1])
def test_a_ping_is_answered_with_what_it_holds(data: bytes, size: int) -> None:
    page, _ = a_page()
    send(page, frame(PING, data), size=size)
    assert Frame(Opcode.PONG, data) in page.frames
    assert page.is_connected


def test_many_pings_are_answered_in_order_and_pongs_are_not() -> None:
    page, bob = a_page()
    send(page, *(frame(PING, b"%d" % number) for number in range(10)), frame(PONG, b"unasked"))
    pongs = [bytes(each.data) for each in page.frames if each.opcode is Opcode.PONG]
    assert pongs == [b"%d" % number for number in range(10)]
    send(page, frame(TEXT, SAY % b"still here"))
    assert heard(bob) == ["still here"]


# -- 2, 3, 4: what breaks the rules ---------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        frame(PING, b"x" * 126),
        frame(CLOSE, b"\x03\xe8" + b"x" * 124),
        frame(PING, b"x", fin=False),
        frame(CLOSE, b"", fin=False),
        *(frame(TEXT, b"x", rsv=rsv) for rsv in range(1, 8)),
        *(frame(PING, b"x", rsv=rsv) for rsv in (1, 4)),
        *(frame(opcode, b"x") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
        frame(CONT, b"x"),
        frame(CONT, b"x", fin=False),
        frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
        frame(TEXT, b"x", fin=False) + frame(BINARY, b"y"),
        # Not masked (section 5.1).
        b"\x81\x01x",
    ],
    ids=lambda data: data[:2].hex(),
)
@pytest.mark.parametrize("size", [0, 1])
def test_what_breaks_the_rules_closes_the_connection_with_1002(broken: bytes, size: int) -> None:
    page, bob = a_page()
    send(page, frame(TEXT, SAY % b"before"), broken, frame(TEXT, SAY % b"behind"), size=size)
    assert heard(bob) == ["before"]
    must_fail(page, 1002)


# -- 5: messages in parts -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1])
def test_a_message_in_many_parts_with_pings_between_is_one(size: int) -> None:
    page, bob = a_page()
    data = SAY % b"in parts"
    parts = [data[start : start + 3] for start in range(0, len(data), 3)]
    frames = [frame(TEXT, b"", fin=False)]
    for number, part in enumerate(parts):
        frames += [frame(PING, b"%d" % number), frame(CONT, part, fin=False)]
    send(page, *frames, frame(CONT, b""), frame(TEXT, SAY % b"next"), size=size)
    assert heard(bob) == ["in parts", "next"]
    assert len([each for each in page.frames if each.opcode is Opcode.PONG]) == len(parts)


def test_a_message_in_parts_is_bounded_as_a_whole() -> None:
    page, _ = a_page()
    part = b"x" * 8192
    send(page, frame(TEXT, part, fin=False), *(frame(CONT, part, fin=False) for _ in range(8)))
    must_fail(page, 1009)


# -- 6: UTF-8 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\U0001f30d"])
def test_text_of_any_script_arrives_even_when_it_is_cut_within_a_letter(text: str) -> None:
    page, bob = a_page()
    data = SAY % text.encode()
    parts = [data[at : at + 1] for at in range(len(data))]
    first, *rest = parts
    frames = [frame(TEXT, first, fin=False), *(frame(CONT, part, fin=False) for part in rest)]
    send(page, *frames, frame(CONT, b""))
    assert heard(bob) == [text]


@pytest.mark.parametrize(
    "data",
    [
        b"\xce\xba\xed\xa0\x80edited",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
        b"\xed\xbf\xbf",
        b"\xff",
        b"\xe2\x82",
    ],
    ids=bytes.hex,
)
def test_a_text_that_is_not_utf_8_closes_the_connection_with_1007(data: bytes) -> None:
    page, bob = a_page()
    send(page, frame(TEXT, SAY % data))
    must_fail(page, 1007)
    assert heard(bob) == []
    page, _ = a_page()
    send(page, frame(TEXT, SAY % data[:1], fin=False), frame(CONT, data[1:]))
    must_fail(page, 1007)


def test_binary_that_is_not_utf_8_is_no_request_and_the_connection_stays() -> None:
    page, _ = a_page()
    send(page, frame(BINARY, SAY % b"\xff"))
    assert [each["error"] for each in page.reads()] == ["bad-request"]
    assert page.is_connected


# -- 7: closing -----------------------------------------------------------------------------------


CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)


@pytest.mark.parametrize("code", CODES)
def test_a_close_is_answered_with_its_code(code: int) -> None:
    page, bob = a_page()
    send(
        page,
        frame(TEXT, SAY % b"before"),
        frame(CLOSE, struct.pack("!H", code) + b"x" * 123),
        frame(TEXT, SAY % b"behind"),
        frame(PING, b"behind"),
    )
    assert heard(bob) == ["before"]
    assert page.client.close_code == code
    assert Frame(Opcode.PONG, b"behind") not in page.frames
    assert not page.is_connected


def test_a_close_without_a_code_is_answered_without_one() -> None:
    page, _ = a_page()
    send(page, frame(CLOSE))
    closes = [bytes(each.data) for each in page.frames if each.opcode is Opcode.CLOSE]
    assert closes == [b""]
    assert page.client.state is State.CLOSED


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535])
def test_a_close_with_a_code_that_nobody_may_send_is_refused(code: int) -> None:
    page, _ = a_page()
    send(page, frame(CLOSE, struct.pack("!H", code)))
    must_fail(page, 1002)


def test_a_close_with_half_a_code_or_a_reason_that_is_no_text_is_refused() -> None:
    page, _ = a_page()
    send(page, frame(CLOSE, b"\x03"))
    must_fail(page, 1002)
    page, _ = a_page()
    send(page, frame(CLOSE, struct.pack("!H", 1000) + b"\xce\xba\xed\xa0\x80"))
    must_fail(page, 1007)


# -- 9: limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_beyond_the_limit_is_refused_and_one_far_beyond_it_closes(opcode: int) -> None:
    page, bob = a_page()
    send(page, frame(opcode, SAY % (b"x" * 16384)))
    assert [each["error"] for each in page.reads()] == ["message-too-long"]
    send(page, frame(TEXT, SAY % b"still here"))
    assert heard(bob) == ["still here"]
    send(page, frame(opcode, SAY % (b"x" * 70000)))
    must_fail(page, 1009)
