"""
Rooms: joining, leaving and listing them, and their topics.
"""

from twisted_chat import Context, Room, User, command

# Long answers are cut here; see also the cost of these commands.
_ROWS = 100
# The argument that removes a topic, also as an input method writes it.
_NO_TOPIC = ("-", "\uff0d")
# Characters of a topic in a list; members of the room read all of it.
_SHOWN = 80


@command(aliases=["j"])
def join(ctx: Context, room: str) -> None:
    """Enter a room or switch to it; a new room is made."""
    ctx.hub.locks.ask_to_enter(ctx.session, room)


@command(aliases=["l", "part"])
def leave(ctx: Context, room: Room | None = None) -> None:
    """Leave a room, by default the current one."""
    ctx.hub.membership.leave(ctx.user, room or ctx.room)


@command(aliases=["list", "channels"], cost=4)
def rooms(ctx: Context) -> str:
    """List the rooms, the largest first."""
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
    """List who is in a room, by default the current one."""
    room = room or ctx.room
    members = sorted(room.members, key=lambda user: user.key)
    names = [f"{user.nick} (away)" if user.away is not None else user.nick for user in members]
    more = f" and {len(names) - _ROWS} more" if len(names) > _ROWS else ""
    return f"In #{room.name}: {', '.join(names[:_ROWS]) or 'nobody'}{more}."


@command(aliases=["t"], in_room=True)
def topic(ctx: Context, *, text: str = "") -> str | None:
    """Show or set the topic of the room; a single - removes it."""
    room = ctx.room
    takes_away = text.strip() in _NO_TOPIC
    if not text or (takes_away and not room.topic):
        return f"Topic: {room.topic}" if room.topic else f"#{room.name} has no topic."
    ctx.hub.talk.set_topic(ctx.user, room, "" if takes_away else text.strip())
    return None


@command(aliases=["i"], in_room=True)
def invite(ctx: Context, nick: User) -> None:
    """Invite a user to the current room."""
    ctx.hub.membership.invite(ctx.session, nick, ctx.room)
