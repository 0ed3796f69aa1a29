"""
A user of telnet in memory: a client that negotiates as the telnets of BSD do, and its window.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from screens import Window
from shared_telnet import (
    BINARY,
    DO,
    DONT,
    ECHO,
    IAC,
    NAWS,
    SGA,
    TTYPE,
    WILL,
    WONT,
    subnegotiation,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.testing import Chat

_COMMANDS = re.compile(
    rb"\xff\xfa(?P<option>.)(?P<payload>[^\xff]*)\xff\xf0|\xff(?P<command>[\xfb-\xfe])(?P<of>.)",
    re.DOTALL,
)


class TelnetUser:
    """
    Who comes with telnet.

    Args:
        chat: the server.
        kind: the terminal, as its client tells it.
        columns: the width of the window; 0 where the input is no terminal.
        refuses: the options that the client does not have.
        lag: seconds until what it answers arrives.
    """

    def __init__(
        self,
        chat: Chat,
        kind: str = "XTERM-256COLOR",
        columns: int = 60,
        refuses: Collection[int] = (),
        lag: float = 0.0,
    ) -> None:
        self.chat, self.kind, self.columns, self.lag = chat, kind, columns, lag
        self.refuses = set(refuses)
        self.window = Window(columns or 80)
        #: The options of the server that hold, and what it has said of any, in their order.
        self.on: set[int] = set()
        self.heard: list[tuple[int, int]] = []
        self._on_here: set[int] = set()
        self.person = chat.connect()
        self.settle()

    @property
    def sends_keys(self) -> bool:
        """
        Whether the client is in the character mode: it sends each key, and shows none.
        """
        return {ECHO, SGA} <= self.on

    def settle(self) -> None:
        """
        Show what came, and answer it, until nothing comes any more.
        """
        while data := self.person.receives():
            self.window.write(_COMMANDS.sub(b"", data))
            answer = b"".join(map(self._answer, _COMMANDS.finditer(data)))
            if answer:
                self.chat.advance(self.lag)
                self.person.sends(answer)

    def _answer(self, found: re.Match[bytes]) -> bytes:
        if found["option"] is not None:
            is_kind = found["option"][0] == TTYPE and found["payload"] == b"\1"
            return subnegotiation(TTYPE, b"\0" + self.kind.encode()) if is_kind else b""
        command, option = found["command"][0], found["of"][0]
        self.heard.append((command, option))
        agrees = option not in self.refuses
        if command in (DO, DONT):
            return self._do(option, wanted=command == DO, agrees=agrees)
        if (command == WILL) == (option in self.on):
            return b""
        if command == WONT or not agrees:
            self.on.discard(option)
            return bytes([IAC, DONT, option])
        self.on.add(option)
        return bytes([IAC, DO, option])

    def _do(self, option: int, *, wanted: bool, agrees: bool) -> bytes:
        if wanted == (option in self._on_here):
            return b""
        if not wanted or not agrees or option not in (BINARY, NAWS, TTYPE):
            self._on_here.discard(option)
            return bytes([IAC, WONT, option])
        self._on_here.add(option)
        answer = bytes([IAC, WILL, option])
        return answer + self._size() if option == NAWS else answer

    def _size(self) -> bytes:
        return subnegotiation(NAWS, self.columns.to_bytes(2) + bytes((0, 24)))

    def types(self, text: str) -> None:
        """
        Type a line: key by key if the client sends each, and else as a whole, shown by it.
        """
        if not self.sends_keys:
            if ECHO not in self.on:
                self.window.write(f"{text}\r\n")
            self.person.sends(f"{text}\r\n".encode())
            self.settle()
            return
        self.presses(text)
        self.presses("\r\0")

    def presses(self, keys: str) -> None:
        """
        Press keys, of which each is sent by itself.
        """
        for key in keys.replace("\r\0", "\r"):
            self.person.sends(b"\r\0" if key == "\r" else key.encode())
            self.settle()

    def pastes(self, text: str) -> None:
        """
        Paste as a terminal does that puts it in brackets.
        """
        keys = text.replace("\n", "\r")
        self.person.sends(f"\x1b[200~{keys}\x1b[201~".encode())
        self.settle()

    def wants(self, command: int, option: int) -> None:
        """
        Send a command of telnet that its user has given.
        """
        if command == DONT:
            self.on.discard(option)
        self.person.sends(bytes([IAC, command, option]))
        self.settle()

    def resizes(self, columns: int) -> None:
        """
        Change the width of the window.
        """
        self.columns = columns
        self.window.screen.resize(columns=columns)
        self.person.sends(self._size())
        self.settle()

    @property
    def rows(self) -> list[str]:
        """
        What the window shows.
        """
        self.settle()
        return self.window.rows


def arrived(chat: Chat, name: str = "alice", **how: Any) -> TelnetUser:
    """
    Come with telnet under a name.
    """
    user = TelnetUser(chat, **how)
    user.types(name)
    # A server waits a moment for the size of the window.
    chat.advance(1)
    user.settle()
    return user
