"""
What a door gives for each connection: its client, the words it reads in, and what it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.events import Event

Write = Callable[[bytes], None]


@frozen
class Preferences:
    """
    How one session wants to read; None is as its door does where nothing was said.

    Attributes:
        color: with colours.
        time: each line with its time.
        bell: ring when the person is named or written to.
        numbers: each line with its number in its room.
    """

    color: bool | None = None
    time: bool | None = None
    bell: bool | None = None
    numbers: bool | None = None


@frozen
class Prompt:
    """
    What the user of a client is asked for: a line of text.

    Attributes:
        text: what they read, with no new line behind it.
        secret: their terminal is not to show what they type.
        wants_name: the name that they come with is asked for, in the door's own words.
        is_answered: a line came, and is being looked at.  What is typed stays hidden until then,
            as another secret may be asked for next.
    """

    text: str = ""
    secret: bool = False
    wants_name: bool = False
    is_answered: bool = False


class Dialect(Protocol):
    """
    Turns an event into the bytes that one kind of reader wants.

    A frozen value: sessions with equal dialects are given the same bytes object.
    """

    @property
    def is_personal(self) -> bool:
        """
        Whether a line that names its reader is rendered otherwise for that reader.
        """

    @property
    def merges_presence(self) -> bool:
        """
        Whether joins and parts that follow each other are read as one `Presence`, not one by one.

        That of a large room has all names; to read their number only is up to the dialect.
        """

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as ``reader`` (a nick; empty where it is the same for all) reads it.

        A text in it may have several lines, with a newline between two; a reply to a request that
        has a label is a `Labelled`.
        """

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Dialect:
        """
        Return the dialect for these preferences, in which rooms are named if they are several.

        What is not preferred stays as it is in this dialect, which is a door's own.
        """


class Client(Protocol):
    """
    What a door gives the hub for each connection.
    """

    @property
    def dialect(self) -> Dialect:
        """
        The dialect of somebody who has said nothing of how they want to read.
        """

    @property
    def is_private(self) -> bool:
        """
        Whether nobody between the two ends can read along: it is encrypted, or leaves no machine.
        """

    @property
    def echoes(self) -> bool:
        """
        Whether its reader is told their own words, as everybody else is.
        """

    @property
    def can_be_asked(self) -> bool:
        """
        Whether its user answers prompts; a program is not asked, but gives all with its request.
        """

    @property
    def has_more(self) -> bool:
        """
        Whether something came that was not done yet: a line that waits, or the beginning of one.
        """

    def write(self, data: bytes) -> None:
        """
        Send ``data``; never calls back into the hub, and never blocks.
        """

    def close(self, reason: str) -> None:
        """
        Send what was written and then close, for ``reason``; the hub has let go already.
        """

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return what shows ``prompt``, and with None what ends it, at this place among all it reads.

        Called in the order in which things were asked and told, and only if `can_be_asked`.  While
        a question is asked, the next line goes to `Hub.answer`; while ``session.question`` is
        answered, lines wait until `resume`.
        """

    def resume(self) -> None:
        """
        Do the lines that waited until the answer to a question was settled, in a later turn.
        """


@define(eq=False, repr=False)
class Question:
    """
    What a person is asked.

    Attributes:
        prompt: what they read, with no new line behind it.  Without one nothing is asked, and the
            next line is still taken for an answer.
        secret: their terminal is not to show what they type.
        answered: given the line.
        name: what ``answered`` is called in the log.
        is_own: the server asks it and no plugin.  It is never switched off, and while it is asked
            or its answer looked at, no plugin asks anything: that would be given the secret.
        is_answered: the line has come.
    """

    prompt: str
    secret: bool
    answered: Callable[[str], object]
    name: str
    _take_back: Callable[[Question, str], None]
    is_own: bool = False
    is_answered: bool = field(init=False, default=False)
    timer: IDelayedCall | None = field(init=False, default=None)

    @property
    def is_guarded(self) -> bool:
        """
        Whether what is typed may be a secret, be it asked for or only held back.
        """
        return self.secret or not self.prompt

    def cancel(self, sentence: str = "") -> None:
        """
        Take it back, and tell the person the ``sentence``; nothing happens if it was answered.

        The line that they may have begun to type into a secret question is not said to anybody.
        """
        self._take_back(self, sentence)
