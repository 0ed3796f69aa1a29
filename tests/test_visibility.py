"""
Who may see and read what: people come, are let in, thrown out, banned, and rooms change, in any
order and over restarts.  A plain model says who may read each line and know each room; nobody
ever reads more than that, whatever they type.

Every line, topic and reason has a marker of its own, and rooms are called as nothing else is.
"""

from __future__ import annotations

import re

from attrs import define, evolve, field
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from logins import SECRET, come, log_in, register

from twisted_chat.store.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

LIMITS = evolve(NO_LIMITS, history_lines=20)
ROOMS = ["vault", "attic"]
#: Whatever else shows something of a room, or of what was said in it, belongs here.
LOOKS = [
    *("/rooms", "/whois {nick}", "/stats", "/topic", "/modes", "/bans"),
    *("/history 50", "/more", "/search tea", "/search from:{nick}", "/more", "/show 1", "/pins"),
]
#: Those who have an account, by numbers of the model alone; gast may log in as carol.
ACCOUNTS = {"alice": 1, "bob": 2, "oscar": 3, "carol": 4}
NICKS = ["alice", "bob", "oscar", "gast", "gina"]
HOUR = 3600
THERE_IS_NONE = "There is no room #{}. /rooms lists those there are."
MARKER = re.compile(r"\b[str]\d+\b")


@define(eq=False)
class ModelPerson:
    """
    Attributes:
        who: their account, or a number of this visit alone.
    """

    nick: str
    who: int
    visit: int
    person: Person

    @property
    def is_staff(self) -> bool:
        return self.who == ACCOUNTS["oscar"]


@define(eq=False)
class ModelRoom:
    """
    Attributes:
        said: how many lines were said, which is where in the order of lines everything stands.
        since: who was let in, and from which line on they read.
        inside: who is here, and at which line they came.
        ranks: 2 for operators, 3 for the owner.
        banned: by what they are known, until when, and why.
    """

    is_there: bool = False
    went_in_private: bool = False
    said: int = 0
    public_from: int = 0
    private: bool = False
    locked: bool = False
    members: bool = False
    history: bool = True
    topic: str = ""
    since: dict[int, int] = field(factory=dict)
    ranks: dict[int, int] = field(factory=dict)
    inside: dict[ModelPerson, int] = field(factory=dict)
    banned: list[tuple[set[int | str], float, str]] = field(factory=list)

    def is_known(self, one: ModelPerson) -> bool:
        """
        Say whether its name is no secret to somebody, whether it is there or has been.
        """
        return self.sees(one) or not (self.is_there or self.went_in_private)

    @property
    def closed(self) -> bool:
        return self.private or self.locked

    def let_in(self, one: ModelPerson) -> bool:
        return one in self.inside or one.who in self.since

    def sees(self, one: ModelPerson) -> bool:
        return self.is_there and (not self.private or self.let_in(one))

    def bans(self, one: ModelPerson, now: float) -> set[str]:
        """
        Return the reasons of the bans that hold for somebody.
        """
        marks = {one.nick, one.who, one.visit}
        return {why for whom, until, why in self.banned if until > now and marks & whom}

    def may_come(self, one: ModelPerson, now: float, *, knows: bool = False) -> bool:
        """
        Say whether somebody comes in, who may know the password.
        """
        is_let_in = self.let_in(one) or not self.closed or (self.locked and knows)
        may_pass = one.who > 0 or not self.members
        return self.is_there and is_let_in and may_pass and not self.bans(one, now)

    def reads(self, one: ModelPerson, line: int, now: float) -> bool:
        if not self.is_there:
            # Everybody may make it anew, and reads the same then.
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

    def put_out(self, who: int) -> None:
        if self.ranks.get(who) != 3:
            self.since.pop(who, None)
            self.ranks.pop(who, None)

    def go_out(self, one: ModelPerson) -> None:
        self.inside.pop(one, None)
        if not self.inside and 3 not in self.ranks.values():
            self.reset()

    def reset(self) -> None:
        self.went_in_private = self.private
        if self.closed or self.members:
            self.public_from = self.said + 1
            self.said += 1
        self.is_there = self.private = self.locked = self.members = False
        self.history, self.topic = True, ""
        self.since, self.ranks, self.banned = {}, {}, []


