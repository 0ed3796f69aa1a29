"""
The mailer: one letter after the other, again after a failure, and never too many.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import LogEvent, capturedLogs, formatEvent

from twisted_chat.people.mail.letters import Letter
from twisted_chat.server.mail.mailer import KEPT_FOR, MOST, WAITS, Mailer
from twisted_chat.server.mail.place import MailServer
from twisted_chat.server.mail.sending import Outcome

SERVER = MailServer("mail.example.org", 587, "starttls", "chat@example.org")
SENT, HUNG = Outcome(), Outcome("it closed the connection")
LATER = Outcome("it refused the letter with 450", is_of_letter=True)
REFUSED = Outcome("it refused the letter with 550", is_refused=True)


@define(eq=False)
class Bench:
    """
    A mailer, and the letters that it hands to the mail server.
    """

    clock: Clock = field(factory=Clock)
    handed: list[str] = field(factory=list)
    open: list[Deferred[Outcome]] = field(factory=list)
    log: list[LogEvent] = field(factory=list)
    mailer: Mailer = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.mailer = Mailer(self.clock, send=self._send)
        self.mailer.server = SERVER

    def _send(self, _: object, server: MailServer, letter: Letter) -> Deferred[Outcome]:
        assert server is SERVER
        self.handed.append(letter.subject)
        self.open.append(Deferred())
        return self.open[-1]

    def sends(self, subject: str, is_wanted: Callable[[], bool] = lambda: True) -> None:
        self.mailer.send(Letter("you@example.org", subject, "", is_wanted))
        self.clock.advance(0)

    def comes(self, outcome: Outcome) -> None:
        with capturedLogs() as log:
            self.open[-1].callback(outcome)
            self.clock.advance(0)
        self.log += log

    @property
    def told(self) -> list[str]:
        return [formatEvent(event) for event in self.log]


def test_letters_are_sent_one_after_the_other() -> None:
    bench = Bench()
    assert bench.mailer.place == "example.org"
    bench.sends("one")
    bench.sends("two")
    assert bench.handed == ["one"]
    bench.comes(SENT)
    assert bench.handed == ["one", "two"]
    bench.comes(SENT)
    assert bench.told == []
    assert not bench.clock.getDelayedCalls()


def test_a_letter_that_was_not_taken_is_sent_again_later_and_later_and_that_is_told_once() -> None:
    bench = Bench()
    bench.sends("one")
    for wait in (*WAITS, WAITS[-1]):
        bench.comes(HUNG)
        bench.sends("more", lambda: False)
        bench.clock.advance(wait - 1)
        number = len(bench.handed)
        bench.clock.advance(1)
        assert len(bench.handed) == number + 1
    bench.comes(SENT)
    assert set(bench.handed) == {"one"}
    assert bench.told == [
        "The mail server cannot be used: it closed the connection; it is tried again",
        "The mail server can be used again",
    ]


def test_a_letter_whose_reader_cannot_be_reached_keeps_no_other_back() -> None:
    bench = Bench()
    for subject in ("busy", "busier", "mine"):
        bench.sends(subject)
    bench.comes(LATER)
    bench.comes(LATER)
    bench.comes(SENT)
    assert bench.handed == ["busy", "busier", "mine"]
    # Each has waits of its own, and nothing is wrong with the server.
    assert bench.told == []
    for wait in WAITS[:2]:
        number = len(bench.handed)
        bench.clock.advance(wait - 1)
        assert len(bench.handed) == number
        bench.clock.advance(1)
        bench.comes(LATER)
        bench.comes(SENT if wait == WAITS[1] else LATER)
    bench.sends("mine again")
    assert bench.handed == [
        *("busy", "busier", "mine"),
        *("busy", "busier"),
        *("busy", "busier"),
        "mine again",
    ]
    bench.comes(SENT)
    with capturedLogs() as log:
        bench.mailer.stop()
    assert [formatEvent(event) for event in log] == ["1 mails were not sent before the end"]
    assert not bench.clock.getDelayedCalls()


def test_a_letter_that_is_delayed_is_one_of_those_that_wait() -> None:
    bench = Bench()
    for number in range(MOST):
        bench.sends(str(number))
    for _ in range(MOST):
        bench.comes(LATER)
    with capturedLogs() as log:
        bench.sends("one too many")
    assert [formatEvent(event) for event in log] == [
        f"A letter was dropped: {MOST} wait for the mail server already"
    ]
    # They are given up when they are old.
    while bench.clock.getDelayedCalls():
        while not bench.open[-1].called:
            bench.comes(LATER)
        bench.clock.advance(60)
    assert bench.clock.seconds() <= KEPT_FOR


def test_a_letter_is_given_up_when_it_is_old() -> None:
    bench = Bench()
    bench.sends("one")
    while bench.clock.seconds() < 2 * KEPT_FOR:
        if len(bench.open) and not bench.open[-1].called:
            bench.comes(HUNG)
        bench.clock.advance(WAITS[-1])
    assert bench.clock.seconds() >= KEPT_FOR
    number = len(bench.handed)
    bench.clock.advance(KEPT_FOR)
    assert len(bench.handed) == number
    assert not bench.clock.getDelayedCalls()


def test_a_letter_that_is_refused_is_dropped_and_no_other() -> None:
    bench = Bench()
    bench.sends("one")
    bench.sends("two")
    bench.comes(REFUSED)
    bench.comes(SENT)
    assert bench.handed == ["one", "two"]
    assert bench.told == ["A letter was refused: it refused the letter with 550"]


def test_a_letter_that_is_wanted_no_more_is_not_sent() -> None:
    bench = Bench()
    bench.sends("one")
    wanted = [True]
    bench.sends("two", lambda: wanted[0])
    wanted[0] = False
    bench.comes(SENT)
    assert bench.handed == ["one"]


def test_so_many_letters_wait_and_no_more() -> None:
    bench = Bench()
    bench.sends("first")
    with capturedLogs() as log:
        for number in range(MOST + 5):
            bench.sends(str(number))
    assert [formatEvent(event) for event in log] == [
        f"A letter was dropped: {MOST} wait for the mail server already"
    ]
    while not bench.open[-1].called:
        bench.comes(SENT)
    assert bench.handed == ["first", *map(str, range(MOST))]


def test_what_waits_at_the_end_is_dropped_and_that_is_told() -> None:
    bench = Bench()
    bench.sends("one")
    bench.comes(HUNG)
    bench.sends("two")
    bench.sends("three", lambda: False)
    with capturedLogs() as log:
        bench.mailer.stop()
    assert [formatEvent(event) for event in log] == ["2 mails were not sent before the end"]
    assert not bench.clock.getDelayedCalls()


def test_a_letter_that_is_being_sent_is_given_up_at_the_end() -> None:
    bench = Bench()
    bench.sends("one")
    bench.mailer.stop()
    assert bench.open[0].called
    bench.sends("two")
    assert bench.handed == ["one"]


def test_a_server_that_sends_no_mail_drops_letters() -> None:
    bench = Bench()
    bench.mailer.server = None
    assert bench.mailer.place == ""
    bench.sends("one")
    bench.mailer.server = SERVER
    bench.sends("two")
    assert bench.handed == ["two"]


@pytest.mark.parametrize("error", [ValueError("for you@example.org")])
def test_a_bug_costs_one_letter_and_is_logged(error: Exception) -> None:
    bench = Bench()
    bench.sends("one")
    bench.sends("two")
    with capturedLogs() as log:
        bench.open[0].errback(error)
        bench.clock.advance(0)
    (told,) = [formatEvent(event) for event in log]
    assert told.startswith("A letter could not be sent:")
    assert bench.handed == ["one", "two"]
