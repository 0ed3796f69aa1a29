"""
Phrases: the pieces that several sentences are made of.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def set_to(value: bool | int | None) -> str:
    """
    Return the value of a setting, as a user writes it.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return "-" if value is None else str(value)


def away_line(nick: str, reason: str | None) -> str:
    """
    Return that ``nick`` is away, and why; with None, that they are back.
    """
    if reason is None:
        return f"{nick} is back."
    return f"{nick} is away: {reason}" if reason else f"{nick} is away."


def listed(names: Iterable[str]) -> str:
    """
    Return names as English lists them: ``ada, bob and eve``.
    """
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted(lines: int, mentions: int, *, is_at_least: bool) -> str:
    """
    Return how much was said: ``150 lines, 2 name you``.
    """
    count = f"{'at least ' if is_at_least else ''}{lines} line{'' if lines == 1 else 's'}"
    return f"{count}, {mentions} name{'s' if mentions == 1 else ''} you" if mentions else count


def span(seconds: float) -> str:
    """
    Return a time that passes, as ``1h30m``; ``0s`` for none.
    """
    left, parts = round(seconds), ""
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def clock(at: float) -> str:
    """
    Return the time of a day, as ``09:12``, where this computer is.
    """
    return time.strftime("%H:%M", time.localtime(at))


def moment(at: float) -> str:
    """
    Return a time with its day, as ``2026-11-20 09:12``.
    """
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
