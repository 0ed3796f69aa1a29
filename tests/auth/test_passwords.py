"""
Passwords: which may be one, and that every hasher keeps them, the real one away from the reactor.
"""

import queue
import threading
import time

import pytest
from argon2 import PasswordHasher
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from precis_i18n import get_profile
from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure

from twisted_chat.auth import hashing
from twisted_chat.auth.hashing import MAX_WAITING, THREADS, Argon2Hasher, argon2id
from twisted_chat.auth.passwords import MAX_PASSWORD, read_password
from twisted_chat.errors import BadPassword, BusyWithLogins
from twisted_chat.testing import MemoryHasher

UNFIT = "A password may hold no control character, and nothing that is not UTF-8."

# -- what may be a password -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("correct horse", "correct horse"),
        ("  spaces  ", "  spaces  "),
        ("MixedCase", "MixedCase"),
        ("Ｗｉｄｅｗｉｄｅ", "Ｗｉｄｅｗｉｄｅ"),
        ("ideo\u3000graphic", "ideo graphic"),
        ("cafe\u0301cafe\u0301", "café" * 2),
        ("パスワードは秘密", "パスワードは秘密"),
        ("🔑🔒🗝🚪" * 2, "🔑🔒🗝🚪" * 2),
        ("\u2764\ufe0f" * 8, "\u2764" * 8),
        ("\u2764" * 8, "\u2764" * 8),
        ("\U0001f44d\U0001f3fd" * 4, "\U0001f44d\U0001f3fd" * 4),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467" * 3, "\U0001f469\U0001f469\U0001f467" * 3),
        ("\U0001f3f4\u200d\u2620\ufe0f" * 4, "\U0001f3f4\u2620" * 4),
        ("\u2764\ufe0f\u200d\U0001f525" * 4, "\u2764\U0001f525" * 4),
        ("\U0001f642\u200d\u2194\ufe0f" * 4, "\U0001f642\u2194" * 4),
        ("1\ufe0f\u20e3" * 4, "1\u20e3" * 4),
        ("\U0001f1e9\U0001f1ea" * 4, "\U0001f1e9\U0001f1ea" * 4),
        (
            "\U0001f3f4"
            + "".join(chr(0xE0000 + ord(c)) for c in "gbeng")
            + "\U000e007f"
            + "x" * 7,
            "\U0001f3f4xxxxxxx",
        ),
        ("葛\U000e0100飾区の花火師達", "葛飾区の花火師達"),
        # A joiner that is spelling stays, as it always did.
        ("ක්\u200dරීමලීක්\u200dරීමලී", "ක්\u200dරීමලීක්\u200dරීමලී"),
        ("علی\u200cرضا۱۲", "علی\u200cرضا۱۲"),
        ("x" * 1024, "x" * 1024),
    ],
)
def test_a_password_is_the_same_however_it_is_typed(typed, password):
    assert read_password(typed) == password


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "A password needs at least 8 characters."),
        ("seven77", "A password needs at least 8 characters."),
        ("e\u0301" * 7, "A password needs at least 8 characters."),
        ("x" * 1025, "A password may be at most 1024 bytes long."),
        ("é" * 513, "A password may be at most 1024 bytes long."),
        ("a tab\tin it", UNFIT),
        ("latin \ufffd one", UNFIT),
        ("hidden\u200ehere", "A password may not hold LEFT-TO-RIGHT MARK; please leave it out."),
        ("zero\u200bwidth", "A password may not hold ZERO WIDTH SPACE; please leave it out."),
        ("pass\u200dword", "A password may not hold ZERO WIDTH JOINER; please leave it out."),
        ("soft\u00adhyphen", "A password may not hold SOFT HYPHEN; please leave it out."),
        ("سـلامسـلام", "A password may not hold ARABIC TATWEEL; please leave it out."),
        ("abc・defg", "A password may not hold KATAKANA MIDDLE DOT; please leave it out."),
        ("surrogate\ud800", "A password may not hold U+D800; please leave it out."),
        ("unassigned\u0378", "A password may not hold U+0378; please leave it out."),
        # Emoji of several parts count as these.
        ("❤️❤️❤️❤️", "A password needs at least 8 characters."),
        ("👍👍👍👍", "A password needs at least 8 characters."),
        ("👩‍👩‍👧👩‍👩‍👧", "A password needs at least 8 characters."),
        ("\ufe0f" * 8, "A password needs at least 8 characters."),
    ],
)
def test_what_is_no_password_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(BadPassword) as refused:
        read_password(typed)
    assert str(refused.value) == sentence
    # Nothing that could be logged with it holds what was typed.
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@settings(max_examples=300)
@given(st.text(max_size=1100))
def test_whatever_is_typed_is_refused_or_stays_what_it_is_when_read_again(typed):
    try:
        password = read_password(typed)
    except BadPassword:
        return
    assert len(password) >= 8
    assert len(password.encode()) <= MAX_PASSWORD
    assert read_password(password) == password


