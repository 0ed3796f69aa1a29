"""
What is negotiated: on which of its forms of a message the server and some clients agreed.
"""

from __future__ import annotations

from attrs import Factory, field, frozen

from twisted_chat.doors.irc.multiline import MULTILINE
from twisted_chat.doors.irc.site import Site

# Of clients that have this it is known that they find a message by its id, and so show answers and
# reactions; others, such as gamja, ask for history only.
_RICH = "draft/message-redaction"


def _if_enabled(cap: str) -> bool:
    return field(
        init=False, eq=False, repr=False, default=Factory(lambda self: cap in self.caps, True)
    )


@frozen(cache_hash=True)
class Negotiated:
    """
    How some clients read.

    Attributes:
        site: the server.
        caps: those of the capabilities that make a difference to what is read.
        is_registering: the reader has no nick yet, and reads the rooms with the welcome.
        has_time: each message has its time.
        has_tags: it has other tags too.
        has_account: it has the account of who said it.
        has_multiline: a text of several lines, or a long one, is one batch.
    """

    site: Site
    caps: frozenset[str] = frozenset()
    is_registering: bool = False
    has_time: bool = _if_enabled("server-time")
    has_tags: bool = _if_enabled("message-tags")
    has_account: bool = _if_enabled("account-tag")
    has_multiline: bool = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(lambda self: {"batch", MULTILINE} <= self.caps, True),
    )

    @property
    def is_rich(self) -> bool:
        """
        Whether its clients show answers, reactions and deleted lines by themselves.
        """
        return self.has_tags and _RICH in self.caps
