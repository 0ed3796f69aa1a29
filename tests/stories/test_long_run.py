"""
Very many commands of users who come and go: nothing of them is kept.

The same at every run: chance has a seed, and time goes on only as the run lets it.
"""

import gc
import random
import re
import tracemalloc
from collections import Counter
from functools import partial

import pytest
from twisted.internet.defer import succeed
from twisted.logger import globalLogPublisher

from twisted_chat.limits import Limits, Rate
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat
from twisted_chat.text import words
from twisted_chat.text.names import _fold_name, looks

#: Commands before the first count, until all that exists was replaced and the tables have grown,
#: and between the two: so many that tables which grow and shrink do not count.
WARM_UP, STRETCH = 4_000, 20_000
#: Bytes that a thousand of them may leave behind: here and there a table that has grown.  One
#: short string for each person who came would be twice that, one for each line fifteen times.
KEPT = 2500
#: How many stay from the beginning to the end, and how many others there are at most.
STAYING, COMING = 20, 30
HOSTS = [f"10.0.{number}.1" for number in range(250)]
ROOMS = ["lobby", "dev", "ops", "Tea", "night"]
# Rooms that are made, and go with the last who leaves; of each it is remembered that it was.
MADE = [f"made{number}" for number in range(10)]
TEXTS = ["hello", "how are you?", "//slashed", "é ü", "x" * 200]


class Forgetful(MemoryStore):
    """
    Keeps nothing: what is kept grows, as it should.
    """

    def write(self, changes):
        return succeed(None)


class Run:
    """
    People who do one thing after another.
    """

    def __init__(self):
        # Everything that can be limited is, so that it is counted, and seldom in the way.
        rate = Rate(100_000, 1)
        limits = Limits(
            rate=100_000.0, burst=100_000.0, join_rate=rate, nick_rate=rate, create_rate=rate,
            max_rooms=4, max_ignored=10, max_per_host=100, host_rate=rate, history_lines=0,
        )  # fmt: skip
        self.chat = Chat(limits=limits, store=Forgetful())
        self._chance = random.Random(2026)
        self._arrivals = 0
        self.coming = []
        for host in HOSTS:
            self.chat.connect(host).hangs_up()
        self.staying = [self._arrive() for _ in range(STAYING)]
        for room in MADE:
            self.staying[0].types(f"/join {room}", "/leave")
        self._deeds = [self._types] * 12 + [self._come] * 2 + [self._go, self._go_on]
        self._lines = [
            "{text}", "{text}", "{text}", "/me {text}", "/msg {nick} {text}", "/reply {text}",
            "/join {room}", "/join {room}", "/join {made}", "/leave", "/leave {room}", "/rooms",
            "/topic {text}", "/topic -", "/away {text}", "/back", "/ignore {nick}", "/who",
            "/unignore {nick}", "/nick {new}", "/invite {nick}", "/whois {nick}", "/{new}",
            "/color on", "/time off", "/bell on", "/color off", "/help", "/help nick", "/stats",
        ]  # fmt: skip

    def goes_on(self, count):
        for _ in range(count):
            self._chance.choice(self._deeds)()

    def rests(self):
        """
        Bring everything to where it was at first, but by what people do.
        """
        while self.coming:
            self._go()
        # Of what was said in each room, the latest is at hand.
        for room in [*ROOMS, *MADE]:
            lines = ["as long as another one"] * 20
            self.staying[0].types("/leave", f"/join {room}", *lines, "/leave")
        for person in self.staying:
            user = person.protocol.session.user
            person.types(*[f"/unignore {key}" for key in sorted(user.ignored)])
            person.types(*[f"/leave {room.name}" for room in user.rooms])
            # Users who have done this are counted, so let everybody do it.
            person.types(f"/nick {self._new()}", f"/join {MADE[0]}", "/leave")
            person.types("/join lobby", "/topic -", "/away", "/back")
            person.types("/color off", "/time off", "/bell off")
        # The user whom they may answer must be here.
        last = self.staying[-1]
        for person in self.staying:
            person.types(f"/msg {last.protocol.session.nick} hello")
            last = person
        # Timeouts look at who has gone.
        self.chat.advance(1.0)
        self._forget_what_was_read()

    def ends(self):
        """
        Disconnect everybody, and pass so much time that no limit remembers them.
        """
        for person in [*self.coming, *self.staying]:
            person.hangs_up()
        self.chat.advance(3600.0)

    def _arrive(self):
        return self.chat.arrive(self._new(), self._chance.choice(HOSTS))

    def _new(self):
        self._arrivals += 1
        return f"p{self._arrivals}"

    def _any_user(self):
        return self._chance.choice([*self.staying, *self.coming])

    def _types(self):
        choice = self._chance.choice
        line = choice(self._lines).format(
            text=choice(TEXTS),
            room=choice(ROOMS),
            nick=self._any_user().protocol.session.nick,
            new=self._new(),
            made=choice(MADE),
        )
        self._any_user().types(line)

    def _come(self):
        if len(self.coming) == COMING:
            self._go()
        if self._chance.random() < 0.7:
            self.coming.append(self._arrive())
            return
        # A user who never gives a name.
        stranger = self.chat.connect(self._chance.choice(HOSTS))
        stranger.sends(
            self._chance.choice([b"", b"half a na", b"me\n", b"GET / HTTP/1.1\r\n\r\n"])
        )
        stranger.hangs_up()

    def _go(self):
        if not self.coming:
            return
        person = self.coming.pop(self._chance.randrange(len(self.coming)))
        leave = [
            partial(person.types, "/quit"),
            partial(person.types, f"/quit {self._chance.choice(TEXTS)}"),
            partial(person.sends, b"\xff\xfd\x01half a line"),
            partial(person.sends, b"x" * 5000),
        ]
        self._chance.choice(leave)()
        person.hangs_up()

    def _go_on(self):
        self.chat.advance(0.1)
        self._forget_what_was_read()

    def _forget_what_was_read(self):
        for person in [*self.staying, *self.coming]:
            # The terminal's memory of it is no business of the server's.
            person.receives()
            person.transport.clear()
            person._seen = 0


