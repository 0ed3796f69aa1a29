"""
Moderation of the whole server, for its operators.
"""

from typing import Literal

from twisted_chat import ChatError, Context, Duration, Text, User, command
from twisted_chat.replies.reply import Reply


@command(needs="operator")
def serverkick(ctx: Context, nick: User, *, reason: str = "") -> Reply:
    """Close all connections of a user."""
    return ctx.hub.moderation.kick(ctx.user, nick, reason.strip(), None)


@command(needs="operator")
def servermute(ctx: Context, nick: str, duration: Duration, *, reason: str = "") -> Reply:
    """Stop a user from speaking anywhere for a time, such as 10m."""
    return ctx.hub.moderation.mute(ctx.user, nick, duration, reason.strip(), None)


@command(needs="operator")
def serverunmute(ctx: Context, nick: str) -> Reply:
    """Let a user who was muted on the server speak again."""
    return ctx.hub.moderation.lift(ctx.user, "mute", nick, None)


@command(needs="operator")
def serverban(ctx: Context, who: str, duration: Duration, *, reason: str = "") -> Reply:
    """Keep a nick, account or address off the server for a time, such as 1d."""
    return ctx.hub.moderation.ban(ctx.user, who, duration, reason.strip(), None)


@command(needs="operator")
def serverunban(ctx: Context, who: str) -> Reply:
    """Let a banned nick, account or address come to the server again."""
    return ctx.hub.moderation.lift(ctx.user, "ban", who, None)


@command(needs="operator", cost=8, reads=True)
async def serverbans(ctx: Context) -> Reply:
    """List the latest bans and mutes of the server."""
    return await ctx.hub.bans.listed(ctx.session, None)


@command(needs="operator")
def announce(ctx: Context, *, text: Text) -> None:
    """Tell everybody on the server something."""
    ctx.hub.moderation.announce(ctx.user, text)


@command(needs="operator")
def plugin(ctx: Context, deed: Literal["off", "on", "reload"], name: str) -> Reply:
    """Switch a plugin off until the server starts again, or on, or load it again."""
    extensions = ctx.dispatcher.extensions
    match deed:
        case "off":
            return extensions.switch_off(ctx.user, name)
        case "on":
            return extensions.switch_on(ctx.user, name)
    return extensions.reload(ctx.user, name)


@command(needs="operator")
def wallops(ctx: Context, *, text: Text) -> None:
    """Tell the operators of the server who are here something."""
    ctx.hub.moderation.wallops(ctx.user, text)


@command(needs="operator", cost=8, reads=True)
async def reports(ctx: Context, count: int = 20) -> Reply:
    """Show the latest reports."""
    return await ctx.hub.reports.listed(ctx.session, count)


@command(name="invite-code", needs="operator")
async def invite_code(
    ctx: Context,
    deed: Literal["make", "list", "revoke"] = "make",
    number: int | None = None,
    within: Duration = Duration(days=7),  # noqa: B008  # a value
) -> Reply:
    """Make a code with which so many users register in a time, list codes, or end one."""
    match deed:
        case "list":
            return await ctx.hub.invitations.listed()
        case "revoke":
            if number is None:
                raise ChatError(
                    "/invite-code revoke needs the number of a code; /invite-code list numbers "
                    "them.",
                    code="number-needed",
                )
            return await ctx.hub.invitations.revoke(ctx.session, number)
    uses = 1 if number is None else number
    return await ctx.hub.invitations.make(ctx.session, uses, within)
