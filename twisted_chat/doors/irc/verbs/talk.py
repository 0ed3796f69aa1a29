"""
Talk: PRIVMSG and NOTICE, to channels and to users (RFC 2812, section 3.3).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.formatting import read_text
from twisted_chat.doors.irc.numerics import (
    ERR_NORECIPIENT,
    ERR_NOTEXTTOSEND,
    ERR_TOOMANYTARGETS,
)
from twisted_chat.doors.irc.site import MAX_TARGETS
from twisted_chat.doors.irc.verbs import lines, services
from twisted_chat.doors.irc.verbs.ask import Ask, Verb

if TYPE_CHECKING:
    from collections.abc import Awaitable

# The client-to-client protocol: of it an action is passed on, and nothing else.
_CTCP, _ACTION = "\x01", "\x01ACTION "


def say(ask: Ask) -> None:
    """
    Say a text in channels, or to users alone; one that begins with a slash is said as it is.
    """
    if not ask.param(0):
        ask.answer((ERR_NORECIPIENT, f"No recipient given ({ask.verb})"))
        return
    if not ask.param(1):
        ask.answer((ERR_NOTEXTTOSEND, "No text to send"))
        return
    targets = list(dict.fromkeys(filter(None, ask.params[0].split(","))))
    for target in targets[:MAX_TARGETS]:
        ask.attempt(target, partial(_say_to, ask, target))
    for target in targets[MAX_TARGETS:]:
        ask.answer((ERR_TOOMANYTARGETS, target, "Too many targets; the message was not sent"))


def _say_to(ask: Ask, target: str) -> Awaitable[object] | None:
    typed = ask.params[1]
    is_action = typed.startswith(_ACTION)
    if typed.startswith(_CTCP) and not is_action:
        return None
    text = read_text(typed[len(_ACTION) :].removesuffix(_CTCP) if is_action else typed)
    if target.startswith("#"):
        room = ask.room(target)
        ask.session.current = room
        if not is_action and (number := lines.answered(ask, room)):
            return ask.hub.annotations.answer(ask.session, room, number, text or " ")
        speak = ask.hub.talk.act if is_action else ask.hub.talk.say
        # Of what shows nothing, nothing may be left: it is refused, and is no blank line.
        speak(ask.session, room, text or " ")
        return None
    if (service := services.called(target)) is not None:
        return service(ask, typed)
    ask.hub.talk.write_to(ask.session, target, f"* {ask.user.nick} {text}" if is_action else text)
    return None


VERBS = {"PRIVMSG": Verb(say), "NOTICE": Verb(say)}
