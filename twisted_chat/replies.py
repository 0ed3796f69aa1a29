"""
What one session is told: answers, pages, and what is made only to be read.

Values, as events are; but they are neither kept nor given to plugins.
"""

from collections.abc import Sequence

from attrs import frozen

from twisted_chat.events import Event

__all__ = ["Done", "Labelled", "Notice", "Presence", "Recalled", "Transcript"]


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
    joined: Sequence[str]
    left: Sequence[tuple[str, str]]
    large: bool


@frozen
class Labelled(Event):
    """
    A reply to a request that has a label.

    Attributes:
        event: the reply: also what rooms hear, where the request brought it about.
        label: as the client gave it.
    """

    event: Event
    label: str


@frozen
class Done(Event):
    """
    All that a request with a label asked for is done; what was refused has a refusal in its place.
    """


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
