"""
Hashing of passwords with argon2id, in its own threads.
"""

from __future__ import annotations

import base64
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred, fail

from twisted_chat.errors import BusyWithLogins

if TYPE_CHECKING:
    from collections.abc import Callable

    from argon2 import PasswordHasher
    from twisted.internet.interfaces import IReactorFromThreads

_T = TypeVar("_T")

#: How many hashes are computed at once.
THREADS = 1
#: Hashes that may wait; beyond that, users are asked to try again.
MAX_WAITING = 32


def argon2id() -> PasswordHasher:
    """
    Return an argon2id hasher with 19 MiB, two passes and one lane.

    This is the minimum of OWASP's cheat sheet on password storage.
    """
    # With the first password: many servers have none for a long time.
    from argon2 import PasswordHasher  # noqa: PLC0415  # as said

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


# With slots, attrs 23.1 has no place for what is cached.
@define(eq=False, slots=False)
class Argon2Hasher:
    """
    The `Hasher` of the server.

    Args:
        reactor: receives the results.
        make: returns what computes them.
        threads: how many hashes are computed at once; each takes the memory that it costs.
    """

    _reactor: IReactorFromThreads
    _make: Callable[[], PasswordHasher] = argon2id
    _threads: int = THREADS
    _pool: ThreadPoolExecutor | None = field(init=False, default=None)
    _pending: int = field(init=False, default=0)

    @cached_property
    def _argon2(self) -> PasswordHasher:
        return self._make()

    @cached_property
    def _nobodys(self) -> str:
        # Like a result of `hash`, but of no password that anybody could know.
        argon2 = self._argon2
        return (
            f"$argon2id$v=19$m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
            f"${_encoded(argon2.salt_len)}${_encoded(argon2.hash_len)}"
        )

    def start(self) -> None:
        """
        Begin to accept passwords.  Threads start when they are first needed.
        """
        self._pool = ThreadPoolExecutor(self._threads, "passwords")

    def stop(self) -> None:
        """
        Accept no more jobs, refuse those that wait, and wait for the running one (well under 1 s).
        """
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def hash(self, password: str) -> Deferred[str]:
        """
        As `Hasher.hash`.
        """
        return self._run(self._argon2.hash, password)

    def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
        """
        As `Hasher.verify`.
        """
        return self._run(self._matches, hash, password)

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002
        """
        As `Hasher.needs_rehash`.
        """
        return self._argon2.check_needs_rehash(hash)

    def _matches(self, known: str | None, password: str) -> bool:
        from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415  # as above

        # For an unknown name, the same is computed.
        try:
            self._argon2.verify(self._nobodys if known is None else known, password)
        except VerifyMismatchError:
            return False
        return known is not None

    def _run(self, function: Callable[..., _T], *args: Any) -> Deferred[_T]:
        if self._pool is None or self._pending >= self._threads + MAX_WAITING:
            return fail(BusyWithLogins())
        try:
            future = self._pool.submit(function, *args)
        except RuntimeError as error:
            # No thread can be started.
            return fail(error)
        self._pending += 1
        result: Deferred[_T] = Deferred(partial(_give_up, future))
        future.add_done_callback(partial(self._reactor.callFromThread, self._settle, result))
        return result

    def _settle(self, result: Deferred[_T], future: Future[_T]) -> None:
        self._pending -= 1
        if result.called:
            # The caller no longer waits for it.
            return
        if future.cancelled():
            result.errback(BusyWithLogins())
        elif (error := future.exception()) is not None:
            result.errback(error)
        else:
            result.callback(future.result())


def _give_up(future: Future[Any], _: object) -> None:
    future.cancel()


def _encoded(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
