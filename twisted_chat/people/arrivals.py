"""
Arrivals: a connection becomes somebody, by a name and perhaps a password, and goes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.text.names import fold, listed, read_nick
from twisted_chat.world.model import User, View, view_of

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.people.accounts import Account
    from twisted_chat.world.model import Session


@define(eq=False)
class Arrivals:
    """
    Gives connections to people, and takes them away.
    """

    _hub: Hub
    _fanout: Fanout

    def introduce(self, session: Session, name: str) -> None:
        """
        Let ``session`` come in as ``name``; if that belongs to somebody, ask for the password.

        Raises:
            BadName: ``name`` cannot be anybody's, or looks like somebody's.
            NickInUse: it is somebody's.
            NotAllowed: the connection is being closed, or not safe enough for a password.
        """
        nick = read_nick(name)
        account = self._hub.accounts.find(nick)
        if account is None:
            self.enter(session, name)
            return
        if fold(nick) != account.key:
            self._hub.notify(session, f"{nick} looks like {account.name}, which is registered.")
        self._hub.logins.log_in(session, account.name)

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
        hub, nick = self._hub, read_nick(name)
        hub.nicks.require_free(nick, account=account)
        hub.moderation.check_name(session, fold(nick))
        now = hub.now()
        user = User(hub, nick, now, -hub.history.next_id(now))
        hub.nicks.add(user)
        if account is not None:
            hub.accounts.own(user, account)
        self._give(session, user)
        room = hub.rooms[fold(hub.arrival_room)]
        try:
            hub.presence.require_may_enter(user, room, room.name)
        except errors.ChatError as refusal:
            hub.notify(session, f"Welcome, {nick}. {refusal}")
        else:
            hub.presence.bring(session, room)
        hub.notify(session, "Type /help for help.")
        return user

    def attach(self, session: Session, user: User) -> None:
        """
        Let ``session``, which is nobody's, be one more of ``user``'s.
        """
        hub = self._hub
        self._give(session, user)
        # Where it comes from may be banned.
        hub.moderation.expel_banned(user)
        self._fanout.look(session, view_of(session))
        arrival = hub.rooms[fold(hub.arrival_room)]
        if user.rooms:
            session.current = arrival if arrival in user.rooms else user.rooms[-1]
        rooms = listed([f"#{room.name}" for room in user.rooms]) or "no room"
        count = len(user.sessions)
        hub.notify(session, f"You are in {rooms} as {user.nick}, from {count} connections.")
        hub.notify(session, "Type /help for help.")
        hub.reports.greet(session)

    def _give(self, session: Session, user: User) -> None:
        user.sessions.append(session)
        session.user = user
        session.active_at = self._hub.seconds()
        self._hub.sessions.name(session)

    def detach(self, session: Session, reason: str) -> None:
        """
        Let ``session`` be nobody's, though it stays; its user goes with the last one.
        """
        user = session.user
        if user is None:
            return
        session.user = session.current = session.correspondent = session.reader = None
        # As much time for a name as everybody has.
        session.connected_at = self._hub.seconds()
        self.part(session, user, reason)

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
        self._hub.nicks.remove(user)
        self._hub.accounts.gone(user)
        self._hub.presence.depart(user, reason, is_own=is_own)
        self._hub.ownership.forget(user)
