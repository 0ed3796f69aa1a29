"""
The words around a page: what it is, and whether there is more.
"""

import pytest

from twisted_chat.doors.page_words import footing, heading
from twisted_chat.replies.pages import PageKind, Transcript


def page(kind: PageKind, **facts: object) -> Transcript:
    return Transcript(0, kind, (), **facts)  # type: ignore[arg-type]


MORE = "--- /more shows earlier lines ---"
PAGES = [
    (page(PageKind.EARLIER, room="den"), "--- earlier in #den ---", "--- now ---"),
    (page(PageKind.HISTORY, room="den"), "--- in #den ---", "--- start of #den ---"),
    (page(PageKind.HISTORY, room="den", has_more=True), "--- in #den ---", MORE),
    (page(PageKind.AROUND, room="den"), "--- in #den ---", ""),
    (page(PageKind.PINS, room="den"), "--- pinned in #den ---", ""),
    (page(PageKind.FOUND), "--- search results ---", "--- end of search results ---"),
    (
        page(PageKind.MESSAGES, nick="bob"),
        "--- messages with bob ---",
        "--- start of messages with bob ---",
    ),
    (page(PageKind.WAITING, count=1), "--- 1 message while you were away ---", "--- now ---"),
    (
        page(PageKind.WAITING, count=200, omitted=3),
        "--- 200 messages while you were away; 3 older ones were dropped ---",
        "--- now ---",
    ),
    (
        page(PageKind.MISSED, room="den", count=2, mentions=1, has_more=True),
        "--- 2 lines in #den, 1 mentions you ---",
        "",
    ),
    (
        page(PageKind.MISSED, room="den", count=1000, is_at_least=True, omitted=990, mentions=2),
        "--- at least 1000 lines in #den, 2 mention you; the last 10 are shown ---",
        "--- now ---",
    ),
]


@pytest.mark.parametrize(("page", "above", "below"), PAGES)
def test_a_page_has_its_heading_and_its_footing(page: Transcript, above: str, below: str) -> None:
    assert (heading(page), footing(page)) == (above, below)
