"""
Up to which time users have read.
"""

from twisted_chat.doors.irc.kept.markers import MOST_MARKERS, Markers
from twisted_chat.testing import BEGINNING, Chat


def arrived():
    chat = Chat()
    chat.arrive("ada")
    return chat.hub.users["ada"]


def test_a_time_that_was_marked_is_known_for_every_spelling():
    user, markers = arrived(), Markers()
    assert markers.of(user, "bob", None) is None
    markers.set(user, "Bob", 5.0)
    assert markers.of(user, "bob", None) == 5.0


def test_a_room_that_was_read_at_another_door_is_read_here():
    chat, markers = Chat(), Markers()
    ada = chat.arrive("ada")
    ada.types("one")
    chat.advance(10)
    ada.types("two")
    user, room = chat.hub.users["ada"], chat.hub.find_room("lobby")
    (session,) = user.sessions
    assert markers.of(user, "#lobby", room) is None
    chat.hub.settings.mark_read(session, room, room.timeline.number - 1)
    assert markers.of(user, "#lobby", room) == BEGINNING
    markers.set(user, "#lobby", BEGINNING + 5)
    assert markers.of(user, "#lobby", room) == BEGINNING + 5
    chat.hub.settings.mark_read(session, room, room.timeline.number)
    assert markers.of(user, "#lobby", room) == BEGINNING + 10


def test_of_too_many_the_first_is_forgotten():
    user, markers = arrived(), Markers()
    assert MOST_MARKERS == 200
    for number in range(MOST_MARKERS + 1):
        markers.set(user, f"n{number}", 1.0)
    assert markers.of(user, "n0", None) is None
    assert markers.of(user, "n1", None) == 1.0
