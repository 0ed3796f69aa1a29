"""
Requests: what a program may ask for.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec.structs import asdict

from twisted_chat.plugins.programs.declaration import Declaration

#: Lines on one page of history.
MOST_LINES = 200
#: The longest name of a device, in characters: it is written whenever its session changes.
LONGEST_DEVICE = 64

_Count = Annotated[int, msgspec.Meta(ge=1, le=MOST_LINES)]
_Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Time = Annotated[float, msgspec.Meta(ge=0, le=2**53)]
_Device = Annotated[str, msgspec.Meta(max_length=LONGEST_DEVICE)]


class Request(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="request", tag=str.lower
):
    """
    Something that a program asks for.

    No attrs class: so it is read in one step, and that is done for each line that is said.

    Attributes:
        label: what it calls this request; on everything that answers it.
    """

    label: str = ""

    def __repr__(self) -> str:
        # Its members are words, and some are secrets.
        return f"<{type(self).__name__}>"


class Hello(Request, frozen=True, kw_only=True, gc=False):
    """
    Come in, under a name or with an account.

    Attributes:
        name: of the user, or of the account; not needed with a token or a link.
        password: of the account; empty for a guest.
        token: from the answer to an earlier hello: of a session that goes on, or of an account.
        last: the number of the last line that the program has, by the name of the room.
        seen: the largest id that it was told in any event.
        link: a code that ``/link`` has made at another device, in the place of all that opens an
            account; its owner is asked there.
        register: make an account of the name with the password.
        invitation: a code for that, where one is needed.
        device: what the program calls where it runs, for the owner of the account; at most 64
            characters.
        resume: with the token, the session goes on that had it; if not, that one stays where it
            is, and this is another session of the account, without a token of its own.
        hold: when the connection is lost, the session is held for a while, so that it can go on;
            if not, its user leaves at once, and no token is given. For what does one thing, and
            does not come back.
        sentences: each event that is no talk has a ``sentence`` too, which a user reads.
        questions: there is a user who answers what commands ask: they are told `Asked`.
        service: the token of a program that is a plugin, in the place of all else: it comes in as
            no user, and has commands and filters.
    """

    name: str = ""
    password: str = ""
    token: str = ""
    last: dict[str, _Place] = {}
    seen: _Place | None = None
    link: str = ""
    register: bool = False
    invitation: str = ""
    device: _Device = ""
    resume: bool = True
    hold: bool = True
    sentences: bool = False
    questions: bool = False
    service: str = ""


class Say(Request, frozen=True, kw_only=True, gc=False):
    """
    Say ``text`` in ``room``, by default in the current one.
    """

    text: str
    room: str = ""


class Act(Request, frozen=True, kw_only=True, gc=False):
    """
    Show an action in ``room``, as in ``/me waves``.
    """

    text: str
    room: str = ""


class Tell(Request, frozen=True, kw_only=True, gc=False):
    """
    Write ``text`` to ``nick`` alone.
    """

    nick: str
    text: str


class Command(Request, frozen=True, kw_only=True, gc=False):
    """
    Run a slash command: by its name, with arguments by theirs, or as it is typed.

    Attributes:
        name: of the command; empty where it is typed.
        args: texts, numbers, and true or false, by the names of its parameters.
        text: as a user types it, with the slash.
    """

    name: str = ""
    args: dict[str, str | int | float | bool] = {}
    text: str = ""


class Respond(Request, frozen=True, kw_only=True, gc=False):
    """
    Answer a question that a command asked.

    Attributes:
        question: its number, as it was told.
        text: what a user types, or a number, or true or false; empty for its default, or else to
            cancel.
        cancel: it is not answered, and the command ends.
    """

    question: int
    text: str | int | float | bool = ""
    cancel: bool = False


class Complete(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask how a line that is being typed can continue.

    Attributes:
        text: of the line.
        cursor: how many of its characters stand before the cursor; -1 for all.
    """

    text: str
    cursor: int = -1


