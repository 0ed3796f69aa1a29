"""
Who may see and read what: users come, are let in, kicked, banned, and rooms change, in any
order and over restarts.  A plain model says who may read each line and know each room; no user
ever reads more than that, whatever they type.

Every line, topic, message and reason has a marker of its own.  Rooms have names that nothing else
has, and users who are not in one spell it in another way, which shows who was told.

`python tests/stories/test_visibility.py --steps 1000000` goes on for as long as one likes.
"""

from __future__ import annotations

import argparse
import random
import re
from typing import TYPE_CHECKING

from attrs import define, evolve, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from logins import SECRET, come, log_in, register

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

#: Seconds in which nothing that comes is taken for what was typed ahead.
PAUSE = 3.0

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMITS = evolve(NO_LIMITS, history_lines=20)
ROOMS = ["Vault", "Attic"]
#: Every other command that shows something of a room or of its lines belongs here.
LOOKS = [
    *("/rooms", "/whois {nick}", "/stats", "/topic", "/modes", "/bans", "/reports 50", "/catchup"),
    *("/history 50", "/more", "/search tea", "/search from:{nick}", "/more", "/show 1", "/pins"),
    *("/messages {nick}", "/sessions"),
]
#: Those who come with an account; gast may log in as carol.
WITH_ACCOUNT = ["alice", "bob", "oscar"]
NICKS = [*WITH_ACCOUNT, "gast", "gina", "nina"]
#: What those are called next who take another name.
RENAMED = {"gina": "nina", "nina": "gina"}
#: Where second connections come from.
FAR, NETWORK = "192.0.2.7", "192.0.2.0/24"
STAFF = "oscar"
HOUR = 3600
THERE_IS_NONE = "There is no room #{}. /rooms lists the rooms."
MARKER = re.compile(r"\b[mrst]\d+\b")

#: What may happen next, the likelier the more often it stands here.
DEEDS = [
    *["arrive"] * 8, *["join"] * 12, "leave", "quit", "lose a line", "restart",
    *["say"] * 6, "topic", "topic", "msg", "re", "re", "edit", "edit", "edit",
    "delete", "react", "react", "pin", "pin", "unpin",
    *["invite"] * 4, "op", "op", "voice", "deop", "unvoice",
    "kick", "mute", "ban", "unban", "ban afar", "disown",
    *["private on"] * 4, "private off", "private off", "locked on", "locked off",
    "members on", "members off", "moderated on", "moderated off", "moderated off",
    "keephistory off", "keephistory on", "keephistory on",
    "serverkick", "serverban", "servermute", "report", *["look"] * 4, "audit",
    "log in", "be somebody else", "second", "second", "rename", "unregister", "hour",
]  # fmt: skip

FOR_OPERATORS = {
    "op",
    "voice",
    "deop",
    "unvoice",
    "kick",
    "mute",
    "ban",
    "unban",
    "ban afar",
    "disown",
} | {deed for deed in DEEDS if deed.endswith((" on", " off"))}

#: The rank that each gives or takes, and the rank that one needs for it.
RANKS = {"op": (2, 3), "voice": (1, 2), "deop": (2, 3), "unvoice": (1, 2)}

#: What happens, who does it, to whom, and where.
Step = tuple[str, int, str, str]
STEPS = st.tuples(
    st.sampled_from(DEEDS), st.integers(0, 5), st.sampled_from(NICKS), st.sampled_from(ROOMS)
)


@define(eq=False)
class ModelPerson:
    """
    Attributes:
        who: their account, or else their visit.
        more: their other connections.
    """

    nick: str
    who: int
    visit: int
    is_staff: bool
    person: Person
    more: list[Person] = field(factory=list)

    @property
    def marks(self) -> set[int | str]:
        return {self.nick, self.who, self.visit}

    @property
    def is_far(self) -> bool:
        """
        Whether a ban of the network means them.
        """
        return any(person.transport.getPeer().host == FAR for person in (self.person, *self.more))

    def reads(self) -> list[str]:
        return [line for person in (self.person, *self.more) for line in person.reads()]


@define(eq=False)
class Ban:
    """
    A ban or a mute, of a room or the server.
    """

    whom: set[int | str]
    until: float
    why: str = ""


