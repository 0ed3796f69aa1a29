"""
Rooms: joining, leaving and listing them, and their topics.
"""

from collections.abc import Awaitable

from twisted_chat import Context, Room, Secret, User, command
from twisted_chat.replies.reply import Reply

# The argument that removes a topic, also as an input method writes it.
_NO_TOPIC = ("-", "\uff0d", "\ufe63")


@command(aliases=["j"])
def join(ctx: Context, room: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Enter a room or switch to it; a new room is made."""
    if password is None:
        ctx.hub.locks.ask_to_enter(ctx.session, room)
        return None
    return ctx.hub.locks.enter(ctx.session, room, password)


@command(aliases=["l", "part"])
def leave(ctx: Context, room: Room | None = None) -> None:
    """Leave a room, by default the current one."""
    ctx.hub.membership.leave(ctx.user, room or ctx.room)


@command(aliases=["list", "channels"], cost=4, reads=True)
def rooms(ctx: Context) -> Reply:
    """List the rooms, the largest first."""
    return ctx.hub.directory.rooms(ctx.user)


@command(aliases=["w", "names", "users"], cost=4, reads=True)
def who(ctx: Context, room: Room | None = None) -> Reply:
    """List who is in a room, by default the current one."""
    return ctx.hub.directory.who(room or ctx.room)


@command(aliases=["t"], in_room=True)
def topic(ctx: Context, *, text: str = "") -> Awaitable[None] | Reply | None:
    """Show or set the topic of the room; a single - removes it."""
    room = ctx.room
    takes_away = text.strip() in _NO_TOPIC
    if not text or (takes_away and not room.topic):
        return ctx.hub.directory.topic(ctx.user, room)
    return ctx.hub.talk.set_topic(ctx.user, room, "" if takes_away else text.strip())


@command(aliases=["i"], in_room=True)
def invite(ctx: Context, nick: User) -> None:
    """Invite a user to the current room."""
    ctx.hub.membership.invite(ctx.session, nick, ctx.room)
