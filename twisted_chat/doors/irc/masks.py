"""
Masks: ``*`` stands for any text, and ``?`` for one character (RFC 2812, section 2.5).
"""

from __future__ import annotations

from fnmatch import fnmatchcase


def is_like(text: str, mask: str) -> bool:
    """
    Return whether ``text`` is as ``mask`` says, in which brackets stand for themselves.
    """
    return fnmatchcase(text, mask.replace("[", "[[]"))
