"""
People: nicks, whois, being away, and ignoring users.
"""

from twisted_chat import ChatError, Context, User, command
from twisted_chat.replies.reply import Reply


@command(aliases=["n", "name"])
def nick(ctx: Context, name: str) -> None:
    """Change your name."""
    ctx.hub.nicks.rename(ctx.user, name)


@command(aliases=["wi"], reads=True)
def whois(ctx: Context, nick: User) -> Reply:
    """Show a user's rooms, and how long they are here and idle."""
    return ctx.hub.directory.whois(ctx.user, nick)


@command
def away(ctx: Context, *, reason: str = "") -> Reply:
    """Mark yourself as away; users who write to you are told."""
    return ctx.hub.directory.set_away(ctx.user, reason.strip(), ctx.session)


@command
def back(ctx: Context) -> Reply:
    """End being away."""
    if ctx.user.away is None:
        raise ChatError("You are not away.", code="not-away")
    return ctx.hub.directory.set_away(ctx.user, None, ctx.session)


@command
def ignore(ctx: Context, nick: str) -> Reply:
    """Hide what a user says, or a webhook or bot."""
    return ctx.hub.ignores.ignore_called(ctx.user, nick)


@command
def unignore(ctx: Context, nick: str) -> Reply:
    """Show what a user says again."""
    return ctx.hub.ignores.unignore(ctx.user, nick)
