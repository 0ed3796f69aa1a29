"""
Moderation: kicks, mutes, bans, announcements, and the trail that all of them leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors, policy
from twisted_chat.decisions import Sanction
from twisted_chat.limits import MAX_REASON, Rate
from twisted_chat.names import shortened
from twisted_chat.sanctions import Mask, Sanctions, read_mask, sentence_of

if TYPE_CHECKING:
    from datetime import timedelta

    from twisted_chat.hub import Hub
    from twisted_chat.log import LimitedLogger
    from twisted_chat.people import Room, Session, User
    from twisted_chat.sanctions import Mark

#: How often it is logged that somebody who is banned was refused.
REFUSALS = Rate(1, 60)

# A long answer is cut here; see also the cost of the commands.
_ROWS = 50


@define(eq=False)
class Moderation:
    """
    What is done against somebody, in a room or, where a room is None, on the whole server.

    Every deed is checked, kept, and told to whom it concerns.

    Args:
        hub: holds rooms and people.
        log: for who was refused.
    """

    _hub: Hub
    _log: LimitedLogger

    # -- whoever comes --------------------------------------------------------------------------

    def check_host(self, host: str | None) -> None:
        """
        Look that whoever comes from ``host`` is not banned from the server.

        Raises:
            Sanctioned: they are.
        """
        if host is not None and len(self._hub.penalties.bans):
            self._refuse(self._hub.penalties.bans.find((), (host,), self._hub.now()), host)

    def check_name(self, *marks: Mark) -> None:
        """
        Look that who takes a name, or logs in, is not banned from the server.

        Args:
            marks: the folded name; of an account, also its number.

        Raises:
            Sanctioned: they are.
        """
        if len(self._hub.penalties.bans):
            self._refuse(self._hub.penalties.bans.find(marks, (), self._hub.now()), str(marks[0]))

    def _refuse(self, ban: Sanction | None, whom: str) -> None:
        if ban is not None:
            self._log.warn("Refused {whom!r}, who is banned", at_most=REFUSALS, whom=whom)
            raise errors.Sanctioned(sentence_of(ban, "from this server"))

    def greet(self, session: Session) -> None:
        """
        Take up that the user of ``session`` has logged in.

        The bans of their account hold at once, and an operator reads what was reported.
        """
        user = session.user
        if user is None:
            return
        for room in tuple(user.rooms):
            ban = policy.sanction_on(user, room.bans)
            if ban is not None:
                self._hub.ownership.put_out(user, room)
                self._hub.presence.expel(
                    user, room, sentence_of(ban, f"from #{room.name}"), "banned"
                )
        self._hub.reports.greet(session)

    # -- deeds ----------------------------------------------------------------------------------

    def kick(self, user: User, target: User, reason: str, room: Room | None) -> None:
        """
        Send ``target`` out of ``room``, where they are nothing any more, or off the server.

        Raises:
            NotAllowed: ``user`` may not, or the other one is not there.
        """
        policy.check_operator(user, room)
        _require_short(reason)
        if target is user:
            raise errors.NotAllowed("You cannot kick yourself.")
        self._require_target(user, target, room)
        self._hub.trail.note(user, room, "kick", target.nick, reason)
        sentence = f"You were kicked from {_place(room)} by {_because(user, reason)}"
        if room is None:
            for session in tuple(target.sessions):
                self._hub.close(session, sentence, _left("kicked", user, reason), cause="kicked")
        else:
            self._hub.ownership.put_out(target, room)
            self._hub.presence.expel(target, room, sentence, _left("kicked", user, reason))

    def mute(
        self, user: User, target: User, duration: timedelta, reason: str, room: Room | None
    ) -> Sanction:
        """
        Let ``target`` not speak in ``room``, or anywhere, for so long.

        Raises:
            NotAllowed: ``user`` may not, or the other one is not there.
            TooMuch: there are as many mutes as there may be.
        """
        policy.check_operator(user, room)
        if target is user:
            raise errors.NotAllowed("You cannot mute yourself.")
        self._require_target(user, target, room)
        mask = Mask(target.key, target.nick, is_network=False)
        mute = self._impose("mute", user, mask, target.author, duration, reason, room)
        target.notify(sentence_of(mute, f"in #{room.name}" if room else "on this server"))
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
        mask = read_mask(typed)
        person = None if mask.is_network else self._hub.users.get(mask.text)
        author = person.author if person else 0
        hit = self._people_hit(mask, author)
        if user in hit:
            raise errors.NotAllowed("You cannot ban yourself.")
        for target in hit:
            self._require_below(user, target, room)
        standing = None
        if room is not None and not mask.is_network:
            standing = self._hub.ownership.find_standing(room, mask.text)
            if standing is not None:
                policy.check_rank(user, standing.rank, standing.name, room)
        ban = self._impose("ban", user, mask, author, duration, reason, room)
        if room is not None and standing is not None:
            self._hub.ownership.end(room, standing)
        for target in hit:
            self._apply(target, ban, room, _left("banned", user, reason))
        if room is None:
            self._close_unnamed(ban)
        return ban

    def _apply(self, target: User, ban: Sanction, room: Room | None, reason: str) -> None:
        if room is None:
            self._send_away(target, ban, reason)
            return
        sentence = sentence_of(ban, f"from #{room.name}")
        may_know = target.sees(room)
        self._hub.ownership.put_out(target, room)
        if target in room.members:
            self._hub.presence.expel(target, room, sentence, reason)
        elif may_know:
            target.notify(sentence)

    def _send_away(self, user: User, ban: Sanction, reason: str) -> None:
        for session in tuple(user.sessions):
            self._hub.close(session, sentence_of(ban, "from this server"), reason, cause="banned")

    def _close_unnamed(self, ban: Sanction) -> None:
        for session in self._hub.sessions:
            if session.user is None and session.host is not None:
                hit = self._hub.penalties.bans.find((), (session.host,), self._hub.now())
                if hit is not None:
                    sentence = "\n" + sentence_of(hit, "from this server")
                    self._hub.close(session, sentence, "banned")

    def lift(self, user: User, kind: str, typed: str, room: Room | None) -> str:
        """
        Lift the bans or the mutes of ``typed`` in ``room``, or on the server.

        Args:
            kind: ``ban`` or ``mute``.

        Returns:
            whose it was, as it is shown.

        Raises:
            NotAllowed: ``user`` may not, or there is none.
        """
        policy.check_operator(user, room)
        sanctions = self._hub.penalties.of(kind, room)
        found = sanctions.of(read_mask(typed).text)
        if not found:
            done = "banned from" if kind == "ban" else "muted in"
            raise errors.NotAllowed(f"{shortened(typed)} is not {done} {_place(room)}.")
        self._hub.penalties.end(kind, found, room)
        shown = found[0].shown
        self._hub.trail.note(user, room, f"un{kind}", shown)
        target = self._hub.users.get(found[0].mask)
        if target is not None and (room is None or target.sees(room)):
            again = "come to" if kind == "ban" else "speak in"
            target.notify(f"{user.nick} lets you {again} {_place(room)} again.")
        return shown

    def announce(self, user: User, text: str) -> None:
        """
        Tell everybody ``text``.

        Raises:
            NotAllowed: ``user`` does not operate the server.
        """
        policy.check_operator(user)
        self._hub.talk.broadcast(user, text)
        self._hub.trail.note(user, None, "announce", reason=text)

    # -- lists ----------------------------------------------------------------------------------

    def listed(self, user: User, room: Room | None) -> str:
        """
        Return the bans and mutes of ``room``, or of the server, as they are read.

        Raises:
            NotAllowed: ``user`` may not know them.
        """
        policy.check_operator(user, room)
        now = self._hub.now()
        found = [
            f"{each.kind} of {each.shown} {each.told}"
            for kind in ("ban", "mute")
            for each in self._hub.penalties.of(kind, room)
            if each.until > now
        ]
        if len(found) > _ROWS:
            found[_ROWS:] = [f"... and {len(found) - _ROWS} more."]
        return "\n".join(found) or f"Nobody is banned from {_place(room)} or muted."

    # -- what all of them need ------------------------------------------------------------------

    def _require_target(self, user: User, target: User, room: Room | None) -> None:
        if room is not None and target not in room.members:
            raise errors.NotAllowed(f"{target.nick} is not in #{room.name}.")
        self._require_below(user, target, room)

    def _require_below(self, user: User, target: User, room: Room | None) -> None:
        policy.check_staff(target)
        if room is not None:
            policy.check_rank(user, policy.rank_of(target, room), target.nick, room)

    def _people_hit(self, mask: Mask, author: int) -> list[User]:
        """
        Return everybody here whom a ban of ``mask`` would hit.
        """
        trial = Sanctions(1)
        trial.add(Sanction(0, 0, "ban", mask.text, author, "", "", "", 0.0, float("inf")))
        return [
            user
            for user in self._hub.users.values()
            if policy.sanction_on(user, trial) is not None
        ]

    def _impose(
        self,
        kind: str,
        user: User,
        mask: Mask,
        author: int,
        duration: timedelta,
        reason: str,
        room: Room | None,
    ) -> Sanction:
        seconds = duration.total_seconds()
        if seconds < 1:
            raise errors.NotAllowed("It must last for a second at least.")
        _require_short(reason)
        now = self._hub.now()
        sanction = Sanction(
            self._hub.history.next_id(now),
            0 if room is None else room.chronicle.id,
            kind,
            mask.text,
            author,
            mask.shown,
            user.nick,
            reason,
            now,
            now + seconds,
        )
        self._hub.penalties.impose(sanction, room)
        self._hub.trail.note(user, room, kind, mask.shown, reason, sanction.until)
        return sanction


def _require_short(reason: str) -> None:
    if len(reason) > MAX_REASON:
        raise errors.TooMuch(
            f"A reason may be at most {MAX_REASON} characters long, not {len(reason)}."
        )


def _place(room: Room | None) -> str:
    return "this server" if room is None else f"#{room.name}"


def _because(user: User, reason: str) -> str:
    return f"{user.nick}: {reason}" if reason else f"{user.nick}."


def _left(done: str, user: User, reason: str) -> str:
    """
    Return what the others read behind the name.
    """
    return f"{done} by {user.nick}: {reason}" if reason else f"{done} by {user.nick}"
