"""
Labels: what goes on with a request has its label, and nothing else does.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from twisted.internet.defer import Deferred

from twisted_chat.delivery.labels import (
    commanded,
    is_shown,
    keep,
    label_of,
    labelled,
    request_now,
    unlabelled,
)
from twisted_chat.world.model import Session

# Only whose they are matters.
MINE, ANOTHER = (cast("Session", object()) for _ in range(2))


def test_a_request_has_its_label_until_it_ends_however_it_ends() -> None:
    assert request_now() is None
    with labelled(MINE, "a"):
        assert (label_of(MINE), label_of(ANOTHER)) == ("a", "")
        with labelled(ANOTHER, "b"):
            assert (label_of(MINE), label_of(ANOTHER)) == ("", "b")
        with unlabelled():
            assert label_of(MINE) == ""
        assert label_of(MINE) == "a"
    with pytest.raises(ZeroDivisionError), labelled(MINE, "c"):
        _ = 1 / 0
    assert label_of(MINE) == ""
    assert request_now() is None


def test_a_coroutine_goes_on_in_the_request_that_began_it() -> None:
    found: list[str] = []
    waiting: Deferred[None] = Deferred()

    async def look() -> None:
        found.append(label_of(MINE))
        await waiting
        found.append(label_of(MINE))

    with labelled(MINE, "a"):
        Deferred.fromCoroutine(look())
    with labelled(MINE, "b"):
        waiting.callback(None)
        assert label_of(MINE) == "b"
    assert found == ["a", "a"]


def test_what_is_kept_for_later_belongs_to_the_request_it_was_kept_in() -> None:
    def look(prefix: str, *, suffix: str = "") -> str:
        return prefix + label_of(MINE) + suffix

    def fail() -> None:
        raise ValueError("boom")

    with labelled(MINE, "a"):
        kept, failing = keep(look), keep(fail)
    assert keep(look) is look
    assert kept("<", suffix=">") == "<a>"
    with labelled(MINE, "b"):
        assert kept("<") == "<a"
        with pytest.raises(ValueError, match="boom"):
            failing()
        assert label_of(MINE) == "b"


def test_a_client_shows_what_its_user_says_but_not_by_a_command() -> None:
    shows, shows_not = (cast("Session", SimpleNamespace(shows_own=own)) for own in (True, False))
    assert (is_shown(shows), is_shown(shows_not)) == (True, False)
    with commanded(shows):
        kept = keep(is_shown)
        with labelled(shows, "a"):
            assert not is_shown(shows)
        with commanded(shows_not):
            # Another one's command.
            assert is_shown(shows)
    assert is_shown(shows)
    assert not kept(shows)
    assert is_shown(shows)
