"""
Hashing: argon2id in threads of its own.
"""

import queue
import threading
import time

import pytest
from argon2 import PasswordHasher
from attrs import define, field
from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure

from twisted_chat.auth import hashing
from twisted_chat.auth.hashing import MAX_WAITING, THREADS, Argon2Hasher, argon2id
from twisted_chat.errors import BusyWithLogins
from twisted_chat.testing import MemoryHasher


@define(eq=False)
class ReactorCalls:
    """
    The part of a reactor that threads need; the test that waits runs their calls.
    """

    _calls: queue.SimpleQueue = field(factory=queue.SimpleQueue)

    def callFromThread(self, function, *args):  # noqa: N802
        self._calls.put((function, args))

    def wait_for(self, deferred):
        """
        Return what ``deferred`` fires with; raise what it fails with.
        """
        results = []
        deferred.addBoth(results.append)
        while not results:
            function, args = self._calls.get(timeout=60)
            function(*args)
        if isinstance(results[0], Failure):
            results[0].raiseException()
        return results[0]


@pytest.fixture
def turns():
    return ReactorCalls()


def cheap(turns, **how):
    """
    Return the real hasher, with the least effort there is.
    """
    return Argon2Hasher(
        turns, lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), **how
    )


@pytest.fixture(params=["argon2", "memory"])
def hasher(request, turns):
    if request.param == "memory":
        yield MemoryHasher()
        return
    hasher = cheap(turns)
    hasher.start()
    yield hasher
    hasher.stop()


OLD = {
    MemoryHasher: MemoryHasher().hash("correct horse").result.replace("$memory$", "$memory-old$"),
    Argon2Hasher: PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("correct horse"),
}


def test_a_hash_is_of_its_password_and_of_no_other(hasher, turns):
    made = turns.wait_for(hasher.hash("correct horse"))
    assert turns.wait_for(hasher.verify(made, "correct horse")) is True
    for other in ("correct hors", "Correct horse", "", "correct horse\0"):
        assert turns.wait_for(hasher.verify(made, other)) is False


def test_a_hash_does_not_hold_its_password(hasher, turns):
    made = turns.wait_for(hasher.hash("correct horse"))
    assert made.startswith("$")
    assert "correct" not in made
    assert made.isascii()


def test_a_password_may_be_long_and_in_any_script(hasher, turns):
    password = "パスワード" * 60
    made = turns.wait_for(hasher.hash(password))
    assert turns.wait_for(hasher.verify(made, password)) is True
    assert turns.wait_for(hasher.verify(made, password[:-1])) is False


def test_no_password_is_right_where_there_is_no_account(hasher, turns):
    for password in ("", "correct horse"):
        assert turns.wait_for(hasher.verify(None, password)) is False


def test_a_hash_of_another_effort_is_still_good_and_must_be_renewed(hasher, turns):
    old = OLD[type(hasher)]
    assert turns.wait_for(hasher.verify(old, "correct horse")) is True
    assert hasher.needs_rehash(old)
    assert not hasher.needs_rehash(turns.wait_for(hasher.hash("correct horse")))


@pytest.mark.parametrize("broken", ["", "nonsense", "$argon3$x"])
def test_a_string_that_is_no_hash_is_an_error_of_ours(hasher, turns, broken):
    with pytest.raises(ValueError):
        turns.wait_for(hasher.verify(broken, "correct horse"))
    with pytest.raises(ValueError):
        hasher.needs_rehash(broken)


def test_the_hasher_in_memory_can_be_busy(turns):
    hasher = MemoryHasher(is_busy=True)
    for deferred in (hasher.hash("correct horse"), hasher.verify(None, "correct horse")):
        with pytest.raises(BusyWithLogins):
            turns.wait_for(deferred)


def own_threads():
    return [each for each in threading.enumerate() if each.name.startswith("passwords")]


