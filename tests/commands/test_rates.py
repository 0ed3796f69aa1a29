"""
Rates: how many lines users may type, and how much in all.
"""

import pytest
from attrs import evolve
from logins import SECRET, register
from programs import arrive
from shared_command import boast, chat_with

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import NO_LIMITS, Chat, Person


def test_each_line_of_a_message_costs_as_much_as_one() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, rate=1.0, burst=10))
    robot = arrive(chat, "robot")
    chat.advance(60)
    assert chat.dispatcher.rates.wait(robot.session) == 0
    chat.dispatcher.say(robot.session, "1\n2\n3\n4\n5\n6\n7\n8\n9")
    assert chat.dispatcher.rates.wait(robot.session) == 0
    chat.dispatcher.dispatch(robot.session, "1\n2\n3")
    assert chat.dispatcher.rates.wait(robot.session) == pytest.approx(3)


@pytest.mark.parametrize("end", ["\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_whatever_ends_a_line_for_its_readers_costs_one(end: str) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, rate=1.0, burst=10))
    robot, alice = arrive(chat, "robot"), chat.arrive("alice")
    chat.advance(60)
    alice.reads()
    assert chat.dispatcher.rates.wait(robot.session) == 0
    chat.dispatcher.say(robot.session, end.join("123456789"))
    chat.dispatcher.dispatch(robot.session, f"1{end}2{end}3")
    assert chat.dispatcher.rates.wait(robot.session) == pytest.approx(3)
    chat.advance()
    assert len(alice.reads()) == 12


def test_a_command_costs_the_lines_of_its_arguments_but_not_empty_ones_at_their_end() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, rate=1.0, burst=10))
    robot, alice = arrive(chat, "robot"), chat.arrive("alice")
    chat.advance(60)
    alice.reads()
    assert chat.dispatcher.rates.wait(robot.session) == 0
    chat.dispatcher.run(robot.session, "msg", {"nick": "alice", "text": "1\n\n\n\n\n"})
    chat.dispatcher.run(robot.session, "msg", {"nick": "alice", "text": "1\n2\n3\n4\n5\n6\n7\n8"})
    assert chat.dispatcher.rates.wait(robot.session) == 0
    chat.dispatcher.run(robot.session, "msg", {"nick": "alice", "text": "1\n2\n3"})
    assert chat.dispatcher.rates.wait(robot.session) == pytest.approx(3)
    chat.advance()
    assert len(alice.reads()) == 12


def test_a_cooldown_is_each_persons_own_and_for_every_alias() -> None:
    chat = chat_with(boast)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/boast", "/boast", "/b")
    wait = "/boast can be used again in 5 s."
    assert alice.reads() == ["I am great.", wait, wait]
    bob.types("/boast")
    assert bob.reads() == ["I am great."]
    chat.advance(2)
    alice.types("/boast")
    assert alice.reads() == ["/boast can be used again in 3 s."]
    chat.advance(3)
    alice.types("/boast")
    assert alice.reads() == ["I am great."]


def test_a_cooldown_never_says_no_seconds() -> None:
    chat = chat_with(boast)
    alice = chat.arrive("alice")
    alice.types("/boast")
    chat.advance(4.7)
    alice.reads()
    alice.types("/boast")
    assert alice.reads() == ["/boast can be used again in 1 s."]


# -- how much is typed ----------------------------------------------------------------------------

#: Lines as fast as one likes, but not bytes: 10,000 at once, and 100 a second after that.
TEXT = Rate(10_000, 100)
ONE_USER = evolve(NO_LIMITS, rate=1e6, burst=1e6, text_rate=TEXT)
ONE_ADDRESS = evolve(NO_LIMITS, max_per_host=100, host_rate=Rate(0), host_text_rate=TEXT)
#: With what a line counts as besides its text, 1,000 bytes.
LINE = "x" * 936


def heard(person: Person) -> int:
    return sum(LINE in line for line in person.reads())


def test_one_user_types_so_many_bytes_at_once_and_the_rest_later_from_any_connection() -> None:
    chat = Chat(limits=ONE_USER)
    alice, bob = register(chat, "alice"), chat.arrive("bob", "10.0.0.2")
    chat.advance(100)
    second = chat.connect("10.0.0.3")
    second.types("alice", SECRET)
    bob.reads()
    alice.types(*[LINE] * 8)
    second.types(*[LINE] * 8)
    assert heard(bob) == 10
    # One more is owed, and then one in ten seconds.
    chat.advance(9.9)
    assert heard(bob) == 1
    chat.advance(0.2)
    assert heard(bob) == 1
    # Nothing is lost, and nobody else waits.
    for _ in range(60):
        chat.advance(1)
    assert heard(bob) == 4
    bob.types("hello?")
    assert alice.reads()[-1] == "bob: hello?"


def test_one_address_types_so_many_bytes_however_many_users_come_from_it() -> None:
    chat = Chat(limits=ONE_ADDRESS)
    bob = chat.arrive("bob", "10.0.0.2")
    for number in range(20):
        guest = chat.arrive(f"guest{number}", "10.0.0.1")
        guest.types(LINE)
        guest.types("/quit")
    assert 9 <= heard(bob) <= 10
    far = chat.arrive("far", "10.0.0.3")
    far.types(LINE)
    assert heard(bob) == 1


@pytest.mark.parametrize(
    "limits",
    [
        evolve(ONE_USER, rate=0),
        evolve(ONE_USER, text_rate=Rate(0)),
        evolve(ONE_ADDRESS, max_per_host=0),
        evolve(ONE_ADDRESS, host_text_rate=Rate(0)),
    ],
)
def test_the_limits_of_bytes_are_lifted(limits: Limits) -> None:
    chat = Chat(limits=limits)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types(*[LINE] * 100)
    assert heard(bob) == 100


def test_a_large_paste_passes_at_once_with_the_usual_limits() -> None:
    chat = Chat(limits=evolve(Limits(), history_lines=0, rate=1e6, burst=1e6))
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    for _ in range(10):
        alice.types(*["y" * 1023] * 16)
        assert len(bob.reads()) == 16


def test_one_address_does_not_fill_the_disk_with_the_usual_limits() -> None:
    chat = Chat(limits=evolve(Limits(), history_lines=0))
    guests = [chat.arrive(f"guest{number}") for number in range(16)]
    said: list[int] = []
    hub = chat.hub
    record = hub.recorder._keep
    hub.recorder._keep = lambda change: (
        said.append(len(getattr(change, "text", ""))),
        record(change),
    )[1]
    for _ in range(600):
        for guest in guests:
            if guest.transport.producerState == "producing":
                guest.types(*["z" * 4000] * 4)
        chat.advance(1)
    # 5.6 MB came in 40 seconds before.
    assert sum(said) < 1_048_576 + 600 * 583 + 16 * 4096
