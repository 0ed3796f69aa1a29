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

from twisted_chat.options import BadSetting
from twisted_chat.server import handover
from twisted_chat.server.doors import is_door, names_of
from twisted_chat.server.tls.certificates import Certificates, Pair, Unfit
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted.internet.interfaces import IListeningPort

    from twisted_chat.doors.port.factory import PortFactory
    from twisted_chat.server.settings import Settings

#: Connections that may wait to be accepted, so that many clients can reconnect at once.
BACKLOG = 1024
# The kinds of endpoints that have a backlog.
_WITH_BACKLOG = ("tcp", "tcp6", "ssl", "unix")

# One on which nothing but TLS is spoken.
_ENCRYPTED = "ssl"

# The parameters that name the files of one.
_FILES = ("privateKey", "certKey", "extraCertChain")

# Stands before an endpoint that a proxy connects to.
_PROXIED = "haproxy:"

# An example of each kind of endpoint, for error messages.
_EXAMPLES = {
    "tcp": "tcp:7342:interface=127.0.0.1",
    "tcp6": "tcp6:7342",
    "ssl": "ssl:7343, with tls-certificate and tls-key",
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
        doors: the names of those that are open there.
        certificates: of its own; None for those of the settings.
    """

    option: str
    description: str
    _endpoint: Any
    doors: tuple[str, ...] = ()
    certificates: Certificates | None = None

    @property
    def is_proxied(self) -> bool:
        """
        Whether a proxy sends the client's address ahead of the first bytes.
        """
        return _without_door(self.description).startswith(_PROXIED)

    @property
    def is_encrypted(self) -> bool:
        """
        Whether nothing but TLS is spoken there.
        """
        return _kind_of(self.description) == _ENCRYPTED

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
        tls = " with TLS" if self.is_encrypted else ""
        proxy = " behind a proxy" if self.is_proxied else ""
        return f"{where}{tls}{proxy}"

    def site(self, port: IListeningPort, *, is_encrypted: bool) -> str:
        """
        Return the address at which a browser on this machine finds ``port``, which is bound here.
        """
        number = getattr(port.getHost(), "port", None)
        scheme, usual = ("https", 443) if is_encrypted else ("http", 80)
        return f"{scheme}://localhost{'' if number in (None, usual) else f':{number}'}"

    def bind(self, factory: PortFactory) -> IListeningPort:
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
        BadSetting: one is not a valid endpoint, or there is no such door.
    """
    doors = names_of(settings.doors)
    if not settings.listen:
        endpoint = _DualStackEndpoint(reactor, settings.port)
        yield Place("port", str(settings.port), endpoint, doors)
    taken: set[int] = set()
    for description in settings.listen:
        door = description.partition(":")[0]
        own = (door,) if is_door(door) else doors
        try:
            pair = None
            inner = _without_door(description)
            if _kind_of(description) == _ENCRYPTED:
                inner, pair = _without_files(inner)
            endpoint = _endpoint(reactor, inner, taken)
            certificates = None if pair is None else Certificates([pair])
        except Unfit as error:
            raise BadSetting(f"listen: cannot listen on {description}: {error}") from error
        except Exception as error:
            raise BadSetting(sentence(f"listen: {_fault(description, error)}")) from error
        yield Place("listen", description, endpoint, own, certificates)


def _endpoint(reactor: Any, description: str, taken: set[int]) -> Any:
    inner, kind = description.removeprefix(_PROXIED), _kind_of(description)
    if kind == "stdio":
        raise ValueError("standard input is one connection, and no place that people come to")
    if kind == "systemd":
        endpoint = handover.endpoint_of(reactor, inner, taken)
    else:
        endpoint = endpoints.serverFromString(reactor, _with_backlog(inner))
    if inner == description:
        return endpoint
    from twisted_chat.server.proxied import ProxiedEndpoint  # noqa: PLC0415  # few are

    return ProxiedEndpoint(endpoint)


def _without_door(description: str) -> str:
    door, _, rest = description.partition(":")
    return rest if is_door(door) else description


def _kind_of(description: str) -> str:
    return _without_door(description).removeprefix(_PROXIED).partition(":")[0]


def _without_files(description: str) -> tuple[str, Pair | None]:
    """
    Return the endpoint of TCP for one of TLS, and the certificate that is named there, if any.

    TLS is spoken by the port itself: Twisted's own endpoint sends the first certificate of a file
    alone, and never reads it again.
    """
    files: dict[str, Path] = {}
    parts = []
    for part in re.split(r"(?<!\\):", description):
        name, _, value = part.partition("=")
        if name in _FILES:
            # The folder may be another one when it is read again.
            files[name] = Path(re.sub(r"\\(.)", r"\1", value)).absolute()
        else:
            parts.append(part)
    inner = ":".join("tcp" if part == _ENCRYPTED else part for part in parts)
    key = files.get("privateKey") or files.get("certKey")
    if key is None:
        return inner, None
    return inner, Pair(files.get("certKey", key), key, files.get("extraCertChain"))


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

    def listen(self, factory: PortFactory) -> Deferred[IListeningPort]:
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
    if isinstance(error, handover.Unfit):
        return f"{cannot}: {error}"
    if kind not in _EXAMPLES:
        return f"{description!r} is not an endpoint: {error}"
    word = re.search(r"invalid literal for int.*: (.*)", str(error))
    fault = f"{word[1]} is not a number" if word else "a part of it is missing or unknown"
    return f"{description!r} is not an endpoint: {fault}; write it like {_EXAMPLES[kind]}"


def _words(error: BaseException | None) -> str:
    # Twisted wraps the error of the socket.
    error = getattr(error, "socketError", error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error)
