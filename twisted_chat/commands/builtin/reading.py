"""
Reading: how lines are shown.  What `/set` knows, the short commands set too.
"""

from typing import Literal

from twisted_chat import Context, Room, command
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


@command
def notify(
    ctx: Context,
    level: Literal["all", "mentions", "none"] | None = None,
    room: Room | None = None,
) -> Reply:
    """Choose of which lines of a room you are told: all, those that mention you, or none."""
    notifying, chosen = ctx.hub.notifying, room or ctx.room
    if level is None:
        return notifying.show_level(ctx.session, chosen)
    return notifying.set_level(ctx.session, chosen, level)


@command
def highlight(ctx: Context, word: str = "") -> Reply:
    """Make a word mention you as your name does; without one, list your words."""
    notifying = ctx.hub.notifying
    return notifying.highlight(ctx.session, word) if word else notifying.show_words(ctx.session)


@command
def unhighlight(ctx: Context, word: str) -> Reply:
    """Stop a word from mentioning you."""
    return ctx.hub.notifying.end_highlight(ctx.session, word)
