"""
What a person and a room may be called, and when two names are the same or look the same.

Names of every script are welcome: what they may hold is decided by PRECIS (RFC 8265, section 3.3,
UsernameCaseMapped), and which of them look alike by Unicode (UTS 39).  They are shown as they were
typed, but for width and compatibility forms.
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

#: Words that, typed alone on a line, leave the chat.
LEAVING_WORDS = frozenset({"q", "exit", "close", "disconnect", "quit"})

# Nobody may look like the server, like a part of its own lines, or like everybody.
_RESERVED = LEAVING_WORDS | {
    "admin", "administrator", "all", "chat", "disconnected", "enter", "error", "everybody",
    "everyone", "help", "here", "join", "login", "me", "mod", "moderator", "nobody", "notice",
    "op", "oper", "operator", "password", "reminder", "root", "say", "server", "somebody",
    "sorry", "staff", "support", "system", "topic", "usage", "warning", "you",
}  # fmt: skip

# Letters, digits, and marks that stand on a letter.
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})
_WORD = _LETTERS | {"Nd", "Mn", "Mc"}
# With the dots and signs that Catalan, Hebrew, Tibetan and Japanese names are written with; PRECIS
# sees to it that they, and joiners, stand where they do there (RFC 5892, appendix A).
_PUNCTUATION = frozenset("_-.'\u00b7\u05f3\u05f4\u0f0b\u30fb" + JOINERS)
# The most marks that stand on one letter, and in which scripts words have more: signs of vowels,
# tones and the like, which are spelling, one beside the other and not in a heap.
_MARKS = 3
_MOST_MARKS = {
    "Myanmar": 7, "Tibetan": 6, "Tai_Tham": 6, "Hebrew": 5, "Javanese": 5,
    "Arabic": 4, "Balinese": 4, "Khmer": 4, "Syriac": 4,
}  # fmt: skip
#: Letters, marks and symbols that show nothing: a name, or a slash, could hide behind them.
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

_USERNAME = get_profile("UsernameCaseMapped")
# What it says of a name that does not run in one direction (RFC 5893, section 2), or that mixes
# two kinds of Arabic digits (RFC 5892, appendices A.8 and A.9).
_DIRECTION = {
    f"DISALLOWED/{rule}" for rule in ("bidi_rule", "arabic_indic", "extended_arabic_indic")
}


def shows(text: str) -> bool:
    """
    Say whether anything of ``text`` is to be seen.
    """
    return any(
        each.isprintable() and not each.isspace() and each not in INVISIBLE for each in text
    )


def narrow(text: str) -> str:
    """
    Return ``text`` with ASCII that an input method made wide or small as ASCII, letter for letter.

    For wherever a sign such as ``/ @ : #`` is read that is no part of what somebody says.
    """
    return text if text.isascii() else text.translate(_NARROW)


def without_hash(typed: str) -> str:
    """
    Return what somebody typed for a name, without the ``#`` that may stand before a room's.
    """
    return narrow(typed).removeprefix("#")


def fold(name: str) -> str:
    """
    Return the form under which ``name`` is looked up; two names are the same if these are equal.
    """
    # What is too long to be a name is not kept: strangers type it.
    return _fold_name(name) if len(name) <= MAX_ROOM else fold_text(name)


def key_of(typed: str) -> str:
    """
    Return the form under which what somebody typed is looked up, with or without ``#``.
    """
    # Strangers type it: of what is too long for a name, as much is enough.
    return fold(without_hash(typed)[:64])


@lru_cache(maxsize=16384)
def _fold_name(name: str) -> str:
    return fold_text(name)


@lru_cache(maxsize=16384)
def looks(name: str) -> tuple[str, ...]:
    """
    Return what ``name`` looks like.

    That is as it stands, small, in capitals, with a capital first, and as others spell it.  Two
    names look alike if they have one of these in common.  Case counts for nothing in a name, but
    does to the eye: ``ALlCE`` is not the same as ``alice``, and yet cannot be told from it.
    """
    forms = (name, fold(name), name.upper(), name.capitalize(), fold_spelling(name))
    return tuple(dict.fromkeys(map(skeleton, dict.fromkeys(forms))))


@define
class Taken:
    """
    Names that are somebody's or something's.

    None of them looks like another, but for those that were taken when that was not known yet.
    """

    _names: dict[str, tuple[str, ...]] = field(init=False, factory=dict)

    def add(self, name: str) -> None:
        """
        Take ``name``, which is `like` none of them.
        """
        for look in looks(name):
            self._names[look] = (*self._names.get(look, ()), name)

    def remove(self, name: str) -> None:
        """
        Let go of ``name``.
        """
        for look in looks(name):
            others = tuple(each for each in self._names.get(look, ()) if each != name)
            if others:
                self._names[look] = others
            else:
                self._names.pop(look, None)

    def like(self, name: str, own: str = "") -> str | None:
        """
        Return the one that is, or looks like, ``name``; None if there is none but ``own``.
        """
        return next((taken for taken in self.alike(name) if taken != own), None)

    def alike(self, name: str) -> Iterator[str]:
        """
        Go through those that are, or look like, ``name``, some of them more than once.
        """
        for look in looks(name):
            yield from self._names.get(look, ())


def meant(typed: str, *taken: Taken) -> str:
    """
    Return the folded name that somebody means by what they typed, with or without ``#``.

    That is this name, if it is one of those taken; else the one that looks like it, if there is
    but one; and else this name all the same.
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
    Return ``names`` as one says them: ``alice, bob and carol``.
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def shortened(typed: str) -> str:
    """
    Return ``typed``, which names nobody and nothing, no longer than a name may be.
    """
    return typed if len(typed) <= MAX_ROOM else typed[:MAX_ROOM] + "..."


