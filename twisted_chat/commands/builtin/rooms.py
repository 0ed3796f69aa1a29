"""
Rooms: entering, leaving, finding them, and their topics.
"""

from collections.abc import Awaitable

from twisted_chat import Context, Room, Secret, User, command

# A long answer is cut here; see also the cost of these commands.
_ROWS = 100
# What takes a topic away, also as an input method writes it.
_NO_TOPIC = ("-", "\uff0d")
# Characters of a topic in a list; the room's own people read all of it.
_SHOWN = 80


@command(aliases=["j"])
def join(ctx: Context, room: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Enter a room, made if there is none, or talk in another one of yours."""
    if password is None:
        ctx.hub.locks.ask_to_enter(ctx.session, room)
        return None
    return ctx.hub.locks.enter(ctx.session, room, password)


@command(aliases=["l", "part"])
def leave(ctx: Context, room: Room | None = None) -> None:
    """Leave a room, the one you talk in unless you name another."""
    ctx.hub.membership.leave(ctx.user, room or ctx.room)


@command(aliases=["list", "channels"], cost=4)
def rooms(ctx: Context) -> str:
    """List the rooms, the fullest first."""
    seen = filter(ctx.user.sees, ctx.hub.rooms.values())
    found = sorted(seen, key=lambda room: (-len(room.members), room.key))
    rows = [_row(room) for room in found[:_ROWS]]
    if len(found) > _ROWS:
        rows.append(f"... and {len(found) - _ROWS} more.")
    return "\n".join(rows)


def _row(room: Room) -> str:
    count = len(room.members)
    people = "1 person" if count == 1 else f"{count} people"
    return f"#{room.name}: {people}" + (f" - {_shortened(room.topic)}" if room.topic else "")


def _shortened(topic: str) -> str:
    return topic if len(topic) <= _SHOWN else topic[: _SHOWN - 3] + "..."


@command(aliases=["w", "names", "users"], cost=4)
def who(ctx: Context, room: Room | None = None) -> str:
    """List who is in a room, the one you talk in unless you name another."""
    room = room or ctx.room
    members = sorted(room.members, key=lambda user: user.key)
    names = [f"{user.nick} (away)" if user.away is not None else user.nick for user in members]
    more = f" and {len(names) - _ROWS} more" if len(names) > _ROWS else ""
    return f"In #{room.name}: {', '.join(names[:_ROWS]) or 'nobody'}{more}."


@command(aliases=["t"], in_room=True)
def topic(ctx: Context, *, text: str = "") -> str | None:
    """Show the topic of the room, or set it; a single - takes it away."""
    room = ctx.room
    takes_away = text.strip() in _NO_TOPIC
    if not text or (takes_away and not room.topic):
        return f"Topic: {room.topic}" if room.topic else f"#{room.name} has no topic."
    ctx.hub.talk.set_topic(ctx.user, room, "" if takes_away else text.strip())
    return None


@command(aliases=["i"], in_room=True)
def invite(ctx: Context, nick: User) -> None:
    """Ask somebody to come to the room you talk in."""
    ctx.hub.membership.invite(ctx.session, nick, ctx.room)
