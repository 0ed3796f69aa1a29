"""
Addresses: where a server is, as a user writes it.
"""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from attrs import frozen

from twisted_chat.client.errors import UsageError

#: The port of a server where none is given.
PORT = 7342
# Characters of what is no address that are repeated.
_LONGEST_SHOWN = 80
_SCHEMES = {"chat": PORT, "chats": PORT, "ws": 80, "wss": 443}


@frozen
class Address:
    """
    Where a server is, and how it is spoken to.

    Attributes:
        scheme: ``chat`` and ``chats`` for lines over TCP and TLS, ``ws`` and ``wss`` for
            WebSockets.
        name: of the user, where the address has one; empty otherwise.
        path: of a WebSocket.
    """

    scheme: str
    host: str
    port: int
    name: str = ""
    path: str = "/ws"

    @property
    def is_encrypted(self) -> bool:
        """
        Whether it is reached over TLS.
        """
        return self.scheme in {"chats", "wss"}

    @property
    def is_websocket(self) -> bool:
        """
        Whether it is reached over a WebSocket.
        """
        return self.scheme in {"ws", "wss"}

    @property
    def place(self) -> str:
        """
        The host and the port, as a URL has them.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}{self.path if self.is_websocket else ''}"


def parse(text: str, port: str = "") -> Address:
    """
    Return the address that ``text`` is: a host, a host with its port, or a URL.

    Args:
        port: as given behind a host; empty for none.

    Raises:
        UsageError: it is none.
    """
    shown = text if len(text) < _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    url = text if "://" in text else f"chat://{_host(text)}"
    try:
        split = urlsplit(url)
        given = split.port
    except ValueError:
        raise UsageError(f"{text} is not an address: its port must be 1 to 65535.") from None
    if split.password is not None:
        raise UsageError(
            f"{split.scheme}://{split.hostname}: an address may not hold a password, which others "
            "can read there; it is asked for."
        )
    if split.scheme not in _SCHEMES:
        known = ", ".join(f"{each}://" for each in _SCHEMES)
        raise UsageError(f"{split.scheme}:// is not known; use one of {known}.")
    if not split.hostname:
        raise UsageError(f"{text} is not an address: it has no host.")
    try:
        split.hostname.encode("idna")
    except UnicodeError:
        raise UsageError(f"{shown} is not an address: no host can be called so.") from None
    if split.path not in {"", "/"} and split.scheme not in {"ws", "wss"}:
        raise UsageError(f"{split.scheme}:// has no path; leave out {split.path}.")
    if port and given is not None:
        raise UsageError(f"{text} has a port already; leave out {port}.")
    return Address(
        split.scheme,
        split.hostname,
        _port(port, given, split.scheme),
        unquote(split.username or ""),
        _path(split),
    )


def _host(text: str) -> str:
    # More than one colon, and no bracket: an address of IPv6, without a port.
    return f"[{text}]" if text.count(":") > 1 and "[" not in text else text


def _path(split: SplitResult) -> str:
    path = split.path if split.path not in {"", "/"} else "/ws"
    return f"{path}?{split.query}" if split.query else path


def _port(port: str, given: int | None, scheme: str) -> int:
    if not port and given is None:
        return _SCHEMES[scheme]
    port = port or str(given)
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(f"{port} is not a port; a port is a number from 1 to 65535.")
    return int(port)
