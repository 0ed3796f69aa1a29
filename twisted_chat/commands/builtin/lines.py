"""
Lines: answering, editing, deleting, reacting to and pinning them, by their numbers.

With a line in memory, as the latest of each room are, these act at once.  An older line is read
from the store first, and then the user's next line may be said before.  All users read both in the
same order.
"""

from collections.abc import Awaitable
from typing import Literal

from twisted_chat import Context, Text, command


@command(name="re", in_room=True)
def answer(ctx: Context, number: int, *, text: Text) -> Awaitable[None] | None:
    """Answer a line of the room by its number: /re 12 yes."""
    return ctx.hub.annotations.answer(ctx.session, ctx.room, number, text)


@command(in_room=True)
def edit(ctx: Context, number: int | Literal["last"], *, text: Text) -> Awaitable[None] | None:
    """Change a line of yours, within 15 minutes: /edit last yes."""
    return ctx.hub.annotations.edit(ctx.user, ctx.room, number, text.strip())


@command(in_room=True)
def delete(
    ctx: Context, number: int | Literal["last"], *, reason: str = ""
) -> Awaitable[None] | None:
    """Delete a line of yours, within 15 minutes: /delete last wrong room."""
    return ctx.hub.annotations.delete(ctx.user, ctx.room, number, reason.strip())


@command(in_room=True)
def react(ctx: Context, number: int, symbol: str) -> Awaitable[None] | None:
    """React to a line of the room: /react 12 +1."""
    return ctx.hub.annotations.react(ctx.user, ctx.room, number, symbol)


@command(in_room=True)
def unreact(ctx: Context, number: int, symbol: str) -> Awaitable[None] | None:
    """Take a reaction of yours back: /unreact 12 +1."""
    return ctx.hub.annotations.unreact(ctx.user, ctx.room, number, symbol)


@command(in_room=True)
async def pin(ctx: Context, number: int) -> None:
    """Pin a line of the room."""
    await ctx.hub.annotations.pin(ctx.user, ctx.room, number)


@command(in_room=True)
def unpin(ctx: Context, number: int) -> Awaitable[None] | None:
    """Unpin a line of the room."""
    return ctx.hub.annotations.unpin(ctx.user, ctx.room, number)


@command(in_room=True, cost=4, reads=True)
async def pins(ctx: Context) -> None:
    """List the pinned lines of the room."""
    await ctx.hub.archive.show_pins(ctx.session, ctx.room)
