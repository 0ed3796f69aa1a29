"""
MONITOR: who comes and goes (IRCv3, monitor).
"""

from __future__ import annotations

from twisted_chat.doors.irc.formatting import words_in
from twisted_chat.doors.irc.monitor import MAX_MONITORED
from twisted_chat.doors.irc.numerics import (
    ERR_MONLISTFULL,
    RPL_ENDOFMONLIST,
    RPL_MONLIST,
)
from twisted_chat.doors.irc.verbs.ask import Ask, Verb

# Bytes of names in one message.
_IN_A_LINE = 400


def monitor(ask: Ask) -> None:
    """
    Add names to those that are monitored, remove them, list them, or tell who of them is here.
    """
    monitors, session = ask.site.monitors, ask.session
    names = [name for name in ask.words(1).replace(" ", "").split(",") if name]
    match ask.params[0].upper():
        case "+":
            rest = monitors.add(session, names)
            ask.answer(*monitors.status([name for name in names if name not in rest]))
            if rest:
                full = "Monitor list is full"
                ask.answer((ERR_MONLISTFULL, str(MAX_MONITORED), ",".join(rest), full))
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


VERBS = {"MONITOR": Verb(monitor, 1)}
