"""
The transport of SSH (RFC 4253): Conch's, with few algorithms and guarded against garbage.
"""

from __future__ import annotations

from functools import partial
from struct import pack
from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.transport import (
    DISCONNECT_BY_APPLICATION,
    DISCONNECT_PROTOCOL_ERROR,
    DISCONNECT_SERVICE_NOT_AVAILABLE,
    DISCONNECT_TOO_MANY_CONNECTIONS,
    MSG_SERVICE_ACCEPT,
    SSHServerTransport,
)
from twisted.internet.tcp import Connection as TcpConnection

from twisted_chat.doors.connection import CLOSE_WITHIN, host_of
from twisted_chat.doors.sockets import EagerTransport, prepare
from twisted_chat.doors.ssh.channel import Channels
from twisted_chat.doors.ssh.doorstep import Doorstep
from twisted_chat.doors.ssh.login import SIGNATURES, Login
from twisted_chat.doors.ssh.silence import SILENT
from twisted_chat.errors import ChatError
from twisted_chat.limits import Rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.conch.ssh.keys import Key
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.doors.ssh.channel import SessionChannel
    from twisted_chat.doors.ssh.login import Arrival
    from twisted_chat.world.model import Session

#: Seconds within which keys must be exchanged, each time.
HANDSHAKE_WITHIN = 10.0
#: Exchanges of keys of one connection; each costs as much as a hundred lines.
EXCHANGES = Rate(60, 60)
# Bytes of one packet, and a little more, that may wait for its end.
_MOST_BUFFERED = 65536 + 16384
# The messages of services, and those that ask for one and grant it (RFC 4250, section 4.1).
_FIRST_OF_SERVICES, _SERVICE = 50, (5, 6)