@define(eq=False)
class ModelRoom:
    """
    Attributes:
        said: a count that grows with what is said, and tells where in its order everything stands.
        since: who was let in, and from which line on they read.
        admitted: those of them who were let in by the password alone.
        password: the latest one.
        inside: who is here, and at which line they came.
        seats: the accounts that come back here by themselves.
        ranks: 1 for those with a voice, 2 for operators, 3 for the owner.
        lines: the numbers of what was said, and its markers.
        kept_topic: the latest that a user with an account set, which a restart brings back.
    """

    is_there: bool = False
    went_in_private: bool = False
    said: int = 0
    public_from: int = 0
    private: bool = False
    locked: bool = False
    password: str = ""
    members: bool = False
    moderated: bool = False
    history: bool = True
    topic: str = ""
    kept_topic: str = ""
    since: dict[int, int] = field(factory=dict)
    admitted: set[int] = field(factory=set)
    ranks: dict[int, int] = field(factory=dict)
    inside: dict[ModelPerson, int] = field(factory=dict)
    seats: set[int] = field(factory=set)
    bans: list[Ban] = field(factory=list)
    mutes: list[Ban] = field(factory=list)
    lines: list[tuple[int, str]] = field(factory=list)

    def is_known(self, one: ModelPerson) -> bool:
        """
        Return whether a user may know its name, whether it exists or has existed.
        """
        return self.sees(one) or not (self.is_there or self.went_in_private)

    @property
    def closed(self) -> bool:
        return self.private or self.locked

    def let_in(self, one: ModelPerson) -> bool:
        return one in self.inside or one.who in self.since

    def sees(self, one: ModelPerson) -> bool:
        return self.is_there and (not self.private or self.let_in(one))

    def may_come(self, one: ModelPerson, now: float, *, knows: bool = False) -> bool:
        """
        Return whether a user is let in, who may know the password.
        """
        is_let_in = self.let_in(one) or not self.closed or (self.locked and knows)
        may_pass = one.who > 0 or not self.members
        return self.is_there and is_let_in and may_pass and not self.bars(one, now)

    def may_speak(self, one: ModelPerson, now: float) -> bool:
        may_pass = one.who > 0 or not self.members
        has_voice = self.rank(one) >= 1 or not self.moderated
        is_barred = self.bars(one, now) or reasons(self.mutes, one, now)
        return may_pass and has_voice and not is_barred

    def bars(self, one: ModelPerson, now: float) -> set[str]:
        """
        Return the reasons why a user is banned.
        """
        # Those who operate the room or the server are passed over by the bans of networks.
        is_far = one.is_far and not one.is_staff and self.ranks.get(one.who, 0) < 2
        return reasons(self.bans, one, now, *[NETWORK] * is_far)

    def throw_out(self, one: ModelPerson) -> None:
        self.put_out(one.who)
        if one in self.inside:
            self.leave(one)

    def reads(self, one: ModelPerson, line: int, now: float) -> bool:
        if not self.is_there:
            # Everybody may make it again, and reads the same then.
            return line >= self.public_from
        if one in self.inside and line >= self.inside[one]:
            return True
        if one not in self.inside and not self.may_come(one, now):
            return False
        let_in = one.who in self.since and line >= self.since[one.who]
        return let_in or (not self.closed and line >= self.public_from)

    def rank(self, one: ModelPerson) -> int:
        return 3 if one.is_staff and self.sees(one) else self.ranks.get(one.who, 0)

    def operates(self, one: ModelPerson) -> bool:
        return self.rank(one) >= 2

    def is_below(self, one: ModelPerson, other: ModelPerson) -> bool:
        if other.is_staff:
            return False
        return one.is_staff or not 2 <= self.rank(other) >= self.rank(one)

    def put_out(self, who: int) -> None:
        if self.ranks.get(who) != 3:
            self.since.pop(who, None)
            self.admitted.discard(who)
            self.lose_rank(self.ranks.pop(who, 0))

    def lose_rank(self, rank: int) -> None:
        """
        Without an operator, nobody could end that it is moderated.
        """
        if rank >= 2 and not any(other >= 2 for other in self.ranks.values()):
            self.moderated = False

    def leave(self, one: ModelPerson) -> None:
        """
        Remove a user who does not come back by themselves.
        """
        self.seats.discard(one.who)
        self.lose(one)

    def lose(self, one: ModelPerson) -> None:
        self.inside.pop(one, None)
        self.let_go()

    def let_go(self) -> None:
        """
        Remove it, with all that was decided, if it is empty and has no owner.
        """
        if not self.is_there or self.inside or 3 in self.ranks.values():
            return
        self.went_in_private = self.private
        if self.closed or self.members:
            self.seats.clear()
            self.hide()
            # A later room of its name has other lines of these numbers.
            self.lines.clear()
        self.is_there = self.private = self.locked = self.members = self.moderated = False
        self.history, self.topic, self.kept_topic = True, "", ""
        self.since, self.ranks, self.bans, self.mutes = {}, {}, [], []
        self.admitted = set()

    def keep_in(self, who: int) -> None:
        """
        Note what keeps a user let in who lost a rank: where there is a password alone, that.
        """
        if self.locked and not self.private:
            self.admitted.add(who)

    def hide(self) -> None:
        self.public_from = self.said + 1
        self.said += 1

    def set(self, mode: str, setting: bool) -> None:
        was_closed, was_private = self.closed, self.private
        if mode == "locked" and (setting or self.locked):
            # Another password, or none.
            for who in self.admitted - {member.who for member in self.inside}:
                self.admitted.discard(who)
                del self.since[who]
        setattr(self, mode, setting)
        for member, came in self.inside.items():
            if self.private and not was_private:
                # They are let in as if they were invited, however they came.
                self.since.setdefault(member.who, came)
                self.admitted.discard(member.who)
            elif mode == "locked" and setting and member.who not in self.since:
                self.since[member.who] = came
                self.admitted.add(member.who)
        if was_closed and not self.closed:
            self.hide()


