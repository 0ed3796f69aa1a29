"""
Signals: events that change how a user is shown, or pass at once, and are lines nowhere.

They are told to clients that ask for them, as those of IRC can, and to no others; nothing of them
is kept.
"""

from __future__ import annotations

from attrs import frozen

from twisted_chat.events import Event
from twisted_chat.replies.reply import Labelled


@frozen
class Signal(Event):
    """
    Something of ``nick``.
    """

    nick: str


@frozen
class AwayChanged(Signal):
    """
    ``nick`` is away.

    Attributes:
        reason: why, may be empty; None if they are back.
    """

    reason: str | None


@frozen
class OwnAway(Signal):
    """
    ``nick`` is away, as their own clients are told: at once, and with their own reason.

    Attributes:
        reason: as in `AwayChanged`.
    """

    reason: str | None


@frozen
class AccountSet(Signal):
    """
    ``nick`` is logged in to ``account`` from now on; to none if it is empty.
    """

    account: str


@frozen
class RealnameSet(Signal):
    """
    ``nick`` has another real name, as clients of IRC have one.
    """

    realname: str


@frozen
class InviteSent(Signal):
    """
    ``nick`` has invited ``recipient`` to ``room``, as its members are told.
    """

    recipient: str
    room: str


@frozen
class RankShown(Signal):
    """
    ``nick`` is shown with a rank in ``room``, or no longer, though nobody gave or took it now.

    They have entered the room, logged in to the account that has it, or deleted that; or another
    rank has taken its place.

    Attributes:
        rank: as in `RankChanged`.
        is_held: they have it from now on.
    """

    room: str
    rank: str
    is_held: bool


@frozen
class SanctionShown(Signal):
    """
    A ban or a mute in ``room`` begins or ends, as those who may list it are told.

    Attributes:
        nick: who set or lifted it; empty if its time is over.
        kind: ``ban`` or ``mute``.
        target: a nick, an account, an address or a network.
        is_set: it begins.
    """

    room: str
    kind: str
    target: str
    is_set: bool


@frozen
class Typing(Signal):
    """
    ``nick`` is typing, in a room or to a user.

    Attributes:
        state: ``active``, ``paused`` or ``done``, as in IRCv3's typing.
        room: where; empty if it is to a user.
        recipient: to whom; empty if it is in a room.
    """

    state: str
    room: str = ""
    recipient: str = ""


def is_signal(event: Event) -> bool:
    """
    Return whether ``event`` is a signal, perhaps with the label of a request.
    """
    return isinstance(event.event if isinstance(event, Labelled) else event, Signal)
