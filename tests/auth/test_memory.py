"""
The hasher of tests.
"""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from twisted_chat.auth.memory import MemoryHasher
from twisted_chat.errors import BusyWithLogins


def come(result: Deferred[Any]) -> list[Any]:
    """
    Return what ``result`` came to: it is there at once.
    """
    found: list[Any] = []
    result.addBoth(found.append)
    return found


def test_a_password_is_known_again_and_another_is_not() -> None:
    hasher = MemoryHasher()
    (kept,) = come(hasher.hash("tea at four"))
    assert "tea" not in str(kept)
    assert come(hasher.verify(str(kept), "tea at four")) == [True]
    assert come(hasher.verify(str(kept), "tea at five")) == [False]
    assert come(hasher.verify(None, "tea at four")) == [False]


def test_only_a_hash_of_its_own_is_up_to_date() -> None:
    hasher = MemoryHasher()
    assert not hasher.needs_rehash("$memory$1")
    assert hasher.needs_rehash("$memory-old$1")
    with pytest.raises(ValueError, match="not a hash"):
        hasher.needs_rehash("torn page")


def test_it_can_be_busy_fail_and_meet_what_is_no_hash() -> None:
    busy = MemoryHasher(is_busy=True)
    failing = MemoryHasher(fails_with=MemoryError("no room"))
    for hasher, error in ((busy, BusyWithLogins), (failing, MemoryError)):
        for result in (hasher.hash("tea"), hasher.verify(None, "tea")):
            (failure,) = come(result)
            assert failure.check(error)
    (failure,) = come(MemoryHasher().verify("torn page", "tea"))
    assert failure.check(ValueError)
