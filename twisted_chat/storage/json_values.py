"""
JSON: which values and keys a plugin may keep (RFC 8259).

What comes back must be what was given.  So a value is exactly what JSON has, and nothing that
would become something else on the way: no tuple, no set, no key that is a number.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Lists and objects within each other.
MAX_DEPTH = 32
#: Parts of one value: each number, text, list and so on is one.
MAX_PARTS = 100_000
#: Characters of a key.
MAX_KEY = 200

_LONG = 2**63


def as_json(value: object) -> str:
    """
    Return ``value`` as JSON.

    Raises:
        TypeError: something in it is not None, a bool, int, float, str, list or dict.
        ValueError: it is a number or text that JSON has not, or too deep or too large.
    """
    _count(value, 0, 0)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def of_json(text: str) -> object:
    """
    Return the value that `as_json` made ``text`` of: a new one, which is the caller's.
    """
    value: object = json.loads(text)
    return value


def require_key(key: object) -> None:
    """
    Check that ``key`` can be a key.

    Raises:
        TypeError: it is not a str.
        ValueError: it is empty or too long, or no text.
    """
    if type(key) is not str:
        raise TypeError(f"a key is a str, not {type(key).__name__}")
    if not 0 < len(key) <= MAX_KEY:
        raise ValueError(f"a key has 1 to {MAX_KEY} characters, not {len(key)}")
    _require_text(key)
    if "\0" in key:
        raise ValueError("a key has no NUL character")


def _count(value: object, depth: int, parts: int) -> int:
    """
    Return ``parts`` and how many parts ``value`` has; raises as `as_json` does.
    """
    parts += 1
    if parts > MAX_PARTS:
        raise ValueError(f"a value has at most {MAX_PARTS} parts")
    # Of exactly these types: another one may be a list and yet say something else.
    inner = value if type(value) is list else _inner(value) if type(value) is dict else None
    if inner is None:
        _require_single(value)
        return parts
    if depth == MAX_DEPTH:
        raise ValueError(f"lists and dicts are at most {MAX_DEPTH} deep within each other")
    for each in inner:
        parts = _count(each, depth + 1, parts)
    return parts


def _inner(value: dict[object, object]) -> Iterable[object]:
    for key in value:
        if type(key) is not str:
            raise TypeError(f"a key of a dict is a str, not {type(key).__name__}")
        _require_text(key)
    return value.values()


def _require_single(value: object) -> None:
    """
    Check that ``value`` is none of several parts.
    """
    kind = type(value)
    if kind is str:
        _require_text(str(value))
    elif isinstance(value, float) and kind is float:
        if not math.isfinite(value):
            raise ValueError(f"JSON has no {value}")
    elif isinstance(value, int) and kind is int:
        if not -_LONG <= value < _LONG:
            raise ValueError("a whole number has at most 64 bits")
    elif value is not None and kind is not bool:
        raise TypeError(
            "a value is None, a bool, int, float or str, or a list or dict of these, "
            f"not {kind.__name__}"
        )


def _require_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is no text") from None
