"""
Replies about mail: where users are told what they missed.
"""

from __future__ import annotations

from attrs import field, frozen

from twisted_chat.replies.reply import Reply


@frozen
class MailShown(Reply):
    """
    Where the reader is told by mail what they missed.

    Attributes:
        address: empty for nowhere.
        awaiting: the address to which a code was sent that nobody has typed yet; empty for none.
    """

    address: str = field(repr=False)
    awaiting: str = field(default="", repr=False)


@frozen
class MailCodeSent(Reply):
    """
    A code is on its way to ``address``, and confirms it within ``seconds``.
    """

    address: str = field(repr=False)
    seconds: float
