"""
Messages in frames.
"""

import json
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_json import Programs
from shared_websocket import URI, Page, Web
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.outbox import Outbox
from twisted_chat.doors.requests import EXTRA_AS_ONE, PING_EVERY
from twisted_chat.doors.websocket.wire import TOLERATED, WebSocketWire, in_a_frame
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def two() -> tuple[Page, Page]:
    web = Web()
    alice, bob = web.arrive("alice"), web.arrive("bob")
    alice.reads()
    return alice, bob


def test_each_object_is_a_text_frame() -> None:
    alice, bob = two()
    said, done = alice.asks("say", text="Grüße", label="1")
    assert (said["label"], done["event"]) == ("1", "done")
    (heard,) = bob.reads()
    assert heard["text"] == "Grüße"


def test_all_readers_are_given_the_same_bytes() -> None:
    web = Web()
    pages = [web.arrive(name) for name in ("alice", "bob", "carol")]
    for each in pages:
        each.reads()
    written: list[bytes] = []
    for each in pages[1:]:
        each.transport.write = written.append  # type: ignore[method-assign]
    pages[0].asks("say", text="one")
    pages[0].asks("say", text="two")
    assert [data.count(b"said") for data in written] == [1, 1, 1, 1]
    assert written[0] is written[1]
    assert written[2] is written[3]


def test_lines_and_frames_are_two_views_of_one_room() -> None:
    web = Web()
    page = web.arrive("alice")
    bot = Programs(web.chat).arrive("bot")
    page.reads()
    bot.asks("say", text="from a line")
    assert [each["text"] for each in page.reads()] == ["from a line"]
    page.asks("say", text="from a frame")
    assert [each["text"] for each in bot.reads()] == ["from a frame"]


def test_a_message_in_parts_and_a_ping_among_them() -> None:
    alice, bob = two()
    text = b'{"request":"say","text":"in parts"}'
    alice.client.send_text(text[:9], fin=False)
    alice.client.send_ping(b"there?")
    alice.client.send_continuation(text[9:], fin=True)
    alice.flush()
    assert Frame(Opcode.PONG, b"there?") in alice.frames
    assert [each["text"] for each in bob.reads()] == ["in parts"]


def test_parts_without_end_and_without_content_are_not_kept() -> None:
    alice, bob = two()
    alice.client.send_text(b'{"request":"say",', fin=False)
    alice.flush()
    # Empty ones that go on with the message, masked with zeros (RFC 6455, section 5.2).
    parts = b"\x00\x80\0\0\0\0" * 1000
    alice.transport.receive(parts)
    tracemalloc.start()
    try:
        for _ in range(20):
            alice.transport.receive(parts)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Of 20,000 there is not even a list.
    assert kept < 50_000
    alice.client.send_continuation(b'"text":"whole"}', fin=True)
    alice.flush()
    assert [each["text"] for each in bob.reads()] == ["whole"]


def test_pings_and_parts_cost_what_requests_cost() -> None:
    chat = Chat(limits=Limits(rate=5.0, burst=20.0, history_lines=0))
    page = Web(chat).arrive("alice")
    chat.advance(10)
    for frame in (b"\x89\x80\0\0\0\0", b"\x8a\x80\0\0\0\0"):
        for _ in range(2):
            # As many as a full bucket pays for, and a little more.
            page.transport.receive(frame * (EXTRA_AS_ONE * 21))
        assert page.asks("ping", label="p") == []
        chat.advance(10)
        assert [each["event"] for each in page.reads()] == ["done"]
        chat.advance(10)


def test_a_frame_that_is_too_long_is_refused_and_the_connection_stays() -> None:
    web = Web(limits=MessageLimits(max_message=200))
    page = web.arrive("alice")
    (refused,) = page.asks("say", text="x" * 300)
    assert (refused["error"], refused["facts"]) == ("message-too-long", {"most": 200})
    assert [each["text"] for each in page.asks("say", text="short")] == ["short"]
    page.client.send_text(b"x" * (200 * TOLERATED + 1))
    page.flush()
    assert page.client.close_code == CloseCode.MESSAGE_TOO_BIG
    web.chat.advance()
    assert not page.is_connected


