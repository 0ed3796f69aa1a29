"""
The rows of the help, with the commands of the server as a client of IRC takes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from twisted_chat.doors.irc.lines.typed import as_typed, help_as_typed
from twisted_chat.doors.lists.columns import COLUMNS
from twisted_chat.doors.lists.help import help_rows, rows_for_newcomers, rows_of_topics
from twisted_chat.replies.server import HelpPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.replies.server import Help

_ALSO = "  Also: "


def typed_help(told: Help) -> Iterable[str]:
    """
    Return the rows of ``told``, in which no command begins with a slash that IRC does not know.
    """
    # Before the columns are made, which are as wide as what stands in them.
    commands = tuple(
        evolve(each, usage=as_typed(each.usage), summary=help_as_typed(each.summary))
        for each in told.commands
    )
    if told.page is not HelpPage.OVERVIEW:
        rows = help_rows(evolve(told, commands=commands), COLUMNS)
        return [as_typed(row) if row.startswith(_ALSO) else row for row in rows]
    names = [(each.topic, each.name.upper()) for each in commands]
    return [
        *rows_for_newcomers(commands, COLUMNS),
        "What you write in a channel is said there.",
        "All commands, such as /quote SEARCH tea, or /msg ChatServ search tea:",
        *rows_of_topics(names, COLUMNS),
        "/msg ChatServ help all explains all of them, and /quote HELP search explains SEARCH.",
    ]
