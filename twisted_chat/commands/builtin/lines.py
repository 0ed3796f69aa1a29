"""
Lines that were said: answering them by their numbers, editing, deleting, reacting and pinning.

What these do, they do at once with a line that is at hand, as the latest of each room are.  An
older one is read first, and what the same person types next may then be read before: everybody
reads both in the same order, and a line so old answers nothing that was said in between.
"""

from collections.abc import Awaitable

from twisted_chat import Context, Text, command


@command(name="re", in_room=True)
def answer(ctx: Context, number: int, *, text: Text) -> Awaitable[None] | None:
    """Answer a line of the room by its number: /re 12 yes."""
    return ctx.hub.annotations.answer(ctx.session, ctx.room, number, text)


@command(in_room=True)
def edit(ctx: Context, number: int, *, text: Text) -> Awaitable[None] | None:
    """Let a line of yours say something else, within 15 minutes."""
    return ctx.hub.annotations.edit(ctx.user, ctx.room, number, text.strip())


@command(in_room=True)
def delete(ctx: Context, number: int) -> Awaitable[None] | None:
    """Take away what a line of yours says, within 15 minutes."""
    return ctx.hub.annotations.delete(ctx.user, ctx.room, number)


@command(in_room=True)
def react(ctx: Context, number: int, symbol: str) -> Awaitable[None] | None:
    """React to a line of the room: /react 12 +1."""
    return ctx.hub.annotations.react(ctx.user, ctx.room, number, symbol)


@command(in_room=True)
async def pin(ctx: Context, number: int) -> None:
    """Put a line of the room among those that stay."""
    await ctx.hub.annotations.pin(ctx.user, ctx.room, number)


@command(in_room=True)
def unpin(ctx: Context, number: int) -> Awaitable[None] | None:
    """Take a line of the room from those that stay."""
    return ctx.hub.annotations.unpin(ctx.user, ctx.room, number)


@command(in_room=True, cost=4)
async def pins(ctx: Context) -> None:
    """Read the lines of the room that stay."""
    await ctx.hub.archive.show_pins(ctx.session, ctx.room)
