"""
What a person and a room may be called, and when two names are the same.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from twisted_chat.errors import BadName

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
_PUNCTUATION = frozenset("_-.")
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


def fold_text(text: str) -> str:
    """
    Return ``text`` without case, width and compatibility forms.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold(name: str) -> str:
    """
    Return the form under which ``name`` is looked up; two names are the same if these are equal.
    """
    # What is too long to be a name is not kept: strangers type it.
    return _fold_name(name) if len(name) <= MAX_ROOM else fold_text(name)


@lru_cache(maxsize=16384)
def _fold_name(name: str) -> str:
    return fold_text(name)


def mentions(folded_text: str, key: str) -> bool:
    """
    Say whether ``key``, a folded nick, stands in ``folded_text`` as a word of its own.
    """
    # By hand, for a pattern for each nick would have to be compiled for each.
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
    return nick


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
    typed = text.strip().removeprefix("#")
    # A letter may come as itself and its marks, but not in any length.
    name = unicodedata.normalize("NFKC", typed) if len(typed) <= 4 * longest else typed
    if not name:
        raise BadName(f"A {what} needs at least one letter or digit.")
    if len(name) > longest:
        raise BadName(f"A {what} may be at most {longest} characters long.")
    if not all(_is_word(character) or character in _PUNCTUATION for character in name):
        raise BadName(f"A {what} may hold only letters, digits and the characters _ - and .")
    if _is_mark(name[0]) or name[0] in "-.":
        raise BadName(f"A {what} must begin with a letter, a digit or _.")
    if _heaped(name):
        raise BadName(f"A {what} may not heap marks on one letter.")
    return name


def _is_word(character: str) -> bool:
    return unicodedata.category(character) in _WORD and character not in INVISIBLE


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def _heaped(name: str) -> bool:
    run = 0
    for character in name:
        run = run + 1 if _is_mark(character) else 0
        if run > 3:
            return True
    return False
