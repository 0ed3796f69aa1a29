"""
Times, as IRCv3's server-time writes them.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=64)
def _to_the_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def time_tag(at: float) -> str:
    """
    Return ``at``, in seconds since the epoch, such as ``2026-11-28T12:00:00.000Z``.
    """
    milliseconds = int(at * 1000)
    return f"{_to_the_second(milliseconds // 1000)}.{milliseconds % 1000:03}Z"


def read_time(text: str) -> float:
    """
    Return the time that `time_tag` writes so, in seconds since the epoch.

    Raises:
        ValueError: it is none; its text is a sentence.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise ValueError("A time must be such as 2026-11-28T12:00:00.000Z.") from None