people = st.integers(0, 5)
rooms = st.sampled_from(ROOMS)
nicks = st.sampled_from(NICKS)
actions = st.one_of(
    st.tuples(st.just("arrive"), people, nicks, rooms),
    st.tuples(st.sampled_from(["join", "join", "leave"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["say", "say", "topic"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["invite", "invite", "op"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["kick", "ban", "unban", "report"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["private on", "private on", "private off"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["members on", "members off"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["locked on", "locked off"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["keephistory on", "keephistory off"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["look", "look", "audit"]), people, nicks, rooms),
    st.tuples(st.sampled_from(["quit", "log in", "disown", "hour"]), people, nicks, rooms),
)  # fmt: skip


class Visibility(RuleBasedStateMachine):
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.chat = Chat(store=self.store, limits=LIMITS)
        for name in ACCOUNTS:
            register(self.chat, name).types("/quit")
        # Where those with an account are, or were when they went.
        self.seats: dict[int, list[str]] = {who: [] for who in ACCOUNTS.values()}
        self.rooms = {name: ModelRoom() for name in ROOMS}
        self.here: list[ModelPerson] = []
        # What each marker is: the room it was said in and where in its order.
        self.said: dict[str, tuple[ModelRoom, int]] = {}
        self.reported: set[str] = set()
        self.now = 0.0
        self.visits = 0
        self.markers = 0
        # Who may have known which room before what happens now, and who ever did.
        self.known: set[tuple[ModelPerson, str]] = set()
        self.ever_known: set[tuple[ModelPerson, str]] = set()

    @rule(turn=st.lists(actions, min_size=6, max_size=12))
    def turn(self, turn: list[tuple[str, int, str, str]]) -> None:
        for what, number, nick, room in turn:
            type(self).steps += 1
            if what == "arrive" or not self.here:
                self.arrive(nick)
                continue
            one = self.here[number % len(self.here)]
            self.known = self.all_known()
            self.act(what, one, nick, room)

    @rule()
    def restart(self) -> None:
        now = self.chat.clock.seconds()
        self.chat = Chat(store=self.store, limits=LIMITS)
        self.chat.clock.advance(now)
        self.here.clear()
        for room in self.rooms.values():
            room.inside.clear()
            for who in [who for who in room.since if who < 0]:
                room.put_out(who)
            if room.is_there and 3 not in room.ranks.values():
                room.reset()

    # -- what happens ---------------------------------------------------------------------------

    def arrive(self, nick: str) -> None:
        if self.find(nick):
            return
        self.visits += 1
        visit = -self.visits
        roles = ["operator"] * (nick == "oscar")
        one = ModelPerson(nick, ACCOUNTS.get(nick, visit), visit, come(self.chat, nick, *roles))
        self.here.append(one)
        self.come_back(one)
        self.known = self.all_known()
        if one.is_staff:
            # Staff reads what was reported, wherever that was.
            self.check_markers(one, one.person.reads(), self.reported)
        self.look_around()

    def come_back(self, one: ModelPerson) -> None:
        """
        Bring somebody who has logged in back to the rooms they were in.
        """
        for name in self.seats.get(one.who, ()):
            room = self.rooms[name]
            if one not in room.inside and (not room.is_there or room.may_come(one, self.now)):
                room.is_there = True
                room.inside[one] = room.said

    def go_out(self, one: ModelPerson, room: ModelRoom) -> None:
        """
        Take somebody out of a room, not to come back by themselves.
        """
        room.go_out(one)
        if one.who > 0:
            self.seats[one.who].remove(self.name_of(room))

    def name_of(self, room: ModelRoom) -> str:
        return next(name for name in ROOMS if self.rooms[name] is room)

    def all_known(self) -> set[tuple[ModelPerson, str]]:
        known = {
            (one, name) for one in self.here for name in ROOMS if self.rooms[name].is_known(one)
        }
        self.ever_known |= known
        return known

    def find(self, nick: str) -> ModelPerson | None:
        return next((one for one in self.here if one.nick == nick), None)

    def marker(self, kind: str, room: ModelRoom) -> str:
        self.markers += 1
        marker = f"{kind}{self.markers}"
        self.said[marker] = room, room.said
        return marker

    def act(self, what: str, one: ModelPerson, nick: str, name: str) -> None:
        room = self.rooms[name]
        match what:
            case "join":
                self.join(one, room, name, knows=nick in ACCOUNTS)
            case "quit":
                self.quit(one)
            case "log in":
                self.log_in(one)
            case "hour":
                self.now += HOUR
                self.chat.advance(HOUR)
            case "look":
                self.look(one, nick, name)
            case "audit":
                self.audit(one)
            case _:
                inside = list(room.inside)
                if inside:
                    one = inside[self.here.index(one) % len(inside)]
                    one.person.types(f"/join {name}")
                    one.person.reads()
                    self.act_inside(what, one, self.aim(what, nick, room), room, name)
        self.look_around(*[name] * (what in ("join", "look")), who=one)

    def join(self, one: ModelPerson, room: ModelRoom, name: str, *, knows: bool = False) -> None:
        if one in room.inside:
            return
        is_new = not room.is_there
        may = is_new or room.may_come(one, self.now, knows=knows)
        if is_new:
            room.is_there = True
            if one.who > 0:
                room.ranks[one.who] = 3
                room.since[one.who] = room.said
        hidden = not room.sees(one) and not room.locked
        if may:
            if room.closed and not room.let_in(one):
                room.since[one.who] = room.said
            room.inside[one] = room.said
            if one.who > 0 and name not in self.seats[one.who]:
                self.seats[one.who].append(name)
        one.person.types(f"/join {name}")
        if one.person.prompt:
            # Else they are not allowed to, and the question is not even put.
            assert one.person.prompt == f"Password of #{name}: "
            one.person.types(SECRET if knows else SECRET[::-1])
            if one.person.prompt:
                # It is asked for again.
                one.person.types("")
            # How often one may guess is another story.
            one.person.protocol.session.failures = 0
            self.chat.hub._challenges.guesses.load([])
        read = one.person.reads()
        assert (f"You are in #{name}" in "".join(read)) is may, (one.nick, name, read)
        if hidden:
            assert read == [f"#{name} may be entered by invitation only."]
        self.check(one, read, name)

    def quit(self, one: ModelPerson) -> None:
        one.person.types("/quit")
        self.leave_all(one)

    def leave_all(self, one: ModelPerson) -> None:
        self.here.remove(one)
        for room in self.rooms.values():
            if one in room.inside:
                room.go_out(one)
            if one.who < 0:
                room.put_out(one.who)

    def log_in(self, one: ModelPerson) -> None:
        if one.nick != "gast" or self.find("carol"):
            return
        carol = ACCOUNTS["carol"]
        for room in self.rooms.values():
            if one.who in room.since:
                since, rank = room.since.pop(one.who), room.ranks.pop(one.who, 0)
                room.since[carol] = min(since, room.since.get(carol, since))
                if max(rank, room.ranks.get(carol, 0)):
                    room.ranks[carol] = max(rank, room.ranks.get(carol, 0))
        one.who, one.nick = carol, "carol"
        log_in(one.person, "carol")
        seats = self.seats[carol]
        seats += [name for name in ROOMS if one in self.rooms[name].inside and name not in seats]
        self.come_back(one)
        for room in self.rooms.values():
            if one in room.inside and room.bans(one, self.now):
                room.put_out(one.who)
                self.go_out(one, room)

    def aim(self, what: str, nick: str, room: ModelRoom) -> str:
        """
        Return whom it is done to, nearly always somebody to whom it can be done.
        """
        there = [other.nick for other in self.here if (other in room.inside) is (what != "invite")]
        return there[NICKS.index(nick) % len(there)] if there and what != "ban" else nick

    def act_inside(
        self, what: str, one: ModelPerson, nick: str, room: ModelRoom, name: str
    ) -> None:
        may_speak = not room.bans(one, self.now) and (one.who > 0 or not room.members)
        match what.split():
            case ["say"]:
                marker = self.marker("s", room)
                one.person.types(f"tea {marker}")
                if may_speak:
                    self.hear(marker, room, one)
            case ["topic"]:
                marker = self.marker("t", room)
                one.person.types(f"/topic tea {marker}")
                if may_speak:
                    room.topic = marker
                    room.said += 1
            case ["leave"]:
                one.person.types(f"/leave {name}")
                self.go_out(one, room)
            case [deed]:
                deeds = {
                    "invite": self.invite, "kick": self.kick, "ban": self.ban,
                    "unban": self.unban, "op": self.op, "disown": self.disown,
                    "report": self.report,
                }  # fmt: skip
                deeds[deed](one, nick, room)
            case ["locked", "on"]:
                one.person.types("/lock")
                if room.operates(one):
                    one.person.types(SECRET, SECRET)
                    self.set(room, "locked", True)
            case ["locked", "off"]:
                one.person.types("/unlock")
                if room.operates(one):
                    self.set(room, "locked", False)
            case [mode, setting]:
                one.person.types(f"/{mode} {setting}")
                if room.operates(one):
                    self.set(room, mode.replace("keep", ""), setting == "on")

    def hear(self, marker: str, room: ModelRoom, one: ModelPerson) -> None:
        room.said += 1
        for reader in room.inside:
            if reader is not one:
                read = reader.person.reads()
                assert marker in "".join(read), reader.nick
                self.check(reader, read)

    def kick(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        reason = self.marker("r", room)
        one.person.types(f"/kick {nick} {reason}")
        other = self.find(nick)
        if (
            room.operates(one)
            and other in room.inside
            and other is not one
            and self.is_below(one, other, room)
        ):
            room.put_out(other.who)
            self.go_out(other, room)
            # The reason is theirs to read as well.
            self.check_markers(other, other.person.reads(), {reason})
            if room.is_there:
                self.join(other, room, self.name_of(room))

    def unban(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        one.person.types(f"/unban {nick}")
        other = self.find(nick)
        whom = {nick, other.who, other.visit} if other else {nick, ACCOUNTS.get(nick, 0)}
        if room.operates(one):
            room.banned = [ban for ban in room.banned if not whom & ban[0]]

    def disown(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        one.person.types("/disown")
        if room.rank(one) == 3:
            room.ranks = {who: rank for who, rank in room.ranks.items() if rank < 3}

    def op(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        one.person.types(f"/op {nick}")
        other = self.find(nick)
        if room.rank(one) == 3 and other in room.inside and room.ranks.get(other.who, 0) < 2:
            room.ranks[other.who] = 2
            room.since.setdefault(other.who, room.inside[other])

    @staticmethod
    def set(room: ModelRoom, mode: str, setting: bool) -> None:
        was_closed = room.closed
        setattr(room, mode, setting)
        if room.closed and not was_closed:
            for member, came in room.inside.items():
                room.since.setdefault(member.who, came)
        elif was_closed and not room.closed:
            room.public_from = room.said + 1
            room.said += 1

    def invite(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        one.person.types(f"/invite {nick}")
        other = self.find(nick)
        if other is None or other in room.inside or not room.closed:
            return
        has_operators = any(rank >= 2 for rank in room.ranks.values())
        if (room.operates(one) or not has_operators) and not room.bans(other, self.now):
            room.since.setdefault(other.who, room.said)

    def ban(self, one: ModelPerson, nick: str, room: ModelRoom) -> None:
        reason = self.marker("r", room)
        one.person.types(f"/ban {nick} 1h {reason}")
        if not room.operates(one) or nick == "oscar":
            # Staff is not banned, here or not.
            return
        other = self.find(nick)
        whom: set[int | str] = {nick} if other is None else {nick, other.who}
        hit = [each for each in self.here if {each.nick, each.who, each.visit} & whom]
        who = other.who if other and other.who in room.since else ACCOUNTS.get(nick, 0)
        is_below = one.is_staff or not 2 <= room.ranks.get(who, 0) >= room.rank(one)
        if one in hit or not is_below or not all(self.is_below(one, o, room) for o in hit):
            return
        room.banned = [ban for ban in room.banned if nick not in ban[0]]
        room.banned.append((whom, self.now + HOUR, reason))
        knew = [each for each in hit if room.sees(each)]
        room.put_out(who)
        for each in hit:
            room.put_out(each.who)
            if each in room.inside:
                self.go_out(each, room)
            if each in knew:
                self.check_markers(each, each.person.reads(), {reason})

    @staticmethod
    def is_below(one: ModelPerson, other: ModelPerson, room: ModelRoom) -> bool:
        if other.is_staff:
            return False
        return one.is_staff or not 2 <= room.rank(other) >= room.rank(one)

    def look(self, one: ModelPerson, nick: str, name: str) -> None:
        room = self.rooms[name]
        one.person.types(*(look.format(nick=nick) for look in LOOKS))
        self.check(one, one.person.reads())
        one.person.types(f"/who {name}")
        read = one.person.reads()
        if room.sees(one):
            assert read[0].startswith(f"In #{name}: "), read
        else:
            assert read == [THERE_IS_NONE.format(name)]
            one.person.types(f"/history 20 {name}", f"/search tea in:{name}")
            again = one.person.reads()
            # What everybody could read may be read while everybody is out.
            assert room.is_known(one) or again == read * 2

    def audit(self, one: ModelPerson) -> None:
        one.person.types("/audit 50")
        self.check(one, one.person.reads())

    def report(self, one: ModelPerson, nick: str, _: ModelRoom) -> None:
        # Nobody reports twice within ten seconds.
        self.now += 10
        self.chat.advance(10)
        self.markers += 1
        marker = f"r{self.markers}"
        self.reported.add(marker)
        self.said[marker] = ModelRoom(), 0
        one.person.types(f"/report {nick} {marker}")
        for each in self.here:
            if each.is_staff:
                self.check_markers(each, each.person.reads(), {marker})

    # -- what is read ---------------------------------------------------------------------------

    def look_around(self, *typed: str, who: ModelPerson | None = None) -> None:
        """
        Check what everybody has read, and that they are where the model says.
        """
        for one in self.here:
            self.check(one, one.person.reads(), *(typed if one is who else ()))
        for name, room in self.rooms.items():
            real = self.chat.hub.rooms.get(name)
            assert (real is not None) is room.is_there, name
            if real is not None:
                inside = {one.nick for one in room.inside}
                assert {user.nick for user in real.members} == inside, name

    def check(self, one: ModelPerson, read: list[str], *typed: str) -> None:
        for name in ROOMS:
            # Whoever found something there may be told that it is there no more.
            gone = THERE_IS_NONE.format(name) if (one, name) in self.ever_known else ""
            text = "\n".join(line for line in read if line != gone)
            if name in text and name not in typed:
                known = self.rooms[name].is_known(one) or (one, name) in self.known
                assert known, f"{one.nick} reads of #{name}: {text}"
        self.check_markers(one, read, set())

    def check_markers(self, one: ModelPerson, read: list[str], more: set[str]) -> None:
        for marker in MARKER.findall("\n".join(read)):
            room, line = self.said[marker]
            shown = marker == room.topic and room.sees(one)
            # Who operates the room knows of the bans that hold, and why.
            holding = {why for _, until, why in room.banned if until > self.now}
            shown = shown or (marker in holding and room.operates(one))
            may = (
                marker in more
                or shown
                or marker in room.bans(one, self.now)
                or room.reads(one, line, self.now)
            )
            assert may, f"{one.nick} reads {marker}: {read}"


Visibility.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestVisibility = Visibility.TestCase


def test_it_goes_through_many_steps() -> None:
    assert Visibility.steps == 0 or Visibility.steps >= 10_000
