"""
A line: one thing to show, before anything is known of how it looks.
"""

from __future__ import annotations

import enum
import json
import time
from typing import Any

from attrs import field, frozen

# Of the last second that every computer can tell the day of: that of the year 9999.
_LAST = 253_370_764_799.0

#: A message of the server: an object of the JSON wire.
Message = dict[str, Any]


class Kind(enum.Enum):
    """
    What a line is.

    Attributes:
        TALK: said in a room; ``nick`` said it.
        ACTION: as in ``/me waves``.
        PRIVATE: from ``nick`` to ``recipient`` alone.
        NEWS: something happened to a room or a user.
        REPLY: an answer to the user of the client.
        REFUSAL: what was asked for is not done.
        HEADING: stands above or below a page.
        STATUS: the client itself tells something, of its connection for example.
    """

    TALK = "talk"
    ACTION = "action"
    PRIVATE = "private"
    NEWS = "news"
    REPLY = "reply"
    REFUSAL = "refusal"
    HEADING = "heading"
    STATUS = "status"


def _time(at: float) -> float:
    """
    Return ``at``, or 0 if it is no time that can be shown.
    """
    return float(at) if 0 <= at <= _LAST else 0.0


@frozen
class Line:
    """
    One thing to show.  No text of it is clean yet.

    Attributes:
        at: when it happened, in seconds since the epoch.
        text: may have several lines.
        nick: of the user who wrote it; empty for none.
        room: where; empty for none.
        recipient: of a private message.
        number: of the line in its room; 0 for none.
        mark: stands before the nick: which of the results it is.
        note: stands behind the nick: which line is answered.
        after: stands behind the text: reactions, for example.
        is_own: the user of the client wrote it.
        rings: it names them, or is for them alone, and is new.
        is_elsewhere: it is of another room than the one where they talk.
    """

    kind: Kind
    at: float = field(converter=_time)
    text: str
    nick: str = ""
    room: str = ""
    recipient: str = ""
    number: int = 0
    mark: str = ""
    note: str = ""
    after: str = ""
    is_own: bool = False
    rings: bool = False
    is_elsewhere: bool = False


def read(data: bytes | str) -> Message | None:
    """
    Return the message that ``data`` holds; None if it is no JSON object.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def refusal(text: str) -> Line:
    """
    Return the line that says why something is not done.
    """
    return Line(Kind.REFUSAL, time.time(), text)


def status(text: str) -> Line:
    """
    Return the line in which the client itself tells something.
    """
    return Line(Kind.STATUS, time.time(), text)