def read_nick(text: str) -> str:
    """
    Read a nick as somebody typed it: ``#alice`` and full-width letters are understood.

    Returns:
        the nick as it will be shown, 1 to `MAX_NICK` characters.

    Raises:
        BadName: it is no name, or one that nobody may take.
    """
    nick = _read("name", text, MAX_NICK)
    if fold(nick) in _RESERVED:
        raise BadName(f"The name {nick} is reserved, please choose another.")
    if not any(unicodedata.category(character) in _LETTERS for character in nick):
        raise BadName("A name needs at least one letter.")
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
    Refuse ``name`` where none but those of ASCII are wanted.

    Raises:
        BadName: it holds something else.
    """
    if not name.isascii():
        raise BadName(
            "On this server, a name may hold only the letters A to Z, digits and the "
            "characters _ - ' and ."
        )


def read_room(text: str) -> str:
    """
    Read a room's name as somebody typed it, with or without the ``#``.

    Returns:
        the name as it will be shown, without ``#``, 1 to `MAX_ROOM` characters.

    Raises:
        BadName: it is no name.
    """
    return _read("room name", text, MAX_ROOM)


def _read(what: str, text: str, longest: int) -> str:
    typed = without_hash(text.strip())
    # A letter may come as itself and its marks, but not in any length.
    name = plain_form(typed) if len(typed) <= 4 * longest else typed
    if not name:
        raise BadName(f"A {what} needs at least one letter or digit.")
    if len(name) > longest:
        raise BadName(f"A {what} may be at most {longest} characters long.")
    if not all(_is_word(character) or character in _PUNCTUATION for character in name):
        raise BadName(f"A {what} may hold only letters, digits and the characters _ - ' and .")
    if not (_is_word(name[0]) or name[0] == "_") or _is_mark(name[0]):
        raise BadName(f"A {what} must begin with a letter, a digit or _.")
    if _is_heaped(name):
        raise BadName(f"A {what} may not heap marks on one letter.")
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
    raise BadName(f"A {what} must be in one script, not in both {first} and {second}.")


def _require_username(what: str, name: str) -> None:
    try:
        _USERNAME.enforce(name)
    except UnicodeEncodeError as error:
        if error.reason in _DIRECTION:
            raise BadName(
                f"A {what} from right to left must begin with a letter, end with a letter or a "
                "digit, and hold one kind of digits."
            ) from error
        odd = name_of(error.object[error.start])
        raise BadName(f"A {what} may not hold {odd}; please leave it out.") from error


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
