"""
Limits of password guesses, for each account and each address, that let the owner in.

An address from which the owner of an account logged in before has its own allowance for that
account, which guesses from other addresses or at other accounts do not use.  So nobody can lock
the owner out, except from the owner's address.

All other addresses share the guesses at an account, and the owner at a new address is one of them.
When none are left, the next user who tries is given a turn: a reserved guess, at a time that they
are told.  A network has one turn at a time.  So an attacker makes the owner wait a minute for each
of the attacker's networks, and gets no more guesses than without turns.

Everything here is pure: it is given the time of day, in seconds since the epoch, because its state
survives a restart.  That clock may step back: then a stranger waits for an hour at most, and the
owner at a known address for a minute.
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from attrs import define, field

from twisted_chat.store.allowances import Allowance

#: Guesses at once.
AT_ONCE = 5
#: Seconds until there is one more.
INTERVAL = 60.0
#: Turns that are reserved at one account; beyond that, clients must try again later.
MAX_TURNS = 60
#: Seconds for which a turn lasts.
TURN = 120.0
#: Known addresses of one account, those from which its owner logged in last.
KNOWN_ADDRESSES = 8
#: Accounts with known addresses, those whose owners logged in last.
KNOWN_ACCOUNTS = 16384
#: Allowances that are kept while not whole; beyond that, the half nearest to whole is dropped.
MAX_KEPT = 32768

# Tolerance for rounding.
_CLOSE = 1e-3

# An account and an address.  An empty account stands for all accounts, an empty address for all
# strangers.  A network in place of the address makes it a turn, which is over when it is whole.
_Key = tuple[str, str]


@define(eq=False)
class Throttle:
    """
    Counts guesses of passwords.

    An account is any key of something that can be guessed, whether it exists or not; a client
    cannot tell.  It is empty for codes, which belong to no account before they are right: a guess
    at one is counted for its address alone, as nobody could keep all others from theirs so.  An
    address is as limits count it; None, for a UNIX socket, has no limit of its own.
    """

    # When each allowance that is not whole will be whole again.
    _whole_at: dict[_Key, float] = field(init=False, factory=dict)
    # For each account, the addresses and times of logins, both in their order.
    _known: dict[str, dict[str, float]] = field(init=False, factory=dict)

    def guess(self, account: str, address: str | None, now: float) -> float:
        """
        Use a guess if there is one, so that it can be verified.

        Returns:
            the seconds until there is one, which is reserved for this network if possible; 0 if
            one was used.
        """
        self._drop_least(now)
        keys = self._keys(account, address)
        wait = max((self._wait(key, now) for key in keys), default=0.0)
        if not wait:
            self._use_up(keys, now)
        elif keys[0] == (account, ""):
            return self._wait_in_line(keys, (account, _network(address)), now)
        return wait

    def _wait_in_line(self, keys: list[_Key], turn: _Key, now: float) -> float:
        """
        Use the guess of a stranger whose turn it is, or reserve a turn.
        """
        shared, *own = keys
        elsewhere = max((self._wait(key, now) for key in own), default=0.0)
        begins = self._until(turn, now)
        if begins is not None:
            # It was counted when it was reserved.
            wait = max(begins, elsewhere)
            if not wait:
                self._whole_at[turn] = now
                self._use_up(own, now)
            return wait
        wait = self._wait(shared, now)
        if not elsewhere and wait <= MAX_TURNS * INTERVAL:
            self._use_up([shared], now)
            self._whole_at[turn] = now + wait + TURN
        return max(wait, elsewhere)

    def _until(self, turn: _Key, now: float) -> float | None:
        """
        Return the seconds until a turn begins; None if there is none, or it is over.
        """
        left = self._whole_at.get(turn, now) - now
        if not 0 < left <= MAX_TURNS * INTERVAL + TURN:
            return None
        return left - TURN if left - TURN > _CLOSE else 0.0

    def _use_up(self, keys: Iterable[_Key], now: float) -> None:
        for key in keys:
            self._whole_at[key] = now + self._missing(key, now) + INTERVAL

    def succeeded(self, account: str, address: str | None, now: float) -> None:
        """
        Give back the right guess, and remember the address as known.
        """
        self.give_back(account, address, now)
        self._know(account, _place(address), now)

    def give_back(self, account: str, address: str | None, now: float) -> None:
        """
        Give back a guess that was not checked.
        """
        for key in self._keys(account, address):
            missing = self._missing(key, now) - INTERVAL
            if missing > 0:
                self._whole_at[key] = now + missing
            else:
                self._whole_at.pop(key, None)

    def forget(self, account: str) -> None:
        """
        Forget everything about a deleted account.
        """
        self._known.pop(account, None)
        for key in [key for key in self._whole_at if key[0] == account]:
            del self._whole_at[key]

    def rows_of(self, account: str, address: str | None) -> list[Allowance]:
        """
        Return the allowances that a guess at ``account`` from ``address`` may have changed.
        """
        place, network = _place(address), _network(address)
        keys = [(account, ""), ("", place), (account, place), (account, network)]
        if not account:
            keys = self._keys(account, address)
        return [
            Allowance(
                *key, self._whole_at.get(key, 0.0), self._known.get(key[0], {}).get(key[1], 0.0)
            )
            for key in keys
        ]

    def load(self, rows: Iterable[Allowance]) -> None:
        """
        Load the guesses from the store.
        """
        rows = list(rows)
        for row in sorted(rows, key=lambda row: row.known_at):
            if row.known_at:
                self._know(row.account, row.address, row.known_at)
        used = sorted((row for row in rows if row.whole_at), key=lambda row: row.whole_at)
        self._whole_at = {(row.account, row.address): row.whole_at for row in used[-MAX_KEPT:]}

    def _keys(self, account: str, address: str | None) -> list[_Key]:
        place = _place(address)
        if not account:
            return [] if address is None else [("", place)]
        if place in self._known.get(account, ()):
            return [(account, place)]
        return [(account, "")] if address is None else [(account, ""), ("", place)]

    def _missing(self, key: _Key, now: float) -> float:
        """
        Return the seconds until an allowance is whole.
        """
        missing = self._whole_at.get(key, now) - now
        most = (AT_ONCE if key[1] else AT_ONCE + MAX_TURNS) * INTERVAL
        if missing > most:
            # More than for an empty one: the clock stepped back.  It counts as an empty one from
            # now on.
            missing = most
            self._whole_at[key] = now + missing
        return max(missing, 0.0)

    def _wait(self, key: _Key, now: float) -> float:
        wait = self._missing(key, now) - (AT_ONCE - 1) * INTERVAL
        return wait if wait > _CLOSE else 0.0

    def _know(self, account: str, place: str, at: float) -> None:
        places = self._known.pop(account, {})
        places.pop(place, None)
        places[place] = at
        if len(places) > KNOWN_ADDRESSES:
            del places[next(iter(places))]
        self._known[account] = places
        if len(self._known) > KNOWN_ACCOUNTS:
            del self._known[next(iter(self._known))]

    def _drop_least(self, now: float) -> None:
        # A flood of new names and addresses does not displace those with most guesses.
        if len(self._whole_at) >= MAX_KEPT:
            left = [(key, at) for key, at in self._whole_at.items() if at > now]
            left.sort(key=lambda item: item[1])
            self._whole_at = dict(left[-(MAX_KEPT // 2) :])


def _place(address: str | None) -> str:
    return "local" if address is None else address


@lru_cache(maxsize=1024)
def _network(address: str | None) -> str:
    """
    Return the network that has one turn at a time, usually that of one subscriber.
    """
    try:
        network = ipaddress.ip_network(address or "")
    except ValueError:
        return f"{_place(address)}/"
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))