class SshTransport(SSHServerTransport):
    """
    One connection of an SSH client.

    Attributes:
        hub: that it comes to.
        session: the hub's session, from before the login on; None if it is refused one.
        channel: the one that is open; None until then.
        is_full: the socket takes no more at the moment.
        since: when it was accepted, in seconds of the hub's clock; None for now.
    """

    # What ssh-audit marks as failing is not there; encrypt-and-MAC with CTR is out of reach of the
    # Terrapin attack.
    supportedKeyExchanges = [  # noqa: RUF012  # of Conch, as those below
        name
        # The first needs a cryptography that was built with it.
        for name in (
            b"mlkem768x25519-sha256",
            b"curve25519-sha256",
            b"curve25519-sha256@libssh.org",
        )
        if name in SSHServerTransport.supportedKeyExchanges
    ]
    supportedPublicKeys = [b"ssh-ed25519"]  # noqa: RUF012
    supportedCiphers = [b"aes256-ctr", b"aes192-ctr", b"aes128-ctr"]  # noqa: RUF012
    supportedMACs = [b"hmac-sha2-512", b"hmac-sha2-256"]  # noqa: RUF012
    supportedCompressions = [b"none"]  # noqa: RUF012
    ourVersionString = b"SSH-2.0-TwistedChat"
    _log = SILENT

    factory: Any
    transport: Any
    since: float | None = None

    def __init__(self, factory: Any, host_key: Key) -> None:
        self.factory = factory
        self.hub = factory.hub
        self.session: Session | None = None
        self.channel: SessionChannel | None = None
        self.is_full = False
        self._host_key = host_key
        self._is_over = False
        # The client has begun to exchange keys; and it has not sent its own yet.
        self._is_exchanging = self._may_exchange = False
        self._exchanges = EXCHANGES.bucket()
        self._timer: IDelayedCall | None = None
        self._doorstep = Doorstep(self._send_away)

    # -- the connection ---------------------------------------------------------------------------

    def makeConnection(self, transport: Any) -> None:
        """
        Speak SSH on ``transport``.
        """
        is_bare = isinstance(transport, TcpConnection)
        super().makeConnection(EagerTransport(transport) if is_bare else transport)

    def connectionMade(self) -> None:
        """
        Get a session from the hub, which counts it, and begin to exchange keys.
        """
        factory, hub = self.factory, self.hub
        factory.connections += 1
        prepare(self.transport, factory.limits.peer_timeout, factory.limits.send_queue)
        self.transport.registerProducer(self, True)
        super().connectionMade()
        try:
            self.session = hub.connect(self._doorstep, host_of(self.transport.getPeer()))
        except ChatError as refusal:
            self.sendDisconnect(DISCONNECT_TOO_MANY_CONNECTIONS, str(refusal).encode())
            return
        if self.since is not None:
            self.session.connected_at = self.since

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the door of the session, or the hub, and stop all timers.
        """
        self.factory.connections -= 1
        self._is_over = True
        self._stop_timer()
        if self.channel is not None:
            self.channel.lose()
        elif self.session is not None:
            self.hub.disconnect(self.session)

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read; what is no SSH ends the connection, with one line of the log.
        """
        if self._is_over:
            return
        try:
            super().dataReceived(data)
        except Exception:  # noqa: BLE001  # Conch raises whatever a parser may
            self.refuse_garbage()
        if len(self.buf) > _MOST_BUFFERED:
            self.refuse_garbage()
        elif self.channel is not None:
            self.channel.deliver()

    def refuse_garbage(self) -> None:
        """
        Disconnect a client that does not speak SSH as agreed.
        """
        if not self._is_over:
            self.hub.isolation.log.warn(  # noqa: G010  # not one of the logging module's
                "Disconnected {host!r}, which does not speak SSH as agreed",
                host=host_of(self.transport.getPeer()),
            )
            try:
                self.sendDisconnect(DISCONNECT_PROTOCOL_ERROR, b"That is not understood.")
            except Exception:  # noqa: BLE001  # its keys may be half made
                self.cut()

    def getPacket(self) -> bytes | None:
        """
        Return the next packet; None if there is none yet, or the connection is being closed.
        """
        if self._is_over:
            return None
        packet: bytes | None = super().getPacket()
        return packet

    # -- what is sent -----------------------------------------------------------------------------

    @property
    def is_blocked(self) -> bool:
        """
        Whether what is sent now would wait: the socket is full, or keys are being exchanged.
        """
        return self.is_full or self._keyExchangeState != self._KEY_EXCHANGE_NONE

    def pauseProducing(self) -> None:
        """
        Send no more, and read no more that would have to be answered.
        """
        self.is_full = True
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """
        Undo `pauseProducing`.
        """
        self.is_full = False
        self.transport.resumeProducing()
        self._go_on()

    def stopProducing(self) -> None:
        """
        Do nothing: the connection is lost, which is told next.
        """

    def _go_on(self) -> None:
        if self.channel is not None and not self.is_blocked:
            self.channel.go_on()

    def sendDisconnect(self, reason: int, desc: bytes) -> None:
        """
        Tell the client why, and close.
        """
        if self._is_over:
            return
        super().sendDisconnect(reason, desc)
        self.end()

    def end(self) -> None:
        """
        Close when all is sent, within a few seconds.
        """
        self._is_over = True
        self.buf = b""
        self._stop_timer()
        self.transport.loseConnection()
        self._timer = self.hub.clock.callLater(CLOSE_WITHIN, self.cut)

    def cut(self) -> None:
        """
        End the connection at once.
        """
        self._is_over = True
        self._stop_timer()
        self.transport.abortConnection()

    def _stop_timer(self) -> None:
        """
        Stop waiting, for the end of an exchange of keys or of the connection.
        """
        self.factory.exchanges.end(self)
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _send_away(self, farewell: bytes) -> None:
        """
        End a connection that has no channel yet, with a sentence for its user.
        """
        self.sendDisconnect(DISCONNECT_BY_APPLICATION, farewell)

    # -- the exchange of keys, and what follows it ------------------------------------------------

    def _getHostKeys(self, keyAlg: bytes) -> tuple[Key, Key]:  # noqa: N803  # Conch's
        return self._host_key.public(), self._host_key

    def sendExtInfo(self, extensions: Sequence[tuple[bytes, bytes]]) -> None:
        """
        Tell the client which signatures its own keys may make (RFC 8308, section 3.1).
        """
        super().sendExtInfo([(b"server-sig-algs", b",".join(SIGNATURES))])

    def sendKexInit(self) -> None:
        """
        Begin to exchange keys, or agree to: that has to end in time, the first time as later.
        """
        self._stop_timer()
        self._timer = self.hub.clock.callLater(HANDSHAKE_WITHIN, self.cut)
        super().sendKexInit()

    def dispatchMessage(self, messageNum: int, payload: bytes) -> None:  # noqa: N803  # Conch's
        """
        Take a message.

        Raises:
            ValueError: it may not come between the client's KEXINIT and its NEWKEYS (RFC 4253,
                section 7.1); its answer would have to wait.
        """
        if self._is_exchanging and (messageNum >= _FIRST_OF_SERVICES or messageNum in _SERVICE):
            raise ValueError("keys are being exchanged")
        super().dispatchMessage(messageNum, payload)

    def ssh_KEXINIT(self, packet: bytes) -> None:
        """
        Begin to exchange keys.

        Raises:
            ValueError: that was done too often.
        """
        if not self._exchanges.take(self.hub.seconds()):
            raise ValueError("keys are exchanged too often")
        self._is_exchanging = self._may_exchange = True
        super().ssh_KEXINIT(packet)

    def ssh_KEX_DH_GEX_REQUEST_OLD(self, packet: bytes) -> None:
        """
        Exchange keys, once for each beginning.

        Raises:
            ValueError: it was not begun.
        """
        if not self._may_exchange:
            raise ValueError("no exchange of keys was begun")
        if self.ignoreNextPacket:
            # It was guessed wrongly, and the right one follows.
            super().ssh_KEX_DH_GEX_REQUEST_OLD(packet)
            return
        self._may_exchange = False
        self.factory.exchanges.begin(self, partial(self._exchange, packet))

    def _exchange(self, packet: bytes) -> None:
        if self._is_over:
            return
        try:
            super().ssh_KEX_DH_GEX_REQUEST_OLD(packet)
        except Exception:  # noqa: BLE001  # as in `dataReceived`
            self.refuse_garbage()

    def ssh_NEWKEYS(self, packet: bytes) -> None:
        """
        Use the keys that were exchanged.

        Raises:
            ValueError: there are none.
        """
        # Conch takes it at any time, and then has no keys.
        if not hasattr(self.nextEncryptions, "decryptor"):
            raise ValueError("no keys were exchanged")
        super().ssh_NEWKEYS(packet)

    def _newKeys(self) -> None:  # Conch's
        self._stop_timer()
        self._is_exchanging = False
        super()._newKeys()
        self._go_on()

    def ssh_SERVICE_REQUEST(self, packet: bytes) -> None:  # Conch's
        """
        Begin the login, which is the only service that a client may ask for itself.
        """
        service, _ = getNS(packet)
        is_first = self.service is None and self.isEncrypted("both")
        if service != Login.name or not is_first or self.session is None:
            self.sendDisconnect(DISCONNECT_SERVICE_NOT_AVAILABLE, b"No such service here.")
            return
        self.sendPacket(MSG_SERVICE_ACCEPT, NS(service))
        self.setService(Login(self.hub, self.session, self._come_in))

    def _come_in(self, arrival: Arrival) -> None:
        """
        Start the service for channels: the client has logged in.
        """
        assert self.session is not None
        self.setService(Channels(self.hub, self.session, arrival))

    def ssh_DISCONNECT(self, packet: bytes) -> None:  # Conch's
        """
        Close: the client goes.
        """
        self.end()

    def receiveUnimplemented(self, seqnum: int) -> None:
        """
        Do nothing: the client has not understood something that it need not.
        """

    def sendUnimplemented(self) -> None:
        """
        Tell the client that its last packet was not understood (RFC 4253, section 11.4).
        """
        self.sendPacket(3, pack("!L", (self.incomingPacketSequence - 1) & 0xFFFFFFFF))
