"""
The server: help, figures, and the way out.
"""

from twisted_chat import Context, Duration, command


@command(name="help", aliases=["h", "?", "commands"], cost=4)
def help_(ctx: Context, command: str = "") -> str:
    """List the commands, or tell about one; /help all tells about all."""
    # A command that the person may not use is no help to them.
    usable = [
        known
        for known in ctx.dispatcher.commands
        if not known.needs or known.needs in ctx.user.roles
    ]
    if not command:
        # All of them with what they do would leave the screen at the top.
        topics: dict[str, list[str]] = {}
        for known in usable:
            topics.setdefault(known.topic, []).append(f"/{known.name}")
        width = max(map(len, topics))
        lines = [f"{topic:<{width}}  {' '.join(topics[topic])}" for topic in sorted(topics)]
        lines.append("/help all says what each of them does, and /help join tells about /join.")
        return "\n".join([*lines, "Anything else you type is said in the room you talk in."])
    if command.lower() == "all":
        width = max(len(known.usage) for known in usable)
        return "\n".join(f"{known.usage:<{width}}  {known.help}" for known in usable)
    found = ctx.dispatcher.find(command, ctx.user.roles)
    lines = [found.usage, f"  {found.help}"]
    if found.aliases:
        lines.append(f"  Also: {', '.join(f'/{alias}' for alias in found.aliases)}")
    return "\n".join(lines)


@command
def stats(ctx: Context) -> str:
    """Tell how long the server is up, and how many people, rooms and lines there are."""
    hub = ctx.hub
    up = Duration(seconds=round(hub.seconds() - hub.started_at))
    rooms = sum(map(ctx.user.sees, hub.rooms.values()))
    told = f"Up {up}. People: {len(hub.users)}. Rooms: {rooms}. "
    told += f"Lines since the start: {hub.talk.lines}."
    unsaved, lost = hub.journal.unsaved, hub.journal.lost
    if ctx.user.is_staff and (unsaved or lost):
        told += f"\nOf what was said, {unsaved} are not saved yet, and {lost} were lost."
    return told


@command(aliases=["q", "exit", "bye"])
def quit(ctx: Context, *, reason: str = "") -> None:
    """Leave the chat."""
    sentence = f"Goodbye, {ctx.user.nick}."
    ctx.hub.close(ctx.session, sentence, reason.strip(), cause="quit", is_own=True)
