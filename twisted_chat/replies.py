"""
Replies: what one session is told, such as answers and pages.

Values, as events are; but they are neither kept nor given to plugins.
"""

from collections.abc import Sequence

from attrs import frozen

from twisted_chat.events import Event

__all__ = ["Notice", "Presence", "Recalled", "Transcript"]


@frozen
class Presence(Event):
    """
    Joins and leaves of ``room`` with no other line between them.

    Made only for readers, from `Joined` and `Left` events that follow each other.

    Attributes:
        joined: the nicks that joined.
        left: the nicks that left, each with its reason (may be empty).
        large: the room is so large that joins and leaves are counted, not named.
    """

    room: str
    joined: Sequence[str]
    left: Sequence[tuple[str, str]]
    large: bool


@frozen
class Notice(Event):
    """
    A line from the server to one session: an answer, a refusal, a warning.
    """

    text: str


@frozen
class Recalled(Event):
    """
    A line of history.

    Made only for readers, as a part of a `Transcript`.

    Attributes:
        event: what happened.
        number: of the line, in the order of its room.
        is_edited: its text was changed.
        reactions: the symbols, each with the number of users who reacted with it.
        label: text before the line on this page; may be empty.
    """

    event: Event
    number: int
    is_edited: bool = False
    reactions: tuple[tuple[str, int], ...] = ()
    label: str = ""


@frozen(eq=False)
class Transcript(Event):
    """
    A page of history.

    Made only for readers.  ``at`` is the time of reading; lines of other days show their date.

    Attributes:
        heading: the line above; empty for none.
        lines: in the order in which they are read.
        footing: the line below; empty for none.
        numbered: every reader sees the numbers of lines.
        labelled: every reader sees the room of each line.
    """

    heading: str
    lines: tuple[Recalled, ...]
    footing: str = ""
    numbered: bool = False
    labelled: bool = False

    # Pages are compared by identity, so that the rendering of a page can be cached.
    __eq__ = object.__eq__
    __hash__ = object.__hash__
