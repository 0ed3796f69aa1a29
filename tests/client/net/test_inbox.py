"""
What has come over a connection and was not looked at yet.
"""

import asyncio

from twisted_chat.client.net.inbox import FULL, FULL_BYTES, Inbox


def test_all_that_is_there_is_taken_at_once_then_the_end() -> None:
    async def story() -> None:
        inbox = Inbox()
        inbox.put({"n": 1}, 7)
        inbox.put({"n": 2}, 7)
        assert await inbox.take() == [{"n": 1}, {"n": 2}]
        waiting = asyncio.ensure_future(inbox.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        inbox.put({"n": 3}, 7)
        inbox.end()
        assert await waiting == [{"n": 3}]
        assert await inbox.take() == []
        assert await inbox.take() == []

    asyncio.run(story())


def test_a_full_one_waits_until_some_are_taken() -> None:
    async def story() -> None:
        inbox = Inbox()
        for number in range(FULL):
            inbox.put({"n": number}, 7)
        assert inbox.is_full
        waiting = asyncio.ensure_future(inbox.has_room())
        await asyncio.sleep(0)
        assert not waiting.done()
        assert len(await inbox.take()) == FULL
        await waiting

    asyncio.run(story())


def test_a_few_large_ones_make_it_full() -> None:
    async def story() -> None:
        inbox = Inbox()
        inbox.put({"n": 1}, FULL_BYTES - 1)
        assert not inbox.is_full
        inbox.put({"n": 2}, 1)
        assert inbox.is_full
        await inbox.take()
        assert not inbox.is_full

    asyncio.run(story())
