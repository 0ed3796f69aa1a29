"""
Following a room: each line is shown once, and in its order.
"""

from twisted_chat.doors.ssh.command.follower import Follower
from twisted_chat.events import Event, Joined, Said, TopicChanged
from twisted_chat.replies.pages import Recalled


def said(number: int, room: str = "Den") -> Said:
    return Said(100.0 + number, room, "bob", f"line {number}", number=number)


def test_what_came_during_the_page_is_shown_behind_it_once_and_then_what_comes() -> None:
    shown: list[Event] = []
    follower = Follower("den", shown.append)
    topic, joined = TopicChanged(105.0, "den", "bob", "tea"), Joined(106.0, "den", "carol")
    for each in (said(4), topic, said(6, "lobby"), joined, said(6)):
        follower.hear(each)
    assert shown == []
    page = enumerate((said(3), said(4), topic), 3)
    follower.read([Recalled(110.0, event, number) for number, event in page])
    follower.go_on()
    assert shown == [joined, said(6)]
    follower.hear(said(7))
    follower.hear(said(7, "lobby"))
    assert shown == [joined, said(6), said(7)]


def test_of_a_room_that_keeps_nothing_everything_is_shown() -> None:
    shown: list[Event] = []
    follower = Follower("den", shown.append)
    follower.hear(said(0))
    follower.go_on()
    follower.hear(said(0))
    assert shown == [said(0), said(0)]
