"""
The words around a page of history: the lines above and below it.

The caller cleans the text.
"""

from twisted_chat.doors.lists import MORE
from twisted_chat.replies.pages import PageKind, Transcript

_NOW = "--- now ---"


def heading(page: Transcript) -> str:
    """
    Return the line above ``page``.
    """
    match page.kind:
        case PageKind.EARLIER:
            return f"--- earlier in #{page.room} ---"
        case PageKind.HISTORY | PageKind.AROUND:
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
        case PageKind.MISSED:
            least = "at least " if page.is_at_least else ""
            count = f"{page.count} line{_s(page.count)} in #{page.room}"
            named = page.mentions
            you = f", {named} mention{'s' if named == 1 else ''} you" if named else ""
            shown = page.count - page.omitted
            last = f"; the last {shown} are shown" if page.omitted else ""
            return f"--- {least}{count}{you}{last} ---"


def footing(page: Transcript) -> str:
    """
    Return the line below ``page``; empty for none.
    """
    match page.kind:
        case PageKind.EARLIER | PageKind.WAITING:
            return _NOW
        case PageKind.MISSED:
            return "" if page.has_more else _NOW
        case PageKind.PINS | PageKind.AROUND:
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
