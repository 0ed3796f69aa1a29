"""
The words around a page of history: the lines above, in and below it.

The caller cleans the text.
"""

import time

from twisted_chat.replies.pages import PageKind, Transcript

#: The line below a page that is not the last.
MORE = "--- /more shows earlier lines ---"
_NOW = "--- now ---"


def heading(page: Transcript) -> str:
    """
    Return the line above ``page``.
    """
    match page.kind:
        case PageKind.EARLIER:
            return f"--- earlier in #{page.room} ---"
        case PageKind.HISTORY | PageKind.AROUND | PageKind.CHANGED:
            return f"--- in #{page.room} ---"
        case PageKind.PINS:
            return f"--- pinned in #{page.room} ---"
        case PageKind.FOUND:
            return "--- search results ---"
        case PageKind.MESSAGES:
            return f"--- messages with {page.nick} ---"
        case PageKind.WAITING:
            count = f"{page.count} message{_s(page.count)} while you were away"
            dropped = f"; {page.omitted} older ones were dropped" if page.omitted else ""
            return f"--- {count}{dropped} ---"
        case PageKind.MISSED if not page.count:
            return f"--- in #{page.room} ---"
        case PageKind.MISSED:
            return f"--- {counted(page.count, page.mentions, page.is_at_least, page.room)} ---"


def counted(lines: int, mentions: int, is_at_least: bool, room: str = "") -> str:
    """
    Return how much was missed: ``150 lines in #den, 2 name you``.
    """
    least, where = "at least " if is_at_least else "", f" in #{room}" if room else ""
    count = f"{least}{lines} line{'' if lines == 1 else 's'}{where}"
    return f"{count}, {mentions} name{'s' if mentions == 1 else ''} you" if mentions else count


def new_day(at: float) -> str:
    """
    Return the line above what was said on another day; it names the time zone.
    """
    return time.strftime("--- %a %Y-%m-%d, %Z ---", time.localtime(at))


def footing(page: Transcript) -> str:
    """
    Return the line below ``page``; empty for none.
    """
    match page.kind:
        case PageKind.EARLIER | PageKind.WAITING:
            return _NOW
        case PageKind.MISSED if page.goes_on:
            return ""
        case PageKind.MISSED:
            return "--- /more shows later lines ---" if page.has_more else _NOW
        case PageKind.PINS | PageKind.AROUND | PageKind.CHANGED:
            return ""
    if page.has_more:
        return MORE
    match page.kind:
        case PageKind.FOUND:
            return "--- end of search results ---"
        case PageKind.MESSAGES:
            return f"--- start of messages with {page.nick} ---"
        case _:
            return f"--- start of #{page.room} ---"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
