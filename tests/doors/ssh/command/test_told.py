"""
What a command is told is kept until it is taken.
"""

from twisted_chat.doors.ssh.command.told import Told
from twisted_chat.replies.reply import Notice
from twisted_chat.world.settings import Preferences


def test_each_event_is_kept_in_its_order_and_something_is_sent_in_its_place() -> None:
    told = Told()
    events = [Notice(0, "one"), Notice(0, "two")]
    assert all(told.render(each) for each in events)
    assert told.events == events


def test_there_is_nothing_to_prefer() -> None:
    told = Told()
    assert told.adapt(Preferences(time=True), several_rooms=True) is told
    assert told.preferences == Preferences()
