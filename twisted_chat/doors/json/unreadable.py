"""
What cannot be read: why, and which label it has all the same.
"""

from __future__ import annotations

import json
import re

NO_OBJECT = "A request must be one JSON object, in UTF-8."
HALF = "A text must have whole characters: half of a surrogate pair, as \\ud800, is none."

# A string, closed or not, a mark, or what stands between those; each byte is looked at once.
_PART = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]:,]|[^\s"{}\[\]:,]++', re.DOTALL)


def fault(message: bytes) -> str:
    """
    Return what is wrong with ``message``, which cannot be read.
    """
    try:
        # The module of Python takes half a pair, as RFC 8259 allows (section 8.2).
        halved = json.dumps(json.loads(message.decode()), ensure_ascii=False)
        halved.encode()
    except UnicodeEncodeError:
        return HALF
    except (ValueError, RecursionError):
        pass
    return NO_OBJECT


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
