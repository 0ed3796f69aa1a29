"""
Lines that were said: deleting them and reacting to them, by their message ids; and typing.

By IRCv3's draft/message-redaction, by +draft/react and +draft/unreact with +reply or +draft/reply,
and by +typing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.verbs import services
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room


# The states of typing, and so many lines as one of them counts.
_STATES = frozenset({"active", "paused", "done"})
_TYPING_AS_LINE = 0.2


def answered(ask: Ask, room: Room) -> int:
    """
    Return the number of the line of ``room`` that a message answers; 0 for none.
    """
    id_ = ask.tags.get("+reply") or ask.tags.get("+draft/reply") or ""
    return ask.site.number_of(room, id_)


def redact(ask: Ask) -> None:
    """
    Delete a line of a channel.

    Raises:
        ChatError: there is no such channel for the user, or it is none.
    """
    channel, id_ = ask.params[:2]
    if not channel.startswith("#"):
        raise ChatError("Private messages cannot be deleted.", code="invalid-target")
    # A refusal names the message too, where there is the channel ("Errors").
    room = ask.room(channel)
    ask.attempt(f"{channel} {id_}", partial(_delete, ask, room, id_))


def _delete(ask: Ask, room: Room, id_: str) -> Awaitable[object] | None:
    number = ask.site.number_of(room, id_)
    if not number:
        raise ChatError("There is no such message.", code="unknown-msgid")
    return ask.hub.annotations.delete(ask.user, room, number, ask.words(2).strip())


def tag(ask: Ask) -> Awaitable[object] | None:
    """
    React to a line of a channel, or show that one types; other tags are not passed on.

    Raises:
        ChatError: there is no line to react to.
    """
    state = ask.tags.get("+typing", "")
    if state in _STATES:
        # Clients send it by themselves, some of them every 3 s.
        ask.session.line_bucket.spend(_TYPING_AS_LINE)
        _type(ask, state)
        return None
    ask.dispatcher.rates.spend(ask.session, "")
    room = ask.room(ask.params[0]) if ask.params[0].startswith("#") else None
    annotations = ask.hub.annotations
    for key, change in (
        ("+draft/react", annotations.react),
        ("+draft/unreact", annotations.unreact),
    ):
        if symbol := ask.tags.get(key, ""):
            if room is None:
                raise ChatError(
                    "Nobody can react to private messages.", code="no-private-reactions"
                )
            if not (number := answered(ask, room)):
                raise ChatError(
                    "A reaction needs the id of a message of this channel, in +reply.",
                    code="unknown-msgid",
                )
            return change(ask.user, room, number, symbol)
    return None


def _type(ask: Ask, state: str) -> None:
    typists, target = ask.hub.typists, ask.params[0]
    if target.startswith("#"):
        typists.tell_room(ask.session, ask.room(target), state)
    elif services.called(target) is None:
        typists.tell_user(ask.session, ask.hub.find_user(target), state)


VERBS = {"REDACT": Verb(redact, 2), "TAGMSG": Verb(tag, 1, is_counted=False)}