def reasons(bans: list[Ban], one: ModelPerson, now: float, *more: str) -> set[str]:
    """
    Return the reasons of those that hold for a user.
    """
    marks = {*one.marks, *more}
    return {ban.why or "none" for ban in bans if ban.until > now and marks & ban.whom}


class World:
    """
    A server, those who are on it, and the model of both.
    """

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.chat = Chat(store=self.store, limits=LIMITS)
        self.rooms = {name: ModelRoom() for name in ROOMS}
        self.here: list[ModelPerson] = []
        self.accounts: dict[str, int] = {}
        self.bans: list[Ban] = []
        self.mutes: list[Ban] = []
        # What each marker is: the room it was said in and where in its order.
        self.said: dict[str, tuple[ModelRoom, int]] = {}
        # Or who wrote a message, and to whom.
        self.letters: dict[str, set[int | str]] = {}
        self.reported: set[str] = set()
        self.now = 0.0
        self.numbers = 0
        # Who may have known which room before what happens now, and who ever did.
        self.known: set[tuple[ModelPerson, str]] = set()
        self.ever_known: set[tuple[ModelPerson, str]] = set()
        register(self.chat, "carol").types("/quit")
        self.accounts["carol"] = self.number()
        for nick in NICKS:
            self.arrive(nick)

    def play(self, steps: Iterable[Step]) -> int:
        """
        Run all steps, and return how many of them did something.
        """
        return sum(self.happens(*step) for step in steps)

    def happens(self, what: str, number: int, nick: str, name: str) -> bool:
        self.known = self.all_known()
        if what == "restart":
            return self.restart()
        away = [each for each in NICKS if not self.find(each)]
        if what == "arrive" or not self.here:
            return bool(away) and self.arrive(away[number % len(away)])
        one, room = self.here[number % len(self.here)], self.rooms[name]
        alone = {
            "quit": self.quit, "lose a line": self.lose_a_line, "log in": self.log_in,
            "second": self.second, "rename": self.rename, "unregister": self.unregister,
            "audit": self.audit, "hour": self.hour,
        }  # fmt: skip
        towards = {
            "be somebody else": self.log_in_here, "msg": self.message, "report": self.report,
            "serverkick": self.server_kick, "serverban": self.server_ban,
            "servermute": self.server_mute,
        }  # fmt: skip
        if what in alone:
            did = alone[what](one)
        elif what in towards:
            did = towards[what](one, nick)
        elif what == "look":
            did = self.look(one, nick, name)
        elif what == "join" or not room.inside:
            outside = [each for each in self.here if each not in room.inside] or [one]
            one = outside[number % len(outside)]
            did = self.join(one, room, name, knows=nick in WITH_ACCOUNT)
        else:
            one = list(room.inside)[number % len(room.inside)]
            if what in FOR_OPERATORS and number % 2:
                # Else it would nearly always be refused.
                one = max(room.inside, key=room.rank)
            one.person.types(f"/join {name}")
            did = self.act(what, one, nick, room, number)
        # What came at once behind a password that was refused might be one too.
        self.chat.advance(PAUSE)
        self.look_around(*[name] * (what == "look"), who=one)
        return did

    # -- who is here ------------------------------------------------------------------------------

    def restart(self) -> bool:
        now = self.chat.clock.seconds()
        self.chat = Chat(store=self.store, limits=LIMITS)
        self.chat.clock.advance(now)
        self.here.clear()
        for room in self.rooms.values():
            room.inside.clear()
            room.topic = room.kept_topic
            for who in [who for who in room.since if who < 0]:
                room.put_out(who)
            room.let_go()
        return True

    def arrive(self, nick: str) -> bool:
        visit = -self.number()
        if any(ban.until > self.now and {nick, self.accounts.get(nick)} & ban.whom
               for ban in self.bans):  # fmt: skip
            person = self.chat.connect()
            person.types(nick, SECRET)
            assert nick not in self.chat.hub.users
            person.hangs_up()
            return True
        if nick in WITH_ACCOUNT and nick not in self.accounts:
            self.accounts[nick] = self.number()
        is_staff = nick == STAFF
        person = come(self.chat, nick, *["operator"] * is_staff)
        one = ModelPerson(nick, self.accounts.get(nick, visit), visit, is_staff, person)
        self.here.append(one)
        self.come_back(one)
        self.known = self.all_known()
        self.look_around()
        return True

    def come_back(self, one: ModelPerson) -> None:
        """
        Bring a user who has logged in back to the rooms they were in.
        """
        for room in self.rooms.values():
            if one.who not in room.seats or one in room.inside:
                continue
            if not room.is_there or room.may_come(one, self.now):
                room.is_there = True
                room.inside[one] = room.said

    def second(self, one: ModelPerson) -> bool:
        # Staff gives no password from afar.
        if one.who < 0 or one.more or one.is_staff:
            return False
        person = self.chat.connect(FAR)
        one.more.append(person)
        person.types(one.nick, SECRET)
        self.throw_out_banned(one)
        return True

    def quit(self, one: ModelPerson) -> bool:
        for person in (one.person, *one.more):
            person.types("/quit")
        self.leave_all(one)
        return True

    def lose_a_line(self, one: ModelPerson) -> bool:
        one.person.hangs_up()
        if one.more:
            one.person = one.more.pop()
        else:
            self.leave_all(one)
        return True

    def leave_all(self, one: ModelPerson) -> None:
        self.here.remove(one)
        for room in self.rooms.values():
            if one in room.inside:
                room.lose(one)
            if one.who < 0:
                room.put_out(one.who)

    def log_in(self, one: ModelPerson) -> bool:
        carol = self.accounts.get("carol")
        if one.nick != "gast" or carol is None or self.find("carol"):
            return False
        if any({"carol", carol} & ban.whom for ban in self.bans if ban.until > self.now):
            return False
        if self.is_mute(one):
            log_in(one.person, "carol")
            return False
        for room in self.rooms.values():
            if one.who in room.since:
                since, rank = room.since.pop(one.who), room.ranks.pop(one.who, 0)
                is_admitted = one.who in room.admitted
                if carol not in room.since and is_admitted:
                    room.admitted.add(carol)
                elif not is_admitted:
                    room.admitted.discard(carol)
                room.admitted.discard(one.who)
                room.since[carol] = min(since, room.since.get(carol, since))
                room.ranks[carol] = max(rank, room.ranks.get(carol, 0))
        one.who, one.nick = carol, "carol"
        log_in(one.person, "carol")
        for room in self.rooms.values():
            if one in room.inside:
                room.seats.add(carol)
        self.come_back(one)
        self.throw_out_banned(one)
        return True

    def throw_out_banned(self, one: ModelPerson) -> None:
        """
        Remove a user from the rooms that ban a name they have by now.
        """
        for room in self.rooms.values():
            why = room.bars(one, self.now)
            if one in room.inside and why:
                room.throw_out(one)
                self.check_markers(one, one.reads(), why)

    def rename(self, one: ModelPerson) -> bool:
        nick = RENAMED.get(one.nick, "")
        if not nick or self.find(nick):
            return False
        if any(ban.until > self.now and nick in ban.whom for ban in self.bans):
            return False
        one.person.types(f"/nick {nick}")
        if self.is_mute(one) or any(
            room.moderated and room.rank(one) < 1
            for room in self.rooms.values()
            if one in room.inside
        ):
            return False
        one.nick = nick
        self.throw_out_banned(one)
        return True

    def is_mute(self, one: ModelPerson) -> bool:
        """
        Return whether ``one`` is muted on the server or in a room they are in.
        """
        rooms = [room.mutes for room in self.rooms.values() if one in room.inside]
        return any(reasons(mutes, one, self.now) for mutes in [self.mutes, *rooms])

    def log_in_here(self, one: ModelPerson, nick: str) -> bool:
        """
        Log a user in as another user who is here too; they are one user from then on.
        """
        other = self.find(nick)
        if other is None or other is one or other.who < 0 or other.more or one.more:
            return False
        if other.is_staff and one.is_far:
            # Staff gives no password from afar.
            return False
        log_in(one.person, nick)
        self.leave_all(one)
        other.more.append(one.person)
        return True

    def unregister(self, one: ModelPerson) -> bool:
        if one.who < 0:
            return False
        one.person.types("/unregister", SECRET)
        account = self.accounts.pop(one.nick)
        one.who, one.is_staff = one.visit, False
        for room in self.rooms.values():
            room.seats.discard(account)
            if account in room.since:
                del room.since[account]
                room.admitted.discard(account)
                room.lose_rank(room.ranks.pop(account, 0))
                room.let_go()
        return True

    def hour(self, _: ModelPerson) -> bool:
        self.now += HOUR
        self.chat.advance(HOUR)
        return True

    # -- into a room ------------------------------------------------------------------------------

    def join(self, one: ModelPerson, room: ModelRoom, name: str, *, knows: bool = False) -> bool:
        if one in room.inside:
            return False
        is_new = not room.is_there
        if is_new and reasons(self.mutes, one, self.now):
            one.person.types(f"/join {name}")
            return False
        may = is_new or room.may_come(one, self.now, knows=knows)
        if any(
            ban.until > self.now and ban.whom & one.marks and one.nick not in ban.whom
            for ban in room.mutes
        ):
            # Under the name that they were muted under, or that of their account.
            may = may and self.accounts.get(one.nick) == one.who
        typed = name if is_new else name.swapcase()
        if is_new:
            room.is_there = True
            # Without an account they operate it for this visit.
            room.ranks[one.who] = 3 if one.who > 0 else 2
            room.since[one.who] = room.said
        hidden = not room.sees(one) and not room.locked
        if may:
            if room.closed and not room.let_in(one):
                room.since[one.who] = room.said
                room.admitted.add(one.who)
            room.inside[one] = room.said
            if one.who > 0:
                room.seats.add(one.who)
        one.person.types(f"/join {typed}")
        if one.person.prompt:
            # Else they are not allowed to, and the question is not even put.
            assert one.person.prompt == f"Password for #{typed}: "
            one.person.types(room.password if knows else SECRET[::-1])
            if one.person.prompt:
                # It is asked for again.
                one.person.types("")
            # How often one may guess is another story.
            one.person.protocol.session.failures = 0
            self.chat.hub.verifier.throttle.load([])
        read = one.reads()
        assert (f"You are in #{name}" in "".join(read)) is may, (one.nick, name, read)
        if hidden:
            assert read == [f"#{typed} can be entered by invitation only."]
        # A user who knows the password is told what else keeps them out, and of which room.
        self.check(one, read, *[name] * (is_new or (room.locked and knows)))
        return may

    # -- in a room --------------------------------------------------------------------------------

    def act(self, what: str, one: ModelPerson, nick: str, room: ModelRoom, number: int) -> bool:
        """
        Do something as ``one``, who is in ``room``.
        """
        match what.split():
            case ["say"]:
                return self.say(one, room)
            case ["topic"]:
                return self.set_topic(one, room)
            case ["leave"]:
                one.person.types("/leave")
                room.leave(one)
                return True
            case ["disown"]:
                one.person.types("/disown")
                may = 3 in room.ranks.values() and room.rank(one) == 3
                if may:
                    for who in [who for who, rank in room.ranks.items() if rank == 3]:
                        room.keep_in(who)
                    room.ranks = {who: rank for who, rank in room.ranks.items() if rank < 3}
                    room.lose_rank(3)
                return may
            case [("re" | "edit" | "delete" | "react" | "pin" | "unpin") as deed]:
                return self.annotate(deed, one, room, number)
            case ["ban", "afar"]:
                return self.ban_network(one, room)
            case [deed]:
                deeds = {
                    "invite": self.invite, "op": self.appoint, "voice": self.appoint,
                    "deop": self.demote, "unvoice": self.demote,
                    "kick": self.kick, "mute": self.mute, "ban": self.ban, "unban": self.unban,
                }  # fmt: skip
                aimed = nick if deed in ("ban", "unban") else self.aim(deed, nick, room)
                return deeds[deed](one, aimed, room, *[deed] * (deed in RANKS))
            case [mode, setting]:
                return self.set(one, room, mode, setting)
        raise AssertionError(what)

    def may_speak(self, one: ModelPerson, room: ModelRoom) -> bool:
        return room.may_speak(one, self.now) and not reasons(self.mutes, one, self.now)

    def say(self, one: ModelPerson, room: ModelRoom) -> bool:
        marker = self.marker("s", room)
        one.person.types(f"tea {marker}")
        return self.heard(marker, one, room)

    def heard(self, marker: str, one: ModelPerson, room: ModelRoom) -> bool:
        """
        Note what ``one`` has just said, if they may, and check that all the others read it.
        """
        room.said += 1
        may = self.may_speak(one, room)
        if not may:
            self.hide_from_all(marker)
        elif room.history:
            room.lines.append((self.real(room).timeline.number, marker))
        for reader in room.inside:
            if reader is not one:
                read = reader.reads()
                assert (marker in "".join(read)) is may, reader.nick
                self.check(reader, read)
        return may

    def set_topic(self, one: ModelPerson, room: ModelRoom) -> bool:
        marker = self.marker("t", room)
        one.person.types(f"/topic tea {marker}")
        may = self.may_speak(one, room)
        if may:
            room.topic = marker
            if one.who > 0:
                room.kept_topic = marker
            room.said += 1
        else:
            self.hide_from_all(marker)
        return may

    def annotate(self, deed: str, one: ModelPerson, room: ModelRoom, number: int) -> bool:
        """
        Do something to one of the latest lines as a user, whether they may or not.
        """
        if not room.lines:
            return False
        line, old = room.lines[-1 - number % len(room.lines)]
        did = False
        match deed:
            case "re":
                marker = self.marker("s", room)
                room.said += 1
                one.person.types(f"/re {line} tea {marker}")
                did = self.note_line(room, marker)
            case "edit":
                # It stands where the line stood.
                marker = self.marker("s", room)
                self.said[marker] = self.said[old]
                one.person.types(f"/edit {line} tea {marker}")
            case "react":
                one.person.types(f"/react {line} +{number}")
            case _:
                one.person.types(f"/{deed} {line}")
        read = one.reads()
        self.check(one, read)
        return did or any(line.endswith(" ***") for line in read)

    def note_line(self, room: ModelRoom, marker: str) -> bool:
        timeline = self.real(room).timeline
        is_kept = bool(timeline.recent) and marker in timeline.recent[-1].text
        if is_kept:
            room.lines.append((timeline.number, marker))
        return is_kept

    def set(self, one: ModelPerson, room: ModelRoom, mode: str, setting: str) -> bool:
        if mode == "locked":
            one.person.types("/lock" if setting == "on" else "/unlock")
            if one.person.prompt:
                # Each time another one: the same one again would change nothing here.
                room.password = f"{SECRET} {self.number()}"
                one.person.types(room.password, room.password)
        else:
            one.person.types(f"/{mode} {setting}")
        if not room.operates(one):
            return False
        room.set(mode.replace("keep", ""), setting == "on")
        return True

    def aim(self, what: str, nick: str, room: ModelRoom) -> str:
        """
        Return the target, nearly always a user to whom it can be done.
        """
        there = [other.nick for other in self.here if (other in room.inside) is (what != "invite")]
        return there[NICKS.index(nick) % len(there)] if there else nick

    def invite(self, one: ModelPerson, nick: str, room: ModelRoom) -> bool:
        one.person.types(f"/invite {nick}")
        other = self.find(nick)
        if other is None or other in room.inside:
            return False
        has_operators = any(rank >= 2 for rank in room.ranks.values())
        may = not room.closed or room.operates(one) or not has_operators
        # A room's name says something as well.
        may = may and not reasons(self.mutes, one, self.now)
        # A ban of where they come from is not told.
        if reasons(room.bans, other, self.now) or not may:
            return False
        # The invited user reads of it, and may know it.
        self.ever_known.add((other, self.name_of(room)))
        self.known.add((other, self.name_of(room)))
        if room.closed:
            room.since.setdefault(other.who, room.said)
            room.admitted.discard(other.who)
        return True

    def appoint(self, one: ModelPerson, nick: str, room: ModelRoom, deed: str) -> bool:
        one.person.types(f"/{deed} {nick}")
        rank, needed = RANKS[deed]
        other = self.find(nick)
        if other not in room.inside or room.rank(one) < needed:
            return False
        if room.ranks.get(other.who, 0) >= rank:
            return False
        room.ranks[other.who] = rank
        room.since.setdefault(other.who, room.inside[other])
        room.admitted.discard(other.who)
        return True

    def demote(self, one: ModelPerson, nick: str, room: ModelRoom, deed: str) -> bool:
        one.person.types(f"/{deed} {nick}")
        rank, needed = RANKS[deed]
        other = self.find(nick)
        who = other.who if other else self.accounts.get(nick, 0)
        if room.ranks.get(who) != rank or (who != one.who and room.rank(one) < needed):
            return False
        room.lose_rank(room.ranks.pop(who))
        if not room.closed and room.since[who] >= room.public_from:
            # A user who may read no more than everybody else does not count as let in.
            del room.since[who]
        else:
            room.keep_in(who)
        return True

    def kick(self, one: ModelPerson, nick: str, room: ModelRoom) -> bool:
        if not self.may_speak(one, room):
            return False
        reason = self.marker("r", room)
        one.person.types(f"/kick {nick} {reason}")
        other = self.find(nick)
        if (
            other not in room.inside
            or other is one
            or not room.operates(one)
            or not room.is_below(one, other)
        ):
            return False
        room.put_out(other.who)
        room.leave(other)
        # The reason is theirs to read as well.
        self.check_markers(other, other.reads(), {reason})
        if room.is_there:
            self.join(other, room, self.name_of(room))
        return True

    def mute(self, one: ModelPerson, nick: str, room: ModelRoom) -> bool:
        one.person.types(f"/mute {nick} 1h")
        other = self.find(nick)
        if (
            other not in room.inside
            or other is one
            or not room.operates(one)
            or not room.is_below(one, other)
        ):
            return False
        room.mutes.append(Ban({nick, other.who}, self.now + HOUR))
        return True

    def ban(self, one: ModelPerson, nick: str, room: ModelRoom) -> bool:
        if not self.may_speak(one, room) or nick == STAFF:
            return False
        reason = self.marker("r", room)
        one.person.types(f"/ban {nick} 1h {reason}")
        if not room.operates(one):
            return False
        other = self.find(nick)
        whom: set[int | str] = {nick} if other is None else {nick, other.who}
        hit = [each for each in self.here if each.marks & whom]
        who = other.who if other and other.who in room.since else self.accounts.get(nick, 0)
        is_below = one.is_staff or not 2 <= room.ranks.get(who, 0) >= room.rank(one)
        if one in hit or not is_below or not all(room.is_below(one, each) for each in hit):
            return False
        room.bans = [ban for ban in room.bans if nick not in ban.whom]
        room.bans.append(Ban(whom, self.now + HOUR, reason))
        knew = [each for each in hit if room.sees(each)]
        room.put_out(who)
        self.throw_out(hit, knew, room, reason)
        return True

    def ban_network(self, one: ModelPerson, room: ModelRoom) -> bool:
        if not self.may_speak(one, room):
            return False
        reason = self.marker("r", room)
        one.person.types(f"/ban {NETWORK} 1h {reason}")
        # Only operators of the server may, who would otherwise learn where others come from.
        if one.is_far or not one.is_staff or not room.operates(one):
            return False
        room.bans = [ban for ban in room.bans if NETWORK not in ban.whom]
        room.bans.append(Ban({NETWORK}, self.now + HOUR, reason))
        hit = [each for each in self.here if reason in room.bars(each, self.now)]
        knew = [each for each in hit if room.sees(each)]
        self.throw_out(hit, knew, room, reason)
        return True

    def throw_out(
        self, hit: list[ModelPerson], knew: list[ModelPerson], room: ModelRoom, reason: str
    ) -> None:
        for each in hit:
            room.throw_out(each)
            if each in knew:
                self.check_markers(each, each.reads(), {reason})

    def unban(self, one: ModelPerson, nick: str, room: ModelRoom) -> bool:
        one.person.types(f"/unban {nick}")
        before, other = len(room.bans), self.find(nick)
        whom = other.marks if other else {nick, self.accounts.get(nick, 0)}
        if room.operates(one):
            room.bans = [ban for ban in room.bans if not whom & ban.whom]
        return len(room.bans) < before

    # -- on the server ----------------------------------------------------------------------------

    def message(self, one: ModelPerson, nick: str) -> bool:
        marker = f"m{self.number()}"
        other = self.find(nick)
        to = other.marks - {nick} if other else {self.accounts.get(nick, 0)}
        self.letters[marker] = to | one.marks - {one.nick}
        one.person.types(f"/msg {nick} tea {marker}")
        return bool(other or nick in self.accounts) and not reasons(self.mutes, one, self.now)

    def report(self, one: ModelPerson, nick: str) -> bool:
        # A user cannot report twice within ten seconds.
        self.now += 10
        self.chat.advance(10)
        marker = f"r{self.number()}"
        self.reported.add(marker)
        one.person.types(f"/report {nick} {marker}")
        return self.find(nick) not in (None, one)

    def may_do_to(self, one: ModelPerson, nick: str) -> ModelPerson | None:
        other = self.find(nick)
        return other if one.is_staff and other is not one and nick != STAFF else None

    def server_kick(self, one: ModelPerson, nick: str) -> bool:
        other = self.may_do_to(one, nick)
        one.person.types(f"/serverkick {nick}" if nick != STAFF else "")
        if other is not None:
            self.leave_all(other)
        return other is not None

    def server_ban(self, one: ModelPerson, nick: str) -> bool:
        other = self.may_do_to(one, nick)
        if other is None:
            return False
        one.person.types(f"/serverban {nick} 1h")
        self.bans.append(Ban({nick, other.who}, self.now + HOUR))
        self.leave_all(other)
        return True

    def server_mute(self, one: ModelPerson, nick: str) -> bool:
        other = self.may_do_to(one, nick)
        if other is None:
            return False
        one.person.types(f"/servermute {nick} 1h")
        self.mutes.append(Ban({nick, other.who}, self.now + HOUR))
        return True

    # -- what is read -----------------------------------------------------------------------------

    def look(self, one: ModelPerson, nick: str, name: str) -> bool:
        room, typed = self.rooms[name], name.swapcase()
        one.person.types(*(look.format(nick=nick) for look in LOOKS))
        self.check(one, one.reads())
        # What came at once behind the refusal of a locked room might be its password.
        self.chat.advance(PAUSE)
        one.person.types(f"/who {typed}")
        read = one.reads()
        if room.sees(one):
            assert read[0].startswith(f"In #{name}: "), read
        else:
            assert read == [THERE_IS_NONE.format(typed)]
            one.person.types(f"/history 20 {typed}", f"/search tea in:{typed}")
            again = one.reads()
            # What everybody could read may be read while everybody is out.
            assert room.is_known(one) or again == read * 2
        return True

    def audit(self, one: ModelPerson) -> bool:
        one.person.types("/audit 50", *(f"/audit 2 {name.swapcase()}" for name in ROOMS), "/more")
        self.check(one, one.reads())
        return any(room.operates(one) for room in self.rooms.values())

    def look_around(self, *typed: str, who: ModelPerson | None = None) -> None:
        """
        Check what everybody has read, and that they are where the model says.
        """
        for one in self.here:
            self.check(one, one.reads(), *(typed if one is who else ()))
        for name, room in self.rooms.items():
            real = self.chat.hub.rooms.get(name.lower())
            assert (real is not None) is room.is_there, name
            if real is not None:
                inside = {one.nick for one in room.inside}
                assert {user.nick for user in real.members} == inside, name

    def check(self, one: ModelPerson, read: list[str], *typed: str) -> None:
        for name in ROOMS:
            # A user who knew the room may be told that it is gone.
            gone = THERE_IS_NONE.format(name) if (one, name) in self.ever_known else ""
            text = "\n".join(line for line in read if line != gone)
            if name in text and name not in typed:
                known = self.rooms[name].is_known(one) or (one, name) in self.known
                assert known, f"{one.nick} reads of #{name}: {text}"
        self.check_markers(one, read, set())

    def check_markers(self, one: ModelPerson, read: list[str], more: set[str]) -> None:
        for marker in MARKER.findall("\n".join(read)):
            may = marker in more or self.may_read(one, marker)
            assert may, f"{one.nick} reads {marker}: {read}"

    def may_read(self, one: ModelPerson, marker: str) -> bool:
        if marker in self.reported:
            # Staff reads what was reported, wherever that was.
            return one.is_staff
        if marker in self.letters:
            return bool(one.marks & self.letters[marker])
        room, line = self.said[marker]
        shown = marker == room.topic and room.sees(one)
        # A ban is told to whom it hits and to whom it may be lifted by, as long as it holds.
        why = room.bars(one, self.now)
        if room.operates(one):
            why |= {ban.why for ban in room.bans if ban.until > self.now}
        return shown or marker in why or room.reads(one, line, self.now)

    # -- the model --------------------------------------------------------------------------------

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def marker(self, kind: str, room: ModelRoom) -> str:
        marker = f"{kind}{self.number()}"
        self.said[marker] = room, room.said
        return marker

    def hide_from_all(self, marker: str) -> None:
        self.letters[marker] = set()

    def find(self, nick: str) -> ModelPerson | None:
        return next((one for one in self.here if one.nick == nick), None)

    def real(self, room: ModelRoom):
        return self.chat.hub.rooms[self.name_of(room).lower()]

    def name_of(self, room: ModelRoom) -> str:
        return next(name for name in ROOMS if self.rooms[name] is room)

    def all_known(self) -> set[tuple[ModelPerson, str]]:
        known = {
            (one, name) for one in self.here for name in ROOMS if self.rooms[name].is_known(one)
        }
        self.ever_known |= known
        return known


