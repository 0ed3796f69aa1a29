"""
What text may hold on its way to a person.

Text from outside can carry what moves a cursor, sets a window's title, breaks a line in two or
turns the reading direction of what follows.  None of it may pass.
"""

import re

# C0 but TAB, DEL, C1 (with NEL), and the two Unicode line separators (Unicode 16, section 5.8).
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Bidi controls: ALM, LRM, RLM, embeddings and overrides, isolates (UAX #9, section 2).
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """
    Return ``text`` with no control character, line separator or lone surrogate, nor bidi control.

    The former are shown as U+FFFD, the latter left out.  Clean text comes back as it is, quickly.
    """
    if text.isprintable():
        return text
    return _BIDI.sub("", _CONTROLS.sub("\ufffd", text))


def rub_out(text: str) -> str:
    """
    Return ``text`` as its writer saw it, each backspace or DEL taking the character before it.
    """
    if "\x7f" not in text and "\x08" not in text:
        return text
    kept: list[str] = []
    for character in text:
        if character not in "\x08\x7f":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