def test_what_breaks_the_rules_ends_the_connection_and_holds_the_session() -> None:
    web = Web()
    page, bob = web.arrive("alice"), web.arrive("bob")
    page.transport.receive(b"\x83\x80\0\0\0\0")
    page.flush()
    assert page.client.close_code == CloseCode.PROTOCOL_ERROR
    assert not page.is_connected
    assert [each.get("event") for each in bob.reads()] == []
    assert web.chat.hub.find_user("alice").is_away


def test_the_server_closes_with_a_close_frame() -> None:
    alice, bob = two()
    answers = bob.asks("bye", label="b")
    assert [each["event"] for each in answers] == ["done", "closed"]
    assert bob.client.close_code == CloseCode.NORMAL_CLOSURE
    assert bob.client.state is State.CLOSED
    assert [each["event"] for each in alice.reads()] == ["quit"]


def test_what_was_asked_before_a_close_is_done_and_answered_and_then_it_is_closed() -> None:
    # More than are done at once, and more than the rate allows.
    web = Web(Chat(limits=Limits(rate=5.0, burst=20.0, history_lines=0)))
    page, bob = web.arrive("alice"), web.arrive("bob")
    page.reads()
    web.chat.advance(10)
    for number in range(30):
        asked = {"request": "say", "text": str(number), "label": f"s{number}"}
        page.client.send_text(json.dumps(asked).encode())
    page.client.send_close(CloseCode.GOING_AWAY)
    page.transport.receive(b"".join(page.client.data_to_send()))
    events = page.reads()
    assert page.client.close_code is None
    for _ in range(10):
        web.chat.advance(1)
        events += page.reads()
    said = [str(number) for number in range(30)]
    assert [each["text"] for each in bob.reads() if each.get("event") == "said"] == said
    labels = [each["label"] for each in events if each["event"] == "done"]
    assert labels == [f"s{number}" for number in said]
    assert page.client.close_code == CloseCode.GOING_AWAY
    assert not page.is_connected


def test_what_still_comes_does_not_end_a_connection_whose_client_is_owed_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web = Web()
    page = web.arrive("alice")
    monkeypatch.setattr(Outbox, "is_owed", lambda _: True)
    half_closed: list[None] = []
    transport: Any = page.transport
    transport.loseWriteConnection = lambda: half_closed.append(None)
    page.asks("bye")
    page.client.send_ping(b"there?")
    page.transport.receive(b"".join(page.client.data_to_send()))
    web.chat.advance()
    assert half_closed == [None]
    assert page.is_connected


def test_who_answers_no_ping_is_gone() -> None:
    web = Web()
    alice, bob = web.arrive("alice"), web.arrive("bob")
    for _ in range(4):
        web.chat.advance(PING_EVERY)
        bob.flush()
    assert not alice.is_connected
    assert bob.is_connected
    assert web.chat.hub.find_user("alice").is_away


def test_a_program_that_waits_for_its_rate_is_not_gone_though_its_pongs_are_not_read() -> None:
    # All of these are done within 100 seconds, and nothing more is read until then.
    web = Web(Chat(limits=Limits(rate=0.1, burst=4, max_per_host=0, history_lines=0)))
    alice = web.arrive("alice")
    for number in range(12):
        alice.client.send_text(b'{"request": "say", "text": "%d"}' % number)
    alice.flush()
    assert alice.transport.producerState == "paused"
    read = []
    for _ in range(150):
        web.chat.advance(1)
        read += alice.reads()
    assert alice.is_connected
    assert [each["text"] for each in read if each["event"] == "said"][-1] == "11"
    # It can be read again, and goes as any other does.
    for _ in range(3):
        web.chat.advance(PING_EVERY)
    assert not alice.is_connected


DEFLATE = ClientPerMessageDeflateFactory()
TEXTS = ["", "tea", "Grüße 🌍", "x" * 70000]


def stream() -> bytes:
    """
    Return what a client sends after its handshake.
    """
    page = Web().arrive("alice")
    page.client.send_ping(b"1")
    for text in TEXTS[1:3]:
        page.client.send_text(b'{"request":"say","text":"%s"}' % text.encode())
    page.client.send_text(b'{"request":"say",', fin=False)
    page.client.send_continuation(b'"text":"end"}', fin=True)
    return b"".join(page.client.data_to_send())