def test_no_user_ever_reads_more_than_they_may() -> None:
    did = 0

    @settings(max_examples=240, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STEPS, min_size=80, max_size=120))
    def played(steps: list[Step]) -> None:
        nonlocal did
        did += World().play(steps)

    played()
    assert did >= 10_000


def main() -> None:
    """
    Go through as many steps as one likes, in stories of a hundred, each of a number of its own.
    """
    parser = argparse.ArgumentParser(description="Check that no user reads more than they may.")
    parser.add_argument("--steps", type=int, default=100_000, help="how many that do something")
    parser.add_argument("--story", type=int, default=0, help="the number of the first story")
    options = parser.parse_args()
    did, story = 0, options.story
    while did < options.steps:
        chance = random.Random(story)
        steps = [
            (chance.choice(DEEDS), chance.randrange(6), chance.choice(NICKS), chance.choice(ROOMS))
            for _ in range(100)
        ]
        try:
            did += World().play(steps)
        except Exception:
            print(f"It goes wrong with --story {story}:")  # noqa: T201
            raise
        story += 1
        if story % 100 == 0:
            print(f"{did} steps, {story - options.story} stories")  # noqa: T201
    print(f"{did} steps, and nobody read more than they may.")  # noqa: T201


if __name__ == "__main__":
    main()
