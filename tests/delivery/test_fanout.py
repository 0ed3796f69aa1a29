"""
The fan-out: one turn's events become one write for each client, in order, whoever fails.
"""

from __future__ import annotations

import pytest
from attrs import define, field, frozen
from stores import SlowStore
from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, LogLevel

from twisted_chat.delivery import delivery
from twisted_chat.delivery.turn import Turn
from twisted_chat.events import Event, Said
from twisted_chat.hub import Hub
from twisted_chat.limits import Limits
from twisted_chat.log import LimitedLogger
from twisted_chat.replies import Presence
from twisted_chat.store.records import RolesSet, RoomOpened
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import MemoryHasher
from twisted_chat.world.client import Preferences
from twisted_chat.world.model import Session

rendered: list[tuple[Event, str]] = []


@frozen
class PlainDialect:
    """
    Renders what was said as its text alone, and counts how often it was asked.
    """

    is_personal: bool = False
    merges_presence: bool = True

    def render(self, event: Event, reader: str = "") -> bytes:
        rendered.append((event, reader))
        if isinstance(event, Said):
            if event.text == "unspeakable":
                raise ValueError(event.text)
            return f"{event.text};".encode()
        return b"."

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> PlainDialect:
        return PlainDialect(bool(preferences.bell), self.merges_presence)


@define(eq=False)
class ListClient:
    """
    A client that keeps what it is given; it may be told to fail.
    """

    dialect: PlainDialect = PlainDialect()
    writes: list[bytes] = field(factory=list)
    closed: str | None = None
    fails: bool = False
    echoes: bool = False

    def write(self, data: bytes) -> None:
        if self.fails:
            raise OSError
        self.writes.append(data)

    def close(self, reason: str) -> None:
        self.closed = reason


def room_of(count: int) -> tuple[Clock, Hub, list[Session], list[ListClient]]:
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), Limits(rate=0.0, max_per_host=0))
    clients = [ListClient() for _ in range(count)]
    sessions = [hub.connect(client, None) for client in clients]
    for number, session in enumerate(sessions):
        hub.arrivals.enter(session, f"p{number}")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    rendered.clear()
    return clock, hub, sessions, clients


def say(hub: Hub, session: Session, text: str) -> None:
    hub.talk.say(session, hub.rooms["lobby"], text)


def test_a_turns_lines_are_rendered_once_joined_once_and_written_once() -> None:
    clock, hub, sessions, clients = room_of(50)
    for number in range(10):
        say(hub, sessions[0], str(number))
    clock.advance(0)
    assert len(rendered) == 10
    listeners = clients[1:]
    assert all(client.writes == [b"0;1;2;3;4;5;6;7;8;9;"] for client in listeners)
    assert len({id(client.writes[0]) for client in listeners}) == 1
    assert clients[0].writes == []


def test_nothing_is_written_before_the_turn_ends() -> None:
    clock, hub, sessions, clients = room_of(2)
    say(hub, sessions[0], "a")
    assert clients[1].writes == []
    clock.advance(0)
    assert clients[1].writes == [b"a;"]


def test_a_reply_stands_where_it_was_given_between_what_was_said() -> None:
    clock, hub, sessions, clients = room_of(3)
    say(hub, sessions[0], "a")
    hub.notify(sessions[2], "yours")
    say(hub, sessions[1], "b")
    say(hub, sessions[2], "own")
    say(hub, sessions[1], "c")
    clock.advance(0)
    assert clients[2].writes == [b"a;.b;c;"]
    assert clients[0].writes == [b"b;own;c;"]


def test_a_client_that_raises_is_cut_off_and_the_others_notice_only_that() -> None:
    clock, hub, sessions, clients = room_of(4)
    clients[1].fails = True
    say(hub, sessions[0], "a")
    clock.advance(0)
    # What the others read last is that it left.
    assert [client.writes for client in clients] == [[b"."], [], [b"a;", b"."], [b"a;", b"."]]
    assert clients[1].closed == "connection error"
    assert sessions[1] not in hub.sessions
    assert "p1" not in hub.users


def test_a_bug_of_ours_while_a_broken_client_is_let_go_does_not_silence_the_others() -> None:
    clock, hub, sessions, clients = room_of(3)

    def fail(_: object) -> None:
        raise RuntimeError

    hub.fanout._on_broken = fail
    clients[1].fails = True
    for text in ("a", "b"):
        say(hub, sessions[0], text)
        clock.advance(0)
    assert clients[2].writes == [b"a;", b"b;"]


def test_an_event_that_cannot_be_rendered_is_left_out_and_the_rest_is_read() -> None:
    clock, hub, sessions, clients = room_of(2)
    for text in ("a", "unspeakable", "b"):
        say(hub, sessions[0], text)
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]


