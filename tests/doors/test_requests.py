"""
How what programs send waits, and is done: with a door whose requests are words.
"""

import sys

import pytest
from attrs import define, field
from twisted.internet.task import Clock

from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.doors.requests import PING_EVERY, Pings, RequestProtocol
from twisted_chat.doors.values.dialect import ValueDialect
from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat, MemoryTransport


class Words(RequestProtocol[str]):
    echoes = True
    is_held = False
    is_busy = False

    def __init__(self, factory) -> None:
        super().__init__()
        self.factory = factory
        self.dialect = ValueDialect()
        self.done: list[str] = []
        self.failed: list[tuple[str, BaseException | None]] = []

    def read(self, data):
        return data.decode().split()

    def read_rest(self):
        return ["rest"]

    def do_one(self, session, request):
        session.line_bucket.spend()
        if request == "broken":
            raise RuntimeError("broken")
        self.done.append(request)

    def fail(self, session, request):
        self.failed.append((request, sys.exception()))


@define(eq=False)
class Visit:
    limits: Limits = NO_LIMITS
    chat: Chat = field(init=False)
    words: Words = field(init=False)
    transport: MemoryTransport = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chat = Chat(limits=self.limits)
        self.words = Words(JsonFactory(self.chat.hub, self.chat.dispatcher))
        self.transport = MemoryTransport(self.chat.clock, "127.0.0.1")
        self.transport.protocol = self.words
        self.words.makeConnection(self.transport)

    def sends(self, text):
        self.transport.receive(text.encode())
        self.chat.advance()


def test_a_request_that_fails_is_told_of_and_those_behind_it_are_done():
    visit = Visit()
    visit.sends("one broken two")
    assert visit.words.done == ["one", "two"]
    ((request, error),) = visit.words.failed
    assert request == "broken"
    assert isinstance(error, RuntimeError)


def test_requests_are_done_in_their_order_however_many_come_at_once():
    visit = Visit()
    words = [f"w{number}" for number in range(100)]
    visit.sends(" ".join(words))
    assert visit.words.done == words


def test_at_the_rate_that_is_allowed_and_nothing_is_read_meanwhile():
    visit = Visit(Limits(rate=1.0, burst=2.0))
    visit.sends("a b c d")
    assert visit.words.done == ["a", "b"]
    assert visit.words.paused
    visit.chat.advance(1)
    assert visit.words.done == ["a", "b", "c"]
    visit.chat.advance(1)
    assert visit.words.done == ["a", "b", "c", "d"]
    visit.chat.advance(1)
    assert not visit.words.paused


def test_while_one_holds_the_next_the_others_wait():
    visit = Visit()
    visit.words.is_held = True
    visit.sends("a b")
    assert visit.words.done == []
    visit.words.is_held = False
    visit.words.go_on()
    visit.chat.advance()
    assert visit.words.done == ["a", "b"]


def test_a_client_that_sends_no_more_is_closed_when_all_is_done():
    visit = Visit()
    visit.words.is_busy = True
    visit.sends("a")
    visit.words.readConnectionLost()
    visit.chat.advance()
    assert visit.words.done == ["a", "rest"]
    assert visit.transport.connected
    assert not visit.transport.disconnecting
    visit.words.is_busy = False
    visit.words.resume()
    visit.chat.advance()
    assert visit.transport.disconnecting


def test_what_waits_is_dropped_with_the_connection():
    visit = Visit(Limits(rate=1.0, burst=1.0))
    visit.sends("a b")
    visit.transport.hang_up()
    visit.chat.advance(10)
    assert visit.words.done == ["a"]


def test_bytes_without_a_request_cost_something():
    visit = Visit(Limits(rate=1.0, burst=1.0))
    visit.sends(" " * 65536)
    visit.sends("a")
    assert visit.words.done == []


def test_it_is_asked_nothing():
    visit = Visit()
    visit.words.hold_back(3)
    assert visit.words.prompt(None) == b""
    assert not visit.words.can_be_asked


# -- pings ----------------------------------------------------------------------------------------


@define(eq=False)
class Peer:
    """
    A connection, and what was done to it.
    """

    done: list[str] = field(factory=list)
    has_heard: bool = True
    paused: bool = False

    def ping(self) -> None:
        self.done.append("ping")

    def cut(self, reason: str) -> None:
        self.done.append(reason)


def test_a_client_that_says_something_is_asked_again_and_again() -> None:
    clock, peer = Clock(), Peer()
    pings = Pings(clock)
    pings.add(peer)
    for _ in range(3):
        clock.advance(PING_EVERY)
        peer.has_heard = True
    assert peer.done == ["ping"] * 3
    pings.remove(peer)
    assert clock.getDelayedCalls() == []


def test_a_client_that_says_nothing_is_cut_and_asked_no_more() -> None:
    clock, peer = Clock(), Peer()
    Pings(clock).add(peer)
    clock.pump([PING_EVERY, PING_EVERY])
    assert peer.done == ["ping", "no answer to a ping"]
    assert clock.getDelayedCalls() == []


def test_while_nothing_is_read_nothing_can_be_heard() -> None:
    clock, peer = Clock(), Peer(paused=True)
    Pings(clock).add(peer)
    clock.pump([PING_EVERY] * 3)
    assert peer.done == ["ping"] * 3
    peer.paused = False
    clock.advance(PING_EVERY)
    assert peer.done[-1] == "no answer to a ping"


def test_each_is_asked_in_its_own_time_and_all_by_one_timer() -> None:
    clock = Clock()
    pings = Pings(clock)
    early, late = Peer(), Peer()
    pings.add(early)
    clock.advance(PING_EVERY / 2)
    pings.add(late)
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(PING_EVERY / 2)
    assert (early.done, late.done) == (["ping"], [])
    clock.advance(PING_EVERY / 2)
    assert (early.done, late.done) == (["ping"], ["ping"])
    pings.remove(early)
    clock.advance(PING_EVERY)
    assert (early.done, late.done) == (["ping"], ["ping", "no answer to a ping"])


def test_one_that_fails_keeps_none_of_the_others_from_being_asked() -> None:
    class Broken(Peer):
        def ping(self) -> None:
            raise RuntimeError("broken")

    clock, peer = Clock(), Peer()
    pings = Pings(clock)
    pings.add(Broken())
    pings.add(peer)
    with pytest.raises(RuntimeError, match="broken"):
        clock.advance(PING_EVERY)
    clock.advance(1)
    assert peer.done == ["ping"]


def test_one_that_was_not_added_can_be_removed() -> None:
    clock = Clock()
    Pings(clock).remove(Peer())
    assert clock.getDelayedCalls() == []
