"""
Names of users and rooms: which are valid, equal, or look alike.

Names may be in every script.  PRECIS (RFC 8265, section 3.3, UsernameCaseMapped) decides what they
may hold, and Unicode (UTS 39) which of them look alike.  They are shown as they were typed, except
for width and compatibility forms.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from attrs import define, field
from precis_i18n import get_profile

from twisted_chat.errors import BadName, LooksLike
from twisted_chat.text.clean import name_of
from twisted_chat.text.folding import JOINERS, fold_spelling, fold_text, plain_form
from twisted_chat.text.lookalikes import is_common, is_one_script, scripts, skeleton

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
#: Invisible letters, marks and symbols, which could hide a name or a slash.
INVISIBLE = frozenset(
    map(
        chr,
        [
            0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442,
            0x16FE4, 0x1D159,
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
    Return the skeletons of ``name``, in all the forms in which it may be seen.

    It is taken as it is, small, in capitals, with a capital first, and as others spell it.  Two
    names look alike if they have a skeleton in common.  Case does not count in a name, but it
    does for the eye: ``ALlCE`` is not the same as ``alice``, but looks like ``ALICE``.
    """
    forms = (name, fold(name), name.upper(), name.capitalize(), fold_spelling(name))
    return tuple(dict.fromkeys(map(skeleton, dict.fromkeys(forms))))


@define
class Taken:
    """
    A set of names, none of which looks like another, except names of older versions.
    """

    _names: dict[str, tuple[str, ...]] = field(init=False, factory=dict)

    def add(self, name: str) -> None:
        """
        Add ``name``, which is `like` none of them.
        """
        for look in looks(name):
            self._names[look] = (*self._names.get(look, ()), name)

    def remove(self, name: str) -> None:
        """
        Remove ``name``.
        """
        for look in looks(name):
            others = tuple(each for each in self._names.get(look, ()) if each != name)
            if others:
                self._names[look] = others
            else:
                self._names.pop(look, None)

    def like(self, name: str, own: str = "") -> str | None:
        """
        Return the name that is or looks like ``name``, except ``own``; None if there is none.
        """
        return next((taken for taken in self.alike(name) if taken != own), None)

    def alike(self, name: str) -> Iterator[str]:
        """
        Yield the names that are or look like ``name``, some of them more than once.
        """
        for look in looks(name):
            yield from self._names.get(look, ())


def meant(typed: str, *taken: Taken) -> str:
    """
    Return the folded name that a user means by what they typed, with or without ``#``.

    That is this name if it is in ``taken``, else the one that looks like it if there is only one,
    else this name.
    """
    name, key = plain_form(without_hash(typed)[:64]), key_of(typed)
    found = {fold(each) for names in taken for each in names.alike(name)}
    return found.pop() if len(found) == 1 and key not in found else key


def meant_of(typed: str, keys: Iterable[str]) -> str:
    """
    Return which of these folded names is meant, as `meant` does.
    """
    names = Taken()
    for key in keys:
        names.add(key)
    return meant(typed, names)


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
