"""
A user who comes by the JSON door, and reads what they are told in the words of the line door.

So one suite of behaviours holds for both: what a program is told holds all that a person reads.
"""

import gc
import json
import re
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from attrs import define, field, fields
from harness import WITHIN
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from twisted_chat.doors.json.dialect import name_of
from twisted_chat.doors.text import PLAIN
from twisted_chat.events import Event
from twisted_chat.replies import people, programs, rooms, server
from twisted_chat.replies.reply import Refused
from twisted_chat.world.settings import Preferences

_ENDS = re.compile(r"\r\n|\r|\n")
# Not for people.
_SILENT = ("hello", "done", "read-up-to", "private-read-up-to", "attention")


def kinds(kind: type[Event] = Event) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


# With slots, attrs makes each class twice: the first one may still be there, without its fields.
gc.collect()
# Of those with one name, the first is what all of them are.
KINDS = {name_of(kind.__name__): kind for kind in reversed(list(kinds()))}


def event_of(told: dict[str, Any]) -> Event:
    """
    Return the event that an object was made from.
    """
    if "error" in told:
        return Refused(told["at"], told["error"], told["message"], told["facts"])
    kind = KINDS[told["event"]]
    given = {each.name: told[each.name] for each in fields(kind)}
    for name, value in given.items():
        if isinstance(value, list):
            given[name] = tuple(value)
    if kind is rooms.Who:
        given["members"] = tuple(rooms.Member(**each) for each in given["members"])
    if kind is people.UnreadShown:
        given["rooms"] = tuple(programs.RoomUnread(**each) for each in given["rooms"])
        given["private"] = tuple(programs.PrivateUnread(**each) for each in given["private"])
    if kind in (server.Closed, server.ClosesSoon):
        given["cause"] = server.Cause(given["cause"])
    return kind(**given)


