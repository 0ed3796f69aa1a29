"""
Who is here and where: rooms, users, sessions, and what a door gives the hub for each connection.

These hold state and answer questions about it.  Only the hub and its parts change them.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, field, frozen

from twisted_chat import policy
from twisted_chat.decisions import Modes, Rank, called
from twisted_chat.errors import NoSuchUser, TooMuch
from twisted_chat.names import fold, listed
from twisted_chat.sanctions import Sanctions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted_chat.accounts import Account
    from twisted_chat.chronicles import Chronicle
    from twisted_chat.decisions import Standing
    from twisted_chat.events import Event
    from twisted_chat.fanout import Own
    from twisted_chat.hub import Hub
    from twisted_chat.limits import Rate, TokenBucket
    from twisted_chat.questions import Question
    from twisted_chat.readers import Reader

    Write = Callable[[bytes], None]

#: Names listed to somebody who arrives; the others are counted.
LISTED_ON_ARRIVAL = 20
#: Bans, and mutes, in one room.
MAX_SANCTIONS = 1000


@frozen
class Preferences:
    """
    How one session wants to read.

    Attributes:
        color: with colours.
        time: each line with its time.
        bell: ring when the person is named or written to.
        numbers: each line with its number in its room.
    """

    color: bool = False
    time: bool = False
    bell: bool = False
    numbers: bool = False


class Dialect(Protocol):
    """
    Turns an event into the bytes that one kind of reader wants.

    A frozen value: sessions with equal dialects are given the same bytes object.
    """

    @property
    def bell(self) -> bool:
        """
        Whether a line that names its reader is rendered otherwise for that reader.
        """

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as ``reader`` (a nick; empty where it is the same for all) reads it.
        """

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Dialect:
        """
        Return the dialect for these preferences, in which rooms are named if they are several.
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
    def is_holding_back(self) -> bool:
        """
        Whether lines that come now go nowhere, for they may be a secret.
        """

    def write(self, data: bytes) -> None:
        """
        Send ``data``; never calls back into the hub, and never blocks.
        """

    def close(self, reason: str) -> None:
        """
        Send what was written and then close, for ``reason``; the hub has let go already.
        """

    def hold_back(self, lines: int) -> None:
        """
        Let lines that wait go nowhere, and those that come at once, or ``lines`` however late.
        """

    def ask(self, question: Question) -> bytes:
        """
        Return what asks ``question``: its prompt, behind what hides the answer if it is secret.

        The next line goes to `Hub.answer`.  While ``session.question`` is answered, lines wait.
        """

    def answered(self) -> bytes:
        """
        Return what stands behind the answer to a question, so that a line may follow.
        """

    def unask(self, question: Question) -> bytes:
        """
        Return what ends ``question``, answered or not, so that a line may follow.

        An answered one ends when what the answer brings about is settled, and not at all if
        another one follows it: what is typed stays hidden between two secrets.
        """

    def ask_name(self) -> bytes:
        """
        Return what asks for a name; nothing where people come with one.
        """

    def resume(self) -> None:
        """
        Do the lines that waited until the answer to a question was settled, in a later turn.
        """


@frozen
class View:
    """
    What a session reads from some moment on.

    Attributes:
        dialect: the words it reads in.
        rooms: those it hears.
        ignored: the folded nicks whose lines it does not want.
    """

    dialect: Dialect
    rooms: tuple[Room, ...] = ()
    ignored: frozenset[str] = frozenset()


@define(eq=False, repr=False)
class Session:
    """
    One connection of a user's.

    Attributes:
        write: sends bytes to its client.
        client: where its bytes go.
        host: the address it came from, as limits count it; None if there is none.
        number: which connection this is since the start, for the log.
        connected_at: when it came, in seconds of the hub's clock.
        active_at: when its last line came, likewise.
        line_bucket: how many lines it may still send.
        user: whose it is; None until it has a name.
        current: the room its lines go to.
        correspondent: who wrote to it last; they may have gone since.
        question: what it is asked, or was and is waiting for what its answer brings about.
        failures: how many wrong passwords in a row it gave.
        is_logged: that it came stands in the log.
        closed: it is on its way out: nothing more is read from it or told to it.
    """

    write: Write = field(init=False)
    client: Client
    host: str | None
    number: int
    connected_at: float
    line_bucket: TokenBucket
    view: View
    active_at: float = field(init=False)
    preferences: Preferences = Preferences()
    user: User | None = None
    current: Room | None = None
    correspondent: User | None = None
    question: Question | None = None
    warned: bool = False
    failures: int = 0
    is_logged: bool = False
    closed: bool = False
    # What this turn holds for it alone; the fan-out's own.
    own: Own | None = None
    # What it reads of the past; the archive's own.
    reader: Reader | None = None

    def __repr__(self) -> str:
        return f"<Session {self.number} {self.nick!r}>"

    def __attrs_post_init__(self) -> None:
        self.write = self.client.write
        self.active_at = self.connected_at

    def stir(self, now: float) -> None:
        """
        Note that a line came from it, at ``now``.
        """
        self.active_at = now
        self.warned = False

    @property
    def nick(self) -> str:
        """
        The name it goes by; empty until it has one.
        """
        return self.user.nick if self.user else ""

    def require_user(self) -> User:
        """
        Return whose it is.

        Raises:
            NoSuchUser: it is nobody's, or is being closed.
        """
        if self.user is None or self.closed:
            raise NoSuchUser(self.nick)
        return self.user


@define(eq=False, repr=False)
class User:
    """
    Somebody who is here.

    Attributes:
        nick: as it is shown; ``key`` is its folded form.
        rooms: in the order in which they were joined.
        away: why they are away; None if they are not.
        ignored: folded nicks.
        roles: what they may do beyond the ordinary, such as ``operator``.
        since: wall-clock time of their arrival, in seconds since the epoch.
        visit: a negative number that nobody else ever has.
        account: the account that they are logged in to; None without one.
    """

    hub: Hub
    nick: str
    since: float
    visit: int
    key: str = field(init=False)
    rooms: list[Room] = field(init=False, factory=list)
    sessions: list[Session] = field(init=False, factory=list)
    away: str | None = field(init=False, default=None)
    ignored: set[str] = field(init=False, factory=set)
    roles: set[str] = field(init=False, factory=set)
    account: Account | None = field(init=False, default=None)
    buckets: dict[str, TokenBucket] = field(init=False, factory=dict)

    def __repr__(self) -> str:
        return f"<User {self.nick!r}>"

    def __attrs_post_init__(self) -> None:
        self.key = fold(self.nick)

    @property
    def author(self) -> int:
        """
        Whose the lines are that they say: their account's, or this visit's.
        """
        return self.visit if self.account is None else self.account.id

    @property
    def called(self) -> str:
        """
        What they are called in what is kept: their nick, and their account if it is another.
        """
        return called(self.nick, self.account.name if self.account else "")

    def owns(self, author: int) -> bool:
        """
        Say whether what ``author`` said is theirs, also from before they had an account.
        """
        return author in (self.author, self.visit)

    @property
    def idle(self) -> float:
        """
        Seconds since their last line.
        """
        return self.hub.seconds() - max(session.active_at for session in self.sessions)

    @property
    def is_here(self) -> bool:
        """
        Whether they have not gone.
        """
        return bool(self.sessions)

    def sees(self, room: Room) -> bool:
        """
        Say whether they may know that there is ``room``: ask before you show it to them.
        """
        return policy.sees(self, room)

    def may_speak(self, room: Room) -> bool:
        """
        Say whether they may speak in ``room`` now: ask before you let others read their words.
        """
        return policy.may(self, policy.Deed.SPEAK, room)

    @property
    def is_staff(self) -> bool:
        """
        Whether they operate the server.
        """
        return policy.is_staff(self.roles)

    def spend(self, what: str, rate: Rate, words: str) -> None:
        """
        Use up one of what they may do at this ``rate``.

        Args:
            what: by what name it is counted.
            words: what they do, as they are told.

        Raises:
            TooMuch: nothing is left of it now.
        """
        if not rate.count or not self.hub.limits.rate:
            return
        bucket = self.buckets.get(what)
        if bucket is None:
            bucket = self.buckets[what] = rate.bucket()
        wait = bucket.wait(self.hub.seconds())
        if wait:
            raise TooMuch(f"You {words} too often, please wait {math.ceil(wait)} s.")
        bucket.spend()

    def notify(self, text: str) -> None:
        """
        Tell them ``text``, one line for each of its lines; nothing if they have gone.
        """
        for session in self.sessions:
            self.hub.notify(session, text)


@define(eq=False, repr=False)
class Room:
    """
    A room: its members, its topic, and who hears it in which dialect.

    Attributes:
        name: without the ``#``; ``key`` is its folded form.
        members: in the order in which they came; with the number of the line that said so.
        topic: may be empty.
        modes: how it is set.
        public_from: the number of the first line that may be read without having been let in.
        standings: who was let in lastingly, and what they are here, by account or visit.
        bans: who may not enter.
        mutes: who may not speak.
        spoke: when those who must not haste spoke last, by account or visit.
        is_guarded: not everybody who is here may speak at any time.
        is_arrival: people arrive here, and it never goes away.
        audience: the sessions that want everything, by dialect, in the order in which they came;
            with what writes to each, for a fan-out to thousands that touches no more of them.
        apart: the sessions that do not want everything, because they ignore somebody.
        chronicle: what is kept of what it heard.
    """

    hub: Hub
    name: str
    chronicle: Chronicle
    key: str = field(init=False)
    topic: str = field(init=False, default="")
    modes: Modes = field(init=False, default=Modes())
    public_from: int = field(init=False, default=1)
    standings: dict[int, Standing] = field(init=False, factory=dict)
    bans: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    mutes: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    spoke: dict[int, float] = field(init=False, factory=dict)
    is_guarded: bool = field(init=False, default=False)
    is_arrival: bool = field(init=False, default=False)
    members: dict[User, int] = field(init=False, factory=dict)
    audience: dict[Dialect, dict[Session, Write]] = field(init=False, factory=dict)
    apart: dict[Session, None] = field(init=False, factory=dict)

    def __repr__(self) -> str:
        return f"<Room {self.name!r}>"

    def __attrs_post_init__(self) -> None:
        self.key = fold(self.name)

    @property
    def is_owned(self) -> bool:
        """
        Whether somebody owns it, so that it stays when everybody has left.
        """
        return any(standing.rank is Rank.OWNER for standing in self.standings.values())

    @property
    def next_number(self) -> int:
        """
        The number of the line that it hears next.
        """
        return self.chronicle.number + 1

    def hide_past(self) -> None:
        """
        Let nobody who was not let in read what it heard so far.
        """
        self.public_from = self.next_number

    def announce(self, text: str) -> None:
        """
        Tell everybody in the room ``text``, as one line.
        """
        self.hub.talk.announce(self, text)

    def record(self, kind: str, at: float, user: User, text: str = "") -> int:
        """
        Keep that it heard something of ``user``, and return the number of that line.
        """
        return self.hub.history.record(self.chronicle, kind, at, user.nick, user.author, text)

    def introduce(self, user: User) -> str:
        """
        Return what ``user`` reads on arrival: who else is there.
        """
        place = f"You are in #{self.name} as {user.nick}"
        company = (member.nick for member in self.members if member is not user)
        others = list(islice(company, LISTED_ON_ARRIVAL))
        more = len(self.members) - 1 - len(others)
        if not others:
            return f"{place}. Nobody else is here yet."
        if more:
            return f"{place} with {', '.join(others)} and {more} more."
        return f"{place} with {listed(others)}."

    def admit(self, session: Session, view: View) -> None:
        """
        Let ``session`` hear the room as ``view`` says.
        """
        if view.ignored:
            self.apart[session] = None
        else:
            self.audience.setdefault(view.dialect, {})[session] = session.write

    def dismiss(self, session: Session, view: View) -> None:
        """
        Undo `admit`.
        """
        if view.ignored:
            del self.apart[session]
            return
        listeners = self.audience[view.dialect]
        del listeners[session]
        if not listeners:
            del self.audience[view.dialect]


def view_of(session: Session) -> View:
    """
    Return what ``session`` is to read now that its user, rooms or preferences are what they are.
    """
    user = session.user
    rooms: Iterable[Room] = user.rooms if user else ()
    view = View(session.view.dialect, tuple(rooms), frozenset(user.ignored if user else ()))
    several = len(view.rooms) > 1
    return evolve(
        view, dialect=session.client.dialect.adapt(session.preferences, several_rooms=several)
    )
