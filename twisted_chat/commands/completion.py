"""
Completion: how a line that is being typed can continue, from the declarations of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.text import emoji
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twisted_chat.commands.command import Command
    from twisted_chat.commands.parameters.params import Param
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

Suggest = Callable[["Session", "Command", "Param", str], Iterable[str]]


def _nothing(*_: object) -> tuple[str, ...]:
    return ()


#: Of more, only the first are offered.
MOST = 50


@frozen
class Completion:
    """
    Completions of one part of a line.

    Attributes:
        start: where that part begins; it ends where the cursor is.
        words: what may stand there, in the order of the alphabet, at most `MOST`.
        names: what each of ``words`` is called, where those are emoji, the best known first; else
            empty.
    """

    start: int
    words: tuple[str, ...]
    names: tuple[str, ...] = ()


def complete(
    world: World,
    usable: Mapping[str, Command],
    session: Session,
    text: str,
    cursor: int,
    suggest: Suggest = _nothing,
) -> Completion:
    """
    Return the completions of the word before the cursor.

    At the beginning of a line behind a slash that is a command, behind one its subcommands or what
    its parameter takes; anywhere else, once a word has begun, a nick of the room or, behind a
    ``#``, a room.  Behind a colon it is an emoji: ``:tad`` is completed to a picture.
    Nothing is offered of what the user of ``session`` may not know.

    Args:
        usable: the commands that they may use, by name and alias.
        text: what was typed so far, without the end of a line.
        cursor: how many of its characters stand before the cursor.
        suggest: what a plugin completes a parameter with.
    """
    before = text[: max(cursor, 0)]
    word = before.split()[-1] if before and not before[-1].isspace() else ""
    start = len(before) - len(word)
    found: Iterable[str] = ()
    if session.user is None:
        pass
    elif pictures := emoji.find(word)[:MOST]:
        return Completion(start, *zip(*pictures, strict=True))
    elif not before.startswith("/") or before.startswith("//"):
        found = _in_talk(world, session, session.user, word, is_first=not start)
    elif not start:
        found = [f"/{name}" for name in usable]
    else:
        # Only blanks may stand behind the slash.
        name, *_ = before[1:].split(None, 1) or [""]
        command = usable.get(fold(name))
        if command is not None:
            at = 1 + len(name)
            command, at = _under(command, before, at, start)
            start, found = _behind(world, usable, session, command, before, at, suggest)
    key = fold(before[start:])
    # Nearly all is a name, whose folded form is at hand.
    begins = [(folded, each) for each in found if (folded := fold(each)).startswith(key)]
    return Completion(start, tuple(each for _, each in sorted(begins)[:MOST]))


def _under(command: Command, before: str, at: int, start: int) -> tuple[Command, int]:
    """
    Return the subcommand that is typed behind ``at``, and where it ends; else as given.

    The word that is being typed, at ``start``, is none yet.
    """
    while command.subcommands:
        word = before[at:start].split(None, 1)[:1]
        found = command.subcommand(word[0]) if word else None
        if found is None:
            break
        command, at = found, before.index(word[0], at) + len(word[0])
    return command, at


def _behind(
    world: World,
    usable: Mapping[str, Command],
    session: Session,
    command: Command,
    before: str,
    at: int,
    suggest: Suggest,
) -> tuple[int, Iterable[str]]:
    """
    Return what may stand behind ``command``, whose name ends ``at``, and where that begins.
    """
    assert session.user is not None
    words = before[at:].split()
    word = words[-1] if words and not before[-1].isspace() else ""
    start, index = len(before) - len(word), len(words) - bool(word)
    if command.subcommands:
        user = session.user
        names = [
            each.words[0]
            for each in command.subcommands
            if not each.needs or each.needs in user.roles
        ]
        return start, names if not index else ()
    param = _param(command, index)
    if param is None:
        return start, ()
    if param.complete is not None:
        if param.rest:
            # All of it, with its spaces.
            parts = before[at:].split(None, len(command.params) - 1)
            rest = parts[-1] if len(parts) == len(command.params) else ""
            start = len(before) - len(rest)
        return start, suggest(session, command, param, before[start:])
    if param.rest and param.kind != "command":
        return start, _in_talk(world, session, session.user, word, is_first=False)
    return start, _in_place_of(world, usable, session.user, param, word)


def _param(command: Command, index: int) -> Param | None:
    """
    Return the parameter that the word of this index is for.
    """
    params = command.params
    if index < len(params):
        return params[index]
    return params[-1] if params and params[-1].rest else None


def _in_place_of(
    world: World, usable: Mapping[str, Command], user: User, param: Param, word: str
) -> Iterable[str]:
    if param.choices:
        return param.choices
    if word.startswith("#"):
        return _rooms(world, user, word)
    match param.kind:
        case "user":
            return [other.nick for other in world.users.values()]
        case "room":
            return _rooms(world, user, word)
        case "command":
            return usable
    return ()


def _in_talk(
    world: World, session: Session, user: User, word: str, *, is_first: bool
) -> Iterator[str]:
    if word.startswith("#"):
        yield from _rooms(world, user, word)
    elif word.startswith("@") and is_first:
        yield from (f"@{other.nick}:" for other in world.users.values())
    elif word:
        yield from _nicks(session.current)


def _rooms(world: World, user: User, word: str) -> Iterator[str]:
    sign = "#" if word.startswith("#") else ""
    return (f"{sign}{room.name}" for room in world.rooms.values() if user.sees(room))


def _nicks(room: Room | None) -> Iterator[str]:
    return (member.nick for member in room.members) if room else iter(())
