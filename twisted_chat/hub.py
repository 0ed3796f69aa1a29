"""
The hub: every room and everybody here, and the only code that changes them.

All doors share one hub.  It makes the events, gives them to plugins, and queues them for whoever
hears them; `twisted_chat.fanout` takes them to their readers at the end of the turn.
"""

from __future__ import annotations

import math
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors, policy
from twisted_chat.accounts import Account, Accounts
from twisted_chat.annotations import Annotations
from twisted_chat.archive import Archive
from twisted_chat.challenges import Challenges
from twisted_chat.events import (
    Acted,
    Announced,
    Broadcast,
    Event,
    Invited,
    Joined,
    Left,
    Notice,
    Renamed,
    Said,
    Told,
    TopicChanged,
)
from twisted_chat.fanout import Fanout
from twisted_chat.history import History
from twisted_chat.hooks import Hooks
from twisted_chat.isolation import Isolation
from twisted_chat.journal import Journal
from twisted_chat.limits import Limits, Rate
from twisted_chat.locks import Locks
from twisted_chat.messages import Messages
from twisted_chat.moderation import Moderation
from twisted_chat.names import Taken, fold, listed, read_nick, read_room, shortened
from twisted_chat.ownership import Ownership
from twisted_chat.penalties import Penalties
from twisted_chat.people import Client, Preferences, Room, Session, User, View, view_of
from twisted_chat.policy import Deed
from twisted_chat.questions import Questions
from twisted_chat.reports import Reports
from twisted_chat.sanctions import sentence_of
from twisted_chat.sessions import Sessions
from twisted_chat.timeouts import Timeouts
from twisted_chat.trail import Trail

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from twisted_chat.events import Transcript
    from twisted_chat.passwords import Hasher
    from twisted_chat.people import Write
    from twisted_chat.questions import Question
    from twisted_chat.records import Change, Kept, Line, Store


