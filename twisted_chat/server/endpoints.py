"""
The endpoints of the settings: making and binding them, and sentences about failures.
"""

from __future__ import annotations

import errno
import os
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet import endpoints, unix
from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure

from twisted_chat.server import handover
from twisted_chat.server.proxied import ProxiedEndpoint
from twisted_chat.server.settings import BadSetting
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted.internet.interfaces import IListeningPort
    from twisted.internet.protocol import ServerFactory

    from twisted_chat.server.settings import Settings

#: The option with the endpoints that programs come to.
FOR_PROGRAMS = "listen-json"
#: Connections that may wait to be accepted, so that many clients can reconnect at once.
BACKLOG = 1024
# The kinds of endpoints that have a backlog.
_WITH_BACKLOG = ("tcp", "tcp6", "ssl", "tls", "unix")

# Those that are encrypted.
_ENCRYPTED = ("ssl", "tls")

# Stands before an endpoint that a proxy connects to.
_PROXIED = "haproxy:"

# An example of each kind of endpoint, for error messages.
_EXAMPLES = {
    "tcp": "tcp:7342:interface=127.0.0.1",
    "tcp6": "tcp6:7342",
    "ssl": "ssl:7343:privateKey=key.pem:certKey=cert.pem",
    "unix": "unix:chat.sock",
    "systemd": "systemd:domain=INET6:index=0",
}


@frozen
class Place:
    """
    An endpoint to listen on.

    Attributes:
        option: the setting that it comes from.
        description: its text there.
    """

    option: str
    description: str
    _endpoint: Any

    @property
    def is_for_programs(self) -> bool:
        """
        Whether programs come there.
        """
        return self.option == FOR_PROGRAMS

    @property
    def is_proxied(self) -> bool:
        """
        Whether a proxy sends the client's address ahead of the first bytes.
        """
        return self.description.startswith(_PROXIED)

    @property
    def is_file(self) -> bool:
        """
        Whether a file is made there.
        """
        return _kind_of(self.description) == "unix"

    def told(self, port: IListeningPort) -> str:
        """
        Return where ``port``, which is bound there, listens and how, for the log.
        """
        address: Any = port.getHost()
        where = getattr(address, "name", None)
        if where is not None:
            where = repr(os.fsdecode(where))
        else:
            shown = f"[{address.host}]" if ":" in address.host else address.host
            where = f"{shown}:{address.port}"
        tls = " with TLS" if _kind_of(self.description) in _ENCRYPTED else ""
        proxy = " behind a proxy" if self.is_proxied else ""
        return f"{where}{tls}{proxy}"

    def bind(self, factory: ServerFactory[Any]) -> IListeningPort:
        """
        Listen there.

        Raises:
            BadSetting: it cannot be bound.
        """
        outcome: list[Any] = []
        self._endpoint.listen(factory).addBoth(outcome.append)
        if not outcome:
            raise BadSetting(f"{self.option}: {self.description} did not answer at once.")
        if isinstance(outcome[0], Failure):
            error = outcome[0].value
            raise BadSetting(
                sentence(f"{self.option}: cannot listen on {self.description}: {_words(error)}")
            ) from error
        port: IListeningPort = outcome[0]
        if isinstance(port, unix.Port):
            _name_from_anywhere(port)
        return port


def places(reactor: Any, settings: Settings) -> Iterator[Place]:
    """
    Yield every endpoint of ``settings``.

    Raises:
        BadSetting: one is not a valid endpoint.
    """
    if not settings.listen:
        yield Place("port", str(settings.port), _DualStackEndpoint(reactor, settings.port))
    taken: set[int] = set()
    for option, descriptions in (
        ("listen", settings.listen),
        (FOR_PROGRAMS, settings.listen_json),
    ):
        for description in descriptions:
            try:
                endpoint = _endpoint(reactor, description, taken)
            except Exception as error:
                raise BadSetting(sentence(f"{option}: {_fault(description, error)}")) from error
            yield Place(option, description, endpoint)


