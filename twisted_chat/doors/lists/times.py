"""
Times as they stand in lists: of a day, of a week, and how long something took.
"""

from __future__ import annotations

import time

from twisted_chat.text.durations import Duration

# Seconds of six days: a day of the week is not named that may be the one before.
_WEEK = 6 * 86400


def clock(at: float) -> str:
    """
    Return the time of day of ``at``, at the server.
    """
    return time.strftime("%H:%M", time.localtime(at))


def span(seconds: float) -> Duration:
    """
    Return so many seconds as a time that passes, to the second.
    """
    return Duration(seconds=round(seconds))


def day_and_time(at: float, now: float) -> str:
    """
    Return ``at`` with the day of the week, or with its date if that is not of the last week.
    """
    then, today = time.localtime(at), time.localtime(now)
    if (then.tm_year, then.tm_yday) == (today.tm_year, today.tm_yday):
        return time.strftime("%H:%M", then)
    return time.strftime("%a %H:%M" if now - at < _WEEK else "%Y-%m-%d %H:%M", then)
