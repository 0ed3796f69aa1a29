"""
Invitations: the codes with which newcomers make accounts, as the store keeps them.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Invitation:
    """
    A code that makes so many accounts until it ends.

    Attributes:
        number: among all codes there were, from 1.
        hash: of the code, which nobody but who was given it has.
        author: the number of the account of its maker; 0 for the admin program.
        by: what its maker was called then; empty for the admin program.
        made_at: when it was made, in seconds since the epoch.
        until: when it ends or was ended, likewise.
        uses: for how many accounts it is good.
        used: how many were made with it.
        accounts: the names of these, as far as they are still there, in the order of making.
    """

    number: int
    hash: str = field(repr=False)
    author: int
    by: str
    made_at: float
    until: float
    uses: int
    used: int = 0
    accounts: tuple[str, ...] = ()

    def is_good(self, now: float) -> bool:
        """
        Return whether an account can be made with it at ``now``, in seconds since the epoch.
        """
        return now < self.until and self.used < self.uses


@frozen
class InvitationMade:
    """
    A code is new; the fields are those of `Invitation`.
    """

    hash: str = field(repr=False)
    author: int
    by: str
    made_at: float
    until: float
    uses: int


@frozen
class InvitationEnded:
    """
    A code is good no more.

    Attributes:
        at: from when on, in seconds since the epoch.
    """

    number: int
    at: float


@frozen
class InvitationsEnded:
    """
    All codes that the owner of an account has made are good no more.

    Attributes:
        at: from when on, in seconds since the epoch.
    """

    author: int
    at: float


#: A change of the invitations.
InvitationChange = InvitationMade | InvitationEnded | InvitationsEnded
