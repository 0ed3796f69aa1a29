"""
People who arrive, join, leave, rename, speak, ignore and go, many of them in one turn: everybody
must read exactly the lines, in exactly the order, that a plain model of a chat says.  So also
where the store takes its time, fails or stalls.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator

from attrs import define, field
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from stores import LATEST, SlowStore, result_of

from twisted_chat.delivery import delivery
from twisted_chat.delivery.delivery import AT_ONCE
from twisted_chat.testing import Chat, Person

NICKS = ["alice", "Bob", "carol", "Dave", "ｅｖｅ", "ALICE", "bob"]
ROOMS = ["lobby", "dev", "Ops", "ops"]
WORDS = ["hello", "how are you?", "//join us", "é ü", "hello again"]


def folded(nick: str) -> str:
    return {"ｅｖｅ": "eve"}.get(nick, nick.lower())


def shown(nick: str) -> str:
    return {"ｅｖｅ": "eve"}.get(nick, nick)


def enumerated(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@define
class Came:
    room: str
    nick: str


@define
class Went:
    room: str
    nick: str
    reason: str


@define(eq=False)
class ModelPerson:
    nick: str
    rooms: list[str] = field(factory=list)
    current: str | None = None
    # By name, and all those who that was, or is now.
    ignored: dict[str, list[ModelPerson]] = field(factory=dict)
    correspondent: str = ""
    away: str | None = None
    # What they are to read in this turn.
    page: list[str | Came | Went] = field(factory=list)

    def ignores(self, other: ModelPerson) -> bool:
        is_theirs = any(other in each for each in self.ignored.values())
        return other is not self and (is_theirs or folded(other.nick) in self.ignored)


@define(eq=False)
class Model:
    """
    A chat without turns, bytes or shared lines: each event is put on each reader's page at once.
    """

    people: list[ModelPerson] = field(factory=list)
    members: dict[str, list[ModelPerson]] = field(factory=lambda: {"lobby": []})
    names: dict[str, str] = field(factory=lambda: {"lobby": "lobby"})
    topics: dict[str, str] = field(factory=dict)
    topic_by: dict[str, tuple[ModelPerson, str]] = field(factory=dict)

    def is_hidden(self, reader: ModelPerson, writer: ModelPerson, nick: str) -> bool:
        is_named = nick in reader.ignored or any(
            reader.ignores(each) and folded(each.nick) == nick for each in self.people
        )
        is_theirs = any(writer in each for each in reader.ignored.values())
        return writer is not reader and (is_named or is_theirs)

    def find(self, nick: str) -> ModelPerson | None:
        return next((p for p in self.people if folded(p.nick) == folded(nick)), None)

    def arrive(self, nick: str) -> ModelPerson | None:
        if self.find(nick):
            return None
        person = ModelPerson(shown(nick))
        self.people.append(person)
        self.recognise(person)
        self.enter(person, "lobby")
        person.page.append("Type /help for help.")
        return person

    def recognise(self, person: ModelPerson) -> None:
        for other in self.people:
            before = other.ignored.get(folded(person.nick), [])
            if before and not any(each in self.people for each in before) and other is not person:
                before.append(person)

    def enter(self, person: ModelPerson, key: str) -> None:
        name = self.names[key]
        for other in self.members[key]:
            other.page.append(Came(name, person.nick))
        self.members[key].append(person)
        person.rooms.append(key)
        person.current = key
        others = [other.nick for other in self.members[key] if other is not person]
        company = f" with {enumerated(others)}." if others else ". Nobody else is here yet."
        person.page.append(f"You are in #{name} as {person.nick}{company}")
        if self.topics.get(key) and not self.is_hidden(person, *self.topic_by[key]):
            person.page.append(f"Topic: {self.topics[key]}")

    def join(self, person: ModelPerson, room: str) -> None:
        key = room.lower()
        if key in person.rooms:
            person.current = key
            person.page.append(f"You are now talking in #{self.names[key]}.")
            return
        self.names.setdefault(key, room)
        self.members.setdefault(key, [])
        self.enter(person, key)

    def go_out(self, person: ModelPerson, key: str, reason: str = "") -> None:
        name = self.names[key]
        self.members[key].remove(person)
        person.rooms.remove(key)
        for other in self.members[key]:
            # An ignored user's reason for leaving is hidden too.
            heard = "" if other.ignores(person) else reason
            other.page.append(Went(name, person.nick, heard))
        if not self.members[key] and key != "lobby":
            del self.members[key], self.names[key]
            self.topics.pop(key, None)

    def leave(self, person: ModelPerson) -> None:
        if person.current is None:
            person.page.append("You are not in a room. Enter one with /join room.")
            return
        name = self.names[person.current]
        self.go_out(person, person.current)
        person.page.append(f"You have left #{name}.")
        person.current = person.rooms[-1] if person.rooms else None
        if person.current:
            person.page.append(f"You are now talking in #{self.names[person.current]}.")

    def part_all(self, person: ModelPerson, reason: str = "") -> None:
        self.people.remove(person)
        for key in list(person.rooms):
            self.go_out(person, key, reason)

    def spoken(self, person: ModelPerson, line: str, *, echo: bool) -> None:
        if person.current is None:
            person.page.append("You are not in a room. Enter one with /join room.")
            return
        for reader in self.members[person.current]:
            if reader.ignores(person) or (reader is person and not echo):
                continue
            label = f"[#{self.names[person.current]}] " if len(reader.rooms) > 1 else ""
            reader.page.append(label + line)

    def say(self, person: ModelPerson, text: str) -> None:
        said = text[1:] if text.startswith("//") else text
        self.spoken(person, f"{person.nick}: {said}", echo=False)

    def tell(self, person: ModelPerson, nick: str, text: str) -> None:
        other = self.find(nick)
        if other is None:
            person.page.append(f"Nobody here is called {nick}.")
            return
        if other is person:
            person.page.append(f"[you -> you] {text}")
        else:
            person.page.append(f"[you -> {other.nick}] {text}")
            if not other.ignores(person):
                other.page.append(f"[{person.nick} -> you] {text}")
        if other.away is not None:
            why = "." if person.ignores(other) else f": {other.away}"
            person.page.append(f"{other.nick} is away{why}")

    def rename(self, person: ModelPerson, nick: str) -> None:
        holder = self.find(nick)
        if holder is not None and holder is not person:
            person.page.append(f"The name {shown(nick)} is taken, please choose another.")
            return
        if person.nick == shown(nick):
            person.page.append(f"You are already called {shown(nick)}.")
            return
        for other in self.people:
            if other is person or other.ignores(person):
                continue
            if set(other.rooms) & set(person.rooms):
                other.page.append(f"*** {person.nick} is now known as {shown(nick)} ***")
        person.nick = shown(nick)
        self.recognise(person)
        person.page.append(f"You are now known as {shown(nick)}.")

    def ignore(self, person: ModelPerson, nick: str) -> None:
        other = self.find(nick)
        if other is None:
            person.page.append(f"Nobody here is called {nick}.")
        elif other is person:
            person.page.append("You cannot ignore yourself.")
        else:
            person.ignored.setdefault(folded(nick), []).append(other)
            person.page.append(
                f"You no longer see what {other.nick} says. /unignore {other.nick} ends that."
            )

    def unignore(self, person: ModelPerson, nick: str) -> None:
        other, before = self.find(nick), len(person.ignored)
        person.ignored = {
            key: each
            for key, each in person.ignored.items()
            if key != folded(nick) and other not in each
        }
        if len(person.ignored) < before:
            person.page.append(f"You see what {nick} says again.")
        else:
            person.page.append(f"You do not ignore {nick}.")

    def set_topic(self, person: ModelPerson, topic: str) -> None:
        if person.current is None:
            person.page.append("You are not in a room. Enter one with /join room.")
            return
        self.topics[person.current] = topic
        self.topic_by[person.current] = person, folded(person.nick)
        name = self.names[person.current]
        for reader in self.members[person.current]:
            if reader.ignores(person):
                continue
            reader.page.append(f"*** {person.nick} set the topic of #{name}: {topic} ***")

    def turn_page(self, person: ModelPerson) -> list[str]:
        """
        Return what a person reads of this turn, presence that follows presence told in one line.
        """
        page, person.page = person.page, []
        lines: list[str] = []
        run: list[Came | Went] = []
        for entry in [*page, ""]:
            if isinstance(entry, (Came, Went)):
                if any((e.room, e.nick) == (entry.room, entry.nick) for e in run):
                    lines += self.presence(run)
                    run = []
                run.append(entry)
            else:
                lines += [*self.presence(run), entry]
                run = []
        return lines[:-1]

    @staticmethod
    def presence(run: list[Came | Went]) -> list[str]:
        lines = []
        for room in dict.fromkeys(entry.room for entry in run):
            came = [e.nick for e in run if isinstance(e, Came) and e.room == room]
            gone = [e for e in run if isinstance(e, Went) and e.room == room]
            if not came and len(gone) == 1:
                reason = f" ({gone[0].reason})" if gone[0].reason else ""
                lines.append(f"*** {gone[0].nick} has left #{room}{reason} ***")
                continue
            went = [f"{e.nick} ({e.reason})" if e.reason else e.nick for e in gone]
            parts = [
                f"{enumerated(names)} {'has' if len(names) == 1 else 'have'} {deed}"
                for names, deed in ((came, "joined"), (went, "left"))
                if names
            ]
            lines.append(f"*** {' and '.join(parts)} #{room} ***")
        return lines


who = st.integers(0, 5)
actions = st.one_of(
    st.tuples(st.just("arrive"), who, st.sampled_from(NICKS)),
    st.tuples(st.just("say"), who, st.sampled_from(WORDS)),
    st.tuples(st.just("say"), who, st.sampled_from(WORDS)),
    st.tuples(st.just("me"), who, st.sampled_from(["waves", "sits down"])),
    st.tuples(st.just("join"), who, st.sampled_from(ROOMS)),
    st.tuples(st.just("leave"), who, st.just("")),
    st.tuples(st.just("nick"), who, st.sampled_from(NICKS)),
    st.tuples(st.just("msg"), who, st.sampled_from(NICKS)),
    st.tuples(st.just("ignore"), who, st.sampled_from(NICKS)),
    st.tuples(st.just("unignore"), who, st.sampled_from(NICKS)),
    st.tuples(st.just("topic"), who, st.sampled_from(["news", "old news"])),
    st.tuples(st.just("away"), who, st.sampled_from(["lunch", "tea"])),
    st.tuples(st.just("quit"), who, st.sampled_from(["", "good night"])),
    st.tuples(st.just("hang up"), who, st.just("")),
)


class Talk(RuleBasedStateMachine):
    def __init__(self, store: SlowStore | None = None) -> None:
        super().__init__()
        self.chat = Chat(store=store)
        self.model = Model()
        self.here: list[tuple[Person, ModelPerson]] = []
        self.gone: list[tuple[Person, list[str]]] = []

    @rule(
        turn=st.lists(actions, min_size=1, max_size=10),
        at_once=st.sampled_from([AT_ONCE, 1, 2]),
    )
    def turn(self, turn: list[tuple[str, int, str]], at_once: int) -> None:
        # However few are served at once, everybody reads the same.
        delivery.AT_ONCE = at_once
        with self.everybody_reads():
            self.do(turn)

    def do(self, turn: list[tuple[str, int, str]]) -> None:
        for what, number, word in turn:
            if what == "arrive" or not self.here:
                self.arrive(word if what == "arrive" else "alice")
            else:
                self.act(what, *self.here[number % len(self.here)], word)
        self.chat.advance()

    @contextlib.contextmanager
    def everybody_reads(self) -> Iterator[None]:
        """
        Check that everybody reads what they should of what is done within.
        """
        yield
        for person, reader in self.here:
            assert person.reads() == self.model.turn_page(reader), reader.nick
        for person, lines in self.gone:
            assert person.reads() == lines
            assert not person.is_connected
        self.gone.clear()

    def teardown(self) -> None:
        delivery.AT_ONCE = AT_ONCE

    def arrive(self, nick: str) -> None:
        if len(self.here) == 6:
            return
        person = self.chat.connect(settle=False)
        reader = self.model.arrive(nick)
        person.transport.receive(f"{nick}\n".encode())
        if reader is None:
            person.transport.hang_up()
        else:
            self.here.append((person, reader))

    def act(self, what: str, person: Person, reader: ModelPerson, word: str) -> None:
        def types(line: str) -> None:
            person.transport.receive(f"{line}\n".encode())

        model = self.model
        match what:
            case "say":
                types(word)
                model.say(reader, word)
            case "me":
                types(f"/me {word}")
                model.spoken(reader, f"* {reader.nick} {word}", echo=True)
            case "join":
                types(f"/join {word}")
                model.join(reader, word)
            case "leave":
                types("/leave")
                model.leave(reader)
            case "nick":
                types(f"/nick {word}")
                model.rename(reader, word)
            case "msg":
                types(f"/msg {word} a secret")
                model.tell(reader, word, "a secret")
            case "ignore":
                types(f"/ignore {word}")
                model.ignore(reader, word)
            case "unignore":
                types(f"/unignore {word}")
                model.unignore(reader, word)
            case "topic":
                types(f"/topic {word}")
                model.set_topic(reader, word)
            case "away":
                types(f"/away {word}")
                reader.away = word
                reader.page.append("You are marked as away. /back ends that.")
            case "quit":
                types(f"/quit {word}")
                reader.page.append(f"Goodbye, {reader.nick}.")
                model.part_all(reader, word)
                self.here.remove((person, reader))
                self.gone.append((person, model.turn_page(reader)))
            case "hang up":
                person.transport.hang_up()
                model.part_all(reader)
                self.here.remove((person, reader))


Talk.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestTalk = Talk.TestCase


class SlowTalk(Talk):
    """
    The same where the store answers later, fails or stalls.

    While a turn is held, no user reads anything, and all that is done meanwhile is the next turn.
    """

    def __init__(self) -> None:
        self.store = SlowStore(is_slow=False)
        super().__init__(self.store)
        self.chat.advance()
        self.store.is_slow = True
        # What is to be read of the turn that is held.
        self.page: list[tuple[Person, list[str]]] = []
        # Whether a topic is saved is told at another moment, see tests/delivery/test_decisions.py.
        self.chat.hub.turns.observers.clear()

    @contextlib.contextmanager
    def everybody_reads(self) -> Iterator[None]:
        turns = self.chat.hub.turns
        before = turns.held
        yield
        there = dict.fromkeys(person for person, _ in self.here + self.gone + self.page)
        read = {person: person.reads() for person in there}
        if before is not None and turns.held is before:
            assert not any(read.values())
            return
        gone, self.gone = self.gone, []
        ended = gone + [(person, self.model.turn_page(reader)) for person, reader in self.here]
        expected, self.page = (self.page, ended) if turns.held else (self.page + ended, [])
        told: dict[Person, list[str]] = {person: [] for person in read}
        for person, lines in expected:
            told[person] += lines
        # A user who hung up meanwhile may have read some of it or not.
        hung_up = {person for person in read if not person.is_connected} - {p for p, _ in gone}
        for person in read.keys() - hung_up:
            assert read[person] == told[person]
        if not turns.held:
            assert not any(person.is_connected for person, _ in gone)

    @rule()
    def the_store_answers(self) -> None:
        with self.everybody_reads():
            if self.store.asked:
                self.store.answers()
            self.chat.advance()

    @rule()
    def the_store_fails(self) -> None:
        with self.everybody_reads():
            if self.store.asked:
                self.store.fails()
            self.chat.advance()

    @rule(seconds=st.sampled_from([0.05, 0.1, 0.9, 1.0, 2.0]))
    def time_passes(self, seconds: float) -> None:
        with self.everybody_reads():
            self.chat.advance(seconds)

    def teardown(self) -> None:
        super().teardown()
        for _ in range(10):
            self.time_passes(1.0)
            self.the_store_answers()
        journal, kept = self.chat.hub.journal, self.store.load()
        assert (journal.unsaved, journal.lost, self.store.asked) == (0, 0, deque())
        for room in kept.rooms:
            lines = result_of(self.store.store.lines(room.id, LATEST, LATEST))
            assert [line.number for line in lines] == list(range(1, room.number + 1))
        assert sum(room.number for room in kept.rooms) == sum(
            number for _, number in numbers_of(self.chat)
        )


def numbers_of(chat: Chat) -> list[tuple[int, int]]:
    """
    Return the number of each room, and that of its latest line, as the hub counts them.
    """
    timelines = chat.hub.timelines
    at_hand = {each.id: each.number for each in timelines._timelines.values()}
    return list((dict(timelines._known.values()) | at_hand).items())


SlowTalk.TestCase.settings = settings(Talk.TestCase.settings, max_examples=100)
TestSlowTalk = SlowTalk.TestCase
