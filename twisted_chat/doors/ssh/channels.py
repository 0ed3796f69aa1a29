"""
The channels of one connection (RFC 4254): a single session, and nothing is forwarded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.conch.error import ConchError
from twisted.conch.ssh.common import getNS
from twisted.conch.ssh.connection import OPEN_ADMINISTRATIVELY_PROHIBITED, SSHConnection

from twisted_chat.doors.ssh.channel import SessionChannel
from twisted_chat.doors.ssh.garbage import Garbage, read_numbers
from twisted_chat.doors.ssh.silence import SILENT

if TYPE_CHECKING:
    from twisted_chat.doors.ssh.login import LoggedIn
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

# Bytes in one packet, at most and at least.
_MOST, _FEWEST = 16384, 256


class Channels(SSHConnection):
    """
    The channels of one connection: a single session, and nothing is forwarded.
    """

    _log = SILENT
    transport: Any

    def __init__(self, hub: Hub, session: Session, who: LoggedIn) -> None:
        super().__init__()
        self.hub, self.session, self.who = hub, session, who

    def serviceStarted(self) -> None:
        """
        Do nothing: the client speaks first.
        """

    def serviceStopped(self) -> None:
        """
        Do nothing: the transport tells its channel that the connection is lost.
        """

    def getChannel(
        self,
        channelType: bytes,  # noqa: N803  # Conch's
        windowSize: int,  # noqa: N803  # of Conch
        maxPacket: int,  # noqa: N803  # of Conch
        data: bytes,
    ) -> SessionChannel:
        """
        Return the channel that a client opens.

        Raises:
            ConchError: it may not.
        """
        if channelType != b"session" or maxPacket < _FEWEST:
            raise ConchError("Nothing is forwarded here.", OPEN_ADMINISTRATIVELY_PROHIBITED)
        if self.transport.channel is not None:
            raise ConchError(
                "A connection has one session; please connect again.",
                OPEN_ADMINISTRATIVELY_PROHIBITED,
            )
        channel = SessionChannel(self, windowSize, min(maxPacket, _MOST))
        self.transport.channel = channel
        return channel

    def gotGlobalRequest(self, requestType: bytes, data: bytes) -> int:  # noqa: N803  # Conch's
        """
        Refuse to forward; a client that only looks whether the server is there is content too.
        """
        return 0

    def ssh_CHANNEL_DATA(self, packet: bytes) -> None:  # Conch's
        """
        Take what was typed.  The client may send more once that is done.
        """
        self._channel(packet).take(getNS(packet[4:])[0])

    def ssh_CHANNEL_EXTENDED_DATA(self, packet: bytes) -> None:  # Conch's
        """
        Drop it: a client has no other stream.
        """
        self._channel(packet).skip(getNS(packet[8:])[0])

    def _channel(self, packet: bytes) -> SessionChannel:
        (number,) = read_numbers(packet, 1)
        channel: SessionChannel | None = self.channels.get(number)
        if channel is None:
            raise Garbage("no such channel")
        return channel
