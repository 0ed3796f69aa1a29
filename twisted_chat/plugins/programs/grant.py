"""
What the operator grants a program that is a plugin, in a table ``[plugins.NAME]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import fields_dict, frozen

from twisted_chat.options import option

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a program may be granted: to answer commands, to hear events in rooms, to filter lines, and
#: to say something in a room by itself.
RIGHTS = ("commands", "hear", "filter", "say")
# With one of these, a table is that of a program.
_MARKS = ("run", "token")


@frozen
class Grant:
    """
    What a program is, and what it may do.
    """

    run: tuple[str, ...] = option(
        (), "Command that starts the program, word by word; it talks on its input and output."
    )
    token: str = option(
        "", "Hash of the token with which it connects, as the admin program prints it."
    )
    rights: tuple[str, ...] = option(
        ("commands",), "What the program may do: some of commands, hear, filter and say."
    )
    rooms: tuple[str, ...] = option(
        (), "Rooms in which it hears, filters and speaks; without any, all that are public."
    )
    environment: tuple[str, ...] = option(
        (),
        "More variables of its environment, as NAME=value; it has PATH, HOME, LANG and TZ.",
        secret=True,
    )
    filter_fails: str = option(
        "open",
        "What becomes of a line that it does not check within a second: said (open) or refused "
        "(closed).",
        choices=("open", "closed"),
    )
    rate: float = option(1000.0, "Messages a second from it; more wait. 0 for no limit.")

    def __attrs_post_init__(self) -> None:
        if self.run and self.token:
            raise ValueError("a program has either run or token, not both")
        if not self.run and not self.token:
            raise ValueError("a program needs either run or token")
        for right in self.rights:
            if right not in RIGHTS:
                raise ValueError(f"rights must be some of {', '.join(RIGHTS)}, not {right!r}")
        for number, variable in enumerate(self.environment, 1):
            if not variable.partition("=")[0] or "=" not in variable or "\0" in variable:
                # It may be a secret without its name.
                raise ValueError(f"environment must be like NAME=value, but its {number}. is not")


def is_program(table: Mapping[str, Any]) -> bool:
    """
    Return whether the table of a plugin is that of a program, if no other plugin has it.
    """
    return any(mark in table for mark in _MARKS)


def is_half_program(table: Mapping[str, Any]) -> bool:
    """
    Return whether a table has options of a program, as if only what marks one were forgotten.
    """
    return any(name.replace("-", "_") in fields_dict(Grant) for name in table)
