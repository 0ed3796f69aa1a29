"""
Marks: what tells that who speaks is no user but a webhook.

A mark stands in brackets behind the name, as in ``deploy[hook]``.  No user's name holds a bracket,
nor any letter that looks like one, so nobody can be taken for who is marked, or the other way
round.  It is one word, so that it can be typed, and IRC can name it as a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.errors import BadName
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.services import service_like

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The mark of what programs say by HTTP.
HOOK = "hook"
#: The longest name that is marked, in characters without the mark.
MAX_MARKED = 18
_MARKS = tuple(f"[{mark}]" for mark in (HOOK,))


def marked(name: str, mark: str) -> str:
    """
    Return ``name`` with its mark: ``deploy[hook]``.
    """
    return f"{name}[{mark}]"


def is_marked(nick: str) -> bool:
    """
    Return whether who speaks as ``nick`` is no user.
    """
    return nick.endswith(_MARKS)


def read_speaker(text: str) -> str:
    """
    Read the nick of a user, or of who is marked.

    Raises:
        BadName: it can be neither.
    """
    mark = next((each for each in _MARKS if text.lower().endswith(each)), "")
    return f"{read_nick(text[: len(text) - len(mark)])}{mark}"


def read_marked(text: str, reserved: Iterable[str] = ()) -> str:
    """
    Read a name, without its mark, by the rules for those of users.

    Args:
        reserved: more names that nobody may use.

    Returns:
        the name as it is shown, 1 to `MAX_MARKED` characters.

    Raises:
        BadName: it is not a valid name, or looks like that of a service or of staff.
    """
    name = read_nick(text)
    if len(name) > MAX_MARKED:
        raise BadName(
            f"The name of a bot or webhook may be at most {MAX_MARKED} characters long.",
            code="name-too-long",
            what="name",
            most=MAX_MARKED,
        )
    if service_like(name, reserved):
        raise BadName(
            f"The name {name} is reserved, please choose another.", code="name-reserved", nick=name
        )
    return name
