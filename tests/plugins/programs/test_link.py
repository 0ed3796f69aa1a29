"""
What is sent to a program goes at once, and only while it is there.
"""

from services import sitting

from twisted_chat.plugins.programs.link import Link
from twisted_chat.replies.reply import Notice


def test_an_event_is_sent_within_the_turn() -> None:
    table = sitting()
    bot = table.connect()
    link = Link("dice", table.chat.hub)
    assert [link.next_number(), link.next_number()] == [1, 2]
    link.send(Notice(0.0, "to nobody"))
    link.session = bot.protocol.session
    link.send(Notice(0.0, "hello"))
    assert [each["text"] for each in bot.reads()] == ["hello"]
    assert link.session is not None
    link.session.closed = True
    link.send(Notice(0.0, "to nobody any more"))
    assert bot.reads() == []
