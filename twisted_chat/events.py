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
    "Notice",
    "Pinned",
    "Presence",
    "Reacted",
    "Recalled",
    "Renamed",
    "Said",
    "Told",
    "TopicChanged",
    "Transcript",
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
class Presence(Event):
    """
    Who came to and went from ``room``, one after the other with nothing said between.

    Made for reading only, out of `Joined` and `Left` events that follow each other.

    Attributes:
        joined: the nicks that came.
        left: the nicks that went, each with its reason (may be empty).
        large: the room is so large that people want the count, not the names.
    """

    room: str
    joined: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    large: bool


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


@frozen
class Notice(Event):
    """
    The server tells one person something: an answer, a refusal, a warning.
    """

    text: str


@frozen
class Recalled(Event):
    """
    A line of a room that is read again.

    Made for reading only, as a part of a `Transcript`.

    Attributes:
        event: what was heard.
        number: of the line, in the order of its room.
        is_edited: it does not say what it said at first.
        reactions: each with how many reacted so.
        label: what the line begins with on this page; may be empty.
    """

    event: Event
    number: int
    is_edited: bool = False
    reactions: tuple[tuple[str, int], ...] = ()
    label: str = ""


@frozen(eq=False)
class Transcript(Event):
    """
    What was heard before, on one page.

    Made for reading only; `at` is when that is, so that what was not on the same day has its date.

    Attributes:
        heading: the line above; empty for none.
        lines: in the order in which they are read.
        footing: the line below; empty for none.
        numbered: the numbers are shown to whoever reads it.
        labelled: so is the room of each line.
    """

    heading: str
    lines: tuple[Recalled, ...]
    footing: str = ""
    numbered: bool = False
    labelled: bool = False

    # Each page is itself alone, so that what it is rendered to can be found again; without these
    # it would be equal to any other of the same moment.
    __eq__ = object.__eq__
    __hash__ = object.__hash__
