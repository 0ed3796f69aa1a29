"""
What operators of the server do on all of it.
"""

from twisted_chat import Context, Duration, Text, User, command


@command(needs="operator")
def serverkick(ctx: Context, nick: User, *, reason: str = "") -> str:
    """Close all connections of somebody."""
    name = nick.nick
    ctx.hub.moderation.kick(ctx.user, nick, reason.strip(), None)
    return f"{name} was sent away."


@command(needs="operator")
def servermute(ctx: Context, nick: str, duration: Duration, *, reason: str = "") -> str:
    """Let somebody not speak anywhere for so long, such as 10m."""
    made = ctx.hub.moderation.mute(ctx.user, nick, duration, reason.strip(), None)
    return f"{made.shown} is muted {made.told}"


@command(needs="operator")
def serverunmute(ctx: Context, nick: str) -> str:
    """Let somebody speak again who was muted on the whole server."""
    shown = ctx.hub.moderation.lift(ctx.user, "mute", nick, None)
    return f"{shown} is muted no more."


@command(needs="operator")
def serverban(ctx: Context, who: str, duration: Duration, *, reason: str = "") -> str:
    """Keep a nick, an account or an address off the server for so long, such as 1d."""
    made = ctx.hub.moderation.ban(ctx.user, who, duration, reason.strip(), None)
    return f"{made.shown} is banned {made.told}"


@command(needs="operator")
def serverunban(ctx: Context, who: str) -> str:
    """Let whoever was banned come to the server again."""
    shown = ctx.hub.moderation.lift(ctx.user, "ban", who, None)
    return f"{shown} is banned no more."


@command(needs="operator", cost=8)
async def serverbans(ctx: Context) -> str:
    """List the latest bans and mutes of the whole server."""
    return await ctx.hub.bans.listed(ctx.session, None)


@command(needs="operator")
def announce(ctx: Context, *, text: Text) -> None:
    """Tell everybody who is here something."""
    ctx.hub.moderation.announce(ctx.user, text)


@command(needs="operator", cost=8)
async def reports(ctx: Context, count: int = 20) -> str:
    """Show the latest of what was reported."""
    return await ctx.hub.reports.listed(ctx.session, count)
