"""
Moderation of the whole server, for its operators.
"""

from twisted_chat import Context, Duration, User, command


@command(needs="operator")
def serverkick(ctx: Context, nick: User, *, reason: str = "") -> str:
    """Close all connections of a user."""
    name = nick.nick
    ctx.hub.moderation.kick(ctx.user, nick, reason.strip(), None)
    return f"You kicked {name} from this server."


@command(needs="operator")
def servermute(ctx: Context, nick: str, duration: Duration, *, reason: str = "") -> str:
    """Stop a user from speaking anywhere for a time, such as 10m."""
    made = ctx.hub.moderation.mute(ctx.user, nick, duration, reason.strip(), None)
    return f"You muted {made.shown} on this server for {duration}, {made.ends}"


@command(needs="operator")
def serverunmute(ctx: Context, nick: str) -> str:
    """Let a user who was muted on the server speak again."""
    shown = ctx.hub.moderation.lift(ctx.user, "mute", nick, None)
    return f"{shown} is no longer muted on this server."


@command(needs="operator")
def serverban(ctx: Context, who: str, duration: Duration, *, reason: str = "") -> str:
    """Keep a nick, account or address off the server for a time, such as 1d."""
    made = ctx.hub.moderation.ban(ctx.user, who, duration, reason.strip(), None)
    return f"You banned {made.shown} from this server for {duration}, {made.ends}"


@command(needs="operator")
def serverunban(ctx: Context, who: str) -> str:
    """Let a banned nick, account or address come to the server again."""
    shown = ctx.hub.moderation.lift(ctx.user, "ban", who, None)
    return f"{shown} is no longer banned from this server."


@command(needs="operator", cost=8)
async def serverbans(ctx: Context) -> str:
    """List the latest bans and mutes of the server."""
    return await ctx.hub.bans.listed(ctx.session, None)


@command(needs="operator")
def announce(ctx: Context, *, text: str) -> None:
    """Tell everybody on the server something."""
    ctx.hub.moderation.announce(ctx.user, text)


@command(needs="operator", cost=8)
async def reports(ctx: Context, count: int = 20) -> str:
    """Show the latest reports."""
    return await ctx.hub.reports.listed(ctx.session, count)
