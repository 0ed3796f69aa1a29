"""
Alerts: what a terminal does when the user is named, or written to.
"""

from __future__ import annotations

from collections.abc import Iterable

from twisted_chat.client.show.clean import clean
from twisted_chat.client.show.line import Line

#: A bell, a notification of the desktop, both, or nothing.
ALERTS = ("bell", "notify", "both", "off")


def alert(how: str, lines: Iterable[Line]) -> str:
    """
    Return what to write to the terminal for ``lines``; empty if none of them rings.

    Args:
        how: one of `ALERTS`.
    """
    ringing = [line for line in lines if line.rings]
    if not ringing or how == "off":
        return ""
    bell = "\a" if how in {"bell", "both"} else ""
    if how == "bell":
        return bell
    last = ringing[-1]
    where = f" in #{clean(last.room)}" if last.room else ""
    # OSC 9, as iTerm2, kitty, WezTerm and others have it; who and where, and not what.
    return f"{bell}\x1b]9;{clean(last.nick) or 'News'}{where}\x1b\\"
