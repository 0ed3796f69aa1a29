"""
The messages of pages of history.

Clients that can (IRCv3, batch) get the lines of a room in one batch.  Others, and those without
times of messages (IRCv3, server-time), read the times in the text: irssi knows no batch, asks for
times, and shows when a line came all the same.
"""

from __future__ import annotations

import time
from itertools import chain, cycle, islice, repeat
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from twisted_chat.doors.event_words import told
from twisted_chat.doors.irc.lines.events import lines_of_event, reaction
from twisted_chat.doors.irc.lines.said import WITHIN, Line, fit, notices, with_account
from twisted_chat.doors.irc.lines.typed import as_typed
from twisted_chat.doors.page_words import footing
from twisted_chat.doors.text import PLAIN
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    ModeChanged,
    RankChanged,
    Reacted,
    Said,
    SaidByBot,
    Told,
    TopicChanged,
)
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.store.records import reactions_of
from twisted_chat.text.marks import is_marked
from twisted_chat.text.names import fold
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twisted_chat.doors.irc.negotiated import Negotiated
    from twisted_chat.events import Event

#: The capability of clients that are told in history what happened as such (IRCv3).
PLAYBACK = "draft/event-playback"
#: The kinds of pages whose lines are told as they were said.
_SAID_AGAIN = {PageKind.HISTORY, PageKind.MISSED, PageKind.WAITING}
# How the lines of all others are told: with their numbers, by which they are answered.
_LISTED = PLAIN.adapt(Preferences(numbers=True), several_rooms=False)
# One is over before the next one begins, so they may all be called the same.
_BATCH = "history"
# The tag of a message that belongs to the one before it, and is not counted (IRCv3, chathistory).
_CONTEXT = "draft/chathistory-context"
# Bytes of the reactions of one page: an eighth of what may wait for a client (`--send-queue`).
_MOST_BYTES = 32768
# Bytes that are written around each: its time, the batch, and the end.
_AROUND = len("@time=2023-11-14T22:13:20.000Z;batch=history; \r\n")
# Reactions of one page of which is looked who made them: of most of them it may not be told, and
# a line may have 1,000.
_LOOKED_AT = 2000

_Item = TypeVar("_Item")


def lines_of_page(
    how: Negotiated, page: Transcript, reader: str
) -> Iterable[tuple[Line, float | None]]:
    """
    Return the messages of ``page``, each with its time, None for that of the page.
    """
    if page.kind is PageKind.EARLIER:
        # It comes before its reader is in the channel; this door shows it behind.
        return []
    if page.kind is PageKind.FOUND:
        # By the number of a line all is done with it; which result it is would be a second one.
        page = evolve(page, lines=tuple(evolve(line, hit=0) for line in page.lines))
    has_batch = "batch" in how.caps
    if page.kind not in _SAID_AGAIN and not (has_batch and page.kind is PageKind.MESSAGES):
        rows = _LISTED.render(page, reader).decode().splitlines()
        start = f":{how.site.name} NOTICE {reader}"
        foot = footing(page)
        return [
            (line, None)
            for row in rows
            for line in notices(start, as_typed(row) if row == foot else row)
        ]
    if has_batch:
        return _batches(how, page, reader)
    return (
        (line, recalled.at)
        for recalled in page.lines
        for line in _lines_of(how, recalled, page.at, reader)
    )


def _batches(
    how: Negotiated, page: Transcript, reader: str
) -> Iterator[tuple[Line, float | None]]:
    """
    Yield ``page`` as one batch; messages that waited as one for each user who wrote them.

    A client shows a batch in the window of its target (IRCv3, chathistory).
    """
    if page.kind is not PageKind.WAITING:
        target = f"#{fit(page.room)}" if page.room else fit(page.nick)
        yield from _batch(how, page, target, reader)
        return
    by_writer: dict[str, list[Recalled]] = {}
    for recalled in page.lines:
        by_writer.setdefault(getattr(recalled.event, "nick", ""), []).append(recalled)
    for nick, lines in by_writer.items():
        yield from _batch(how, evolve(page, lines=tuple(lines)), fit(nick), reader)


def _batch(
    how: Negotiated, page: Transcript, target: str, reader: str
) -> Iterator[tuple[Line, float | None]]:
    start = f":{how.site.name} BATCH"
    yield (f"{start} +{_BATCH} chathistory {target}", ""), None
    reactions = _reactions(how, page, reader)
    for recalled in page.lines:
        # What its reader wrote themselves is a part of it.
        lines = _lines_of(how, recalled, page.at, "")
        for text, tags in chain(lines, reactions.get(recalled.number, ())):
            outer = "" if tags.startswith(WITHIN) else f"batch={_BATCH}"
            yield (text, ";".join(filter(None, (outer, tags)))), recalled.at
    yield (f"{start} -{_BATCH}", ""), None


