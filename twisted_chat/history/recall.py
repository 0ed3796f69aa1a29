"""
Recall: kept lines and messages as events.
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
    ModeChanged,
    RankChanged,
    Renamed,
    Said,
    SaidByBot,
    Told,
    TopicChanged,
)
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.store.records import is_bot
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twisted_chat.store.records import Line, Message
    from twisted_chat.world.model import Account
    from twisted_chat.world.timeline import Timeline
    from twisted_chat.world.world import World

#: Characters of a line that an answer to it quotes.
QUOTED = 40
# Seconds for which the page for users who enter is reused, unless more was said.
_FRESH = 60.0


def recall(
    world: World, room: str, lines: Iterable[Line], answered: Mapping[int, Line]
) -> tuple[Recalled, ...]:
    """
    Return ``lines`` of ``room`` as history for a page.

    Args:
        world: knows the accounts.
        answered: by number, the lines that may be quoted.
    """
    return tuple(
        Recalled(
            line.at,
            event_of(line, room, answered.get(line.re), account),
            line.number,
            line.by if line.state == "edited" else "",
            tuple((symbol, len(authors)) for symbol, authors in line.reactions.items()),
            id=line.id,
            account=account.name if account else "",
            reacted=line.reacted,
        )
        for line in lines
        for account in (world.account_called(line.author),)
    )


def recall_earlier(
    world: World, timeline: Timeline, room: str, at: float, span: range, lines: Sequence[Line]
) -> Transcript:
    """
    Return a page of the latest ``lines`` of ``room``, which its readers share.

    Args:
        world: knows the accounts.
        timeline: that of the room.
        at: the time of reading.
        span: the numbers of lines that may be quoted.
    """
    shown = timeline.shown
    shown_span = span.start, lines[0].number, lines[-1].number
    # Many users may enter at the same moment; dates change with the day.
    if shown is None or timeline.shown_span != shown_span or at - shown.at > _FRESH:
        recalled = recall(world, room, lines, timeline.answered_in(span))
        shown = Transcript(at, PageKind.EARLIER, recalled, room)
        timeline.shown, timeline.shown_span = shown, shown_span
    return shown


def recall_message(world: World, message: Message) -> Recalled:
    """
    Return ``message`` as history for a page.

    Args:
        world: knows the accounts.
    """
    account = world.account_called(message.author)
    told = Told(
        *(message.at, message.nick, message.recipient, message.text),
        account.name if account else "",
        message.id,
    )
    return Recalled(message.at, told, 0, id=message.id)


def event_of(
    line: Line, room: str, answered: Line | None = None, account: Account | None = None
) -> Event:
    """
    Return the event of ``line`` of the room called ``room``, or that it was deleted.

    Args:
        answered: the line that it answers, if it may be quoted.
        account: that of its writer; None for a guest.
    """
    name = account.name if account else ""
    if line.state == "deleted":
        return Deleted(line.at, room, line.by, line.number, line.nick, line.at)
    quote, quoted = ("", "") if answered is None else (quote_of(answered), answered.nick)
    match line.kind:
        case "said":
            kind = SaidByBot if is_bot(line.author) else Said
            return kind(
                *(line.at, room, line.nick, line.text, line.number, line.re, quote, quoted),
                *(name, line.id),
            )
        case "acted":
            return Acted(
                *(line.at, room, line.nick, line.text, line.number, name, line.id),
                *(line.re, quote, quoted),
            )
        case "announced":
            return Announced(line.at, room, line.text, line.number, line.id)
        case "joined":
            return Joined(line.at, room, line.nick)
        case "left":
            return Left(line.at, room, line.nick, line.text)
        case "removed":
            cause, by, reason = line.text.split(" ", 2)
            return Left(line.at, room, line.nick, reason, cause, by)
        case "renamed":
            return Renamed(line.at, line.nick, line.text)
        case "topic":
            return TopicChanged(line.at, room, line.nick, line.text, line.id)
        case _:
            return _change_of(line, room)


def _change_of(line: Line, room: str) -> Event:
    """
    Return how ``room`` was set by what ``line`` told.
    """
    match [line.kind, *line.text.split(" ")]:
        case ["mode", mode, setting]:
            return ModeChanged(line.at, room, line.nick, mode, int(setting), line.id)
        case ["rank", rank, "+" | "-" as sign, member]:
            return RankChanged(line.at, room, line.nick, member, rank, sign == "+", line.id)
        case _:
            raise ValueError(f"no event is kept as {line.kind!r}")


def quote_of(line: Line) -> str:
    """
    Return the quote of ``line`` for answers to it; empty if it was deleted.
    """
    if line.state == "deleted":
        return ""
    text = one_line(line.text)
    text = text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}..."
    between = "" if not line.nick else " " if line.kind == "acted" else ": "
    # In databases of older versions there are words that an operator put into another's mouth.
    edited = f" (edited by {line.by})" if line.state == "edited" and line.by != line.nick else ""
    return f"{line.nick}{between}{text}{edited}"
