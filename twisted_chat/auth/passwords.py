"""
Passwords: which are valid, and the interface of what hashes them.

A hash takes tens of milliseconds of a processor on purpose, so nothing here computes one: code
that needs one is given a `Hasher`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from precis_i18n import get_profile

from twisted_chat.errors import BadPassword

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

#: The shortest password, in characters.
MIN_PASSWORD = 8
#: The longest password, in bytes of UTF-8.
MAX_PASSWORD = 1024

_OPAQUE_STRING = get_profile("OpaqueString")


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
    width, every space is U+0020, and characters are composed.

    Raises:
        BadPassword: it is too short, too long, or holds a character that is not allowed.
    """
    # Checked first, so that long text is not processed.
    if len(text) > MAX_PASSWORD:
        raise _too_long()
    if len(text) < MIN_PASSWORD:
        raise _too_short()
    # Invalid UTF-8 and control characters have become U+FFFD, which are all alike.
    if "\ufffd" in text:
        raise _unfit()
    try:
        password: str = _OPAQUE_STRING.enforce(text)
    except UnicodeEncodeError:
        raise _unfit() from None
    if len(password) < MIN_PASSWORD:
        raise _too_short()
    if len(password.encode()) > MAX_PASSWORD:
        raise _too_long()
    return password


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


def _unfit() -> BadPassword:
    return BadPassword(
        "That password holds a character that is not allowed.", code="password-characters"
    )
