"""
Arrivals: a session gets a user, by a name and perhaps a password, and loses it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.replies.people import Welcome
from twisted_chat.replies.reply import Refused
from twisted_chat.replies.rooms import CurrentRoom
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold
from twisted_chat.world.model import User, view_of

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Departure
    from twisted_chat.history.pager import Pagers
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.moderation.actions import Moderation
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.people.nicks import Nicks
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World


@define(eq=False)
class Arrivals:
    """
    Gives sessions to users, and takes them away.

    Args:
        world: holds who is here.
        fanout: serves them.
        recorder: numbers visits.
        pagers: start over with each user.
        membership: brings users into rooms.
        moderation: removes users from rooms that ban them.
        reports: are read by operators who come.
        accounts: know whose owner is here.
        connections: are given and taken.
        nicks: for whether a name is free.
        ignores: follow users who come back.
    """

    _world: World
    _fanout: Fanout
    _recorder: Recorder
    _pagers: Pagers
    _membership: Membership
    _moderation: Moderation
    _reports: Reports
    _accounts: Accounts
    _connections: Connections
    _nicks: Nicks
    _ignores: Ignores

    def enter(self, session: Session, name: str, account: Account | None = None) -> User:
        """
        Give ``session`` a new user called ``name``, and bring it to the arrival room.

        Not to that room if its client chooses rooms by itself.

        Args:
            account: the one that the name is registered for, if any.

        Raises:
            BadName: ``name`` is not valid, or looks like the name of another user.
            NickInUse: another user has it.
            NotAllowed: the session is being closed, or the name is banned.
            GuestsNotLetIn: there is no account, and so nobody is let in.
        """
        if session.closed:
            raise errors.ConnectionClosing
        nick = read_nick(name)
        self._nicks.require_free(nick, account=account)
        if account is None:
            self._require_guests(session, nick)
        self._connections.check_name(session, fold(nick))
        now = self._world.now()
        user = User(self._world, nick, now, -self._recorder.next_id(now))
        self._world.add_user(user)
        if account is not None:
            self._accounts.own(user, account)
        else:
            self._ignores.follow(user)
        self._connections.give(session, user)
        if session.chooses_rooms:
            self._welcome(session, user)
            return user
        room = self._world.rooms[fold(self._world.arrival_room)]
        try:
            self._membership.require_may_enter(user, room, room.name)
        except errors.ChatError as refusal:
            self._welcome(session, user, Refused.of(refusal, now))
        else:
            self._membership.bring(session, room)
            self._welcome(session, user)
        return user

    def _require_guests(self, session: Session, nick: str) -> None:
        limits = self._world.limits
        if limits.guests == "off":
            can_type = session.client.can_be_asked
            raise errors.GuestsNotLetIn(nick, limits.registration, can_type=can_type)

    def _welcome(self, session: Session, user: User, refusal: Refused | None = None) -> None:
        account = user.account.name if user.account else ""
        rooms = tuple(room.name for room in user.rooms)
        count = len(user.sessions)
        welcome = Welcome(self._world.now(), user.nick, account, rooms, count, refusal)
        self._fanout.tell(session, welcome)

    def attach(self, session: Session, user: User) -> None:
        """
        Add ``session``, which has no user, to the sessions of ``user``.
        """
        self._connections.give(session, user)
        # Its address may be banned.
        self._moderation.expel_banned(user)
        self._fanout.look(session, view_of(session))
        arrival = self._world.rooms[fold(self._world.arrival_room)]
        if user.rooms:
            session.current = arrival if arrival in user.rooms else user.rooms[-1]
        self._welcome(session, user)
        self.resume_talk(session)
        self._reports.greet(session)

    def resume_talk(self, session: Session) -> None:
        """
        Let the lines of ``session`` be said where its user chose to talk last, if they are there.
        """
        user = session.require_user()
        room = self._world.numbered.get(user.settings.room)
        if room is not None and room in user.rooms and room is not session.current:
            session.current = room
            self._fanout.tell(session, CurrentRoom(self._world.now(), room.name))

    def detach(self, session: Session, why: Departure) -> None:
        """
        Take ``session`` from its user but keep it open; the user leaves with their last session.
        """
        user = session.user
        if user is None:
            return
        session.user = session.current = session.correspondent = None
        session.asked_back, session.is_sure, session.opened_by = "", False, ""
        self._pagers.forget(session)
        # It has as much time for a name as a new connection.
        session.connected_at = self._world.seconds()
        self._world.begun[session] = None
        self._connections.part(session, user, why)