def test_those_of_one_taste_share_their_bytes_and_another_taste_has_its_own() -> None:
    clock, hub, sessions, clients = room_of(6)
    for session in sessions[4:]:
        hub.profile.prefer(session, Preferences(bell=True))
    clock.advance(0)
    rendered.clear()
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert len(rendered) == 2
    assert all(client.writes[-1] == b"a;" for client in clients[1:])


def test_only_those_who_are_named_are_served_alone_for_their_bell() -> None:
    clock, hub, sessions, _ = room_of(30)
    for session in sessions:
        hub.profile.prefer(session, Preferences(bell=True))
    clock.advance(0)
    rendered.clear()
    say(hub, sessions[0], "hello p7")
    clock.advance(0)
    assert [reader for _, reader in rendered if reader] == ["p7"]


def test_those_in_the_same_several_rooms_share_their_bytes() -> None:
    clock, hub, sessions, clients = room_of(5)
    for session in sessions[:4]:
        hub.membership.join(session, "dev")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    hub.talk.say(sessions[0], hub.rooms["lobby"], "a")
    hub.talk.say(sessions[0], hub.rooms["dev"], "b")
    hub.talk.say(sessions[0], hub.rooms["lobby"], "c")
    clock.advance(0)
    assert [client.writes for client in clients[1:]] == [[b"a;b;c;"]] * 3 + [[b"a;c;"]]
    assert len({id(client.writes[0]) for client in clients[1:4]}) == 1


def test_whoever_is_closed_reads_their_last_line_first() -> None:
    clock, hub, sessions, clients = room_of(2)
    hub.close(sessions[0], "goodbye", "gone")
    assert clients[0].closed is None
    clock.advance(0)
    assert clients[0].writes == [b"."]
    assert clients[0].closed == "gone"
    assert clients[1].writes == [b"."]


def test_a_page_that_cannot_be_made_holds_nobody_and_is_a_line_of_the_log() -> None:
    clock, hub, sessions, clients = room_of(2)
    events: list[LogEvent] = []
    hub.fanout._log = LimitedLogger(Logger(observer=events.append), clock.seconds)
    page: Deferred[Event | None] = Deferred()
    hub.fanout.tell_later(sessions[1], page)
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert clients[1].writes == []
    page.errback(ValueError("no page"))
    assert clients[1].writes == [b"a;"]
    assert [event["log_level"] for event in events] == [LogLevel.error]
    assert not due(clock)


# -- a crowd that is served in several parts -----------------------------------------------------


def due(clock: Clock) -> list[DelayedCall]:
    return [call for call in clock.getDelayedCalls() if call.getTime() <= clock.seconds()]


def turn(clock: Clock) -> None:
    """
    Let one turn pass, as in the reactor; the clock's own way is to go on until nothing is due.
    """
    for call in due(clock):
        clock.calls.remove(call)
        call.called = 1
        call.func(*call.args, **call.kw)


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 2)


@pytest.mark.usefixtures("two_at_once")
def test_between_two_parts_of_a_crowd_the_others_have_their_turn() -> None:
    clock, hub, (talker, *_), clients = room_of(8)
    say(hub, talker, "one")
    served = []
    for _ in range(4):
        turn(clock)
        served.append(sum(bool(client.writes) for client in clients))
    assert served == [2, 4, 6, 7]
    assert due(clock) == []


@pytest.mark.usefixtures("two_at_once")
def test_what_happens_while_a_crowd_is_served_comes_after_it_for_everybody() -> None:
    clock, hub, sessions, clients = room_of(7)
    say(hub, sessions[0], "one")
    turn(clock)
    # Of the first line some have read and some have not.
    say(hub, sessions[1], "two")
    hub.notify(sessions[6], "for you")
    say(hub, sessions[6], "three")
    turn(clock)
    say(hub, sessions[0], "four")
    for _ in range(20):
        turn(clock)
    read = [b"".join(client.writes) for client in clients]
    assert read == [
        b"two;three;",
        b"one;three;four;",
        *[b"one;two;three;four;"] * 4,
        # A notice is a dot here.
        b"one;two;.four;",
    ]
    assert due(clock) == []


@pytest.mark.usefixtures("two_at_once")
def test_who_comes_or_goes_or_looks_elsewhere_meanwhile_reads_what_was_theirs() -> None:
    clock, hub, sessions, clients = room_of(7)
    say(hub, sessions[0], "one")
    turn(clock)
    late = ListClient()
    hub.arrivals.enter(hub.connect(late, None), "late")
    hub.profile.prefer(sessions[5], Preferences(bell=True))
    hub.close(sessions[6], "", "tea")
    assert not clients[6].writes
    for _ in range(20):
        turn(clock)
    assert b"one;" not in b"".join(late.writes)
    assert [b"".join(client.writes).count(b"one;") for client in clients] == [0, *[1] * 6]
    assert clients[6].closed == "tea"


