"""
Clients: what a door gives the hub for each connection, with its dialect and prompts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.errors import ChatError
    from twisted_chat.events import Event

Write = Callable[[bytes], None]


@frozen
class Preferences:
    """
    How one session wants to read; None is as its door does where nothing was said.

    Attributes:
        color: show colours.
        time: show the time before each line.
        bell: ring when the user is mentioned or gets a message.
        numbers: show the number of each line.
    """

    color: bool | None = None
    time: bool | None = None
    bell: bool | None = None
    numbers: bool | None = None


@frozen
class Prompt:
    """
    Asks the user at a connection for a line.

    Attributes:
        text: the question, without a line end.
        secret: the terminal must not show typing.
        wants_name: it is asked for the name that they come with, in the door's own words.
    """

    text: str = ""
    secret: bool = False
    wants_name: bool = False


@frozen
class PromptEnd:
    """
    Ends a `Prompt`.

    Attributes:
        is_answered: a line came; otherwise it is taken back.
        is_over: the answer has been dealt with.  Until then another prompt may follow, and typing
            stays hidden between two secrets.
    """

    is_answered: bool
    is_over: bool


class Dialect(Protocol):
    """
    SearchQueue an event into the bytes that one kind of reader wants.

    A frozen value: sessions with equal dialects get the same bytes object.
    """

    @property
    def is_personal(self) -> bool:
        """
        Whether a line that mentions its reader is rendered differently for that reader.
        """

    @property
    def merges_presence(self) -> bool:
        """
        Whether joins and parts that follow each other are read as one `Presence`, not one by one.
        """

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as bytes for ``reader``, a nick; empty if all read the same.
        """

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Dialect:
        """
        Return the dialect for ``preferences``; with several rooms, lines name their room.

        Without a preference, the dialect stays as it is: the door's own.
        """


class Client(Protocol):
    """
    A connection, as a door gives it to the hub.
    """

    @property
    def dialect(self) -> Dialect:
        """
        The dialect of a session with default preferences.
        """

    @property
    def is_private(self) -> bool:
        """
        Whether nobody on the way can read the connection: it is encrypted, or local.
        """

    @property
    def echoes(self) -> bool:
        """
        Whether its reader is told their own words, as everybody else is.
        """

    @property
    def can_be_asked(self) -> bool:
        """
        Whether a user is there who answers questions.
        """

    @property
    def has_more(self) -> bool:
        """
        Whether something came that was not done yet: a line that waits, or the beginning of one.
        """

    def write(self, data: bytes) -> None:
        """
        Send ``data``; must not call the hub, and must not block.
        """

    def close(self, reason: str) -> None:
        """
        Send what was written, then close for ``reason``; the hub has removed the session before.
        """

    def prompt(self, prompt: Prompt | PromptEnd) -> bytes:
        """
        Return the bytes that show ``prompt``, or end it, at this place of the output.

        Called in the order in which it was asked and told.  While a question is asked, the next
        line goes to `Hub.answer`; while ``session.question`` is answered, lines wait.
        """

    def resume(self) -> None:
        """
        Process the lines that waited for an answer, in a later turn.
        """


@define(eq=False, repr=False)
class Question:
    """
    A question to a session.

    Attributes:
        prompt: what the user reads, without a line end.  With an empty one nothing is shown, and
            the next line is still taken as an answer.
        secret: the terminal must not show typing.
        answered: called with the line.
        name: the name of ``answered`` in the log.
        is_own: the server asks it and no plugin.  It is never switched off, and while it is asked
            or its answer looked at, no plugin asks anything: that would be given the secret.
        is_answered: the line has come.
    """

    prompt: str
    secret: bool
    answered: Callable[[str], object]
    name: str
    _take_back: Callable[[Question, str | ChatError], None]
    is_own: bool = False
    is_answered: bool = field(init=False, default=False)
    timer: IDelayedCall | None = field(init=False, default=None)

    @property
    def is_guarded(self) -> bool:
        """
        Whether the next line may be a secret, asked for or only held back.
        """
        return self.secret or not self.prompt

    def cancel(self, why: str | ChatError = "") -> None:
        """
        Withdraw it, and tell the user ``why``; does nothing if it was answered.

        A line that they may have begun to type as a secret is not said.
        """
        self._take_back(self, why)
