"""
History: what a room heard before.
"""

from twisted_chat import ChatError, Context, Room, command

_MOST = 200


@command(cost=4)
async def history(ctx: Context, n: int = 20, room: Room | None = None) -> None:
    """Read the lines before those you have read last, 20 or as many as you say."""
    if not 1 <= n <= _MOST:
        raise ChatError(f"Ask for 1 to {_MOST} lines.")
    await ctx.hub.archive.read_back(ctx.session, room or ctx.room, n)


@command(cost=4)
async def more(ctx: Context) -> None:
    """Read the page before the last one."""
    await ctx.hub.archive.more(ctx.session)
