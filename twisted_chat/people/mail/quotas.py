"""
Quotas: how many mails may be sent for an account, for a host and to a mailbox, over restarts too.

They are kept beside the guesses at passwords, as what is used up and when that is over.  Of a
mailbox, which may be that of a person who never was here, a hash is kept and not the address.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.limits import Rate
from twisted_chat.store.allowances import MAILS, Allowance, AllowanceKept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.world import World

# So many before those that are whole again are dropped.
_REMEMBERED = 4096
# Seconds that are a rounding error.
_CLOSE = 1e-3


def mailbox_of(address: str) -> str:
    """
    Return what is the same for all addresses that likely go to one person's mailbox.

    That is without case, without what stands behind a ``+`` (RFC 5233), and without dots, which
    some providers do not count.  People whose addresses differ by a dot share a quota.
    """
    before, _, domain = address.lower().rpartition("@")
    if domain == "googlemail.com":
        # The one provider with two domains for each mailbox.
        domain = "gmail.com"
    name = (before.partition("+")[0] or before).replace(".", "")
    return f"{name}@{domain}"


@define(frozen=True)
class Quota:
    """
    So many mails in a time.

    Attributes:
        key: whose quota it is, and of which mails.
        rate: how many, and in how many seconds.
    """

    key: str
    rate: Rate

    @classmethod
    def to_mailbox(cls, address: str, rate: Rate, whose: str = "") -> Quota:
        """
        Return the quota of the mailbox behind ``address``.

        Args:
            whose: of which mails, if not of all together.
        """
        mailbox = blake2b(mailbox_of(address).encode(), digest_size=16).hexdigest()
        return cls(f"{whose}{' ' if whose else ''}mailbox {mailbox}", rate)

    @property
    def interval(self) -> float:
        """
        Seconds until there is one more.
        """
        return self.rate.seconds / self.rate.count


@define(eq=False)
class Quotas:
    """
    Counts mails.

    Args:
        world: knows the time of day, for this lasts over a restart.  It may step back: then all
            is used up, at most.
        fanout: has it kept.
    """

    _world: World
    _fanout: Fanout
    # When each will be whole again, in seconds since the epoch.
    _whole_at: dict[str, float] = field(init=False, factory=dict)
    _forget_at: int = field(init=False, default=_REMEMBERED)

    def begin(self, allowances: Iterable[Allowance]) -> None:
        """
        Load what the store holds.
        """
        self._whole_at = {
            each.address: each.whole_at for each in allowances if each.account == MAILS
        }

    def wait(self, *quotas: Quota) -> float:
        """
        Return the seconds until all of ``quotas`` have a mail left; 0 for now.
        """
        waits = (self._missing(each) - each.rate.seconds + each.interval for each in quotas)
        return max((each for each in waits if each > _CLOSE), default=0.0)

    def spend(self, *quotas: Quota) -> None:
        """
        Count a mail, and have that kept.
        """
        now = self._world.now()
        if len(self._whole_at) >= self._forget_at:
            self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
            self._forget_at = max(_REMEMBERED, 2 * len(self._whole_at))
        for each in quotas:
            whole_at = self._whole_at[each.key] = now + self._missing(each) + each.interval
            kept = Allowance(MAILS, each.key, whole_at)
            self._fanout.keep(AllowanceKept(kept, is_settled=False))

    def _missing(self, quota: Quota) -> float:
        """
        Return the seconds until ``quota`` is whole.
        """
        missing = self._whole_at.get(quota.key, 0.0) - self._world.now()
        return min(max(missing, 0.0), quota.rate.seconds)
