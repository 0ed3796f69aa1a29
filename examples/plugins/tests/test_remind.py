"""
Reminders, through a whole server in memory, whose clock the test moves.
"""

from pathlib import Path

from twisted_chat.testing import Chat, Person

REMIND = str(Path(__file__).parents[1] / "remind.py")
PASSWORD = "correct horse battery"


def test_a_reminder_comes_when_it_is_due_and_once() -> None:
    chat = Chat(REMIND)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/remind 10m the  pizza")
    assert alice.reads() == ["You will be reminded in 10m."]
    chat.advance(599)
    assert alice.reads() == []
    chat.advance(1)
    assert alice.reads() == ["Reminder: the  pizza"]
    chat.advance(3600)
    assert alice.reads() == bob.reads() == []


def test_reminders_are_listed_the_next_one_first() -> None:
    chat = Chat(REMIND)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/remind 1h30m the train", "/remind 10m the pizza")
    chat.advance(60)
    alice.reads()
    alice.types("/reminders")
    assert alice.reads() == ["1. in 9m: the pizza", "2. in 1h29m: the train"]
    bob.types("/reminders")
    assert bob.reads() == ["You have no reminders."]


def test_a_reminder_is_taken_back() -> None:
    chat = Chat(REMIND)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/remind 10m the pizza")
    bob.types("/unremind 1")
    assert bob.reads() == ["You have no reminder 1. /reminders lists yours."]
    alice.reads()
    alice.types("/unremind 2", "/unremind 1", "/reminders")
    assert alice.reads() == [
        "You have no reminder 2. /reminders lists yours.",
        "You will not be reminded: the pizza",
        "You have no reminders.",
    ]
    chat.advance(600)
    assert alice.reads() == []


def test_a_reminder_for_a_user_who_has_gone_is_dropped() -> None:
    chat = Chat(REMIND)
    chat.arrive("alice").types("/remind 10m the pizza", "/quit")
    another = chat.arrive("alice")
    chat.advance(600)
    assert another.reads() == []


def test_those_who_have_gone_leave_no_timers() -> None:
    chat = Chat(REMIND)
    bob = chat.arrive("bob")
    quiet = len(chat.clock.getDelayedCalls())
    for _ in range(20):
        chat.arrive("alice").types("/remind 5d the pizza", "/quit")
    bob.types("/remind 10m the pizza")
    chat.advance(10)
    assert len(chat.clock.getDelayedCalls()) == quiet + 1


def test_a_user_has_at_most_ten_reminders() -> None:
    chat = Chat(REMIND)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types(*["/remind 10m the pizza"] * 11)
    assert alice.reads() == [
        *["You will be reminded in 10m."] * 10,
        "You have 10 reminders already. /unremind number takes one back.",
    ]
    bob.types("/remind 10m the pizza")
    assert bob.reads() == ["You will be reminded in 10m."]


def test_a_time_must_be_one() -> None:
    alice = Chat(REMIND).arrive("alice")
    alice.types("/remind soon the pizza", "/remind 10m")
    assert alice.reads() == [
        'after must be a time such as 90s, 10m or 2d, 1000d at most, not "soon".',
        "Usage: /remind after text",
        "/remind needs a text.",
        "Usage: /remind after text",
    ]


def test_unloading_stops_the_timers() -> None:
    chat = Chat(REMIND)
    alice = chat.arrive("alice")
    alice.types("/remind 10m the pizza", "/remind 20m the train")
    alice.reads()
    chat.plugins.unload()
    chat.advance(3600)
    assert alice.reads() == []


def with_account(chat: Chat, nick: str) -> Person:
    person = chat.arrive(nick)
    person.types("/register", PASSWORD, PASSWORD)
    person.reads()
    return person


def back(chat: Chat, nick: str) -> Person:
    person = chat.connect()
    person.types(nick, PASSWORD)
    return person


def test_a_reminder_comes_after_a_restart() -> None:
    before = Chat(REMIND)
    with_account(before, "alice").types("/remind 10m the pizza")
    chat = Chat(REMIND, store=before.hub.store)
    alice = back(chat, "alice")
    alice.reads()
    alice.types("/reminders")
    assert alice.reads() == ["1. in 10m: the pizza"]
    chat.advance(600)
    assert alice.reads() == ["Reminder: the pizza"]
    alice.types("/reminders")
    assert alice.reads() == ["You have no reminders."]


def test_a_user_with_an_account_reads_on_coming_back_what_they_missed() -> None:
    chat = Chat(REMIND)
    with_account(chat, "alice").types("/remind 10m the pizza", "/quit")
    chat.advance(3600)
    # Not a guest who has the nick that she had.
    bob = with_account(chat, "bob")
    alice = back(chat, "alice")
    assert [line for line in alice.reads() if "pizza" in line] == ["Reminder: the pizza"]
    alice.types("/join attic")
    assert [line for line in alice.reads() + bob.reads() if "pizza" in line] == []


def test_what_a_user_is_reminded_of_ends_with_their_account() -> None:
    chat = Chat(REMIND)
    alice = with_account(chat, "alice")
    alice.types("/remind 10m the pizza")
    alice.types("/unregister", PASSWORD)
    alice.reads()
    chat.advance(600)
    alice.types("/reminders")
    assert alice.reads() == ["You have no reminders."]
    assert chat.hub.store.load().plugin_values == ()


def test_guests_who_come_and_go_leave_no_reminders() -> None:
    chat = Chat(REMIND)
    for _ in range(200):
        chat.arrive("mallory").types(*["/remind 5d spam"] * 10, "/quit")
    bob = chat.arrive("bob")
    bob.types("/remind 10m the pizza")
    assert bob.reads() == ["You will be reminded in 10m."]
    assert len(chat.hub.store.load().plugin_values) == 2
