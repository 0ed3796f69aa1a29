"""
Moderation: kicks, mutes, bans, announcements, and the trail that all of them leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.limits import MAX_REASON, require_short
from twisted_chat.moderation.targets import find_target, people_hit, read_target
from twisted_chat.store.decisions import Sanction
from twisted_chat.text.names import shortened
from twisted_chat.world import policy
from twisted_chat.world.sanctions import inside, is_network, sentence_of

if TYPE_CHECKING:
    from datetime import timedelta

    from twisted_chat.hub import Hub
    from twisted_chat.moderation.targets import Target
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.sanctions import Mark


@define(eq=False)
class Moderation:
    """
    What is done against somebody, in a room or, where a room is None, on the whole server.

    Every deed is checked, kept, and told to whom it concerns.

    Args:
        hub: holds rooms and people.
    """

    _hub: Hub

    # -- whoever comes --------------------------------------------------------------------------

    def check_host(self, host: str | None) -> None:
        """
        Look that whoever comes from ``host`` is not banned from the server.

        Raises:
            Sanctioned: they are.
        """
        if host is not None:
            ban = self._hub.penalties.bans.find((), (host,), self._hub.now())
            if ban is not None:
                self._hub.sessions.refuse(host, None)
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
        ban = self._hub.penalties.bans.find(marks, (), self._hub.now())
        if ban is None:
            return
        sentence = sentence_of(ban, "from this server")
        if session is None or session.user is not None:
            self._hub.sessions.refuse(str(marks[0]), None)
        else:
            self._hub.sessions.refuse(str(marks[0]), session.host)
            self._hub.close(session, sentence, "banned")
        raise errors.Sanctioned(sentence)

    def greet(self, session: Session) -> None:
        """
        Take up that the user of ``session`` has logged in.

        The bans of their account hold at once, and an operator reads what was reported.
        """
        if session.user is not None:
            self.expel_banned(session.user)
            self._hub.reports.greet(session)

    def expel_banned(self, user: User) -> None:
        """
        Take ``user``, who is known by more than before, out of the rooms where that is banned.
        """
        for room in tuple(user.rooms):
            ban = policy.ban_on(user, room)
            if ban is not None:
                self._hub.ownership.put_out(user, room)
                self._hub.presence.expel(
                    user, room, sentence_of(ban, f"from #{room.name}"), "banned"
                )

    # -- deeds ----------------------------------------------------------------------------------

    def kick(self, user: User, target: User, reason: str, room: Room | None) -> None:
        """
        Send ``target`` out of ``room``, where they are nothing any more, or off the server.

        Raises:
            NotAllowed: ``user`` may not, or the other one is not there.
        """
        policy.check_operator(user, room)
        _check_reason(user, reason, room)
        if target is user:
            raise errors.NotAllowed("You cannot kick yourself.")
        if room is not None and target not in room.members:
            raise errors.NotAllowed(f"{target.nick} is not in #{room.name}.")
        policy.check_staff(target.nick, target.roles)
        if room is not None:
            policy.check_rank(user, policy.rank_of(target, room), target.nick, room)
        self._hub.trail.note(user, room, "kick", target.called, reason)
        sentence = f"You were kicked from {_place(room)} by {_because(user, reason)}"
        if room is None:
            for session in tuple(target.sessions):
                self._hub.close(session, sentence, _left("kicked", user, reason), cause="kicked")
        else:
            self._hub.ownership.put_out(target, room)
            self._hub.presence.expel(target, room, sentence, _left("kicked", user, reason))

    def mute(
        self, user: User, name: str, duration: timedelta, reason: str, room: Room | None
    ) -> Sanction:
        """
        Let whoever is called ``name`` not speak in ``room``, or anywhere, for so long.

        Raises:
            NoSuchUser: nobody is here, has an account, or has just gone by this name.
            NotAllowed: ``user`` may not.
            TooMuch: there are as many mutes as there may be.
        """
        policy.check_operator(user, room)
        target = find_target(self._hub, user, name)
        self._require_below(user, target, room, "mute")
        mute = self._impose("mute", user, target, duration, reason, room)
        muted = target.user
        if muted is not None and _has_to_do_with(muted, room):
            muted.notify(sentence_of(mute, f"in #{room.name}" if room else "on this server"))
        return mute

    def ban(
        self, user: User, typed: str, duration: timedelta, reason: str, room: Room | None
    ) -> Sanction:
        """
        Keep a nick, an account, an address or a network out of ``room``, or off the server.

        Whoever is meant and there has to go at once.

        Raises:
            NotAllowed: ``user`` may not, or it would hit them or somebody no less than they are.
            TooMuch: there are as many bans as there may be.
        """
        policy.check_operator(user, room)
        target = read_target(self._hub, user, typed)
        self._require_below(user, target, room, "ban")
        hit = people_hit(self._hub, target, room)
        if room is None:
            for each in hit:
                policy.check_staff(each.nick, each.roles)
        ban = self._impose("ban", user, target, duration, reason, room)
        left = _left("banned", user, reason)
        if room is None:
            self._send_away(hit, ban, left)
        else:
            self._put_out(hit, room, ban, left)
            if target.author in room.standings:
                self._hub.ownership.end(room, room.standings[target.author])
        return ban

    def _require_below(self, user: User, target: Target, room: Room | None, deed: str) -> None:
        network = target.mask.text if target.mask.is_network else ""
        if target.user is user or (network and any(map(inside(network), policy.hosts_of(user)))):
            raise errors.NotAllowed(f"You cannot {deed} yourself.")
        policy.check_staff(target.name, target.roles)
        standing = room.standings.get(target.author) if room else None
        if room is not None and standing is not None:
            policy.check_rank(user, standing.rank, target.name, room)

    def _put_out(self, hit: list[User], room: Room, ban: Sanction, left: str) -> None:
        sentence = sentence_of(ban, f"from #{room.name}")
        for user in hit:
            has_to_do = _has_to_do_with(user, room)
            self._hub.ownership.put_out(user, room)
            if user in room.members:
                self._hub.presence.expel(user, room, sentence, left)
            elif has_to_do:
                user.notify(sentence)

    def _send_away(self, hit: list[User], ban: Sanction, left: str) -> None:
        sentence = sentence_of(ban, "from this server")
        for user in hit:
            for session in tuple(user.sessions):
                self._hub.close(session, sentence, left, cause="banned")
        if is_network(ban.mask):
            is_inside = inside(ban.mask)
            for session in self._hub.sessions:
                if session.user is None and session.host is not None and is_inside(session.host):
                    self._hub.close(session, f"\n{sentence}", "banned")

    def lift(self, user: User, kind: str, typed: str, room: Room | None) -> str:
        """
        Lift the bans or the mutes of ``typed`` in ``room``, or on the server.

        That is also what they got under another name.

        Args:
            kind: ``ban`` or ``mute``.

        Returns:
            whose it was, as it is shown.

        Raises:
            NotAllowed: ``user`` may not, or there is none.
        """
        policy.check_operator(user, room)
        target = read_target(self._hub, user, typed)
        sanctions = self._hub.penalties.of(kind, room)
        found = sanctions.of(target.marks) or sanctions.meant(target.typed)
        if not found:
            done = "banned from" if kind == "ban" else "muted on" if room is None else "muted in"
            raise errors.NotAllowed(f"{shortened(typed)} is not {done} {_place(room)}.")
        self._hub.penalties.end(kind, found, room)
        freed: dict[User, None] = {}
        for sanction in found:
            self._hub.trail.note(user, room, f"un{kind}", sanction.shown)
            freed.update(dict.fromkeys(self._people_of(sanction)))
        again = "come to" if kind == "ban" else "speak on" if room is None else "speak in"
        # What a room is called says something as well.
        is_muted = policy.sanction_on(user, self._hub.penalties.mutes) is not None
        for each in freed:
            if room is None or not (is_muted or user.key in each.ignored or not each.sees(room)):
                each.notify(f"{user.nick} lets you {again} {_place(room)} again.")
        return found[0].shown

    def _people_of(self, sanction: Sanction) -> list[User]:
        """
        Return those here for whom ``sanction`` was meant, whatever they are called by now.
        """
        if not sanction.author:
            named = self._hub.users.get(sanction.mask)
            return [named] if named else []
        return [user for user in self._hub.users.values() if user.owns(sanction.author)]

    def announce(self, user: User, text: str) -> None:
        """
        Tell everybody ``text``.

        Raises:
            NotAllowed: ``user`` does not operate the server.
        """
        policy.check_operator(user)
        self._hub.talk.broadcast(user, text)
        self._hub.trail.note(user, None, "announce", reason=text)

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
            raise errors.NotAllowed("It must last for a second at least.")
        _check_reason(user, reason, room)
        now, mask = self._hub.now(), target.mask
        sanction = Sanction(
            self._hub.history.next_id(now),
            0 if room is None else room.chronicle.id,
            kind,
            mask.text,
            target.author,
            mask.shown,
            user.nick,
            reason,
            now,
            now + seconds,
        )
        self._hub.penalties.impose(sanction, room)
        self._hub.trail.note(user, room, kind, target.called, reason, sanction.until)
        return sanction


def _check_reason(user: User, reason: str, room: Room | None) -> None:
    require_short("A reason", reason, MAX_REASON)
    if reason:
        # Who may not speak says nothing in a reason either.
        policy.check_voice(user)
        if room is not None:
            policy.check_muted(user, room)


def _has_to_do_with(user: User, room: Room | None) -> bool:
    """
    Say whether it is for ``user`` to hear of what is done against them in ``room``.

    Others read it where they try to enter or to speak: else anybody who owns a room could write
    to whomever they like.
    """
    return room is None or user in room.members or user.author in room.standings


def _place(room: Room | None) -> str:
    return "this server" if room is None else f"#{room.name}"


def _because(user: User, reason: str) -> str:
    return f"{user.nick}: {reason}" if reason else f"{user.nick}."


def _left(done: str, user: User, reason: str) -> str:
    """
    Return what the others read behind the name.
    """
    return f"{done} by {user.nick}: {reason}" if reason else f"{done} by {user.nick}"
