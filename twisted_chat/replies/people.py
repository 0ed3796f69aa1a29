"""
Replies about users and their accounts.
"""

from __future__ import annotations

import enum

from attrs import frozen

from twisted_chat.replies.programs import PrivateUnread, RoomUnread
from twisted_chat.replies.reply import Refused, Reply


@frozen
class Welcome(Reply):
    """
    The reader has a name now.

    Attributes:
        account: that they are logged in to; empty for none.
        rooms: that they are in.
        connections: of theirs, this one included.
        refusal: why they are not in the room where users arrive; None if they are.
    """

    nick: str
    account: str
    rooms: tuple[str, ...]
    connections: int
    refusal: Refused | None = None


@frozen
class LooksRegistered(Reply):
    """
    The reader gave ``nick``, which looks like the ``account`` whose password they are asked for.
    """

    nick: str
    account: str


class AccountChange(enum.Enum):
    """
    What may happen to an account.
    """

    REGISTERED = "registered"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # no password
    UNREGISTERED = "unregistered"
    LOGGED_OUT = "logged-out"


@frozen
class AccountChanged(Reply):
    """
    Something happened to the reader's ``account``, at their wish.
    """

    account: str
    change: AccountChange


@frozen
class Exported(Reply):
    """
    What is kept about the reader is in ``file``, which the operator of the server has.
    """

    account: str
    file: str


@frozen
class RoleChanged(Reply):
    """
    The owner of ``account`` was given ``role``, or it was taken.
    """

    account: str
    role: str
    is_granted: bool
    is_yours: bool = False


@frozen
class ConnectionsClosed(Reply):
    """
    The other connections of the reader's ``account`` are closed: ``count`` of them.
    """

    account: str
    count: int


@frozen
class Away(Reply):
    """
    ``nick`` is away for ``reason`` (may be empty), or with None not away.
    """

    nick: str
    reason: str | None
    is_yours: bool = False


@frozen
class Ignoring(Reply):
    """
    What ``nick`` says is hidden from the reader from now on, or shown again.
    """

    nick: str
    is_ignored: bool


@frozen
class SettingChanged(Reply):
    """
    A setting of the reader's, such as ``color``, is so from now on.

    Attributes:
        value: on, off or a number; None if it makes no difference at their door.
    """

    name: str
    value: bool | int | None


@frozen
class SettingRow:
    """
    One setting of the reader's.

    Attributes:
        value: how it is on this connection; where it makes no difference at this door, what the
            reader has set, or None for nothing.
        default: how it is where nothing was said; None if it makes no difference at this door.
        is_set: the reader has set it.
        summary: its documentation, one line for users.
    """

    name: str
    value: bool | int | None
    default: bool | int | None
    is_set: bool
    summary: str


@frozen
class SettingsShown(Reply):
    """
    The settings of the reader, or one of them.

    Attributes:
        ignored: whom they ignore.
        room: in which they talk; empty for none.
        is_kept: with their account; otherwise they last for this visit.
        highlights: the words by which lines mention them, besides their nick.
        notify: the rooms of whose lines they are told otherwise than by default, each with
            ``all`` or ``none``.
    """

    settings: tuple[SettingRow, ...]
    ignored: tuple[str, ...]
    room: str
    is_kept: bool
    highlights: tuple[str, ...] = ()
    notify: tuple[tuple[str, str], ...] = ()


@frozen
class MessageWaits(Reply):
    """
    What the reader wrote to ``recipient``, an account, waits until its owner comes.
    """

    recipient: str


@frozen
class WasMissed(Reply):
    """
    So many lines were said in the reader's rooms while they were away.

    Attributes:
        since: when they left, in seconds since the epoch.
        mentions: how many name them.
        is_at_least: there may be more.
    """

    lines: int
    since: float
    mentions: int
    is_at_least: bool


@frozen
class UnreadShown(Reply):
    """
    What the reader has not read: only the rooms and users of whom there is something.

    Attributes:
        is_at_least: others may have written to them before.
    """

    rooms: tuple[RoomUnread, ...]
    private: tuple[PrivateUnread, ...]
    is_at_least: bool = False


@frozen
class MarkedRead(Reply):
    """
    The reader has read ``room`` now; empty for all rooms, and what others wrote to them.
    """

    room: str


@frozen
class NotifySet(Reply):
    """
    Of which lines of ``room`` the reader is told: ``all``, ``mentions`` or ``none``.
    """

    room: str
    level: str


@frozen
class HighlightsShown(Reply):
    """
    The ``words`` by which lines mention the reader, besides their nick.
    """

    words: tuple[str, ...]


@frozen
class Whois(Reply):
    """
    Who ``nick`` is.

    Attributes:
        rooms: that they are in, as far as the reader may know of them.
        since: when they came.
        online: how long they are here.
        idle: since their last line.
        away: why they are away; None if they are not.
        hosts: the addresses they come from, empty by a UNIX socket; None where the reader is not
            to know.
        is_bot: no person, but a plugin under a name of its own.
        is_operator: they are an operator of the server.
    """

    nick: str
    rooms: tuple[str, ...]
    since: float
    online: float
    idle: float
    away: str | None
    hosts: tuple[str, ...] | None
    is_bot: bool = False
    is_operator: bool = False


@frozen
class Connection:
    """
    One connection of a user.

    Attributes:
        host: the address it comes from, also where that is this machine; empty by a UNIX socket.
        since: when it came.
        online: for how long.
        idle: since its last line.
        is_current: the list goes to this one.
    """

    host: str
    since: float
    online: float
    idle: float
    is_current: bool


@frozen
class Connections(Reply):
    """
    The connections of the reader.
    """

    connections: tuple[Connection, ...]
