"""
Codes: what a user reads at one screen and types at another.

They are of the letters of RFC 8628, section 6.1: no vowels, so that none spells a word, and no
letter that looks like a digit.
"""

from __future__ import annotations

from secrets import choice

from twisted_chat.auth.tokens import hash_of
from twisted_chat.errors import BadCode
from twisted_chat.text.names import narrow

#: The letters of a code: 4.3 bits of chance each.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
#: Letters of a code that is good for minutes, and of one that is good for days.
SHORT, LONG = 8, 16
_GROUP = 4


def new_code(letters: int) -> str:
    """
    Return a new code of so many letters, with a hyphen between each four: ``BCDF-GHJK``.
    """
    return shown("".join(choice(LETTERS) for _ in range(letters)))


def shown(code: str) -> str:
    """
    Return ``code`` as it is shown, with a hyphen between each four letters.
    """
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """
    Return the letters of the code that was typed, in any case and width, without what is between.

    Returns:
        empty if it can be no code.
    """
    letters = narrow(typed).upper().replace("-", "").replace(" ", "")
    return letters if len(letters) in (SHORT, LONG) and set(letters) <= set(LETTERS) else ""


def hash_of_code(typed: str) -> str:
    """
    Return the hash of a code, as `read_code` reads it: a plain one, for it is by chance.
    """
    return hash_of(read_code(typed))


def require_code(typed: str, letters: int, what: str) -> str:
    """
    Return the hash of the code of so many letters that was typed.

    Args:
        what: it is, as for `BadCode`.

    Raises:
        BadCode: it can be none.
    """
    if len(read_code(typed)) != letters:
        raise BadCode(what)
    return hash_of_code(typed)
