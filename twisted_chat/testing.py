"""
A whole server in memory, for testing plugins, and the server itself, without a network.

    from twisted_chat.testing import Chat

    def test_everybody_sees_the_roll():
        chat = Chat("dice.py")
        alice, bob = chat.arrive("alice"), chat.arrive("bob")
        alice.types("/roll 1")
        assert bob.reads() == ["*** alice rolled 1 on a d1 ***"]

Users go through the real line door; only the network and the clock are not real.  Time stands
still until `Chat.advance` moves it.  A program, which `Chat.program` connects, is given values.
"""

from __future__ import annotations

import re
import sys
import weakref
from functools import partial
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogLevel, formatEvent, globalLogPublisher
from zope.interface import provider

from twisted_chat.auth.memory import MemoryHasher
from twisted_chat.commands.builtin import BUILTIN
from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.doors.line.factory import ChatFactory, LineLimits
from twisted_chat.doors.line.protocol import ChatProtocol
from twisted_chat.doors.line.terminal import PROMPT
from twisted_chat.doors.port.memory import MemoryTransport
from twisted_chat.doors.values.client import Program, ValueClient
from twisted_chat.doors.values.dialect import ValueDialect
from twisted_chat.http.memory import MemoryWeb
from twisted_chat.hub import Hub
from twisted_chat.limits import Limits, Rate
from twisted_chat.plugins.control import Control
from twisted_chat.plugins.loader import Plugins
from twisted_chat.store.sqlite.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from twisted.logger import LogEvent

    from twisted_chat.store.interface import Store
    from twisted_chat.world.client import Prompt

__all__ = [
    "BEGINNING",
    "NO_LIMITS",
    "Chat",
    "MemoryHasher",
    "MemoryTransport",
    "Person",
    "Program",
    "ValueClient",
    "ValueDialect",
]

#: The wall-clock time at which every `Chat` begins, in seconds since the epoch.
BEGINNING = 1_700_000_000.0

# A telnet command that offers or refuses, RFC 854 page 14.
_NEGOTIATION = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)
_HIDE, _SHOW = b"\xff\xfb\x01", b"\xff\xfc\x01"

#: No limits, so that a test can type as fast as it likes; and a user who enters a room reads no
#: earlier lines.
NO_LIMITS = Limits(
    rate=0.0,
    max_per_host=0,
    max_clients=0,
    max_rooms=0,
    max_ignored=0,
    max_owned=0,
    idle_timeout=0.0,
    login_timeout=0.0,
    history_lines=0,
    register_rate=Rate(0),
)


@provider(ILogObserver)
def _show_errors(event: LogEvent) -> None:
    # If a command of the plugin under test fails, its traceback should be seen.
    if event["log_level"] >= LogLevel.error:
        print(formatEvent(event), file=sys.stderr)


globalLogPublisher.addObserver(_show_errors)


@define(eq=False)
class Person:
    """
    A user at a terminal.

    Attributes:
        protocol: their connection, on the server's side.
        transport: the fake transport.
    """

    _chat: Chat
    protocol: ChatProtocol
    transport: MemoryTransport
    # How much of the output they have read, and had before their last line.
    _seen: int = field(init=False, default=0)
    _typed: int = field(init=False, default=0)
    _prompts: set[bytes] = field(init=False, factory=lambda: {PROMPT})

    def __attrs_post_init__(self) -> None:
        # Whatever factory made it: only here can a prompt be told from a line.
        self.protocol.prompt = partial(self._note, self.protocol.prompt)  # type: ignore[method-assign]

    def _note(self, show: Callable[[Prompt | None], bytes], prompt: Prompt | None) -> bytes:
        data = show(prompt)
        if prompt is not None and not prompt.is_answered:
            self._prompts.add(_NEGOTIATION.sub(b"", data))
        return data

    @property
    def is_connected(self) -> bool:
        """
        Whether the server has not closed the connection.
        """
        return self.transport.protocol is not None

    def types(self, *lines: str) -> None:
        """
        Type lines, and let the server do them.
        """
        self.sends("".join(f"{line}\n" for line in lines).encode())

    def does(self, *lines: str) -> list[str]:
        """
        Type lines, such as a command and what it asks for, and return the lines that came since.
        """
        for line in lines:
            self.types(line)
        return self.reads()

    def sends(self, data: bytes) -> None:
        """
        Send bytes as they are, and let the server process them.
        """
        if data.endswith((b"\r", b"\n", b"\0")):
            self._typed = len(self.transport.value())
        self.transport.receive(data)
        self._chat.advance()

    def hangs_up(self) -> None:
        """
        Go without a word.
        """
        self.transport.hang_up()
        self._chat.advance()

    def receives(self) -> bytes:
        """
        Return the bytes that came since the last look.
        """
        data: bytes = self.transport.value()[self._seen :]
        self._seen += len(data)
        return data

    def reads(self) -> list[str]:
        """
        Return the lines that came since the last look, without prompts and telnet.
        """
        data = _NEGOTIATION.sub(b"", self.receives())
        for prompt in self._prompts:
            data = data.replace(prompt, b"")
        return data.decode().split("\r\n")[:-1]

    @property
    def prompt(self) -> str:
        """
        The current question, such as ``Password: ``; empty if there is none.
        """
        shown = _NEGOTIATION.sub(b"", self.transport.value()[self._typed :])
        ends = [prompt for prompt in self._prompts if shown.endswith(prompt)]
        return max(ends, key=len, default=b"").decode()

    @property
    def sees_typing(self) -> bool:
        """
        Whether their terminal shows what they type, if it is one that can do otherwise.
        """
        sent = self.transport.value()
        return bool(sent.rfind(_HIDE) <= sent.rfind(_SHOW))


