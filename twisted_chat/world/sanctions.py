"""
Bans and mutes: whom they hit, and for how long.

Everything here is pure: it is told the time, by the wall clock, as that is what users are told.
"""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat import errors
from twisted_chat.replies.moderation import SanctionEntry
from twisted_chat.store.decisions import deadline
from twisted_chat.text.marks import read_speaker
from twisted_chat.text.names import fold, meant_of, narrow, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twisted_chat.store.decisions import Sanction

#: A folded name, a network such as ``192.0.2.0/24``, or the number of an account or a visit.
Mark = str | int

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The shortest prefix of a network that may be named: more would be half the world.
_WIDEST = {4: 8, 6: 16}
#: What users who may not know addresses read in the place of one.
AN_ADDRESS = "an address"
# A user with an IPv6 address has all of this network.
_OWN_PREFIX = 64


@frozen
class Mask:
    """
    Whom a ban is for, as a user typed it.

    Attributes:
        text: a folded name or a network.
        shown: the same as it is shown.
    """

    text: str
    shown: str

    @property
    def is_network(self) -> bool:
        """
        Whether it is for all who come from somewhere.
        """
        return is_network(self.text)


def is_network(mask: str) -> bool:
    """
    Return whether the text of a mask is a network.
    """
    # A name holds no slash.
    return "/" in mask


def without_address(target: str) -> str:
    """
    Return the target of a ban as it is shown to users who may not know addresses.
    """
    # No name is written like an address: it has a letter, and no colon.
    try:
        ipaddress.ip_network(target)
    except ValueError:
        return target
    return AN_ADDRESS


def read_mask(typed: str) -> Mask:
    """
    Read a name or an address: an IPv6 address means its /64, a mapped IPv4 one the IPv4 one.

    Raises:
        NotAllowed: it is neither, or a network too wide to be meant.
    """
    try:
        network = _network(typed)
    except ValueError:
        return _read_name(typed)
    if network is None or network.prefixlen < _WIDEST[network.version]:
        widest = f"/{_WIDEST[4]}, or /{_WIDEST[6]} for IPv6"
        raise errors.NotAllowed(
            f"A network may be no wider than {widest}.", code="network-too-wide"
        )
    return Mask(str(network), _shown(network))


def _read_name(typed: str) -> Mask:
    try:
        name = read_speaker(typed)
    except errors.BadName:
        # It may well be an address with a slip in it, which must not pass for a user's name.
        sentence = f"{shortened(typed)} is neither a name nor an address."
        raise errors.NotAllowed(sentence, code="not-a-target", target=shortened(typed)) from None
    return Mask(fold(name), name)


def _network(typed: str) -> Network | None:
    """
    Return the network that an address means; None for what holds all of IPv4.

    Raises:
        ValueError: it is no address.
    """
    interface = ipaddress.ip_interface(narrow(typed))
    if isinstance(interface, ipaddress.IPv4Interface):
        return interface.network
    network, mapped = interface.network, interface.ip.ipv4_mapped
    if mapped is not None:
        prefix = network.prefixlen - 96
        return ipaddress.IPv4Network((mapped, prefix), strict=False) if prefix > 0 else None
    if network.prefixlen > _OWN_PREFIX:
        return network.supernet(new_prefix=_OWN_PREFIX)
    return network


def _shown(network: Network) -> str:
    return str(network) if network.num_addresses > 1 else str(network.network_address)


def inside(network: str) -> Callable[[str], bool]:
    """
    Return what says whether a host, as limits count it, is in ``network``; at once, for thousands.
    """
    whole = ipaddress.ip_network(network)
    family = socket.AF_INET if whole.version == 4 else socket.AF_INET6
    beyond = whole.max_prefixlen - whole.prefixlen
    begin = int(whole.network_address) >> beyond

    def is_inside(host: str) -> bool:
        try:
            packed = socket.inet_pton(family, host.partition("/")[0])
        except OSError:
            return False
        return int.from_bytes(packed) >> beyond == begin

    return is_inside


@lru_cache(maxsize=4096)
def _networks_around(host: str, prefixes: frozenset[tuple[int, int]]) -> tuple[str, ...]:
    """
    Return the networks of these versions and prefix lengths that ``host`` is in.
    """
    try:
        network = ipaddress.ip_network(host)
    except ValueError:
        # A door may know of hosts that are no addresses.
        return ()
    return tuple(
        str(network.supernet(new_prefix=length))
        for version, length in prefixes
        if version == network.version and length <= network.prefixlen
    )


def entry_of(sanction: Sanction, room: str) -> SanctionEntry:
    """
    Return ``sanction`` as users are shown it.

    Args:
        room: the name of the room where it holds; empty for the whole server.
    """
    return SanctionEntry(
        sanction.kind,
        room,
        sanction.shown,
        sanction.by,
        sanction.reason,
        sanction.at,
        sanction.until,
    )


