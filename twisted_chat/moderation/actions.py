"""
Moderation: kicks, mutes, bans and announcements, and their entries in the audit trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.events import Departure
from twisted_chat.moderation.targets import (
    find_target,
    has_to_do_with,
    people_hit,
    people_under,
    read_target,
)
from twisted_chat.replies.moderation import Kicked, Lifted, Sanctioned
from twisted_chat.store.decisions import Sanction
from twisted_chat.text.checks import MAX_REASON, require_short
from twisted_chat.text.names import shortened
from twisted_chat.world import policy, ranking, sanctioned
from twisted_chat.world.sanctions import entry_of, inside, is_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.moderation.bans import Bans
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.moderation.targets import Target
    from twisted_chat.replies.reply import Reply
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World


class Close(Protocol):
    """
    Closes sessions.
    """

    def __call__(self, session: Session, farewell: Reply, why: Departure, /) -> None:
        """
        Tell ``session`` the ``farewell`` and close it; the others read ``why``.
        """


@define(eq=False)
class Moderation:
    """
    Acts against users in a room or, if the room is None, on the whole server.

    Every act is checked, kept, and told to the users concerned.

    Args:
        world: holds rooms and users.
        fanout: tells whom it concerns.
        talk: tells everybody.
        audit: notes each action.
        recorder: numbers the sanctions.
        ranks: for the users' ranks in rooms.
        membership: takes users out of rooms.
        bans: hold the sanctions.
        reports: wait for operators.
        close: tells a session a farewell, and closes it for a reason.
        revoke: ends what comes in to an account without its password.
    """

    _world: World
    _fanout: Fanout
    _talk: Talk
    _audit: AuditLog
    _recorder: Recorder
    _ranks: Ranks
    _membership: Membership
    _bans: Bans
    _reports: Reports
    _close: Close
    _revoke: Callable[[Account], None]

    # -- users who come --------------------------------------------------------------------------

    def greet(self, session: Session) -> None:
        """
        Act on the login of the user of ``session``.

        The bans of their account hold at once, and an operator reads the waiting reports.
        """
        if session.user is not None:
            self.expel_banned(session.user)
            self._reports.greet(session)

    def expel_banned(self, user: User) -> None:
        """
        Remove ``user``, who has a new nick, account or address, from rooms where that is banned.
        """
        for room in tuple(user.rooms):
            if room.bans.exist and (ban := sanctioned.ban_on(user, room)) is not None:
                told = evolve(self._told(ban, room), at=self._world.now())
                self._ranks.put_out(user, room)
                self._membership.expel(user, room, told, Departure(cause="banned"))

    # -- deeds ----------------------------------------------------------------------------------

    def kick(self, user: User, target: User, reason: str, room: Room | None) -> Kicked:
        """
        Kick ``target`` from ``room``, where they lose their rank, or from the server.

        Raises:
            NotAllowed: ``user`` may not do this, or ``target`` is not in the room.
        """
        policy.check_operator(user, room)
        _check_reason(user, reason, room)
        if target is user:
            raise errors.NotAllowed("You cannot kick yourself.", code="yourself")
        if room is not None and target not in room.members:
            raise errors.NotAllowed(
                f"{target.nick} is not in #{room.name}.",
                code="not-a-member",
                nick=target.nick,
                room=room.name,
            )
        ranking.check_staff(target.nick, target.roles)
        if room is not None:
            ranking.check_rank(user, ranking.rank_of(target, room), target.nick, room)
        self._audit.spend(user)
        self._audit.note(user, room, "kick", target.called, reason)
        name = room.name if room else ""
        kicked = Kicked(self._world.now(), target.nick, name, user.nick, reason)
        told = evolve(kicked, is_yours=True)
        if room is None:
            for session in tuple(target.sessions):
                self._close(session, told, Departure(reason, "kicked", user.nick))
        else:
            self._ranks.put_out(target, room, user)
            self._membership.expel(target, room, told, Departure(reason, "kicked", user.nick))
        return kicked

    def mute(
        self, user: User, name: str, duration: timedelta, reason: str, room: Room | None
    ) -> Sanctioned:
        """
        Mute the user called ``name`` in ``room``, or everywhere, for ``duration``.

        Raises:
            NoSuchUser: no user, account or user who has just left has this name.
            NotAllowed: ``user`` may not do this.
            TooMuch: the limit of mutes is reached.
        """
        policy.check_operator(user, room)
        target = find_target(self._world, user, name)
        self._require_below(user, target, room, "mute")
        mute = self._impose("mute", user, target, duration, reason, room)
        muted = target.user
        if muted is not None and has_to_do_with(muted, room):
            self._fanout.tell_all(muted, self._told(mute, room))
        return self._told(mute, room, is_yours=False)

    def ban(
        self, user: User, typed: str, duration: timedelta, reason: str, room: Room | None
    ) -> Sanctioned:
        """
        Ban a nick, an account, an address or a network from ``room``, or from the server.

        Users here whom it hits are removed at once, and from the server the tokens and keys of
        their accounts.  Only operators of the server may ban an address or a network: that tells
        who comes from there.

        Raises:
            NotAllowed: ``user`` may not do this, or it would hit them or a user of no lower rank.
            TooMuch: the limit of bans is reached.
        """
        policy.check_operator(user, room)
        target = read_target(self._world, user, typed)
        if target.mask.is_network:
            policy.check_address(user)
        self._require_below(user, target, room, "ban")
        hit = people_hit(self._world, self._ranks, target, room)
        if room is None:
            for each in hit:
                ranking.check_staff(each.nick, each.roles)
        ban = self._impose("ban", user, target, duration, reason, room)
        left = Departure(reason, "banned", user.nick)
        if room is None:
            owned = (target.account, *(each.account for each in hit))
            self._send_away(hit, ban, left)
            for account in dict.fromkeys(filter(None, owned)):
                self._revoke(account)
        else:
            self._put_out(user, hit, room, ban, left)
            if target.author in room.standings:
                self._ranks.end(room, room.standings[target.author], user)
        return self._told(ban, room, is_yours=False)

    def _told(self, sanction: Sanction, room: Room | None, *, is_yours: bool = True) -> Sanctioned:
        entry = entry_of(sanction, room.name if room else "")
        # The clock has gone on since then; the time of both is how a new one is known.
        return Sanctioned(sanction.at, entry, is_yours)

    def _require_below(self, user: User, target: Target, room: Room | None, deed: str) -> None:
        network = target.mask.text if target.mask.is_network else ""
        hosts = sanctioned.hosts_of(user)
        if target.user is user or (network and any(map(inside(network), hosts))):
            raise errors.NotAllowed(f"You cannot {deed} yourself.", code="yourself")
        ranking.check_staff(target.name, target.roles)
        standing = room.standings.get(target.author) if room else None
        if room is not None and standing is not None:
            ranking.check_rank(user, standing.rank, target.name, room)

    def _put_out(
        self, user: User, hit: list[User], room: Room, ban: Sanction, left: Departure
    ) -> None:
        told = self._told(ban, room)
        for each in hit:
            is_told = has_to_do_with(each, room)
            self._ranks.put_out(each, room, user)
            if each in room.members:
                self._membership.expel(each, room, told, left)
            elif is_told:
                self._fanout.tell_all(each, told)

    def _send_away(self, hit: list[User], ban: Sanction, left: Departure) -> None:
        told = self._told(ban, None)
        for user in hit:
            for session in tuple(user.sessions):
                self._close(session, told, left)
        if is_network(ban.mask):
            is_inside = inside(ban.mask)
            for session in tuple(self._world.sessions):
                if session.user is None and session.host is not None and is_inside(session.host):
                    self._fanout.end_name_prompt(session)
                    self._close(session, told, Departure(cause="banned"))

    def lift(self, user: User, kind: str, typed: str, room: Room | None) -> Lifted:
        """
        Lift the bans or the mutes of ``typed`` in ``room``, or on the server.

        That includes those that the same user got under another name.

        Args:
            kind: ``ban`` or ``mute``.

        Raises:
            NotAllowed: ``user`` may not do this, or there is no such sanction.
        """
        policy.check_operator(user, room)
        target = read_target(self._world, user, typed)
        if target.mask.is_network:
            policy.check_address(user)
        sanctions = self._bans.of(kind, room)
        found = sanctions.of(target.marks) or sanctions.meant(target.typed)
        if not found:
            done = "banned from" if kind == "ban" else "muted on" if room is None else "muted in"
            raise errors.NotAllowed(
                f"{shortened(typed)} is not {done} {_place(room)}.",
                code="not-banned" if kind == "ban" else "not-muted",
                target=shortened(typed),
                room=room.name if room else "",
            )
        self._audit.spend(user)
        self._bans.end(kind, found, room, user)
        freed: dict[User, None] = {}
        for sanction in found:
            self._audit.note(user, room, f"un{kind}", sanction.shown)
            freed.update(dict.fromkeys(people_under(self._world, sanction)))
        name = room.name if room else ""
        lifted = Lifted(self._world.now(), kind, name, found[0].shown, user.nick)
        # The name of a room can be a message too.
        is_muted = sanctioned.sanction_on(user, self._world.mutes) is not None
        for each in freed:
            if room is None or not (is_muted or each.ignores(user) or not each.sees(room)):
                self._fanout.tell_all(each, evolve(lifted, is_yours=True))
        return lifted

    def announce(self, user: User, text: str) -> None:
        """
        Tell all users ``text``.

        Raises:
            NotAllowed: ``user`` is not an operator of the server.
        """
        policy.check_operator(user)
        sanctioned.check_voice(user)
        self._audit.spend(user)
        self._talk.broadcast(user, text)
        self._audit.note(user, None, "announce", reason=text)

    def wallops(self, user: User, text: str) -> None:
        """
        Tell all operators of the server who are here ``text`` (RFC 2812, section 4.7).

        Raises:
            NotAllowed: ``user`` is none of them.
        """
        policy.check_operator(user)
        sanctioned.check_voice(user)
        self._talk.tell_operators(user, text)

    def _impose(
        self,
        kind: str,
        user: User,
        target: Target,
        duration: timedelta,
        reason: str,
        room: Room | None,
    ) -> Sanction:
        seconds = duration.total_seconds()
        if seconds < 1:
            raise errors.NotAllowed("It must last at least one second.", code="too-short")
        _check_reason(user, reason, room)
        self._audit.spend(user)
        now, mask = self._world.now(), target.mask
        sanction = Sanction(
            self._recorder.next_id(now),
            0 if room is None else room.timeline.id,
            kind,
            mask.text,
            target.author,
            mask.shown,
            user.nick,
            reason,
            now,
            now + seconds,
        )
        self._bans.impose(sanction, room, user)
        self._audit.note(user, room, kind, target.called, reason, sanction.until)
        return sanction


def _check_reason(user: User, reason: str, room: Room | None) -> None:
    require_short("reason", reason, MAX_REASON)
    if reason:
        # A user who may not speak cannot give a reason either.
        sanctioned.check_voice(user)
        if room is not None:
            sanctioned.check_muted(user, room)


def _place(room: Room | None) -> str:
    return "this server" if room is None else f"#{room.name}"
