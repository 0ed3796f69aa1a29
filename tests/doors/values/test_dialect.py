"""
The dialect of values: what is told is kept, each in its place.
"""

from twisted_chat.doors.values.dialect import ValueDialect
from twisted_chat.events import Said
from twisted_chat.replies.reply import Notice
from twisted_chat.signals import Signal
from twisted_chat.testing import Chat
from twisted_chat.world.client import Prompt
from twisted_chat.world.settings import Preferences


def test_each_value_is_kept_in_its_order_and_its_place_is_sent() -> None:
    dialect = ValueDialect()
    events = [Notice(0, "one"), Said(0, "lobby", "bob", "two")]
    assert [dialect.render(each) for each in events] == [b"0\n", b"1\n"]
    prompt = Prompt(code="password", secret=True)
    assert dialect.keep(prompt) == b"2\n"
    assert dialect.told == [*events, prompt]


def test_nothing_is_kept_of_a_signal() -> None:
    dialect = ValueDialect()
    assert dialect.render(Signal(0, "bob")) == b""
    assert dialect.told == []


def test_there_is_nothing_to_prefer() -> None:
    dialect = ValueDialect()
    assert dialect.adapt(Preferences(time=True), several_rooms=True) is dialect
    assert dialect.preferences == Preferences()
    assert not dialect.is_personal
    assert not dialect.merges_presence


def test_two_sessions_with_dialects_of_their_own_are_each_told() -> None:
    one, other = ValueDialect(), ValueDialect()
    assert one != other, "or what is told to both would be kept by one"
    chat = Chat()
    assert chat.values is not ValueDialect()
