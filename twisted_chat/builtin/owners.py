"""
Rooms with owners: who operates them, who speaks, and how they are set.
"""

from collections.abc import Iterator

from twisted_chat import ChatError, Context, Duration, Rank, Room, command


@command(in_room=True)
def op(ctx: Context, nick: str) -> None:
    """Make somebody an operator of the room you talk in, which is yours."""
    ctx.hub.ownership.appoint(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def deop(ctx: Context, nick: str) -> None:
    """Make somebody an operator of the room no more."""
    ctx.hub.ownership.demote(ctx.user, ctx.room, nick, Rank.OPERATOR)


@command(in_room=True)
def voice(ctx: Context, nick: str) -> None:
    """Let somebody speak where the room is moderated, and at once where it is slow."""
    ctx.hub.ownership.appoint(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def unvoice(ctx: Context, nick: str) -> None:
    """Take somebody's voice back."""
    ctx.hub.ownership.demote(ctx.user, ctx.room, nick, Rank.VOICED)


@command(in_room=True)
def disown(ctx: Context) -> None:
    """Give up the room, which is yours; it goes when everybody has left."""
    ctx.hub.ownership.disown(ctx.user, ctx.room)


@command(in_room=True)
def private(ctx: Context, setting: bool) -> None:
    """Have the room listed to nobody and entered by invitation, or not."""
    said = "made this room private" if setting else "made this room public"
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, private=setting)


@command(in_room=True)
def lock(ctx: Context) -> None:
    """Have the room entered with a password, which you are asked for."""
    ctx.hub.locks.lock(ctx.session, ctx.user, ctx.room)


@command(in_room=True)
def unlock(ctx: Context) -> None:
    """Let people enter the room without a password."""
    ctx.hub.locks.unlock(ctx.user, ctx.room)


@command(in_room=True)
def moderated(ctx: Context, setting: bool) -> None:
    """Let only those speak in the room who have a voice, or everybody."""
    said = "lets only those speak who have a voice" if setting else "lets everybody speak"
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, moderated=setting)


@command(in_room=True)
def slow(ctx: Context, wait: str) -> None:
    """Let everybody speak in the room once in so long, such as 10s, or at will: off."""
    try:
        pause = Duration.parse("0s" if wait.lower() == "off" else wait)
    except ValueError:
        raise ChatError("wait must be a time such as 10s or 1m, or off.") from None
    said = f"lets everybody speak once in {pause}" if pause else "lets people speak without a wait"
    seconds = round(pause.total_seconds())
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, slow=seconds)


@command(in_room=True)
def members(ctx: Context, setting: bool) -> None:
    """Let only people with an account into the room, or everybody."""
    said = "lets in only people with an account" if setting else "lets in people without one"
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, members=setting)


@command(in_room=True)
def topiclock(ctx: Context, setting: bool) -> None:
    """Let only operators of the room set its topic, or everybody."""
    said = "lets only operators set the topic" if setting else "lets everybody set the topic"
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, topic_locked=setting)


@command(in_room=True)
def keephistory(ctx: Context, setting: bool) -> None:
    """Keep what is said in the room from here on, or do not."""
    said = f"has what is said here {'kept' if setting else 'not kept'} from here on"
    ctx.hub.ownership.set_modes(ctx.user, ctx.room, said, history=setting)


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
        if names:
            yield f"{title}: {', '.join(names)}."
