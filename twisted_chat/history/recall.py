"""
What was kept, as it is read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Event,
    Joined,
    Left,
    Renamed,
    Said,
    Told,
    TopicChanged,
)
from twisted_chat.replies import Recalled
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twisted_chat.store.records import Line, Message

#: Characters of a line that an answer to it quotes.
QUOTED = 40


def recall(room: str, lines: Iterable[Line], answered: Mapping[int, Line]) -> tuple[Recalled, ...]:
    """
    Return ``lines`` of ``room`` as they are read again.

    Args:
        answered: by number, those lines that may be quoted where one answers them.
    """
    return tuple(
        Recalled(
            line.at,
            event_of(line, room, answered.get(line.re)),
            line.number,
            line.state == "edited",
            tuple((symbol, len(authors)) for symbol, authors in line.reactions.items()),
        )
        for line in lines
    )


def recall_message(message: Message) -> Recalled:
    """
    Return ``message`` as it is read again.
    """
    told = Told(message.at, message.nick, message.recipient, message.text)
    return Recalled(message.at, told, 0)


def event_of(line: Line, room: str, answered: Line | None = None) -> Event:
    """
    Return what ``line`` of the room called ``room`` told, or that it was deleted.

    Args:
        answered: the line that it answers, if that may be quoted.
    """
    if line.state == "deleted":
        return Deleted(line.at, room, line.text, line.number)
    match line.kind:
        case "said":
            quote, quoted = ("", "") if answered is None else (quote_of(answered), answered.nick)
            return Said(line.at, room, line.nick, line.text, line.number, line.re, quote, quoted)
        case "acted":
            return Acted(line.at, room, line.nick, line.text, line.number)
        case "announced":
            return Announced(line.at, room, line.text, line.number)
        case "joined":
            return Joined(line.at, room, line.nick)
        case "left":
            return Left(line.at, room, line.nick, line.text)
        case "renamed":
            return Renamed(line.at, line.nick, line.text)
        case "topic":
            return TopicChanged(line.at, room, line.nick, line.text)
        case kind:
            raise ValueError(f"no event is kept as {kind!r}")


def quote_of(line: Line) -> str:
    """
    Return how an answer to ``line`` quotes it; empty if it was deleted.
    """
    if line.state == "deleted":
        return ""
    text = one_line(line.text)
    text = text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}..."
    between = "" if not line.nick else " " if line.kind == "acted" else ": "
    return f"{line.nick}{between}{text}"
