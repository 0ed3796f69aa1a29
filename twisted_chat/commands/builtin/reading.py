"""
Reading: how lines are shown.  What `/set` knows, the short commands set too.
"""

from twisted_chat import Context, command
from twisted_chat.replies.reply import Reply


@command(aliases=["colour"])
def color(ctx: Context, setting: bool) -> Reply:
    """Show colours, or not."""
    return ctx.hub.settings.set(ctx.session, "color", setting)


@command(name="time")
def time_(ctx: Context, setting: bool) -> Reply:
    """Show the time before each line, or not."""
    return ctx.hub.settings.set(ctx.session, "time", setting)


@command
def bell(ctx: Context, setting: bool) -> Reply:
    """Ring when your name is said or you get a message, or not."""
    return ctx.hub.settings.set(ctx.session, "bell", setting)


@command
def numbers(ctx: Context, setting: bool) -> Reply:
    """Show the number before each line, for /re and /edit, or not."""
    return ctx.hub.settings.set(ctx.session, "numbers", setting)


@command
def editor(ctx: Context, setting: bool) -> Reply:
    """Let the server edit the line you type in telnet, or not."""
    return ctx.hub.settings.set(ctx.session, "editor", setting)


@command(name="set")
def set_(ctx: Context, name: str = "", *, value: str = "") -> Reply:
    """Show your settings, or change one: /set color on, /set color default."""
    if name and value.strip():
        return ctx.hub.settings.change(ctx.session, name, value)
    return ctx.hub.settings.show(ctx.session, name)
