"""
The base of all replies, and the two that hold sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from twisted_chat.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.errors import ChatError, Fact


# Characters of a refusal.
_LONGEST = 4096


@frozen
class Reply(Event):
    """
    One session is told something.
    """


@frozen
class Notice(Reply):
    """
    A plugin tells one session ``text``, a line in its own words.
    """

    text: str


@frozen
class Refused(Reply):
    """
    What the reader asked for is not done.

    Attributes:
        code: which refusal it is, as `ChatError.code`.
        sentence: for a user; it may hold several lines.
        facts: what the sentence is made of.
    """

    code: str
    sentence: str
    facts: Mapping[str, Fact] = field(factory=dict, hash=False)

    @classmethod
    def of(cls, refusal: ChatError, at: float) -> Refused:
        """
        Return what tells of ``refusal``.
        """
        # That of a plugin may be as long as it likes.
        return cls(at, refusal.code, str(refusal)[:_LONGEST], refusal.facts)


@frozen
class Labelled(Event):
    """
    A reply to a request that has a label.

    Attributes:
        event: the reply, or what rooms hear, if the request caused it.
        label: as the client gave it.
    """

    event: Event
    label: str


@frozen
class Rung(Event):
    """
    Something that was said in a room, and that its reader wants to be told of.

    Made only for readers in a dialect that is personal.
    """

    event: Event


@frozen
class Marked(Event):
    """
    Something that one session was told alone, and is told again if its program has missed it.

    Attributes:
        id: in the order of everything that is kept.
    """

    event: Event
    id: int


@frozen
class Done(Reply):
    """
    Everything that a request with a label asked for is done; a refused one gets a refusal instead.
    """
