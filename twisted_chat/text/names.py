"""
Names of users and rooms: which are valid, equal, or look alike.

Names may be in every script.  PRECIS (RFC 8265, section 3.3, UsernameCaseMapped) decides what they
may hold, and Unicode (UTS 39) which of them look alike.  They are shown as they were typed, except
for width and compatibility forms.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from attrs import define, field
from precis_i18n import get_profile

from twisted_chat.errors import BadName, LooksLike
from twisted_chat.text.lookalikes import is_one_script, scripts, skeleton

#: The longest nick and room name, in characters.
MAX_NICK = 24
MAX_ROOM = 32

#: Words that leave the chat if they are all of a line.
LEAVING_WORDS = frozenset({"q", "exit", "close", "disconnect", "quit"})
#: Lines that ask for help if they are exactly this: pasted text rarely has such a line.
HELP_LINES = frozenset({"help", "?"})

# No user may look like the server, like a part of its lines, or like everybody.
_RESERVED = LEAVING_WORDS | {
    "admin", "administrator", "all", "chat", "disconnected", "enter", "error", "everybody",
    "everyone", "help", "here", "join", "login", "me", "mod", "moderator", "nobody", "notice",
    "op", "oper", "operator", "password", "reminder", "root", "say", "server", "somebody",
    "sorry", "staff", "support", "system", "topic", "usage", "warning", "you",
}  # fmt: skip

# Letters, digits, and marks that stand on a letter.
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})
_WORD = _LETTERS | {"Nd", "Mn", "Mc"}
# Characters that only join the letters beside them, as in Sinhala or Persian names.
_JOINERS = "\u200c\u200d"
_NO_JOINERS = dict.fromkeys(map(ord, _JOINERS))
# With the dots and signs of Catalan, Hebrew, Tibetan and Japanese names; PRECIS checks that they
# and joiners are where they belong (RFC 5892, appendix A).
_PUNCTUATION = frozenset("_-.'\u00b7\u05f3\u05f4\u0f0b\u30fb" + _JOINERS)
# Apostrophes of telephones and books count as the one on every keyboard.
_STRAIGHT = str.maketrans("\u2018\u2019", "''")
# On Hebrew keyboards it stands for the sign after a letter, often the last.
_GERESH = re.compile("(?<=[\u05d0-\u05ea])'")
#: Invisible letters, marks and symbols, which could hide a name or a slash.
INVISIBLE = frozenset(
    map(
        chr,
        [
            0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0,
            *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
        ],
    )
)  # fmt: skip

# ASCII as input methods for Chinese, Japanese and Korean write it, wide or small, and their space.
_NARROW = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (0x3000, 0xFE13, *range(0xFE50, 0xFE6C), *range(0xFF01, 0xFF5F))
    if unicodedata.normalize("NFKC", chr(code)).isascii()
}
_VOWELS = tuple("aeiou")
# Words that begin with a vowel that is not spoken as one.
_SOUND_LIKE_Y = ("eu", "one", "uni", "us")

_USERNAME = get_profile("UsernameCaseMapped")
# Its errors for a name that does not run in one direction (RFC 5893, section 2), or that mixes two
# kinds of Arabic digits (RFC 5892, appendices A.8 and A.9).
_DIRECTION = {
    f"DISALLOWED/{rule}" for rule in ("bidi_rule", "arabic_indic", "extended_arabic_indic")
}


def shows(text: str) -> bool:
    """
    Return whether any character of ``text`` is visible.
    """
    return any(
        each.isprintable() and not each.isspace() and each not in INVISIBLE for each in text
    )


def narrow(text: str) -> str:
    """
    Return ``text`` with ASCII that an input method made wide or small as ASCII, letter for letter.

    For signs such as ``/ @ : #`` that are not part of the user's words.
    """
    return text if text.isascii() else text.translate(_NARROW)


def without_hash(typed: str) -> str:
    """
    Return a name as typed, without the ``#`` that may stand before a room's.
    """
    return narrow(typed).removeprefix("#")


def fold_text(text: str) -> str:
    """
    Return ``text`` without case, width, compatibility forms and joiners.
    """
    bare = text if text.isascii() else text.translate(_NO_JOINERS)
    return unicodedata.normalize("NFKC", _plain(bare).casefold())


def _plain(text: str) -> str:
    """
    Return ``text`` without width and compatibility forms, with plain apostrophes.
    """
    if text.isascii():
        return text
    return _GERESH.sub("\u05f3", unicodedata.normalize("NFKC", text).translate(_STRAIGHT))


def fold(name: str) -> str:
    """
    Return the folded form of ``name``; two names are the same if these are equal.
    """
    # Text that is too long for a name is not cached, because strangers type it.
    return _fold_name(name) if len(name) <= MAX_ROOM else fold_text(name)


def key_of(typed: str) -> str:
    """
    Return the folded form of a name that a user typed, with or without ``#``.
    """
    # Strangers type it, so text that is too long for a name is cut.
    return fold(without_hash(typed)[:64])


@lru_cache(maxsize=16384)
def _fold_name(name: str) -> str:
    return fold_text(name)


@lru_cache(maxsize=16384)
def looks(name: str) -> tuple[str, ...]:
    """
    Return the skeletons of ``name``: as it is, small, in capitals, and with a capital first.

    Two names look alike if they have a skeleton in common.  Case does not count in a name, but it
    does for the eye: ``ALlCE`` is not the same as ``alice``, but looks like ``ALICE``.
    """
    forms = dict.fromkeys((name, fold(name), name.upper(), name.capitalize()))
    return tuple(dict.fromkeys(map(skeleton, forms)))


@define
class Taken:
    """
    A set of names, none of which looks like another.
    """

    _names: dict[str, str] = field(init=False, factory=dict)

    def add(self, name: str) -> None:
        """
        Add ``name``, which is `like` none of them.
        """
        self._names.update(dict.fromkeys(looks(name), name))

    def remove(self, name: str) -> None:
        """
        Remove ``name``.
        """
        for look in looks(name):
            self._names.pop(look, None)

    def like(self, name: str, own: str = "") -> str | None:
        """
        Return the name that is or looks like ``name``, except ``own``; None if there is none.
        """
        found = map(self._names.get, looks(name))
        return next((taken for taken in found if taken not in (None, own)), None)


def mentions(folded_text: str, key: str) -> bool:
    """
    Return whether ``key``, a folded nick, is a word of ``folded_text``.
    """
    # Without regular expressions, because one would have to be compiled for each nick.
    start = folded_text.find(key) if key else -1
    while start >= 0:
        stop = start + len(key)
        if not (
            folded_text[max(start - 1, 0) : start].isalnum()
            or folded_text[stop : stop + 1].isalnum()
        ):
            return True
        start = folded_text.find(key, start + 1)
    return False


def listed(names: Sequence[str]) -> str:
    """
    Return ``names`` as in a sentence: ``alice, bob and carol``.
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def with_article(noun: str) -> str:
    """
    Return ``noun``, a lower-case word, with the article before it: ``an operator``.
    """
    sounds_open = noun.startswith(_VOWELS) and not noun.startswith(_SOUND_LIKE_Y)
    return f"{'an' if sounds_open else 'a'} {noun}"


