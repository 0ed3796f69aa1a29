"""
One connection of an SSH client: its session of the hub, and the services it asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.transport import (
    DISCONNECT_BY_APPLICATION,
    DISCONNECT_SERVICE_NOT_AVAILABLE,
    DISCONNECT_TOO_MANY_CONNECTIONS,
    MSG_SERVICE_ACCEPT,
)
from twisted.internet.tcp import Connection as TcpConnection

from twisted_chat.doors.sockets import EagerTransport, prepare
from twisted_chat.doors.ssh.channels import Channels
from twisted_chat.doors.ssh.doorstep import Doorstep
from twisted_chat.doors.ssh.guarded import GuardedTransport
from twisted_chat.doors.ssh.login import Login
from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from twisted.conch.ssh.keys import Key
    from twisted.python.failure import Failure

    from twisted_chat.doors.ssh.channel import SessionChannel
    from twisted_chat.doors.ssh.login import LoggedIn
    from twisted_chat.world.model import Session


class SshTransport(GuardedTransport):
    """
    One connection of an SSH client.

    Attributes:
        hub: that it comes to.
        session: the hub's session, from before the login on; None if it is refused one.
        channel: the one that is open; None until then.
        is_full: the socket takes no more at the moment.
        since: when it was accepted, in seconds of the hub's clock; None for now.
    """

    factory: Any
    transport: Any
    since: float | None = None

    def __init__(self, factory: Any, host_key: Key) -> None:
        self.factory = factory
        self.hub = factory.hub
        super().__init__(self.hub.clock, host_key, factory.exchanges, self.hub.isolation.log)
        self.session: Session | None = None
        self.channel: SessionChannel | None = None
        self.is_full = False
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
            self.session = hub.connect(self._doorstep, self.host)
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
            self.channel.lose(reason)
        elif self.session is not None:
            self.hub.disconnect(self.session)

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read, and then at once all that was typed in it.
        """
        is_over = self._is_over
        super().dataReceived(data)
        if self.channel is not None and not is_over:
            self.channel.deliver()

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
        self.go_on()

    def stopProducing(self) -> None:
        """
        Do nothing: the connection is lost, which is told next.
        """

    def go_on(self) -> None:
        """
        Send what waits in its channel, if that may be sent now.
        """
        if self.channel is not None and not self.is_blocked:
            self.channel.sending.go_on()

    def _send_away(self, farewell: bytes) -> None:
        """
        End a connection that has no channel yet, with a sentence for its user.
        """
        self.sendDisconnect(DISCONNECT_BY_APPLICATION, farewell)

    # -- services ---------------------------------------------------------------------------------

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

    def _come_in(self, who: LoggedIn) -> None:
        """
        Start the service for channels: the client has logged in.
        """
        assert self.session is not None
        self.setService(Channels(self.hub, self.session, who))
