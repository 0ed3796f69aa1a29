"""
What was decided about rooms and people: values that go into a store and come out of it.
"""

from __future__ import annotations

import enum
import math
import time

from attrs import field, frozen


class Rank(enum.IntEnum):
    """
    What somebody is in a room beyond being there.  Each may do what those before it may.
    """

    MEMBER = 0
    VOICED = 1
    OPERATOR = 2
    OWNER = 3


@frozen(kw_only=True)
class Modes:
    """
    How a room is set.

    Attributes:
        private: it is listed to nobody, and entered by invitation.
        moderated: only those with a voice speak.
        members: only people with an account enter.
        topic_locked: only operators set the topic.
        slow: seconds between two lines of one person; 0 for none.
        history: what is said is kept.
        password: the hash of the password that lets in; empty for none.
    """

    private: bool = False
    moderated: bool = False
    members: bool = False
    topic_locked: bool = False
    slow: int = 0
    history: bool = True
    password: str = field(default="", repr=False)

    @property
    def is_closed(self) -> bool:
        """
        Whether one enters and reads only after having been let in.
        """
        return self.private or bool(self.password)

    @property
    def keeps_out(self) -> bool:
        """
        Whether there is anybody who may not read, but for the banned.
        """
        return self.is_closed or self.members


@frozen
class RoomState:
    """
    A room is like this from here on.

    Attributes:
        room: its number.
        public_from: the number of the first line that may be read without having been let in.
    """

    room: int
    topic: str
    modes: Modes
    public_from: int


@frozen
class RoomGone:
    """
    A room that nobody owns was left by everybody: of what was decided there, nothing holds.

    Attributes:
        public_from: as in `RoomState`, for whoever makes a room of this name again.
        unseats: not everybody could enter it, so that nobody comes back to it unasked: what they
            would find is another room, and an open one.
    """

    room: int
    public_from: int
    unseats: bool


@frozen
class Standing:
    """
    Somebody has been let into a room, lastingly, and has a rank there.

    Attributes:
        room: its number.
        author: their account; for somebody without one, a negative number for this visit.
        name: the account's, or for somebody without one the nick they had.
        since: the number of the first line that they may read however closed the room is.
    """

    room: int
    author: int
    name: str
    rank: Rank
    since: int


@frozen
class StandingEnded:
    """
    Somebody is nothing in a room any more.
    """

    room: int
    author: int


@frozen
class Sanction:
    """
    A ban or a mute.

    Attributes:
        id: in the order of everything that is kept.
        room: where it holds; 0 for the whole server.
        kind: ``ban`` or ``mute``.
        mask: a folded name, of a nick or an account, or a network such as ``192.0.2.0/24``.
        author: the account or visit of whom the mask names; 0 for nobody who is here or has one.
        shown: the mask as it is shown.
        by: the nick of who did it.
        reason: may be empty.
        at: wall-clock time of its beginning, in seconds since the epoch.
        until: and of its end.
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
        By whom it is, until when, and why.
        """
        return f"by {self.by} {self.ends}"

    @property
    def ends(self) -> str:
        """
        Until when it is, and why.
        """
        why = f": {self.reason}" if self.reason else "."
        return f"until {deadline(self.until)}{why}"


@frozen
class SanctionEnded:
    """
    A ban or mute was lifted, or has expired.
    """

    id: int


@frozen
class Audited:
    """
    A line of the audit trail: who did what to whom.

    Attributes:
        id: in the order of everything that is kept.
        room: where; 0 for the whole server.
        room_name: its name; empty for the whole server.
        number: of the room's next line then, so that the trail is read from where its lines are.
        at: wall-clock time, in seconds since the epoch.
        nick: who did it.
        account: the name of their account; empty without one.
        deed: such as ``kick``, ``ban`` or ``private on``: the command that did it.
        target: whom or what it was done to, as of `called`; empty for nobody.
        reason: may be empty.
        until: when it ends, as wall-clock time; 0 for no end.
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
        The line, as it is read.
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
    Somebody told the operators of somebody.

    Attributes:
        id: in the order of everything that is kept.
        at: wall-clock time, in seconds since the epoch.
        nick: who reports.
        account: the name of their account; empty without one.
        target: whom they report, as of `called`.
        room: where they talked then; 0 for nowhere.
        reason: in their words.
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
        Say whether it is the owner of ``account`` who reports.
        """
        return account == (self.account or self.nick)

    def is_about(self, account: str) -> bool:
        """
        Say whether it is the owner of ``account`` whom they report.
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
    Return what somebody is called in what is kept: also their account, if that is another name.

    Args:
        account: its name; empty without one.
    """
    return nick if account in ("", nick) else nick + _of(account)


def _of(account: str) -> str:
    return f" (account {account})"


def moment(at: float) -> str:
    """
    Return the wall-clock time of something, as people are told of it.
    """
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def deadline(at: float) -> str:
    """
    Return the wall-clock time by which something is over, as people are told of it.
    """
    # Of a minute that has begun, not all is over.
    return moment(math.ceil(at / 60) * 60)


#: One thing that was decided, to be kept.
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
