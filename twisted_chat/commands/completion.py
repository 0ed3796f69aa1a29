"""
Completion: how a line that is being typed can continue, from the declarations of commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.text import emoji
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from twisted_chat.commands.command import Command
    from twisted_chat.commands.params import Param
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

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
    world: World, usable: Mapping[str, Command], session: Session, text: str, cursor: int
) -> Completion:
    """
    Return the completions of the word before the cursor.

    At the beginning of a line behind a slash that is a command, behind one what its parameter
    takes; anywhere else, once a word has begun, a nick of the room or, behind a ``#``, a room.
    Behind a colon it is an emoji: ``:tad`` is completed to a picture.
    Nothing is offered of what the user of ``session`` may not know.

    Args:
        usable: the commands that they may use, by name and alias.
        text: what was typed so far, without the end of a line.
        cursor: how many of its characters stand before the cursor.
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
        name, *words = before[1:].split()
        command = usable.get(fold(name))
        param = _param(command, len(words) - bool(word)) if command else None
        if param is not None and param.rest:
            found = _in_talk(world, session, session.user, word, is_first=False)
        elif param is not None:
            found = _in_place_of(world, usable, session.user, param, word)
    key = fold(word)
    # Nearly all is a name, whose folded form is at hand.
    begins = [(folded, each) for each in found if (folded := fold(each)).startswith(key)]
    return Completion(start, tuple(each for _, each in sorted(begins)[:MOST]))


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
