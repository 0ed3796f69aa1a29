"""
What is negotiated.
"""

import pytest

from twisted_chat.doors.irc.negotiated import Negotiated
from twisted_chat.doors.irc.site import Site
from twisted_chat.testing import Chat

SITE = Site(Chat().hub)


@pytest.mark.parametrize(
    ("caps", "time", "tags", "account", "rich"),
    [
        ((), False, False, False, False),
        (("server-time",), True, False, False, False),
        (("message-tags", "account-tag"), False, True, True, False),
        # gamja asks for history, and shows neither.
        (("message-tags", "draft/chathistory"), False, True, False, False),
        (("message-tags", "draft/message-redaction"), False, True, False, True),
        (("draft/message-redaction",), False, False, False, False),
    ],
)
def test_each_capability_makes_its_own_difference(caps, time, tags, account, rich):
    how = Negotiated(SITE, frozenset(caps))
    assert (how.has_time, how.has_tags, how.has_account, how.is_rich) == (
        time, tags, account, rich,
    )  # fmt: skip


def test_the_same_is_equal_and_another_server_is_not():
    assert Negotiated(SITE, frozenset("a")) == Negotiated(SITE, frozenset("a"))
    assert Negotiated(SITE) != Negotiated(Site(Chat().hub))
