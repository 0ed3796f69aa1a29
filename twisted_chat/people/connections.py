"""
Connections: taken up, counted, given to users, and closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.limits import MAX_REASON
from twisted_chat.world.model import View
from twisted_chat.world.sanctions import sentence_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted.internet.defer import Deferred

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.sessions import Sessions
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.world.client import Client, Write
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.sanctions import Mark
    from twisted_chat.world.world import World


@define(eq=False)
class Connections:
    """
    Takes up connections, gives them to users, and lets go of them.

    Args:
        world: holds them, and who is banned.
        fanout: serves them.
        questions: end with them.
        sessions: count, limit and log them.
        accounts: note whose owner has gone.
        membership: takes out of rooms who has gone.
        ranks: end with a visit.
    """

    _world: World
    _fanout: Fanout
    _questions: Questions
    _sessions: Sessions
    _accounts: Accounts
    _membership: Membership
    _ranks: Ranks
    _is_shut_down: bool = field(init=False, default=False)

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
        self.check_host(host)
        return self._sessions.take_up(client, host)

    def locate(self, session: Session, host: str) -> None:
        """
        Count ``session`` as one of ``host``'s.

        Raises:
            Sanctioned: this host is banned.
            TooManyConnections: this host has as many as it may.
            TooManyNewConnections: this host opens them as fast as it may.
        """
        self.check_host(host)
        self._sessions.locate(session, host)

    def check_host(self, host: str | None) -> None:
        """
        Look that whoever comes from ``host`` is not banned from the server.

        Raises:
            Sanctioned: they are.
        """
        if host is not None:
            ban = self._world.bans.find((), (host,), self._world.now())
            if ban is not None:
                self._sessions.refuse(host, None)
                raise errors.Sanctioned(sentence_of(ban, "from this server"))

    def check_name(self, session: Session | None, *marks: Mark) -> None:
        """
        Look that who takes a name, or logs in, is not banned from the server.

        Args:
            session: who comes with it, and is closed if they are; None for who has a name.
            marks: the folded name; of an account, also its number.

        Raises:
            Sanctioned: they are.
        """
        ban = self._world.bans.find(marks, (), self._world.now())
        if ban is None:
            return
        sentence = sentence_of(ban, "from this server")
        if session is None or session.user is not None:
            self._sessions.refuse(str(marks[0]), None)
        else:
            self._sessions.refuse(str(marks[0]), session.host)
            self.close(session, sentence, "banned")
        raise errors.Sanctioned(sentence)

    def disconnect(self, session: Session, reason: str = "", cause: str = "") -> None:
        """
        Let go of a connection that is lost or to be closed.  Again for the same one does nothing.

        Args:
            reason: what the others read behind the name.
            cause: what the log says, if that is not the reason.
        """
        if session in self._world.sessions:
            self._let_go(session, reason[:MAX_REASON], cause)
            self._fanout.forget(session)

    def _let_go(self, session: Session, reason: str, cause: str, *, is_own: bool = False) -> None:
        self._questions.drop(session)
        self._sessions.let_go(session, cause or reason or "hung up")
        user = session.user
        # At the end of everything nobody is told who goes.
        if user is None or self._is_shut_down:
            return
        self.part(session, user, reason, is_own=is_own)

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
            self._fanout.notify(session, sentence)
        self._fanout.close(session, reason)
        if session in self._world.sessions:
            self._let_go(session, reason, cause, is_own=is_own)

    def break_off(self, broken: Collection[Write]) -> None:
        """
        Let go of the sessions whose ``write`` raised.
        """
        for session in self._world.sessions:
            if session.write in broken:
                self.close(session, "", "connection error")

    def shut_down(self) -> Deferred[None]:
        """
        Tell everybody that the server goes, and close them, now.

        Returns:
            fires when they were told, which is when all that was said is kept.
        """
        for session in self._world.sessions:
            self._questions.drop(session)
            self._fanout.notify(session, "*** The server is shutting down. ***")
            self._fanout.close(session, "shutdown")
            session.closed = True
        self._is_shut_down = True
        self._sessions.tell_suppressed()
        return self._fanout.finish()

    def give(self, session: Session, user: User) -> None:
        """
        Let ``session`` be one of ``user``'s.
        """
        user.sessions.append(session)
        session.user = user
        session.active_at = self._world.seconds()
        self._sessions.name(session)

    def part(self, session: Session, user: User, reason: str, *, is_own: bool = False) -> None:
        """
        Take ``session`` from ``user``, who goes with the last one.

        Args:
            reason: what the others read behind the name.
            is_own: it is in their words.
        """
        user.sessions.remove(session)
        self._fanout.look(session, View(session.view.dialect))
        if user.sessions:
            return
        self._world.remove_user(user)
        self._accounts.gone(user)
        self._membership.depart(user, reason, is_own=is_own)
        self._ranks.forget(user)
