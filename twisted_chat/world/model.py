"""
Who is here and where: rooms, users and their sessions.

These hold state and answer questions about it.  Only the parts of the hub change them.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, field, frozen

from twisted_chat.errors import NotAllowed, TooMuch
from twisted_chat.store.decisions import Modes, Rank, RoomState, called
from twisted_chat.text.names import fold, listed
from twisted_chat.world.client import Preferences
from twisted_chat.world.sanctions import Sanctions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from twisted_chat.limits import Limits, Rate, TokenBucket
    from twisted_chat.store.decisions import Standing
    from twisted_chat.world.client import Client, Dialect, Question, Write
    from twisted_chat.world.timeline import Timeline

#: What somebody may be allowed beyond the ordinary.
ROLES = ("operator",)
#: Names listed to somebody who arrives; the others are counted.
LISTED_ON_ARRIVAL = 20
#: Bans, and mutes, in one room.
MAX_SANCTIONS = 1000
# People of whom it is known when they spoke last, in one room; more, if more have to wait.
_SPOKE = 1000


class Host(Protocol):
    """
    What rooms and users need of the world that they are in.
    """

    @property
    def limits(self) -> Limits:
        """
        What people may use.
        """

    @property
    def mutes(self) -> Sanctions:
        """
        Who may not speak anywhere.
        """

    def seconds(self) -> float:
        """
        Return the time in seconds, of a clock that never steps back.
        """

    def now(self) -> float:
        """
        Return the wall-clock time, in seconds since the epoch.
        """

    def may_speak(self, user: User, room: Room) -> bool:
        """
        Return whether ``user`` may speak in ``room`` now.
        """

    def notify(self, session: Session, text: str) -> None:
        """
        Tell ``session`` alone ``text``, one line for each of its lines.
        """

    def announce(self, room: Room, text: str) -> None:
        """
        Tell everybody in ``room`` ``text``, which may have several lines.
        """


def is_staff(roles: Collection[str]) -> bool:
    """
    Return whether who has these ``roles`` operates the server.
    """
    return "operator" in roles


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
            NotAllowed: it is nobody's, or is being closed.
        """
        if self.closed:
            raise NotAllowed("The connection is being closed.")
        if self.user is None:
            raise NotAllowed("Please give your name first.")
        return self.user

    def require_account(self) -> Account:
        """
        Return the account of whoever is at it.

        Raises:
            NotAllowed: they have none, or are not logged in to it.
        """
        account = self.user.account if self.user else None
        if account is None:
            raise NotAllowed(
                "You have no account. /register makes your name your own, /login nick logs in."
            )
        return account


@define(eq=False)
class Account:
    """
    A name that belongs to somebody.

    Attributes:
        id: its number; what its owner says is theirs by it.
        name: as it was registered; ``key`` is its folded form.
        roles: what its owner may do beyond the ordinary, as far as is known: from the shell, they
            may have been given more since.
        user: its owner, if they are here.
        missed: between which ids what they missed is, the last time they were away.
        seen: the id of what came last before they went; 0 where only the store knows.
        shown: the id of the last message that waited for them and was shown.
    """

    id: int
    name: str
    key: str
    roles: frozenset[str] = frozenset()
    user: User | None = None
    missed: tuple[int, int] = (0, 0)
    seen: int = 0
    shown: int = 0

    @property
    def is_staff(self) -> bool:
        """
        Whether its owner operates the server.
        """
        return is_staff(self.roles)


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

    world: Host
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
        return self.world.seconds() - max(session.active_at for session in self.sessions)

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
        return not room.modes.private or room.has_let_in(self)

    def may_speak(self, room: Room) -> bool:
        """
        Say whether they may speak in ``room`` now: ask before you let others read their words.
        """
        return self.world.may_speak(self, room)

    @property
    def is_staff(self) -> bool:
        """
        Whether they operate the server.
        """
        return is_staff(self.roles)

    def spend(self, what: str, rate: Rate, words: str) -> None:
        """
        Use up one of what they may do at this ``rate``.

        Args:
            what: by what name it is counted.
            words: what they do, as they are told.

        Raises:
            TooMuch: nothing is left of it now.
        """
        if not rate.count or not self.world.limits.rate:
            return
        bucket = self.buckets.get(what)
        if bucket is None:
            bucket = self.buckets[what] = rate.bucket()
        wait = bucket.wait(self.world.seconds())
        if wait:
            raise TooMuch(f"You {words} too often, please wait {math.ceil(wait)} s.")
        bucket.spend()

    def notify(self, text: str) -> None:
        """
        Tell them ``text``, one line for each of its lines; nothing if they have gone.
        """
        for session in self.sessions:
            self.world.notify(session, text)


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
        timeline: what is kept of what it heard.
    """

    world: Host
    name: str
    timeline: Timeline
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
        return self.timeline.number + 1

    @property
    def state(self) -> RoomState:
        """
        How it is set, as that is kept.
        """
        return RoomState(self.timeline.id, self.topic, self.modes, self.public_from)

    def has_let_in(self, user: User) -> bool:
        """
        Return whether ``user`` is in it, or was let in lastingly.
        """
        return user in self.members or user.author in self.standings

    def guard(self) -> None:
        """
        Have everybody checked who speaks in it, or nobody if there is no need.
        """
        self.is_guarded = bool(
            self.modes.moderated
            or self.modes.slow
            or self.modes.members
            or len(self.bans)
            or len(self.mutes)
            or len(self.world.mutes)
        )

    def note_speech(self, user: User) -> None:
        """
        Note that ``user`` spoke in it, if one has to wait there before one speaks again.
        """
        if not self.modes.slow:
            return
        now = self.world.seconds()
        if len(self.spoke) >= _SPOKE and user.author not in self.spoke:
            self.spoke = {who: at for who, at in self.spoke.items() if at + self.modes.slow > now}
        self.spoke[user.author] = now

    def hide_past(self) -> None:
        """
        Let nobody who was not let in read what it heard so far.
        """
        self.public_from = self.next_number

    def announce(self, text: str) -> None:
        """
        Tell everybody in the room ``text``, which may have several lines.
        """
        self.world.announce(self, text)

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
