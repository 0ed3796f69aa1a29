"""
Owners: ranks and modes of rooms.
"""

from collections.abc import Awaitable
from typing import Literal

from twisted_chat import Context, Duration, Rank, Secret, command
from twisted_chat.replies.reply import Reply


@command(in_room=True)
def op(ctx: Context, nick: str) -> None:
    """Make a user an operator of the room you own."""
    ctx.hub.appointments.appoint(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def deop(ctx: Context, nick: str) -> None:
    """End a user's rights as an operator of the room."""
    ctx.hub.appointments.demote(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def voice(ctx: Context, nick: str) -> None:
    """Let a user speak in a moderated room, and without a wait in a slow one."""
    ctx.hub.appointments.appoint(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def unvoice(ctx: Context, nick: str) -> None:
    """Take a user's voice back."""
    ctx.hub.appointments.demote(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def disown(ctx: Context) -> None:
    """Give up the room you own; it is deleted when everybody has left."""
    ctx.hub.appointments.disown(ctx.user, ctx.room)


@command(in_room=True)
def private(ctx: Context, setting: bool) -> None:
    """Hide the room and let users in by invitation only, or not."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "private", setting)


@command(in_room=True, secret=True)
def lock(ctx: Context, password: Secret | None = None) -> Awaitable[None] | None:
    """Protect the room with a password, which you are asked for."""
    if password is None:
        ctx.hub.locks.ask_to_lock(ctx.session, ctx.user, ctx.room)
        return None
    return ctx.hub.locks.lock(ctx.session, ctx.user, ctx.room, password)


@command(in_room=True)
def unlock(ctx: Context) -> None:
    """Remove the password of the room."""
    ctx.hub.locks.unlock(ctx.user, ctx.room)


@command(in_room=True)
def moderated(ctx: Context, setting: bool) -> None:
    """Let only users with a voice speak in the room, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "moderated", setting)


@command(in_room=True)
def slow(ctx: Context, wait: Duration | Literal["off"]) -> None:
    """Let each user speak once in a time, such as 10s; off ends that."""
    ctx.hub.modes.slow(ctx.user, ctx.room, Duration(0) if wait == "off" else wait)


@command(in_room=True)
def limit(ctx: Context, most: int | Literal["off"]) -> None:
    """Limit how many users may be in the room, such as 50; off ends the limit."""
    ctx.hub.modes.limit(ctx.user, ctx.room, 0 if most == "off" else most)


@command(in_room=True)
def members(ctx: Context, setting: bool) -> None:
    """Let only users with an account into the room, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "members", setting)


@command(in_room=True)
def topiclock(ctx: Context, setting: bool) -> None:
    """Let only operators of the room set its topic, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "topiclock", setting)


@command(in_room=True)
def keephistory(ctx: Context, setting: bool) -> None:
    """Keep the history of the room from now on, or not."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "keephistory", setting)


@command(in_room=True)
async def webhook(
    ctx: Context, deed: Literal["add", "list", "remove"] = "list", name: str = ""
) -> Reply:
    """Make an address at which programs say lines in the room, list these, or end one."""
    match deed:
        case "add":
            return await ctx.hub.webhooks.add(ctx.session, ctx.room, name)
        case "remove":
            return await ctx.hub.webhooks.remove(ctx.session, ctx.room, name)
    return ctx.hub.webhooks.listed(ctx.session, ctx.room)


@command(in_room=True, reads=True)
def modes(ctx: Context) -> Reply:
    """Show the modes of the room, its owner and its operators."""
    return ctx.hub.directory.modes(ctx.room)
