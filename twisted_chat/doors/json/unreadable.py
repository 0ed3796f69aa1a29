"""
What cannot be read: why, and which label it has all the same.
"""

from __future__ import annotations

import json
import re

# A string, closed or not, a mark, or what stands between those; each byte is looked at once.
_PART = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]:,]|[^\s"{}\[\]:,]++', re.DOTALL)


def has_half_characters(message: bytes) -> bool:
    """
    Return whether ``message`` is JSON but for half of a surrogate pair.
    """
    try:
        # The module of Python takes those, as RFC 8259 allows (section 8.2).
        json.dumps(json.loads(message.decode()), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        pass
    return False


def label_in(message: bytes) -> object:
    """
    Return the label in an object that cannot be read as a whole; empty if it has none.
    """
    if not message.lstrip().startswith(b"{"):
        return ""
    depth, label, before = 0, '""', ("", "")
    for found in _PART.finditer(message.decode("utf-8", "replace")):
        part = found[0]
        depth += (part in "{[") - (part in "}]")
        if depth < 1:
            break
        if depth == 1 and before == ('"label"', ":"):
            label = part
        before = before[1], part
    try:
        value: object = json.loads(label)
    except (ValueError, RecursionError):
        # It is what is wrong.
        return ""
    return value
