"""
Replies about the server and the connection to it.
"""

from __future__ import annotations

import enum

from attrs import frozen

from twisted_chat.replies.reply import Reply


class Cause(enum.Enum):
    """
    Why a connection is closed.

    Attributes:
        QUIT: its user left.
        NO_NAME: no name was given in time.
        IDLE: its user, a guest, said nothing for too long.
        FLOODING: too much waits to be done.
        GUESSING: too many wrong passwords or codes were given.
        GHOST: its user has closed it from another one.
        UNLINKED: what let it in opens the account no more.
        RESTART: the server is about to start again.
        RESUMED: the session goes on at another connection.
        SHUTDOWN: the server stops.
    """

    QUIT = "quit"
    NO_NAME = "no-name"
    IDLE = "idle"
    FLOODING = "flooding"
    GUESSING = "guessing"
    GHOST = "ghost"
    UNLINKED = "unlinked"
    RESTART = "restart"
    RESUMED = "resumed"
    SHUTDOWN = "shutdown"


@frozen
class ClosesSoon(Reply):
    """
    The connection will be closed within ``seconds``; for `Cause.IDLE`, unless a line comes.
    """

    cause: Cause
    seconds: float


@frozen
class Closed(Reply):
    """
    The connection is closed.

    Attributes:
        nick: the reader's; empty without one.
        seconds: the limit that was reached; 0 where there is none.
    """

    cause: Cause
    nick: str = ""
    seconds: float = 0.0


@frozen
class CommandHelp:
    """
    What there is to know of a command.

    Attributes:
        usage: as ``/msg nick text``.
        summary: its documentation, one line for users.
        topic: the heading it is listed under.
        aliases: other names for it.
    """

    name: str
    usage: str
    summary: str
    topic: str
    aliases: tuple[str, ...]


class HelpPage(enum.Enum):
    """
    The part of the help that a user asked for.
    """

    OVERVIEW = "overview"
    ALL = "all"
    COMMAND = "command"


@frozen
class Help(Reply):
    """
    The commands that the reader may use, or the one they asked about.
    """

    page: HelpPage
    commands: tuple[CommandHelp, ...]


@frozen
class Stats(Reply):
    """
    How much goes on.

    Attributes:
        version: the server's.
        up: for how long the server runs.
        rooms: as far as the reader may know of them.
        lines: that were said since the start.
        unsaved: lines that are not saved yet; 0 where the reader is not to know.
        lost: lines that never will be, likewise.
    """

    version: str
    up: float
    users: int
    rooms: int
    lines: int
    unsaved: int
    lost: int


@frozen
class Unsaved(Reply):
    """
    So many of the latest ``lines`` are not saved yet, and missing from the page that follows.
    """

    lines: int


@frozen
class Outage(Reply):
    """
    Lines cannot be saved from now on; or they can again, and ``lost`` lines never were.
    """

    is_over: bool
    lost: int


@frozen
class LinesWait(Reply):
    """
    More lines were sent at once than may be done at once: so many ``lines`` follow by themselves.

    Attributes:
        rate: how many of them in a second; 0 for fewer, as they hold so much text.
    """

    lines: int
    rate: float


@frozen
class LinesStopped(Reply):
    """
    The user has stopped the ``lines`` that still waited; they are not done.
    """

    lines: int


class Storage(enum.Enum):
    """
    What an alarm is about.
    """

    DISK = "disk"
    DATABASE = "database"


@frozen
class StorageAlarm(Reply):
    """
    The disk has too little room, or the database is too large; or that is over.

    Attributes:
        size: bytes that are left on the disk, or that the database takes.
        limit: the operator's, in bytes.
    """

    what: Storage
    is_over: bool
    size: int
    limit: int


@frozen
class CertificateEnds(Reply):
    """
    A certificate for TLS is valid for a few more days only, or not any more.

    Attributes:
        file: where it stands.
        ends_at: when it ends, in seconds since the epoch.
    """

    file: str
    ends_at: float


class Hint(enum.Enum):
    """
    What a user should know about their connection.
    """

    NOT_ENCRYPTED = "not-encrypted"
    TYPING_SHOWN = "typing-shown"
    LETTERS_LOST = "letters-lost"
    LETTERS_STILL_LOST = "letters-still-lost"


@frozen
class Warned(Reply):
    """
    The reader should know something about their connection or client.
    """

    hint: Hint
