"""
A disk that stalls: users who need it are told so in time, and afterwards all works again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from logins import SECRET, come, log_in, register, told
from stores import SlowStore
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.calls import ANSWER_WITHIN as A_COMMAND
from twisted_chat.limits import FailureCounter
from twisted_chat.store.deadlines import ANSWER_WITHIN
from twisted_chat.store.interface import TookTooLong
from twisted_chat.testing import Chat, Person

#: Seconds in which nothing that comes is taken for what was typed ahead.
PAUSE = 3.0

READING = "History cannot be read at the moment, please try again later."
NO_ANSWER = "The database does not answer, please try again later."
UNKNOWN = "It is not known yet whether that was saved. Please check later."
TRIES = FailureCounter().limit + 1


@pytest.fixture
def store() -> SlowStore:
    return SlowStore(is_slow=False)


@pytest.fixture
def chat(store: SlowStore) -> Iterator[Chat]:
    """
    A chat in which a slow disk switches no command off.
    """
    with capturedLogs() as logged:
        yield Chat(store=store)
        gc.collect()
    assert [event for event in logged if event["log_level"] >= LogLevel.error] == []


def stall(store: SlowStore, *names: str) -> None:
    store.is_slow, store.slow = True, names


def answer(chat: Chat, store: SlowStore) -> None:
    """
    Answer all that was asked of the disk, and let it be fast again.
    """
    store.is_slow = False
    store.answers(len(store.asked))
    chat.advance()


def test_two_answers_fit_into_the_time_of_a_command():
    assert 2 * ANSWER_WITHIN < A_COMMAND


@pytest.mark.parametrize(
    ("asked", "line", "sentence"),
    [
        ("lines", "/history", READING),
        ("pinned", "/pins", READING),
        ("search", "/search hello", READING),
        ("messages", "/messages bob", READING),
        ("numbered", "/edit 1 hullo", READING),
        ("audit", "/audit", "The audit trail cannot be read now."),
        ("reports", "/reports", "The reports cannot be read now."),
        ("credentials", "/grant bob operator", NO_ANSWER),
        ("export", "/export", "That takes longer. Ask the server's operator for the file later."),
    ],
)
def test_what_cannot_be_read_is_refused_in_time_and_no_command_is_switched_off(
    chat, store, tmp_path, asked, line, sentence
):
    chat.hub.upkeep.exports = tmp_path
    alice = come(chat, "alice", "operator")
    come(chat, "bob")
    alice.types("hello", *map(str, range(50)))
    stall(store, asked)
    for _ in range(TRIES):
        assert told(alice, line) == []
        chat.advance(ANSWER_WITHIN)
        assert alice.reads() == [sentence]
        if asked == "export":
            # Which may be asked for once a minute.
            chat.advance(60)
    answer(chat, store)
    chat.advance(60)
    (answered, *_) = told(alice, line)
    assert answered != sentence
    assert "switched off" not in answered


def come_back_to_talk(chat: Chat) -> Person:
    """
    Return alice, who was away while her lines were answered in two rooms.
    """
    alice, bob = come(chat, "alice"), come(chat, "bob")
    alice.types("/join dev", "tea one", "/join lobby", "tea two")
    alice.hangs_up()
    bob.types("/re 3 tea three", "/join dev", "/re 2 tea four")
    return come(chat, "alice")


def answer_slowly(chat: Chat, store: SlowStore, seconds: float) -> None:
    """
    Pass time in which the disk takes so long for each answer.
    """
    waited = 0.0
    for _ in range(4 * round(A_COMMAND)):
        chat.advance(0.5)
        waited += 0.5
        if waited >= seconds and store.asked:
            store.answers()
            waited = 0.0


@pytest.mark.parametrize(
    "lines",
    [
        # Each page waits for the one before.
        ["/history"] * 3,
        ["/history dev", "/more", "/more"],
        # A question for each answer that is quoted.
        ["/search tea"],
        # And for each room.
        ["/catchup"],
        # Only one is pinned at a time.
        ["/pin 3", "/pin 4", "/pin 5"],
    ],
)
@pytest.mark.parametrize("seconds", [ANSWER_WITHIN - 0.5, 1000.0])
def test_a_user_who_needs_many_answers_of_a_slow_disk_is_told_in_time_that_it_is(
    chat, store, lines, seconds
):
    alice = come_back_to_talk(chat)
    stall(store, "lines", "numbered", "pinned", "search")
    assert told(alice, *lines) == []
    answer_slowly(chat, store, seconds)
    read = alice.reads()
    assert READING in read
    assert "Sorry" not in "".join(read)
    answer(chat, store)
    assert READING not in told(alice, *lines)


def test_a_user_who_cannot_log_in_for_the_disk_can_when_it_is_well(chat, store):
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    stall(store, "credentials")
    for _ in range(TRIES):
        log_in(bob, "alice")
        chat.advance(ANSWER_WITHIN)
        assert bob.reads()[-1] == NO_ANSWER
        # What came at once might be another try.
        chat.advance(PAUSE)
    answer(chat, store)
    log_in(bob, "alice")
    assert told(bob, "/sessions")[0].startswith("From 127.0.0.1")
    assert chat.hub.users.keys() == {"alice"}


def test_a_search_that_is_given_up_too_late_has_a_reason_in_the_log(chat, store):
    alice = come(chat, "alice")
    chat.hub.isolation.log.tell_suppressed()
    stall(store, "search")
    with capturedLogs() as logged:
        for _ in range(3):
            alice.types("/search hello")
            chat.advance(ANSWER_WITHIN)
            store.fails(TookTooLong("a search took more than 0.2 s"))
    assert [formatEvent(event) for event in logged] == [
        "History could not be read: no answer within 4 s",
        "The database does not answer: a search took more than 0.2 s",
    ]


def test_an_answer_that_comes_too_late_and_fails_is_a_line_of_the_log_and_no_more(chat, store):
    alice = come(chat, "alice")
    alice.types("hello")
    stall(store, "lines")
    alice.types("/history")
    chat.advance(ANSWER_WITHIN)
    store.fails()


# -- what may have been saved ---------------------------------------------------------------------


def registering(chat: Chat, store: SlowStore) -> Person:
    """
    Return alice, who is told that it is not known whether she has registered.
    """
    alice = chat.arrive("alice")
    stall(store, "write")
    alice.types("/register", SECRET, SECRET)
    chat.advance(ANSWER_WITHIN)
    assert alice.reads()[-1] == UNKNOWN
    return alice


def test_a_name_whose_registration_is_saved_late_is_theirs(chat, store):
    alice = registering(chat, store)
    stranger = chat.connect()
    stranger.types("a1ice")
    assert "looks like alice" in stranger.reads()[-1]
    answer(chat, store)
    assert chat.hub.users["alice"].account is chat.hub.world.find_account("alice")
    alice.hangs_up()
    assert come(chat, "alice").reads()[-1] == "Type /help for help."
    assert chat.hub.users["alice"].account is not None


def test_a_name_whose_registration_fails_late_is_free_again(chat, store):
    alice = registering(chat, store)
    store.is_slow = False
    store.fails()
    chat.advance()
    assert chat.hub.world.find_account("alice") is None
    chat.advance(10)
    alice.reads()
    alice.types("/register", SECRET, SECRET)
    assert alice.reads()[-1].startswith("alice is registered to you")


def test_a_user_who_has_gone_before_their_registration_is_saved_comes_back_with_the_password(
    chat, store
):
    registering(chat, store).hangs_up()
    answer(chat, store)
    alice = come(chat, "alice")
    assert chat.hub.users["alice"].account is chat.hub.world.find_account("alice")
    assert alice.is_connected


def test_a_role_that_is_given_late_is_had_then(chat, store):
    olive, bob = come(chat, "oscar", "operator"), come(chat, "bob")
    stall(store, "write")
    olive.types("/grant bob operator")
    chat.advance(ANSWER_WITHIN)
    assert olive.reads()[-1] == UNKNOWN
    assert "operator" not in chat.hub.users["bob"].roles
    bob.reads()
    answer(chat, store)
    assert "You are now an operator." in bob.reads()
    assert chat.hub.users["bob"].roles == {"operator"}


def test_an_account_that_is_given_up_late_and_twice_is_gone_then(chat, store):
    alice = come(chat, "alice")
    for _ in range(2):
        stall(store, "write")
        chat.hub.journal.is_failing = False
        alice.types("/unregister", SECRET)
        chat.advance(ANSWER_WITHIN)
        assert alice.reads()[-1] == UNKNOWN
    assert chat.hub.world.find_account("alice") is not None
    answer(chat, store)
    assert chat.hub.world.find_account("alice") is None
    assert chat.hub.users["alice"].account is None


def test_a_password_that_is_saved_late_is_the_new_one(chat, store):
    alice = come(chat, "alice")
    alice.types("/passwd", SECRET)
    stall(store, "write")
    alice.types("battery staple", "battery staple")
    chat.advance(ANSWER_WITHIN)
    assert alice.reads()[-1] == UNKNOWN
    answer(chat, store)
    alice.hangs_up()
    again = chat.connect()
    again.types("alice", "battery staple")
    assert chat.hub.users["alice"].account is not None
