"""
Names of users and rooms: which are equal or look alike, and as what they are meant.

Unicode (UTS 39) says which of them look alike.  They are shown as they were typed, except for
width and compatibility forms.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from attrs import define, field

from twisted_chat.text.folding import fold_spelling, fold_text, plain_form
from twisted_chat.text.lookalikes import skeleton

#: The longest nick and room name, in characters.
MAX_NICK = 24
MAX_ROOM = 32

#: Words that leave the chat if they are all of a line.
LEAVING_WORDS = frozenset({"q", "exit", "close", "disconnect", "quit"})
#: Lines that ask for help if they are exactly this: pasted text rarely has such a line.
HELP_LINES = frozenset({"help", "?"})

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
# Small capitals, such as U+1D00, are letters of their own to Unicode and to few readers; its table
# of lookalikes has some of them.
_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "
_SMALL_CAPITALS = {
    code: name.removeprefix(_SMALL_CAPITAL).lower()
    for code in (*range(0x0250, 0x02B0), *range(0x1D00, 0x1D80), *range(0xA720, 0xA800))
    if (name := unicodedata.name(chr(code), "")).startswith(_SMALL_CAPITAL)
    and len(name) == len(_SMALL_CAPITAL) + 1
}
_VOWELS = tuple("aeiou")
# Words that begin with a vowel that is not spoken as one.
_SOUND_LIKE_Y = ("eu", "one", "uni", "us")


def shows(text: str) -> bool:
    """
    Return whether any character of ``text`` is visible.
    """
    if "!" <= text[:1] <= "~":
        # As nearly always.
        return True
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
    if name.isascii():
        return name.lower()
    # Text that is too long for a name is not cached, because strangers type it.
    return _fold_name(name) if len(name) <= MAX_ROOM else fold_text(name)


def key_of(typed: str) -> str:
    """
    Return the folded form of a name that a user typed, with or without ``#``.
    """
    # Strangers type it, so text that is too long for a name is cut.
    if typed.isascii():
        return typed.removeprefix("#")[:64].lower()
    return fold(without_hash(typed)[:64])


@lru_cache(maxsize=16384)
def _fold_name(name: str) -> str:
    return fold_text(name)


# For the few times that a name is looked at when it comes; more would keep those of all users.
@lru_cache(maxsize=1024)
def looks(name: str) -> tuple[str, ...]:
    """
    Return the skeletons of ``name``, in all the forms in which it may be seen.

    It is taken as it is, small, in capitals, with a capital first, as others spell it, and with
    small capitals as small letters.  Two names look alike if they have a skeleton in common.
    Case does not count in a name, but it does for the eye: ``ALlCE`` is not the same as
    ``alice``, but looks like ``ALICE``.
    """
    forms = [name, fold(name), name.upper(), name.capitalize()]
    if not name.isascii():
        spelled = fold_spelling(name)
        forms += spelled, spelled.translate(_SMALL_CAPITALS)
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
            others = self._names.pop(look, ())
            # Nearly always there is no other.
            if others != (name,) and (left := tuple(each for each in others if each != name)):
                self._names[look] = left

    def like(self, name: str, own: str = "") -> str | None:
        """
        Return the name that is or looks like ``name``, except ``own``; None if there is none.
        """
        for look in looks(name):
            for taken in self._names.get(look, ()):
                if taken != own:
                    return taken
        return None

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
