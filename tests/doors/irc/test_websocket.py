"""
Clients of IRC on web pages.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import define, evolve, field
from shared_irc import Clients
from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.uri import parse_uri

from twisted_chat.doors.irc.websocket import Frames
from twisted_chat.doors.port.admission import Admission
from twisted_chat.doors.requests import PING_EVERY
from twisted_chat.server.doors import Given, open_port
from twisted_chat.server.settings import Settings
from twisted_chat.testing import Chat, MemoryTransport

TEXT, BINARY = "text.ircv3.net", "binary.ircv3.net"


@define(eq=False)
class Page:
    """
    A client within a WebSocket.
    """

    chat: Chat
    transport: MemoryTransport
    client: ClientProtocol
    _seen: int = field(init=False, default=0)
    _is_over: bool = field(init=False, default=False)
    frames: list[Frame] = field(init=False, factory=list)

    def flush(self) -> None:
        for data in self.client.data_to_send():
            self.transport.receive(data)
        self.chat.advance()
        data = bytes(self.transport.value()[self._seen :])
        self._seen += len(data)
        if self._is_over:
            return
        self.client.receive_data(data)
        if self.transport.protocol is None:
            self._is_over = True
            self.client.receive_eof()
        self.frames += [each for each in self.client.events_received() if isinstance(each, Frame)]
        for data in self.client.data_to_send():
            self.transport.receive(data)

    def asks(self, *lines: str) -> list[str]:
        """
        Send each line as a frame, and return the messages that came.
        """
        is_binary = self.client.subprotocol == BINARY
        for line in lines:
            (self.client.send_binary if is_binary else self.client.send_text)(line.encode())
        return self.reads()

    def reads(self) -> list[str]:
        """
        Return the messages that came, each of a frame of its own.
        """
        self.flush()
        frames, self.frames = self.frames, []
        wanted = Opcode.BINARY if self.client.subprotocol == BINARY else Opcode.TEXT
        assert {each.opcode for each in frames} <= {wanted, Opcode.PING, Opcode.CLOSE}
        return [bytes(each.data).decode() for each in frames if each.opcode is wanted]


class Web:
    """
    A port with the web door and that of IRC.
    """

    def __init__(self, *doors: str, **settings: Any) -> None:
        self.chat = Chat()
        given = Given(self.chat.hub, self.chat.dispatcher, Settings(**settings))
        self.port = open_port(doors or ["web", "irc"], given, Admission(lambda: 0))

    def connect(self, *subprotocols: Any, path: str = "/ws", origin: Any = None) -> Page:
        client = ClientProtocol(
            parse_uri(f"ws://chat.example.org{path}"),
            subprotocols=list(subprotocols) or None,
            origin=origin,
        )
        client.send_request(client.connect())
        transport = MemoryTransport(self.chat.clock, "192.0.2.1")
        protocol: Any = self.port.buildProtocol(None)
        transport.protocol = protocol
        protocol.makeConnection(transport)
        page = Page(self.chat, transport, client)
        page.flush()
        return page

    def arrive(self, nick: str, subprotocol: Any = TEXT, *caps: str) -> Page:
        page = self.connect(subprotocol)
        asked = [f"CAP REQ :{' '.join(caps)}", "CAP END"] if caps else []
        page.asks(*asked, f"NICK {nick}", f"USER {nick} 0 * :{nick}", "JOIN #lobby")
        return page


@pytest.mark.parametrize("subprotocol", [TEXT, BINARY])
def test_each_message_is_a_frame_without_an_end(subprotocol: str) -> None:
    web = Web()
    page, terry = web.arrive("tina", subprotocol), web.chat.arrive("terry")
    page.reads()
    terry.types("Grüße")
    assert page.reads() == [":terry!~u@chat PRIVMSG #lobby :Grüße"]
    assert page.asks("PING a", "PING b") == [":chat.server PONG chat.server a",
                                             ":chat.server PONG chat.server b"]  # fmt: skip
    page.asks("PRIVMSG #lobby :hello there")
    assert terry.reads()[-1] == "tina: hello there"


def test_the_first_subprotocol_that_is_known_is_taken() -> None:
    web = Web()
    assert web.connect("other", BINARY, TEXT).client.subprotocol == BINARY
    assert web.connect(TEXT, BINARY).client.subprotocol == TEXT
    # Who asks for none is a client of IRC too, where there is nothing else.
    assert web.connect().asks("PING a") == [":chat.server PONG chat.server a"]
    assert Web("web", "json", "irc").connect(TEXT).asks("PING a") != []


def test_who_asks_for_no_subprotocol_at_the_address_of_the_page_is_a_client_of_irc() -> None:
    web = Web("web", "json", "irc")
    for path in ("/", "/?server=chat"):
        page = web.connect(path=path)
        assert page.client.subprotocol is None
        assert page.asks("PING a") == [":chat.server PONG chat.server a"]
    # At the other one it is a program, and so it is here where the door of IRC is closed.
    for there in (web.connect(), Web("web", "json").connect(path="/")):
        assert '"error":"bad-request"' in there.asks("PING a")[0]


def test_it_is_at_the_address_of_the_page_too() -> None:
    assert Web().connect(TEXT, path="/").asks("PING a") == [":chat.server PONG chat.server a"]


def test_a_page_of_another_site_may_not_connect_unless_the_operator_says_so() -> None:
    foreign = "https://gamja.example"
    assert Web().connect(TEXT, origin=foreign).client.handshake_exc is not None
    page = Web(web_origin=(foreign,)).connect(TEXT, origin=foreign)
    assert page.client.handshake_exc is None


def test_several_clients_are_given_the_same_bytes_of_a_turn() -> None:
    web = Web()
    pages = [web.arrive(nick) for nick in ("alice", "bob")]
    terry = web.chat.arrive("terry")
    for page in pages:
        page.reads()
    written: list[bytes] = []
    for page in pages:
        page.transport.write = written.append  # type: ignore[method-assign]
    terry.types("one")
    assert written[0] is written[1]


def test_an_end_that_a_client_sends_all_the_same_is_left_out() -> None:
    page = Web().arrive("tina")
    page.reads()
    assert page.asks("PING a\r\n") == [":chat.server PONG chat.server a"]


def test_a_message_that_is_too_long_is_refused_and_the_next_one_is_done() -> None:
    page = Web(max_line=100).arrive("tina")
    page.reads()
    assert page.asks("PRIVMSG #lobby :" + "x" * 200, "PING a") == [
        ":chat.server 417 tina :That message was too long",
        ":chat.server PONG chat.server a",
    ]
    assert page.asks("x" * 5000, "PING a")[-2:] == [
        ":chat.server 417 tina :That message was too long",
        ":chat.server PONG chat.server a",
    ]


@pytest.mark.parametrize("subprotocol", [TEXT, BINARY])
@pytest.mark.parametrize("size", [200, 5000])
def test_the_refusal_of_a_frame_that_is_too_long_has_its_label(
    subprotocol: str, size: int
) -> None:
    page = Web(max_line=100).arrive("tina", subprotocol, "labeled-response", "batch")
    page.reads()
    assert page.asks(f"@label=7 PRIVMSG #lobby :{'x' * size}", "@label=8 PING a") == [
        "@label=7 :chat.server 417 tina :That message was too long",
        "@label=8 :chat.server PONG chat.server a",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_frame_is_one_message_so_that_no_pasted_line_is_a_command(end: str) -> None:
    web = Web(max_line=100)
    page, other = web.arrive("tina"), web.arrive("tom")
    page.reads()
    other.reads()
    assert page.asks(f"PRIVMSG #lobby :pasted{end}QUIT :gone{end}") == []
    assert other.reads() == [":tina!~u@chat PRIVMSG #lobby :pasted QUIT :gone"]
    assert page.asks(f"PRIVMSG #lobby :{'x' * 5000}{end}PING a") == [
        ":chat.server 417 tina :That message was too long"
    ]
    assert page.asks(f"PING b{end}") == [":chat.server PONG chat.server b"]


def test_a_limit_that_is_lowered_is_that_of_later_connections_alone() -> None:
    web = Web(max_line=400)
    page = web.arrive("tina")
    page.reads()
    irc: Any = page.transport.protocol
    irc.factory.refresh(evolve(irc.factory.limits, max_line=100), "")
    page.asks("PRIVMSG #lobby :" + "x" * 200)
    assert page.asks("PING a") == [":chat.server PONG chat.server a"]
    assert page.asks("PRIVMSG #lobby :" + "x" * 500) == [
        ":chat.server 417 tina :That message was too long"
    ]


def test_what_is_not_utf8_is_refused_as_bytes_and_ends_a_connection_of_text() -> None:
    page = Web().arrive("tina", BINARY)
    page.reads()
    page.client.send_binary(b"PRIVMSG #lobby :caf\xe9")
    assert page.reads() == [
        ":chat.server FAIL * INVALID_UTF8 :A message must be in UTF-8; that one was not read."
    ]
    page = Web().arrive("tina")
    page.client.send_text(b"PRIVMSG #lobby :caf\xe9")
    page.reads()
    assert page.client.close_code == CloseCode.INVALID_DATA


def test_labels_and_times_are_as_without_a_web_socket() -> None:
    page = Web().arrive("tina", TEXT, "labeled-response", "batch", "server-time")
    page.reads()
    first, *_, last = page.asks("@label=a NAMES #lobby")
    assert " BATCH +" in first
    assert " BATCH -" in last
    (ack,) = page.asks("@label=b PONG x") or page.asks("@label=b MONITOR C")
    assert ack.split()[-1] == "ACK"


def test_who_answers_no_ping_is_gone_and_who_leaves_is_told_the_end() -> None:
    web = Web()
    alice = Clients(web.chat).arrive("alice")
    page = web.arrive("tina")
    alice.reads()
    web.chat.advance(PING_EVERY)
    # It does not take what came, and so answers nothing.
    web.chat.advance(PING_EVERY)
    web.chat.advance()
    assert [line.split()[1] for line in alice.reads()] == ["QUIT"]
    page = web.arrive("tina")
    alice.reads()
    assert page.asks("QUIT :bye")[-1].startswith("ERROR :")
    assert page.client.close_code == CloseCode.NORMAL_CLOSURE


def test_what_was_sent_before_a_close_is_done_and_answered_and_then_it_is_closed() -> None:
    web = Web()
    page, terry = web.arrive("tina"), web.chat.arrive("terry")
    page.reads()
    for number in range(30):
        page.client.send_text(b"PRIVMSG #lobby :%d" % number)
    page.client.send_text(b"PING end")
    page.client.send_close(CloseCode.GOING_AWAY)
    page.transport.receive(b"".join(page.client.data_to_send()))
    answers = page.reads()
    for _ in range(30):
        web.chat.advance(1)
        answers += page.reads()
    heard = [line for line in terry.reads() if line.startswith("tina: ")]
    assert heard == [f"tina: {number}" for number in range(30)]
    assert answers[-1] == ":chat.server PONG chat.server end"
    assert page.client.close_code == CloseCode.GOING_AWAY


def test_frames_are_made_once_for_the_same_lines() -> None:
    made: list[bytes] = []
    frames = Frames(lambda line: made.append(line) or b"<%s>" % line)  # type: ignore[func-returns-value]
    lines = b"a\r\n@b=c :d\r\n"
    assert frames.of(lines) == b"<a><@b=c :d>"
    assert frames.of(lines) is frames.of(lines)
    assert made == [b"a", b"@b=c :d"]
    assert frames.of(b"") == b""
