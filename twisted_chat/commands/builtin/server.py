"""
The server: help, statistics, and leaving.
"""

import textwrap
from collections.abc import Collection, Iterator

from twisted_chat import Context, Duration, command

# The commands that newcomers need, with which the help begins.
_FIRST = frozenset({"join", "msg", "quit", "rooms", "who"})
# Columns of a terminal, and of what stands to the left of a sentence.
_COLUMNS = 80
_LEFT = 24


@command(name="help", aliases=["h", "?", "commands"], cost=4)
def help_(ctx: Context, command: str = "") -> str:
    """List the commands, or explain one; /help all explains all."""
    # Commands that the user may not use are left out.
    usable = [
        known
        for known in ctx.dispatcher.commands
        if not known.needs or known.needs in ctx.user.roles
    ]
    if command.lower() == "all":
        return "\n".join(_table([(known.usage, known.help) for known in usable]))
    if command:
        found = ctx.dispatcher.find(command, ctx.user.roles)
        lines = [*_wrapped(found.usage, later="  "), *_wrapped(found.help, "  ")]
        if found.aliases:
            names = ", ".join(f"/{alias}" for alias in found.aliases)
            lines += _wrapped(f"Also: {names}", "  ")
        return "\n".join(lines)
    topics: dict[str, str] = {}
    for known in usable:
        topics[known.topic] = f"{topics.get(known.topic, '')} /{known.name}".lstrip()
    first = [(known.usage, known.help) for known in usable if known.name in _FIRST]
    return "\n".join(
        [
            *_table(first),
            "Anything else you type is said in the room you talk in. All commands:",
            *_table(sorted(topics.items())),
            "/help all explains all of them, and /help join explains /join.",
        ]
    )


def _table(rows: Collection[tuple[str, str]]) -> Iterator[str]:
    """
    Yield ``rows`` in two columns; a left part that is too long stands above its text.
    """
    width = min(max((len(left) + 2 for left, _ in rows), default=0), _LEFT)
    indent = " " * width
    for left, text in rows:
        if len(left) > width - 2:
            yield from _wrapped(left, later="  ")
            yield from _wrapped(text, indent)
        else:
            yield from _wrapped(text, f"{left:<{width}}", indent)


def _wrapped(text: str, first: str = "", later: str | None = None) -> list[str]:
    """
    Return ``text`` in lines that fit a terminal; no word is broken, however long it is.

    Args:
        first: the beginning of the first line.
        later: the beginning of the others; None for the same.
    """
    return textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=first if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


@command
def stats(ctx: Context) -> str:
    """Show how long the server is up, and count users, rooms and lines."""
    hub = ctx.hub
    up = Duration(seconds=round(hub.seconds() - hub.started_at))
    rooms = sum(map(ctx.user.sees, hub.rooms.values()))
    told = f"Up {up}. People: {len(hub.users)}. Rooms: {rooms}. "
    told += f"Lines since the start: {hub.talk.lines}."
    unsaved, lost = hub.journal.unsaved, hub.journal.lost
    if ctx.user.is_staff and (unsaved or lost):
        told += f"\n{unsaved} lines are not saved yet, and {lost} were lost."
    return told


@command(aliases=["q", "exit", "bye"])
def quit(ctx: Context, *, reason: str = "") -> None:
    """Leave the chat."""
    sentence = f"Goodbye, {ctx.user.nick}."
    ctx.hub.close(ctx.session, sentence, reason.strip(), cause="quit", is_own=True)
