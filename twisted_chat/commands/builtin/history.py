"""
History: reading and searching it.
"""

import re

from twisted_chat import ChatError, Context, command

_MOST = 200
_NUMBER = re.compile(r"[+-]?\d{1,18}")


@command(cost=4)
async def history(ctx: Context, n: str = "", room: str = "") -> None:
    """Show the latest lines of a room, by default 20; #12 is a room's name."""
    if not _NUMBER.fullmatch(n):
        # Both orders are accepted.
        n, room = room or "20", n
    if not (_NUMBER.fullmatch(n) and 1 <= int(n) <= _MOST):
        raise ChatError(
            f"Ask for 1 to {_MOST} lines of one room, such as /history 50 dev.",
            code="bad-count",
            most=_MOST,
        )
    archive = ctx.hub.archive
    chosen = ctx.hub.access.find(ctx.user, room) if room else ctx.room
    await archive.read_back(ctx.session, chosen, int(n))


@command(cost=4)
async def more(ctx: Context) -> None:
    """Show the page before the one you read last."""
    await ctx.hub.pagers.more(ctx.session)


@command(cost=4)
async def search(ctx: Context, *, words: str) -> None:
    """Find lines: words, "phrases", from:nick in:room before:2026-11-20 after:2d."""
    await ctx.hub.search.search(ctx.session, words)


@command(cost=4)
async def show(ctx: Context, number: int, room: str = "") -> None:
    """Show the lines around a search result, or around a line by its number."""
    await ctx.hub.search.show(ctx.session, number, room)


@command(cost=4)
async def catchup(ctx: Context) -> None:
    """Show what was said in your rooms while you were away."""
    await ctx.hub.archive.catch_up(ctx.session)


@command(cost=4)
async def messages(ctx: Context, nick: str, n: int = 20) -> None:
    """Show the last private messages between you and a user."""
    if not 1 <= n <= _MOST:
        raise ChatError(f"Ask for 1 to {_MOST} messages.", code="bad-count", most=_MOST)
    await ctx.hub.messages.show_between(ctx.session, nick, n)
