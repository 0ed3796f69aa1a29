"""
Events: frozen values that say what happened, with names and no live objects.

So an event can be kept, compared, and sent to another process.  Rooms are named without their
``#``.  ``at`` is the wall-clock time in seconds since the epoch.  It is shown and kept, but gives
no order: the order is that in which the hub made the events.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

__all__ = [
    "Acted",
    "Announced",
    "Broadcast",
    "Deleted",
    "Departure",
    "Edited",
    "Event",
    "Invited",
    "Joined",
    "Left",
    "ModeChanged",
    "Pinned",
    "Quit",
    "RankChanged",
    "Reacted",
    "Renamed",
    "Said",
    "SaidAsNotice",
    "SaidByBot",
    "Told",
    "ToldAsAction",
    "ToldAsNotice",
    "TopicChanged",
    "Unpinned",
    "Unreacted",
    "Wallops",
]


#: The causes of leaving for which another user gave the reason.
OTHERS_REASONS = frozenset({"kicked", "banned"})


def _id() -> Any:
    # Two that say the same are equal.
    return field(default=0, eq=False)


@frozen
class Event:
    """
    Something that happened at a time.
    """

    at: float


@frozen
class Departure:
    """
    Why a user leaves.

    Attributes:
        reason: what they, an operator or a plugin wrote of it; may be empty.
        cause: a code, such as ``kicked``; empty for their own wish.
        by: the operator who kicked or banned them, or the account that they logged in to; may be
            empty.
    """

    reason: str = ""
    cause: str = ""
    by: str = ""

    @classmethod
    def of(cls, why: str | Departure, longest: int) -> Departure:
        """
        Return why a user leaves, given as that or as the reason alone, which is cut to its length.
        """
        if isinstance(why, Departure):
            return cls(why.reason[:longest], why.cause, why.by)
        return cls(why[:longest])


@frozen
class Said(Event):
    """
    ``nick`` said ``text`` to everybody in ``room``.

    Attributes:
        number: the number of this line in the room; 0 if the room keeps no history.
        re: the number of the line that it answers; 0 for none.
        quote: the nick and the beginning of that line; empty if it may not be quoted.
        quoted: the nick of that line, for users who ignore it.
        account: that ``nick`` is logged in to; empty for a guest.
        id: of the line in the store, in the order of everything that is kept; 0 if it is not kept.
    """

    room: str
    nick: str
    text: str
    number: int = 0
    re: int = 0
    quote: str = ""
    quoted: str = ""
    account: str = ""
    id: int = 0


@frozen
class SaidAsNotice(Said):
    """
    As `Said`, by a program of which no other program may answer it by itself.

    Only clients of IRC are told the difference (RFC 2812, section 3.3.2), and it is not kept.
    """


@frozen
class SaidByBot(Said):
    """
    As `Said`, by a plugin under a name of its own, or by a webhook.

    Attributes:
        is_bot: true, for programs.
        by: the nick that a webhook always has, where it speaks under another; otherwise empty.
    """

    is_bot: bool = True
    by: str = ""


@frozen
class Acted(Event):
    """
    ``nick`` does ``text`` in ``room``, as in ``/me waves``; the rest is as in `Said`.
    """

    room: str
    nick: str
    text: str
    number: int = 0
    account: str = ""
    id: int = 0
    re: int = 0
    quote: str = ""
    quoted: str = ""


@frozen
class Announced(Event):
    """
    A command or plugin tells every member of ``room`` something; the rest is as in `Said`.
    """

    room: str
    text: str
    number: int = 0
    id: int = 0


@frozen
class Edited(Event):
    """
    ``nick`` changed line ``number`` of ``room``, which they wrote, to ``text``.

    After the filters, ``text`` is empty if a member of the room may not read the line.

    Attributes:
        quote: how the line began before; empty if it may not be quoted.
        quoted: the nick under which it was said.
        id: of this change, in the order of everything that is kept; 0 if it is not known.
    """

    room: str
    nick: str
    text: str
    number: int
    quote: str = ""
    quoted: str = ""
    id: int = _id()


@frozen
class Deleted(Event):
    """
    ``nick`` deleted line ``number`` of ``room``.

    The line is not quoted: it may have been a password, or an insult.  ``id`` is as in `Edited`.

    Attributes:
        quoted: the nick that said it; empty for an announcement, or if a member of the room may
            not read the line.
        said_at: when it was said, in seconds since the epoch; 0 if a member may not read it.
        reason: why, in words of ``nick``; empty for none.
    """

    room: str
    nick: str
    number: int
    quoted: str = ""
    said_at: float = 0.0
    id: int = _id()
    reason: str = ""


@frozen
class Reacted(Event):
    """
    ``nick`` reacts with ``symbol``, such as ``+1``, to line ``number`` of ``room``.

    ``quote`` is how that line begins, and ``quoted`` who said it, as in `Said`; ``id`` is as in
    `Edited`.
    """

    room: str
    nick: str
    symbol: str
    number: int
    quote: str = ""
    quoted: str = ""
    id: int = _id()


@frozen
class Unreacted(Event):
    """
    ``nick`` takes back the reaction ``symbol`` to a line; the rest is as in `Reacted`.
    """

    room: str
    nick: str
    symbol: str
    number: int
    quote: str = ""
    quoted: str = ""
    id: int = _id()


@frozen
class Pinned(Event):
    """
    ``nick`` pinned line ``number`` of ``room``; the rest is as in `Reacted`.
    """

    room: str
    nick: str
    number: int
    quote: str = ""
    quoted: str = ""
    id: int = _id()


@frozen
class Unpinned(Event):
    """
    ``nick`` unpinned line ``number`` of ``room``; ``id`` is as in `Edited`.
    """

    room: str
    nick: str
    number: int
    id: int = _id()


@frozen
class Broadcast(Event):
    """
    ``nick``, an operator of the server, tells all users ``text``.
    """

    nick: str
    text: str


@frozen
class Wallops(Event):
    """
    ``nick``, an operator of the server, tells the other operators ``text``.
    """

    nick: str
    text: str


@frozen
class Joined(Event):
    """
    ``nick`` joined ``room``.
    """

    room: str
    nick: str


@frozen
class Left(Event):
    """
    ``nick`` left ``room``.

    Attributes:
        reason: what they, an operator or a plugin wrote of it; may be empty.
        cause: why they had to, a code such as ``kicked``; empty if they wished to.
        by: who made them; may be empty.
    """

    room: str
    nick: str
    reason: str = ""
    cause: str = ""
    by: str = ""


@frozen
class Quit(Event):
    """
    ``nick`` left the chat, and so every room; the rest is as in `Left`.

    A session that shares several rooms with them is told once.
    """

    nick: str
    reason: str = ""
    cause: str = ""
    by: str = ""


@frozen
class Renamed(Event):
    """
    ``nick`` changed their nick to ``new_nick``, in every room.
    """

    nick: str
    new_nick: str


@frozen
class TopicChanged(Event):
    """
    ``nick`` set the topic of ``room``; an empty ``topic`` removes it.  ``id`` is as in `Said`.
    """

    room: str
    nick: str
    topic: str
    id: int = _id()


@frozen
class ModeChanged(Event):
    """
    ``nick`` set a mode of ``room``.

    Attributes:
        mode: ``private``, ``lock``, ``moderated``, ``slow``, ``limit``, ``members``,
            ``topiclock`` or ``keephistory``, after its command.
        setting: 1 for on and 0 for off; of ``slow``, the seconds between two lines of one user;
            of ``limit``, the most members.
        id: as in `Said`.
    """

    room: str
    nick: str
    mode: str
    setting: int
    id: int = _id()


@frozen
class RankChanged(Event):
    """
    ``nick`` gave ``member`` a rank in ``room``, or took it.

    Attributes:
        member: whose it is, by nick or account.
        rank: ``voiced``, ``operator`` or ``owner``.
        is_held: they have it from now on.
        id: as in `Said`.
    """

    room: str
    nick: str
    member: str
    rank: str
    is_held: bool
    id: int = _id()


@frozen
class Told(Event):
    """
    ``nick``, whose account is as in `Said`, wrote ``text`` to ``recipient`` alone.

    Attributes:
        kept_id: of the message in the store, in the order of everything that is kept; 0 if it is
            not kept.
    """

    nick: str
    recipient: str
    text: str
    account: str = ""
    kept_id: int = field(default=0, eq=False)


@frozen
class ToldAsAction(Told):
    """
    As `Told`, but what ``nick`` does: ``text`` is ``* nick waves``, and is kept as that.

    Only clients of IRC are told the difference.
    """


@frozen
class ToldAsNotice(Told):
    """
    As `Told`, but as a notice, like `SaidAsNotice`.
    """


@frozen
class Invited(Event):
    """
    ``nick`` invites ``recipient`` to ``room``.
    """

    nick: str
    recipient: str
    room: str


def typed_in(event: Event) -> str:
    """
    Return the text in ``event`` that a user typed, without names; the log must not hold it.
    """
    texts = (getattr(event, name, "") for name in ("text", "topic", "reason", "quote", "symbol"))
    return " ".join(text for text in texts if isinstance(text, str))