@pytest.fixture
def unheard(monkeypatch):
    """
    Drop what is logged: until logging begins, Twisted keeps it for the first observer.
    """
    monkeypatch.setattr(globalLogPublisher, "_observers", [])


def own_objects():
    """
    Count the project's own objects, by their class.
    """
    gc.collect()
    kinds = Counter(map(type, gc.get_objects()))
    return Counter(
        {
            kind.__qualname__: count
            for kind, count in kinds.items()
            if str(kind.__module__).startswith("twisted_chat.")
        }
    )


def memory():
    """
    Return the bytes that are in use, but for those of what is remembered up to a certain count.
    """
    for remembered in (_fold_name, looks, words._name, words._runs_of_word, words._runs_of_line):
        assert remembered.cache_info().maxsize
        remembered.cache_clear()
    re.purge()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def forget_rates(chat):
    """
    Forget how much was typed, and exported: full buckets are kept until there are many.
    """
    chat.dispatcher.rates._texts._buckets.clear()
    chat.hub.upkeep._exported._buckets.clear()
    for user in chat.hub.users.values():
        user.buckets.pop("text", None)


def test_after_very_many_commands_of_many_people_nothing_has_grown(unheard):
    tracemalloc.start()
    try:
        run = Run()
        run.goes_on(WARM_UP)
        run.rests()
        forget_rates(run.chat)
        size, objects = memory(), own_objects()
        run.goes_on(STRETCH)
        run.rests()
        forget_rates(run.chat)
        size_then, objects_then = memory(), own_objects()
    finally:
        tracemalloc.stop()
    assert objects_then == objects
    assert (size_then - size) * 1000 / STRETCH < KEPT


def test_once_everybody_has_gone_nothing_is_left(unheard):
    before = own_objects()
    run = Run()
    run.goes_on(WARM_UP)
    hub, limits = run.chat.hub, run.chat.hub.world.limits
    for user in hub.users.values():
        assert len(user.ignored) <= limits.max_ignored
        assert len(user.rooms) <= limits.max_rooms
        assert set(user.buckets) <= {"join", "create", "nick", "text", "away"}
    run.ends()
    assert list(hub.rooms) == ["lobby"]
    (lobby,) = hub.rooms.values()
    assert (lobby.members, lobby.audience, lobby.apart) == ({}, {}, {})
    assert hub.users == {}
    assert len(hub.sessions) == 0
    hosts = hub.sessions._hosts
    assert hosts._open == {}
    # A host's bucket is kept until there are many, and a full one says nothing of it.
    now = hub.seconds()
    assert all(bucket.is_full(now) for bucket in hosts._opened._buckets.values())
    assert run.chat.clock.getDelayedCalls() == []
    # The hub is still there, and nothing of any user.
    del run, user
    left = own_objects() - before
    assert left["Hub"] == left["Room"] == 1
    for kind in ("User", "Session", "ChatProtocol", "Outbox", "View", "Own", "Turn"):
        assert left[kind] == 0, kind
