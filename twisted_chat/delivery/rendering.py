"""
Rendering: an event becomes the bytes of one dialect, without what its reader ignores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from twisted_chat.delivery.hooks import typed_in
from twisted_chat.events import Acted, Edited, Event, Pinned, Reacted, Said, Unreacted
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect

# Events with a user's words, which are hidden from users who ignore that user.
_WORDS = (Said, Acted, Edited, Reacted, Unreacted)
# Events that may quote another user.
_QUOTES = (Said, Edited, Reacted, Unreacted, Pinned)


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


def is_by(event: Event, ignored: Collection[str]) -> bool:
    """
    Return whether ``event`` holds words of one of ``ignored``, folded nicks.
    """
    return isinstance(event, _WORDS) and fold(event.nick) in ignored


def without_quote(event: Event, ignored: Collection[str]) -> Event:
    """
    Return ``event`` without a quote of one of ``ignored``, folded nicks.
    """
    if ignored and isinstance(event, _QUOTES) and event.quote and fold(event.quoted) in ignored:
        return evolve(event, quote="")
    return event