#: The longest topic, away message and reason, in characters.
MAX_TOPIC = 400
MAX_REASON = 200


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
        registered: names of accounts, whose owners may be here or not.
        sessions: every connection, named or not.
        lines: how many lines were said, acted and told since the start.
        history: what rooms heard before.
        accounts: names that belong to somebody.
        archive: shows people what that is.
        messages: what people write to each other, and what waits for them.
        annotations: what people do to lines that were said.
        ownership: whose rooms are, how they are set, and who was let in.
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
    registered: Taken = field(init=False, factory=Taken)
    sessions: Sessions = field(init=False)
    lines: int = field(init=False, default=0)
    stopwatch: Callable[[], float] = time.perf_counter
    exports: Path = Path("exports")
    isolation: Isolation = field(init=False)
    hooks: Hooks = field(init=False)
    journal: Journal = field(init=False)
    history: History = field(init=False)
    accounts: Accounts = field(init=False)
    archive: Archive = field(init=False)
    messages: Messages = field(init=False)
    annotations: Annotations = field(init=False)
    ownership: Ownership = field(init=False)
    locks: Locks = field(init=False)
    moderation: Moderation = field(init=False)
    penalties: Penalties = field(init=False)
    trail: Trail = field(init=False)
    reports: Reports = field(init=False)
    started_at: float = field(init=False)
    _is_shut_down: bool = field(init=False, default=False)
    _nicks: Taken = field(init=False, factory=Taken)
    _room_names: Taken = field(init=False, factory=Taken)
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
        self.history = History(self.store, self._fanout.keep, log, self.clock)
        self._challenges = challenges = Challenges(self, self.hasher)
        self.accounts = Accounts(self, self.store, self.hasher, challenges)
        self.messages = Messages(self, self.store)
        self.locks = Locks(self, self.hasher, challenges)
        self._questions = Questions(self, self._fanout)
        self.archive = Archive(self, self._fanout)
        self.annotations = Annotations(self, self._post)
        self.ownership = Ownership(self, self.keep, self._room)
        self.moderation = Moderation(self, log)
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
        self.history.begin(kept)
        self._challenges.begin(kept.allowances)
        self.accounts.begin(kept)
        self._room(self.arrival_room).is_arrival = True
        self.ownership.begin(kept)
        self.penalties.begin(kept)
        self.reports.unread = kept.unread

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

    # -- connections ----------------------------------------------------------------------------

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

    def _let_go(self, session: Session, reason: str, cause: str) -> None:
        self._questions.drop(session)
        self.sessions.let_go(session, cause or reason or "hung up")
        user = session.user
        # At the end of everything nobody is told who goes.
        if user is None or self._is_shut_down:
            return
        self._part(session, user, reason, is_own=bool(cause))

    def _part(self, session: Session, user: User, reason: str, *, is_own: bool = False) -> None:
        """
        Take ``session`` from ``user``, who goes with the last one.

        Args:
            is_own: the ``reason`` is in their words.
        """
        user.sessions.remove(session)
        self._fanout.look(session, View(session.view.dialect))
        if user.sessions:
            return
        del self.users[user.key]
        self._nicks.remove(user.nick)
        self.accounts.gone(user)
        # A handler of one part may bring about another.
        while user.rooms:
            room = user.rooms[0]
            # Who may not speak there says nothing in going either.
            is_heard = not (is_own and room.is_guarded) or policy.may(user, Deed.SPEAK, room)
            self._take_out(user, room, reason if is_heard else "")
        self.ownership.forget(user)

    def close(self, session: Session, sentence: str, reason: str, cause: str = "") -> None:
        """
        Tell ``session`` the ``sentence``, close it, and let the others read ``reason``.

        Args:
            cause: what the log says, if ``reason`` is a person's words.
        """
        if session.closed:
            return
        reason = reason[:MAX_REASON]
        self._questions.drop(session)
        if sentence:
            self.notify(session, sentence)
        self._fanout.close(session, reason)
        if session in self.sessions:
            self._let_go(session, reason, cause)

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
            if "operator" in user.roles:
                user.notify(sentence)

    # -- people ---------------------------------------------------------------------------------

    def introduce(self, session: Session, name: str) -> None:
        """
        Let ``session`` come in as ``name``; if that belongs to somebody, ask for the password.

        Raises:
            BadName: ``name`` cannot be anybody's, or looks like somebody's.
            NickInUse: it is somebody's.
            NotAllowed: the connection is being closed, or not safe enough for a password.
        """
        account = self.accounts.find(read_nick(name))
        if account is None:
            self.enter(session, name)
        else:
            self.accounts.log_in(session, account.name)

    def enter(self, session: Session, name: str, account: Account | None = None) -> User:
        """
        Give ``session`` its name and bring it to the room where people arrive.

        Args:
            account: the one that the name belongs to, if it does.

        Raises:
            BadName: ``name`` cannot be anybody's, or looks like somebody's.
            NickInUse: it is somebody's.
            NotAllowed: the connection is being closed, or the name is banned.
        """
        if session.closed:
            raise errors.NotAllowed("The connection is being closed.")
        nick = read_nick(name)
        self._require_free(nick, account=account)
        self.moderation.check_name(fold(nick))
        now = self.now()
        user = User(self, nick, now, -self.history.next_id(now))
        self.users[user.key] = user
        if account is not None:
            self.accounts.own(user, account)
        self._nicks.add(nick)
        user.sessions.append(session)
        session.user = user
        session.active_at = self.seconds()
        self.sessions.name(session)
        room = self.rooms[fold(self.arrival_room)]
        if self.limits.room_size and len(room.members) >= self.limits.room_size:
            self.notify(session, f"Welcome, {nick}. #{room.name} is full.")
        elif (ban := policy.sanction_on(user, room.bans)) is not None:
            self.notify(session, f"Welcome, {nick}. {sentence_of(ban, f'from #{room.name}')}")
        else:
            self._bring(session, room)
        self.notify(session, "Type /help for help.")
        return user

    def attach(self, session: Session, user: User) -> None:
        """
        Let ``session``, which is nobody's, be one more of ``user``'s.
        """
        user.sessions.append(session)
        session.user = user
        session.active_at = self.seconds()
        self.sessions.name(session)
        self._fanout.look(session, view_of(session))
        arrival = self.rooms[fold(self.arrival_room)]
        if user.rooms:
            session.current = arrival if arrival in user.rooms else user.rooms[-1]
        rooms = listed([f"#{room.name}" for room in user.rooms]) or "no room"
        count = len(user.sessions)
        self.notify(session, f"You are in {rooms} as {user.nick}, from {count} connections.")
        self.notify(session, "Type /help for help.")

    def detach(self, session: Session, reason: str) -> None:
        """
        Let ``session`` be nobody's, though it stays; its user goes with the last one.
        """
        user = session.user
        if user is None:
            return
        session.user = session.current = session.correspondent = session.reader = None
        # As much time for a name as everybody has.
        session.connected_at = self.seconds()
        self._part(session, user, reason)

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

    def tell_later(self, session: Session, event: Deferred[Event | None]) -> None:
        """
        Tell ``session`` alone what ``event`` fires with, in its place among all that it reads.
        """
        self._fanout.tell_later(session, event)

    def _require_free(
        self, nick: str, user: User | None = None, account: Account | None = None
    ) -> None:
        """
        Refuse ``nick`` if it is, or looks like, that of anybody but ``user``, of ``account``.
        """
        if self.users.get(fold(nick), user) is not user:
            raise errors.NickInUse(nick)
        self._require_ascii(nick)
        other = self._nicks.like(nick, own=user.nick if user else "")
        if other is not None:
            raise errors.LooksLike(nick, other, "who is here")
        other = self.registered.like(nick, own=account.name if account else "")
        if other is not None:
            if fold(nick) == fold(other):
                raise errors.NickRegistered(other)
            raise errors.LooksLike(nick, other, "which is registered")

    def _require_ascii(self, name: str) -> None:
        if self.limits.ascii_names and not name.isascii():
            raise errors.BadName(
                "On this server, a name may hold only the letters A to Z, digits and the "
                "characters _ - and ."
            )

    def find_user(self, nick: str) -> User:
        """
        Return who is called ``nick``, up to case and width.

        Raises:
            NoSuchUser: nobody is.
        """
        user = self.users.get(fold(nick.removeprefix("#")[:64]))
        if user is None:
            raise errors.NoSuchUser(shortened(nick))
        return user

    def rename(self, user: User, name: str) -> None:
        """
        Call ``user`` by another name.

        Raises:
            BadName: ``name`` cannot be anybody's, or looks like somebody else's.
            NickInUse: it is somebody else's.
            TooMuch: they take names too often.
        """
        if not user.is_here:
            raise errors.NoSuchUser(user.nick)
        nick = read_nick(name)
        self._require_free(nick, user, user.account)
        if nick == user.nick:
            raise errors.NotAllowed(f"You are {nick} already.")
        self.moderation.check_name(fold(nick))
        self._spend(user, "nick", self.limits.nick_rate, "change your name")
        self._call(user, nick)

    def become(self, user: User, account: Account) -> None:
        """
        Call ``user``, who is here under another name, by that of the account that is theirs.

        Raises:
            NickInUse: somebody has, or looks like, the name.
        """
        self._require_free(account.name, user, account)
        self._call(user, account.name)
        self.accounts.own(user, account)

    def _call(self, user: User, nick: str) -> None:
        key = fold(nick)
        event = Renamed(self.now(), user.nick, nick)
        for room in user.rooms:
            self._record(room, "renamed", event.at, user, nick)
        for other in self.users.values():
            if user.key in other.ignored:
                other.ignored.discard(user.key)
                other.ignored.add(key)
                self._look(other)
        del self.users[user.key]
        self._nicks.remove(user.nick)
        user.nick, user.key = nick, key
        self.users[key] = user
        self._nicks.add(nick)
        if user.rooms:
            # One who hears several of these rooms still reads it once.
            self._fanout.post(event, tuple(user.rooms), user.sessions[0])
        user.notify(f"You are now known as {nick}.")
        self.hooks.after(self, event)

    def set_away(self, user: User, reason: str | None) -> None:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Raises:
            TooMuch: the reason is too long.
        """
        if reason is not None and len(reason) > MAX_REASON:
            raise errors.TooMuch(
                f"That may be at most {MAX_REASON} characters long, not {len(reason)}."
            )
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
        self._look(user)

    def unignore(self, user: User, nick: str) -> None:
        """
        Undo `ignore`, for somebody who may be here or not.

        Raises:
            NotAllowed: nobody of this name is ignored.
        """
        key = fold(nick.removeprefix("#")[:64])
        if key not in user.ignored:
            raise errors.NotAllowed(f"You do not ignore {shortened(nick)}.")
        user.ignored.discard(key)
        self._look(user)

    def prefer(self, session: Session, preferences: Preferences) -> None:
        """
        Let ``session`` read as it prefers from here on.
        """
        session.preferences = preferences
        self._fanout.look(session, view_of(session))

    def _look(self, user: User) -> None:
        for session in user.sessions:
            self._fanout.look(session, view_of(session))

    def _spend(self, user: User, what: str, rate: Rate, words: str) -> None:
        if not rate.count or not self.limits.rate:
            return
        bucket = user.buckets.get(what)
        if bucket is None:
            bucket = user.buckets[what] = rate.bucket()
        wait = bucket.wait(self.seconds())
        if wait:
            raise errors.TooMuch(f"You {words} too often, please wait {math.ceil(wait)} s.")
        bucket.spend()

    # -- questions ------------------------------------------------------------------------------

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
        return self._questions.ask(
            session, prompt, answered, secret=secret, within=within, name=name
        )

    def answer(self, session: Session, text: str) -> None:
        """
        Take ``text`` for the answer to what ``session`` is asked; for doors.
        """
        self._questions.answer(session, text)

    def ask_name(self, session: Session) -> None:
        """
        Have ``session`` asked for a name, if it has none.
        """
        if session.user is None and not session.closed:
            self._fanout.put(session, session.client.ask_name())

    # -- rooms ----------------------------------------------------------------------------------

    def find_room(self, name: str, *, seen_by: User | None = None) -> Room:
        """
        Return the room of this name, with or without ``#``, up to case and width.

        Args:
            seen_by: who asks; a room that they may not know of is none.

        Raises:
            NoSuchRoom: there is none.
        """
        room = self.rooms.get(fold(name.removeprefix("#")[:64]))
        if room is None or (seen_by is not None and not seen_by.sees(room)):
            raise errors.NoSuchRoom(shortened(name.removeprefix("#")))
        return room

    def asleep(self, name: str) -> Room | None:
        """
        Return a room that everybody has left, as it would be if it were made again; for reading.

        Returns:
            one that is in no list; None if there is none of which anything may be read.
        """
        key = fold(name)
        chronicle = None if key in self.rooms else self.history.asleep(key)
        if chronicle is None:
            return None
        (name,) = self.history.names([chronicle.id])
        room = Room(self, name, chronicle)
        firsts = policy.readable_asleep([chronicle.id], self.ownership.hidden())
        room.public_from = firsts[chronicle.id]
        return room if room.public_from <= chronicle.number else None

    def join(self, session: Session, name: str, *, returns: bool = False) -> Room:
        """
        Bring the session's user into a room, made if need be, and make it the current one.

        Args:
            returns: they were in it before, and come back without a word to them.

        Raises:
            BadName: no room can be called so, or there is one that looks the same.
            NotAllowed: they may not enter it.
            TooMuch: they join or make rooms too often, are in or own too many, or it is full.
        """
        user = session.user
        if user is None or session.closed:
            raise errors.NoSuchUser(session.nick)
        name = read_room(name)
        room = self.rooms.get(fold(name))
        if room is not None and user in room.members:
            session.current = room
            self.notify(session, f"You are now talking in #{room.name}.")
            return room
        most = self.limits.max_rooms
        if most and len(user.rooms) >= most:
            raise errors.TooMuch(f"You are in {most} rooms already; /leave one first.")
        if not returns:
            self._spend(user, "join", self.limits.join_rate, "join rooms")
        if room is None:
            room = self._make(user, name, returns=returns)
        else:
            self._require_may_enter(user, room, name)
        self._bring(session, room, is_told=not returns)
        return room

    def _make(self, user: User, name: str, *, returns: bool) -> Room:
        """
        Make a room for ``user``; it is theirs, unless it was there before and they return.
        """
        if returns:
            # It was there before whatever looks like it.
            return self._room(name)
        self._require_new(name, user)
        self.ownership.require_may_found(user)
        self._spend(user, "create", self.limits.create_rate, "make rooms")
        room = self._room(name)
        self.ownership.found(room, user)
        return room

    def _require_new(self, name: str, user: User) -> None:
        """
        Refuse ``name`` for a new room if it looks like that of another, here or asleep.
        """
        self._require_ascii(name)
        other = self._room_names.like(name) or self.history.like(name)
        if other is not None:
            room = self.rooms.get(fold(other)) or self.asleep(other)
            is_seen = room is not None and user.sees(room)
            raise errors.RoomLooksLike(name, f"#{other}" if is_seen else "another room")

    def _require_may_enter(self, user: User, room: Room, typed: str) -> None:
        try:
            policy.check(user, Deed.ENTER, room)
        except errors.InvitationOnly:
            # Not even how it is written is told.
            raise errors.InvitationOnly(typed) from None
        size = self.limits.room_size
        if size and len(room.members) >= size:
            raise errors.TooMuch(f"#{room.name} is full, {size} people are in it.")

    def _room(self, name: str) -> Room:
        chronicle = self.history.open(fold(name), name, self.limits.history_lines)
        room = Room(self, name, chronicle)
        self.rooms[room.key] = room
        self._room_names.add(name)
        self.ownership.prepare(room)
        return room

    def _bring(self, session: Session, room: Room, *, is_told: bool = True) -> None:
        user = session.user
        assert user is not None
        event = Joined(self.now(), room.name, user.nick)
        number = self._record(room, "joined", event.at, user)
        self._fanout.post_presence(event, room)
        room.members[user] = room.chronicle.number
        user.rooms.append(room)
        self._look(user)
        session.current = room
        self.accounts.seat(user, room)
        if is_told:
            self.archive.show_earlier(session, room, number)
            self.notify(session, room.introduce(user))
            if room.topic:
                self.notify(session, f"Topic: {room.topic}")
        for other in user.sessions:
            if other is not session:
                self.notify(other, f"You have entered #{room.name} from another connection.")
        self.hooks.after(self, event)

    def _record(self, room: Room, kind: str, at: float, user: User, text: str = "") -> int:
        return self.history.record(room.chronicle, kind, at, user.nick, user.author, text)

    def leave(self, user: User, room: Room, reason: str = "") -> None:
        """
        Take ``user`` out of ``room``.

        Raises:
            NotInRoom: they are not in it.
        """
        self._require_member(user, room)
        self.expel(user, room, f"You have left #{room.name}.", reason)

    def expel(self, user: User, room: Room, sentence: str, reason: str) -> None:
        """
        Take ``user`` out of ``room``, where they are, and tell them the ``sentence``.

        Args:
            reason: what the others read behind the name.
        """
        self.accounts.unseat(user, room)
        self._take_out(user, room, reason[:MAX_REASON])
        for session in user.sessions:
            self.notify(session, sentence)
            if session.current is room:
                session.current = user.rooms[-1] if user.rooms else None
                if session.current is not None:
                    self.notify(session, f"You are now talking in #{session.current.name}.")

    def _take_out(self, user: User, room: Room, reason: str) -> None:
        event = Left(self.now(), room.name, user.nick, reason)
        self._record(room, "left", event.at, user, reason)
        del room.members[user]
        user.rooms.remove(room)
        self._look(user)
        self._fanout.post_presence(event, room)
        self.release(room)
        self.hooks.after(self, event)

    def release(self, room: Room) -> None:
        """
        Let ``room`` go, if nobody is in it and it is nobody's.
        """
        if not (room.members or room.is_arrival or room.is_owned):
            del self.rooms[room.key]
            self.ownership.close(room)
            self.history.close(room.key)
            self._room_names.remove(room.name)

    def set_topic(self, user: User, room: Room, topic: str) -> None:
        """
        Set the topic of ``room``; an empty one takes it away.

        Raises:
            NotInRoom: ``user`` is not in it.
            NotAllowed: only operators may, or they may not speak there.
            TooMuch: the topic is too long.
            ChatError: a filter refuses it.
        """
        policy.check(user, Deed.SET_TOPIC, room)
        if len(topic) > MAX_TOPIC:
            raise errors.TooMuch(
                f"A topic may be at most {MAX_TOPIC} characters long, not {len(topic)}."
            )
        event = TopicChanged(self.now(), room.name, user.nick, topic)
        event = self.hooks.before(self, event)
        self._require_member(user, room)
        room.topic = event.topic
        if room.is_arrival or room.is_owned:
            self.ownership.keep(room)
        self._record(room, "topic", event.at, user, event.topic)
        self._post(event, room)

    # -- talk -----------------------------------------------------------------------------------

    def say(self, session: Session, room: Room, text: str) -> None:
        """
        Say ``text`` to everybody in ``room`` but ``session`` itself.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        number = room.chronicle.number + 1
        event = Said(self.now(), room.name, session.nick, text, number)
        self._speak(session, room, event, "said", session)

    def say_in_answer(
        self, session: Session, room: Room, line: Line, text: str, quote: str = ""
    ) -> None:
        """
        Say ``text`` as `say` does, in answer to ``line`` of ``room``.

        Args:
            quote: how that line begins, for everybody in the room to read.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        number = room.chronicle.number + 1
        event = Said(
            self.now(), room.name, session.nick, text, number, line.number, quote, line.nick
        )
        self._speak(session, room, event, "said", session, line)

    def act(self, session: Session, room: Room, text: str) -> None:
        """
        Let everybody in ``room``, ``session`` too, read what its user does.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        number = room.chronicle.number + 1
        event = Acted(self.now(), room.name, session.nick, text, number)
        self._speak(session, room, event, "acted")

    def _speak(
        self,
        session: Session,
        room: Room,
        event: Said | Acted,
        kind: str,
        but: Session | None = None,
        answered: Line | None = None,
    ) -> None:
        # Nearly all that happens here happens in this function, hence so few calls.
        user = session.user
        if user is None or user not in room.members:
            raise errors.NotInRoom(room.name)
        if room.is_guarded:
            policy.check(user, Deed.SPEAK, room)
        event = self.hooks.before(self, event)
        # A filter may have thrown them out.
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        self.lines += 1
        number = self.history.record(
            room.chronicle, kind, event.at, event.nick, user.author, event.text, answered
        )
        if number != event.number:
            # A filter said something itself, or nothing is kept.
            event = evolve(event, number=number)
        if room.is_guarded and room.modes.slow:
            self.ownership.note_speech(user, room)
        self._fanout.post(event, (room,), but)
        self.hooks.after(self, event)

    def _require_member(self, user: User | None, room: Room) -> None:
        if user not in room.members:
            raise errors.NotInRoom(room.name)

    def announce(self, room: Room, text: str) -> None:
        """
        Tell everybody in ``room`` something that nobody said.

        Raises:
            ChatError: a filter refuses it.
        """
        _require_text(text)
        number = room.chronicle.number + 1
        event = self.hooks.before(self, Announced(self.now(), room.name, text, number))
        number = self.history.record(room.chronicle, "announced", event.at, "", 0, event.text)
        self._post(event if number == event.number else evolve(event, number=number), room)

    def tell(self, session: Session, recipient: User, text: str) -> None:
        """
        Write ``text`` from the session's user to ``recipient`` alone.

        Raises:
            NotAllowed: they are muted on the whole server.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        sender = session.user
        if sender is None or session.closed:
            raise errors.NoSuchUser(session.nick)
        if not recipient.is_here:
            raise errors.NoSuchUser(recipient.nick)
        policy.check_voice(sender)
        event = self.hooks.before(self, Told(self.now(), sender.nick, recipient.nick, text))
        if sender.account is not None or recipient.account is not None:
            self.messages.keep(sender, event, recipient.author)
        for own in sender.sessions:
            self._fanout.tell(own, event)
        # Whoever is ignored is not told so.
        if recipient is not sender and sender.key not in recipient.ignored:
            for other in recipient.sessions:
                other.correspondent = sender
                self._fanout.tell(other, event)
        if recipient.away is not None:
            why = f": {recipient.away}" if recipient.away else "."
            self.notify(session, f"{recipient.nick} is away{why}")
        self.lines += 1
        self.hooks.after(self, event)

    def write_to(self, session: Session, nick: str, text: str) -> None:
        """
        Write ``text`` to whoever is called ``nick``; if that is an account, they may be away.

        Raises:
            NoSuchUser: nobody is.
            ChatError: a filter refuses it.
        """
        account = None if fold(nick[:64]) in self.users else self.accounts.find(nick)
        if account is None or account.user is not None:
            recipient = account.user if account else None
            self.tell(session, recipient or self.find_user(nick), text)
            return
        sender = session.user
        if sender is None or session.closed:
            raise errors.NoSuchUser(session.nick)
        policy.check_voice(sender)
        event = self.hooks.before(self, Told(self.now(), sender.nick, account.name, text))
        self.messages.keep(sender, event, account.id, waits=True)
        for own in sender.sessions:
            self._fanout.tell(own, event)
        self.notify(session, f"{account.name} is not here, and reads it on coming back.")
        self.lines += 1
        self.hooks.after(self, event)

    def invite(self, session: Session, recipient: User, room: Room) -> None:
        """
        Ask ``recipient`` to come to ``room``, and let them in if one has to be let in there.

        Raises:
            NotInRoom: whoever asks is not in it.
            NotAllowed: the recipient is in it already or banned, or only operators let in.
        """
        sender = session.user
        if sender is None or sender not in room.members:
            raise errors.NotInRoom(room.name)
        if recipient in room.members:
            raise errors.NotAllowed(f"{recipient.nick} is in #{room.name} already.")
        self.ownership.invite(sender, recipient, room)
        event = Invited(self.now(), sender.nick, recipient.nick, room.name)
        if sender.key not in recipient.ignored:
            for other in recipient.sessions:
                self._fanout.tell(other, event)
        self.notify(session, f"You have invited {recipient.nick} to #{room.name}.")
        self.hooks.after(self, event)

    def broadcast(self, user: User, text: str) -> None:
        """
        Tell everybody who is here, whatever rooms they are in, ``text`` from ``user``.
        """
        event = Broadcast(self.now(), user.nick, text)
        self._fanout.post(event, tuple(self.rooms.values()))
        for other in self.users.values():
            if not other.rooms:
                for session in other.sessions:
                    self._fanout.tell(session, event)
        self.hooks.after(self, event)

    def notify(self, session: Session, text: str) -> None:
        """
        Tell ``session`` alone ``text``, one line for each of its lines.
        """
        if not session.closed:
            now = self.now()
            for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
                self._fanout.tell(session, Notice(now, line))

    def _post(self, event: Event, room: Room) -> None:
        self._fanout.post(event, (room,))
        self.hooks.after(self, event)


def _require_text(text: str) -> None:
    # Whoever calls this may be a plugin, and must learn of its mistake itself.
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
