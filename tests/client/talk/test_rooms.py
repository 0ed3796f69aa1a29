"""
What waits to be read.
"""

import pytest

from twisted_chat.client.talk.rooms import Rooms, Unread, names


def test_lines_are_unread_where_the_user_does_not_look() -> None:
    rooms = Rooms()
    rooms.enter("lobby")
    rooms.enter("dev")
    rooms.add("tea")
    rooms.add("dev")
    assert rooms.names == ["dev", "lobby", "tea"]
    rooms.heard("dev", 7)
    rooms.heard("lobby", 3)
    rooms.heard("lobby", 4, names_user=True)
    rooms.heard("nowhere", 0)
    assert rooms.unread == {"lobby": Unread(2, 1), "tea": Unread()}
    assert rooms.last["lobby"] == 4
    rooms.note("lobby", 2)
    assert rooms.last["lobby"] == 4
    assert rooms.next() == "lobby"
    rooms.enter("lobby")
    assert rooms.unread == {"tea": Unread(), "dev": Unread()}
    rooms.leave("lobby")
    assert (rooms.current, rooms.names) == ("", ["tea", "dev"])
    assert Rooms().next() == ""


def unread(room: str, number: int, last: int, lines: int, mentions: int = 0) -> dict[str, object]:
    return {
        "room": room, "number": number, "last": last, "lines": lines, "mentions": mentions,
        "is_at_least": False,
    }  # fmt: skip


def test_what_was_unread_before_is_counted_and_what_came_meanwhile_is_not_counted_twice() -> None:
    rooms = Rooms()
    rooms.enter("lobby")
    for room in ("dev", "tea", "den"):
        rooms.add(room)
    rooms.ask()
    # The server has counted the first of these.
    rooms.heard("dev", 12)
    rooms.heard("dev", 13, names_user=True)
    rooms.heard("den", 4)
    dev = unread("dev", 7, 12, 3, 1)
    rooms.count([unread("lobby", 1, 30, 5), dev, unread("tea", 5, 5, 0), unread("den", 0, 3, 0)])
    assert rooms.unread == {
        "dev": Unread(4, 2, earlier=dev), "tea": Unread(), "den": Unread(1),
    }  # fmt: skip
    assert rooms.last == {"lobby": 30, "dev": 13, "tea": 5, "den": 4}
    assert rooms.read["dev"] == 7


def test_a_server_that_never_counts_costs_no_memory() -> None:
    rooms = Rooms()
    rooms.enter("lobby")
    rooms.ask()
    for number in range(5000):
        rooms.heard("lobby", number)
    assert len(rooms._heard or ()) == 1000


def test_what_came_while_a_connection_was_lost_is_counted_but_was_shown() -> None:
    rooms = Rooms()
    rooms.enter("lobby")
    rooms.add("dev")
    rooms.heard("dev", 8)
    rooms.ask()
    rooms.count([unread("dev", 7, 12, 4)])
    assert rooms.unread == {"dev": Unread(4)}
    # What follows that may have to be read on.
    assert rooms.last == {"dev": 8}


def test_a_room_that_is_read_elsewhere_is_read() -> None:
    rooms = Rooms()
    rooms.enter("lobby")
    rooms.add("dev")
    rooms.heard("dev", 8)
    rooms.heard("dev", 9)
    told = {"event": "read-up-to", "room": "dev", "number": 8}
    rooms.follow(told, "ada", is_back=False)
    assert rooms.unread == {"dev": Unread(2)}
    rooms.follow({**told, "number": 9}, "ada", is_back=False)
    assert rooms.unread == {"dev": Unread()}
    assert rooms.read == {"dev": 9}


def test_messages_that_are_read_elsewhere_wait_no_more() -> None:
    rooms = Rooms()
    for nick, id_ in (("Bob", 5), ("eve", 7), ("dan", 0)):
        rooms.wrote(nick, id_)
    told = {"event": "private-read-up-to", "nick": "bob", "id": 4}
    rooms.follow(told, "ada", is_back=False)
    assert list(rooms.writers) == ["Bob", "eve", "dan"]
    rooms.follow({**told, "id": 5}, "ada", is_back=False)
    assert list(rooms.writers) == ["eve", "dan"]
    rooms.follow({**told, "nick": "", "id": 6}, "ada", is_back=False)
    assert (list(rooms.writers), rooms.letters) == (["eve"], {"eve": 7})


def test_a_visit_beside_others_begins_in_their_rooms() -> None:
    rooms = Rooms()
    rooms.follow({"event": "welcome", "rooms": ["lobby", "dev"]}, "ada", is_back=False)
    assert (rooms.current, rooms.names) == ("", ["lobby", "dev"])


def test_who_wrote_is_named_until_they_are_answered() -> None:
    rooms = Rooms()
    for nick in ("bob", "eve", "bob"):
        rooms.wrote(nick, len(nick))
    assert list(rooms.writers) == ["bob", "eve"]
    assert rooms.letters == {"bob": 3, "eve": 3}
    rooms.answered("bob")
    rooms.answered("carl")
    assert list(rooms.writers) == ["eve"]


def test_the_user_is_followed_where_they_go() -> None:
    rooms = Rooms()

    def told(event: str, *, is_back: bool = False, **members: object) -> None:
        rooms.follow({"event": event, **members}, "ada", is_back=is_back)

    told("entered", room="lobby", is_elsewhere=False)
    told("entered", room="dev", is_elsewhere=True)
    assert (rooms.current, rooms.names) == ("lobby", ["lobby", "dev"])
    told("entered", room="dev", is_elsewhere=False, is_back=True)
    told("current-room", room="dev", is_back=True)
    assert rooms.current == "lobby"
    told("current-room", room="dev")
    told("rooms-restored", rooms=["tea", "den"])
    assert rooms.names == ["dev", "lobby", "tea", "den"]
    told("left", room="tea", nick="bob")
    told("left", room="tea", nick="ada")
    told("kicked", room="den", is_yours=True)
    told("kicked", room="lobby", is_yours=False)
    assert rooms.names == ["dev", "lobby"]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("hi Ada!", True),
        ("ada", True),
        ("adapt", False),
        ("canada-ada", False),
        ("ada's tea", False),
        ("太郎さん、こんにちは", True),
        ("민수야 안녕", True),
        ("привет, Яна", True),
        ("привет, Лияна", False),
        ("Обезьяна", False),
        ("Ναί, Άρη!", True),
        ("Άρης", False),
        ("", False),
    ],
)
def test_a_name_is_found_as_a_word(text: str, is_named: bool) -> None:
    assert names(text, ["ada", "", "太郎", "민수", "яна", "άρη"]) is is_named


def test_where_the_numbers_of_a_room_begin_again_what_was_known_is_forgotten() -> None:
    rooms = Rooms(current="lobby")
    rooms.note("lobby", 40)
    rooms.marked("lobby", 40)
    rooms.ask()
    told = {"room": "lobby", "number": 0, "last": 3, "lines": 0, "mentions": 0}
    rooms.count([{**told, "is_at_least": False}])
    assert rooms.last == {"lobby": 3}
    assert rooms.read == {}