class Who(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask who is in ``room``, by default the current one.
    """

    room: str = ""


class Rooms(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask which rooms there are.
    """


class History(Request, frozen=True, kw_only=True, gc=False):
    """
    Read lines of ``room``, by default of the current one: the last ones, or those at a place.

    Attributes:
        nick: private messages with this user are read, and no room; a place is an id or a time.
        before: of the lines before this place.
        after: of those behind it.
        around: of both; the line that is there is one of them.
        by: what a place is: the ``number`` or the ``id`` of a line, or a ``time``, in seconds
            since the epoch.
        count: lines on the page.
    """

    room: str = ""
    nick: str = ""
    before: _Time | None = None
    after: _Time | None = None
    around: _Time | None = None
    by: Literal["number", "id", "time"] = "number"
    count: _Count = 50


class Search(Request, frozen=True, kw_only=True, gc=False):
    """
    Find lines, as ``/search`` does.
    """

    words: str


class Read(Request, frozen=True, kw_only=True, gc=False):
    """
    Mark ``room`` as read up to line ``number``, or what a user wrote up to a message.

    Attributes:
        nick: the user; then there is no room and no number.
        id: of the message.
    """

    room: str = ""
    number: _Place = 0
    nick: str = ""
    id: _Place = 0


class Unread(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask how much is unread in each room that the user is in.
    """


class Settings(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask for the settings, or set the one called ``name`` to ``value``.
    """

    name: str = ""
    value: str | bool | int = ""


class Ping(Request, frozen=True, kw_only=True, gc=False):
    """
    Ask for an answer, and nothing else.
    """


class Bye(Request, frozen=True, kw_only=True, gc=False):
    """
    Leave at once.

    Attributes:
        reason: for others to read.
    """

    reason: str = ""


class Register(Request, frozen=True, kw_only=True, gc=False):
    """
    Put commands in force, and what is heard and filtered, in the place of those before.

    For a program that is a plugin, as the next two are.

    Attributes:
        commands: each an object with ``name``, ``help`` and perhaps ``parameters`` and what else
            a command can have.
        hears: events in rooms that are told, by name.
        filters: those that wait for a verdict.
        rooms: in which lines wait for that; empty for all in which they may.
        version: of the program, for ``/plugins``.
    """

    commands: list[Declaration] = []
    hears: list[str] = []
    filters: list[str] = []
    rooms: list[str] = []
    version: str = ""


class Answer(Request, frozen=True, kw_only=True, gc=False):
    """
    Answer a ``call``.

    Attributes:
        call: its number.
        text: for the user; may be empty.
        to: ``room`` if everybody in the room is to read the text.
        refusal: why the command is not done, in the place of a text.
    """

    call: int
    text: str = ""
    to: Literal["user", "room"] = "user"
    refusal: str = ""


class Verdict(Request, frozen=True, kw_only=True, gc=False):
    """
    Decide on a line that was told with ``check``; without more, it may be said.

    Attributes:
        check: the number of the check.
        text: in the place of its text.
        refusal: why it may not be said.
    """

    check: int
    text: str | None = None
    refusal: str = ""


#: Every request, by the name under which it is asked for.
REQUESTS: dict[str, type[Request]] = {
    kind.__name__.lower(): kind
    for kind in (
        *(
            Hello,
            Say,
            Act,
            Tell,
            Command,
            Respond,
            Complete,
            Who,
            Rooms,
            History,
            Search,
            Settings,
        ),
        *(Read, Unread, Ping, Bye, Register, Answer, Verdict),
    )
}


def content(request: Request) -> bytes:
    """
    Return what ``request`` asks for, whatever its label is and however it was written.

    What is kept of a request is made from this, so it has to stay the same.
    """
    given = {**asdict(request), "label": ""}
    if isinstance(request, Command):
        # In any order they are the same arguments; older versions of msgspec sort nothing.
        given["args"] = dict(sorted(request.args.items()))
    return type(request).__name__.encode() + msgspec.json.encode(given)
