"""
Members: what those of a message must be, so that nothing behind has to look again.

The members stand in docs/protocol.md.
"""

from __future__ import annotations

import math
from typing import Any

#: Characters of a name of a user or a room; no server has longer ones.
LONGEST_NAME = 100
# Objects and lists in each other.
_DEEPEST = 16
# Numbers of lines, and ids; a database has no larger ones.
_LARGEST = 2**63
_NAMES = frozenset({"account", "new_nick", "nick", "recipient", "room"})
_TEXTS = frozenset({"error", "message", "symbol", "text", "token"})
_NUMBERS = frozenset({"id", "number", "re"})


def is_sound(message: dict[str, Any]) -> bool:
    """
    Return whether each member of ``message``, and of what is in it, is of the kind it must be.

    Members of which nothing is known may be anything.
    """
    # The event of a line of history is a message itself.
    event = message.get("event", "")
    return isinstance(event, str) and isinstance(message.get("label", ""), str) and _is(message)


def _is(value: object, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(value, list):
        return all(_is(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return all(_fits(name, each) and _is(each, depth + 1) for name, each in value.items())
    return True


def _fits(name: str, value: object) -> bool:
    if name in _NAMES:
        return isinstance(value, str) and len(value) <= LONGEST_NAME
    if name in _TEXTS:
        return isinstance(value, str)
    if name in _NUMBERS:
        return type(value) is int and abs(value) < _LARGEST
    if name == "at":
        return type(value) in {int, float} and math.isfinite(value)  # type: ignore[arg-type]
    return True
