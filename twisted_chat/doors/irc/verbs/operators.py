"""
Operators of the server: OPER, KILL and WALLOPS (RFC 2812, sections 3.1.4, 3.7.1 and 4.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.world.policy import check_operator

if TYPE_CHECKING:
    from collections.abc import Awaitable


def oper(ask: Ask) -> Awaitable[None]:
    """
    Make the user an operator of the server for this visit, by an account that is one.
    """
    return ask.hub.lent_roles.lend(ask.session, ask.params[0], ask.params[1])


def kill(ask: Ask) -> None:
    """
    Close all connections of a user.
    """
    # Who is none reads nothing of who is here.
    check_operator(ask.user)
    target = ask.hub.find_user(ask.params[0])
    ask.hub.moderation.kick(ask.user, target, ask.words(1).strip(), None)


def wallops(ask: Ask) -> None:
    """
    Tell the operators of the server who are here something.
    """
    ask.hub.moderation.wallops(ask.user, ask.words(0))


VERBS = {"OPER": Verb(oper, 2), "KILL": Verb(kill, 1), "WALLOPS": Verb(wallops, 1, 0)}
