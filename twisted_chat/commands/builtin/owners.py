"""
Rooms with owners: who operates them, who speaks, and how they are set.
"""

from collections.abc import Awaitable, Iterator

from twisted_chat import ChatError, Context, Duration, Rank, Room, Secret, command

# Those of one rank who are named by /modes; the others are counted.
_NAMES = 20


@command(in_room=True)
def op(ctx: Context, nick: str) -> None:
    """Make somebody an operator of the room you talk in, as its owner."""
    ctx.hub.ranks.appoint(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def deop(ctx: Context, nick: str) -> None:
    """Make somebody an operator of the room no more."""
    ctx.hub.ranks.demote(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def voice(ctx: Context, nick: str) -> None:
    """Let somebody speak where the room is moderated, and at once where it is slow."""
    ctx.hub.ranks.appoint(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def unvoice(ctx: Context, nick: str) -> None:
    """Take somebody's voice back."""
    ctx.hub.ranks.demote(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def disown(ctx: Context) -> None:
    """Let the room be nobody's, as its owner; it goes when everybody has left."""
    ctx.hub.ranks.disown(ctx.user, ctx.room)


@command(in_room=True)
def private(ctx: Context, setting: bool) -> None:
    """Have the room listed to nobody and entered by invitation, or not."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "private", setting)


@command(in_room=True, secret=True)
def lock(ctx: Context, password: Secret | None = None) -> Awaitable[None] | None:
    """Have the room entered with a password, which you are asked for."""
    if password is None:
        ctx.hub.locks.ask_to_lock(ctx.session, ctx.user, ctx.room)
        return None
    return ctx.hub.locks.lock(ctx.session, ctx.user, ctx.room, password)


@command(in_room=True)
def unlock(ctx: Context) -> None:
    """Let people enter the room without a password."""
    ctx.hub.locks.unlock(ctx.user, ctx.room)


@command(in_room=True)
def moderated(ctx: Context, setting: bool) -> None:
    """Let only those speak in the room who have a voice, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "moderated", setting)


@command(in_room=True)
def slow(ctx: Context, wait: str) -> None:
    """Let everybody speak in the room once in so long, such as 10s, or at will: off."""
    try:
        pause = Duration.parse("0s" if wait.lower() == "off" else wait)
    except ValueError:
        problem = "wait must be a time such as 10s or 1m, or off."
        raise ChatError(f"{problem}\nUsage: /slow wait|off") from None
    ctx.hub.modes.slow(ctx.user, ctx.room, pause)


@command(in_room=True)
def members(ctx: Context, setting: bool) -> None:
    """Let only people with an account into the room, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "members", setting)


@command(in_room=True)
def topiclock(ctx: Context, setting: bool) -> None:
    """Let only operators of the room set its topic, or everybody."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "topiclock", setting)


@command(in_room=True)
def keephistory(ctx: Context, setting: bool) -> None:
    """Keep what is said in the room from here on, or do not."""
    ctx.hub.modes.switch(ctx.user, ctx.room, "keephistory", setting)


@command(in_room=True)
def modes(ctx: Context) -> str:
    """Show how the room is set, whose it is, and who operates it."""
    room, found = ctx.room, ctx.room.modes
    words = {
        "private": found.private,
        "locked": found.password,
        "moderated": found.moderated,
        f"slow ({Duration(seconds=found.slow)})": found.slow,
        "members only": found.members,
        "topic by operators": found.topic_locked,
        "history off": not found.history,
    }
    shown = ", ".join(word for word, is_so in words.items() if is_so) or "open to everybody"
    return " ".join([f"#{room.name}: {shown}.", *_people(room)])


def _people(room: Room) -> Iterator[str]:
    titles = {Rank.OWNER: "Owner", Rank.OPERATOR: "Operators", Rank.VOICED: "Voices"}
    for rank, title in titles.items():
        names = sorted(each.name for each in room.standings.values() if each.rank is rank)
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        if names:
            yield f"{title}: {', '.join(names[:_NAMES])}{more}."
