"""
The fan-out: one turn's events become one write for each client, in order, even if one fails.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shared_fanout import ListClient, due, rendered, room_of, say, turn
from stores import SlowStore
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, LogLevel, formatEvent

from twisted_chat.delivery import delivery
from twisted_chat.delivery.turn import Turn
from twisted_chat.errors import CannotBeAsked
from twisted_chat.events import Event, Said
from twisted_chat.hub import Hub
from twisted_chat.limits import Limits
from twisted_chat.log import LimitedLogger
from twisted_chat.replies.reply import Notice
from twisted_chat.store.records import RolesSet, RoomOpened
from twisted_chat.testing import MemoryHasher
from twisted_chat.world.client import Prompt
from twisted_chat.world.model import Session


def test_nothing_is_written_before_the_turn_ends() -> None:
    clock, hub, sessions, clients = room_of(2)
    say(hub, sessions[0], "a")
    assert clients[1].writes == []
    clock.advance(0)
    assert clients[1].writes == [b"a;"]


def test_what_a_kernel_does_not_take_of_a_line_is_for_the_client() -> None:
    clock, hub, sessions, clients = room_of(5)
    taken: list[bytes] = []

    def take_two(data: bytes) -> int:
        taken.append(data[:2])
        return 2

    def take_all(data: bytes) -> int:
        taken.append(data)
        return len(data)

    def take_nothing(_: bytes) -> int:
        raise BlockingIOError

    for session, send in zip(sessions[1:], [take_two, take_all, take_nothing], strict=False):
        session.send = send
    say(hub, sessions[0], "tea")
    clock.advance(0)
    assert taken == [b"te", b"tea;"]
    assert [client.writes for client in clients[1:]] == [[b"a;"], [], [b"tea;"], [b"tea;"]]


def test_an_answer_never_goes_past_what_waits_at_the_client() -> None:
    clock, hub, sessions, clients = room_of(2)
    sessions[1].send = [].append
    hub.fanout.notify(sessions[1], "psst")
    say(hub, sessions[0], "tea")
    clock.advance(0)
    assert clients[1].writes == [b".tea;"]


@pytest.mark.parametrize("error", [OSError, RuntimeError])
def test_a_client_that_raises_is_cut_off_and_the_others_notice_only_that(
    error: type[Exception],
) -> None:
    clock, hub, sessions, clients = room_of(4)
    clients[1].fails = error
    say(hub, sessions[0], "a")
    clock.advance(0)
    # What the others read last is that it left.
    assert [client.writes for client in clients] == [[b"."], [], [b"a;", b"."], [b"a;", b"."]]
    assert clients[1].closed == "connection-error"
    assert sessions[1] not in hub.sessions
    assert "p1" not in hub.users


def test_a_client_that_takes_a_line_and_raises_then_is_not_given_it_again() -> None:
    clock, hub, sessions, clients = room_of(3)
    # What is no socket knows itself what it has taken.
    clients[1].fails_later = OSError
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert clients[1].writes == [b"a;"]
    assert clients[1].closed == "connection-error"
    assert clients[2].writes == [b"a;", b"."]


def test_a_client_that_cannot_show_a_prompt_is_cut_off_and_no_other() -> None:
    class Promptless(ListClient):
        def prompt(self, prompt: Prompt | None) -> bytes:
            raise RuntimeError

    clock, hub, sessions, clients = room_of(3)
    sessions[1].use(promptless := Promptless())
    hub.fanout.prompt(sessions[1], Prompt("Why?"))
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert promptless.closed == "connection-error"
    assert clients[2].writes == [b"a;", b"."]


def test_several_clients_that_raise_are_all_cut_off_after_one_line() -> None:
    clock, hub, sessions, clients = room_of(4)
    events: list[LogEvent] = []
    hub.turns._log = LimitedLogger(Logger(observer=events.append), clock.seconds)
    clients[1].fails = clients[2].fails = OSError
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert [client.closed for client in clients[1:]] == ["connection-error"] * 2 + [None]
    assert hub.users.keys() == {"p0", "p3"}
    # Nothing went wrong but that.
    assert {formatEvent(event).partition(":")[0] for event in events} == {
        "A connection failed to write"
    }


def test_a_bug_of_ours_while_a_broken_client_is_let_go_does_not_silence_the_others() -> None:
    clock, hub, sessions, clients = room_of(3)

    def fail(_: object) -> None:
        raise RuntimeError

    hub.turns.on_broken = fail
    clients[1].fails = OSError
    for text in ("a", "b"):
        say(hub, sessions[0], text)
        clock.advance(0)
    assert clients[2].writes == [b"a;", b"b;"]


def test_a_user_who_is_closed_reads_their_last_line_first() -> None:
    clock, hub, sessions, clients = room_of(2)
    hub.close(sessions[0], "goodbye", "gone")
    assert clients[0].closed is None
    clock.advance(0)
    assert clients[0].writes == [b"."]
    assert clients[0].closed == "gone"
    assert clients[1].writes == [b"."]


def test_an_answer_in_several_lines_is_told_to_who_asked_alone() -> None:
    clock, hub, sessions, clients = room_of(2)
    rendered.clear()
    hub.fanout.answer(sessions[0], "one\r\ntwo\n")
    clock.advance(0)
    told = [event.text for event, _ in rendered if isinstance(event, Notice)]
    assert told == ["one", "two"]
    assert [client.writes for client in clients] == [[b".."], []]


def test_a_warning_comes_before_what_is_queued_also_where_a_client_is_broken() -> None:
    clock, hub, sessions, clients = room_of(3)
    clients[1].fails = OSError
    say(hub, sessions[0], "a")
    users = [session.user for session in sessions if session.user]
    hub.fanout.warn(users, Notice(0.0, "n"))
    assert [client.writes for client in clients] == [[b"."], [], [b"."]]
    clock.advance(0)
    # The last is that the one in between has left.
    assert clients[2].writes == [b".", b"a;", b"."]


# -- a page of history that is still to come -----------------------------------------------------


def waiting() -> tuple[Clock, Hub, list[Session], list[ListClient], Deferred[Sequence[Event]]]:
    """
    Return a room of three, of whom the second has asked for a page between two lines.
    """
    clock, hub, sessions, clients = room_of(3)
    say(hub, sessions[0], "a")
    page: Deferred[Sequence[Event]] = Deferred()
    hub.fanout.tell_later(sessions[1], page)
    say(hub, sessions[0], "b")
    clock.advance(0)
    return clock, hub, sessions, clients, page


def test_only_a_user_who_asked_waits_for_a_page_and_reads_all_in_order() -> None:
    clock, hub, sessions, clients, page = waiting()
    say(hub, sessions[2], "c")
    hub.tell(sessions[1], Notice(0.0, "n"))
    clock.advance(0)
    hub.ask(sessions[1], "Colour? ", lambda _: "Noted.")
    say(hub, sessions[2], "d")
    clock.advance(0)
    assert [client.writes for client in clients] == [[b"c;", b"d;"], [], [b"a;b;"]]
    page.callback([Said(0.0, "lobby", "p9", "page")])
    clock.advance(0)
    assert clients[1].writes == [b"a;page;b;c;.<Colour? >d;"]
    say(hub, sessions[0], "e")
    clock.advance(0)
    assert clients[1].writes[1:] == [b"e;"]
    assert not due(clock)


def test_a_page_that_comes_within_its_turn_is_one_write_with_all_else() -> None:
    clock, hub, sessions, clients = room_of(2)
    page: Deferred[Sequence[Event]] = Deferred()
    hub.fanout.tell_later(sessions[1], page)
    say(hub, sessions[0], "a")
    page.callback([Said(0.0, "lobby", "p9", "page")])
    clock.advance(0)
    assert clients[1].writes == [b"page;a;"]


def test_a_user_who_left_while_a_page_was_read_is_sent_nothing_more() -> None:
    clock, hub, sessions, clients, page = waiting()
    hub.connections.disconnect(sessions[1], "gone")
    clock.advance(0)
    page.callback([Said(0.0, "lobby", "p9", "page")])
    clock.advance(2)
    assert clients[1].writes == []
    assert not hub.turns.backlogs


def test_a_user_who_is_closed_does_not_wait_for_a_page() -> None:
    clock, hub, sessions, clients, page = waiting()
    hub.close(sessions[1], "goodbye", "gone")
    clock.advance(0)
    assert clients[1].writes == [b"a;b;."]
    assert clients[1].closed == "gone"
    page.callback([Said(0.0, "lobby", "p9", "page")])
    clock.advance(2)
    assert len(clients[1].writes) == 1


def test_a_page_that_does_not_come_within_a_second_is_left_out() -> None:
    clock, hub, _, clients, page = waiting()
    events: list[LogEvent] = []
    hub.fanout._log = LimitedLogger(Logger(observer=events.append), clock.seconds)
    clock.advance(0.99)
    assert clients[1].writes == []
    clock.advance(0.01)
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]
    assert [formatEvent(event) for event in events] == ["History was not read within 1 s"]
    page.callback([Said(0.0, "lobby", "p9", "page")])
    clock.advance(0)
    assert len(clients[1].writes) == 1


def test_a_page_that_cannot_be_made_delays_no_user_and_is_logged() -> None:
    clock, hub, _, clients, page = waiting()
    events: list[LogEvent] = []
    hub.fanout._log = LimitedLogger(Logger(observer=events.append), clock.seconds)
    page.errback(ValueError("no page"))
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]
    assert [event["log_level"] for event in events] == [LogLevel.error]
    clock.advance(2)
    assert len(events) == 1


def test_a_client_that_cannot_show_what_waited_is_cut_off() -> None:
    clock, _, _, clients, page = waiting()
    clients[1].fails = OSError
    page.callback([])
    clock.advance(0)
    assert clients[1].closed == "connection-error"
    assert clients[0].writes[-1] == b"."


# -- a crowd that is served in several parts -----------------------------------------------------


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 2)


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


def test_a_prompt_stands_between_what_was_told_before_it_and_after() -> None:
    clock, hub, sessions, clients = room_of(2)
    say(hub, sessions[1], "a")
    hub.ask(sessions[0], "Colour? ", lambda _: "Noted.")
    say(hub, sessions[1], "b")
    clock.advance(0)
    assert clients[0].writes == [b"a;<Colour? >b;"]


def test_a_program_is_shown_no_prompt_and_asked_nothing() -> None:
    clock, hub, sessions, clients = room_of(1)
    clients[0].can_be_asked = False
    with pytest.raises(CannotBeAsked):
        hub.ask(sessions[0], "Colour? ", lambda _: None)
    hub.ask_name(sessions[0])
    clock.advance(0)
    assert clients[0].writes == []


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

    hub.turns.observers += [lambda _: 1 / 0, observe]
    store.is_slow = True
    clients[1].writes.clear()
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert heard == []
    store.answers()
    # One line was kept, and not yet written; an observer that fails changes nothing for others.
    assert heard == [(["a"], 1, 0)]
    clock.advance(0)
    assert clients[1].writes == [b"a;"]


def test_promised_changes_are_kept_in_their_place_or_refused() -> None:
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
