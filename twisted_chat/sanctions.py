"""
Bans and mutes: whom they hit, and for how long.

Everything here is pure: it is told the time, by the wall clock, as that is what people are told.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat import errors
from twisted_chat.names import fold, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.decisions import Sanction

#: A folded name, a network such as ``192.0.2.0/24``, or the number of an account or a visit.
Mark = str | int

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The shortest prefix of a network that may be named: more would be half the world.
_WIDEST = {4: 8, 6: 16}
# Whoever has an address of IPv6 has all of this network.
_OWN_PREFIX = 64


@frozen
class Mask:
    """
    Whom a ban is for, as somebody typed it.

    Attributes:
        text: a folded name or a network.
        shown: the same as it is shown.
        is_network: whether it is that.
    """

    text: str
    shown: str
    is_network: bool


def read_mask(typed: str) -> Mask:
    """
    Read a name or an address: an IPv6 address means its /64, a mapped IPv4 one the IPv4 one.

    Raises:
        NotAllowed: it is neither, or a network too wide to be meant.
    """
    network = _network(typed)
    if network is None:
        if "/" in typed or ":" in typed:
            raise errors.NotAllowed(f"{shortened(typed)} is neither a name nor an address.")
        name = typed.removeprefix("#")[:64]
        return Mask(fold(name), shortened(name), is_network=False)
    if network.prefixlen < _WIDEST[network.version]:
        widest = f"/{_WIDEST[4]}, or /{_WIDEST[6]} for IPv6"
        raise errors.NotAllowed(f"A network may be no wider than {widest}.")
    return Mask(str(network), _shown(network), is_network=True)


def _network(typed: str) -> Network | None:
    try:
        network = ipaddress.ip_network(typed, strict=False)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv4Network):
        return network
    mapped = network.network_address.ipv4_mapped
    if mapped is not None and network.prefixlen >= 96:
        return ipaddress.IPv4Network((mapped, network.prefixlen - 96))
    if network.prefixlen > _OWN_PREFIX:
        return network.supernet(new_prefix=_OWN_PREFIX)
    return network


def _shown(network: Network) -> str:
    return str(network) if network.num_addresses > 1 else str(network.network_address)


@lru_cache(maxsize=4096)
def _networks_around(host: str, prefixes: frozenset[tuple[int, int]]) -> tuple[str, ...]:
    """
    Return the networks of these versions and prefix lengths that ``host`` is in.
    """
    network = _network(host)
    if network is None:
        return ()
    return tuple(
        str(network.supernet(new_prefix=length))
        for version, length in prefixes
        if version == network.version and length <= network.prefixlen
    )


def sentence_of(sanction: Sanction, where: str) -> str:
    """
    Return what somebody reads whom ``sanction`` hits: by whom, until when, and why.

    Args:
        where: such as ``from #attic`` for a ban, or ``in #attic`` for a mute.
    """
    done = "banned" if sanction.kind == "ban" else "muted"
    return f"You are {done} {where} {sanction.told}"


@define(eq=False)
class Sanctions:
    """
    The bans, or the mutes, of one room or of the server.

    Args:
        most: so many at once, at most.
    """

    _most: int
    _all: dict[int, Sanction] = field(init=False, factory=dict)
    # By whatever shows that somebody is meant, the one that lasts longest.
    _by_mark: dict[Mark, Sanction] = field(init=False, factory=dict)
    _prefixes: frozenset[tuple[int, int]] = field(init=False, default=frozenset())

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Sanction]:
        """
        Go through all of them, the oldest first, whatever comes and goes meanwhile.
        """
        return iter(tuple(self._all.values()))

    def require_place(self) -> None:
        """
        Look that one more may be added.

        Raises:
            TooMuch: there are as many as there may be.
        """
        if len(self._all) >= self._most:
            raise errors.TooMuch(f"There are {self._most} already; lift some of them first.")

    def add(self, sanction: Sanction) -> None:
        """
        Let ``sanction`` hold.
        """
        self._all[sanction.id] = sanction
        self._index(sanction)

    def remove(self, sanctions: Iterable[Sanction]) -> None:
        """
        Let none of ``sanctions`` hold any more.
        """
        for sanction in sanctions:
            del self._all[sanction.id]
        self._by_mark.clear()
        self._prefixes = frozenset()
        for sanction in self._all.values():
            self._index(sanction)

    def _index(self, sanction: Sanction) -> None:
        marks: list[Mark] = [sanction.mask]
        if sanction.author:
            marks.append(sanction.author)
        for mark in marks:
            other = self._by_mark.get(mark)
            if other is None or other.until < sanction.until:
                self._by_mark[mark] = sanction
        # A name holds no slash.
        if "/" in sanction.mask:
            network = ipaddress.ip_network(sanction.mask)
            self._prefixes |= {(network.version, network.prefixlen)}

    def of(self, mask: str) -> list[Sanction]:
        """
        Return those that are for exactly ``mask``.
        """
        return [sanction for sanction in self._all.values() if sanction.mask == mask]

    def expired(self, now: float) -> list[Sanction]:
        """
        Return those whose time is over at ``now``.
        """
        return [sanction for sanction in self._all.values() if sanction.until <= now]

    def find(self, marks: Iterable[Mark], hosts: Iterable[str], now: float) -> Sanction | None:
        """
        Return one that hits whoever has one of these marks, or comes from one of these hosts.
        """
        if not self._all:
            return None
        around: Iterable[Mark] = chain.from_iterable(
            _networks_around(host, self._prefixes) for host in hosts
        )
        for mark in chain(marks, around):
            found = self._by_mark.get(mark)
            if found is not None and found.until > now:
                return found
        return None
