"""
What the signals of the operator do.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import define, field

from twisted_chat.server.process.signals import Signals


@define
class Heard:
    """
    Stands in for all that signals reach, and notes what happens.
    """

    calls: list[str] = field(factory=list)

    def hurry(self) -> None:
        self.calls.append("hurry")

    def suspend(self) -> None:
        self.calls.append("suspend")

    def callFromThread(self, function: Callable[[], object]) -> None:  # noqa: N802  # Twisted's
        self.calls.append("in the reactor")
        function()

    def noting(self, what: str) -> Callable[[], object]:
        return lambda: self.calls.append(what)


@pytest.fixture
def heard() -> Iterator[Heard]:
    """
    Return what hears the signals of this process, which are as before afterwards.
    """
    taken = ("SIGTERM", "SIGINT", "SIGTSTP", "SIGHUP", "SIGUSR1", "SIGUSR2")
    before = {each: signal.getsignal(each) for each in map(signal.Signals.__getitem__, taken)}
    yield Heard()
    for each, handler in before.items():
        signal.signal(each, handler)


def take(heard: Heard) -> None:
    reactor: Any = heard
    asked = map(heard.noting, ("stop", "reload", "restart", "rotate"))
    Signals(reactor, reactor, *asked).take()


@pytest.mark.parametrize(
    ("number", "calls"),
    [
        (signal.SIGTERM, ["hurry", "in the reactor", "stop"]),
        (signal.SIGHUP, ["in the reactor", "reload"]),
        (signal.SIGUSR1, ["in the reactor", "rotate"]),
        (signal.SIGUSR2, ["in the reactor", "restart"]),
        (signal.SIGTSTP, ["suspend"]),
    ],
)
def test_each_signal_has_its_meaning(
    heard: Heard, number: signal.Signals, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    take(heard)
    signal.raise_signal(number)
    assert heard.calls == calls


def test_ctrl_c_hurries_and_goes_on_to_who_had_it(heard: Heard) -> None:
    signal.signal(signal.SIGINT, lambda *_: heard.calls.append("of the reactor"))
    take(heard)
    signal.raise_signal(signal.SIGINT)
    assert heard.calls == ["hurry", "of the reactor"]


def test_who_has_turned_off_ctrl_c_and_ctrl_z_has_them_turned_off(heard: Heard) -> None:
    for each in (signal.SIGINT, signal.SIGTSTP):
        signal.signal(each, signal.SIG_IGN)
    take(heard)
    for each in (signal.SIGINT, signal.SIGTSTP):
        signal.raise_signal(each)
    assert heard.calls == []


class Terminal:
    """
    The standard input of a server that was started in a terminal.
    """

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0


@pytest.mark.parametrize(("is_open", "asked"), [(True, "reload"), (False, "stop")])
def test_a_terminal_that_is_closed_stops_what_was_started_in_it(
    heard: Heard, is_open: bool, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    take(heard)
    monkeypatch.setattr("os.isatty", lambda _: is_open)
    signal.raise_signal(signal.SIGHUP)
    assert heard.calls == ["in the reactor", asked]
