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
    from collections.abc import Collection

    from twisted_chat.commands.command import Command
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import User


@define(eq=False, repr=False)
class CommandTable:
    """
    All commands, by name and alias.
    """

    hub: Hub
    _commands: dict[str, Command] = field(init=False, factory=dict)

    @property
    def commands(self) -> list[Command]:
        """
        Every command once, by name.
        """
        return sorted(set(self._commands.values()), key=lambda command: command.name)

    def replace(self, commands: dict[str, Command]) -> None:
        """
        Replace all commands by ``commands``, by name and alias.
        """
        self._commands = commands

    def find(self, name: str, roles: Collection[str] = ()) -> Command:
        """
        Return the command of this name or alias, with or without its slash.

        Args:
            roles: the user's roles; commands that they may not use are not suggested.

        Raises:
            NoSuchCommand: there is none.
        """
        name = narrow(name).removeprefix("/")
        found = self._commands.get(fold(name[:LONGEST_NAME]))
        if found is None:
            usable = [
                known
                for known, command in self._commands.items()
                if not command.needs or command.needs in roles
            ]
            near = difflib.get_close_matches(fold(name[:LONGEST_NAME]), usable, 1, 0.6)
            raise errors.NoSuchCommand(shortened(name), near[0] if near else None)
        return found

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
            name, _ = parse_line(text, self._commands)
        except errors.ChatError:
            return False
        return bool(name) and self.reads(name)

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
            found = [self.find(name, user.roles)]
            page = HelpPage.COMMAND
        else:
            # Commands that the user may not use are left out.
            found = [each for each in self.commands if not each.needs or each.needs in user.roles]
            page = HelpPage.ALL if name else HelpPage.OVERVIEW
        return Help(
            self.hub.now(),
            page,
            tuple(
                CommandHelp(each.name, each.usage, each.help, each.topic, each.aliases)
                for each in found
            ),
        )
