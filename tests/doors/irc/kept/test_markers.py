"""
Up to which time users have read.
"""

from shared_irc import Clients

from twisted_chat.doors.irc.kept.markers import marked_at
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import BEGINNING, Chat

CAP = "draft/read-marker"
# To the millisecond, as clients of IRC say it.
EXACT = "timestamp=2023-11-14T22:13:27.123Z"


def test_a_time_that_was_marked_is_known_for_every_spelling():
    chat = Chat()
    chat.arrive("ada")
    user = chat.hub.users["ada"]
    assert marked_at(user, "bob", None) is None
    chat.hub.marks.mark_private(user.sessions[0], "bob", 0, 5.0)
    assert marked_at(user, "Bob", None) == 5.0


def test_a_room_that_was_read_at_another_door_is_read_here():
    chat = Chat()
    ada = chat.arrive("ada")
    ada.types("one")
    chat.advance(10)
    ada.types("two")
    user, room = chat.hub.users["ada"], chat.hub.find_room("lobby")
    (session,) = user.sessions
    number = room.timeline.number
    assert marked_at(user, "#lobby", room) is None
    chat.hub.marks.mark(session, room, number - 1)
    assert marked_at(user, "#lobby", room) == BEGINNING
    chat.hub.marks.mark(session, room, number - 1, BEGINNING + 5)
    assert marked_at(user, "#lobby", room) == BEGINNING + 5
    chat.hub.marks.mark(session, room, number)
    assert marked_at(user, "#lobby", room) == BEGINNING + 10


def test_messages_that_were_read_at_another_door_are_read_here():
    chat = Chat()
    chat.arrive("ada")
    user = chat.hub.users["ada"]
    (session,) = user.sessions
    last = chat.hub.recorder.last_id
    chat.hub.marks.mark_private(session, "bob", last)
    assert marked_at(user, "bob", None) == last / 1e6
    assert marked_at(user, "eve", None) is None
    chat.hub.marks.mark_all(session, None)
    assert marked_at(user, "eve", None) == last / 1e6


def test_a_client_is_told_the_very_time_that_it_said_also_by_a_later_server():
    store = MemoryStore()
    here = Clients(Chat(store=store))
    tina = here.arrive("tina", CAP)
    tina.sends("PRIVMSG NickServ :REGISTER correct-horse")
    # That is the time by now.
    here.chat.advance(10)
    tina.sends(f"MARKREAD #lobby {EXACT}", f"MARKREAD Bob {EXACT}", "QUIT")
    later = Clients(Chat(store=store))
    client = later.connect()
    client.sends(
        f"CAP REQ :{CAP}", "CAP END", "PASS correct-horse", "NICK tina", "USER t 0 * :t",
        "JOIN #lobby",
    )  # fmt: skip
    client.reads()
    assert client.asks("MARKREAD #lobby", "MARKREAD bob") == [
        f":chat.example MARKREAD #lobby {EXACT}",
        f":chat.example MARKREAD bob {EXACT}",
    ]
