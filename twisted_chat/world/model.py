"""
The model: rooms, users and their sessions.

These hold state and answer questions about it.  Only the parts of the hub change them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from twisted_chat.errors import ConnectionClosing, Nameless, NotAllowed, TooMuch
from twisted_chat.store.decisions import Modes, Rank, RoomState, called
from twisted_chat.store.records import is_bot
from twisted_chat.text.names import fold
from twisted_chat.world.sanctions import Sanctions
from twisted_chat.world.settings import Preferences, UserSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twisted.internet.defer import Deferred

    from twisted_chat.limits import Limits, Rate, TokenBucket
    from twisted_chat.store.decisions import Standing
    from twisted_chat.store.keys import PublicKey
    from twisted_chat.store.settings import Ignored
    from twisted_chat.world.client import Client, Dialect, Question, Send
    from twisted_chat.world.inbox import Inbox
    from twisted_chat.world.timeline import Timeline

#: The roles that an account can have.
ROLES = ("operator",)
#: Members named to a user who enters; the others are counted.
LISTED_ON_ARRIVAL = 20
#: Bans in one room, and as many mutes.
MAX_SANCTIONS = 1000
# Of a session that was shown everything.
_NOT_BEHIND: Mapping[int, int] = MappingProxyType({})
# The preferences of a session that has no user yet.
_NOTHING = Preferences()
# Whether the connection of a session is lost.
_IS_HELD = attrgetter("is_held")
# Users whose last private message a session remembers; of more, the one who wrote first is not.
_LETTERS = 200
# Users in one room whose last line is remembered; more, if more have to wait.
_SPOKE = 1000


class Host(Protocol):
    """
    The part of the world that rooms and users need.
    """

    @property
    def limits(self) -> Limits:
        """
        The limits of users.
        """

    @property
    def bans(self) -> Sanctions:
        """
        The users who may not come to the server.
        """

    @property
    def mutes(self) -> Sanctions:
        """
        The users who may not speak anywhere.
        """

    def seconds(self) -> float:
        """
        Return the time in seconds, by a clock that never steps back.
        """

    def now(self) -> float:
        """
        Return the wall-clock time, in seconds since the epoch.
        """

    def note_limits(self, room: Room) -> None:
        """
        Note whether ``room``, which is here, is closed or limited.
        """

    def may_speak(self, user: User, room: Room) -> bool:
        """
        Return whether ``user`` may speak in ``room`` now.
        """

    def notify(self, session: Session, text: str) -> None:
        """
        Send ``text`` to ``session`` alone, line by line.
        """

    def announce(self, room: Room, text: str) -> None:
        """
        Tell everybody in ``room`` ``text``, which may have several lines.
        """


def is_staff(roles: Collection[str]) -> bool:
    """
    Return whether a user with these ``roles`` operates the server.
    """
    return "operator" in roles


@frozen
class View:
    """
    How a session reads, from a moment on.

    Attributes:
        dialect: its dialect.
        rooms: the rooms it is in.
        ignored: the folded nicks whose lines are hidden.
    """

    dialect: Dialect
    rooms: tuple[Room, ...] = ()
    ignored: frozenset[str] = frozenset()


@define(eq=False, repr=False)
class Session:
    """
    One connection of a user.

    Attributes:
        send: sends what a room reads: the ``send`` of its socket while nothing waits or stands
            between, else the ``write`` of its client.  What ``send`` does not take is given to
            that ``write``.
        client: the client at the door.
        host: its address, as limits count it; None if there is none.
        number: its number since the start, for the log.
        connected_at: when it connected, in seconds of the hub's clock.
        active_at: when its last line came, likewise.
        line_bucket: limits its lines.
        user: its user; None until a name is given.
        current: the room in which its lines are said.
        correspondent: the user who wrote to it last, and may have left since.
        question: its open question, or one whose answer is being processed.
        asked_back: the line that was not said, as it may be meant for one user alone.
        is_sure: its user has said such a line nevertheless, and is asked no more.
        warned_at: when it was last told that it is idle, likewise.
        shows_own: its client shows what its user says, does and writes by itself, and so is told
            none of it but what they say by a command; others are told their actions and private
            messages at least.
        chooses_rooms: its client enters rooms of its own choice: its user is not brought to the
            arrival room.
        comes_once: its client cannot begin again: without a user, it is closed.
        shows_marks: its client is told of each room that it enters with the mark of what is read
            there.
        names_lines: its user reads the number of each line that a search finds, and not which
            result it is.
        running: how many of its commands have not come to their end yet.
        failures: wrong passwords in a row.
        most_failures: wrong passwords and codes in a row after which it is closed.
        is_logged: the log has its arrival.
        look_at: when timeouts look at it next, in seconds of the hub's clock.
        closed: it is being closed; nothing more is read from it or sent to it.
        is_held: its connection is lost, and its program may come back.
        inbox: what it alone was told lately, if its program may come back; else None.
        key: the public key that its client has proven to have; None for none.
        offered: the public key that it has only shown; None for none.
        opened_by: what it came in to its account with, if that was no password: ``link``, or
            ``token`` or ``key`` with its hash or fingerprint behind a space.
        is_waiting: its user waits to be let in at another device, or until their rate allows it
            to come back, or it is that of a plugin: it need not give a name.
        unsaid: fires when its last line is said, or refused, that a filter in another process
            checks; None while there is none.
        queued: what was typed behind that line, and is done behind it.
        behind: the numbers of the rooms in which something is unread that it was not shown, each
            with that of the last such line; replaced when it changes.
        letters: the id of the last private message that it was told of each user, by folded nick,
            as far as that may not be noted as read yet; None for none.
    """

    send: Send = field(init=False)
    client: Client
    host: str | None
    number: int
    connected_at: float
    line_bucket: TokenBucket
    view: View
    active_at: float = field(init=False)
    user: User | None = None
    current: Room | None = None
    correspondent: User | None = None
    question: Question | None = None
    asked_back: str = ""
    is_sure: bool = False
    warned_at: float = -math.inf
    shows_own: bool = False
    chooses_rooms: bool = False
    comes_once: bool = False
    shows_marks: bool = False
    names_lines: bool = False
    running: int = 0
    failures: int = 0
    most_failures: int = 5
    is_logged: bool = False
    look_at: float = math.inf
    closed: bool = False
    is_held: bool = False
    inbox: Inbox | None = None
    key: PublicKey | None = None
    offered: PublicKey | None = None
    opened_by: str = ""
    is_waiting: bool = False
    unsaid: Deferred[None] | None = None
    queued: tuple[Callable[[], None], ...] = ()
    behind: Mapping[int, int] = _NOT_BEHIND
    letters: dict[str, int] | None = None

    def note_shown(self, room: Room) -> None:
        """
        Note that it was shown all that is unread in ``room``.
        """
        number = room.timeline.id
        if number in self.behind:
            self.behind = {each: last for each, last in self.behind.items() if each != number}

    def note_letter(self, nick: str, id_: int) -> None:
        """
        Note that it was told a private message of ``nick``, which is kept under ``id_``.
        """
        if self.client.marks_itself or self.user is None or self.user.account is None:
            return
        if self.letters is None:
            self.letters = {}
        letters, key = self.letters, fold(nick)
        # The latest is the last of them.
        letters.pop(key, None)
        letters[key] = id_
        if len(letters) > _LETTERS:
            del letters[next(iter(letters))]

    def __repr__(self) -> str:
        return f"<Session {self.number} {self.nick!r}>"

    def __attrs_post_init__(self) -> None:
        self.send = self.client.write
        self.active_at = self.connected_at

    def use(self, client: Client) -> None:
        """
        Send by ``client`` from now on.
        """
        self.client, self.send = client, client.write

    @property
    def nick(self) -> str:
        """
        The nick of its user; empty until a name is given.
        """
        return self.user.nick if self.user else ""

    def require_user(self) -> User:
        """
        Return its user.

        Raises:
            NotAllowed: it has no user yet, or is being closed.
        """
        if self.closed:
            raise ConnectionClosing
        if self.user is None:
            raise Nameless
        return self.user

    def require_account(self) -> Account:
        """
        Return the account of its user.

        Raises:
            NotAllowed: the user has none, or is not logged in.
        """
        account = self.user.account if self.user else None
        if account is None:
            raise NotAllowed(
                "You are not logged in. /register registers your name, /login nick logs in.",
                code="not-logged-in",
            )
        return account


@define(eq=False)
class Account:
    """
    A registered name and its owner.

    Attributes:
        id: its number, which marks the lines of its owner.
        name: as it was registered; ``key`` is its folded form.
        roles: its roles as far as is known; the admin program may have changed them since.
        user: its owner; None while they are not here.
        missed: the ids between which its owner was last away.
        seen: the last id before its owner left; 0 where only the store knows.
        shown: the id of the last waiting message that was shown to its owner.
        settings: what its owner has set; None until it was read from the store.
        revoked: how often all that opens it was ended, as a new password does.
    """

    id: int
    name: str
    key: str
    roles: frozenset[str] = frozenset()
    user: User | None = None
    missed: tuple[int, int] = (0, 0)
    seen: int = 0
    shown: int = 0
    settings: UserSettings | None = None
    revoked: int = 0

    @property
    def is_staff(self) -> bool:
        """
        Whether its owner is an operator of the server, by its roles or for this visit.
        """
        return is_staff(self.roles) or (self.user is not None and self.user.is_staff)


@define(eq=False, repr=False)
class User:
    """
    A user here.

    Attributes:
        nick: as it is shown; ``key`` is its folded form.
        rooms: in the order of joining.
        away: the reason for being away; None if they are not away.
        settings: what they have set, for this visit or with their account.
        hidden: the folded nicks of users they ignore, those that these have now too.
        hidden_authors: the author numbers of these users, now and before.
        since: when they arrived, in seconds since the epoch.
        visit: a negative number that is never used again.
        account: the account that they are logged in to; None for a guest.  `belong_to` sets it.
        account_name: the name of that account; empty for a guest.  It stands in each line.
        author: the author number of their lines: that of their account, or of this visit.
    """

    world: Host
    nick: str
    since: float
    visit: int
    key: str = field(init=False)
    rooms: list[Room] = field(init=False, factory=list)
    sessions: list[Session] = field(init=False, factory=list)
    away: str | None = field(init=False, default=None)
    settings: UserSettings = field(init=False, factory=UserSettings)
    hidden: frozenset[str] = field(init=False, default=frozenset())
    hidden_authors: frozenset[int] = field(init=False, default=frozenset())
    # An empty set is larger than all else of a user who has none.
    _roles: set[str] | None = field(init=False, default=None)
    account: Account | None = field(init=False, default=None)
    account_name: str = field(init=False, default="")
    author: int = field(init=False)
    # None for one who has done nothing that is counted.
    _buckets: dict[str, TokenBucket] | None = field(init=False, default=None)

    def __repr__(self) -> str:
        return f"<User {self.nick!r}>"

    def __attrs_post_init__(self) -> None:
        self.key = fold(self.nick)
        self.author = self.visit

    @property
    def roles(self) -> set[str]:
        """
        Their roles, such as ``operator``.
        """
        if self._roles is None:
            self._roles = set()
        return self._roles

    @roles.setter
    def roles(self, roles: set[str]) -> None:
        self._roles = roles

    def belong_to(self, account: Account | None) -> None:
        """
        Log them in to ``account``, or with None make them a guest.
        """
        self.account = account
        self.account_name = "" if account is None else account.name
        self.author = self.visit if account is None else account.id

    @property
    def called(self) -> str:
        """
        The name in kept entries: the nick, and the account if its name differs.
        """
        return called(self.nick, self.account_name)

    @property
    def ignored(self) -> Mapping[str, Ignored]:
        """
        The users they ignore, by folded nick.
        """
        return self.settings.ignored

    def ignores(self, other: User) -> bool:
        """
        Return whether they ignore ``other``.  Check it before they read words of ``other``.
        """
        return other.key in self.hidden

    def ignores_author(self, nick: str, author: int) -> bool:
        """
        Return whether they ignore who wrote something, maybe long ago, as ``nick``.
        """
        if not self.settings.ignored or self.owns(author):
            return False
        return fold(nick) in self.hidden or author in self.hidden_authors

    @property
    def authors(self) -> tuple[int, int]:
        """
        The author numbers of their lines: now, and before they had an account.
        """
        return self.author, self.visit

    def owns(self, author: int) -> bool:
        """
        Return whether ``author`` is this user, also before they had an account.
        """
        return author in self.authors

    @property
    def idle(self) -> float:
        """
        Seconds since their last line.
        """
        return self.world.seconds() - max(session.active_at for session in self.sessions)

    @property
    def is_away(self) -> bool:
        """
        Whether they are away, or all their connections are lost.
        """
        if self.away is not None:
            return True
        return bool(self.sessions) and all(map(_IS_HELD, self.sessions))

    @property
    def is_bot(self) -> bool:
        """
        Whether they are no person, but a plugin that speaks under a name of its own.
        """
        return is_bot(self.visit)

    @property
    def is_here(self) -> bool:
        """
        Whether they are still here.
        """
        return bool(self.sessions)

    def sees(self, room: Room) -> bool:
        """
        Return whether they may know of ``room``.  Check it before you show the room to them.
        """
        return not room.modes.private or room.has_let_in(self)

    def may_speak(self, room: Room) -> bool:
        """
        Return whether they may speak in ``room``.  Check it before others read their words there.
        """
        return self.world.may_speak(self, room)

    @property
    def is_staff(self) -> bool:
        """
        Whether they are an operator of the server.
        """
        return is_staff(self._roles or ())

    @property
    def buckets(self) -> dict[str, TokenBucket]:
        """
        What they may do now of what is limited, by its name.
        """
        if self._buckets is None:
            self._buckets = {}
        return self._buckets

    def spend(self, what: str, rate: Rate, words: str) -> None:
        """
        Count one action that is limited to ``rate``.

        Args:
            what: the key of the counter.
            words: the action, for the error.

        Raises:
            TooMuch: the limit is reached.
        """
        if not rate.count or not self.world.limits.rate:
            return
        bucket = self.buckets.get(what)
        if bucket is None:
            bucket = self.buckets[what] = rate.bucket()
        wait = bucket.wait(self.world.seconds())
        if wait:
            raise TooMuch(
                f"You {words} too often, please wait {math.ceil(wait)} s.",
                code="too-often",
                command=what,
                seconds=math.ceil(wait),
            )
        bucket.spend()

    def notify(self, text: str) -> None:
        """
        Tell them ``text``, line by line; does nothing if they have left.
        """
        for session in self.sessions:
            self.world.notify(session, text)


@define(eq=False, repr=False)
class Room:
    """
    A room: its members, its state, and the sessions that read it.

    Attributes:
        name: without the ``#``; ``key`` is its folded form.
        members: in the order of joining, each with the number of the line that said so.
        topic: may be empty.
        topic_by: the nick and the author number of who set it; 0 if that is not known.
        topic_at: when that was, in seconds since the epoch; 0 if it was before the server started.
        kept_topic: the latest that a user with an account set, and their nick and author number;
            what a guest set ends with the server, as all that is a guest's.
        modes: its modes.
        public_from: the number of the first line that users may read who were not let in.
        standings: the users and accounts that were let in, with their ranks, by author.
        bans: users who may not enter.
        mutes: users who may not speak.
        spoke: in a slow room, when each author spoke last.
        is_public: everybody may enter and read it.
        is_arrival: new users arrive here, and it always exists.
        audience: the sessions that ignore nobody, by dialect, in the order of joining.
        apart: the sessions whose user ignores others.
        elsewhere: the sessions that are in other rooms too.
        timeline: its kept lines.
    """

    world: Host
    key: str
    name: str
    timeline: Timeline
    topic: str = field(init=False, default="")
    topic_by: tuple[str, int] = field(init=False, default=("", 0))
    topic_at: float = field(init=False, default=0.0)
    kept_topic: tuple[str, str, int] = field(init=False, default=("", "", 0))
    modes: Modes = field(init=False, default=Modes())
    public_from: int = field(init=False, default=1)
    standings: dict[int, Standing] = field(init=False, factory=dict)
    bans: Sanctions = field(init=False, factory=partial(Sanctions, MAX_SANCTIONS))
    mutes: Sanctions = field(init=False, factory=partial(Sanctions, MAX_SANCTIONS))
    spoke: dict[int, float] = field(init=False, factory=dict)
    _is_guarded: bool = field(init=False, default=False)
    is_public: bool = field(init=False, default=True)
    is_arrival: bool = field(init=False, default=False)
    members: dict[User, int] = field(init=False, factory=dict)
    audience: dict[Dialect, dict[Session, None]] = field(init=False, factory=dict)
    _views: dict[Dialect, View] = field(init=False, factory=dict)
    apart: dict[Session, None] = field(init=False, factory=dict)
    elsewhere: dict[Session, None] = field(init=False, factory=dict)

    def __repr__(self) -> str:
        return f"<Room {self.name!r}>"

    @property
    def is_owned(self) -> bool:
        """
        Whether it has an owner, so that it stays when everybody has left.
        """
        return any(standing.rank is Rank.OWNER for standing in self.standings.values())

    @property
    def next_number(self) -> int:
        """
        The number of its next line.
        """
        return self.timeline.number + 1

    @property
    def state(self) -> RoomState:
        """
        How it is set, as that is kept.
        """
        topic, nick, author = self.kept_topic
        number, first = self.timeline.id, self.public_from
        return RoomState(number, topic, self.modes, first, nick, author)

    def topic_for(self, user: User) -> str:
        """
        Return the topic as ``user`` reads it: empty if they ignore who set it.
        """
        return "" if user.ignores_author(*self.topic_by) else self.topic

    def has_let_in(self, user: User) -> bool:
        """
        Return whether ``user`` is a member, or has a lasting invitation.
        """
        return user in self.members or user.author in self.standings

    @property
    def is_guarded(self) -> bool:
        """
        Whether users must be checked before they speak.
        """
        return self._is_guarded or self.world.mutes.exist

    def guard(self) -> None:
        """
        Note how it keeps users from speaking and reading, each time after that has changed.
        """
        self.is_public = not self.modes.keeps_out
        self._is_guarded = bool(
            self.modes.moderated
            or self.modes.slow
            or self.modes.members
            or len(self.bans)
            or len(self.mutes)
        )
        self.world.note_limits(self)

    def note_speech(self, user: User) -> None:
        """
        Note that ``user`` spoke in it, if it is in slow mode.
        """
        if not self.modes.slow:
            return
        now = self.world.seconds()
        if len(self.spoke) >= _SPOKE and user.author not in self.spoke:
            self.spoke = {who: at for who, at in self.spoke.items() if at + self.modes.slow > now}
        self.spoke[user.author] = now

    def hide_past(self) -> None:
        """
        Hide its history from users who were not let in.
        """
        self.public_from = self.next_number

    def announce(self, text: str) -> None:
        """
        Announce ``text``, which may have several lines, to every member.
        """
        self.world.announce(self, text)

    def admit(self, session: Session, view: View) -> None:
        """
        Add ``session`` to those that read the room, with ``view``.
        """
        if view.ignored:
            self.apart[session] = None
        else:
            self.audience.setdefault(view.dialect, {})[session] = None
        if len(view.rooms) > 1:
            self.elsewhere[session] = None

    def dismiss(self, session: Session, view: View) -> None:
        """
        Undo `admit`.
        """
        self.elsewhere.pop(session, None)
        if view.ignored:
            del self.apart[session]
            return
        listeners = self.audience[view.dialect]
        del listeners[session]
        if not listeners:
            del self.audience[view.dialect]
            self._views.pop(view.dialect, None)

    def view_in(self, dialect: Dialect) -> View:
        """
        Return the view of those who are in no other room, and ignore nobody: one for all of them.
        """
        view = self._views.get(dialect)
        if view is None:
            view = self._views[dialect] = View(dialect, (self,))
        return view


def view_of(session: Session) -> View:
    """
    Return the view of ``session`` for its current user, rooms and preferences.
    """
    user, door = session.user, session.client.dialect
    if user is None:
        return View(door.adapt(_NOTHING, several_rooms=False))
    if user.is_bot:
        # It hears of everything as a plugin, and is sent nothing.
        return View(door)
    dialect = door.adapt(user.settings.preferences, several_rooms=len(user.rooms) > 1)
    if len(user.rooms) == 1 and not user.hidden:
        return user.rooms[0].view_in(dialect)
    return View(dialect, tuple(user.rooms), user.hidden)