def shortened(typed: str) -> str:
    """
    Return ``typed``, cut to the length of a name.
    """
    return typed if len(typed) <= MAX_ROOM else typed[:MAX_ROOM] + "..."


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
    if not any(unicodedata.category(character) in _LETTERS for character in nick):
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
    # A letter may be followed by its marks, but not by any number of them.
    name = _plain(typed) if len(typed) <= 4 * longest else typed
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
    if _heaped(name):
        raise BadName(
            f"A {what} may not have more than three marks on one letter.",
            code="name-marks",
            what=what,
        )
    # ASCII is one script, all of which PRECIS allows.
    if not name.isascii():
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


def _require_username(what: str, name: str) -> None:
    try:
        _USERNAME.enforce(name)
    except UnicodeEncodeError as error:
        if error.reason in _DIRECTION:
            raise BadName(
                f"A {what} from right to left must begin with a letter, end with a letter or a "
                "digit, and hold one kind of digits.",
                code="name-direction",
                what=what,
            ) from error
        odd = unicodedata.name(error.object[error.start], "a letter without a name")
        raise BadName(
            f"A {what} may not hold {odd}; please leave it out.",
            code="name-character",
            what=what,
            character=odd,
        ) from error


def _is_word(character: str) -> bool:
    return unicodedata.category(character) in _WORD and character not in INVISIBLE


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc") or character in _JOINERS


def _heaped(name: str) -> bool:
    run = 0
    for character in name:
        run = run + 1 if _is_mark(character) else 0
        if run > 3:
            return True
    return False
