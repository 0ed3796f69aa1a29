"""
People: NICK and AWAY (RFC 2812, sections 3.1.2 and 4.1), SETNAME and MONITOR (IRCv3).
"""

from __future__ import annotations

from twisted_chat.doors.irc.formatting import words_in
from twisted_chat.doors.irc.lines.replies import LONGEST_PARAM
from twisted_chat.doors.irc.monitor import MAX_MONITORED
from twisted_chat.doors.irc.numerics import (
    ERR_MONLISTFULL,
    ERR_NONICKNAMEGIVEN,
    RPL_ENDOFMONLIST,
    RPL_MONLIST,
    RPL_UNAWAY,
)
from twisted_chat.doors.irc.site import LONGEST_REALNAME
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import BadName, ChatError
from twisted_chat.signals import RealnameSet
from twisted_chat.text.names import fold
from twisted_chat.world.policy import check_named

# Bytes of names in one message.
_IN_A_LINE = 400
_FULL = "Monitor list is full"


def nick(ask: Ask) -> None:
    """
    Give the user another nick.

    Raises:
        ChatError: it is none, or cannot be had.
    """
    if not ask.param(0):
        ask.answer((ERR_NONICKNAMEGIVEN, "No nickname given"))
    elif ask.param(0) != ask.user.nick:
        require_no_channel(ask.param(0))
        ask.hub.nicks.rename(ask.user, ask.param(0))


def require_no_channel(nick: str) -> None:
    """
    Check that ``nick``, as a client wrote it, is no channel (RFC 2812, section 2.3.1).

    At other doors ``#alice`` is understood as a nick, but here it would be another one.

    Raises:
        BadName: it is a channel.
    """
    if nick.startswith("#"):
        raise BadName(
            "A name must begin with a letter, a digit or _.", code="name-start", what="name"
        )


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


def setname(ask: Ask) -> None:
    """
    Give the user another real name.

    Raises:
        ChatError: it is none, or they may not speak in one of their rooms, or change it too often.
    """
    hub, user, realname = ask.hub, ask.user, ask.words(0).strip()
    if not realname or len(realname) > LONGEST_REALNAME:
        raise ChatError(
            f"A real name has 1 to {LONGEST_REALNAME} characters.", code="invalid-realname"
        )
    # It is read where a nick is.
    check_named(user)
    user.spend("realname", hub.world.limits.nick_rate, "change your real name")
    ask.site.rename(ask.session, user, realname)
    hub.fanout.signal(user, RealnameSet(hub.now(), user.nick, realname))


def monitor(ask: Ask) -> None:
    """
    Add names to those that are monitored, remove them, list them, or tell who of them is here.
    """
    monitors, session = ask.site.monitors, ask.session
    typed = [name for name in ask.words(1).replace(" ", "").split(",") if name]
    # Each is answered once, as it is monitored: as it was typed the last time.
    names = list({fold(name): name for name in typed}.values())
    match ask.params[0].upper():
        case "+":
            rest = monitors.add(session, names)
            added = monitors.status([name for name in names if name not in rest])
            full = [
                (ERR_MONLISTFULL, str(MAX_MONITORED), line.replace(" ", ","), _FULL)
                for line in words_in(rest, LONGEST_PARAM)
            ]
            ask.answer(*added, *full)
        case "-":
            monitors.remove(session, names)
        case "C":
            monitors.forget(session)
        case "L":
            listed = words_in(monitors.names(session), _IN_A_LINE)
            lines = [(RPL_MONLIST, line.replace(" ", ",")) for line in listed]
            ask.answer(*lines, (RPL_ENDOFMONLIST, "End of MONITOR list"))
        case "S":
            ask.answer(*monitors.status(monitors.names(session)))


VERBS = {
    "NICK": Verb(nick),
    "AWAY": Verb(away),
    "SETNAME": Verb(setname, 1, 0),
    "MONITOR": Verb(monitor, 1),
}
