"""
Clients of IRC that come to a server in memory.
"""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen
from twisted.internet.defer import Deferred

from twisted_chat.doors.irc.message import Message, Unreadable, parse
from twisted_chat.doors.irc.protocol import IrcFactory, IrcProtocol
from twisted_chat.doors.irc.site import Site
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, MemoryTransport


class SlowStore(MemoryStore):
    """
    A store that finds lines by their numbers when the first that ``waiting`` holds fires.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Deferred[None]] = []

    def numbered(self, room: Any, numbers: Any) -> Any:
        self.waiting.append(Deferred())
        found = super().numbered(room, numbers)
        return self.waiting[0].addCallback(lambda _: found)


@define(eq=False)
class Client:
    """
    A client: sends lines, and reads lines.
    """

    chat: Chat
    protocol: IrcProtocol
    transport: MemoryTransport
    _seen: int = field(init=False, default=0)

    def sends(self, *lines: str) -> None:
        """
        Send lines, and let the server do them.
        """
        self.sends_bytes("".join(f"{line}\r\n" for line in lines).encode())

    def sends_bytes(self, data: bytes) -> None:
        """
        Send bytes as they are, and let the server do what they say.
        """
        self.transport.receive(data)
        self.chat.advance()

    def receives(self) -> bytes:
        """
        Return the bytes that came since the last look.
        """
        data = bytes(self.transport.value()[self._seen :])
        self._seen += len(data)
        return data

    def reads(self) -> list[str]:
        """
        Return the lines that came since the last look.
        """
        *lines, rest = self.receives().split(b"\r\n")
        assert rest == b""
        return [line.decode() for line in lines]

    def asks(self, *lines: str) -> list[str]:
        """
        Send lines, and return what came since the last look.
        """
        self.sends(*lines)
        return self.reads()

    def messages(self) -> list[Message]:
        """
        Return the messages that came since the last look.
        """
        return [known(parse(line.encode())) for line in self.reads()]

    @property
    def is_connected(self) -> bool:
        """
        Whether the server has not closed the connection.
        """
        return self.transport.protocol is not None


def known(message: Message | Unreadable) -> Message:
    """
    Return what is a message.
    """
    assert isinstance(message, Message)
    return message


@frozen(kw_only=True, slots=False)
class IrcLimits(LineLimits):
    """
    The limits of the IRC door, as the settings of a server have them.
    """

    irc_sts: str = ""
    max_message: int = 16384


class Clients:
    """
    The IRC door of ``chat``.

    Args:
        sts: as of the option of this name.
    """

    def __init__(self, chat: Chat | None = None, motd: str = "", sts: str = "") -> None:
        self.chat = chat or Chat()
        site = Site(self.chat.hub, "chat.example", motd)
        self.factory = IrcFactory(
            self.chat.hub, self.chat.dispatcher, site, IrcLimits(irc_sts=sts)
        )

    def connect(self, host: str = "127.0.0.1") -> Client:
        """
        Connect a client that has said nothing yet.
        """
        protocol = self.factory.buildProtocol(None)
        transport = MemoryTransport(self.chat.clock, host)
        transport.protocol = protocol
        protocol.makeConnection(transport)
        self.chat.advance()
        return Client(self.chat, protocol, transport)

    def arrive(self, nick: str, *caps: str, host: str = "127.0.0.1") -> Client:
        """
        Connect a client that has a nick and these capabilities, is in #lobby, and has read that.
        """
        client = self.connect(host)
        negotiation = [f"CAP REQ :{' '.join(caps)}", "CAP END"] if caps else []
        client.sends(*negotiation, f"NICK {nick}", f"USER {nick} 0 * :{nick}", "JOIN #lobby")
        client.reads()
        return client


def two(*caps: str) -> tuple[Client, Client]:
    """
    Return two clients, both in #lobby, that have read all they were told.
    """
    here = Clients()
    alice, bob = here.arrive("alice", *caps), here.arrive("bob", *caps)
    alice.reads()
    return alice, bob
