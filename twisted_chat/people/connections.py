"""
Connections: taken up, counted, given to users, and closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.events import Departure
from twisted_chat.people.sessions import HUNG_UP
from twisted_chat.replies.moderation import Sanctioned
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.text.checks import MAX_REASON
from twisted_chat.world.model import View
from twisted_chat.world.sanctions import entry_of, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted.internet.defer import Deferred

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.people.reading.marks import Marks
    from twisted_chat.people.sessions import Sessions
    from twisted_chat.replies.reply import Reply
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.world.client import Client
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.sanctions import Mark
    from twisted_chat.world.world import World


@define(eq=False)
class Connections:
    """
    Takes up connections, gives them to users, and lets go of them.

    Args:
        world: holds the sessions and the bans.
        fanout: serves them.
        questions: end with them.
        sessions: count, limit and log them.
        accounts: note whose owner has gone.
        membership: removes users who left from rooms.
        ignores: let others have the names of who left.
        marks: note what was read.

    Attributes:
        watchers: called for each new connection; what times it out adds itself.
        on_parted: called with each session that has left its user, and why.
        on_given: called with each session that was given a user.
    """

    _world: World
    _fanout: Fanout
    _questions: Questions
    _sessions: Sessions
    _accounts: Accounts
    _membership: Membership
    _ignores: Ignores
    _marks: Marks
    watchers: list[Callable[[], None]] = field(init=False, factory=list)
    on_parted: Callable[[Session, Departure], None] = field(init=False)
    on_given: Callable[[Session], None] = field(init=False)
    _is_shut_down: bool = field(init=False, default=False)

    def connect(self, client: Client, host: str | None) -> Session:
        """
        Add a connection.

        Args:
            host: its address, as limits count it; None if there is none, as for a UNIX socket.

        Raises:
            Sanctioned: this host is banned.
            ServerFull: the server has reached its limit of connections.
            TooManyConnections: this host has reached its limit.
            TooManyNewConnections: this host has reached its rate.
        """
        self.check_host(host)
        session = self._sessions.take_up(client, host)
        for watch in self.watchers:
            watch()
        return session

    def hand_over(self, session: Session, client: Client) -> None:
        """
        Give ``session``, which has no user yet, to another client of the same connection.
        """
        session.use(client)
        self._fanout.look(session, View(client.dialect))

    def check_host(self, host: str | None) -> None:
        """
        Check that ``host`` is not banned from the server.

        Raises:
            Sanctioned: it is.
        """
        if host is not None:
            ban = self._world.bans.find((), (host,), self._world.now())
            if ban is not None:
                self._sessions.refuse(host, None)
                raise refusal_of(ban, "")

    def check_name(self, session: Session | None, *marks: Mark) -> None:
        """
        Check that a name or an account is not banned from the server.

        Args:
            session: the new session, which is closed if it is banned; None for a user who changes
                their nick.
            marks: the folded name; for an account, also its number.

        Raises:
            Sanctioned: it is.
        """
        bans = self._world.bans
        ban = bans.find(marks, (), self._world.now()) if bans.exist else None
        if ban is None:
            return
        if session is None or session.user is not None:
            self._sessions.refuse(str(marks[0]), None)
        else:
            self._sessions.refuse(str(marks[0]), session.host)
            told = Sanctioned(self._world.now(), entry_of(ban, ""), is_yours=True)
            self.close(session, told, Departure(cause="banned"))
        raise refusal_of(ban, "")

    def disconnect(self, session: Session, reason: str | Departure = "") -> None:
        """
        Forget a session whose connection is lost or will be closed; again does nothing.

        Args:
            reason: why, for others to read after the name.
        """
        if session in self._world.sessions:
            self._let_go(session, Departure.of(reason, MAX_REASON))
            self._fanout.forget(session)

    def _let_go(
        self, session: Session, why: Departure, cause: str = "", *, is_own: bool = False
    ) -> None:
        self._questions.drop(session)
        self._sessions.let_go(
            session, cause or why.cause.replace("-", " ") or why.reason or HUNG_UP
        )
        user = session.user
        # While the server stops, nobody is told who leaves.
        if user is None or self._is_shut_down:
            return
        self.part(session, user, why, is_own=is_own)

    def close(
        self,
        session: Session,
        farewell: str | Reply,
        reason: str | Departure,
        cause: str = "",
        *,
        is_own: bool = False,
    ) -> None:
        """
        Tell ``session`` the ``farewell`` and close it; the others read ``reason``.

        Args:
            cause: the text in the log, if ``reason`` holds a user's words.
            is_own: these are the words of the user who leaves; rooms where they may not speak do
                not read them.
        """
        if session.closed:
            return
        why = Departure.of(reason, MAX_REASON)
        self._questions.drop(session)
        if farewell:
            self._fanout.answer(session, farewell)
        self._fanout.close(session, why.cause or why.reason)
        if session in self._world.sessions:
            self._let_go(session, why, cause, is_own=is_own)
        elif session.user is not None and (session.is_held or session.user.is_bot):
            session.closed, session.is_held = True, False
            self.part(session, session.user, why, is_own=is_own)

    def dismiss(self, session: Session, farewell: Reply, reason: str) -> None:
        """
        Tell ``session`` the ``farewell`` and close its connection, not the session itself.
        """
        self._questions.drop(session)
        self._fanout.tell(session, farewell)
        self._fanout.close(session, reason)

    def quit(self, session: Session, reason: str = "") -> None:
        """
        Close ``session`` because its user leaves, for a ``reason`` in their words.
        """
        farewell = Closed(self._world.now(), Cause.QUIT, session.nick)
        self.close(session, farewell, reason, "quit", is_own=True)

    def break_off(self, broken: Iterable[Session]) -> None:
        """
        Remove the sessions that could not be written to.
        """
        for session in broken:
            if session in self._world.sessions:
                self.close(session, "", Departure(cause="connection-error"))

    def shut_down(self) -> Deferred[None]:
        """
        Tell all users that the server stops, and close all sessions.

        Returns:
            fires when they were told, which is after everything is kept.
        """
        for session in self._world.sessions:
            self._questions.drop(session)
            if session.user is not None:
                self._marks.settle(session, session.user)
            self._fanout.tell(session, Closed(self._world.now(), Cause.SHUTDOWN, session.nick))
            self._fanout.close(session, "shutdown")
            session.closed = True
        self._is_shut_down = True
        self._sessions.tell_suppressed()
        return self._fanout.finish()

    def give(self, session: Session, user: User) -> None:
        """
        Add ``session`` to ``user``.
        """
        user.sessions.append(session)
        session.user = user
        session.active_at = self._world.seconds()
        self._world.begun[session] = None
        self._sessions.name(session)
        self.on_given(session)

    def part(self, session: Session, user: User, why: Departure, *, is_own: bool = False) -> None:
        """
        Take ``session`` from ``user``, who leaves with their last session.

        Args:
            why: for others to read after the name.
            is_own: its reason is in the user's own words.
        """
        self._marks.settle(session, user)
        session.behind = {}
        user.sessions.remove(session)
        self.on_parted(session, why)
        self._fanout.look(session, View(session.view.dialect))
        if user.sessions:
            return
        self._world.remove_user(user)
        self._accounts.gone(user)
        self._world.note_ignored(user)
        self._membership.depart(user, why, is_own=is_own)
        self._ignores.forget(user)
