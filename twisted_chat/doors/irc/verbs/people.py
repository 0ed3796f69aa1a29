"""
People: NICK and AWAY (RFC 2812, sections 3.1.2 and 4.1).
"""

from __future__ import annotations

from twisted_chat.doors.irc.numerics import ERR_NONICKNAMEGIVEN, RPL_UNAWAY
from twisted_chat.doors.irc.verbs.ask import Ask, Verb


def nick(ask: Ask) -> None:
    """
    Give the user another nick.
    """
    if not ask.param(0):
        ask.answer((ERR_NONICKNAMEGIVEN, "No nickname given"))
    elif ask.param(0) != ask.user.nick:
        ask.hub.nicks.rename(ask.user, ask.param(0))


def away(ask: Ask) -> None:
    """
    Mark the user as away, or as back.
    """
    reason = ask.words(0).strip()
    if reason:
        ask.dispatcher.run(ask.session, "away", {"reason": reason})
    elif ask.user.away is None:
        ask.answer((RPL_UNAWAY, "You are not marked as away"))
    else:
        ask.dispatcher.run(ask.session, "back")


VERBS = {"NICK": Verb(nick), "AWAY": Verb(away)}
