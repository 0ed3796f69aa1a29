"""
Guesses of passwords: so many for each account and from each address, and the owner can come in.

An address from which the owner of an account came in before has an allowance of its own for it,
which no guess from elsewhere uses up, nor any at another account.  So nobody can lock the owner
out, unless they sit at the owner's address.

Strangers share what may be guessed at an account, and the owner at a new address is one of them.
Where nothing of it is left, whoever asks is given a turn: a guess that is theirs alone, at a time
that they are told.  A network has one turn at a time.  So whoever guesses on and on makes the
owner wait for a minute with each network they come from, and guesses no more than without turns.

Everything here is pure: it is told the time of day, in seconds since the epoch, because what it
keeps is to survive a restart.  That clock may step: backwards, a stranger waits for an hour at
most, and an owner who is known for a minute.
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from attrs import define, field

from twisted_chat.store.records import Allowance

#: Guesses at once.
AT_ONCE = 5
#: Seconds until there is one more.
INTERVAL = 60.0
#: Turns that are given at one account; who comes when all are has to come again later.
MAX_TURNS = 60
#: Seconds for which a turn stands, once it has come.
TURN = 120.0
#: Addresses that are known for one account, those from which its owner came last.
KNOWN_ADDRESSES = 8
#: Accounts of which addresses are known, those whose owners came last.
KNOWN_ACCOUNTS = 16384
#: Allowances that are kept which are not whole; then the half that is nearest to whole is dropped.
MAX_KEPT = 32768

# Rounding, not haste.
_CLOSE = 1e-3

# An account and an address; an empty account is any, and an empty address is any stranger's.  With
# a network for the address it is a turn, which is over when this is whole.
_Key = tuple[str, str]


@define(eq=False)
class Throttle:
    """
    Counts the guesses at passwords.

    An account is whatever stands for what is guessed at, whether there is such a thing or not: who
    guesses cannot tell.  An address is as limits count it; None, of a UNIX socket, is not limited
    by itself.
    """

    # When each allowance is whole again, of those that are not.
    _whole_at: dict[_Key, float] = field(init=False, factory=dict)
    # For each account when its owner came in from where, both in the order in which that was.
    _known: dict[str, dict[str, float]] = field(init=False, factory=dict)

    def guess(self, account: str, address: str | None, now: float) -> float:
        """
        Take a guess if there is one, to be verified then.

        Returns:
            the seconds until there is one, and that is kept for this network if it may be; 0 if it
            was taken.
        """
        self._drop_least(now)
        keys = self._keys(account, address)
        wait = max(self._wait(key, now) for key in keys)
        if not wait:
            self._use_up(keys, now)
        elif keys[0] == (account, ""):
            return self._wait_in_line(keys, (account, _network(address)), now)
        return wait

    def _wait_in_line(self, keys: list[_Key], turn: _Key, now: float) -> float:
        """
        Take the guess of a stranger whose turn it is, or give them one.
        """
        shared, *own = keys
        elsewhere = max((self._wait(key, now) for key in own), default=0.0)
        begins = self._until(turn, now)
        if begins is not None:
            # It was paid for when it was given.
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
        Return the seconds until a turn comes; None if there is none, or none any more.
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
        Give back the guess that was right, and know the address from here on.
        """
        self.give_back(account, address, now)
        self._know(account, _place(address), now)

    def give_back(self, account: str, address: str | None, now: float) -> None:
        """
        Give back a guess that nobody looked at.
        """
        for key in self._keys(account, address):
            missing = self._missing(key, now) - INTERVAL
            if missing > 0:
                self._whole_at[key] = now + missing
            else:
                self._whole_at.pop(key, None)

    def forget(self, account: str) -> None:
        """
        Forget all of an account that is no more.
        """
        self._known.pop(account, None)
        for key in [key for key in self._whole_at if key[0] == account]:
            del self._whole_at[key]

    def rows_of(self, account: str, address: str | None) -> list[Allowance]:
        """
        Return what a guess at ``account`` from ``address`` may have changed, also to nothing.
        """
        place, network = _place(address), _network(address)
        keys = [(account, ""), ("", place), (account, place), (account, network)]
        return [
            Allowance(
                *key, self._whole_at.get(key, 0.0), self._known.get(key[0], {}).get(key[1], 0.0)
            )
            for key in keys
        ]

    def load(self, rows: Iterable[Allowance]) -> None:
        """
        Take up what was kept.
        """
        rows = list(rows)
        for row in sorted(rows, key=lambda row: row.known_at):
            if row.known_at:
                self._know(row.account, row.address, row.known_at)
        used = sorted((row for row in rows if row.whole_at), key=lambda row: row.whole_at)
        self._whole_at = {(row.account, row.address): row.whole_at for row in used[-MAX_KEPT:]}

    def _keys(self, account: str, address: str | None) -> list[_Key]:
        place = _place(address)
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
            # More than for an empty one: the clock stepped back.  From here on it is an empty one.
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
        # A flood of new names and addresses leaves those that were guessed at most.
        if len(self._whole_at) >= MAX_KEPT:
            left = [(key, at) for key, at in self._whole_at.items() if at > now]
            left.sort(key=lambda item: item[1])
            self._whole_at = dict(left[-(MAX_KEPT // 2) :])


def _place(address: str | None) -> str:
    return "local" if address is None else address


@lru_cache(maxsize=1024)
def _network(address: str | None) -> str:
    """
    Return what has one turn at a time: what somebody has who has one address, as a rule.
    """
    try:
        network = ipaddress.ip_network(address or "")
    except ValueError:
        return f"{_place(address)}/"
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))
