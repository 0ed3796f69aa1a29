"""
Decisions about rooms and users: values that the store keeps.
"""

from __future__ import annotations

import enum
import math
import time

from attrs import field, frozen


class Rank(enum.IntEnum):
    """
    The rank of a user in a room.  Each rank may do what the ranks before it may.

    Attributes:
        ADMITTED: as a member, but let in by the password alone, and only until that changes.
    """

    # The column `rank` of the schema holds each as it is here: this as -1, beside 0 to 3, which
    # schema/0001.sql lists and which mean what they did before this one was added.  Step 13 keeps
    # servers away that do not know it.
    ADMITTED = -1
    MEMBER = 0
    VOICED = 1
    OPERATOR = 2
    OWNER = 3


@frozen(kw_only=True)
class Modes:
    """
    How a room is set.

    Attributes:
        private: it is hidden, and entered by invitation.
        moderated: only users with a voice may speak.
        members: only users with an account may enter.
        topic_locked: only operators may set the topic.
        slow: seconds between two lines of one user; 0 for no wait.
        limit: members at most, but for its operators; 0 for no limit.
        history: lines are kept.
        password: the hash of its password; empty for none.
    """

    private: bool = False
    moderated: bool = False
    members: bool = False
    topic_locked: bool = False
    slow: int = 0
    limit: int = 0
    history: bool = True
    password: str = field(default="", repr=False)

    @property
    def is_closed(self) -> bool:
        """
        Whether users must be let in before they can enter and read.
        """
        return self.private or bool(self.password)

    @property
    def keeps_out(self) -> bool:
        """
        Whether some users may not read it, except those who are banned.
        """
        return self.is_closed or self.members


@frozen
class RoomState:
    """
    The new state of a room.

    Attributes:
        room: its number.
        public_from: the number of the first line that users may read who were not let in.
        topic_by: the nick of who set the topic; empty if that is not known.
        topic_author: their author number; 0 if that is not known.
    """

    room: int
    topic: str
    modes: Modes
    public_from: int
    topic_by: str = ""
    topic_author: int = 0


@frozen
class RoomGone:
    """
    A room without an owner is empty, so all decisions about it end.

    Attributes:
        public_from: as in `RoomState`, for a later room of this name.
        was_closed: a later room of its name is another one, to which its members do not return.
    """

    room: int
    public_from: int
    was_closed: bool


@frozen
class Standing:
    """
    A user or account was let into a room, and has a rank there.

    Attributes:
        room: its number.
        author: the account; for a guest, a negative number for this visit.
        name: the name of the account; for a guest, their nick.
        since: the number of the first line that they may read even if the room is closed.
    """

    room: int
    author: int
    name: str
    rank: Rank
    since: int


@frozen
class StandingEnded:
    """
    A standing in a room ended.
    """

    room: int
    author: int


@frozen
class Sanction:
    """
    A ban or a mute.

    Attributes:
        id: its number in the order of everything that is kept.
        room: where it holds; 0 for the whole server.
        kind: ``ban`` or ``mute``.
        mask: a folded name, of a nick or an account, or a network such as ``192.0.2.0/24``.
        author: the account or visit of the mask; 0 if there is none.
        shown: the mask as users read it.
        by: the nick of the operator.
        reason: may be empty.
        at: when it began, in seconds since the epoch.
        until: when it ends, likewise.
    """

    id: int
    room: int
    kind: str
    mask: str
    author: int
    shown: str
    by: str
    reason: str
    at: float
    until: float

    @property
    def told(self) -> str:
        """
        The operator, the end and the reason, in words.
        """
        return f"by {self.by} {self.ends}"

    @property
    def ends(self) -> str:
        """
        The end and the reason, in words.
        """
        why = f": {self.reason}" if self.reason else "."
        return f"until {deadline(self.until)}{why}"


@frozen
class SanctionEnded:
    """
    A ban or mute was lifted, or expired.
    """

    id: int


@frozen
class Audited:
    """
    An entry of the audit trail.

    Attributes:
        id: its number in the order of everything that is kept.
        room: where; 0 for the whole server.
        room_name: its name; empty for the whole server.
        number: the number of the room's next line at that time; users who may not read that line
            may not read the entry.
        at: wall-clock time, in seconds since the epoch.
        nick: the nick of the user who did it.
        account: the name of their account; empty without one.
        deed: the command that did it, such as ``kick``, ``ban`` or ``private on``.
        target: the user or thing it was done to, as `called` writes it; empty for none.
        reason: may be empty.
        until: when it ends, in seconds since the epoch; 0 for no end.
    """

    id: int
    room: int
    room_name: str
    number: int
    at: float
    nick: str
    account: str
    deed: str
    target: str
    reason: str
    until: float

    @property
    def told(self) -> str:
        """
        The entry as one line.
        """
        target = f" {self.target}" if self.target else ""
        where = f" in #{self.room_name}" if self.room_name else ""
        until = f" until {deadline(self.until)}" if self.until else ""
        why = f": {self.reason}" if self.reason else ""
        who = called(self.nick, self.account)
        return f"{moment(self.at)} {who}: {self.deed}{target}{where}{until}{why}"


@frozen
class Reported:
    """
    A user reported another one to the operators.

    Attributes:
        id: its number in the order of everything that is kept.
        at: wall-clock time, in seconds since the epoch.
        nick: the nick of the user who reports.
        account: the name of their account; empty without one.
        target: the reported user, as `called` writes it.
        room: the current room of the user who reports; 0 for none.
        reason: the text of the report.
        is_read: an operator has read it.
    """

    id: int
    at: float
    nick: str
    account: str
    target: str
    room: int
    reason: str
    is_read: bool

    def is_by(self, account: str) -> bool:
        """
        Return whether the owner of ``account`` made the report.
        """
        return account == (self.account or self.nick)

    def is_about(self, account: str) -> bool:
        """
        Return whether the owner of ``account`` is reported.
        """
        return self.target == account or self.target.endswith(_of(account))


@frozen
class ReportRead:
    """
    An operator has read a report.
    """

    id: int


def called(nick: str, account: str) -> str:
    """
    Return the name of a user in kept entries: the nick, and the account if its name differs.

    Args:
        account: its name; empty without one.
    """
    return nick if account in ("", nick) else nick + _of(account)


def _of(account: str) -> str:
    return f" (account {account})"


def moment(at: float) -> str:
    """
    Return a time as users read it.
    """
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def deadline(at: float) -> str:
    """
    Return the time at which something ends, as users read it.
    """
    # Rounded up to a full minute.
    return moment(math.ceil(at / 60) * 60)


#: A decision that is to be kept.
Decision = (
    RoomState
    | RoomGone
    | Standing
    | StandingEnded
    | Sanction
    | SanctionEnded
    | Audited
    | Reported
    | ReportRead
)
