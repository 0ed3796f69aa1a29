"""
Reading: how lines are shown.
"""

from twisted_chat import Context, command
from twisted_chat.replies.reply import Reply


@command(aliases=["colour"])
def color(ctx: Context, setting: bool) -> Reply:
    """Show colours, or not."""
    return ctx.hub.profile.prefer(ctx.session, "color", is_on=setting)


@command(name="time")
def time_(ctx: Context, setting: bool) -> Reply:
    """Show the time before each line, or not."""
    return ctx.hub.profile.prefer(ctx.session, "time", is_on=setting)


@command
def bell(ctx: Context, setting: bool) -> Reply:
    """Ring when your name is said or you get a message, or not."""
    return ctx.hub.profile.prefer(ctx.session, "bell", is_on=setting)


@command
def numbers(ctx: Context, setting: bool) -> Reply:
    """Show the number before each line, for /re and /edit, or not."""
    return ctx.hub.profile.prefer(ctx.session, "numbers", is_on=setting)
