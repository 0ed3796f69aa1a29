"""
Who was here not long ago.
"""

from twisted_chat.doors.irc.kept.departed import MOST_DEPARTED, Departed
from twisted_chat.testing import Chat


def test_the_latest_of_a_name_comes_first_and_no_more_are_told_than_are_asked_for():
    at = iter(range(100))
    departed = Departed(lambda: float(next(at)))
    chat = Chat()
    chat.arrive("Ada")
    user = chat.hub.users["ada"]
    for number in range(3):
        departed.note(user, (f"~u{number}", f"Ada {number}"))
    assert [each.username for each in departed.called("ADA", 0)] == ["~u2", "~u1", "~u0"]
    assert [(each.realname, each.at) for each in departed.called("ada", 1)] == [("Ada 2", 2.0)]
    assert departed.called("bob", 0) == []


def test_the_earliest_are_forgotten():
    departed = Departed(lambda: 0.0)
    chat = Chat()
    chat.arrive("ada")
    user = chat.hub.users["ada"]
    for number in range(MOST_DEPARTED + 5):
        departed.note(user, ("~u", str(number)))
    assert departed.called("ada", 0)[-1].realname == "5"


def test_the_account_is_that_of_the_last_of_a_name():
    departed = Departed(lambda: 0.0)
    chat = Chat()
    chat.arrive("ada")
    user = chat.hub.users["ada"]
    user.account_name = "Ada"
    departed.note(user, ("~u", "Ada"))
    assert (departed.account_of("ada"), departed.account_of("bob")) == ("Ada", "")
    user.account_name = ""
    departed.note(user, ("~u", "Ada"))
    assert departed.account_of("ada") == ""


def test_the_latest_of_exactly_a_name_is_known():
    at = iter(range(100))
    departed = Departed(lambda: float(next(at)))
    chat = Chat()
    chat.arrive("ada")
    for _ in range(2):
        departed.note(chat.hub.users["ada"], ("~u", "Ada"))
    assert departed.latest("ada").at == 1.0
    assert departed.latest("ADA") is None
