"""
Moderation of a room: kicks, mutes, bans, the audit trail, and reports.
"""

from twisted_chat import Context, Duration, User, command


@command(in_room=True)
def kick(ctx: Context, nick: User, *, reason: str = "") -> None:
    """Send a user out of the room."""
    ctx.hub.moderation.kick(ctx.user, nick, reason.strip(), ctx.room)


@command(in_room=True)
def mute(ctx: Context, nick: str, duration: Duration, *, reason: str = "") -> str:
    """Stop a user from speaking in the room for a time, such as 10m."""
    made = ctx.hub.moderation.mute(ctx.user, nick, duration, reason.strip(), ctx.room)
    return f"You muted {made.shown} in #{ctx.room.name} for {duration}, {made.ends}"


@command(in_room=True)
def unmute(ctx: Context, nick: str) -> str:
    """Let a user speak in the room again."""
    shown = ctx.hub.moderation.lift(ctx.user, "mute", nick, ctx.room)
    return f"{shown} is no longer muted in #{ctx.room.name}."


@command(in_room=True)
def ban(ctx: Context, who: str, duration: Duration, *, reason: str = "") -> str:
    """Keep a nick, account or address out of the room for a time, such as 1d."""
    made = ctx.hub.moderation.ban(ctx.user, who, duration, reason.strip(), ctx.room)
    return f"You banned {made.shown} from #{ctx.room.name} for {duration}, {made.ends}"


@command(in_room=True)
def unban(ctx: Context, who: str) -> str:
    """Let a banned nick, account or address into the room again."""
    shown = ctx.hub.moderation.lift(ctx.user, "ban", who, ctx.room)
    return f"{shown} is no longer banned from #{ctx.room.name}."


@command(in_room=True, cost=8)
async def bans(ctx: Context) -> str:
    """List the latest bans and mutes of the room."""
    return await ctx.hub.bans.listed(ctx.session, ctx.room)


@command(cost=8)
async def audit(ctx: Context, count: int = 20, room: str = "") -> str:
    """Show who did what to whom in a room; operators of the server see all."""
    if not room and not ctx.user.is_staff:
        room = ctx.room.name
    return await ctx.hub.audit.listed(ctx.session, count, room)


@command(cooldown=10)
def report(ctx: Context, nick: str, *, reason: str) -> str:
    """Report a user to the operators of the server."""
    is_read = ctx.hub.reports.report(ctx.session, nick, reason.strip())
    who = "The operators who are here have" if is_read else "The next operator who comes will"
    return f"{who} read your report."
