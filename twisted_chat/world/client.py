"""
Clients: what a door gives the hub for each connection, with its dialect and prompts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field, frozen

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.errors import ChatError
    from twisted_chat.events import Event
    from twisted_chat.world.settings import Preferences

#: Sends bytes.  As `socket.send`, it returns how many were taken, and raises an `OSError` if none
#: were.  It returns None if it takes all of them, now or later.
Send = Callable[[bytes], int | None]


@frozen
class Prompt:
    """
    What the user of a client is asked for: a line of text.

    Attributes:
        text: the question of a plugin, without a line end.
        code: what the server itself asks for, such as ``new-password``; empty for a plugin's.
        room: whose password it is; empty for none.
        secret: the terminal must not show typing.
        type: of a plugin's, what is asked for: ``text``, ``integer``, ``choice`` and so on.
        options: of a plugin's, what there is to choose from.
        default: likewise, what an empty answer stands for.
        wants_name: the name that they come with is asked for, in the door's own words.
        is_answered: a line came, and is being dealt with.  Typing stays hidden until then, as
            another secret may be asked for next.
    """

    text: str = ""
    secret: bool = False
    code: str = ""
    room: str = ""
    type: str = "text"
    options: tuple[str, ...] = ()
    default: str = ""
    wants_name: bool = False
    is_answered: bool = False


class Dialect(Protocol):
    """
    Turns an event into the bytes that one kind of reader wants.

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

        That of a large room has all names; to read their number only is up to the dialect.
        """

    @property
    def follows_names(self) -> bool:
        """
        Whether its reader is told each new name, of users whom they ignore too.

        A client that knows others by their names alone would take that user for gone, and for
        still there.
        """

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as bytes for ``reader``, a nick; empty if all read the same.

        A text in it may have several lines, with a newline between two; a reply to a request that
        has a label is a `Labelled`.
        """

    @property
    def preferences(self) -> Preferences:
        """
        How it is: all that its reader can set; None for what makes no difference here.
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
        Whether its reader is told now their own words, as everybody else is.
        """

    @property
    def can_be_asked(self) -> bool:
        """
        Whether its user answers prompts; a program is not asked, but gives all with its request.
        """

    @property
    def takes_questions(self) -> bool:
        """
        Whether it is told the questions of plugins as it is told events, and answers in its way.
        """

    @property
    def marks_itself(self) -> bool:
        """
        Whether its program says what its user has read; if not, all counts as read that it takes.
        """

    @property
    def has_taken_all(self) -> bool:
        """
        Whether its reader has taken everything that was written, as far as is known.
        """

    @property
    def door(self) -> str:
        """
        The door it came by, such as ``ssh``, as in the option of that name.
        """

    @property
    def device(self) -> str:
        """
        What it calls itself or where it runs, as it said itself; empty if it did not.
        """

    @property
    def is_holding_back(self) -> bool:
        """
        Whether lines that come now go nowhere, for they may be a secret.
        """

    def write(self, data: bytes) -> None:
        """
        Send ``data``, and return None; must not call the hub, and must not block.
        """

    def close(self, reason: str) -> None:
        """
        Send what was written, then close for ``reason``; the hub has removed the session before.
        """

    def hold_back(self, lines: int) -> None:
        """
        Let lines that wait go nowhere, and those that come at once, or ``lines`` however late.
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
        Process what waited for an answer or for the end of commands, in a later turn.
        """


@define(eq=False, repr=False)
class Question:
    """
    A question to a session.

    Attributes:
        prompt: what is shown to the user.
        answered: called with the line.
        name: the name of ``answered`` in the log.
        session: who is asked; another one if a program comes back meanwhile.
        number: since the start; 0 where no program is told.
        within: seconds after which it is withdrawn; 0 is no limit.
        is_own: the server asks it and no plugin.  It is never switched off, and while it is asked
            or its answer looked at, no plugin asks anything: that would be given the secret.
        takes_commands: a line that is a command is done and is no answer.
        withdrawn: called in the place of telling the user, with why; empty if they have left.
        asker: the module that asks it; empty for a command, with which it ends.
        is_answered: the line has come.
        is_refused: it could not be read, and the question is asked again.
    """

    # A `Session`, whose module knows this one.
    session: Any
    prompt: Prompt
    answered: Callable[[str], object]
    name: str
    _take_back: Callable[[Question, str | ChatError], None]
    within: float
    is_own: bool = False
    takes_commands: bool = False
    withdrawn: Callable[[str | ChatError], None] | None = None
    asker: str = ""
    number: int = field(init=False, default=0)
    is_answered: bool = field(init=False, default=False)
    is_refused: bool = field(init=False, default=False)
    timer: IDelayedCall | None = field(init=False, default=None)

    @property
    def secret(self) -> bool:
        """
        Whether the terminal must not show typing.
        """
        return self.prompt.secret

    def cancel(self, why: str | ChatError = "") -> None:
        """
        Withdraw it, and tell the user ``why``; does nothing if it was answered.

        A line that they may have begun to type as a secret is not said.
        """
        self._take_back(self, why)