@pytest.mark.usefixtures("two_at_once")
def test_a_flush_serves_everybody_at_once_whatever_was_begun() -> None:
    clock, hub, (talker, *_), clients = room_of(7)
    say(hub, talker, "one")
    turn(clock)
    say(hub, talker, "two")
    hub.shut_down()
    assert all(b"one;two;" in b"".join(client.writes) for client in clients[1:])
    assert all(client.closed == "shutdown" for client in clients)


# -- what a client and a dialect say of themselves ------------------------------------------------


def test_a_client_that_echoes_reads_its_own_line_with_its_number() -> None:
    clock, hub, sessions, clients = room_of(2)
    clients[0].echoes = True
    say(hub, sessions[0], "a")
    say(hub, sessions[1], "b")
    clock.advance(0)
    assert [client.writes for client in clients] == [[b"a;b;"], [b"a;"]]
    own = next(event for event, _ in rendered if isinstance(event, Said) and event.text == "a")
    assert own.number == hub.rooms["lobby"].timeline.number - 1


def test_who_does_not_merge_presence_reads_each_who_comes_and_goes() -> None:
    clock, hub, sessions, clients = room_of(3)
    clients[0].dialect = PlainDialect(merges_presence=False)
    hub.profile.prefer(sessions[0], Preferences(bell=True))
    clock.advance(0)
    rendered.clear()
    for name in ("dora", "emil"):
        hub.arrivals.enter(hub.connect(ListClient(), None), name)
    hub.close(sessions[2], "", "tired")
    clock.advance(0)
    told = [type(event).__name__ for event, _ in rendered]
    # Two who merge: the others read one line of all three, and of those who came after them.
    assert told.count("Joined") == 2
    assert told.count("Left") == 1
    assert clients[0].writes == [b"..."]
    assert clients[1].writes == [b"."]


def test_presence_of_a_large_room_keeps_the_names_for_who_wants_them() -> None:
    clock, hub, _, clients = room_of(120)
    for number in range(30):
        hub.arrivals.enter(hub.connect(ListClient(), None), f"late{number}")
    clock.advance(0)
    assert all(client.writes == [b"."] for client in clients)
    (told,) = {id(event): event for event, _ in rendered if _is_all(event)}.values()
    assert list(told.joined) == [f"late{number}" for number in range(30)]
    assert (told.joined[0], told.joined[-1], len(told.left)) == ("late0", "late29", 0)


def _is_all(event: Event) -> bool:
    return isinstance(event, Presence) and len(event.joined) == 30


# -- what is kept, and who hears of it ------------------------------------------------------------


def test_observers_hear_a_turn_when_it_is_kept_and_before_it_is_told() -> None:
    store = SlowStore(is_slow=False)
    clock = Clock()
    hub = Hub(clock, store, MemoryHasher(), Limits(rate=0.0, max_per_host=0))
    clients = [ListClient(), ListClient()]
    sessions = [hub.connect(client, None) for client in clients]
    for number, session in enumerate(sessions):
        hub.arrivals.enter(session, f"p{number}")
    clock.advance(0)
    heard: list[tuple[list[str], int, int]] = []

    def observe(turn: Turn) -> None:
        said = [event.text for event, _ in turn.log if isinstance(event, Said)]
        heard.append((said, len(store.kept()), len(clients[1].writes)))

    hub.fanout.observers += [lambda _: 1 / 0, observe]
    store.is_slow = True
    clients[1].writes.clear()
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert heard == []
    store.answers()
    # One line was kept, and nothing of it written yet; whoever fails changes nothing for others.
    assert heard == [(["a"], 1, 0)]
    clock.advance(0)
    assert clients[1].writes == [b"a;"]


def test_what_was_promised_is_kept_in_its_place_or_refused() -> None:
    store = SlowStore(is_slow=False)
    clock = Clock()
    hub = Hub(clock, store, MemoryHasher(), Limits(rate=0.0, max_per_host=0))
    store.is_slow = True
    outcomes: list[str] = []

    def promise(name: str) -> None:
        hub.fanout.keep(RolesSet(1, frozenset()))
        done = hub.fanout.commit(RoomOpened(len(outcomes) + 7, name, name))
        done.addCallbacks(
            lambda _: outcomes.append(name),
            lambda failure: outcomes.append(f"no {name}: {failure.getErrorMessage()}"),
        )

    promise("den")
    clock.advance(0)
    assert [type(change).__name__ for change in store.asked[-1][1][0]][-2:] == [
        "RolesSet",
        "RoomOpened",
    ]
    assert outcomes == []
    store.answers()
    assert outcomes == ["den"]
    promise("attic")
    clock.advance(0)
    store.fails()
    assert outcomes == ["den", "no attic: the disk is on fire"]
    promise("cellar")
    clock.advance(0)
    assert outcomes[2:] == ["no cellar: nothing can be saved now"]
    # Neither is tried again.
    store.is_slow = False
    clock.advance(1)
    clock.advance(1)
    assert {room.key for room in store.load().rooms} == {"lobby", "den"}
