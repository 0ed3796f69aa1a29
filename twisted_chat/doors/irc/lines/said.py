"""
The messages of what users say: a text in as many as it needs, or in one batch.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from twisted_chat.doors.irc.formatting import cut, pieces
from twisted_chat.doors.irc.message import MAX_BODY, written_tags
from twisted_chat.doors.irc.multiline import CONCAT, MULTILINE
from twisted_chat.doors.irc.site import Site
from twisted_chat.events import (
    Acted,
    Said,
    SaidAsNotice,
    SaidByBot,
    Told,
    ToldAsAction,
    ToldAsNotice,
)
from twisted_chat.text.clean import clean, clean_lines, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.doors.irc.negotiated import Negotiated

#: A message without its end, and the tags that it has of its own, as they are written.
Line: TypeAlias = tuple[str, str]

# The end of a message, and a little for what is written around a text.
_END = 2
# Stands where a text goes on that does not fit.
_MORE = "..."
# One is over before the next one begins, so they may all be called the same.
_BATCH = "text"
#: The client-to-client protocol: of it an action is passed on, and nothing else.
CTCP, ACTION = "\x01", "\x01ACTION "
#: The tag of the messages within one text, which have no others of those that all have.
WITHIN = f"batch={_BATCH}"


def fit(text: str) -> str:
    """
    Return ``text`` in one line, in which nothing ends a message: all text passes here or below.
    """
    return text if is_plain(text) else clean(text.replace("\r\n", " ").replace("\n", " "))


def in_one(start: str, text: str) -> str:
    """
    Return ``text`` behind ``start`` in one message; what is too long ends with ``...``.
    """
    text = fit(text)
    most = MAX_BODY - _END - len(start.encode())
    if len(text.encode()) > most:
        text = f"{next(pieces(text, most - len(_MORE))).rstrip()}{_MORE}"
    return start + text


def rows(text: str) -> list[str]:
    """
    Return the lines of ``text``, each as `fit`; one at least.
    """
    return [text] if is_plain(text) else clean_lines(text).split("\n")


def spoken(
    start: str, text: str, tags: str = "", before: str = "", after: str = ""
) -> Iterator[Line]:
    """
    Yield ``text`` in as many messages as it needs (RFC 2812, section 2.3: 512 bytes each).

    Args:
        start: all up to the text.
        tags: of the first of them; the others have who said it, and no id or answer.
        before: begins each text, such as that of an action.
        after: ends it.
    """
    most = MAX_BODY - _END - len(f"{start} :{before}{after}".encode())
    # A message needs a text; of several lines the blank ones are left out (draft/multiline).
    for row in [row for row in rows(text) if row] or [" "]:
        for piece in pieces(row, most):
            yield f"{start} :{before}{piece}{after}", tags
            tags = _of_all(tags)


def _of_all(tags: str) -> str:
    """
    Return those of ``tags`` that each message of a text has (draft/multiline, "Fallback").
    """
    return ";".join([each for each in tags.split(";") if each.startswith(("account=", "bot"))])


def notices(start: str, text: str) -> Iterable[Line]:
    """
    Return ``text`` as notices that begin with ``start``.
    """
    return spoken(start, text)


def _said(
    how: Negotiated, verb: str, source: str, target: str, text: str, tags: str
) -> Iterable[Line]:
    """
    Return what ``source`` said to ``target``, in one batch where that is negotiated.
    """
    start = f":{source} {verb} {target}"
    most = MAX_BODY - _END - len(f"{start} :".encode())
    if text and len(text) * 4 <= most and is_plain(text):
        # Nearly every line.
        return [(f"{start} :{text}", tags)]
    if not how.has_multiline:
        return spoken(start, text, tags)
    lines = [[*pieces(row, most)] for row in rows(text)]
    if sum(map(len, lines)) == 1:
        return [(f"{start} :{lines[0][0]}", tags)]
    found = [(f":{source} BATCH +{_BATCH} {MULTILINE} {target}", tags)]
    for first, *others in lines:
        found.append((f"{start} :{first}", WITHIN))
        found += [(f"{start} :{each}", f"{WITHIN};{CONCAT}") for each in others]
    # Neither its beginning nor its end is within it (IRCv3, batch).
    return [*found, (f":{source} BATCH -{_BATCH}", "")]


def own_tags(how: Negotiated, event: Said | Acted | Told, **more: str) -> str:
    """
    Return the tags of what was said: its id, the account of who said it, and that it is a bot.
    """
    tags: dict[str, str] = {}
    if how.has_tags:
        tags["msgid"] = (
            str(event.kept_id or "")
            if isinstance(event, Told)
            else how.site.message_id(event.room, event.number)
        )
    if how.has_account:
        tags["account"] = fit(event.account)
    tags = {key: value for key, value in (tags | more).items() if value}
    if how.has_tags and (isinstance(event, SaidByBot) or how.site.is_bot(event.nick)):
        tags["bot"] = ""
    return written_tags(tags) if tags else ""


def with_account(how: Negotiated, lines: Iterable[Line], nick: str, account: str) -> list[Line]:
    """
    Return ``lines``, of which those of ``nick`` say the account (IRCv3, account-tag).
    """
    start, tag = f":{how.site.source(nick)} ", written_tags({"account": account})
    return [
        (text, f"{tags};{tag}" if tags else tag) if text.startswith(start) else (text, tags)
        for text, tags in lines
    ]


@lru_cache(maxsize=4096)
def _start_of_text(nick: str, room: str) -> tuple[str, int]:
    """
    Return what stands before a text, and how many bytes of that may follow.
    """
    start = f":{Site.source(fit(nick))} PRIVMSG #{fit(room)} :"
    return start, MAX_BODY - _END - len(start.encode())


def lines_of_text(how: Negotiated, event: Said) -> Iterable[Line]:
    """
    Return what was said in a channel.
    """
    if not event.re and type(event) is Said:
        # Nearly every line.
        start, most = _start_of_text(event.nick, event.room)
        if 0 < len(event.text) <= most and is_plain(event.text):
            has_tags = how.has_tags or how.has_account
            return [(start + event.text, own_tags(how, event) if has_tags else "")]
    verb = "NOTICE" if isinstance(event, SaidAsNotice) else "PRIVMSG"
    source, target = how.site.source(fit(event.nick)), f"#{fit(event.room)}"
    text, tags = _answering(how, event)
    return _whole(_said(how, verb, source, target, text, tags))


def lines_of_action(how: Negotiated, event: Acted) -> Iterable[Line]:
    """
    Return what was done in a channel.
    """
    start = f":{how.site.source(fit(event.nick))} PRIVMSG #{fit(event.room)}"
    return spoken(start, *_answering(how, event), ACTION, CTCP)


def _answering(how: Negotiated, event: Said | Acted) -> tuple[str, str]:
    """
    Return the text and the tags of what was said or done, with what it answers.
    """
    if not event.re:
        return event.text, own_tags(how, event)
    answered = how.site.message_id(event.room, event.re) if how.has_tags else ""
    tags = own_tags(how, event, **{"+reply": answered, "+draft/reply": answered})
    return event.text if how.is_rich else f"(re {event.quote or event.re}) {event.text}", tags


def _whole(lines: Iterable[Line]) -> Iterable[Line]:
    # A plugin's event may name a user or a room by anything.
    return [(cut(text, MAX_BODY - _END), tags) for text, tags in lines]


def lines_of_message(how: Negotiated, event: Told, reader: str) -> Iterable[Line]:
    """
    Return a private message; in words to who reads no echo of their own.
    """
    if event.nick == reader != event.recipient and "echo-message" not in how.caps:
        # Their client would take it for what another user has written to them.
        told = f"[you -> {event.recipient}] {event.text}"
        return notices(f":{how.site.name} NOTICE {reader}", told)
    verb = "NOTICE" if isinstance(event, ToldAsNotice) else "PRIVMSG"
    source, target = how.site.source(fit(event.nick)), fit(event.recipient)
    tags, start = own_tags(how, event), acting(event.nick)
    if isinstance(event, ToldAsAction) and event.text.startswith(start):
        # A filter may have made other words of it.
        text = event.text.removeprefix(start)
        return spoken(f":{source} {verb} {target}", text, tags, ACTION, CTCP)
    return _said(how, verb, source, target, event.text, tags)


def acting(nick: str) -> str:
    """
    Return how the text of a private action begins (`ToldAsAction`).
    """
    return f"* {nick} "
