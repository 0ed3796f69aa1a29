"""
Addresses that plugins may ask by HTTP: those of the public internet, and what the operator allows.

A user who makes a plugin ask an address of their choice must not reach what stands beside the
server: itself, its network, or the services of a cloud that trust all who are inside.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Where IPv4 addresses stand in those of IPv6, and how many bits stand behind them: mapped (RFC
# 4291, section 2.5.5.2), compatible (2.5.5.1), translated (RFC 2765), NAT64 (RFC 6052) and 6to4
# (RFC 3056).
_EMBEDDING = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
    (ipaddress.IPv6Network("::/96"), 0),
)
# All global unicast addresses there are (RFC 4291, section 2.5.4, and IANA's registry).
_GLOBAL = ipaddress.IPv6Network("2000::/3")
# Teredo (RFC 4380), the newer ones for documentation (RFC 9637), and of IPv4: those for protocols
# (RFC 6890), 6to4 relays (RFC 7526) and a service that Azure has at a public address, for every
# machine in it.
_OTHERS = tuple(
    map(
        ipaddress.ip_network,
        ("2001::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
    )
)


@frozen
class Allowed:
    """
    Which addresses may be asked.

    Attributes:
        networks: that the operator allows besides the public ones.
    """

    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, texts: Iterable[str]) -> Allowed:
        """
        Read addresses and networks.

        Raises:
            ValueError: one is neither; with a sentence.
        """
        networks = []
        for text in texts:
            try:
                networks.append(ipaddress.ip_network(text))
            except ValueError as error:
                raise ValueError(
                    "plugin-http-allow must be an address such as 127.0.0.1 or a network such as "
                    f"10.0.0.0/8, not {text!r}."
                ) from error
        return cls(tuple(networks))

    def names(self, text: str) -> bool:
        """
        Return whether the operator allows the address ``text`` by name.
        """
        address = _read(text)
        return any(self._holds(each) for each in (address, *_forms(address)))

    def admits(self, text: str) -> bool:
        """
        Return whether the address ``text`` may be asked.
        """
        return is_public(text) or self.names(text)

    def _holds(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def is_public(text: str) -> bool:
    """
    Return whether ``text`` is an address of the public internet, whatever it embeds.

    Raises:
        ValueError: it is no address.
    """
    return all(map(_is_public, _forms(_read(text))))


def _read(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _forms(address: Address) -> list[Address]:
    """
    Return the IPv4 address that ``address`` embeds, or itself if it is none of these.
    """
    if isinstance(address, ipaddress.IPv6Address):
        for network, behind in _EMBEDDING:
            if address in network:
                return [ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF)]
    return [address]


def _is_public(address: Address) -> bool:
    if any(address in network for network in _OTHERS):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL:
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special
