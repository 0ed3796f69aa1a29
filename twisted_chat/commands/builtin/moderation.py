"""
Moderation of a room: kicks, mutes, bans, the audit trail, and reports.
"""

from twisted_chat import Context, Duration, User, command
from twisted_chat.replies.reply import Reply


@command(in_room=True)
def kick(ctx: Context, nick: User, *, reason: str = "") -> None:
    """Send a user out of the room."""
    ctx.hub.moderation.kick(ctx.user, nick, reason.strip(), ctx.room)


@command(in_room=True)
def mute(ctx: Context, nick: str, duration: Duration, *, reason: str = "") -> Reply:
    """Stop a user from speaking in the room for a time, such as 10m."""
    return ctx.hub.moderation.mute(ctx.user, nick, duration, reason.strip(), ctx.room)


@command(in_room=True)
def unmute(ctx: Context, nick: str) -> Reply:
    """Let a user speak in the room again."""
    return ctx.hub.moderation.lift(ctx.user, "mute", nick, ctx.room)


@command(in_room=True)
def ban(ctx: Context, who: str, duration: Duration, *, reason: str = "") -> Reply:
    """Keep a nick, account or address out of the room for a time, such as 1d."""
    return ctx.hub.moderation.ban(ctx.user, who, duration, reason.strip(), ctx.room)


@command(in_room=True)
def unban(ctx: Context, who: str) -> Reply:
    """Let a banned nick, account or address into the room again."""
    return ctx.hub.moderation.lift(ctx.user, "ban", who, ctx.room)


@command(in_room=True, cost=8, reads=True)
async def bans(ctx: Context) -> Reply:
    """List the latest bans and mutes of the room."""
    return await ctx.hub.bans.listed(ctx.session, ctx.room)


@command(cost=8, reads=True)
async def audit(ctx: Context, count: int = 20, room: str = "") -> Reply:
    """Show who did what to whom in a room; operators of the server see all."""
    if not room and not ctx.user.is_staff:
        room = ctx.room.name
    return await ctx.hub.audit.listed(ctx.session, count, room)


@command(cooldown=10)
def report(ctx: Context, nick: str, *, reason: str) -> Reply:
    """Report a user to the operators of the server."""
    return ctx.hub.reports.report(ctx.session, nick, reason.strip())
