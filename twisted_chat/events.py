"""
What happened: frozen values that hold names, never live objects.

An event can therefore be kept, compared, and carried to another process.  Rooms are named without
their ``#``; ``at`` is wall-clock time in seconds since the epoch, for showing and for keeping,
never for ordering: the order is that in which the hub made the events.
"""

from attrs import frozen

__all__ = [
    "Acted",
    "Announced",
    "Broadcast",
    "Deleted",
    "Edited",
    "Event",
    "Invited",
    "Joined",
    "Left",
    "Pinned",
    "Reacted",
    "Renamed",
    "Said",
    "Told",
    "TopicChanged",
    "Unpinned",
]


@frozen
class Event:
    """
    Something happened at a time.
    """

    at: float


@frozen
class Said(Event):
    """
    ``nick`` said ``text`` to everybody in ``room``.

    Attributes:
        number: of this line, in the order of the room; 0 where the room keeps no history.
        re: the number of the line that it answers; 0 for none.
        quote: how that line begins, with who said it; empty where nobody is to read it any more.
        quoted: who said that, for those who ignore them.
    """

    room: str
    nick: str
    text: str
    number: int = 0
    re: int = 0
    quote: str = ""
    quoted: str = ""


@frozen
class Acted(Event):
    """
    ``nick`` does ``text`` in ``room``, as in ``/me waves``; ``number`` is as in `Said`.
    """

    room: str
    nick: str
    text: str
    number: int = 0


@frozen
class Announced(Event):
    """
    A command or plugin tells everybody in ``room`` something; ``number`` is as in `Said`.
    """

    room: str
    text: str
    number: int = 0


@frozen
class Edited(Event):
    """
    ``nick`` changed what line ``number`` of ``room`` says, to ``text``.

    That is empty, but for filters, where somebody in the room may not read the line.
    """

    room: str
    nick: str
    text: str
    number: int


@frozen
class Deleted(Event):
    """
    ``nick`` took away what line ``number`` of ``room`` said.
    """

    room: str
    nick: str
    number: int


@frozen
class Reacted(Event):
    """
    ``nick`` reacts with ``symbol``, such as ``+1``, to line ``number`` of ``room``.

    ``quote`` is how that line begins, and ``quoted`` who said it, as in `Said`.
    """

    room: str
    nick: str
    symbol: str
    number: int
    quote: str = ""
    quoted: str = ""


@frozen
class Pinned(Event):
    """
    ``nick`` put line ``number`` of ``room`` among those that stay; the rest is as in `Reacted`.
    """

    room: str
    nick: str
    number: int
    quote: str = ""
    quoted: str = ""


@frozen
class Unpinned(Event):
    """
    ``nick`` undid what `Pinned` tells.
    """

    room: str
    nick: str
    number: int


@frozen
class Broadcast(Event):
    """
    ``nick``, an operator, tells everybody who is here ``text``.
    """

    nick: str
    text: str


@frozen
class Joined(Event):
    """
    ``nick`` came into ``room``.
    """

    room: str
    nick: str


@frozen
class Left(Event):
    """
    ``nick`` went from ``room``, for ``reason`` (may be empty).
    """

    room: str
    nick: str
    reason: str = ""


@frozen
class Renamed(Event):
    """
    ``nick`` is called ``new_nick`` from here on, in every room.
    """

    nick: str
    new_nick: str


@frozen
class TopicChanged(Event):
    """
    ``nick`` set the topic of ``room``; an empty ``topic`` takes it away.
    """

    room: str
    nick: str
    topic: str


@frozen
class Told(Event):
    """
    ``nick`` wrote ``text`` to ``recipient`` alone.
    """

    nick: str
    recipient: str
    text: str


@frozen
class Invited(Event):
    """
    ``nick`` asks ``recipient`` to come to ``room``.
    """

    nick: str
    recipient: str
    room: str
