"""
Cleaning text before it is sent to a user.

Text from outside can hold sequences that move a cursor, set a window's title, break a line in two
or reverse the reading direction.  None of them may pass.
"""

import re
import unicodedata
from functools import cache

# C0 but TAB, DEL, C1 (with NEL), and the two Unicode line separators (Unicode 16, section 5.8).
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# What is not seen and changes what is: bidi controls (ALM, LRM, RLM, embeddings and overrides,
# isolates: UAX #9, section 2), and spaces without width.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Tags, which are not seen either, except those of a flag, which ends with one (UTS #51, annex C).
_TAG = re.compile("[\U000e0000-\U000e007f]")
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]")
# Marks that stand on a letter and take no room (Mn and Me), and what may stand among them:
# variation selectors and joiners.
_STANDS_ON = ("Mn", "Me")
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_JOINERS = frozenset("\u200c\u200d")
# Where marks may be heaped.  Beyond the first plane it is looked for in these ranges, letters and
# all: a set of single ones there takes a hundred times as long.
_FAR_MARKS = (
    "\U000101fd\U000102e0\U00010376-\U0001037a\U00010a01-\U00010ae6\U00010d24-\U00010f85"
    "\U00011001-\U00011f5a\U00013440-\U00013455\U00016af0-\U00016b36\U00016f4f-\U00016fe4"
    "\U0001bc9d\U0001bc9e\U0001cf00-\U0001cf46\U0001d165-\U0001d244\U0001da00-\U0001daaf"
    "\U0001e000-\U0001e4ef\U0001e5ee-\U0001e94a\U000e0100-\U000e01ef"
)


@cache
def _stacked() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """
    Return what finds one such mark, and a heap of them; where all is ASCII, it is never made.
    """
    near = "".join(
        chr(code)
        for code in range(0x300, 0x10000)
        if unicodedata.category(chr(code)) in _STANDS_ON
    )
    stacked = f"[{near}\u200c\u200d{_FAR_MARKS}]"
    return re.compile(stacked), re.compile(f"{stacked}{{5,}}")


#: The most marks on one letter.
MOST_MARKS = 4
# And in scripts whose words have more.
_MOST_TALL = 8
_TALL = ("HEBREW", "JAVANESE", "MYANMAR", "TAI THAM", "TIBETAN")

# A run of what shows nothing but takes room: spaces and fillers.  The two wide ones take two
# columns, and a tab up to eight.
_BLANKS = re.compile(
    "[ \t\xa0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]{3,}"
)
_COLUMNS = {"\t": 8, "\u115f": 2, "\u3000": 2, "\u3164": 2}
#: The widest such run, in columns, at the beginning of a line and further on.
MAX_INDENT = 40
MAX_BLANK = 16
_LONG_BLANK = " " * (MAX_BLANK + 1)

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


def is_plain(text: str) -> bool:
    """
    Return whether ``text`` is ASCII that neither `clean` nor `short_blanks` changes.

    Nearly every line is, and it is seen quickly.
    """
    return text.isascii() and text.isprintable() and _LONG_BLANK not in text


def is_clean(text: str) -> bool:
    """
    Return whether `clean` leaves ``text``, which is not several lines, as it is.
    """
    return text.isprintable() and (text.isascii() or not _is_heaped(text))


def _is_heaped(text: str) -> bool:
    one, heap = _stacked()
    # Of five that follow each other, one is a fifth character.
    return one.search(text[4::5]) is not None and heap.search(text) is not None


def clean(text: str) -> str:
    """
    Return ``text`` without what could harm a terminal, or mislead its reader.

    Control characters, line separators and lone surrogates become U+FFFD; bidi controls and what
    is not seen are removed, and so are marks that are heaped on a letter.  Clean text is returned
    as it is, quickly.
    """
    if is_clean(text):
        return text
    text = _UNSEEN.sub("", _CONTROLS.sub("\ufffd", text))
    if _TAG.search(text) is not None:
        text = _TAGS.sub(r"\1", text)
    return _stacked()[1].sub(_cut, text)


def _cut(heap: re.Match[str]) -> str:
    """
    Return as many of the marks on one letter as a word may have, one selector and each joiner.
    """
    kept: list[str] = []
    marks, beside = 0, set[str]()
    for each in heap[0]:
        if each in _SELECTORS or each in _JOINERS:
            kind = "" if each in _SELECTORS else each
            is_kept = kind not in beside
            beside.add(kind)
        elif unicodedata.category(each) in _STANDS_ON:
            marks += 1
            is_tall = unicodedata.name(each, "").startswith(_TALL)
            is_kept = marks <= (_MOST_TALL if is_tall else MOST_MARKS)
        else:
            marks, beside, is_kept = 0, set(), True
        if is_kept:
            kept.append(each)
    return "".join(kept)


def short_blanks(text: str) -> str:
    """
    Return ``text`` with each long run of spaces cut, as it would fill a terminal's row.

    What stands behind it then would begin the next row, as if it were a line of its own.  A run is
    at most `MAX_INDENT` columns wide at the beginning of a line, and `MAX_BLANK` elsewhere.
    """
    if is_plain(text):
        return text
    return _BLANKS.sub(_shorten, text)


def _shorten(run: re.Match[str]) -> str:
    is_first = not run.start() or run.string[run.start() - 1] == "\n"
    left = MAX_INDENT if is_first else MAX_BLANK
    for index, blank in enumerate(run[0]):
        left -= _COLUMNS.get(blank, 1)
        if left < 0:
            return run[0][:index]
    return run[0]


#: All that ends a line somewhere (Unicode 16, section 5.8), as does CR with LF.
LINE_ENDS = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_ENDS = re.compile(f"\r\n|[{LINE_ENDS}]")


def lines_in(text: str) -> int:
    """
    Return how many lines ``text`` is, whatever ends them: what it costs to say it.

    `clean_lines` makes as many of it, but for empty ones at the end.
    """
    return 1 if text.isprintable() else 1 + len(_ENDS.findall(text))


def one_line(text: str) -> str:
    """
    Return ``text``, clean, with a space in place of each end of a line.
    """
    return text if is_clean(text) else clean(_ENDS.sub(" ", text))


def clean_lines(text: str) -> str:
    """
    Return ``text`` with each line clean, and a newline between two, whatever ended them.
    """
    if is_clean(text):
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
    if is_clean(text):
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
    # Who edits lines by themselves sends no such keys: nearly nobody does.
    from wcwidth import iter_graphemes  # noqa: PLC0415  # its tables are large

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
