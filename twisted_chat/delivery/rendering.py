"""
Rendering: an event becomes the bytes of one dialect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from twisted_chat.delivery.hooks import typed_in
from twisted_chat.events import Acted, Edited, Event, Pinned, Reacted, Said
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect

# What somebody put into words, to be read by those who do not ignore them.
_WORDS = (Said, Acted, Edited, Reacted)
# What quotes somebody else's.
_QUOTES = (Said, Reacted, Pinned)


def render(log: LimitedLogger, dialect: Dialect, event: Event, reader: str = "") -> bytes:
    """
    Return ``event`` as ``reader`` reads it in ``dialect``; nothing if that cannot be.
    """
    try:
        return dialect.render(event, reader)
    except BaseException:  # an event may carry a plugin's object, and that may raise anything
        kind = type(event).__name__
        log.report("{kind} could not be rendered", secret=typed_in(event), kind=kind)
        return b""


def is_by(event: Event, ignored: Collection[str]) -> bool:
    """
    Say whether ``event`` is something said by one of ``ignored``, folded nicks.
    """
    return isinstance(event, _WORDS) and fold(event.nick) in ignored


def without_quote(event: Event, ignored: Collection[str]) -> Event:
    """
    Return ``event`` as those read it who ignore ``ignored``: without what one of these said.
    """
    if ignored and isinstance(event, _QUOTES) and event.quote and fold(event.quoted) in ignored:
        return evolve(event, quote="")
    return event
