"""
Sockets that systemd, or another launcher, holds and hands over; see sd_listen_fds(3).

Twisted believes the settings about such a socket, and removes a UNIX socket as if it were its own.
Here the socket itself is asked, and a UNIX socket is not removed.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet import endpoints, tcp, unix
from twisted.internet.defer import Deferred, fail, succeed
from twisted.logger import Logger

if TYPE_CHECKING:
    from twisted.internet.interfaces import IListeningPort, IProtocolFactory

# The first of the descriptors, and the parameters of Twisted's endpoint parser in their order.
_FIRST = 3
_PARAMETERS = ("domain", "index", "name")
_DOMAINS = {"INET": socket.AF_INET, "INET6": socket.AF_INET6, "UNIX": socket.AF_UNIX}
_SAID = {
    socket.AF_INET: "an IPv4 socket",
    socket.AF_INET6: "an IPv6 socket",
    socket.AF_UNIX: "a UNIX socket",
}

_log = Logger()


class Unfit(ValueError):
    """
    A descriptor cannot be listened on.  The text says what it is, and what would work.
    """


def endpoint_of(reactor: Any, description: str, taken: set[int]) -> Any:
    """
    Return the endpoint that ``description``, such as ``systemd:domain=INET6:index=0``, names.

    Args:
        taken: descriptors that others listen on; this one is added.

    Returns:
        one that fails to listen where no such socket was handed over.

    Raises:
        Unfit: the descriptor is not what ``description`` says, or taken.
        Exception: as Twisted's parser does, for what cannot be read.
    """
    try:
        endpoint = endpoints.serverFromString(reactor, description)
    except LookupError:
        endpoint = _by_index(reactor, description)
    if not isinstance(endpoint, endpoints.AdoptedStreamServerEndpoint):
        return endpoint
    if endpoint.fileno in taken:
        raise Unfit("that socket is listened on already; name it once")
    _require_fit(endpoint.fileno, endpoint.addressFamily)
    taken.add(endpoint.fileno)
    if endpoint.addressFamily == socket.AF_UNIX:
        return _HeldUNIXEndpoint(reactor, endpoint.fileno)
    return endpoint


def _by_index(reactor: Any, description: str) -> Any:
    """
    Return the endpoint for the socket of an index, though not every socket has a name.

    Twisted forgets all of them then.
    """
    given = {}
    for parameter, part in zip(_PARAMETERS, description.split(":")[1:], strict=False):
        key, equals, value = part.partition("=")
        given[key if equals else parameter] = value if equals else part
    domain, index = given.get("domain", ""), given.get("index", "")
    if domain not in _DOMAINS:
        raise Unfit(f"domain must be {', '.join(_DOMAINS)}, not {domain!r}")
    handed_over = range(_FIRST, _FIRST + _count())
    if not index or not -len(handed_over) <= int(index) < len(handed_over):
        return _Nowhere()
    fileno = handed_over[int(index)]
    return endpoints.AdoptedStreamServerEndpoint(reactor, fileno, _DOMAINS[domain])


def _count() -> int:
    """
    Return how many sockets this process was started with.

    Twisted removes the variables from ``os.environ`` when it first looks; these are their values.
    """
    try:
        started_with = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return 0
    given = dict(each.partition(b"=")[::2] for each in started_with)
    count = given.get(b"LISTEN_FDS", b"")
    is_ours = given.get(b"LISTEN_PID") == str(os.getpid()).encode()
    return int(count) if is_ours and count.isdigit() else 0


def _require_fit(fileno: int, family: int) -> None:
    """
    Check that a descriptor is a stream socket of this family that listens.

    Raises:
        Unfit: it is not.
    """
    try:
        # Without a family, the kernel is asked for it.
        held = socket.socket(fileno=os.dup(fileno))
    except OSError as error:
        raise Unfit(
            "what was handed over is no socket; have its .socket unit say ListenStream="
        ) from error
    with held:
        if held.family not in _SAID:
            name = getattr(held.family, "name", str(held.family)).removeprefix("AF_")
            raise Unfit(f"that socket is of the family {name}; {', '.join(_DOMAINS)} are served")
        if held.type != socket.SOCK_STREAM:
            raise Unfit("that is no stream socket; have its .socket unit say ListenStream=")
        if not held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise Unfit("that socket does not listen; have its .socket unit say Accept=no")
        if held.family != family:
            domain = {family: domain for domain, family in _DOMAINS.items()}[held.family]
            raise Unfit(f"that is {_SAID[held.family]}; write domain={domain}")


class _Nowhere:
    """
    Sockets that were not handed over; a check of the settings may come before that.
    """

    def listen(self, _: IProtocolFactory) -> Deferred[IListeningPort]:
        """
        Fail.
        """
        return fail(Unfit("systemd has handed over no such socket; start its .socket unit"))


class _HeldUNIXEndpoint:
    """
    A UNIX socket that was handed over.
    """

    def __init__(self, reactor: Any, fileno: int) -> None:
        self._reactor = reactor
        self._fileno = fileno

    def listen(self, factory: IProtocolFactory) -> Deferred[IListeningPort]:
        """
        Take it over.
        """
        os.set_blocking(self._fileno, False)
        port = _HeldUNIXPort._fromListeningDescriptor(self._reactor, self._fileno, factory)  # noqa: SLF001
        os.close(self._fileno)
        port.startListening()
        return succeed(port)


class _HeldUNIXPort(unix.Port):
    """
    Listens on a UNIX socket that another user holds.

    Twisted's own lets everybody on the machine connect, whatever the mode of the file was, and at
    the end shuts the socket down and removes the file; the next server would wait in vain.
    """

    _shouldShutdown = False  # noqa: N815  # Twisted's
    _preexistingSocket: Any  # noqa: N815

    def startListening(self) -> None:  # noqa: N802  # Twisted's
        """
        Accept connections; to bind the socket and to listen was the holder's.
        """
        tcp._reservedFD.reserve()  # noqa: SLF001  # as every port does
        assert self.factory is not None
        _log.info(
            "{prefix} starting on {path!r}",
            prefix=self._getLogPrefix(self.factory),
            path=os.fsdecode(self._bindPath),
        )
        self.factory.doStart()
        held, self._preexistingSocket = self._preexistingSocket, None
        self.socket = held
        self.fileno = held.fileno  # type: ignore[method-assign]  # as every port does
        self.connected = True
        self.numberAccepts = 100
        self.startReading()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  # Twisted's
        """
        Close it.
        """
        tcp.Port.connectionLost(self, reason)
