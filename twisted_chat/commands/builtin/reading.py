"""
Reading: how lines are shown.
"""

from attrs import evolve

from twisted_chat import Context, command


@command(aliases=["colour"])
def color(ctx: Context, setting: bool) -> str:
    """Show colours, or not."""
    ctx.hub.profile.prefer(ctx.session, evolve(ctx.session.preferences, color=setting))
    return f"Colours are {_shown(on=setting)}."


@command(name="time")
def time_(ctx: Context, setting: bool) -> str:
    """Show the time before each line, or not."""
    ctx.hub.profile.prefer(ctx.session, evolve(ctx.session.preferences, time=setting))
    return f"Times are {_shown(on=setting)}."


@command
def bell(ctx: Context, setting: bool) -> str:
    """Ring when your name is said or you get a message, or not."""
    ctx.hub.profile.prefer(ctx.session, evolve(ctx.session.preferences, bell=setting))
    return f"The bell is {_shown(on=setting)}."


@command
def numbers(ctx: Context, setting: bool) -> str:
    """Show the number before each line, for /re and /edit, or not."""
    ctx.hub.profile.prefer(ctx.session, evolve(ctx.session.preferences, numbers=setting))
    return f"Numbers are {_shown(on=setting)}."


def _shown(*, on: bool) -> str:
    return "on" if on else "off"