@define(eq=False)
class JsonPerson:
    """
    Types lines as requests, and reads events as lines.

    Args:
        send: sends an object.
        receive: returns what came, perhaps after a wait; None at the end.
        close: hangs up.
        reads_own: reads their own lines too, which they typed here or at another device.
    """

    _send: Callable[[bytes], object]
    _receive: Callable[[], list[bytes] | None]
    _close: Callable[[], object]
    nick: str = ""
    reads_own: bool = False
    _lines: deque[str] = field(init=False, factory=deque)
    _rooms: list[str] = field(init=False, factory=list)
    _begun: str = field(init=False, default="")
    _is_over: bool = field(init=False, default=False)
    _pings: int = field(init=False, default=0)
    _question: int = field(init=False, default=0)

    def _ask(self, **request: Any) -> None:
        self._send(json.dumps(request).encode())

    def types(self, *lines: str) -> None:
        for line in lines:
            if self.nick:
                self._ask(request="command", text=line)
            else:
                self._ask(request="hello", name=line, questions=True)
                self._take_until(lambda told: told.get("event") == "hello" or "error" in told)

    def answers(self, line: str) -> None:
        """
        Answer what a command asks.
        """
        if not self._question:
            self._take_until(lambda told: told.get("event") == "asked")
        question, self._question = self._question, 0
        self._ask(request="respond", question=question, text=line)

    def logs_in(self, nick: str, password: str) -> None:
        self._ask(request="hello", name=nick, password=password)
        self._take_until(lambda told: told.get("event") == "hello")

    def sends(self, data: bytes) -> None:
        # As a terminal's lines are read: what follows a CR is a part of the end of that line.
        self._begun += data.decode("latin-1").replace("\0", "")
        while end := _ENDS.search(self._begun):
            line, self._begun = self._begun[: end.start()], self._begun[end.end() :]
            if line:
                self.types(line.encode("latin-1").decode("utf-8", "replace"))

    def _take(self) -> list[dict[str, Any]]:
        came = self._receive()
        if came is None:
            self._is_over = True
            return []
        found = [json.loads(each) for each in came]
        for told in found:
            self._read(told)
        return found

    def _take_until(self, is_it: Callable[[dict[str, Any]], bool]) -> None:
        deadline = time.monotonic() + WITHIN
        while not any(map(is_it, self._take())) and not self._is_over:
            assert time.monotonic() < deadline, "waited in vain"

    def _read(self, told: dict[str, Any]) -> None:
        name = told.get("event")
        if name == "hello":
            self.nick = told["nick"]
        if name == "asked":
            self._question = told["question"]
        if name == "entered":
            self._rooms.append(told["room"])
        if name == "rooms-restored":
            self._rooms += told["rooms"]
        own = told.get("nick") == self.nick
        if name == "left" and own:
            self._rooms.remove(told["room"])
        # At a terminal nobody reads the words that they have typed there.
        is_own_line = name == "said" and own and not self.reads_own
        if name == "notice":
            self._lines.extend(told["text"].split("\n"))
        elif name not in _SILENT and not is_own_line:
            dialect = PLAIN.adapt(Preferences(), several_rooms=len(self._rooms) > 1)
            if name == "quit":
                # A person reads in which room they miss anybody.
                told = {**told, "event": "left", "room": self._rooms[0]}
            text = dialect.render(event_of(told), self.nick).decode()
            self._lines.extend(text.split("\r\n")[:-1])

    def reads_line(self) -> str:
        deadline = time.monotonic() + WITHIN
        while not self._lines:
            assert not self._is_over, "the connection ended"
            assert time.monotonic() < deadline, "waited in vain"
            self._take()
        return self._lines.popleft()

    def expect(self, *lines: str) -> None:
        assert [self.reads_line() for _ in lines] == list(lines)

    def expect_nothing_more(self) -> None:
        self._pings += 1
        label = f"ping {self._pings}"
        self._ask(request="ping", label=label)
        self._take_until(lambda told: told.get("label") == label)
        assert list(self._lines) == []

    def expect_end(self) -> None:
        deadline = time.monotonic() + WITHIN
        while not self._is_over:
            assert time.monotonic() < deadline, "waited in vain"
            self._take()
        assert list(self._lines) == []

    def hangs_up(self) -> None:
        """
        Go without a reason; a connection that is only lost would be held.
        """
        with suppress(OSError, InvalidState):
            if not self._is_over:
                self._ask(request="bye")
            while not self._is_over:
                self._take()
        self._is_over = True
        self._close()

    goes = hangs_up


def at_socket(connection: socket.socket) -> JsonPerson:
    """
    Return a user at a connection that carries lines.
    """
    connection.settimeout(WITHIN)
    rest = bytearray()

    def receive() -> list[bytes] | None:
        data = connection.recv(65536)
        if not data:
            return None
        rest.extend(data)
        *lines, last = bytes(rest).split(b"\n")
        rest[:] = last
        return lines

    return JsonPerson(lambda data: connection.sendall(data + b"\n"), receive, connection.close)


def at_websocket(connection: socket.socket) -> JsonPerson:
    """
    Return a user at a WebSocket that is opened on ``connection``.

    One thread reads and writes: `websockets.sync` uses two, and within TLS Python's sockets then
    lose, once in some hundred times, what the server answers first.
    """
    connection.settimeout(WITHIN)
    protocol = ClientProtocol(
        parse_uri("ws://127.0.0.1/ws"), subprotocols=[Subprotocol("chat.json")]
    )

    def flush() -> None:
        connection.sendall(b"".join(protocol.data_to_send()))

    def come() -> bool:
        """
        Take what came, and return whether that was more than the end.
        """
        data = connection.recv(65536)
        if data:
            protocol.receive_data(data)
            flush()
        return bool(data)

    def receive() -> list[bytes] | None:
        if not come():
            return None
        frames = [each for each in protocol.events_received() if isinstance(each, Frame)]
        return [bytes(frame.data) for frame in frames if frame.opcode is Opcode.TEXT]

    def send(data: bytes) -> None:
        protocol.send_text(data)
        flush()

    protocol.send_request(protocol.connect())
    flush()
    while protocol.state is State.CONNECTING and come():
        pass
    assert protocol.state is State.OPEN, protocol.handshake_exc
    return JsonPerson(send, receive, connection.close)