STREAM = stream()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_it_makes_no_difference_how_the_stream_is_cut(cuts: list[int]) -> None:
    web = Web()
    page, bob = web.arrive("alice"), web.arrive("bob")
    for a, b in pairwise([0, *sorted(cuts), len(STREAM)]):
        page.transport.receive(STREAM[a:b])
    assert [each["text"] for each in bob.reads()] == ["tea", "Grüße 🌍", "end"]


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=100))
def test_no_bytes_disturb_anybody(data: bytes) -> None:
    web = Web()
    page, bob = web.arrive("alice"), web.arrive("bob")
    page.transport.receive(data)
    page.transport.receive(b"\x80" * 20)
    web.chat.advance()
    assert [each["event"] for each in bob.asks("ping", label="p")] == ["done"]


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(TEXTS))
def test_a_frame_holds_the_text(text: str) -> None:
    data = in_a_frame(text.encode())
    head = {True: 2, len(data) > 127: 4, len(data) > 65540: 10}[True]
    assert (data[0], data[head:]) == (0x81, text.encode())


def test_binary_frames_are_read_and_a_close_is_answered() -> None:
    alice, bob = two()
    alice.client.send_binary('{"request":"say","text":"Grüße"}'.encode())
    alice.flush()
    assert [each["text"] for each in bob.reads()] == ["Grüße"]
    alice.client.send_close(CloseCode.GOING_AWAY, "the page is left")
    alice.flush()
    alice.chat.advance()
    alice.flush()
    assert alice.client.close_code == CloseCode.GOING_AWAY
    assert not alice.is_connected
    # Without a bye it may come back.
    assert alice.chat.hub.find_user("alice").is_away
    assert bob.reads() == []


def test_nothing_is_ever_compressed() -> None:
    web = Web()
    client = ClientProtocol(
        parse_uri(URI), subprotocols=[Subprotocol("chat.json")], extensions=[DEFLATE]
    )
    request = client.connect()
    assert "permessage-deflate" in request.headers["Sec-WebSocket-Extensions"]
    client.send_request(request)
    page = Page(web.chat, web.open(), client)
    page.flush()
    assert client.state is State.OPEN
    assert client.extensions == []
    assert [each["event"] for each in page.asks("ping", label="p")] == ["done"]


FRAMES = st.builds(
    lambda opcode, fin, size, is_masked: (opcode, fin, size, is_masked),
    st.sampled_from([Opcode.TEXT] * 6 + [Opcode.BINARY, Opcode.CONT, Opcode.PING, Opcode.PONG]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([0, 1, 5, 125, 126, 127, 300, 799, 801]),
    # Those of a client are.
    st.sampled_from([True] * 20 + [False]),
)


def read_by_the_library(data: bytes, most: int) -> tuple[list[bytes], int | None]:
    """
    Return the messages in ``data`` and the code of the end, as the library's protocol reads them.
    """
    protocol = Protocol(Side.SERVER, state=State.OPEN, max_size=most)
    protocol.receive_data(data)
    found, parts = list[bytes](), b""
    for frame in protocol.events_received():
        if isinstance(frame, Frame) and frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            parts += frame.data
            if frame.fin:
                found.append(parts)
                parts = b""
    return found, protocol.close_sent.code if protocol.close_sent else None


@settings(deadline=None)
@given(st.lists(FRAMES, max_size=8), st.lists(st.integers(0, 3000), max_size=6))
def test_what_is_read_here_and_what_the_library_reads_is_the_same_however_it_is_cut(
    frames: list[tuple[Opcode, bool, int, bool]], cuts: list[int]
) -> None:
    limit = 200
    data = b"".join(
        Frame(opcode, b"x" * size, fin).serialize(mask=is_masked)
        for opcode, fin, size, is_masked in frames
        if (size < 126 and fin) or opcode not in (Opcode.PING, Opcode.PONG)
    )
    wanted, code = read_by_the_library(data, limit * TOLERATED)
    wire = WebSocketWire(b"", limit * TOLERATED)
    client = Protocol(Side.CLIENT)
    found: list[bytes | None] = []
    for start, stop in pairwise(
        sorted({0, *(each for each in cuts if each < len(data)), len(data)})
    ):
        found += wire.messages(data[start:stop], limit)
        if replies := wire.replies():
            client.receive_data(replies)
    assert found == [each if len(each) <= limit else None for each in wanted]
    assert wire.is_over == (code is not None)
    assert (client.close_rcvd.code if client.close_rcvd else None) == code
