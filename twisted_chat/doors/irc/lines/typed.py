"""
How people type our commands in a client of IRC, where the words of the server name them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Commands that clients have themselves, by the same name.
_SAME = frozenset({
    "away", "invite", "join", "kick", "me", "mode", "msg", "nick", "quit", "quote", "topic", "who",
})  # fmt: skip
# What others are typed as; any other command is sent as it is, by ``/quote``.
_OTHERWISE = {
    "back": "/away",
    "ghost": "/msg NickServ GHOST nick password",
    "help all": "/msg ChatServ help all",
    "leave": "/part",
    "lock": "/mode #channel +k password",
    "login": "/msg NickServ IDENTIFY nick password",
    "numbers on": "/quote SEARCH",
    "passwd": "/msg NickServ PASSWD old new",
    "register": "/msg NickServ REGISTER password",
    "rooms": "/list",
    "unregister": "/msg NickServ UNREGISTER password",
}
# What the help says of commands for those whom they ask for a password.
_ASKED = ", which you are asked for"
# What stands behind a command, and is not what a sentence says of the command itself.
_NAME = r"(?!(?:does|may|needs|takes)\b)(\w\S*)"
# A locked room, other rooms, and accounts, each with the name behind the command.
_WITH_NAME = (
    (re.compile(r"(?<!\S)/join (\S+) asks for its password"), r"/join #\1 password enters it"),
    (re.compile(rf"(?<!\S)/join {_NAME}"), r"/join #\1"),
    (re.compile(rf"(?<!\S)/login {_NAME}"), r"/msg NickServ IDENTIFY \1 password"),
    (re.compile(rf"(?<!\S)/ghost {_NAME}"), r"/msg NickServ GHOST \1 password"),
)
# No path of a file, no address, and nothing of a choice such as ``/numbers on|off``.
_COMMAND = re.compile(r"(?<!\S)/((?:help all|numbers on)(?!\|)|\w+(?:-\w+)*)(?![\w/-])")


def as_typed(sentence: str, facts: Iterable[object] = ()) -> str:
    """
    Return ``sentence`` of the server with its commands as a client of IRC takes them.

    ``/rooms lists the rooms`` becomes ``/list lists the rooms``, and ``/pin pins one`` becomes
    ``/quote PIN pins one``.

    Args:
        facts: what users wrote in it, and names: nothing in these changes.
    """
    if "/" not in sentence:
        return sentence
    for fact in facts:
        if isinstance(fact, str) and "/" in fact and fact in sentence:
            before, _, behind = sentence.partition(fact)
            return f"{as_typed(before, facts)}{fact}{as_typed(behind, facts)}"
    for pattern, typed in _WITH_NAME:
        sentence = pattern.sub(typed, sentence)
    return _COMMAND.sub(_typed, sentence)


def help_as_typed(sentence: str) -> str:
    """
    Return ``sentence`` of the help as `as_typed` does, and nothing of passwords asked for.

    A client of IRC is asked for none: they stand behind the command.
    """
    return as_typed(sentence.replace(_ASKED, ""))


def _typed(command: re.Match[str]) -> str:
    name = command[1]
    if name in _SAME:
        return command[0]
    return _OTHERWISE.get(name) or f"/quote {name.upper()}"