def sentence_of(entry: SanctionEntry, bot: str = "") -> str:
    """
    Return the notice to a user whom a ban or mute hits: by whom, until when, and why.

    Args:
        bot: the name of the bot that is hit, for the user who used it.
    """
    who = f"{bot} is" if bot else "You are"
    why = f": {entry.reason}" if entry.reason else "."
    ends = f"until {deadline(entry.until)}{why}"
    return f"{who} {done_by(entry.kind)} {where(entry.kind, entry.room)} by {entry.by} {ends}"


def done_by(kind: str) -> str:
    """
    Return what is done by a ``ban`` or a ``mute``.
    """
    return "banned" if kind == "ban" else "muted"


def where(kind: str, room: str) -> str:
    """
    Return where a ``ban`` or a ``mute`` holds, as it stands in a sentence.

    Args:
        room: its name; empty for the whole server.
    """
    if kind == "ban":
        return f"from #{room}" if room else "from this server"
    return f"in #{room}" if room else "on this server"


def refusal_of(sanction: Sanction, room: str, bot: str = "") -> errors.Sanctioned:
    """
    Return the refusal for a user whom ``sanction`` hits.

    Args:
        room: as of `entry_of`.
        bot: as of `sentence_of`.
    """
    entry = entry_of(sanction, room)
    return errors.Sanctioned(
        sentence_of(entry, bot),
        code="banned" if entry.kind == "ban" else "muted",
        room=room,
        by=entry.by,
        reason=entry.reason,
        until=entry.until,
    )


@define(eq=False)
class Sanctions:
    """
    The bans, or the mutes, of one room or of the server.

    Args:
        most: how many at once.

    Attributes:
        exist: there are any.  It is asked for each line, so it is a bare value.
    """

    _most: int
    exist: bool = field(init=False, default=False)
    _all: dict[int, Sanction] = field(init=False, factory=dict)
    # By whatever shows that a user is meant.
    _by_mark: dict[Mark, list[Sanction]] = field(init=False, factory=dict)
    # Of the networks: how many there are of each version and prefix length, and which these are.
    _counts: dict[tuple[int, int], int] = field(init=False, factory=dict)
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
        Check that one more may be added.

        Raises:
            TooMuch: the limit is reached.
        """
        if len(self._all) >= self._most:
            raise errors.TooMuch(
                f"There are already {self._most}; lift some of them first.",
                code="too-many-sanctions",
                most=self._most,
            )

    def add(self, sanction: Sanction) -> None:
        """
        Add ``sanction``.
        """
        self._all[sanction.id] = sanction
        self.exist = True
        for mark in _marks(sanction):
            self._by_mark.setdefault(mark, []).append(sanction)
        self._count(sanction, 1)

    def remove(self, sanctions: Iterable[Sanction]) -> None:
        """
        Remove ``sanctions``.
        """
        for sanction in sanctions:
            del self._all[sanction.id]
            for mark in _marks(sanction):
                self._by_mark[mark].remove(sanction)
                if not self._by_mark[mark]:
                    del self._by_mark[mark]
            self._count(sanction, -1)
        self.exist = bool(self._all)

    def _count(self, sanction: Sanction, more: int) -> None:
        if is_network(sanction.mask):
            network = ipaddress.ip_network(sanction.mask)
            kind = network.version, network.prefixlen
            self._counts[kind] = self._counts.get(kind, 0) + more
            self._prefixes = frozenset(each for each, count in self._counts.items() if count)

    def of(self, marks: Iterable[Mark]) -> list[Sanction]:
        """
        Return those for one of these marks, or for exactly this network.
        """
        found = chain.from_iterable(self._by_mark.get(mark, ()) for mark in marks)
        return list({sanction.id: sanction for sanction in found}.values())

    def meant(self, typed: str) -> list[Sanction]:
        """
        Return those for the name that is meant by what a user typed.
        """
        masks = (each.mask for each in self._all.values() if not is_network(each.mask))
        return self.of([meant_of(typed, masks)])

    def expired(self, now: float) -> list[Sanction]:
        """
        Return the sanctions whose time is over at ``now``.
        """
        return [sanction for sanction in self._all.values() if sanction.until <= now]

    def find(self, marks: Iterable[Mark], hosts: Iterable[str], now: float) -> Sanction | None:
        """
        Return the longest sanction for these marks or hosts.
        """
        if not self._all:
            return None
        around = (_networks_around(host, self._prefixes) for host in hosts)
        found = self.of(chain(marks, chain.from_iterable(around)))
        hits = [sanction for sanction in found if sanction.until > now]
        return max(hits, key=lambda sanction: sanction.until, default=None)


def _marks(sanction: Sanction) -> tuple[Mark, ...]:
    return (sanction.mask, sanction.author) if sanction.author else (sanction.mask,)
