"""
The server: help, statistics, plugins, and leaving.
"""

from twisted_chat import Context, command
from twisted_chat.replies.reply import Reply


@command(name="help", aliases=["h", "?", "commands"], cost=4, reads=True)
def help_(ctx: Context, *, command: str = "") -> Reply:
    """List the commands, or explain one; /help all explains all."""
    return ctx.dispatcher.explain(ctx.user, command)


@command(reads=True)
def stats(ctx: Context) -> Reply:
    """Show the version and how long the server is up, and count users, rooms and lines."""
    return ctx.hub.directory.stats(ctx.user)


@command(reads=True)
def plugins(ctx: Context) -> Reply:
    """List the plugins of the server, with their versions and commands."""
    return ctx.dispatcher.extensions.listed(ctx.user)


@command(aliases=["q", "exit", "bye"])
def quit(ctx: Context, *, reason: str = "") -> None:
    """Leave the chat."""
    ctx.hub.connections.quit(ctx.session, reason.strip())
