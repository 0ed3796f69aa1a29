"""
Letters: the mails that are sent, with their words, and the addresses that they go to.

No letter holds what was said.  One with a code, which may go to a person who did not ask for it,
holds no word that a user chose.
"""

from __future__ import annotations

import re
from textwrap import fill
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from twisted_chat.errors import ChatError
from twisted_chat.text.names import narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Characters of an address, at most, and of the part before the @ (RFC 5321, section 4.5.3.1).
MOST, MOST_BEFORE = 254, 64
#: Characters of a row of a letter; no reader has to join parts of words (RFC 2045, section 6.7).
WIDTH = 72
# A dot-atom, and a domain of labels (RFC 5321, section 4.1.2): no quotes, no literals.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")


@frozen
class Letter:
    """
    A mail in plain text.

    Attributes:
        to: the address that it goes to.
        subject: one line.
        text: its lines, with a newline behind each.
        is_wanted: returns whether it is still to be sent; asked before each attempt.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    is_wanted: Callable[[], bool] = field(repr=False, eq=False)


class Post(Protocol):
    """
    What sends letters.
    """

    @property
    def place(self) -> str:
        """
        What the chat is called in letters, such as ``chat.example.org``; empty if it sends none.
        """

    def send(self, letter: Letter) -> None:
        """
        Send ``letter``, now or later; its loss is logged, and nobody waits for it.
        """


class NoPost:
    """
    The `Post` of a server that sends no mail.
    """

    place = ""

    def send(self, letter: Letter) -> None:
        """
        Drop ``letter``.
        """


def read_address(typed: str) -> str:
    """
    Return the address that was typed.

    Raises:
        ChatError: it is none, or has letters that the mail server may not take (no SMTPUTF8).
    """
    address = narrow(typed).strip()
    if not address.isascii():
        raise ChatError(
            "An address may have only ASCII letters here, such as you@example.org; a domain with "
            "others has a form that begins with xn--.",
            code="bad-address",
        )
    match = _ADDRESS.fullmatch(address) if len(address) <= MOST else None
    if match is None or len(match[1]) > MOST_BEFORE:
        raise ChatError("That is not a mail address, such as you@example.org.", code="bad-address")
    return address


def code_letter(to: str, place: str, code: str, minutes: int, still: Callable[[], bool]) -> Letter:
    """
    Return the letter that takes ``code`` to an address, to see whether it is that of who asked.
    """
    text = _paragraphs(
        f"A user of the chat at {place} gave this address, to be told there who writes to them "
        f"while they are away. If that was you, type in the chat, within {minutes} minutes:",
        f"/mail {code}",
        "If it was not, do nothing. Without that code, nothing is sent to you but another code "
        "if one is asked for again, and few of these.",
    )
    return Letter(to, f"Your code for the chat at {place}", text, still)


@frozen
class Missed:
    """
    Who wrote, where and how often.

    Attributes:
        nick: as it is shown.
        room: the name of the room, without the ``#``; empty for privately.
    """

    nick: str
    room: str
    count: int


def news_letter(
    to: str, place: str, missed: Iterable[Missed], more: int, still: Callable[[], bool]
) -> Letter:
    """
    Return the letter that tells what its reader missed.

    Args:
        more: how many messages are not among ``missed``.
    """
    rows = [
        f"{each.nick} wrote {f'in #{each.room}' if each.room else 'privately'}"
        f"{f', {each.count} times' if each.count > 1 else ''}"
        for each in missed
    ]
    if more:
        rows.append(f"and {more} more")
    text = "\n".join(
        (
            _paragraphs(f"While you were away from the chat at {place}:"),
            "".join(f"{_filled(row, '- ', '  ')}\n" for row in rows),
            _paragraphs(
                "What they wrote is in the chat. No more than one such mail comes in an hour. "
                "To end these mails, type /mail off in the chat."
            ),
        )
    )
    return Letter(to, f"You were written to in the chat at {place}", text, still)


def _paragraphs(*texts: str) -> str:
    """
    Return ``texts``, with an empty line between them.
    """
    return "\n".join(f"{_filled(text)}\n" for text in texts)


def _filled(text: str, first: str = "", later: str = "") -> str:
    return fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
