"""
A plugin's failure ends where the plugin was called, and no user notices more of it.
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Thread
from types import ModuleType
from typing import Annotated, Any

import pytest
from attrs import define, evolve, field, frozen
from shared_isolation import NEVER, Outcome, Stubborn, break_down, ticking
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs, formatEvent
from twisted.python.failure import Failure

from twisted_chat import (
    ChatError,
    Context,
    HttpRequest,
    Hub,
    ParamType,
    command,
    events,
    filters,
    hears,
    http_route,
    on,
    option,
)
from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.events import Said
from twisted_chat.isolation import Isolation, running_in
from twisted_chat.options import BadSetting
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.testing import Chat, Person


@pytest.fixture(autouse=True, scope="module")
def _forgotten() -> Iterator[None]:
    """
    Collect what hostile bodies leave behind after all tests, so that it is logged in none of them.

    Commands that wait for ever, and Deferreds that nobody hears, are told of when they are
    forgotten: that would be in any test, as it is when Python collects them.
    """
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture(autouse=True)
def _forgotten_now_and_then() -> Iterator[None]:
    yield
    if gc.get_count()[0] > 200_000:
        gc.collect()


def plugin(*functions: Any) -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return module


# -- one call -------------------------------------------------------------------------------------


def test_a_result_is_handed_on() -> None:
    outcome = Outcome()
    assert outcome.of(lambda: "fine") == []
    assert outcome.results == ["fine"]
    assert outcome.failures == 0


def test_a_function_is_called_with_the_arguments_behind_it() -> None:
    results: list[Any] = []
    isolation = Isolation(Clock())
    isolation.run("/it", divmod, 7, 2, done=results.append)
    isolation.run("/it", results.append, "without anybody who is told what came of it")
    assert results == [(3, 1), "without anybody who is told what came of it"]


@pytest.mark.parametrize("secret", ["hunter2", Said(0.0, "lobby", "alice", "hunter2")])
def test_what_was_typed_is_left_out_of_the_log_as_text_or_as_an_event(secret: Any) -> None:
    word = "hunter2"

    def refuse() -> None:
        raise ChatError(f"Not with {word}.")

    def break_down() -> None:
        raise ValueError(word)

    isolation = Isolation(Clock())
    with capturedLogs() as logged:
        isolation.run("/it", refuse, secret=secret)
        isolation.run("/it", break_down, secret=secret)
    assert "(it quotes what was typed)" in formatEvent(logged[0])
    assert "(its message quotes what was typed)" in formatEvent(logged[1])
    assert word not in str(logged)


def test_a_refusal_is_told_and_not_logged() -> None:
    outcome = Outcome()

    def refuse() -> None:
        raise ChatError("No.")

    assert outcome.of(refuse) == []
    assert outcome.refusals == ["No."]
    assert outcome.failures == 0


@pytest.mark.parametrize(
    "error",
    [
        Exception,
        SystemExit,
        KeyboardInterrupt,
        GeneratorExit,
        RecursionError,
        MemoryError,
        StopIteration,
        StopAsyncIteration,
        BaseException,
        asyncio.CancelledError,
        CancelledError,
    ],
)
def test_whatever_is_raised_is_logged_once_with_its_traceback(error: type[BaseException]) -> None:
    def break_down() -> None:
        raise error

    async def break_down_later() -> None:
        await succeed(None)
        raise error

    for call in (break_down, lambda: fail(error()), break_down_later):
        outcome = Outcome()
        (event,) = outcome.of(call)
        assert event["log_level"] is LogLevel.error
        assert event["name"] == "/it"
        # A coroutine may not raise StopIteration, Python makes another error of it.
        assert error.__name__ in event["traceback"].splitlines()[-1]
        assert outcome.failures == 1
        assert outcome.results == outcome.refusals == []


def test_what_is_done_with_a_result_may_fail_too() -> None:
    with capturedLogs() as logged:
        Isolation(Clock()).run("/it", lambda: "abc", done=int)
    assert logged[0]["traceback"].endswith("invalid literal for int() with base 10: 'abc'")


def test_whatever_it_comes_to_its_end_is_told_once() -> None:
    clock, ends, late = Clock(), [], Deferred[str]()
    isolation = Isolation(clock)

    def run(call: Callable[[], object], **how: Any) -> None:
        isolation.run("/it", call, ended=lambda: ends.append(call), **how)

    run(lambda: "abc")
    run(lambda: 1 / 0)
    run(lambda: "abc", done=int)
    run(lambda: fail(ChatError("no")))
    assert len(ends) == 4
    run(lambda: late)
    run(Deferred)
    assert len(ends) == 4
    late.callback("abc")
    assert len(ends) == 5
    clock.advance(ANSWER_WITHIN)
    assert len(ends) == 6


def test_an_error_that_cannot_be_shown_is_logged_all_the_same() -> None:
    class Unprintable(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def break_down() -> None:
        raise Unprintable

    (event,) = Outcome().of(break_down)
    assert "Unprintable" in event["traceback"]


def test_a_refusal_that_cannot_be_told_is_a_failure() -> None:
    class Mute(ChatError):
        def __str__(self) -> str:
            raise RuntimeError

    def refuse() -> None:
        raise Mute

    outcome = Outcome()
    (event,) = outcome.of(refuse)
    assert event["name"] == "/it"
    assert outcome.failures == 1


def test_a_chain_of_errors_is_logged_to_its_eighth() -> None:
    def break_down() -> None:
        error = Exception("error 0")
        for number in range(1, 1000):
            later = Exception(f"error {number}")
            later.__cause__, error = error, later
        raise error

    (event,) = Outcome().of(break_down)
    assert event["traceback"].count("Exception: error") == 8
    assert event["traceback"].endswith("Exception: error 999")


def test_errors_that_caused_each_other_are_logged_to_an_end() -> None:
    def break_down() -> None:
        one, other = Exception("one"), Exception("other")
        one.__cause__, other.__cause__ = other, one
        raise one

    (event,) = Outcome().of(break_down)
    assert event["traceback"].endswith("Exception: one")


def test_a_control_character_in_an_error_does_not_reach_the_log() -> None:
    def break_down() -> None:
        raise ValueError("\x1b]0;title\x07\rforged line\u2028forged too")

    (event,) = Outcome().of(break_down)
    assert not set(event["traceback"]) & set("\x1b\x07\r\u2028")


# -- switching off --------------------------------------------------------------------------------


def test_five_failures_in_a_minute_switch_off() -> None:
    outcome = Outcome()
    for _ in range(4):
        outcome.of(break_down)
        outcome.advance(15)
    assert not outcome.isolation.is_off("/it")
    logged = outcome.of(break_down)
    assert outcome.isolation.is_off("/it")
    assert not outcome.isolation.is_off("/other")
    assert [formatEvent(event).partition(":")[0] for event in logged] == [
        "/it failed",
        "/it is switched off",
    ]


def test_what_keeps_failing_does_not_fill_the_log() -> None:
    outcome = Outcome()
    logged = [event for _ in range(1000) for event in outcome.of(break_down)]
    tracebacks = [event for event in logged if "traceback" in event]
    assert len(tracebacks) == 5
    assert "RuntimeError" in formatEvent(tracebacks[0])
    # Failures of another plugin are counted apart.
    with capturedLogs() as others:
        outcome.isolation.run("/other", break_down)
    assert "RuntimeError" in formatEvent(others[0])
    outcome.advance(3600 / 5)
    (again,) = outcome.of(break_down)
    assert formatEvent(again).startswith("/it failed (995 more like it suppressed):\n")


def test_what_was_left_out_of_the_log_is_told_when_the_plugins_are_reloaded() -> None:
    outcome = Outcome()
    for _ in range(7):
        outcome.of(break_down)
    with capturedLogs() as logged:
        outcome.isolation.reset()
        outcome.isolation.run("/it", break_down)
    counted, after = map(formatEvent, logged)
    assert counted == "2 more lines suppressed of the kind '/it failed'"
    assert "RuntimeError" in after


def test_five_failures_in_more_than_a_minute_do_not() -> None:
    outcome = Outcome()
    for _ in range(20):
        outcome.of(break_down)
        outcome.advance(15.1)
    assert not outcome.isolation.is_off("/it")


def test_a_command_that_is_switched_off_stays_off_until_the_reset() -> None:
    outcome = Outcome()
    for _ in range(5):
        outcome.of(break_down)
    outcome.advance(1000)
    # A timer that was set before fails later.
    logged = outcome.of(break_down)
    assert outcome.isolation.is_off("/it")
    assert len(logged) == 1
    outcome.isolation.reset()
    assert not outcome.isolation.is_off("/it")
    outcome.of(break_down)
    assert not outcome.isolation.is_off("/it")


# -- blocking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "logged"),
    [
        (0.25, []),
        (0.251, ["/it blocked the server for 251 ms"]),
        (5.0, ["/it blocked the server for 5000 ms"]),
    ],
)
def test_a_call_that_blocks_is_named(seconds: float, logged: list[str]) -> None:
    isolation = Isolation(Clock(), ticking(100, 100 + seconds))
    with capturedLogs() as caught:
        isolation.run("/it", lambda: None)
    assert [event["log_format"].format(**event) for event in caught] == logged
    assert all(event["log_level"] is LogLevel.warn for event in caught)


def test_a_call_that_blocks_and_fails_is_named_for_both() -> None:
    isolation = Isolation(Clock(), ticking(0, 1))
    with capturedLogs() as caught:
        isolation.run("/it", break_down)
    assert [event["log_level"] for event in caught] == [LogLevel.warn, LogLevel.error]


def test_a_coroutine_that_blocks_in_a_later_step_is_named() -> None:
    turns: list[Deferred[None]] = [Deferred(), Deferred()]

    async def work() -> str:
        for turn in turns:
            await turn
        return "done"

    results: list[Any] = []
    # Readings before and after the call itself, and before and after each of three steps.
    isolation = Isolation(Clock(), ticking(0, 0, 0, 0, 10, 10.1, 20, 20.9))
    with capturedLogs() as caught:
        isolation.run("/it", work, done=results.append)
        turns[0].callback(None)
        assert caught == []
        turns[1].callback(None)
    assert [event["log_format"].format(**event) for event in caught] == [
        "/it blocked the server for 900 ms"
    ]
    assert results == ["done"]


def test_a_command_a_hook_and_a_timer_that_block_are_named() -> None:
    @command
    def doze(ctx: Context) -> None:
        """Doze."""
        ctx.later(1, int)

    @on(Said)
    def listen(hub: Hub, event: Said) -> None: ...

    chat = Chat(plugin(doze, listen))
    alice = chat.arrive("alice")
    chat.hub.isolation._stopwatch = ticking(0, 1, 1, 3, 3, 6)
    with capturedLogs() as caught:
        alice.types("/doze", "hello")
        chat.advance(1)
    name = "test_a_command_a_hook_and_a_timer_that_block_are_named.<locals>.listen"
    assert [event["log_format"].format(**event) for event in caught] == [
        "/doze blocked the server for 1000 ms",
        f"{__name__}.{name} blocked the server for 2000 ms",
        "/doze blocked the server for 3000 ms",
    ]


# -- everything that can go wrong, everywhere -----------------------------------------------------


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class MuteError(ChatError):
    def __str__(self) -> str:
        raise RuntimeError


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError


class Text(str):
    """
    Text that is no text.
    """

    __slots__ = ()

    def replace(self, *_: Any) -> str:
        raise SystemExit


def raises(error: BaseException) -> Callable[[Hub], Any]:
    def body(_: Hub) -> Any:
        raise error

    return body


def returns(junk: Any) -> Callable[[Hub], Any]:
    return lambda _: junk


def raises_later(error: BaseException) -> Callable[[Hub], Any]:
    async def body(_: Hub) -> Any:
        await succeed(None)
        raise error

    return body


def recurses(hub: Hub) -> Any:
    return recurses(hub) or recurses(hub)


def exits(_: Hub) -> Any:
    sys.exit("bye")


def chains(_: Hub) -> Any:
    try:
        raise KeyError
    except KeyError as error:
        raise SystemExit from error


def speaks_of_no_room(hub: Hub) -> Any:
    hub.find_room("nowhere")


def keeps_junk(hub: Hub) -> Any:
    hub.storage(__name__).set("junk", object())


def keeps_under_junk(hub: Hub) -> Any:
    hub.storage(__name__).set(7, 7)  # type: ignore[arg-type]


def plans_junk(hub: Hub) -> Any:
    hub.at("soon", keeps_junk)  # type: ignore[arg-type]


def keeps_for_a_guest(hub: Hub) -> Any:
    hub.storage(__name__).of(hub.find_user("bob")).set("a", 1)


def renames_to_nonsense(hub: Hub) -> Any:
    hub.nicks.rename(hub.find_user("bob"), "\x1b[31m")


def renames_to_a_number(hub: Hub) -> Any:
    hub.nicks.rename(hub.find_user("bob"), 7)  # type: ignore[arg-type]


def announces_junk(hub: Hub) -> Any:
    hub.talk.announce(hub.find_room("attic"), "\x1b[2J\r\n\x00\ud800")
    hub.talk.announce(hub.find_room("attic"), 7)  # type: ignore[arg-type]


def notifies_junk(hub: Hub) -> Any:
    hub.find_user("bob").notify(7)  # type: ignore[arg-type]


def writes_to_an_event(_: Hub) -> Any:
    Said(0, "lobby", "bob", "hello").text = "changed"  # type: ignore[misc]


class MuteExit(ChatError):
    def __str__(self) -> str:
        raise SystemExit


class Liar:
    """
    An object that fails when it is asked what it is.
    """

    @property
    def __class__(self) -> Any:
        raise SystemExit

    @__class__.setter
    def __class__(self, kind: Any) -> None: ...


class Turncoat:
    """
    An object that is one thing first, and then fails.
    """

    looks = 0

    @property
    def __class__(self) -> Any:
        self.looks += 1
        if self.looks > 1:
            raise KeyboardInterrupt
        return int

    @__class__.setter
    def __class__(self, kind: Any) -> None: ...


class Unhooked(Deferred[Any]):
    """
    A Deferred to which nothing can be added.
    """

    def addBoth(self, *_: Any, **__: Any) -> Any:
        raise SystemExit


class Loud(str):
    """
    Text whose length nobody learns.
    """

    __slots__ = ()

    def __len__(self) -> int:
        raise KeyboardInterrupt


class Awaited:
    """
    What can be awaited, and is no coroutine.
    """

    def __await__(self) -> Any:
        raise SystemExit
        yield


def raises_from(error: BaseException, cause: BaseException) -> Callable[[Hub], Any]:
    def body(_: Hub) -> Any:
        raise error from cause

    return body


def noted(error: BaseException) -> BaseException:
    error.add_note("\x1b[2J" + "n" * 10**6)
    return error


def sets(find: Callable[[Hub], Any], name: str) -> Callable[[Hub], Any]:
    def body(hub: Hub) -> Any:
        setattr(find(hub), name, 7)

    return body


def fires_twice(_: Hub) -> Any:
    twice: Deferred[int] = Deferred()
    twice.callback(1)
    twice.callback(2)


def cancelled(_: Hub) -> Any:
    gone: Deferred[int] = Deferred()
    gone.cancel()
    return gone


def paused(_: Hub) -> Any:
    held = succeed("text")
    held.pause()
    return held


def used_up(_: Hub) -> Any:
    async def once() -> None: ...

    coroutine = once()
    coroutine.close()
    return coroutine


async def deep(_: Hub) -> Any:
    async def deeper(depth: int) -> None:
        await deeper(depth + 1)

    await deeper(0)


def works_in_a_thread(hub: Hub) -> Any:
    done: list[int] = []
    thread = Thread(target=lambda: done.append(len(hub.users)))
    thread.start()
    thread.join()
    assert done


def fails_in_a_thread(_: Hub) -> Any:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(sys.exit, "bye").result()


def announces_again_and_again(hub: Hub) -> Any:
    for _ in range(20):
        hub.find_room("attic").announce("trap")


def announces_too_much(hub: Hub) -> Any:
    hub.find_room("attic").announce("x" * 10**6)


def notifies_too_much(hub: Hub) -> Any:
    hub.find_user("bob").notify("x" * 10**6)


def asks_junk(hub: Hub) -> Any:
    hub.ask(hub.find_user("bob").sessions[0], 7, 7)  # type: ignore[arg-type]


def connects_junk(hub: Hub) -> Any:
    hub.connect(7, 7)  # type: ignore[arg-type]


def removes_what_it_was_given(hub: Hub) -> Any:
    del events.Said(0.0, "lobby", "bob", "x").text


def warps_time(hub: Hub) -> Any:
    hub.later("soon", int)  # type: ignore[arg-type]


def keeps_a_circle(hub: Hub) -> Any:
    circle: list[Any] = []
    circle.append(circle)
    hub.storage(__name__).set("circle", circle)


def keeps_no_number(hub: Hub) -> Any:
    hub.storage(__name__).set("number", float("nan"))


def keeps_half_a_character(hub: Hub) -> Any:
    hub.storage(__name__).set("half", "\ud800")


def keeps_for_another(hub: Hub) -> Any:
    hub.storage("another").set("a", 1)


def plans_a_lambda(hub: Hub) -> Any:
    hub.at(timedelta(1), lambda _: None)


def plans_too_often(hub: Hub) -> Any:
    hub.every(timedelta(milliseconds=1), keeps_junk)


def plans_without_a_zone(hub: Hub) -> Any:
    hub.at(datetime(2030, 1, 1), keeps_junk)  # noqa: DTZ001  # that is what is wrong


def generates(_: Hub) -> Any:
    yield 1


async def generates_later(_: Hub) -> Any:
    yield 1


async def waits_for_asyncio(_: Hub) -> Any:
    await asyncio.get_running_loop().create_future()


async def waits_for_junk(_: Hub) -> Any:
    await 7  # type: ignore[misc]


async def answers_with_junk(_: Hub) -> Any:
    return await succeed(7)


RAISES, RAISES_LATER, NEVER_ANSWERS = "raises", "raises later", "never answers"
REFUSES, REFUSES_LATER, JUNK, JUNK_LATER = "refuses", "refuses later", "junk", "junk later"
HARMLESS = "harmless"

HOSTILE: dict[str, tuple[str, Callable[[Hub], Any]]] = {
    "Exception": (RAISES, raises(Exception("oops"))),
    "an error with braces": (RAISES, raises(ValueError("{name} {0} %s {{"))),
    "an error in many lines": (RAISES, raises(ValueError("one\ntwo\r\nthree"))),
    "KeyError": (RAISES, raises(KeyError(None))),
    "OSError": (RAISES, raises(OSError(24, "Too many open files"))),
    "UnicodeDecodeError": (RAISES, raises(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))),
    "SyntaxError": (RAISES, raises(SyntaxError("bad", ("<s>", 1, 2, "a b", 1, 3)))),
    "AssertionError": (RAISES, raises(AssertionError())),
    "TimeoutError": (RAISES, raises(TimeoutError())),
    "Warning": (RAISES, raises(DeprecationWarning("old"))),
    "StopIteration": (RAISES, raises(StopIteration())),
    "StopAsyncIteration": (RAISES, raises(StopAsyncIteration())),
    "RecursionError": (RAISES, recurses),
    "MemoryError": (RAISES, raises(MemoryError())),
    "SystemExit": (RAISES, exits),
    "SystemExit out of another": (RAISES, chains),
    "KeyboardInterrupt": (RAISES, raises(KeyboardInterrupt())),
    "GeneratorExit": (RAISES, raises(GeneratorExit())),
    "BaseException": (RAISES, raises(BaseException())),
    "asyncio's CancelledError": (RAISES, raises(asyncio.CancelledError())),
    "CancelledError": (RAISES, raises(CancelledError())),
    "ExceptionGroup": (RAISES, raises(ExceptionGroup("both", [OSError(), KeyError()]))),
    "BaseExceptionGroup": (RAISES, raises(BaseExceptionGroup("both", [SystemExit(), OSError()]))),
    "an error that cannot be shown": (RAISES, raises(UnprintableError())),
    "a refusal that cannot be told": (RAISES, raises(MuteError())),
    "a name that is a number": (RAISES, renames_to_a_number),
    "a notice that is a number": (RAISES, notifies_junk),
    "writing to an event": (RAISES, writes_to_an_event),
    "a Deferred that failed": (RAISES_LATER, lambda _: fail(LookupError("later"))),
    "a Deferred that exits": (RAISES_LATER, lambda _: fail(SystemExit("later"))),
    "a coroutine that fails": (RAISES_LATER, raises_later(LookupError("later"))),
    "a coroutine that exits": (RAISES_LATER, raises_later(SystemExit("later"))),
    "a coroutine that is interrupted": (RAISES_LATER, raises_later(KeyboardInterrupt())),
    "a coroutine that is closed": (RAISES_LATER, raises_later(GeneratorExit())),
    "waiting for asyncio": (RAISES_LATER, waits_for_asyncio),
    "waiting for junk": (RAISES_LATER, waits_for_junk),
    "keeping junk": (RAISES, keeps_junk),
    "keeping something under junk": (RAISES, keeps_under_junk),
    "a schedule of junk": (RAISES, plans_junk),
    "keeping something for a guest": (REFUSES, keeps_for_a_guest),
    "a refusal": (REFUSES, raises(ChatError("No."))),
    "a refusal of nothing": (REFUSES, raises(ChatError())),
    "a refusal with an object": (REFUSES, raises(ChatError(object(), 7))),
    "a room that is not there": (REFUSES, speaks_of_no_room),
    "a name that is none": (REFUSES, renames_to_nonsense),
    "a coroutine that refuses": (REFUSES_LATER, raises_later(ChatError("No."))),
    "a number": (JUNK, returns(7)),
    "bytes": (JUNK, returns(b"text")),
    "a list": (JUNK, returns(["text"])),
    "a class": (JUNK, returns(Exception)),
    "an exception": (JUNK, returns(Exception())),
    "a failure": (JUNK, returns(Failure(Exception()))),
    "an event": (JUNK, returns(events.Joined(0, "lobby", "bob"))),
    "an object that cannot be shown": (JUNK, returns(Unprintable())),
    "text that cannot be split": (JUNK, returns(Text("text"))),
    "a generator": (JUNK, generates),
    "an asynchronous generator": (JUNK, generates_later),
    # -- more of what is raised
    "SystemExit with an object": (RAISES, raises(SystemExit(object()))),
    "an error about an object that cannot be shown": (RAISES, raises(ValueError(Unprintable()))),
    "an error from one that cannot be shown": (
        RAISES,
        raises_from(ValueError("x"), UnprintableError()),
    ),
    "an error of a million characters": (RAISES, raises(ValueError("x" * 10**6))),
    "an error with a note": (RAISES, raises(noted(ValueError("x")))),
    "an error of half a character": (RAISES, raises(ValueError("\ud800"))),
    "an error of other bytes": (RAISES, raises(ValueError(b"\xff\x00"))),
    "a refusal that exits when it is told": (RAISES, raises(MuteExit())),
    "a refusal of a million characters": (REFUSES, raises(ChatError("x" * 10**6))),
    "a refusal in many lines": (REFUSES, raises(ChatError("\n".join("abc" * 100)))),
    "a refusal with junk for a code": (REFUSES, raises(ChatError("No.", code=7))),  # type: ignore[arg-type]
    "a refusal with junk for facts": (REFUSES, raises(ChatError("No.", x=Unprintable()))),  # type: ignore[arg-type]
    "a refusal that moves the cursor": (REFUSES, raises(ChatError("\x1b[2J\r\x07"))),
    # -- more of what is done
    "a Deferred that fires twice": (RAISES, fires_twice),
    "a thread that fails": (RAISES, fails_in_a_thread),
    "a user with more attributes": (RAISES, sets(lambda hub: hub.find_user("bob"), "junk")),
    "a room with more attributes": (RAISES, sets(lambda hub: hub.find_room("attic"), "junk")),
    "a session with more attributes": (
        RAISES,
        sets(lambda hub: hub.find_user("bob").sessions[0], "junk"),
    ),
    "an event with more attributes": (
        RAISES,
        sets(lambda _: Said(0, "lobby", "bob", "hello"), "junk"),
    ),
    "an event with less": (RAISES, removes_what_it_was_given),
    "an announcement of a million characters": (RAISES, announces_too_much),
    "a notice of a million characters": (RAISES, notifies_too_much),
    "a connection that is none": (RAISES, connects_junk),
    "options that it has not declared": (RAISES, lambda hub: hub.options(int)),
    "a time that is none": (RAISES, warps_time),
    "an object that fails when it is looked at": (RAISES_LATER, returns(Liar())),
    "an object that fails when it is looked at again": (RAISES_LATER, lambda _: Turncoat()),
    "a Deferred to which nothing can be added": (RAISES_LATER, lambda _: Unhooked()),
    "a coroutine without a bottom": (RAISES_LATER, deep),
    "a coroutine that is used up": (RAISES_LATER, used_up),
    "a Deferred that was cancelled": (RAISES_LATER, cancelled),
    "a Deferred that is paused": (NEVER_ANSWERS, paused),
    "a thread that works": (HARMLESS, works_in_a_thread),
    "announcing in its own room": (HARMLESS, announces_again_and_again),
    # -- more of what is kept and planned
    "keeping a circle": (RAISES, keeps_a_circle),
    "keeping no number": (RAISES, keeps_no_number),
    "keeping half a character": (RAISES, keeps_half_a_character),
    "keeping for another plugin": (RAISES, keeps_for_another),
    "planning what has no name": (RAISES, plans_a_lambda),
    "planning too often": (RAISES, plans_too_often),
    "planning at a time without a zone": (RAISES, plans_without_a_zone),
    # -- more of what is asked by HTTP
    "fetching from this machine": (REFUSES_LATER, lambda hub: hub.http.get("http://127.0.0.1/")),
    "fetching from a private network": (
        REFUSES_LATER,
        lambda hub: hub.http.get("http://192.168.0.1/"),
    ),
    "fetching from no address": (REFUSES_LATER, lambda hub: hub.http.get("http://[")),
    "fetching junk": (RAISES_LATER, lambda hub: hub.http.get(7)),
    # -- more of what is returned
    "what is not implemented": (JUNK, returns(NotImplemented)),
    "a function": (JUNK, returns(int)),
    "no number": (JUNK, returns(float("nan"))),
    "a view of memory": (JUNK, returns(memoryview(b"text"))),
    "what can be awaited": (JUNK, returns(Awaited())),
    "text of no length": (JUNK, returns(Loud("text"))),
    "text of a million characters": (JUNK, returns("x" * 10**6)),
    "a Deferred of junk": (JUNK_LATER, lambda _: succeed(7)),
    "a coroutine of junk": (JUNK_LATER, answers_with_junk),
    "announcing junk": (RAISES, announces_junk),
    **{call.__name__: (NEVER_ANSWERS, lambda _, call=call: call()) for call in NEVER[:-1]},  # type: ignore[misc]
    "a coroutine that cannot be cancelled": (NEVER_ANSWERS, lambda _: Stubborn().wait()),
}


@define
class Company:
    """
    Three users who go on to talk, whatever happens.
    """

    chat: Chat
    people: list[Person] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.people = [self.chat.arrive(nick) for nick in ("alice", "bob", "carol")]
        # Carol hears everything her own way, alone.
        self.people[2].types("/bell on", "/color on", "/join attic", "/join lobby")
        for person in self.people:
            person.reads()

    def are_well(self) -> None:
        """
        Check that everybody is here and that each one's lines reach the others.
        """
        alice, bob, carol = self.people
        # What comes at once behind a refused name may be a password.
        self.chat.advance(2)
        assert [person.is_connected for person in self.people] == [True, True, True]
        for person in self.people:
            person.reads()
        bob.types("still here")
        assert alice.reads() == ["bob: still here"]
        assert [line[-10:] for line in carol.reads()] == ["still here"]
        alice.types("/who")
        assert alice.reads() == ["In #lobby: alice, bob, carol."]


def in_a_command(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    def trap(ctx: Context) -> Any:
        """Be hostile."""
        return body(ctx.hub)

    return [trap]


def in_a_coroutine(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    async def trap(ctx: Context) -> Any:
        """Be hostile."""
        return await settled(body(ctx.hub))

    return [trap]


def in_a_timer(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    def trap(ctx: Context) -> None:
        """Be hostile."""
        ctx.later(0, body, ctx.hub)

    return [trap]


def in_a_schedule(body: Callable[[Hub], Any]) -> list[Any]:
    def strike(hub: Hub) -> Any:
        return body(hub)

    @command
    def trap(ctx: Context) -> None:
        """Be hostile."""
        ctx.at(timedelta(), strike)

    return [trap, strike]


def in_a_handler(body: Callable[[Hub], Any]) -> list[Any]:
    @on(Said)
    def hear(hub: Hub, event: Said) -> Any:
        return body(hub) if event.text == "trap" else None

    return [hear]


def in_a_handler_of_everything(body: Callable[[Hub], Any]) -> list[Any]:
    busy: list[Any] = []

    @on(events.Event)
    def hear(hub: Hub, event: events.Event) -> Any:
        if busy or getattr(event, "text", "") != "trap":
            return None
        busy.append(event)
        return body(hub)

    return [hear]


def in_a_filter(body: Callable[[Hub], Any]) -> list[Any]:
    @filters(Said)
    def check(hub: Hub, event: Said) -> Any:
        return body(hub) if event.text == "trap" else None

    return [check]


def in_teardown(body: Callable[[Hub], Any]) -> list[Any]:
    hubs: list[Hub] = []

    def setup(hub: Hub) -> None:
        hubs.append(hub)

    def teardown() -> Any:
        return body(hubs[0])

    return [setup, teardown]


def in_hears(body: Callable[[Hub], Any]) -> list[Any]:
    @hears("trap")
    def hear(hub: Hub, event: Said) -> Any:
        return body(hub)

    return [hear]


def in_a_route(body: Callable[[Hub], Any]) -> list[Any]:
    @http_route("/trap")
    def trap(hub: Hub, request: HttpRequest) -> Any:
        return body(hub)

    return [trap]


def in_a_completion(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    def trap(ctx: Context, *, word: str = "") -> None:
        """Be hostile."""

    @trap.completes("word")
    def complete(ctx: Context, typed: str) -> Any:
        return body(ctx.hub)

    return [trap]


def read_by(body: Callable[[Hub], Any], hubs: list[Hub]) -> Any:
    """
    Return a type of parameters that ``body`` reads.
    """
    return Annotated[str, ParamType("trap", lambda _: body(hubs[0]), "a word")]


def in_a_type(body: Callable[[Hub], Any]) -> list[Any]:
    hubs: list[Hub] = []

    def setup(hub: Hub) -> None:
        hubs.append(hub)

    def trap(ctx: Context, word: Any) -> Any:
        """Be hostile."""
        return word

    trap.__annotations__["word"] = read_by(body, hubs)
    return [setup, command(trap)]


def in_an_answer(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    async def trap(ctx: Context) -> Any:
        """Be hostile."""
        return await settled(await ctx.ask("Which?", read_by(body, [ctx.hub])))

    return [trap]


def behind_an_answer(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    async def trap(ctx: Context) -> Any:
        """Be hostile."""
        await ctx.choose("Which?", ["tea", "coffee"])
        return await settled(body(ctx.hub))

    return [trap]


def by_a_bot(body: Callable[[Hub], Any]) -> list[Any]:
    @command
    async def trap(ctx: Context) -> None:
        """Be hostile."""
        result = await settled(body(ctx.hub))
        if result is not None:
            ctx.hub.bot("trapbot").say(ctx.hub.find_room("attic"), result)

    return [trap]


async def settled(result: Any) -> Any:
    """
    Return ``result``, or what it becomes.
    """
    is_later = isinstance(result, Deferred) or asyncio.iscoroutine(result)
    return await result if is_later else result


# That of the plugins here, as in the paths of their routes.
NAME = __name__.rpartition(".")[2]


def completes(company: Company) -> None:
    protocol: Any = company.people[0].protocol
    protocol.factory.dispatcher.complete(protocol.session, "/trap x", 7)


def fetches(company: Company) -> None:
    company.chat.web.request("GET", f"/plugin/{NAME}/trap")


def types(*lines: str) -> Callable[[Company], None]:
    return lambda company: company.people[0].types(*lines)


def unloads(company: Company) -> None:
    company.chat.plugins.sources = ()
    company.chat.plugins.load()
    company.chat.advance()


BROKEN = {RAISES, RAISES_LATER, NEVER_ANSWERS}
ANY_JUNK = {JUNK, JUNK_LATER}
ASKED = types("/trap")


@frozen
class Place:
    """
    A place where the code of a plugin runs.

    Attributes:
        make: returns the functions of a plugin with a body in this place.
        strike: makes it run.
        failing: which kinds of bodies are failures here.
        unsure: which kinds of bodies may be failures here, or be what was meant.
        tells: a refusal is an answer to a user.
    """

    make: Callable[[Callable[[Hub], Any]], list[Any]]
    strike: Callable[[Company], None]
    failing: set[str] = BROKEN
    unsure: set[str] = field(factory=set)
    tells: bool = False


PLACES = [
    Place(in_a_command, ASKED, BROKEN | ANY_JUNK, tells=True),
    Place(in_a_coroutine, ASKED, BROKEN | ANY_JUNK, tells=True),
    Place(in_a_timer, ASKED),
    Place(in_a_schedule, ASKED),
    Place(in_a_handler, types("trap")),
    Place(in_a_handler_of_everything, types("trap")),
    Place(in_a_filter, types("trap"), BROKEN | ANY_JUNK, tells=True),
    Place(in_teardown, unloads),
    Place(in_hears, types("trap")),
    # A number or a list is an answer in JSON.
    Place(in_a_route, fetches, unsure=ANY_JUNK, tells=True),
    # Whatever has texts in it can be offered, but nothing has not.
    Place(in_a_completion, completes, BROKEN | {HARMLESS}, unsure=ANY_JUNK),
    # A ValueError there says that the word is none.
    Place(in_a_type, types("/trap x"), {RAISES_LATER, NEVER_ANSWERS}, {RAISES, *ANY_JUNK}, True),
    Place(
        in_an_answer, types("/trap", "x"), {RAISES_LATER, NEVER_ANSWERS}, {RAISES, *ANY_JUNK}, True
    ),
    Place(behind_an_answer, types("/trap", "tea"), BROKEN | ANY_JUNK, tells=True),
    # Some texts can be said.
    Place(by_a_bot, ASKED, unsure=ANY_JUNK, tells=True),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.make.__name__)
@pytest.mark.parametrize(("kind", "body"), HOSTILE.values(), ids=HOSTILE)
def test_a_plugin_that_fails_in_any_way_at_any_place_hurts_no_user(
    place: Place, kind: str, body: Callable[[Hub], Any]
) -> None:
    chat = Chat(plugin(*place.make(body)))
    # However busy this machine is, nothing takes long.
    chat.hub.isolation._stopwatch = ticking(0)
    company = Company(chat)
    with capturedLogs() as logged:
        place.strike(company)
        for _ in range(3):
            company.are_well()
            chat.advance(5)
    # What Twisted says of Deferreds that nobody hears comes when they are forgotten: in any test.
    told = [event for event in logged if event["log_namespace"] != "twisted.internet.defer"]
    troubles = [event for event in told if event["log_level"] >= LogLevel.warn]
    found = [event["log_format"].partition("{suppressed}")[0] for event in troubles]
    is_failing = kind in place.failing or (kind in place.unsure and found != [])
    assert found == (
        ["{name} failed"]
        if is_failing
        else ["{name} refused, and there is no user to tell: {sentence!r}"]
        if kind in {REFUSES, REFUSES_LATER} and not place.tells
        else []
    )
    assert not any("log_failure" in event for event in logged)
    if place.tells and place.strike is ASKED:
        company.people[0].types("/trap", "/trap", "/trap", "/trap", "/trap")
        chat.advance(10)
        chat.advance(10)
        off = "/trap is switched off, because it kept failing."
        company.people[0].types("/trap")
        assert (company.people[0].reads()[-1:] == [off]) is is_failing
        company.are_well()


def test_a_plugin_that_raises_everywhere_hurts_no_user() -> None:
    @command(aliases=["worse"])
    def bad(ctx: Context) -> None:
        """Raise, now and later."""
        ctx.later(1, sys.exit)
        raise SystemExit

    @filters(events.Event)
    def refuse(hub: Hub, event: events.Event) -> None:
        raise KeyboardInterrupt

    @on(events.Event)
    def hear(hub: Hub, event: events.Event) -> None:
        raise MemoryError

    def teardown() -> None:
        raise RecursionError

    chat = Chat(plugin(bad, refuse, hear, teardown))
    company = Company(chat)
    alice, bob, carol = company.people
    for line in (
        "/bad",
        "hello",
        "/me waves",
        "/msg bob psst",
        "/topic tea",
        "/worse",
        "/nick al",
    ):
        alice.types(line)
    bob.types("/join den", "/invite al", "/leave", "/quit")
    chat.advance(1)
    assert bob.reads() == [
        "alice: hello",
        "* alice waves",
        "[alice -> you] psst",
        "*** alice set the topic of #lobby: tea ***",
        "*** alice is now known as al ***",
        "You are in #den as bob. Nobody else is here yet.",
        "You have invited al to #den.",
        "You have left #den.",
        "You are now talking in #lobby.",
        "Goodbye, bob.",
    ]
    chat.plugins.load()
    chat.plugins.unload()
    assert alice.is_connected
    assert carol.is_connected


AT_ONCE = {
    name: (kind, body)
    for name, (kind, body) in HOSTILE.items()
    if kind in {RAISES, REFUSES, JUNK, HARMLESS}
}


@pytest.mark.parametrize(("kind", "body"), AT_ONCE.values(), ids=AT_ONCE)
def test_a_plugin_that_fails_while_it_is_set_up_leaves_those_before_in_force(
    kind: str, body: Callable[[Hub], Any]
) -> None:
    @command
    def fizz(ctx: Context) -> str:
        """Fizz."""
        return "works"

    def setup(hub: Hub) -> Any:
        return body(hub)

    chat = Chat(plugin(fizz))
    company = Company(chat)
    chat.plugins.sources = (plugin(setup),)
    alice = company.people[0]
    if kind in {RAISES, REFUSES}:
        with pytest.raises(PluginError, match=f"^Plugin {__name__} cannot be set up: "):
            chat.plugins.load()
        alice.types("/fizz")
        assert alice.reads() == ["works"]
    else:
        chat.plugins.load()
        alice.types("/fizz")
        assert alice.reads() == ["No such command: /fizz. Type /help for the list."]
    company.are_well()


@pytest.mark.parametrize(("kind", "body"), AT_ONCE.values(), ids=AT_ONCE)
def test_a_plugin_whose_options_fail_leaves_those_before_in_force(
    kind: str, body: Callable[[Hub], Any]
) -> None:
    @command
    def fizz(ctx: Context) -> str:
        """Fizz."""
        return "works"

    chat = Chat(plugin(fizz))
    company = Company(chat)

    @frozen
    class Options:
        level: int = option(1, "How hostile it is.")

        def __attrs_post_init__(self) -> None:
            body(chat.hub)

    Options.__module__ = __name__
    chat.plugins.sources = (plugin(Options),)
    alice = company.people[0]
    if kind in {RAISES, REFUSES}:
        with pytest.raises((PluginError, BadSetting)):
            chat.plugins.load()
        alice.types("/fizz")
        assert alice.reads() == ["works"]
    else:
        chat.plugins.load()
    company.are_well()


@pytest.mark.parametrize("names", ["text", "nick", "room", "at", "text nick room at"])
@pytest.mark.parametrize(
    "junk", [None, 7j, b"bytes", [], Unprintable()], ids=lambda junk: type(junk).__name__
)
def test_a_filter_that_returns_a_nonsensical_event_is_ignored(junk: Any, names: str) -> None:
    @filters(Said)
    def garble(hub: Hub, event: Said) -> Said:
        changes = dict.fromkeys(names.split(), junk)
        return evolve(event, **changes) if event.text == "trap" else event

    chat = Chat(plugin(garble))
    company = Company(chat)
    alice, bob, _ = company.people
    # Each of these reads in another way, and must not keep it from the others.
    dave = chat.arrive("dave")
    dave.types("/ignore carol", "/bell on", "/time on")
    with capturedLogs() as logged:
        alice.types("trap", "well?")
    assert bob.reads() == ["*** dave has joined #lobby ***", "alice: trap", "alice: well?"]
    assert [event["log_format"] for event in logged] == ["{name} failed{suppressed}:\n{traceback}"]
    dave.types("/quit")
    company.are_well()


@pytest.mark.parametrize("error", [RuntimeError, SystemExit])
def test_an_announcement_that_cannot_be_shown_is_left_out(error: type[BaseException]) -> None:
    class Junk:
        def __str__(self) -> str:
            raise error

    @command
    def shout(ctx: Context) -> None:
        """Shout."""
        ctx.room.announce(Junk())  # type: ignore[arg-type]

    company = Company(Chat(plugin(shout)))
    company.people[0].types("/shout")
    company.are_well()


def test_a_stack_tells_which_function_is_running_and_what_called_it() -> None:
    found: list[tuple[str, Any]] = []

    def look() -> None:
        found.append(running_in(sys._getframe()))

    isolation = Isolation(Clock())
    isolation.run("outer", lambda: isolation.run("inner", look))
    look()
    (name, caller), outside = found
    assert (name, caller.f_code.co_name) == ("inner", "run")
    assert outside == ("", None)


def test_a_stack_tells_which_coroutine_goes_on_behind_what_it_awaited() -> None:
    found: list[tuple[str, Any]] = []
    turn: Deferred[None] = Deferred()

    async def look() -> None:
        await turn
        found.append(running_in(sys._getframe()))

    Isolation(Clock()).run("later", look)
    turn.callback(None)
    assert [name for name, _ in found] == ["later"]
