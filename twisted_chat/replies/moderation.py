"""
Replies about kicks, bans, mutes and reports, and lists of these.
"""

from __future__ import annotations

import enum

from attrs import frozen

from twisted_chat.replies.reply import Reply


@frozen
class Kicked(Reply):
    """
    ``by`` sent ``nick`` out of ``room``, empty for off the server, for ``reason`` (may be empty).
    """

    nick: str
    room: str
    by: str
    reason: str
    is_yours: bool = False


@frozen
class SanctionEntry:
    """
    A ban or a mute.

    Attributes:
        kind: ``ban`` or ``mute``.
        room: where it holds; empty for the whole server.
        target: a nick, an account, an address or a network.
        by: the nick of who did it.
        reason: may be empty.
        since: when it began.
        until: when it ends.
    """

    kind: str
    room: str
    target: str
    by: str
    reason: str
    since: float
    until: float


@frozen
class Sanctioned(Reply):
    """
    A ban or a mute begins, or an earlier ban hits a user by another nick, account or address.
    """

    sanction: SanctionEntry
    is_yours: bool = False

    @property
    def begins(self) -> bool:
        """
        Whether it begins now; else who did it may have gone, and others may have their nick.
        """
        return self.at == self.sanction.since


@frozen
class Lifted(Reply):
    """
    ``by`` lifted the bans or the mutes of ``target`` in ``room``, empty for the whole server.

    Attributes:
        kind: ``ban`` or ``mute``.
    """

    kind: str
    room: str
    target: str
    by: str
    is_yours: bool = False


@frozen
class Saved(Reply):
    """
    What ``by`` decided is not saved yet, and would end with the server; or now it is saved.

    Attributes:
        deed: as in the audit trail.
        target: the user or thing it was done to; empty for none.
        room: empty for the whole server.
    """

    by: str
    deed: str
    target: str
    room: str
    is_saved: bool


@frozen
class Report(Reply):
    """
    ``nick`` reports ``target`` to the operators, for ``reason``.

    Attributes:
        at: when they did.
        room: where they talked then; empty for nowhere, or where the reader may not know of it.
    """

    nick: str
    target: str
    room: str
    reason: str


@frozen
class ReportTaken(Reply):
    """
    The operators have read the reader's report, or the next one who comes will.
    """

    is_read: bool


@frozen
class AuditEntry:
    """
    What the audit trail tells: who did what to whom.

    Attributes:
        at: when.
        nick: who did it, as they were called.
        deed: the command, such as ``kick``.
        target: whom or what it was done to; empty for nobody.
        room: where; empty for the whole server.
        reason: may be empty.
        until: when it ends; 0 for no end.
        number: of the line it was done to; 0 for none.
        setting: what was set or given: ``on``, ``10s``, a role; may be empty.
    """

    at: float
    nick: str
    deed: str
    target: str
    room: str
    reason: str
    until: float
    number: int = 0
    setting: str = ""


class Subject(enum.Enum):
    """
    What a list is of.
    """

    SANCTIONS = "sanctions"
    AUDIT = "audit"
    REPORTS = "reports"


@frozen
class Listing(Reply):
    """
    A page of a list, the latest last.

    Attributes:
        room: what is listed is of this room; empty for everywhere.
        rows: bans and mutes, entries of the audit trail, or reports, as ``subject`` says.
        has_more: there are earlier ones.
        is_news: what nobody has read yet is shown unasked.
    """

    subject: Subject
    room: str
    rows: tuple[SanctionEntry | AuditEntry | Report, ...]
    has_more: bool
    is_news: bool = False
