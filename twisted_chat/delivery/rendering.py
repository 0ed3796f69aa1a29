"""
Rendering: an event becomes the bytes of one dialect, without what its reader ignores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from twisted_chat.events import (
    OTHERS_REASONS,
    Acted,
    Deleted,
    Edited,
    Event,
    Left,
    Pinned,
    Quit,
    Reacted,
    Renamed,
    Said,
    SaidByBot,
    TopicChanged,
    Unreacted,
    typed_in,
)
from twisted_chat.signals import AwayChanged, InviteSent, RealnameSet, Typing
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect

# Events with a user's words, which are hidden from users who ignore that user.  Not hidden is what
# operators announce to the whole server, what is done to others, and who comes and goes, except
# the reasons for that.
_WORDS = (
    *(Said, Acted, Edited, Reacted, Renamed, TopicChanged, Unreacted),
    *(InviteSent, RealnameSet, Typing),
)
# Events that may quote another user.
_QUOTES = (Said, Acted, Edited, Reacted, Unreacted, Pinned)


def render(log: LimitedLogger, dialect: Dialect, event: Event, reader: str = "") -> bytes:
    """
    Return ``event`` as ``reader`` reads it in ``dialect``; empty if it cannot be rendered.
    """
    try:
        return dialect.render(event, reader)
    except BaseException:  # an event may carry a plugin's object, and that may raise anything
        kind = type(event).__name__
        log.report("{kind} could not be rendered", secret=typed_in(event), kind=kind)
        return b""


def render_all(
    log: LimitedLogger, dialect: Dialect, events: Sequence[Event | None]
) -> list[bytes]:
    """
    Return each of ``events`` as all read it in ``dialect``, as `render` does; None is empty.
    """
    try:
        return [b"" if event is None else dialect.render(event) for event in events]
    except BaseException:  # of one of them, which is found and told then
        return [b"" if event is None else render(log, dialect, event) for event in events]


def is_by(event: Event, ignored: Collection[str]) -> bool:
    """
    Return whether ``event`` holds words of one of ``ignored``, folded nicks.
    """
    if isinstance(event, SaidByBot) and event.by and fold(event.by) in ignored:
        return True
    return isinstance(event, _WORDS) and fold(event.nick) in ignored


def named_in(events: Iterable[Event]) -> frozenset[str]:
    """
    Return the folded nicks of users who did ``events``, or are quoted there.
    """
    found = [getattr(event, each, "") for event in events for each in ("nick", "quoted", "by")]
    # A filter may have put anything there.
    return frozenset(fold(nick) for nick in found if isinstance(nick, str))


def without_quote(event: Event, ignored: Collection[str]) -> Event:
    """
    Return ``event`` without a quote of one of ``ignored``, folded nicks, and without a reason.

    A reason is why one of them is away, or deletes a line.
    """
    if isinstance(event, AwayChanged | Deleted) and event.reason and fold(event.nick) in ignored:
        return evolve(event, reason="")
    if ignored and isinstance(event, _QUOTES) and event.quote and fold(event.quoted) in ignored:
        return evolve(event, quote="")
    return event


def without_reason(event: Left | Quit, ignored: Collection[str]) -> Left | Quit:
    """
    Return ``event`` without what one of ``ignored``, folded nicks, gave as the reason.
    """
    if event.cause in OTHERS_REASONS:
        return evolve(event, reason="") if fold(event.by) in ignored else event
    if fold(event.nick) in ignored:
        # Not even the name of the account that they logged in to.
        return evolve(event, reason="", cause="", by="")
    return event
