"""
Cleaning text before it is sent to a user.

Text from outside can hold sequences that move a cursor, set a window's title, break a line in two
or reverse the reading direction.  None of them may pass.
"""

import re
import unicodedata

from wcwidth import iter_graphemes

# C0 but TAB, DEL, C1 (with NEL), and the two Unicode line separators (Unicode 16, section 5.8).
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Bidi controls: ALM, LRM, RLM, embeddings and overrides, isolates (UAX #9, section 2).
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# The end of a sentence, perhaps in quotes or brackets.
_ENDED = re.compile("[.?!\u2026\u3002\u061f\uff01\uff1f][\"')\\]\u2019\u201d\xab\xbb]*$")

# Sequences that begin with ESC, by ECMA-48 (5.3 and 5.4, 8.3) and ECMA-35 (13): a control
# sequence, a control string with its end, a single shift with the character that it shifts, and
# all other escape sequences.  Three things are read as a user at a keyboard means them, and not by
# the letter:
# - `/` and `@` begin what users type in private, so neither ever belongs to a sequence, except
#   the `@` behind a parameter;
# - a control string that does not end on its line is a key (Alt-P) with talk behind it;
# - the Linux console sends two brackets for F1 to F5, rxvt ends keys with `$`, and the keypad of a
#   VT52 begins with `?`.
_ESCAPE = re.compile(
    r"""
    (?: \x1b\[ | \x9b )
        (?: \[[A-E] | [0-?]+ (?: [ -.]+ [A-~]? | [@-~]? ) | [ -.]* [A-~]? )
  | (?: \x1b[PX\]^_] | [\x90\x98\x9d-\x9f] )
        [^\x07\x1b\x90\x98\x9c-\x9f]*+ (?: \x1b\\ | [\x07\x9c] )
  | (?: \x1b[NO?] | [\x8e\x8f] ) [!-.0-?A-~]?
  | \x1b[ -.]+[0-?A-~]?
  | \x1b[0-?A-~]?
  | [\x90\x98\x9d-\x9f]
    """,
    re.VERBOSE,
)


# NUL means nothing (RFC 854, page 11), nor does Ctrl-D behind text; and the keys that erase: of a
# character, of a line, of a word.
_NOTHING = {0x00: None, 0x04: None}
_ERASERS = re.compile("([\x08\x7f\x15\x17])")

# A letter of UTF-8 that is begun and not ended, and how many whole ones stand beside each.
_BEGUN = re.compile(
    rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?![\x80-\xbf])"
)
_WHOLE_FOR_ONE = 2


def name_of(character: str) -> str:
    """
    Return the Unicode name of ``character``, or its code point, such as ``U+0378``.
    """
    return unicodedata.name(character, f"U+{ord(character):04X}")


def clean(text: str) -> str:
    """
    Return ``text`` without control characters, line separators, lone surrogates and bidi controls.

    Bidi controls are removed, the others become U+FFFD.  Clean text is returned as it is, quickly.
    """
    if text.isprintable():
        return text
    return _BIDI.sub("", _CONTROLS.sub("\ufffd", text))


# All that ends a line somewhere (Unicode 16, section 5.8).
_ENDS = re.compile("\r\n|[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """
    Return ``text``, clean, with a space in place of each end of a line.
    """
    return text if text.isprintable() else clean(_ENDS.sub(" ", text))


def clean_lines(text: str) -> str:
    """
    Return ``text`` with each line clean, and a newline between two, whatever ended them.
    """
    if text.isprintable():
        return text
    return "\n".join(map(clean, _ENDS.sub("\n", text).rstrip("\n").split("\n")))


def read_typed(line: bytes) -> str:
    """
    Return a typed ``line`` of UTF-8 as the user meant it, safe for others to read.

    Escape sequences, as keys and programs send them, are left out, and so are NUL, Ctrl-D and a
    byte order mark at the beginning, as of a file behind a name; keys that erase do so (see
    `rub_out`); other unsafe characters and bytes that are not UTF-8 become U+FFFD (see `clean`).
    """
    text = line.decode("utf-8", "replace")
    if text.isprintable():
        # Nearly every line.
        return text
    text = text.removeprefix("\ufeff").translate(_NOTHING)
    return clean(rub_out(strip_escapes(text)))


def has_lost_bytes(line: bytes) -> bool:
    """
    Return whether ``line`` is UTF-8 that has lost bytes: it holds whole letters, and begun ones.

    Text in an encoding of one byte a letter holds few letters that are whole in UTF-8.
    """
    rest, lost = _BEGUN.subn(b"", line)
    if not lost:
        return False
    try:
        whole = sum(not letter.isascii() for letter in rest.decode())
    except UnicodeDecodeError:
        return False
    return whole >= _WHOLE_FOR_ONE * lost


def strip_escapes(text: str) -> str:
    """
    Return ``text`` without escape sequences.
    """
    return _ESCAPE.sub("", text)


def rub_out(text: str) -> str:
    """
    Return ``text`` with each key that erases applied, as its writer saw it.

    A backspace or DEL erases a character as users see them (a grapheme cluster, UAX #29), Ctrl-W
    the word before it, and Ctrl-U everything before it.
    """
    if _ERASERS.search(text) is None:
        return text
    kept: list[str] = []
    # Text and keys take turns.
    for index, piece in enumerate(_ERASERS.split(text)):
        if index % 2 == 0:
            kept += iter_graphemes(piece)
        elif piece == "\x15":
            kept.clear()
        elif piece == "\x17":
            while kept and kept[-1].isspace():
                kept.pop()
            while kept and not kept[-1].isspace():
                kept.pop()
        elif kept:
            kept.pop()
    return "".join(kept)


def sentence(text: str) -> str:
    """
    Return ``text`` with a full stop at its end, unless it ends as a sentence does already.
    """
    text = text.rstrip()
    return text if _ENDED.search(text) else f"{text}."
