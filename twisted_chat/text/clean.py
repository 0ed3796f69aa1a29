"""
What text may hold on its way to a person.

Text from outside can carry what moves a cursor, sets a window's title, breaks a line in two or
turns the reading direction of what follows.  None of it may pass.
"""

import re
import unicodedata

# C0 but TAB, DEL, C1 (with NEL), and the two Unicode line separators (Unicode 16, section 5.8).
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Bidi controls: ALM, LRM, RLM, embeddings and overrides, isolates (UAX #9, section 2).
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What ESC begins, by ECMA-48 (5.3 and 5.4, 8.3) and ECMA-35 (13): a control sequence, a control
# string with its end, a single shift with the character that it shifts, and all other escape
# sequences.  Four things are read as a person at a keyboard means them, and not by the letter:
# - `/` and `@` begin what people type in private, so neither ever belongs to a sequence, but for
#   the `@` behind a parameter;
# - a control string that does not end on its line is a key (Alt-P) with talk behind it;
# - the Linux console sends two brackets for F1 to F5, and rxvt ends keys with `$`;
# - three characters behind CSI M say where a mouse was clicked (xterm's X10 mode).
_ESCAPE = re.compile(
    r"""
    (?: \x1b\[ | \x9b )
        (?: \[[A-E] | M[ -#`-c][!-\uffff]{2} | [0-?]+(?:[ -.]+[A-~]?|[@-~]?) | [ -.]*[A-~]? )
  | (?: \x1b[PX\]^_] | [\x90\x98\x9d-\x9f] )
        [^\x07\x1b\x90\x98\x9c-\x9f]*+ (?: \x1b\\ | [\x07\x9c] )
  | (?: \x1b[NO] | [\x8e\x8f] ) [0-9;]* [^\s/@]?
  | \x1b[ -.]+[0-~]?
  | \x1b[0-?A-~]?
  | [\x90\x98\x9d-\x9f]
    """,
    re.VERBOSE,
)


def name_of(character: str) -> str:
    """
    Return the name that Unicode gives ``character``, else its code point, such as ``U+0378``.
    """
    return unicodedata.name(character, f"U+{ord(character):04X}")


def clean(text: str) -> str:
    """
    Return ``text`` with no control character, line separator or lone surrogate, nor bidi control.

    The former are shown as U+FFFD, the latter left out.  Clean text comes back as it is, quickly.
    """
    if text.isprintable():
        return text
    return _BIDI.sub("", _CONTROLS.sub("\ufffd", text))


def read_typed(line: bytes) -> str:
    """
    Return what a person meant by a ``line`` of UTF-8 that they typed, fit to be read by others.

    Escape sequences, as keys and programs send them, are left out; a backspace or DEL takes the
    character before it; what is then unfit, or no UTF-8, is U+FFFD (see `clean`).
    """
    text = line.decode("utf-8", "replace")
    # Nearly every line.
    return text if text.isprintable() else clean(rub_out(strip_escapes(text)))


def has_lost_bytes(line: bytes) -> bool:
    """
    Return whether ``line`` is UTF-8 that has lost bytes: it holds whole letters, and begun ones.

    Text in an encoding of one byte a letter holds hardly any letter that is whole in UTF-8.
    """
    has_lost, whole, rest = False, "", line
    while rest:
        try:
            whole += rest.decode()
            break
        except UnicodeDecodeError as error:
            if error.reason == "invalid start byte":
                return False
            has_lost = True
            whole += rest[: error.start].decode()
            rest = rest[error.end :]
    return has_lost and not whole.isascii()


def strip_escapes(text: str) -> str:
    """
    Return ``text`` without escape sequences; what is left is as if they had never been there.
    """
    return _ESCAPE.sub("", text)


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
