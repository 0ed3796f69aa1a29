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
