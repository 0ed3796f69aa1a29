"""
Durations as users type them.
"""

from __future__ import annotations

import re
from datetime import timedelta

from twisted_chat.text.folding import plain_digits

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
# Days of the longest age: a hundred years.
_OLDEST = 36_500
_DURATION = re.compile(r"(?:(\d{1,6})([smhdw]))+", re.ASCII | re.IGNORECASE)
_DURATION_PART = re.compile(r"(\d{1,6})([smhdw])", re.ASCII | re.IGNORECASE)


class Duration(timedelta):
    """
    A duration, typed as ``90s``, ``10m``, ``1h30m``, ``2d`` or ``1w``.
    """

    @classmethod
    def parse(cls, text: str, days: int = 1000) -> Duration:
        """
        Read a duration.

        Args:
            days: the longest it may be.

        Raises:
            ValueError: it is not a duration, or too long.
        """
        text = plain_digits(text)
        if not _DURATION.fullmatch(text):
            raise ValueError(text)
        parts = _DURATION_PART.findall(text)
        seconds = sum(int(count) * _UNITS[unit.lower()] for count, unit in parts)
        if seconds > days * 86400:
            raise ValueError(text)
        return cls(seconds=seconds)

    def __str__(self) -> str:
        rest, parts = round(self.total_seconds()), []
        for unit in ("d", "h", "m", "s"):
            count, rest = divmod(rest, _UNITS[unit])
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts) or "0s"


def read_age(text: str) -> Duration:
    """
    Read an age: ``90d``, or ``0`` for ever.

    Raises:
        ValueError: it is neither of them.
    """
    try:
        return Duration.parse("0s" if text.strip() == "0" else text, _OLDEST)
    except ValueError as error:
        raise ValueError("must be a time such as 90d or 12h, or 0") from error


def in_seconds(count: float) -> str:
    """
    Return ``count`` seconds in words.
    """
    return "1 second" if count == 1 else f"{count:g} seconds"
