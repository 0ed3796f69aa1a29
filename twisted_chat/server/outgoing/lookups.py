"""
Names that plugins ask for, looked up on a few threads of their own.

What looks a name up may hang for as long as a name server wants, and cannot be ended.  On the
threads of the reactor it would keep the passwords and files of everybody else waiting.
"""

from __future__ import annotations

import ipaddress
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred, succeed
from twisted.python.threadpool import ThreadPool

from twisted_chat.errors import HttpFailed
from twisted_chat.http.client import MOST_AT_ONCE, TOO_MANY

if TYPE_CHECKING:
    from collections.abc import Callable

#: Names that are looked up at once; others wait.
MOST_THREADS = 4


class _Thread(Thread):
    """
    A thread that keeps no server from its end: a look-up in it may hang.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how, daemon=True)


class _Threads(ThreadPool):
    threadFactory = _Thread  # type: ignore[assignment]  # inferred too narrowly


def _threads() -> ThreadPool:
    pool = _Threads(0, MOST_THREADS, "names")
    pool.start()
    return pool


def addresses_of(host: str) -> list[str]:
    """
    Return the addresses of ``host``, which may be one itself; none if it is not known.  It blocks.
    """
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


@define(eq=False)
class Lookups:
    """
    Looks names up: at most `MOST_AT_ONCE`, with those that nobody waits for any more.

    Args:
        reactor: is called from the threads.
        find: returns the addresses of a name; it may block.
        pool: the threads.
    """

    _reactor: Any
    _find: Callable[[str], list[str]] = addresses_of
    _pool: Any = field(factory=_threads)
    _running: int = field(init=False, default=0)

    def __call__(self, host: str) -> Deferred[list[str]]:
        """
        Return the addresses of ``host``.

        Raises:
            HttpFailed: too many others are being looked up.
        """
        try:
            return succeed([str(ipaddress.ip_address(host))])
        except ValueError:
            pass
        if self._running >= MOST_AT_ONCE:
            raise HttpFailed(host, TOO_MANY)
        self._running += 1
        found: Deferred[list[str]] = Deferred()

        def look() -> list[str]:
            # It may have waited for a thread until nobody waits for it.
            return [] if found.called else self._find(host)

        def end(is_found: bool, result: Any) -> None:
            self._reactor.callFromThread(finish, result if is_found else [])

        def finish(addresses: list[str]) -> None:
            # Only now: who gives up waiting does not end it.
            self._running -= 1
            if not found.called:
                found.callback(addresses)

        self._pool.callInThreadWithCallback(end, look)
        return found
