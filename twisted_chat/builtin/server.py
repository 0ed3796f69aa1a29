"""
The server: help, figures, and the way out.
"""

from twisted_chat import Context, Duration, command


@command(name="help", aliases=["h", "?", "commands"], cost=4)
def help_(ctx: Context, command: str = "") -> str:
    """List the commands, or tell about one."""
    if command:
        found = ctx.dispatcher.find(command.removeprefix("/"))
        lines = [found.usage, f"  {found.help}"]
        if found.aliases:
            lines.append(f"  Also: {', '.join(f'/{alias}' for alias in found.aliases)}")
        return "\n".join(lines)
    # A command that the person may not use is no help to them.
    shown = [
        known
        for known in ctx.dispatcher.commands
        if not known.needs or known.needs in ctx.user.roles
    ]
    width = max(len(known.usage) for known in shown)
    lines = [f"{known.usage:<{width}}  {known.help}" for known in shown]
    return "\n".join([*lines, "Anything else you type is said in the room you talk in."])


@command
def stats(ctx: Context) -> str:
    """Tell how long the server is up, and how many people, rooms and lines there are."""
    hub = ctx.hub
    up = Duration(seconds=round(hub.seconds() - hub.started_at))
    rooms = sum(map(ctx.user.sees, hub.rooms.values()))
    told = f"Up {up}. People: {len(hub.users)}. Rooms: {rooms}. "
    told += f"Lines since the start: {hub.talk.lines}."
    unsaved, lost = hub.journal.unsaved, hub.journal.lost
    if "operator" in ctx.user.roles and (unsaved or lost):
        told += f"\nOf what was said, {unsaved} are not saved yet, and {lost} were lost."
    return told


@command(aliases=["q", "exit", "bye"])
def quit(ctx: Context, *, reason: str = "") -> None:
    """Leave the chat."""
    ctx.hub.close(ctx.session, f"Goodbye, {ctx.user.nick}.", reason.strip(), cause="quit")
