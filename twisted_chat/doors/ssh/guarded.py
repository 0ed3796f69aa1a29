"""
The transport of SSH (RFC 4253): Conch's, with few algorithms and guarded against garbage.
"""

from __future__ import annotations

from functools import partial
from struct import pack
from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.transport import (
    DISCONNECT_BY_APPLICATION,
    DISCONNECT_PROTOCOL_ERROR,
    SSHServerTransport,
)

from twisted_chat.doors.connection import CLOSE_WITHIN, host_of
from twisted_chat.doors.ssh.garbage import Garbage, is_own_fault
from twisted_chat.doors.ssh.login import SIGNATURES
from twisted_chat.doors.ssh.silence import SILENT
from twisted_chat.errors import Failed
from twisted_chat.limits import Rate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.conch.ssh.keys import Key
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from twisted_chat.doors.ssh.exchanges import Exchanges
    from twisted_chat.log import LimitedLogger

#: Seconds within which keys must be exchanged, each time.
HANDSHAKE_WITHIN = 10.0
#: Exchanges of keys of one connection; each costs as much as a hundred lines.
EXCHANGES = Rate(60, 60)
# Bytes of one packet, and a little more, that may wait for its end.
_MOST_BUFFERED = 65536 + 16384
# The messages of services, and those that ask for one and grant it (RFC 4250, section 4.1).
_FIRST_OF_SERVICES, _SERVICE = 50, (5, 6)


class GuardedTransport(SSHServerTransport):
    """
    One connection, until it is closed: whatever a client sends, it ends with a line of the log.

    Args:
        host_key: the private key of the server.
        exchanges: those of keys of all connections.
        log: where it is told that one does not speak SSH, and what are bugs of ours.
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
    supportedPublicKeys = [b"ssh-ed25519"]  # noqa: RUF012  # of Conch
    supportedCiphers = [b"aes256-ctr", b"aes192-ctr", b"aes128-ctr"]  # noqa: RUF012  # of Conch
    supportedMACs = [b"hmac-sha2-512", b"hmac-sha2-256"]  # noqa: RUF012  # of Conch
    supportedCompressions = [b"none"]  # noqa: RUF012  # of Conch
    ourVersionString = b"SSH-2.0-TwistedChat"
    _log = SILENT

    transport: Any

    def __init__(
        self, clock: IReactorTime, host_key: Key, exchanges: Exchanges, log: LimitedLogger
    ) -> None:
        self._clock = clock
        self._host_key = host_key
        self._exchanges = exchanges
        self._to_log = log
        self._is_over = False
        # Keys are being exchanged, as from the start; the client has begun that, and has not sent
        # its own yet; both have them, and it may say that it uses them.
        self._is_exchanging, self._may_exchange, self._has_new_keys = True, False, False
        self._rate = EXCHANGES.bucket()
        self._timer: IDelayedCall | None = None

    @property
    def host(self) -> str | None:
        """
        Where it comes from, as limits count it; None if that is not known.
        """
        return host_of(self.transport.getPeer())

    def go_on(self) -> None:
        """
        Called when keys were exchanged, and more may be sent.
        """

    # -- what comes -------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read; what is no SSH ends the connection, with one line of the log.
        """
        if self._is_over:
            return
        try:
            super().dataReceived(data)
        except Exception as error:  # noqa: BLE001  # Conch raises whatever a parser may
            self._refuse(error)
        if len(self.buf) > _MOST_BUFFERED:
            self.refuse_garbage()

    def take_later(self, take: Callable[[], None]) -> None:
        """
        Take a message that has waited, as if it came now.
        """
        if not self._is_over:
            try:
                take()
            except Exception as error:  # noqa: BLE001  # as in `dataReceived`
                self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """
        Disconnect because of ``error``, the one that is being handled.
        """
        if is_own_fault(error):
            # Its message may quote what was typed.
            self._to_log.report("A packet of SSH failed", secret=str(error))
            self._disconnect(DISCONNECT_BY_APPLICATION, str(Failed()).encode())
        else:
            self.refuse_garbage()

    def refuse_garbage(self) -> None:
        """
        Disconnect a client that does not speak SSH as agreed.
        """
        if not self._is_over:
            self._to_log.warn(
                "Disconnected {host!r}, which does not speak SSH as agreed",
                host=self.host,
            )
            self._disconnect(DISCONNECT_PROTOCOL_ERROR, b"That is not understood.")

    def _disconnect(self, reason: int, why: bytes) -> None:
        try:
            self.sendDisconnect(reason, why)
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

    # -- the end ----------------------------------------------------------------------------------

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
        self._timer = self._clock.callLater(CLOSE_WITHIN, self.cut)

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
        self._exchanges.end(self)
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

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
        self._timer = self._clock.callLater(HANDSHAKE_WITHIN, self.cut)
        super().sendKexInit()

    def dispatchMessage(self, messageNum: int, payload: bytes) -> None:  # noqa: N803  # Conch's
        """
        Take a message.

        Raises:
            Garbage: it may not come before there are keys, nor between a later KEXINIT of the
                client and its NEWKEYS (RFC 4253, section 7.1); its answer would have to wait.
        """
        if self._is_exchanging and (messageNum >= _FIRST_OF_SERVICES or messageNum in _SERVICE):
            raise Garbage("keys are being exchanged")
        super().dispatchMessage(messageNum, payload)

    def ssh_KEXINIT(self, packet: bytes) -> None:
        """
        Begin to exchange keys.

        Raises:
            Garbage: that was done too often.
        """
        if not self._rate.take(self._clock.seconds()):
            raise Garbage("keys are exchanged too often")
        self._is_exchanging, self._may_exchange, self._has_new_keys = True, True, False
        super().ssh_KEXINIT(packet)

    def ssh_KEX_DH_GEX_REQUEST_OLD(self, packet: bytes) -> None:
        """
        Exchange keys, once for each beginning.

        Raises:
            Garbage: it was not begun.
        """
        if not self._may_exchange:
            raise Garbage("no exchange of keys was begun")
        if self.ignoreNextPacket:
            # It was guessed wrongly, and the right one follows.
            super().ssh_KEX_DH_GEX_REQUEST_OLD(packet)
            return
        self._may_exchange = False
        self._exchanges.begin(self, partial(self._exchange, packet))

    def _exchange(self, packet: bytes) -> None:
        if self._is_over:
            return
        try:
            super().ssh_KEX_DH_GEX_REQUEST_OLD(packet)
        except Exception as error:  # noqa: BLE001  # as in `dataReceived`
            self._refuse(error)

    def _keySetup(self, sharedSecret: bytes, exchangeHash: bytes) -> None:  # noqa: N803  # Conch's
        super()._keySetup(sharedSecret, exchangeHash)
        self._has_new_keys = True

    def ssh_NEWKEYS(self, packet: bytes) -> None:
        """
        Use the keys that were exchanged, once for each exchange.

        Raises:
            Garbage: there are none.
        """
        # Conch takes it at any time, and then has no keys.
        if not self._has_new_keys:
            raise Garbage("no keys were exchanged")
        self._has_new_keys = False
        super().ssh_NEWKEYS(packet)

    def _newKeys(self) -> None:  # Conch's
        self._stop_timer()
        self._is_exchanging = False
        super()._newKeys()
        self.go_on()

    # -- what needs no answer ---------------------------------------------------------------------

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
