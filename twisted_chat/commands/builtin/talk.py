"""
Talk: in a room, to one user, and as an action.
"""

from collections.abc import Awaitable

from twisted_chat import ChatError, Context, Text, command


@command(in_room=True)
def say(ctx: Context, *, text: Text) -> Awaitable[None] | None:
    """Say something in the room, as a line without a slash does."""
    return ctx.hub.talk.say(ctx.session, ctx.room, text)


@command(in_room=True)
def me(ctx: Context, *, action: Text) -> Awaitable[None] | None:
    """Say what you do: /me waves."""
    return ctx.hub.talk.act(ctx.session, ctx.room, action)


@command(aliases=["m", "tell", "query"])
def msg(ctx: Context, nick: str, *, text: Text) -> None:
    """Send a private message; @nick:text does the same."""
    ctx.hub.private_talk.write_to(ctx.session, nick, text)


@command(aliases=["r"])
def reply(ctx: Context, *, text: Text) -> None:
    """Answer the last private message."""
    writer = ctx.session.correspondent
    if writer is None:
        raise ChatError(
            "Nobody has written to you since you came in. /msg nick text sends a message.",
            code="no-correspondent",
        )
    if writer.is_here:
        ctx.hub.private_talk.tell(ctx.session, writer, text)
    elif writer.account is not None:
        ctx.hub.private_talk.write_to(ctx.session, writer.account.name, text)
    else:
        raise ChatError(f"{writer.nick} has left.", code="no-such-user", nick=writer.nick)
