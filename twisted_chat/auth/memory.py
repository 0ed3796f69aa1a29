"""
A hasher in memory, for tests: it is instant, and protects nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from attrs import define
from twisted.internet.defer import Deferred, fail, succeed

from twisted_chat.errors import BusyWithLogins


@define(eq=False)
class MemoryHasher:
    """
    An instant `Hasher`: the same password has the same hash, and none is protected.

    Attributes:
        is_busy: refuse, as when too many log in at once.
        fails_with: fail, as when there is no memory.
    """

    is_busy: bool = False
    fails_with: Exception | None = None

    def hash(self, password: str) -> Deferred[str]:
        """
        As `Hasher.hash`.
        """
        return self._fault() or succeed(_fingerprint(password))

    def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
        """
        As `Hasher.verify`.
        """
        fault = self._fault()
        if fault is not None:
            return fault
        if hash is not None and not hash.startswith("$memory"):
            return fail(ValueError("not a hash"))
        made = _fingerprint(password)
        return succeed(hash is not None and hash.rpartition("$")[2] == made.rpartition("$")[2])

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002
        """
        As `Hasher.needs_rehash`: so do all but its own, such as ``$memory-old$...``.
        """
        if not hash.startswith("$memory"):
            raise ValueError("not a hash")
        return not hash.startswith("$memory$")

    def _fault(self) -> Deferred[Any] | None:
        error = BusyWithLogins() if self.is_busy else self.fails_with
        return None if error is None else fail(error)


def _fingerprint(password: str) -> str:
    return f"$memory${sha256(password.encode()).hexdigest()}"
