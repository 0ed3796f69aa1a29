"""
Lines that were said: deleting them and reacting to them, by their message ids.

By IRCv3's draft/message-redaction, and by +draft/react and +draft/unreact with +reply or
+draft/reply.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room


def answered(ask: Ask, room: Room) -> int:
    """
    Return the number of the line of ``room`` that a message answers; 0 for none.
    """
    id_ = ask.tags.get("+reply") or ask.tags.get("+draft/reply") or ""
    return ask.site.number_of(room, id_)


def redact(ask: Ask) -> None:
    """
    Delete a line of a channel.
    """
    channel, id_ = ask.params[:2]
    ask.attempt(f"{channel} {id_}", partial(_delete, ask, channel, id_))


def _delete(ask: Ask, channel: str, id_: str) -> Awaitable[object] | None:
    room = ask.room(channel)
    number = ask.site.number_of(room, id_)
    if not number:
        raise ChatError("There is no such message.", code="unknown-msgid")
    return ask.hub.annotations.delete(ask.user, room, number)


def tag(ask: Ask) -> Awaitable[object] | None:
    """
    React to a line of a channel; other tags are not passed on.
    """
    if not ask.params[0].startswith("#"):
        return None
    annotations, room = ask.hub.annotations, ask.room(ask.params[0])
    number = answered(ask, room)
    for key, change in (
        ("+draft/react", annotations.react),
        ("+draft/unreact", annotations.unreact),
    ):
        if number and (symbol := ask.tags.get(key, "")):
            return change(ask.user, room, number, symbol)
    return None


VERBS = {"REDACT": Verb(redact, 2), "TAGMSG": Verb(tag, 1)}
