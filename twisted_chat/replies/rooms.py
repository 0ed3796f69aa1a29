"""
Replies about rooms: entering them, their members, and their modes.
"""

from __future__ import annotations

from attrs import frozen

from twisted_chat.replies.reply import Reply


@frozen
class Entered(Reply):
    """
    The reader has entered ``room``.

    Attributes:
        nick: their own.
        topic: of the room; may be empty.
        members: others who are there, the first of them.
        more: how many more there are.
        is_elsewhere: they did so from another connection.
    """

    room: str
    nick: str
    topic: str
    members: tuple[str, ...]
    more: int
    is_elsewhere: bool = False


@frozen
class CurrentRoom(Reply):
    """
    The lines of the reader go to ``room`` from now on.
    """

    room: str


@frozen
class Numbered(Reply):
    """
    What the reader just said in ``room`` is its line ``number``.
    """

    room: str
    number: int


@frozen
class RoomsRestored(Reply):
    """
    The reader is back in ``rooms`` as well, where they were the last time.
    """

    rooms: tuple[str, ...]


@frozen
class Member:
    """
    Who is in a room.

    Attributes:
        is_bot: no person, but a plugin under a name of its own.
    """

    nick: str
    is_away: bool
    is_bot: bool = False


@frozen
class Who(Reply):
    """
    Who is in ``room``: its first ``members`` by name, and how many ``more``.
    """

    room: str
    members: tuple[Member, ...]
    more: int


@frozen
class RoomSummary:
    """
    A room, how many ``members`` it has, and its topic (may be empty).
    """

    room: str
    members: int
    topic: str


@frozen
class Rooms(Reply):
    """
    The rooms that the reader may know of, the largest first, and how many ``more``.
    """

    rooms: tuple[RoomSummary, ...]
    more: int


@frozen
class Topic(Reply):
    """
    The topic of ``room``; may be empty.
    """

    room: str
    topic: str


@frozen
class Modes(Reply):
    """
    How ``room`` is set, and who operates it.

    Attributes:
        slow: seconds between two lines of one user; 0 for none.
        limit: members at most, but for its operators; 0 for no limit.
        owners: accounts; so are ``operators`` and ``voiced``, which hold the nicks of guests too.
    """

    room: str
    is_private: bool
    is_locked: bool
    is_moderated: bool
    slow: int
    is_members_only: bool
    is_topic_locked: bool
    is_history_kept: bool
    owners: tuple[str, ...]
    operators: tuple[str, ...]
    voiced: tuple[str, ...]
    limit: int = 0
