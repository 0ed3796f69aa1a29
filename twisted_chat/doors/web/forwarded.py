"""
Who a request comes from, if a reverse proxy passes it on: X-Forwarded-For, -Proto and -Host.

Anybody can send such headers, so they count only from the proxies that the operator trusts.  See
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For, "Selecting an IP
address".
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from attrs import frozen
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from twisted_chat.doors.connection import Visitor, host_of, is_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twisted.internet.interfaces import IAddress

_UNIX = "unix"


@frozen
class Proxies:
    """
    The proxies whose headers count.

    Attributes:
        networks: their addresses.
        unix: those that come to a UNIX socket count.
    """

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    unix: bool = False

    @classmethod
    def read(cls, texts: Iterable[str]) -> Proxies:
        """
        Read addresses, networks and the word ``unix``.

        Raises:
            ValueError: one is none of them; with a sentence.
        """
        networks = []
        for text in texts:
            if text == _UNIX:
                continue
            try:
                networks.append(ipaddress.ip_network(text))
            except ValueError as error:
                raise ValueError(
                    "trusted-proxy must be an address such as 127.0.0.1, a network such as "
                    f"10.0.0.0/8, or unix, not {text!r}."
                ) from error
        return cls(tuple(networks), _UNIX in texts)

    def visitor(
        self,
        peer: IAddress | None,
        fields: Mapping[str, str],
        *,
        is_encrypted: bool,
        is_proxied: bool = False,
    ) -> Visitor:
        """
        Return who sent a request with ``fields``, which came from ``peer``.

        Args:
            is_encrypted: ``peer`` has sent it within TLS.
            is_proxied: a proxy has said who ``peer`` is, ahead of the first bytes; nobody knows
                how the client reached the proxy.
        """
        asked = fields.get("host", "")
        if not self.trusts(peer):
            is_private = is_encrypted or (is_local(peer) and not is_proxied)
            return Visitor(host_of(peer), is_private, asked)
        client = self._client(fields.get("x-forwarded-for", ""))
        scheme = _last(fields.get("x-forwarded-proto", "")).lower()
        # A proxy that says nothing of its client may have anybody behind it.
        return Visitor(
            host_of(peer) if client is None else host_of(client),
            scheme == "https",
            _last(fields.get("x-forwarded-host", "")) or asked,
            is_forwarded=True,
        )

    def trusts(self, peer: IAddress | None) -> bool:
        """
        Return whether the headers of ``peer`` count.
        """
        if isinstance(peer, UNIXAddress):
            return self.unix
        ip = _ip_of(peer.host) if isinstance(peer, (IPv4Address, IPv6Address)) else None
        return ip is not None and self._holds(ip)

    def _holds(self, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(ip in network for network in self.networks)

    def _client(self, forwarded: str) -> IAddress | None:
        """
        Return the last address of a chain that no trusted proxy has; None if it holds none.
        """
        for text in reversed(forwarded.split(",")):
            ip = _ip_of(_without_port(text.strip()))
            if ip is None:
                return None
            if not self._holds(ip):
                kind = IPv4Address if ip.version == 4 else IPv6Address
                return kind("TCP", str(ip), 0)
        return None


def _ip_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _last(values: str) -> str:
    # What the proxy that is nearest to us has added.
    return values.rpartition(",")[2].strip()