def _endpoint(reactor: Any, description: str, taken: set[int]) -> Any:
    inner, kind = description.removeprefix(_PROXIED), _kind_of(description)
    if kind == "stdio":
        raise ValueError("standard input is one connection, and no place that people come to")
    if kind == "systemd":
        endpoint = handover.endpoint_of(reactor, inner, taken)
    else:
        endpoint = endpoints.serverFromString(reactor, _with_backlog(inner))
    return endpoint if inner == description else ProxiedEndpoint(endpoint)


def _kind_of(description: str) -> str:
    return description.removeprefix(_PROXIED).partition(":")[0]


def _with_backlog(description: str) -> str:
    # Twisted's default is 50.
    if _kind_of(description) in _WITH_BACKLOG and ":backlog=" not in description:
        return f"{description}:backlog={BACKLOG}"
    return description


def hold(port: IListeningPort) -> None:
    """
    Mark ``port``, which was bound before twistd became a daemon, as that of this process.

    Beside a UNIX socket Twisted makes a lock that names the process that bound it.  For a daemon
    that is its parent, which ends soon; the next server would take the socket over.
    """
    lock = getattr(port, "lockFile", None)
    if lock is not None:
        # In one step, so that there is no moment without it.
        name = Path(os.fsdecode(lock.name))
        fresh = name.with_name(f"{name.name}.{os.getpid()}")
        fresh.symlink_to(str(os.getpid()))
        fresh.replace(name)


def _name_from_anywhere(port: unix.Port) -> None:
    # Twisted removes these at the end, and --rundir changes the directory meanwhile.
    path = os.fsdecode(port._bindPath)  # noqa: SLF001  # told to nobody else
    is_file = not path.startswith("\0")
    if is_file:
        port._bindPath = os.fsencode(Path(path).absolute())  # noqa: SLF001
    if is_file and port.lockFile is not None:
        port.lockFile.name = os.fsencode(Path(f"{path}.lock").absolute())


class _DualStackEndpoint:
    """
    A TCP port on every IPv4 and IPv6 address, with one socket if the machine supports that.
    """

    def __init__(self, reactor: Any, port: int) -> None:
        self._reactor = reactor
        self._port = port

    def listen(self, factory: ServerFactory[Any]) -> Deferred[IListeningPort]:
        """
        Bind it.
        """
        try:
            listening = _dual_stack_socket(self._port)
        except OSError as error:
            return fail(error)
        with listening:
            listening.setblocking(False)
            return succeed(
                self._reactor.adoptStreamPort(listening.fileno(), listening.family, factory)
            )


def _dual_stack_socket(port: int) -> socket.socket:
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(
                ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
            )
        except OSError as error:
            # The kernel may know IPv6 and have it switched off.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return socket.create_server(("", port), backlog=BACKLOG)


def _fault(description: str, error: Exception) -> str:
    """
    Return a sentence that says why ``description`` is not an endpoint, and what would be right.

    Twisted's errors are about its parsers' parameters, not about the operator's text.
    """
    kind = _kind_of(description)
    cannot = f"cannot listen on {description}"
    if isinstance(error, OSError) and error.filename is None:
        return f"{cannot}: {_words(error)}"
    if isinstance(error, OSError):
        return f"{cannot}: cannot read {error.filename}: {error.strerror}"
    # Without TLS the parser of the one fails to import it, and that of the other lacks a name.
    if kind in ("ssl", "tls") and isinstance(error, (ImportError, NameError)):
        return f"{cannot}: TLS is not installed; `pip install '.[tls]'` does that"
    if isinstance(error, handover.Unfit):
        return f"{cannot}: {error}"
    if kind not in _EXAMPLES:
        return f"{description!r} is not an endpoint: {error}"
    word = re.search(r"invalid literal for int.*: (.*)", str(error))
    if word:
        fault = f"{word[1]} is not a number"
    elif kind == "ssl" and not isinstance(error, TypeError):
        fault = "its key or certificate cannot be used"
    else:
        fault = "a part of it is missing or unknown"
    return f"{description!r} is not an endpoint: {fault}; write it like {_EXAMPLES[kind]}"


def _words(error: BaseException | None) -> str:
    # Twisted wraps the error of the socket.
    error = getattr(error, "socketError", error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error)
