"""
Allowances: how many wrong passwords may still be given, and mails be sent, as a store keeps that.
"""

from __future__ import annotations

from attrs import frozen

#: In the place of the account of allowances of mails; the address is their key.
MAILS = "mails"


@frozen
class Allowance:
    """
    The used part of one allowance.

    Attributes:
        account: the account; empty for all accounts together.
        address: the address; empty for all strangers together.  A network stands for its turn.
        whole_at: when it will be whole again, in seconds since the epoch.
        known_at: when the owner of the account last logged in from the address; 0 for never.
    """

    account: str
    address: str
    whole_at: float
    known_at: float = 0.0

    def is_settled(self, now: float) -> bool:
        """
        Return whether it equals a new one, so that it need not be kept.
        """
        return not self.known_at and self.whole_at <= now


@frozen
class AllowanceKept:
    """
    The state of an allowance of guesses, which is deleted if it is settled.
    """

    allowance: Allowance
    is_settled: bool
