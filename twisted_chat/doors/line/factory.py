"""
The factory of the line door, and the limits of its connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.doors.connection import ConnectionFactory, SendLimits
from twisted_chat.doors.line.protocol import ChatProtocol
from twisted_chat.doors.line.terminal import PROMPT
from twisted_chat.doors.text import PLAIN
from twisted_chat.options import option
from twisted_chat.replies.reply import Notice

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub


@frozen(kw_only=True, slots=False)
class LineLimits(SendLimits):
    """
    The limits of one connection of this door.  Zero means no limit.
    """

    max_line: int = option(4096, "Bytes in one line.")


class ChatFactory(ConnectionFactory[ChatProtocol, LineLimits]):
    """
    Makes a `ChatProtocol` for each connection, all with one hub.

    Attributes:
        invitation: shown to a user who comes: the greeting, and the prompt.
    """

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        limits: LineLimits | None = None,
        *,
        motd: str = "",
        is_proxied: bool = False,
    ) -> None:
        super().__init__(hub, dispatcher, limits or LineLimits(), is_proxied=is_proxied)
        self.refresh(self.limits, motd)

    def refresh(self, limits: LineLimits, motd: str) -> None:
        """
        Apply new limits, and show ``motd`` to every new connection from now on.
        """
        super().refresh(limits, motd)
        self.greeting = b"".join(PLAIN.render(Notice(0, line)) for line in motd.splitlines())
        self.invitation = self.greeting + PROMPT

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        """
        Return the protocol for a connection.
        """
        return ChatProtocol(self)
