"""
Pages: a transcript of the server becomes a heading, its lines, and what stands below.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from twisted_chat.client.show.line import Kind, Line, Message
from twisted_chat.client.show.news import news
from twisted_chat.client.show.phrases import counted

_NOW = "--- now ---"
_MORE = "--- /more shows earlier lines ---"
_TALK = {"said": Kind.TALK, "acted": Kind.ACTION, "told": Kind.PRIVATE}


def talk(told: Message, reader: str) -> Line | None:
    """
    Return the line for what a user said, did or wrote; None if ``told`` is something else.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    kind = _TALK.get(told["event"])
    if kind is None:
        return None
    answers = told.get("re", 0)
    quote = f" {told['quote']}" if answers and told.get("quote") else ""
    return Line(
        kind,
        float(told["at"]),
        str(told["text"]),
        nick=str(told["nick"]),
        room=str(told.get("room", "")),
        recipient=str(told.get("recipient", "")),
        number=int(told.get("number", 0)),
        note=f" (re {answers}{quote})" if answers else "",
        is_own=told["nick"] == reader,
    )


def page(told: Message, reader: str) -> Iterator[Line]:
    """
    Yield the lines of a transcript, with what stands above and below them.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    at, kind, room = float(told["at"]), told["kind"], told["room"]
    yield Line(Kind.HEADING, at, _heading(told), room=room)
    for each in told["lines"]:
        line = recalled(each, reader)
        if line is not None:
            yield evolve(line, mark=_mark(kind, each))
    if below := _footing(told):
        yield Line(Kind.HEADING, at, below, room=room)


def recalled(told: Message, reader: str) -> Line | None:
    """
    Return the line for one of history; None if there are no words for it.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    event, number = told["event"], int(told["number"])
    if event["event"] == "deleted":
        by = "" if event["nick"] == event["quoted"] else f" by {event['nick']}"
        text = f"{event['quoted']}: (deleted{by})" if event["quoted"] else f"(deleted{by})"
        return Line(Kind.NEWS, told["at"], text, room=event["room"], number=number)
    line = talk(event, reader)
    if line is None:
        text = news(event, reader)
        return Line(Kind.NEWS, told["at"], text, room=event.get("room", "")) if text else None
    edited = ""
    if told["edited_by"]:
        is_own = told["edited_by"] == line.nick
        edited = " (edited)" if is_own else f" (edited by {told['edited_by']})"
    reactions = "".join(
        f"  {symbol} x{count}" if count > 1 else f"  {symbol}"
        for symbol, count in told["reactions"]
    )
    return evolve(line, after=f"{edited}{reactions}")


def _mark(kind: str, told: Message) -> str:
    if kind == "found":
        return f"{told['hit']}. "
    if kind == "around":
        return "> " if told["hit"] else "  "
    return ""


def _heading(told: Message) -> str:
    count = counted(told["count"], told["mentions"], is_at_least=told["is_at_least"])
    room = f"#{told['room']}"
    match told["kind"]:
        case "earlier":
            return f"--- earlier in {room} ---"
        case "pins":
            return f"--- pinned in {room} ---"
        case "found":
            return "--- search results ---"
        case "messages":
            return f"--- messages with {told['nick']} ---"
        case "waiting":
            omitted = f"; {told['omitted']} older ones were dropped" if told["omitted"] else ""
            messages = "message" if told["count"] == 1 else "messages"
            return f"--- {told['count']} {messages} while you were away{omitted} ---"
        case "changed":
            return f"--- changed in {room} ---"
        case "missed" if told["count"]:
            return f"--- {count} in {room} ---"
        case _:
            return f"--- in {room} ---"


def _footing(told: Message) -> str:
    match told["kind"]:
        case "earlier" | "waiting":
            return _NOW
        case "missed":
            more = "--- /more shows later lines ---" if told["has_more"] else _NOW
            return "" if told["goes_on"] else more
        case "pins" | "around" | "changed":
            return ""
        case _ if told["has_more"]:
            return _MORE
        case "found":
            return "--- end of search results ---"
        case "messages":
            return f"--- start of messages with {told['nick']} ---"
        case _:
            return f"--- start of #{told['room']} ---"
