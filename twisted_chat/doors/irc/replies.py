"""
Replies of this door alone: numerics, and refusals of what a message asked for.
"""

from __future__ import annotations

from attrs import frozen

from twisted_chat.events import Event
from twisted_chat.replies.reply import Refused


@frozen
class IrcReply(Event):
    """
    One client is told something that readers at no other door are.
    """


@frozen
class Numerics(IrcReply):
    """
    What was asked for, in numerics.

    Attributes:
        lines: of each its number, and its parameters behind the reader's nick.
    """

    lines: tuple[tuple[str, ...], ...]


@frozen
class Sent(IrcReply):
    """
    Messages that are no numerics, such as ``PONG``.

    Attributes:
        lines: of each its verb and its parameters.
        source: who they are from; empty for the server.
        batch: the name of the batch that they are a part of; empty for none.
    """

    lines: tuple[tuple[str, ...], ...]
    source: str = ""
    batch: str = ""


@frozen
class Denied(IrcReply):
    """
    What a message asked for is not done.

    Attributes:
        verb: of the message.
        subject: the channel or nick in it; may be empty.
        refused: why.
    """

    verb: str
    subject: str
    refused: Refused


@frozen
class NamesOf(IrcReply):
    """
    Who is in ``room``.
    """

    room: str


@frozen
class MarkerOf(IrcReply):
    """
    Up to which time the reader has read ``target``.
    """

    target: str


@frozen
class Written(IrcReply):
    """
    Numerics of the `Site`.

    Attributes:
        lines: all of each but its source.
    """

    lines: tuple[str, ...]
