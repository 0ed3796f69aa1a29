"""
History: what rooms heard before, read back and searched.
"""

from twisted_chat import ChatError, Context, command

_MOST = 200


@command(cost=4)
async def history(ctx: Context, n: int = 20, room: str = "") -> None:
    """Read the lines before those you have read last, 20 or as many as you say."""
    if not 1 <= n <= _MOST:
        raise ChatError(f"Ask for 1 to {_MOST} lines.")
    archive = ctx.hub.archive
    chosen = archive.find_room(ctx.user, room) if room else ctx.room
    await archive.read_back(ctx.session, chosen, n)


@command(cost=4)
async def more(ctx: Context) -> None:
    """Read the page before the last one, of what was read back or found."""
    await ctx.hub.archive.more(ctx.session)


@command(cost=4)
async def search(ctx: Context, *, words: str) -> None:
    """Find what was said: words, "phrases", from:nick in:room before:2026-11-20 after:2d."""
    await ctx.hub.archive.search(ctx.session, words)


@command(cost=4)
async def show(ctx: Context, number: int) -> None:
    """Read what was said around a line that was found."""
    await ctx.hub.archive.show(ctx.session, number)


@command(cost=4)
async def catchup(ctx: Context) -> None:
    """Read what was said in your rooms since you were last here."""
    await ctx.hub.archive.catch_up(ctx.session)


@command(cost=4)
async def messages(ctx: Context, nick: str, n: int = 20) -> None:
    """Read the last messages between you and somebody."""
    if not 1 <= n <= _MOST:
        raise ChatError(f"Ask for 1 to {_MOST} messages.")
    await ctx.hub.archive.show_messages(ctx.session, nick, n)
