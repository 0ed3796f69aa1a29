"""
A line: one thing to show, before anything is known of how it looks.
"""

from __future__ import annotations

import enum
import json
import re
import time
from typing import Any

from attrs import field, frozen

from twisted_chat.client.show.members import is_sound

# Of the last second that every computer can tell the day of: that of the year 9999.
_LAST = 253_370_764_799.0

# What may be half of a character in JSON.
_HALVES = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
NOT_UNDERSTOOD = "The server sent a message that is not understood."
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
    Return ``at``, or 0 if it is not a time that can be shown.
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
    Return the message that ``data`` holds; None if that is not a JSON object.

    Half of a character becomes a question mark.  In the place of a message that has a member of
    the wrong kind, there is a refusal that says so.
    """
    try:
        text = data if isinstance(data, str) else data.decode(errors="replace")
        found = json.loads(text)
        if _HALVES.search(text):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if is_sound(found):
        return found
    label = found.get("label")
    named = {"label": label} if isinstance(label, str) else {}
    what = {"error": "not-understood", "message": NOT_UNDERSTOOD}
    return {**what, **named, "at": time.time()}


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