def test_the_effort_is_what_is_advised():
    effort = argon2id()
    assert (effort.memory_cost, effort.time_cost, effort.parallelism) == (19456, 2, 1)
    assert effort.hash("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_of_one_password_differ(turns):
    hasher = cheap(turns)
    hasher.start()
    assert turns.wait_for(hasher.hash("same")) != turns.wait_for(hasher.hash("same"))
    hasher.stop()


@define(eq=False)
class Slow:
    """
    Hashes when the test lets it, and notes in which threads.
    """

    memory_cost = 8
    time_cost = parallelism = 1
    salt_len = hash_len = 16
    go_on: threading.Event = field(factory=threading.Event)
    hashed: list = field(factory=list)
    threads: set = field(factory=set)

    def hash(self, password):
        self.threads.add(threading.current_thread())
        self.go_on.wait(60)
        self.hashed.append(password)
        return password


def test_when_the_queue_is_full_the_next_hash_is_refused(turns):
    slow = Slow()
    hasher = Argon2Hasher(turns, lambda: slow)
    hasher.start()
    taken = [hasher.hash(f"{number}") for number in range(THREADS + MAX_WAITING)]
    refused = hasher.hash("one too many")
    with pytest.raises(BusyWithLogins, match=r"^The server is busy with logins, "):
        turns.wait_for(refused)
    slow.go_on.set()
    for number, deferred in enumerate(taken):
        assert turns.wait_for(deferred) == f"{number}"
    assert turns.wait_for(hasher.hash("again")) == "again"
    assert len(slow.threads) == THREADS
    assert threading.current_thread() not in slow.threads
    hasher.stop()


def test_nothing_is_computed_for_a_user_who_has_gone(turns):
    slow = Slow()
    hasher = Argon2Hasher(turns, lambda: slow)
    hasher.start()
    running = [hasher.hash("running") for _ in range(THREADS)]
    waiting, last = hasher.hash("waiting"), hasher.hash("last")
    waiting.cancel()
    with pytest.raises(CancelledError):
        turns.wait_for(waiting)
    slow.go_on.set()
    for deferred in (*running, last):
        turns.wait_for(deferred)
    assert "waiting" not in slow.hashed
    hasher.stop()


def test_a_stop_leaves_no_thread_and_refuses_what_waits(turns):
    hasher = Argon2Hasher(turns)
    hasher.start()
    deferreds = [hasher.hash("correct horse") for _ in range(10)]
    hasher.stop()
    assert own_threads() == []
    assert turns.wait_for(deferreds[0]).startswith("$argon2id$")
    for deferred in deferreds[THREADS + 1 :]:
        with pytest.raises(BusyWithLogins):
            turns.wait_for(deferred)
    with pytest.raises(BusyWithLogins):
        turns.wait_for(hasher.hash("correct horse"))
    hasher.stop()


def test_a_stopped_hasher_starts_again_and_makes_no_thread_until_it_needs_one(turns):
    hasher = cheap(turns)
    for _ in range(2):
        hasher.start()
        assert own_threads() == []
        assert turns.wait_for(hasher.verify(None, "correct horse")) is False
        assert len(own_threads()) == 1
        hasher.stop()


def test_a_thread_that_cannot_be_started_is_told_and_takes_no_place_in_the_queue(turns):
    hasher = cheap(turns)
    hasher.start()
    # A pool that starts nothing any more says so as one does that has no thread.
    hasher._pool.shutdown()
    for _ in range(2 * (THREADS + MAX_WAITING)):
        with pytest.raises(RuntimeError, match="cannot schedule"):
            turns.wait_for(hasher.verify(None, "correct horse"))
    hasher.start()
    assert turns.wait_for(hasher.verify(None, "correct horse")) is False
    hasher.stop()


def test_a_hasher_that_was_not_started_is_busy(turns):
    with pytest.raises(BusyWithLogins):
        turns.wait_for(cheap(turns).hash("correct horse"))


def test_an_unknown_name_costs_as_much_as_a_known_one(turns):
    effort = argon2id()
    hasher = Argon2Hasher(turns, lambda: effort)
    hasher.start()
    times = {effort.hash("correct horse"): [], None: []}
    for _ in range(20):
        for known, taken in times.items():
            began = time.thread_time_ns()
            assert hasher._matches(known, "wrong horse") is False
            taken.append(time.thread_time_ns() - began)
    fastest = [min(taken) for taken in times.values()]
    assert max(fastest) < 1.25 * min(fastest)
    assert not effort.check_needs_rehash(hasher._nobodys)
    hasher.stop()


def test_no_error_contains_any_part_of_a_password(turns):
    hasher = cheap(turns)
    hasher.start()
    with pytest.raises(UnicodeError) as failed:
        turns.wait_for(hasher.verify(None, "tr0ub4dor\ud800"))
    assert "tr0ub" not in str(failed.value)
    hasher.stop()


def test_the_threads_and_the_queue_are_few():
    assert hashing.THREADS <= 2
    assert hashing.MAX_WAITING <= 32
