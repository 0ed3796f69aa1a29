"""
Clients of SSH in memory: Conch's own, as far from ours as can be had without a network.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from screens import Window
from twisted.conch.ssh import channel, common, connection, keys, transport, userauth
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.doors.json.dialect import LINES
from twisted_chat.doors.port.admission import Admission
from twisted_chat.doors.port.factory import PortFactory
from twisted_chat.doors.recognise import Kind
from twisted_chat.doors.ssh.factory import SshFactory
from twisted_chat.testing import Chat, MemoryTransport

#: The log of the client, which is not the server's.
UNHEARD = Logger(namespace="client", observer=lambda _: None)
HOST_KEY = ed25519.Ed25519PrivateKey.generate()


def new_key() -> keys.Key:
    return keys.Key(ed25519.Ed25519PrivateKey.generate())


def line_of(key: keys.Key, label: str = "") -> str:
    """
    Return the line of a .pub file.
    """
    return f"{key.public().toString('OPENSSH').decode()} {label}".strip()


class _Login(userauth.SSHUserAuthClient):
    """
    Logs in: with keys first, and then with passwords, one after the other.
    """

    _log = UNHEARD
    preferredOrder = (b"publickey", b"keyboard-interactive")

    def __init__(self, client: Ssh) -> None:
        super().__init__(client.name.encode(), client.connection)
        self.client = client
        self._keys = deque(client.keys)

    def getPublicKey(self) -> Any:
        self._key = self._keys.popleft() if self._keys else None
        return self._key and self._key.public()

    def getPrivateKey(self) -> Any:
        return succeed(self._key)

    def getGenericAnswers(self, name: Any, instruction: Any, prompts: Any) -> Any:
        self.client.instructions.append(_text(instruction))
        self.client.questions += [(_text(question), echo) for question, echo in prompts]
        if not prompts:
            return succeed([])
        if not self.client.passwords:
            # The user has not typed yet.
            return Deferred()
        return succeed([self.client.passwords.popleft()])

    def ssh_USERAUTH_SUCCESS(self, packet: bytes) -> None:
        self.client.is_let_in = True
        super().ssh_USERAUTH_SUCCESS(packet)


def _text(given: Any) -> str:
    return given.decode() if isinstance(given, bytes) else str(given)


class _Connection(connection.SSHConnection):
    _log = UNHEARD

    def __init__(self, client: Ssh) -> None:
        super().__init__()
        self.client = client

    def serviceStarted(self) -> None:
        if not self.client.waits:
            self.client.opens_channel()

    def adjustWindow(self, channel: Any, bytesToAdd: int) -> None:
        if self.client.reads_on:
            super().adjustWindow(channel, bytesToAdd)


class _Channel(channel.SSHChannel):
    _log = UNHEARD
    name = b"session"

    def __init__(self, client: Ssh) -> None:
        super().__init__(client.window, 32768)
        self.client = client

    def channelOpen(self, specificData: bytes) -> None:
        client = self.client
        if client.term:
            columns = client.columns
            request = common.NS(client.term.encode())
            request += b"".join(each.to_bytes(4) for each in (columns, 24, 0, 0)) + common.NS(b"")
            self.conn.sendRequest(self, b"pty-req", request, wantReply=1)
        if client.command is None:
            self.conn.sendRequest(self, b"shell", b"", wantReply=1)
        else:
            self.conn.sendRequest(self, b"exec", common.NS(client.command.encode()), wantReply=1)

    def adjust(self, size: int) -> None:
        """
        Open the window of the channel for so many bytes more.
        """
        super(_Connection, self.conn).adjustWindow(self, size)

    def openFailed(self, reason: Any) -> None:
        self.client.refusals.append(str(reason))

    def dataReceived(self, data: bytes) -> None:
        self.client.output += data

    def extReceived(self, dataType: int, data: bytes) -> None:
        self.client.errors += data

    def request_exit_status(self, data: bytes) -> None:
        self.client.status = int.from_bytes(data)

    def eofReceived(self) -> None:
        pass

    def closed(self) -> None:
        self.client.is_closed = True


class _Transport(transport.SSHClientTransport):
    _log = UNHEARD

    def __init__(self, client: Ssh) -> None:
        self.client = client

    def verifyHostKey(self, hostKey: bytes, fingerprint: bytes) -> Any:
        self.client.host_key = hostKey
        return succeed(None)

    def connectionSecure(self) -> None:
        # Conch calls this again after each exchange of keys.
        if self.service is None:
            self.requestService(_Login(self.client))

    def receiveError(self, reasonCode: int, description: bytes) -> None:
        self.client.farewell = description.decode()


class Ssh:
    """
    Who has connected by SSH.

    Args:
        server: to which.
        name: the user name.
        keys: that the client has.
        passwords: that its user types when asked.
        command: what is to be done; None for a session.
        late: seconds after which its first bytes come.
        waits: it logs in, and opens its channel later.
        term: the terminal; empty for none.
    """

    def __init__(
        self,
        server: SshServer,
        name: str,
        *,
        keys: tuple[Any, ...] = (),
        passwords: tuple[str, ...] = (),
        command: str | None = None,
        term: str = "",
        columns: int = 60,
        host: str = "192.0.2.1",
        window: int = 131072,
        reads_on: bool = True,
        late: float = 0.0,
        waits: bool = False,
    ) -> None:
        self.server, self.name, self.keys, self.command = server, name, keys, command
        self.term, self.columns, self.window = term, columns, window
        #: Whether its window is opened again by itself.
        self.reads_on = reads_on
        self.waits = waits
        self.passwords = deque(passwords)
        self.questions: list[tuple[str, bool]] = []
        self.instructions: list[str] = []
        self.refusals: list[str] = []
        self.output = self.errors = b""
        self.farewell, self.status, self.host_key = "", None, b""
        self.is_let_in = self.is_closed = self.is_broken = False
        #: Whether it takes no more notice of what comes.
        self.is_deaf = False
        self.channel: Any = None
        self.connection = _Connection(self)
        self.transport = MemoryTransport(server.chat.clock, host)
        protocol: Any = server.entry.buildProtocol(IPv4Address("TCP", host, 50000))
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)
        # Longer than a port waits for the first bytes, or not at all.
        server.chat.advance(late)
        self._wire = StringTransport()
        self._client: Any = _Transport(self)
        self._client.makeConnection(self._wire)
        self._shown = 0
        self.settle()

    def settle(self) -> None:
        """
        Carry bytes to and fro until there are no more.
        """
        while True:
            sent, received = self._wire.value(), self.transport.value()
            self._wire.clear()
            self.transport.clear()
            if self.is_connected and sent:
                self.transport.receive(sent)
            if received and not (self.is_broken or self.is_deaf):
                try:
                    self._client.dataReceived(received)
                except Exception:
                    # The client does not understand an answer to what it never asked itself.
                    self.is_broken = True
                    self.transport.hang_up()
            self.server.chat.advance()
            if not self._wire.value() and not self.transport.value():
                return

    @property
    def protocol(self) -> Any:
        """
        What serves it.
        """
        return self.transport.protocol

    @property
    def is_connected(self) -> bool:
        return self.transport.protocol is not None

    def opens_channel(self) -> None:
        """
        Open its channel, and ask for the session or the command in it.
        """
        self.channel = made = _Channel(self)
        self.connection.openChannel(made)

    def types(self, text: str | bytes) -> None:
        """
        Send what is typed.
        """
        self.channel.write(text.encode() if isinstance(text, str) else text)
        self.settle()

    def ends_input(self) -> None:
        self.channel.conn.sendEOF(self.channel)
        self.settle()

    def asks(self, request: bytes, data: bytes = b"") -> bool:
        """
        Ask for something in the channel, and return whether it is done.
        """
        found: list[bool] = []
        asked = self.channel.conn.sendRequest(self.channel, request, data, wantReply=1)
        asked.addCallbacks(lambda _: found.append(True), lambda _: found.append(False))
        self.settle()
        return found == [True]

    def asks_globally(self, request: bytes) -> bool:
        """
        Ask for something of the whole connection, and return whether it is done.
        """
        found: list[bool] = []
        asked = self.connection.sendGlobalRequest(request, b"", wantReply=1)
        asked.addCallbacks(lambda _: found.append(True), lambda _: found.append(False))
        self.settle()
        return found == [True]

    def opens(self, kind: bytes) -> None:
        """
        Open another channel.
        """
        made = _Channel(self)
        made.name = kind
        self.connection.openChannel(made)
        self.settle()

    def resizes(self, columns: int) -> None:
        data = b"".join(each.to_bytes(4) for each in (columns, 24, 0, 0))
        self.channel.conn.sendRequest(self.channel, b"window-change", data)
        self.settle()

    def sends_packet(self, kind: int, payload: bytes) -> None:
        """
        Send a packet as it is.
        """
        self._client.sendPacket(kind, payload)
        self.settle()

    def exchanges_keys(self) -> None:
        """
        Begin to exchange keys again.
        """
        self._client.sendKexInit()
        self.settle()

    def begins_exchange(self) -> None:
        """
        Begin to exchange keys again, and take no further part in that.
        """
        self.is_deaf = True
        self._client.sendKexInit()
        # It sends on whatever it is told to.
        self._client._keyExchangeState = self._client._KEY_EXCHANGE_NONE
        self.settle()

    def hangs_up(self) -> None:
        self._client.connectionLost(Failure(ConnectionDone()))
        self.transport.hang_up()
        self.server.chat.advance()

    def reads(self) -> list[str]:
        """
        Return the lines that came since the last look, as they were sent.
        """
        self.settle()
        new = self.output[self._shown :]
        self._shown = len(self.output)
        return new.decode().replace("\r\n", "\n").split("\n")[:-1]

    @property
    def rows(self) -> list[str]:
        """
        What their terminal shows.
        """
        self.settle()
        window = Window(self.columns)
        window.write(self.output)
        return window.rows


class SshServer:
    """
    A server in memory with the SSH door.

    Args:
        is_port: the clients come to a port that has the line door too.
        max_message: bytes in the text of a command.
    """

    def __init__(self, *, is_port: bool = False, max_message: int = 16384, **how: Any) -> None:
        self.chat = Chat(**how)
        private = keys.Key(HOST_KEY).toString("OPENSSH")
        lines = type(self.chat.factory)(
            self.chat.hub, self.chat.dispatcher, how.get("line_limits"), motd=how.get("motd", "")
        )
        self.factory = SshFactory(self.chat.hub, lines, lambda: private, LINES.render, max_message)
        self.entry: Any = self.factory
        if is_port:
            doors = {Kind.LINES: self.chat.factory, Kind.SSH: self.factory}
            self.entry = PortFactory(self.chat.hub, doors, Admission(lambda: 0))

    def ssh(self, name: str, **how: Any) -> Ssh:
        return Ssh(self, name, **how)