class Chat:
    """
    A server in memory.

    Args:
        plugins: paths of plugin files or folders, module names, or modules.
        limits: none by default.
        line_limits: of each connection, as in real life by default.
        motd: shown to each user who connects.
        store: keeps lines; one in memory by default.
        data: the folder for the files of plugins; a new one by default, which is removed when the
            server is no longer used.
        clock: tells the time, from its beginning by default.
        options: the values of the options of plugins, by their names, as in the server's file.

    Attributes:
        clock: what `advance` moves.
        hub: as the plugins see it.
        plugins: the loaded ones, to reload or unload.
        factory: the line door's.
        values: what all programs read in.
        web: other servers of HTTP, and what the plugins answer.
    """

    def __init__(
        self,
        *plugins: str | Path | ModuleType,
        limits: Limits = NO_LIMITS,
        line_limits: LineLimits | None = None,
        motd: str = "",
        store: Store | None = None,
        data: Path | None = None,
        clock: Clock | None = None,
        options: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        if data is None:
            data = Path(gettempdir()) / f"twisted-chat-{token_hex(8)}"
            weakref.finalize(self, rmtree, data, ignore_errors=True)
        self.clock = clock or Clock()
        self.hub = Hub(
            self.clock,
            store or MemoryStore(),
            MemoryHasher(),
            limits,
            now=lambda: BEGINNING + self.clock.seconds(),
            stopwatch=self.clock.seconds,
            data=data,
        )
        self.web = self.hub.http.inner = MemoryWeb(self.hub.routes, self.advance)
        self.dispatcher = Dispatcher(self.hub)
        self.plugins = Plugins(
            self.dispatcher, BUILTIN, plugins, installed=False, tables=options or {}
        )
        self.dispatcher.extensions = Control(self.hub, self.plugins)
        self.plugins.load()
        self.factory = ChatFactory(self.hub, self.dispatcher, line_limits, motd=motd)
        self.values = ValueDialect()

    def connect(self, host: str = "127.0.0.1", *, settle: bool = True) -> Person:
        """
        Connect a user who has given no name yet; without ``settle`` the turn goes on.
        """
        protocol = self.factory.buildProtocol(None)
        transport = MemoryTransport(self.clock, host)
        transport.protocol = protocol
        protocol.makeConnection(transport)
        if settle:
            self.advance()
        return Person(self, protocol, transport)

    def arrive(self, nick: str, host: str = "127.0.0.1") -> Person:
        """
        Connect a user under a name, and read the greeting.
        """
        person = self.connect(host)
        person.types(nick)
        person.reads()
        return person

    def program(self, nick: str) -> Program:
        """
        Let a program come in under a name that is told values and no text, as a door has them.
        """
        program = Program(self.hub, self.dispatcher, ValueClient(self.values), self.advance)
        program.types(nick)
        return program

    def advance(self, seconds: float = 0.0) -> None:
        """
        Let time pass; with 0, let the server finish its work.
        """
        self.clock.advance(seconds)
        while any(call.getTime() <= self.clock.seconds() for call in self.clock.getDelayedCalls()):
            self.clock.advance(0)
