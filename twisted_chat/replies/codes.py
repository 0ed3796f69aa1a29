"""
Replies about codes: those that link a device to an account, and those of invitations.

A reply with a code in it is told once and kept nowhere.
"""

from __future__ import annotations

from attrs import field, frozen

from twisted_chat.replies.reply import Reply


@frozen
class LinkOffered(Reply):
    """
    Another device comes to the reader's account with ``code``, once, within ``seconds``.
    """

    code: str = field(repr=False)
    seconds: float


@frozen
class LinkAsked(Reply):
    """
    A device with the reader's code wants to be let in to their account.

    Attributes:
        door: at which it is, such as ``ssh``.
        device: what it calls itself; may be empty.
        host: the address it comes from, also where that is this machine; empty by a UNIX socket.
        seconds: within which the reader must answer.
    """

    door: str
    device: str
    host: str
    seconds: float


@frozen
class LinkWaits(Reply):
    """
    The reader has to confirm, at the device where the code of ``account`` was made.

    Attributes:
        seconds: within which.
    """

    account: str
    seconds: float


@frozen
class LinkAnswered(Reply):
    """
    The device that asked for it is let in to the reader's account, or not.
    """

    is_let_in: bool


@frozen
class InvitationCreated(Reply):
    """
    So many newcomers make accounts with ``code`` until a time, in seconds since the epoch.
    """

    code: str = field(repr=False)
    uses: int
    until: float


@frozen
class InvitationRow:
    """
    A code for newcomers.

    Attributes:
        number: among all codes there were.
        by: who made it; empty for the operator at the shell.
        made_at: when it was made.
        until: when it ends, or was ended.
        uses: for how many accounts it is good.
        used: how many were made with it.
        accounts: their names, as far as they are still there.
    """

    number: int
    by: str
    made_at: float
    until: float
    uses: int
    used: int
    accounts: tuple[str, ...]


@frozen
class InvitationList(Reply):
    """
    The codes for newcomers, the latest last.
    """

    invitations: tuple[InvitationRow, ...]


@frozen
class InvitationRevoked(Reply):
    """
    No account is made any more with the code of this number.
    """

    number: int
