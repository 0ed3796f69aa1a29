"""
What is read is written above what is typed.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.input import DummyInput
from prompt_toolkit.output import DummyOutput

from twisted_chat.client.scrollback import Scrollback
from twisted_chat.client.show.line import Kind, Line
from twisted_chat.client.show.look import Look, Painter


def line(text: str, *, rings: bool = False) -> Line:
    return Line(Kind.TALK, 0, text, nick="bob", rings=rings)


def in_memory(alert: str = "bell") -> Scrollback:
    app: Application[None] = Application(input=DummyInput(), output=DummyOutput())
    return Scrollback(app, Painter(Look(has_times=False)), alert)


def with_one(story: Callable[[Scrollback], Awaitable[None]], alert: str = "bell") -> None:
    """
    Run ``story`` while the scrollback writes what comes.
    """

    async def run() -> None:
        scrollback = in_memory(alert)
        writing = asyncio.ensure_future(scrollback.run())
        try:
            await asyncio.wait_for(story(scrollback), 60)
        finally:
            writing.cancel()

    asyncio.run(run())


def test_lines_are_written_in_their_order_and_ring_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def story(scrollback: Scrollback) -> None:
        scrollback.add([line("hello ada", rings=True), line("are you there?", rings=True)])
        written = ""
        while "there?" not in written:
            await asyncio.sleep(0.002)
            written += capsys.readouterr().out
        assert written == "\abob: hello ada\nbob: are you there?\n"

    with_one(story)


def test_nothing_rings_where_that_is_turned_off(capsys: pytest.CaptureFixture[str]) -> None:
    async def story(scrollback: Scrollback) -> None:
        scrollback.add([line("hello ada", rings=True)])
        written = ""
        while not written:
            await asyncio.sleep(0.002)
            written += capsys.readouterr().out
        assert written == "bob: hello ada\n"

    with_one(story, "off")


@pytest.mark.parametrize("lines", [[line("tea")] * 12_000, [line("x" * 1_100_000)] * 2])
def test_no_more_is_read_while_too_much_waits_to_be_written(
    lines: list[Line], capsys: pytest.CaptureFixture[str]
) -> None:
    async def run() -> None:
        scrollback = in_memory()
        await scrollback.keep_up()
        scrollback.add(lines)
        keeping_up = asyncio.ensure_future(scrollback.keep_up())
        await asyncio.sleep(0)
        assert not keeping_up.done()
        writing = asyncio.ensure_future(scrollback.run())
        await asyncio.wait_for(keeping_up, 60)
        assert capsys.readouterr().out.startswith("bob: ")
        writing.cancel()

    asyncio.run(run())


def test_at_the_end_all_that_waits_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    async def story(scrollback: Scrollback) -> None:
        scrollback.add([line("one"), line("two")])
        scrollback.finish()
        assert capsys.readouterr().out == "bob: one\nbob: two\n"

    with_one(story)
