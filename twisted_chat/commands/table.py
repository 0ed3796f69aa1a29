"""
The table of commands: finding them by name, suggesting and explaining them.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.commands.command import LONGEST_NAME
from twisted_chat.commands.parsing import parse_line
from twisted_chat.replies.server import CommandHelp, Help, HelpPage
from twisted_chat.text.names import fold, narrow, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from twisted_chat.commands.command import Command
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import User

# How similar a name must be to be suggested, of 1 for the same; and so much that it is suggested
# before one of a plugin that is more similar.
_SIMILAR, _NEAR = 0.6, 0.7


@define(eq=False, repr=False)
class CommandTable:
    """
    All commands, by name and alias.
    """

    hub: Hub
    _commands: dict[str, Command] = field(init=False, factory=dict)
    _own: Collection[str] = field(init=False, default=())

    @property
    def commands(self) -> list[Command]:
        """
        Every command once, by name.
        """
        return sorted(set(self._commands.values()), key=lambda command: command.name)

    def replace(self, commands: dict[str, Command], own: Collection[str] = ()) -> None:
        """
        Replace all commands by ``commands``, by name and alias.

        Args:
            own: the names of those that are the server's own.
        """
        self._commands, self._own = commands, own

    def find(self, name: str, roles: Collection[str] = ()) -> Command:
        """
        Return the command of this name or alias, with or without its slash.

        Args:
            name: that of a subcommand stands behind its command's: ``poll close``.
            roles: the user's roles; commands that they may not use are not suggested.

        Raises:
            NoSuchCommand: there is none.
        """
        name, *words = narrow(name).removeprefix("/").split() or [""]
        found = self._commands.get(fold(name[:LONGEST_NAME]))
        if found is None:
            # A plugin's could be named so that it is suggested for one that takes a password.
            own = [(known, self._commands[known]) for known in self._own]
            near = _nearest(name, own, roles, _NEAR) or _nearest(
                name, self._commands.items(), roles
            )
            raise errors.NoSuchCommand(shortened(name), near)
        for word in words:
            found = under(found, word, roles)
        return found

    def resolve(
        self, command: Command, args: str, roles: Collection[str] = ()
    ) -> tuple[Command, str]:
        """
        Return the subcommand that ``args``, typed behind ``command``, begin with, and the rest.

        Raises:
            NoSuchCommand: there are words, and they are none of its subcommands.
        """
        while command.subcommands and args:
            word, _, rest = args.partition(" ")
            command, args = under(command, word, roles), rest.lstrip()
        return command, args

    def reads(self, name: str) -> bool:
        """
        Return whether the command of this name only reads; False if there is none.
        """
        try:
            return self.find(name).reads
        except errors.NoSuchCommand:
            return False

    def only_reads(self, text: str) -> bool:
        """
        Return whether a line that is typed by itself changes nothing.
        """
        try:
            name, rest = parse_line(text, self._commands)
            return bool(name) and self.resolve(self.find(name), rest)[0].reads
        except errors.ChatError:
            return False

    def may_ask_secret(self, name: str) -> bool:
        """
        Return whether a user who typed this name of a command may have meant to give a secret.

        It is that of a command that asks for one, begins as one does, or goes on where one ends.
        """
        key = fold(narrow(name)[:LONGEST_NAME])
        return bool(key) and any(
            command.secret and (known.startswith(key) or key.startswith(known))
            for known, command in self._commands.items()
        )

    def explain(self, user: User, name: str = "") -> Help:
        """
        Return the commands that ``user`` may use.

        Args:
            name: of the only one to be explained; ``all`` explains all of them.

        Raises:
            NoSuchCommand: there is none of this name.
        """
        if name and name.lower() != "all":
            first, *found = self.find(name, user.roles).walk()
            page = HelpPage.COMMAND
        elif name:
            found = [each for top in self.commands for each in top.walk()]
            page = HelpPage.ALL
        else:
            found, page = self.commands, HelpPage.OVERVIEW
        # Commands that the user may not use are left out, but for one that they name.
        found = [each for each in found if not each.needs or each.needs in user.roles]
        if page is HelpPage.COMMAND:
            found = [first, *found]
        return Help(
            self.hub.now(),
            page,
            tuple(
                CommandHelp(each.name, each.usage, each.help, each.topic, each.aliases)
                for each in found
            ),
        )


def under(command: Command, word: str, roles: Collection[str] = ()) -> Command:
    """
    Return the subcommand of ``command`` that is called by ``word``.

    Args:
        roles: as for `CommandTable.find`.

    Raises:
        NoSuchCommand: there is none.
    """
    found = command.subcommand(word)
    if found is None and not command.subcommands:
        raise errors.NoSuchCommand(f"{command.name} {shortened(word)}", command.name)
    if found is None:
        known = [(name, each) for each in command.subcommands for name in each.words]
        near = _nearest(word, known, roles)
        raise errors.NoSuchCommand(
            f"{command.name} {shortened(word)}", near and f"{command.name} {near}"
        )
    return found


def _nearest(
    word: str,
    known: Iterable[tuple[str, Command]],
    roles: Collection[str],
    at_least: float = _SIMILAR,
) -> str | None:
    usable = [name for name, each in known if not each.needs or each.needs in roles]
    near = difflib.get_close_matches(fold(word[:LONGEST_NAME]), usable, 1, at_least)
    return near[0] if near else None
