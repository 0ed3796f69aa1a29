"""
Emoji by name: what ``:tada:`` is, and what ``:tad`` may be completed to.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from twisted_chat.text.names import narrow

# Where Unicode has pictures: of the first plane those that were symbols before, then all others.
_RANGES = ((0x2600, 0x27C0), (0x1F300, 0x1F650), (0x1F680, 0x1F700), (0x1F900, 0x1FB00))
# Shows a symbol as a picture (UTS #51, section 1.4.3).
_AS_PICTURE = "\ufe0f"
# What people call them that Unicode calls otherwise.
_NAMES = {
    "+1": "\U0001f44d", "-1": "\U0001f44e", "thumbsup": "\U0001f44d", "thumbsdown": "\U0001f44e",
    "smile": "\U0001f604", "grin": "\U0001f601", "joy": "\U0001f602", "wink": "\U0001f609",
    "sad": "\U0001f622", "cry": "\U0001f622", "tada": "\U0001f389", "heart": "\u2764\ufe0f",
    "wave": "\U0001f44b", "clap": "\U0001f44f", "pray": "\U0001f64f", "shrug": "\U0001f937",
    "tea": "\U0001f375", "coffee": "\u2615", "beer": "\U0001f37a", "cake": "\U0001f370",
    "thinking": "\U0001f914", "eyes": "\U0001f440", "100": "\U0001f4af", "ok": "\U0001f44c",
    "bug": "\U0001f41b", "ship": "\U0001f6a2", "check": "\u2705", "x": "\u274c",
}  # fmt: skip
_BEGUN = re.compile(r":([a-z0-9_+-]{2,})(:?)", re.IGNORECASE)


def find(word: str) -> list[tuple[str, str]]:
    """
    Return each emoji that ``word`` may be completed to, and its name.

    The names that people use come first.

    Args:
        word: a colon and at least two characters of a name, or of a word in one; with a colon
            behind it, the whole of a name.
    """
    begun = _BEGUN.fullmatch(narrow(word))
    if begun is None:
        return []
    name, names = begun[1].lower(), _names()
    if begun[2]:
        return [(names[name], name)] if name in names else []
    found = [each for each in names if each.startswith(name) or f"_{name}" in each]
    found.sort(key=lambda each: (each not in _NAMES, not each.startswith(name), each))
    return [(names[each], each) for each in found]


def replaced(word: str) -> str:
    """
    Return the emoji that ``word`` is, such as ``:tada:``; anything else stays as it is.
    """
    is_whole = word.endswith((":", "\uff1a"))
    return next((emoji for emoji, _ in find(word)), word) if is_whole else word


@cache
def _names() -> dict[str, str]:
    """
    Return each emoji by its names: those of Unicode, and those that people use.
    """
    names = {}
    for start, end in _RANGES:
        for code in range(start, end):
            character = chr(code)
            name = unicodedata.name(character, "").lower().replace(" ", "_").replace("-", "_")
            if name and not name.startswith("emoji_modifier"):
                is_wide = unicodedata.east_asian_width(character) == "W"
                names[name] = character if is_wide else character + _AS_PICTURE
    return {**names, **_NAMES}