def _lines_of(how: Negotiated, recalled: Recalled, now: float, reader: str) -> Iterator[Line]:
    """
    Yield the messages of a line as it is read at ``now``.

    Clients that know of it are told too that a line was deleted (IRCv3, message-redaction, "Chat
    history"), or they would show the words that it leaves behind as those of its writer.
    """
    account, event = recalled.account, _read(how, recalled, now)
    lines = lines_of_event(how, event, reader)
    if isinstance(event, Said | Acted | Told) and not _is_of_bot(event):
        lines = _without_bot(lines)
    if how.has_account and account and isinstance(event, TopicChanged | ModeChanged | RankChanged):
        lines = with_account(how, lines, event.nick, account)
    yield from lines
    if isinstance(recalled.event, Deleted) and how.is_rich:
        by, lines = recalled.event.nick, lines_of_event(how, recalled.event, reader)
        # Of who deletes a line only the nick is kept, which is theirs if it is that of an account.
        if how.has_account and account and fold(by) == fold(account):
            lines = with_account(how, lines, by, account)
        yield from _in_context(lines)


def _is_of_bot(event: Said | Acted | Told) -> bool:
    """
    Return whether a program said it, as far as that is kept: a plugin or a webhook.

    Who has the nick by now may be another user, and may have become a program since.
    """
    return isinstance(event, SaidByBot) or is_marked(event.nick)


def _without_bot(lines: Iterable[Line]) -> Iterator[Line]:
    for text, tags in lines:
        yield text, ";".join([each for each in tags.split(";") if each != "bot"])


def _in_context(lines: Iterable[Line]) -> Iterator[Line]:
    for text, tags in lines:
        yield text, f"{tags};{_CONTEXT}" if tags else _CONTEXT


def _reactions(how: Negotiated, page: Transcript, reader: str) -> dict[int, list[Line]]:
    """
    Return who reacts by now to the lines of ``page``, by their numbers, as ``reader`` may know it.

    They are told with the time of the line, as when each of them reacted is not kept, and without
    an id, as they had none then: nobody can ask for what is before or behind one of them.

    Of too many, each line has one before any has a second one, and each of its symbols likewise.
    """
    found: dict[int, list[Line]] = {}
    if not (how.has_tags and PLAYBACK in how.caps and page.room):
        return found
    room, user = how.site.room_called(page.room), how.site.user_called(reader)
    if room is None or user is None:
        return found
    by_line = [_each_of(recalled) for recalled in page.lines if recalled.reacted]
    left = _MOST_BYTES
    for recalled, symbol, author in islice(_in_turn(by_line), _LOOKED_AT):
        nick, account = how.site.who_reacted(author, room, recalled.number)
        # Who was not ignored as they reacted may have an ignored nick by now.
        if not nick or fold(nick) in user.hidden:
            continue
        lines = reaction(how, Reacted(recalled.at, page.room, nick, symbol, recalled.number))
        if how.has_account and account:
            lines = with_account(how, lines, nick, account)
        lines = list(_in_context(lines))
        left -= sum(len(f"{text}{tags}".encode()) + _AROUND for text, tags in lines)
        if left < 0:
            break
        found.setdefault(recalled.number, []).extend(lines)
    return found


def _each_of(recalled: Recalled) -> Iterator[tuple[Recalled, str, int]]:
    """
    Return the reactions to a line, each with its symbol and author number.
    """
    by_symbol = reactions_of(recalled.reacted).items()
    return _in_turn([zip(repeat(recalled), repeat(symbol), who) for symbol, who in by_symbol])


def _in_turn(several: Sequence[Iterable[_Item]]) -> Iterator[_Item]:
    """
    Yield the first of each of ``several``, then the second of each that has one, and so on.
    """
    going_on: Iterator[Iterator[_Item]] = map(iter, several)
    for count in range(len(several), 0, -1):
        # One of them ends each time, and is left out.
        going_on = cycle(islice(going_on, count))
        yield from map(next, going_on)


def _as_said(how: Negotiated, recalled: Recalled) -> Event:
    """
    Return a line as it was said; what was deleted leaves words behind.

    How the channel was set is told in words, as most clients take a TOPIC or MODE for what holds
    now (IRCv3, draft/event-playback).
    """
    event = recalled.event
    if isinstance(event, Deleted):
        by = "" if event.nick == event.quoted else f" by {event.nick}"
        return Said(
            *(event.at, event.room, event.quoted or event.nick, f"(deleted{by})"),
            recalled.number,
            account=recalled.account,
        )
    if isinstance(event, Said | Acted | Announced):
        event = evolve(event, number=recalled.number)
        if recalled.edited_by:
            return evolve(event, text=f"{event.text} (edited)")
    if isinstance(event, TopicChanged | ModeChanged | RankChanged) and PLAYBACK not in how.caps:
        return Announced(event.at, event.room, told(event), recalled.number)
    return event


def _read(how: Negotiated, recalled: Recalled, now: float) -> Event:
    """
    Return a line as it is read at ``now``: with its time in its text if it has no other.
    """
    event = _as_said(how, recalled)
    if how.has_time and "batch" in how.caps:
        return event
    then, today = time.localtime(recalled.at), time.localtime(now)
    is_today = (then.tm_year, then.tm_yday) == (today.tm_year, today.tm_yday)
    at = time.strftime("[%H:%M] " if is_today else "[%Y-%m-%d %H:%M] ", then)
    if isinstance(event, Said | Acted) and event.re and not how.is_rich:
        # The time stands before what is answered.
        at = f"{at}(re {event.quote or event.re}) "
        event = evolve(event, re=0)
    if isinstance(event, Said | Acted | Announced | Told):
        return evolve(event, text=f"{at}{event.text}")
    return event
