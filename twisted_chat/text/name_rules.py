"""
The rules of names: what a user and a room may be called.

Names may be in every script.  PRECIS (RFC 8265, section 3.3, UsernameCaseMapped) decides what they
may hold.  These rules refuse besides what looks like the server, heaps marks or mixes scripts.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from twisted_chat.errors import BadName, LooksLike
from twisted_chat.text.clean import name_of
from twisted_chat.text.folding import JOINERS, plain_form
from twisted_chat.text.lookalikes import is_common, is_one_script, scripts
from twisted_chat.text.names import (
    INVISIBLE,
    LEAVING_WORDS,
    MAX_NICK,
    MAX_ROOM,
    Taken,
    fold,
    without_hash,
)

if TYPE_CHECKING:
    from precis_i18n.profile import Profile

# No user may look like the server, like a part of its lines, or like everybody.
_RESERVED = LEAVING_WORDS | {
    "admin", "administrator", "all", "chat", "disconnected", "enter", "error", "everybody",
    "everyone", "help", "here", "join", "login", "me", "mod", "moderator", "nobody", "notice",
    "op", "oper", "operator", "password", "reminder", "root", "say", "server", "somebody",
    "sorry", "staff", "support", "system", "topic", "usage", "warning", "you",
}  # fmt: skip

# Letters, digits, and marks that stand on a letter.
_WORD = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc"})
# With the dots and signs of Catalan, Hebrew, Tibetan and Japanese names; PRECIS checks that they
# and joiners are where they belong (RFC 5892, appendix A).
_PUNCTUATION = frozenset("_-.'\u00b7\u05f3\u05f4\u0f0b\u30fb" + JOINERS)
# The most marks on one letter, and the scripts whose words have more: signs of vowels, tones and
# the like.
_MARKS = 3
_MOST_MARKS = {
    "Myanmar": 7, "Tibetan": 6, "Tai_Tham": 6, "Hebrew": 5, "Javanese": 5,
    "Arabic": 4, "Balinese": 4, "Khmer": 4, "Syriac": 4,
}  # fmt: skip

# A name in ASCII, as nearly all are: all that is looked for in other scripts is in order.
_ASCII = re.compile("[A-Za-z0-9_][A-Za-z0-9_.'-]*")
# Its errors for a name that does not run in one direction (RFC 5893, section 2), or that mixes two
# kinds of Arabic digits (RFC 5892, appendices A.8 and A.9).
_DIRECTION = {
    f"DISALLOWED/{rule}" for rule in ("bidi_rule", "arabic_indic", "extended_arabic_indic")
}


def read_nick(text: str) -> str:
    """
    Read a nick as a user typed it; ``#alice`` and full-width letters are understood.

    Returns:
        the nick as it is shown, 1 to `MAX_NICK` characters.

    Raises:
        BadName: it is not a valid name, or a reserved one.
    """
    nick = _read("name", text, MAX_NICK)
    if fold(nick) in _RESERVED:
        raise BadName(
            f"The name {nick} is reserved, please choose another.", code="name-reserved", nick=nick
        )
    if not any(map(str.isalpha, nick)):
        raise BadName("A name needs at least one letter.", code="name-needs-letter")
    word = _reserved().like(nick)
    if word is not None:
        raise LooksLike(nick, word, "which is reserved")
    return nick


@cache
def _reserved() -> Taken:
    words = Taken()
    for word in sorted(_RESERVED):
        words.add(word)
    return words


def may_be_nick(text: str) -> bool:
    """
    Return whether ``text`` is how a nick is written, also one that is reserved or looks like one.
    """
    if text != text.strip():
        return False
    try:
        read_nick(text)
    except LooksLike:
        return True
    except BadName as refusal:
        return refusal.code == "name-reserved"
    return True


def require_ascii(name: str) -> None:
    """
    Check that ``name`` is ASCII.

    Raises:
        BadName: it is not.
    """
    if not name.isascii():
        raise BadName(
            "On this server, a name may hold only the letters A to Z, digits and the "
            "characters _ - ' and .",
            code="name-not-ascii",
        )


def read_room(text: str) -> str:
    """
    Read a room's name as a user typed it, with or without the ``#``.

    Returns:
        the name as it is shown, without ``#``, 1 to `MAX_ROOM` characters.

    Raises:
        BadName: it is not a valid name.
    """
    return _read("room name", text, MAX_ROOM)


def _read(what: str, text: str, longest: int) -> str:
    typed = without_hash(text.strip())
    if len(typed) <= longest and _ASCII.fullmatch(typed):
        return typed
    # A letter may be followed by its marks, but not by any number of them.
    name = plain_form(typed) if len(typed) <= 4 * longest else typed
    if not name:
        raise BadName(
            f"A {what} needs at least one letter or digit.", code="name-empty", what=what
        )
    if len(name) > longest:
        raise BadName(
            f"A {what} may be at most {longest} characters long.",
            code="name-too-long",
            what=what,
            most=longest,
        )
    if not all(_is_word(character) or character in _PUNCTUATION for character in name):
        raise BadName(
            f"A {what} may hold only letters, digits and the characters _ - ' and .",
            code="name-characters",
            what=what,
        )
    if not (_is_word(name[0]) or name[0] == "_") or _is_mark(name[0]):
        raise BadName(
            f"A {what} must begin with a letter, a digit or _.", code="name-start", what=what
        )
    if _is_heaped(name):
        raise BadName(
            f"A {what} may not pile up marks on one letter.", code="name-marks", what=what
        )
    _require_one_script(what, name)
    _require_username(what, name)
    return name


def _require_one_script(what: str, name: str) -> None:
    if is_one_script(name):
        return
    end = next(end for end in range(1, len(name)) if not is_one_script(name[: end + 1]))
    first, second = min(scripts(name[:end])), min(scripts(name[end]))
    raise BadName(
        f"A {what} must be in one script, not in both {first} and {second}.",
        code="name-mixes-scripts",
        what=what,
        first=first,
        second=second,
    )


@cache
def _username() -> "Profile":
    # Names in ASCII, as nearly all are, need none of its tables.
    from precis_i18n import get_profile  # noqa: PLC0415  # as said

    return get_profile("UsernameCaseMapped")


def _require_username(what: str, name: str) -> None:
    try:
        _username().enforce(name)
    except UnicodeEncodeError as error:
        if error.reason in _DIRECTION:
            raise BadName(
                f"A {what} from right to left must begin with a letter, end with a letter or a "
                "digit, and hold one kind of digits.",
                code="name-direction",
                what=what,
            ) from error
        odd = name_of(error.object[error.start])
        raise BadName(
            f"A {what} may not hold {odd}; please leave it out.",
            code="name-character",
            what=what,
            character=odd,
        ) from error


def _is_word(character: str) -> bool:
    return unicodedata.category(character) in _WORD and character not in INVISIBLE


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc") or character in JOINERS


def _is_heaped(name: str) -> bool:
    """
    Return whether marks stand on a letter as in no word: one twice, or more than in its script.
    """
    run = ""
    for character in name:
        run = run + character if _is_mark(character) else ""
        if len(run) > _MARKS and len(run) > _most_marks(run[-1]):
            return True
        if run[-2:-1] == character:
            return True
    return False


def _most_marks(mark: str) -> int:
    if is_common(mark):
        return _MARKS
    return max(_MOST_MARKS.get(script, _MARKS) for script in scripts(mark))
