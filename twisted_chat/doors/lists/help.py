"""
The rows of the help: all commands, one of them, or what a newcomer needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.lists.columns import table, wrapped
from twisted_chat.replies import server

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a newcomer needs; the help begins with these.
_FIRST = frozenset({"join", "msg", "quit", "rooms", "who"})


def help_rows(reply: server.Help, columns: int) -> Iterable[str]:
    """
    Return the rows of the help, for a terminal of so many columns.
    """
    match reply.page:
        case server.HelpPage.ALL:
            return table([(each.usage, each.summary) for each in reply.commands], columns)
        case server.HelpPage.COMMAND:
            first, *under = reply.commands
            rows = [(each.usage, each.summary) for each in under]
            return [*_explained(first, columns), *table(rows, columns)]
        case server.HelpPage.OVERVIEW:
            return _overview(reply.commands, columns)


def _explained(command: server.CommandHelp, columns: int) -> list[str]:
    lines = [
        *wrapped(command.usage, later="  ", columns=columns),
        *wrapped(command.summary, "  ", columns=columns),
    ]
    if command.aliases:
        names = ", ".join(f"/{alias}" for alias in command.aliases)
        lines += wrapped(f"Also: {names}", "  ", columns=columns)
    return lines


def _overview(commands: Iterable[server.CommandHelp], columns: int) -> list[str]:
    return [
        *rows_for_newcomers(commands, columns),
        "Anything else you type is said in the room you talk in. All commands:",
        *rows_of_topics([(each.topic, f"/{each.name}") for each in commands], columns),
        "/help all explains all of them, and /help join explains /join.",
    ]


def rows_for_newcomers(commands: Iterable[server.CommandHelp], columns: int) -> Iterable[str]:
    """
    Return the rows of those of ``commands`` that a newcomer needs.
    """
    first = [(each.usage, each.summary) for each in commands if each.name in _FIRST]
    return table(first, columns)


def rows_of_topics(names: Iterable[tuple[str, str]], columns: int) -> Iterable[str]:
    """
    Return the rows of the topics, each with the commands that are listed under it.

    Args:
        names: of each command its topic, and how it is named.
    """
    topics: dict[str, str] = {}
    for topic, name in names:
        topics[topic] = f"{topics.get(topic, '')} {name}".lstrip()
    return table(sorted(topics.items()), columns)
