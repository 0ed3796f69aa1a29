"""
Passwords: which are valid, and the interface of what hashes them.

A hash takes tens of milliseconds of a processor on purpose, so nothing here computes one: code
that needs one is given a `Hasher`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from twisted_chat.errors import BadPassword
from twisted_chat.text.clean import name_of

if TYPE_CHECKING:
    from precis_i18n.profile import Profile
    from twisted.internet.defer import Deferred

#: The shortest password, in characters.
MIN_PASSWORD = 8
#: The longest password, in bytes of UTF-8.
MAX_PASSWORD = 1024

# Where the list comes from stands in it.
_COMMON = Path(__file__).with_name("common_passwords.txt")
# Characters that join several to one emoji (UTS 51, section 1.4): variation selectors, the tags of
# flags, and the joiner after a symbol.  Elsewhere the joiner belongs to the spelling.
_JOINING = re.compile(
    "[\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
    "|(?<=[\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e007f])\u200d"
)


@cache
def _opaque_string() -> Profile:
    from precis_i18n import get_profile  # noqa: PLC0415  # with the first password

    return get_profile("OpaqueString")


class Hasher(Protocol):
    """
    Hashes and verifies passwords outside the reactor; failures come as Deferreds.
    """

    def hash(self, password: str) -> Deferred[str]:
        """
        Return a new hash of ``password`` to keep; each hash has its own salt.

        Raises:
            BusyWithLogins: too many are waiting.
        """

    def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
        """
        Return whether ``hash`` is a hash of ``password``.

        Args:
            hash: the kept hash; None, for an unknown name, takes as long and never matches.

        Raises:
            BusyWithLogins: too many are waiting.
            ValueError: ``hash`` is not a hash.
        """

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002
        """
        Return whether ``hash`` has other parameters than new ones, and should be replaced.

        Raises:
            ValueError: ``hash`` is not a hash.
        """


def read_password(text: str) -> str:
    """
    Return the password that a user means by ``text``, the same for every keyboard.

    It follows the profile OpaqueString of RFC 8265, section 4.2: letters keep their case and
    width, every space is U+0020, and characters are composed.  Invisible parts of emoji are left
    out.

    Raises:
        BadPassword: it is too short, too long, or holds a character that is not allowed.
    """
    # Checked first, so that long text is not processed.
    if len(text) > MAX_PASSWORD:
        raise _too_long()
    plain = _plain_emoji(text)
    if len(plain) < MIN_PASSWORD:
        raise _too_short()
    try:
        password: str = _opaque_string().enforce(plain)
    except UnicodeEncodeError as error:
        raise _unfit(error.object[error.start : error.start + 1]) from None
    # Invalid UTF-8 and control characters have become U+FFFD, which are all alike.
    if "\ufffd" in password:
        raise _unfit("\ufffd")
    if len(password) < MIN_PASSWORD:
        raise _too_short()
    if len(password.encode()) > MAX_PASSWORD:
        raise _too_long()
    return password


def new_password(text: str, name: str) -> str:
    """
    Return the password that a user chooses by ``text``, as `read_password` does.

    Args:
        name: of the account or the room that it is for.

    Raises:
        BadPassword: it may not be used, or is the first that others would try.
    """
    password = read_password(text)
    folded, folded_name = _folded(password), _folded(name)
    if folded in _common_passwords():
        raise BadPassword(
            "That is one of the commonest passwords; please choose another one.",
            code="password-common",
        )
    # The name once or several times, with digits and signs.
    rest = folded.replace(folded_name, "")
    has_letters = any(map(str.isalpha, folded_name))
    if folded == folded_name or (
        has_letters and rest != folded and not any(map(str.isalpha, rest))
    ):
        raise BadPassword(
            f"That password is made of the name {name}; please choose another one.",
            code="password-is-name",
            name=name,
        )
    return password


def _folded(text: str) -> str:
    """
    Return ``text`` as those who guess write it: in lower case, and in ordinary width.
    """
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common_passwords() -> frozenset[str]:
    lines = _COMMON.read_text("ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _plain_emoji(text: str) -> str:
    """
    Return ``text`` without the invisible characters that join the parts of an emoji.

    The profile refuses them, and not every keyboard sends them.
    """
    return text if text.isascii() else _JOINING.sub("", text)


def _too_short() -> BadPassword:
    return BadPassword(
        f"A password needs at least {MIN_PASSWORD} characters.",
        code="password-too-short",
        least=MIN_PASSWORD,
    )


def _too_long() -> BadPassword:
    return BadPassword(
        f"A password may be at most {MAX_PASSWORD} bytes long.",
        code="password-too-long",
        most=MAX_PASSWORD,
    )


def _unfit(character: str) -> BadPassword:
    if character == "\ufffd" or unicodedata.category(character) == "Cc":
        return BadPassword(
            "A password may not hold control characters or invalid UTF-8.",
            code="password-characters",
        )
    odd = name_of(character)
    return BadPassword(
        f"A password may not hold {odd}; please leave it out.",
        code="password-character",
        character=odd,
    )
