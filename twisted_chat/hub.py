"""
The hub: every room and everybody here, shared by all doors.

Its parts, each in a module of its own, are the only code that changes rooms and people.  They
make the events, give them to plugins, and queue them for whoever hears them;
`twisted_chat.delivery.fanout` takes them to their readers at the end of the turn.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.auth.prompts import Challenges
from twisted_chat.delivery.fanout import Fanout
from twisted_chat.delivery.hooks import Hooks
from twisted_chat.delivery.journal import Journal
from twisted_chat.delivery.questions import Questions
from twisted_chat.events import Notice
from twisted_chat.history.archive import Archive
from twisted_chat.history.audit import Trail
from twisted_chat.history.messages import Messages
from twisted_chat.history.reader import History
from twisted_chat.history.retention import oldest_kept
from twisted_chat.history.timelines import Chronicles
from twisted_chat.isolation import Isolation, name_of
from twisted_chat.limits import MAX_REASON, Limits, require_short
from twisted_chat.moderation.actions import Moderation
from twisted_chat.moderation.bans import Penalties
from twisted_chat.moderation.reports import Reports
from twisted_chat.people.accounts import Accounts
from twisted_chat.people.arrivals import Arrivals
from twisted_chat.people.logins import Logins
from twisted_chat.people.nicks import Nicks
from twisted_chat.people.sessions import Sessions
from twisted_chat.people.timeouts import Timeouts
from twisted_chat.rooms.annotations import Annotations
from twisted_chat.rooms.locks import Locks
from twisted_chat.rooms.membership import Presence
from twisted_chat.rooms.modes import RoomModes
from twisted_chat.rooms.ranks import Ownership
from twisted_chat.rooms.registry import Lifetimes
from twisted_chat.rooms.talk import Talk
from twisted_chat.text.names import fold, key_of, meant_of, read_room, shortened, without_hash
from twisted_chat.world import policy
from twisted_chat.world.model import Client, Preferences, Room, Session, User, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from twisted_chat.auth.passwords import Hasher
    from twisted_chat.delivery.questions import Question
    from twisted_chat.events import Transcript
    from twisted_chat.store.interface import Kept, Store
    from twisted_chat.store.records import Change
    from twisted_chat.world.model import Write


@define(eq=False, repr=False)
class Hub:
    """
    Holds rooms, users and sessions.

    Args:
        clock: ends turns and times people out.
        store: keeps what is said.
        hasher: hashes passwords.
        limits: what people may use.
        arrival_room: the name of the room where people arrive; it never goes away.
        now: wall-clock time, in seconds since the epoch, for events.
        stopwatch: seconds, precise enough to measure what a plugin's call takes.
        exports: the folder for what `Store.export` writes.

    Attributes:
        rooms: by folded name.
        users: by folded nick.
        sessions: every connection, named or not.
        arrivals: who connections belong to.
        nicks: what everybody is called.
        presence: who is in which room.
        talk: what is said.
        chronicles: what is kept of each room.
        history: what rooms heard before.
        accounts: names that belong to somebody.
        logins: the way in for their owners.
        archive: shows people what that is.
        messages: what people write to each other, and what waits for them.
        annotations: what people do to lines that were said.
        ownership: whose rooms are, who operates them, and who was let in.
        modes: how rooms are set.
        lifetimes: which rooms stay.
        locks: the passwords of rooms.
        moderation: what is done against somebody.
        penalties: the bans and mutes that hold.
        trail: who did what to whom.
        reports: what operators are told of somebody.
    """

    clock: IReactorTime
    store: Store
    hasher: Hasher
    limits: Limits = field(factory=Limits)
    arrival_room: str = "lobby"
    now: Callable[[], float] = time.time
    rooms: dict[str, Room] = field(init=False, factory=dict)
    users: dict[str, User] = field(init=False, factory=dict)
    sessions: Sessions = field(init=False)
    stopwatch: Callable[[], float] = time.perf_counter
    exports: Path = Path("exports")
    isolation: Isolation = field(init=False)
    hooks: Hooks = field(init=False)
    journal: Journal = field(init=False)
    arrivals: Arrivals = field(init=False)
    nicks: Nicks = field(init=False)
    presence: Presence = field(init=False)
    talk: Talk = field(init=False)
    chronicles: Chronicles = field(init=False)
    history: History = field(init=False)
    accounts: Accounts = field(init=False)
    logins: Logins = field(init=False)
    archive: Archive = field(init=False)
    messages: Messages = field(init=False)
    annotations: Annotations = field(init=False)
    ownership: Ownership = field(init=False)
    modes: RoomModes = field(init=False)
    lifetimes: Lifetimes = field(init=False)
    locks: Locks = field(init=False)
    moderation: Moderation = field(init=False)
    penalties: Penalties = field(init=False)
    trail: Trail = field(init=False)
    reports: Reports = field(init=False)
    started_at: float = field(init=False)
    _is_shut_down: bool = field(init=False, default=False)
    _fanout: Fanout = field(init=False)
    _questions: Questions = field(init=False)
    _challenges: Challenges = field(init=False)
    _timeouts: Timeouts = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.isolation = Isolation(self.clock, self.stopwatch)
        self.hooks = Hooks(self.isolation)
        self.started_at = self.seconds()
        kept = self.store.load()
        log = self.isolation.log
        self.journal = Journal(self.store, self.clock, log, self._tell_of_trouble)
        self._fanout = Fanout(self.clock, self._break_off, log, self.journal)
        self.arrivals = Arrivals(self, self._fanout)
        self.nicks = Nicks(self, self._fanout)
        self.presence = Presence(self, self._fanout)
        self.talk = Talk(self, self._fanout)
        self.chronicles = Chronicles(self.store, self._fanout.keep)
        self.history = History(self.store, self._fanout.keep, log, self.clock, self._oldest)
        self._questions = Questions(self, self._fanout)
        self._challenges = challenges = Challenges(self, self._questions, self.hasher)
        self.accounts = Accounts(self, self.store, challenges)
        self.logins = Logins(self, self.accounts, challenges)
        self.messages = Messages(self, self.store)
        self.locks = Locks(self, challenges)
        self.archive = Archive(self, self._fanout)
        self.annotations = Annotations(self)
        self.ownership = Ownership(self, self.keep)
        self.modes = RoomModes(self, self.keep)
        self.lifetimes = Lifetimes(self, self.keep)
        self.moderation = Moderation(self)
        self.penalties = Penalties(self, self.keep)
        self.trail = Trail(self, self.keep)
        self.reports = Reports(self, self.keep, log)
        self.sessions = Sessions(self.seconds)
        self._timeouts = Timeouts(self)
        self.arrival_room = read_room(self.arrival_room)
        self._begin(kept)

    def _begin(self, kept: Kept) -> None:
        """
        Go on from what the store keeps.
        """
        self.history.begin(kept.last_id)
        self.chronicles.begin(kept.rooms, kept.last_room)
        self._challenges.begin(kept.allowances)
        self.accounts.begin(kept)
        self.presence.open(self.arrival_room).is_arrival = True
        self.lifetimes.begin(kept)
        self.penalties.begin(kept)
        self.reports.unread = kept.unread

    def _oldest(self) -> int:
        return oldest_kept(self.limits.keep_history, self.now())

    def seconds(self) -> float:
        """
        Return the time in seconds, of a clock that never steps back.
        """
        return float(self.clock.seconds())

    def later(
        self,
        name: str,
        seconds: float,
        function: Callable[..., object],
        *args: object,
        secret: str = "",
    ) -> IDelayedCall:
        """
        Call ``function(*args)`` in so many seconds; what it does wrong ends there, in the log.

        It is not called if ``name`` has been switched off by then, because it kept failing.

        Args:
            name: what it is called in the log.
            secret: what a person typed, kept out of the log.

        Returns:
            the pending call; its ``cancel()`` takes it back.
        """

        def run() -> None:
            if not self.isolation.is_off(name):
                self.isolation.run(name, partial(function, *args), secret=secret)

        return self.clock.callLater(seconds, run)

    # -- connections ------------------------------------------------------------------------------

    def connect(self, client: Client, host: str | None) -> Session:
        """
        Take up a connection.

        Args:
            host: the address it comes from, as limits count it; None if that is not known yet
                (`locate` tells it later) or means nothing, as for a UNIX socket.

        Raises:
            Sanctioned: this host is banned.
            ServerFull: there are as many connections as there may be.
            TooManyConnections: this host has as many as it may.
            TooManyNewConnections: this host opens them as fast as it may.
        """
        self.moderation.check_host(host)
        session = self.sessions.take_up(client, host, self.limits)
        self._timeouts.watch()
        return session

    def locate(self, session: Session, host: str) -> None:
        """
        Count ``session`` as one of ``host``'s.

        Raises:
            Sanctioned: this host is banned.
            TooManyConnections: this host has as many as it may.
            TooManyNewConnections: this host opens them as fast as it may.
        """
        self.moderation.check_host(host)
        self.sessions.locate(session, host, self.limits)

    def disconnect(self, session: Session, reason: str = "", cause: str = "") -> None:
        """
        Let go of a connection that is lost or to be closed.  Again for the same one does nothing.

        Args:
            reason: what the others read behind the name.
            cause: what the log says, if that is not the reason.
        """
        if session in self.sessions:
            self._let_go(session, reason[:MAX_REASON], cause)
            self._fanout.forget(session)

    def _let_go(self, session: Session, reason: str, cause: str, *, is_own: bool = False) -> None:
        self._questions.drop(session)
        self.sessions.let_go(session, cause or reason or "hung up")
        user = session.user
        # At the end of everything nobody is told who goes.
        if user is None or self._is_shut_down:
            return
        self.arrivals.part(session, user, reason, is_own=is_own)

    def close(
        self,
        session: Session,
        sentence: str,
        reason: str,
        cause: str = "",
        *,
        is_own: bool = False,
    ) -> None:
        """
        Tell ``session`` the ``sentence``, close it, and let the others read ``reason``.

        Args:
            cause: what the log says, if ``reason`` is a person's words.
            is_own: they are the words of whoever goes, and not told where those may not speak.
        """
        if session.closed:
            return
        reason = reason[:MAX_REASON]
        self._questions.drop(session)
        if sentence:
            self.notify(session, sentence)
        self._fanout.close(session, reason)
        if session in self.sessions:
            self._let_go(session, reason, cause, is_own=is_own)

    def _break_off(self, broken: Collection[Write]) -> None:
        for session in self.sessions:
            if session.write in broken:
                self.close(session, "", "connection error")

    def shut_down(self) -> Deferred[None]:
        """
        Tell everybody that the server goes, and close them, now.

        Returns:
            fires when they were told, which is when all that was said is kept.
        """
        for session in self.sessions:
            self._questions.drop(session)
            self.notify(session, "*** The server is shutting down. ***")
            self._fanout.close(session, "shutdown")
            session.closed = True
        self._is_shut_down = True
        self.sessions.tell_suppressed()
        return self._fanout.finish()

    def _tell_of_trouble(self, begins: bool) -> None:
        sentence = (
            "*** What is said is not saved any more: the disk fails. The log says why. ***"
            if begins
            else f"*** What is said is saved again; {self.journal.lost} lines were lost. ***"
        )
        for user in self.users.values():
            if user.is_staff:
                user.notify(sentence)

    # -- who and what there is --------------------------------------------------------------------

    def find_user(self, nick: str) -> User:
        """
        Return who is called ``nick``, or alone is called what looks like it.

        Raises:
            NoSuchUser: nobody is.
        """
        user = self.users.get(self.nicks.key_of(nick))
        if user is None:
            raise errors.NoSuchUser(shortened(nick))
        return user

    def find_room(self, name: str, *, seen_by: User | None = None) -> Room:
        """
        Return the room of this name, with or without ``#``, up to case and width.

        Args:
            seen_by: who asks; a room that they may not know of is none.

        Raises:
            NoSuchRoom: there is none.
        """
        room = self.rooms.get(key_of(name))
        if room is None or (seen_by is not None and not seen_by.sees(room)):
            raise errors.NoSuchRoom(shortened(without_hash(name)))
        return room

    def asleep(self, name: str) -> Room | None:
        """
        Return a room that everybody has left, as it would be if it were made again; for reading.

        Returns:
            one that is in no list; None if there is none of which anything may be read.
        """
        key = fold(name)
        chronicle = None if key in self.rooms else self.chronicles.asleep(key)
        if chronicle is None:
            return None
        (name,) = self.chronicles.names([chronicle.id])
        room = Room(self, name, chronicle)
        firsts = policy.readable_asleep([chronicle.id], self.lifetimes.hidden())
        room.public_from = firsts[chronicle.id]
        return room if room.public_from <= chronicle.number else None

    # -- how people are and read ------------------------------------------------------------------

    def set_away(self, user: User, reason: str | None) -> None:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Raises:
            Sanctioned: they may say nothing anywhere, and so no reason.
            TooMuch: the reason is too long.
        """
        if reason:
            policy.check_voice(user)
        require_short("That", reason or "", MAX_REASON)
        user.away = reason

    def ignore(self, user: User, other: User) -> None:
        """
        Let ``user`` read no more of what ``other`` says.

        Raises:
            TooMuch: they ignore as many people as they may.
        """
        if other is user:
            raise errors.NotAllowed("You cannot ignore yourself.")
        most = self.limits.max_ignored
        if most and len(user.ignored) >= most:
            raise errors.TooMuch(f"You ignore {most} people already; /unignore somebody first.")
        user.ignored.add(other.key)
        self._fanout.refresh(user)

    def unignore(self, user: User, nick: str) -> None:
        """
        Undo `ignore`, for somebody who may be here or not.

        Raises:
            NotAllowed: nobody of this name is ignored.
        """
        key = meant_of(nick, user.ignored)
        if key not in user.ignored:
            raise errors.NotAllowed(f"You do not ignore {shortened(nick)}.")
        user.ignored.discard(key)
        self._fanout.refresh(user)

    def prefer(self, session: Session, preferences: Preferences) -> None:
        """
        Let ``session`` read as it prefers from here on.
        """
        session.preferences = preferences
        self._fanout.look(session, view_of(session))

    # -- what people read and answer --------------------------------------------------------------

    def notify(self, session: Session, text: str) -> None:
        """
        Tell ``session`` alone ``text``, one line for each of its lines.
        """
        if not session.closed:
            now = self.now()
            for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
                self._fanout.tell(session, Notice(now, line))

    def keep(self, change: Change) -> None:
        """
        Have ``change`` kept before anybody is told of this turn.
        """
        self._fanout.keep(change)

    def show(self, session: Session, page: Transcript) -> None:
        """
        Let ``session`` alone read ``page``.
        """
        if not session.closed:
            self._fanout.tell(session, page)

    def ask(
        self,
        session: Session,
        prompt: str,
        answered: Callable[[str], object],
        *,
        secret: bool = False,
        within: float = 60.0,
        name: str = "",
    ) -> Question:
        """
        Ask whoever is at ``session``, with a name or without, for a line that is not talk.

        Whatever ``answered`` does wrong ends there, in the log; what it returns or raises is used
        as of a command: a string is told, and so is a `ChatError`.

        Args:
            prompt: what they read, such as ``Password: ``, with no new line behind it.
            answered: given the next line they type, in place of the room or a command; its spaces
                are kept, and it may be empty.  It may return a Deferred or be an ``async def``.
            secret: let their terminal not show what they type, where it can do that.
            within: seconds after which the question is taken back; 0 is no limit.
            name: what ``answered`` is called in the log, if that is not its own name.

        Returns:
            the question; its ``cancel()`` takes it back.

        Raises:
            NotAllowed: they have another question to answer, ``answered`` is switched off because
                it kept failing, or the connection is being closed.
        """
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001  # documented
        name = f"{name} of {asker}" if name else name_of(answered, asker)
        return self._questions.ask(
            session, prompt, answered, secret=secret, within=within, name=name
        )

    def withhold(self, session: Session) -> None:
        """
        Take lines that come at once for the rest of a secret: nobody reads them.

        For what refuses to ask for one, as it may have been typed ahead.
        """
        if session.question is None:
            self._questions.withhold(session)

    def answer(self, session: Session, text: str) -> None:
        """
        Take ``text`` for the answer to what ``session`` is asked; for doors.
        """
        self._questions.answer(session, text)

    def warn_of_shown(self, session: Session) -> None:
        """
        Tell ``session`` that it shows the secret that it is asked for, and ask again; for doors.
        """
        self._questions.warn_of_shown(session)

    def ask_name(self, session: Session) -> None:
        """
        Have ``session`` asked for a name, if it has none.
        """
        if session.user is None and not session.closed:
            self._fanout.put(session, session.client.ask_name())
