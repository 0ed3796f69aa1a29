"""
What programs alone are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from twisted_chat.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The version of the protocol of programs; it changes when an old client would not understand.
PROTOCOL = 1


@frozen
class Hello(Event):
    """
    The reader has come in.

    Attributes:
        version: of the protocol.
        server: the version of the server.
        nick: the reader's.
        account: that they are logged in to; empty for none.
        token: with which the program comes back, and all that it needs for that; of an account, it
            comes in with it at any time.
        is_resumed: the session goes on that the token of the request was given to.
        max_message: bytes in one message; 0 is no limit.
        is_whole: all follows that the reader has missed; if not, some of what they alone were told
            is kept no more, and what others wrote to them is in ``/messages``.
        id: the last one before what happens from now on.
    """

    version: int
    server: str
    nick: str
    account: str
    token: str
    is_resumed: bool
    max_message: int
    is_whole: bool
    id: int


@frozen
class TokenChanged(Event):
    """
    The session of the reader has another ``token`` from now on; empty if it has none any more.
    """

    token: str


@frozen
class Completed(Event):
    """
    How a line that is being typed can continue.

    Attributes:
        start: where the part begins that ``words`` may stand for; it ends at the cursor.
        names: what each of ``words`` is called, where those are emoji; else empty.
    """

    start: int
    words: tuple[str, ...]
    names: tuple[str, ...] = ()


@frozen
class ReadUpTo(Event):
    """
    The reader has read ``room`` up to line ``number``, here or at another connection of theirs.
    """

    room: str
    number: int


@frozen
class PrivateReadUpTo(Event):
    """
    The reader has read what ``nick`` wrote to them, up to the message ``id``, likewise.

    Attributes:
        nick: folded; empty for everybody who wrote to them.
    """

    nick: str
    id: int


@frozen
class Attention(Event):
    """
    Of which lines the reader wants to be told.

    Attributes:
        highlights: words that mention them, as their nick does: whole words, whatever their case.
        notify: the rooms that are not told of by mentions: each is ``all`` or ``none``.
    """

    highlights: tuple[str, ...]
    notify: dict[str, str]


@frozen
class RoomUnread:
    """
    What the reader has not read of ``room``.

    Attributes:
        number: of the line up to which they have read it; 0 if that is not known.
        last: the number of its last line.
        lines: how many others have said since; 0 if that is not known.
        mentions: how many of them name the reader.
        is_at_least: there may be more.
        first: the number of the first of them that was counted; 0 for none.
    """

    room: str
    number: int
    last: int
    lines: int
    mentions: int
    is_at_least: bool
    first: int = 0


@frozen
class PrivateUnread:
    """
    What the reader has not read of what ``nick`` wrote to them.

    Attributes:
        nick: as in the last of these messages.
        messages: how many there are.
        first: the id of the first one.
        last: the id of the last one.
    """

    nick: str
    messages: int
    first: int
    last: int


@frozen
class Unread(Event):
    """
    What the reader has not read of the ``rooms`` that they are in, and of what others wrote.

    Attributes:
        private: those who wrote to them, if they have an account; who wrote last is the last.
        is_at_least: others may have written to them before.
    """

    rooms: tuple[RoomUnread, ...]
    private: tuple[PrivateUnread, ...] = ()
    is_at_least: bool = False


@frozen
class Call(Event):
    """
    A user has typed a command of the reader, a program that is a plugin.

    Attributes:
        call: the number with which it is answered.
        command: its name, also if an alias was typed.
        args: the arguments by name; users and rooms by name too, durations in seconds.
        nick: of the user.
        account: that they are logged in to; empty for a guest.
        room: in which they talk; empty for none.
    """

    call: int
    command: str
    args: Mapping[str, Any] = field(hash=False)
    nick: str
    account: str
    room: str


@frozen
class Check(Event):
    """
    A line waits for the verdict of the reader, a program that is a plugin.

    Attributes:
        check: the number with which it is answered.
        line: what happens if it may.
    """

    check: int
    line: Event


@frozen
class ChecksEnded(Event):
    """
    The reader, a program that is a plugin, was silent for too long: checks have ended without it.

    Attributes:
        checks: their numbers.
        is_said: the lines are said as they are; if not, they are refused.
        seconds: for which it is asked to check nothing.
    """

    checks: tuple[int, ...]
    is_said: bool
    seconds: float