OPAQUE_STRING = get_profile("OpaqueString")
PARTS = st.sampled_from([*"aÅ \u3000क्ක්ی👍❤🏴1\u20e3\u200c\u200d\ufe0f\u0301", "\U000e0067"])


@settings(max_examples=300)
@given(st.text(st.characters() | PARTS, min_size=8, max_size=40))
def test_a_password_that_the_profile_takes_is_what_it_makes_of_it(typed):
    # Hashes of these were kept before anything was left out of emoji.
    try:
        password = OPAQUE_STRING.enforce(typed)
    except UnicodeEncodeError:
        return
    if "\ufffd" not in password and len(password) >= 8:
        assert read_password(typed) == password


# -- every hasher ---------------------------------------------------------------------------------


@define(eq=False)
class Turns:
    """
    What of a reactor threads need, run by whoever waits.
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
            function, args = self._calls.get(timeout=20)
            function(*args)
        if isinstance(results[0], Failure):
            results[0].raiseException()
        return results[0]


@pytest.fixture
def turns():
    return Turns()


def cheap(turns, **how):
    """
    Return the real hasher, with the least effort there is.
    """
    return Argon2Hasher(turns, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), **how)


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


def test_nobody_has_a_password(hasher, turns):
    for password in ("", "correct horse"):
        assert turns.wait_for(hasher.verify(None, password)) is False


def test_a_hash_of_another_effort_still_holds_and_is_to_be_made_anew(hasher, turns):
    old = OLD[type(hasher)]
    assert turns.wait_for(hasher.verify(old, "correct horse")) is True
    assert hasher.needs_rehash(old)
    assert not hasher.needs_rehash(turns.wait_for(hasher.hash("correct horse")))


@pytest.mark.parametrize("broken", ["", "nonsense", "$argon3$x"])
def test_what_is_no_hash_is_told_as_our_mistake(hasher, turns, broken):
    with pytest.raises(ValueError):
        turns.wait_for(hasher.verify(broken, "correct horse"))
    with pytest.raises(ValueError):
        hasher.needs_rehash(broken)


def test_the_one_in_memory_can_be_busy(turns):
    hasher = MemoryHasher(is_busy=True)
    for deferred in (hasher.hash("correct horse"), hasher.verify(None, "correct horse")):
        with pytest.raises(BusyWithLogins):
            turns.wait_for(deferred)


# -- the real one ---------------------------------------------------------------------------------


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
    Hashes when it is let, and notes in which threads.
    """

    memory_cost = 8
    time_cost = parallelism = 1
    salt_len = hash_len = 16
    go_on: threading.Event = field(factory=threading.Event)
    hashed: list = field(factory=list)
    threads: set = field(factory=set)

    def hash(self, password):
        self.threads.add(threading.current_thread())
        self.go_on.wait(20)
        self.hashed.append(password)
        return password


def test_beyond_so_many_whoever_comes_is_told_to_come_again(turns):
    slow = Slow()
    hasher = Argon2Hasher(turns, slow)
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


def test_whoever_has_gone_is_not_computed_for(turns):
    slow = Slow()
    hasher = Argon2Hasher(turns, slow)
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
    began = time.monotonic()
    hasher.stop()
    assert time.monotonic() - began < 5
    assert own_threads() == []
    assert turns.wait_for(deferreds[0]).startswith("$argon2id$")
    for deferred in deferreds[THREADS + 1 :]:
        with pytest.raises(BusyWithLogins):
            turns.wait_for(deferred)
    with pytest.raises(BusyWithLogins):
        turns.wait_for(hasher.hash("correct horse"))
    hasher.stop()


def test_one_that_was_stopped_can_be_started_again_and_starts_no_thread_until_it_needs_one(turns):
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


def test_before_a_start_it_is_busy(turns):
    with pytest.raises(BusyWithLogins):
        turns.wait_for(cheap(turns).hash("correct horse"))


def test_a_name_that_nobody_has_costs_what_a_known_one_does(turns):
    effort = argon2id()
    hasher = Argon2Hasher(turns, effort)
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


def test_nothing_of_a_password_stands_in_what_goes_wrong(turns):
    hasher = cheap(turns)
    hasher.start()
    with pytest.raises(UnicodeError) as failed:
        turns.wait_for(hasher.verify(None, "tr0ub4dor\ud800"))
    assert "tr0ub" not in str(failed.value)
    hasher.stop()


def test_the_threads_and_the_queue_are_few():
    assert hashing.THREADS <= 2
    assert hashing.MAX_WAITING <= 32
