"""
Talk: PRIVMSG and NOTICE, to channels and to users (RFC 2812, section 3.3).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeGuard

from twisted_chat.delivery.labels import unlabelled
from twisted_chat.doors.irc.formatting import read_text
from twisted_chat.doors.irc.lines.said import ACTION, CTCP, acting
from twisted_chat.doors.irc.message import Message, Unreadable
from twisted_chat.doors.irc.numerics import (
    ERR_NORECIPIENT,
    ERR_NOTEXTTOSEND,
    ERR_TOOMANYTARGETS,
)
from twisted_chat.doors.irc.site import MAX_TARGETS
from twisted_chat.doors.irc.verbs import lines, services
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, deny
from twisted_chat.errors import ChatError, Failed
from twisted_chat.events import Acted, Said, SaidAsNotice, Told, ToldAsAction, ToldAsNotice

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

# A text that has none, or begins as what clients tell each other.
_NO_WORD = ("", CTCP)


def say(ask: Ask) -> None:
    """
    Say a text in channels, or to users alone; one that begins with a slash is said as it is.
    """
    if not ask.param(0):
        _refuse(ask, ERR_NORECIPIENT, f"No recipient given ({ask.verb})")
        return
    if not ask.param(1):
        _refuse(ask, ERR_NOTEXTTOSEND, "No text to send")
        return
    targets = list(dict.fromkeys(filter(None, ask.params[0].split(","))))
    for target in targets[:MAX_TARGETS]:
        ask.attempt(target, partial(_say_to, ask, target))
    for target in targets[MAX_TARGETS:]:
        _refuse(ask, ERR_TOOMANYTARGETS, target, "Too many targets; the message was not sent")


def _refuse(ask: Ask, *line: str) -> None:
    if ask.verb != "NOTICE":
        # Nothing answers one (RFC 2812, section 3.3.2).
        ask.answer(line)


def is_simple(message: Message | Unreadable) -> TypeGuard[Message]:
    """
    Return whether ``message`` says nothing but words in one channel, and has no tags.
    """
    if type(message) is not Message or message.verb != "PRIVMSG" or message.tags:
        return False
    if len(message.params) != 2:
        return False
    channel, text = message.params
    return channel[:1] == "#" and "," not in channel and text[:1] not in _NO_WORD


def say_simply(hub: Hub, session: Session, message: Message) -> None:
    """
    Say what `is_simple`, in the shortest way: nothing in it can wait.
    """
    channel, text = message.params
    try:
        room = session.current
        if room is None or room.name != channel[1:]:
            room = session.current = hub.find_room(channel, seen_by=session.user)
        hub.talk.say(session, room, read_text(text) or " ")
    except ChatError as refusal:
        deny(hub, session, "PRIVMSG", channel, refusal)
    except Exception:  # noqa: BLE001  # of a plugin, or of ours: it is logged, and nobody is cut off
        hub.isolation.log.report("A message could not be said", secret=text)
        deny(hub, session, "PRIVMSG", channel, Failed())


def _say_to(ask: Ask, target: str) -> Awaitable[object] | None:
    typed, is_notice = ask.params[1], ask.verb == "NOTICE"
    # A NOTICE of CTCP answers a request, and an action is no such answer
    # (modern.ircdocs.horse/ctcp).
    is_action = typed.startswith(ACTION) and not is_notice
    if typed.startswith(CTCP) and not is_action:
        return None
    # Of several lines, each may have its end.
    text = read_text(typed[len(ACTION) :].replace(CTCP, "") if is_action else typed)
    if target.startswith("#"):
        room = ask.room(target)
        ask.session.current = room
        # Of what shows nothing, nothing may be left: it is refused, and is no blank line.
        kind = SaidAsNotice if is_notice else Said
        if number := lines.answered(ask, room):
            answer, deed = ask.hub.annotations.answer, Acted if is_action else kind
            return answer(ask.session, room, number, text or " ", kind=deed)
        if is_action:
            return ask.hub.talk.act(ask.session, room, text or " ")
        return ask.hub.talk.say(ask.session, room, text or " ", kind=kind)
    if (service := services.called(target)) is not None:
        # Services answer by themselves, and a NOTICE may hold a password: it is dropped, and so
        # is an action, which is no command.
        return None if is_notice or is_action else service(ask, typed)
    told_as: type[Told] = ToldAsNotice if is_notice else Told
    if is_action:
        text, told_as = f"{acting(ask.user.nick)}{text}", ToldAsAction
    told = ask.hub.private_talk.write_to(ask.session, target, text, kind=told_as)
    if told.recipient == told.nick and ask.session.client.echoes:
        # The echo was labelled; this is what came to them.
        with unlabelled():
            ask.hub.tell(ask.session, told)
    return None


VERBS = {"PRIVMSG": Verb(say), "NOTICE": Verb(say)}
