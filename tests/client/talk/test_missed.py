"""
What was missed is read to its end.
"""

from typing import Any

from shared_client import rows

from twisted_chat.client.talk.missed import Missed
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling


def page(kind: str, first: int, last: int, *, has_more: bool, label: str = "") -> dict[str, Any]:
    lines = [
        {
            "event": {
                "event": "said", "at": 0, "room": "dev", "nick": "bob", "text": f"{number}",
                "number": number,
            },
            "at": 0, "number": number, "edited_by": "", "reactions": [], "hit": 0,
        }
        for number in range(first, last + 1)
    ]  # fmt: skip
    return {
        "event": "transcript", "at": 0, "kind": kind, "lines": lines, "room": "dev", "nick": "",
        "has_more": has_more, "count": 0, "is_at_least": False, "omitted": 0, "mentions": 0,
        "goes_on": False, "label": label,
    }  # fmt: skip


def test_pages_follow_each_other_under_one_heading() -> None:
    world, outgoing = Rooms(), Outgoing()
    world.enter("dev")
    outgoing.open()
    missed = Missed(world, outgoing, Telling(world, []))
    first = missed.page(page("missed", 5, 6, has_more=True))
    assert rows(list(first)) == ["--- in #dev ---", "bob: 5", "bob: 6"]
    request = outgoing.outbox.pop()
    assert (request["room"], request["after"]) == ("dev", 6)
    label = request["label"]
    second = missed.page(page("history", 7, 7, has_more=False, label=label))
    assert rows(list(second)) == ["bob: 7", "--- now ---"]
    assert outgoing.outbox == []
    # A page that the user asked for is shown as it is.
    asked = missed.page(page("history", 1, 1, has_more=True))
    assert rows(list(asked))[-1] == "--- /more shows earlier lines ---"


def test_the_last_line_of_a_room_is_asked_for_once() -> None:
    world, outgoing = Rooms(), Outgoing()
    missed = Missed(world, outgoing, Telling(world, []))
    missed.find_last("dev")
    assert outgoing.outbox == []
    missed.read_on("dev")
    assert outgoing.waiting == 0
    outgoing.open()
    missed.find_last("dev")
    missed.find_last("dev")
    (request,) = outgoing.outbox
    label = request["label"]
    outgoing.collect(page("history", 9, 9, has_more=False, label=label))
    outgoing.collect({"event": "done", "label": label})
    assert world.last == {"dev": 9}


def test_a_room_whose_last_line_is_not_known_is_not_taken_for_an_empty_one() -> None:
    world, outgoing = Rooms(), Outgoing()
    missed = Missed(world, outgoing, Telling(world, []))
    outgoing.open()
    missed.find_last("dev")
    outgoing.close()
    assert world.last == {}
    outgoing.open()
    missed.find_last("dev")
    (request,) = outgoing.outbox
    outgoing.collect(page("history", 1, 0, has_more=False, label=request["label"]))
    outgoing.collect({"event": "done", "label": request["label"]})
    assert world.last == {"dev": 0}


def test_what_was_unread_before_the_user_came_is_counted_and_shown_when_they_look() -> None:
    world, outgoing = Rooms(), Outgoing()
    world.enter("lobby")
    world.add("dev")
    outgoing.open()
    missed = Missed(world, outgoing, Telling(world, []))
    missed.count_unread()
    asked = outgoing.outbox.pop()
    assert asked["request"] == "unread"
    dev = {
        "room": "dev", "number": 4, "last": 6, "lines": 2, "mentions": 1, "is_at_least": False,
    }  # fmt: skip
    outgoing.collect({"event": "unread", "rooms": [dev], "label": asked["label"]})
    outgoing.collect({"event": "done", "label": asked["label"]})
    unread = world.unread["dev"]
    assert (unread.lines, unread.mentions) == (2, 1)
    assert unread.earlier is not None
    missed.show_unread(unread.earlier)
    request = outgoing.outbox.pop()
    assert (request["room"], request["before"]) == ("dev", 7)
    # Lines up to the fourth were read.
    told = missed.page(page("history", 3, 6, has_more=True, label=request["label"]))
    shown = rows(list(told))
    assert shown[0].startswith("--- 2 lines")
    assert [row for row in shown if row.startswith("bob")] == ["bob: 5", "bob: 6"]


def test_where_more_is_unread_than_a_page_holds_it_says_how_to_read_the_rest() -> None:
    world, outgoing = Rooms(), Outgoing()
    world.enter("dev")
    outgoing.open()
    missed = Missed(world, outgoing, Telling(world, []))
    missed.show_unread(
        {"room": "dev", "number": 2, "last": 9, "lines": 7, "mentions": 0, "is_at_least": True}
    )
    label = outgoing.outbox.pop()["label"]
    shown = rows(list(missed.page(page("history", 5, 9, has_more=True, label=label))))
    assert shown[1] == "--- /history shows earlier lines ---"


def test_a_room_that_was_read_is_told_to_the_server_once() -> None:
    world, outgoing = Rooms(), Outgoing()
    world.enter("dev")
    outgoing.open()
    missed = Missed(world, outgoing, Telling(world, []))
    missed.mark_read()
    assert outgoing.outbox == []
    world.note("dev", 8)
    missed.mark_read()
    missed.mark_read()
    assert outgoing.outbox == [{"request": "read", "room": "dev", "number": 8}]
    world.wrote("bob", 9)
    outgoing.outbox.clear()
    missed.mark_read()
    missed.mark_read()
    assert outgoing.outbox == [{"request": "read", "nick": "bob", "id": 9}]
