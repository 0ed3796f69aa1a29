"""
Completion: how a line that is being typed can continue, from the declarations of commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from twisted_chat.errors import NoSuchCommand
from twisted_chat.text.names import fold, without_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from twisted_chat.commands.command import Command
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

#: Of more, only the first are offered.
MOST = 50


@frozen
class Completion:
    """
    Completions of one part of a line.

    Attributes:
        start: where that part begins; it ends where the cursor is.
        words: what may stand there, in order.
    """

    start: int
    words: tuple[str, ...]


class Commands(Protocol):
    """
    The table of all commands.
    """

    @property
    def commands(self) -> list[Command]:
        """
        Every command once, by name.
        """

    def find(self, name: str, roles: Collection[str] = ()) -> Command:
        """
        Return the command of this name or alias, or raise `NoSuchCommand`.
        """


def complete(
    world: World, commands: Commands, session: Session, text: str, cursor: int
) -> Completion:
    """
    Return the completions of the word before the cursor.

    After a slash at the beginning of a line these are commands, after a command what its parameter
    takes, and elsewhere nicks of the room.  Nothing is offered that the user may not know.

    Args:
        text: the line so far.
        cursor: how many of its characters stand before the cursor.
    """
    before = text[:cursor]
    start = len(before) - len(before.split(" ")[-1])
    word = before[start:]
    if session.user is None:
        return Completion(start, ())
    if before.startswith("/") and not start:
        found: Iterable[str] = (f"/{name}" for name in _names(commands, session))
    elif before.startswith("/"):
        name, *words = before.split()
        index = len(words) - bool(word)
        found = _arguments(world, commands, session, name, index, has_hash=word.startswith("#"))
    else:
        found = _nicks(session)
    key = fold(without_hash(word))
    begins = (each for each in found if fold(without_hash(each)).startswith(key))
    return Completion(start, tuple(sorted(begins, key=fold)[:MOST]))


def _names(commands: Commands, session: Session) -> list[str]:
    roles = session.user.roles if session.user else ()
    return [
        command.name
        for command in commands.commands
        if not command.needs or command.needs in roles
    ]


def _arguments(
    world: World, commands: Commands, session: Session, name: str, index: int, *, has_hash: bool
) -> Iterable[str]:
    try:
        command: Command = commands.find(name, session.user.roles if session.user else ())
    except NoSuchCommand:
        return ()
    if not command.params:
        return ()
    param = command.params[min(index, len(command.params) - 1)]
    if param.choices:
        return param.choices
    if has_hash or param.kind == "room":
        return _rooms(world, session, "#" if has_hash else "")
    if param.rest:
        return _nicks(session)
    return [user.nick for user in world.users.values()] if param.kind == "user" else ()


def _rooms(world: World, session: Session, hash_: str) -> list[str]:
    user = session.user
    return [f"{hash_}{room.name}" for room in world.rooms.values() if user and user.sees(room)]


def _nicks(session: Session) -> list[str]:
    return [user.nick for user in session.current.members] if session.current else []
