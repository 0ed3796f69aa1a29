"""
MARKREAD.
"""

import pytest
from shared_irc import Clients

from twisted_chat.doors.irc.kept.markers import marked_at

CAP = "draft/read-marker"
NO_TIME = "A time must be such as 2026-11-28T12:00:00.000Z."
MARKED = "timestamp=2019-01-04T14:33:26.123Z"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("MARKREAD", "FAIL MARKREAD NEED_MORE_PARAMS :MARKREAD needs a channel or a nick."),
        ("MARKREAD #lobby *", f"FAIL MARKREAD INVALID_PARAMS #lobby :{NO_TIME}"),
        ("MARKREAD #lobby timestamp=now", f"FAIL MARKREAD INVALID_PARAMS #lobby :{NO_TIME}"),
        (f"MARKREAD #den {MARKED}",
         "FAIL MARKREAD INVALID_PARAMS #den :You are not in this channel."),
        ("MARKREAD #den", "MARKREAD #den *"),
        ("MARKREAD bob", "MARKREAD bob *"),
        (f"MARKREAD #lobby {MARKED}", f"MARKREAD #lobby {MARKED}"),
        (f"MARKREAD bob {MARKED}", f"MARKREAD bob {MARKED}"),
    ],
)  # fmt: skip
def test_a_marker_is_set_and_told(sent, answer):
    alice = Clients().arrive("alice", CAP)
    assert alice.asks(sent) == [f":chat.example {answer}"]


@pytest.mark.parametrize("target", ["x" * 400, "a\u0430", "#" + "x" * 400])
@pytest.mark.parametrize("what", ["", f" {MARKED}"])
def test_what_no_channel_and_no_nick_can_be_is_marked_nowhere(target, what):
    here = Clients()
    alice = here.arrive("alice", CAP)
    (line,) = alice.asks(f"MARKREAD {target}{what}")
    if what or not target.startswith("#"):
        assert line.startswith(f":chat.example FAIL MARKREAD INVALID_PARAMS {target[:10]}")
    user = here.chat.hub.users["alice"]
    assert marked_at(user, target, None) is None


def test_a_marker_only_moves_on_and_stays_for_who_comes_back_to_the_channel():
    alice = Clients().arrive("alice", CAP)
    # Of a guest who leaves it is forgotten.
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse", f"MARKREAD #lobby {MARKED}")
    alice.reads()
    earlier = "timestamp=2018-01-04T14:33:26.123Z"
    assert alice.asks(f"MARKREAD #lobby {earlier}") == [f":chat.example MARKREAD #lobby {MARKED}"]
    lines = alice.asks("PART #lobby", "JOIN #lobby")
    names = [line.split()[1] for line in lines]
    assert f":chat.example MARKREAD #lobby {MARKED}" in lines
    assert names.index("JOIN") < names.index("MARKREAD") < names.index("366")


def test_who_has_not_asked_for_markers_is_told_of_none():
    alice = Clients().arrive("alice")
    assert not any("MARKREAD" in line for line in alice.asks("JOIN #den"))


def owner(here, *caps):
    client = here.connect()
    client.sends(
        f"CAP REQ :{' '.join(caps)}", "CAP END", "PASS correct-horse", "NICK tina",
        "USER t 0 * :t", "JOIN #lobby",
    )  # fmt: skip
    client.reads()
    return client


def test_a_marker_is_the_place_up_to_which_programs_read_and_both_are_told_of_each_other():
    here = Clients()
    first = here.arrive("tina")
    first.sends("PRIVMSG NickServ :REGISTER correct-horse", "QUIT")
    one, other = owner(here, CAP), owner(here, CAP)
    page = here.chat.connect()
    page.types("tina", "correct-horse")
    here.chat.advance(5)
    page.types("one", "two")
    here.chat.advance(5)
    for each in (one, other):
        each.reads()
    said = "timestamp=2023-11-14T22:13:25.000Z"
    room = here.chat.hub.find_room("lobby")
    # At another door the lines were read.
    session = here.chat.hub.users["tina"].sessions[-1]
    here.chat.hub.marks.mark(session, room, room.timeline.number)
    here.chat.advance()
    assert one.reads() == [f":chat.example MARKREAD #lobby {said}"]
    assert other.reads() == [f":chat.example MARKREAD #lobby {said}"]
    # And so does a client, which marks a later time: no line is behind it, but clients know.
    later = "timestamp=2023-11-14T22:13:27.000Z"
    assert one.asks(f"MARKREAD #lobby {later}") == [f":chat.example MARKREAD #lobby {later}"]
    assert other.reads() == [f":chat.example MARKREAD #lobby {later}"]


def test_a_time_before_the_latest_messages_is_told_as_it_was_said():
    here = Clients()
    alice, bob = here.arrive("alice", "draft/read-marker"), here.arrive("bob")
    bob.sends("PRIVMSG alice :hi", "PRIVMSG #lobby :hi")
    alice.reads()
    for target in ("bob", "#lobby"):
        said = f"MARKREAD {target} timestamp=2023-07-04T00:00:00.000Z"
        assert alice.asks(said, f"MARKREAD {target}") == [f":chat.example {said}"] * 2
    user, session = here.chat.hub.find_user("alice"), alice.protocol.session
    here.chat.hub.marks.mark_private(session, "bob", here.chat.hub.recorder.last_id)
    (line,) = alice.asks("MARKREAD bob")
    assert line.startswith(":chat.example MARKREAD bob timestamp=2023-11-14T22:13:")
    assert user.settings.read_in_private["bob"].at == 1688428800.0


@pytest.mark.parametrize("target", ["#lobby", "bob"])
def test_nothing_is_read_before_it_is_said(target):
    alice = Clients().arrive("alice", CAP)
    far, now = "timestamp=9999-12-31T23:59:59.999Z", "timestamp=2023-11-14T22:13:"
    (line,) = alice.asks(f"MARKREAD {target} {far}")
    assert line.startswith(f":chat.example MARKREAD {target} {now}")


def test_a_marker_of_before_all_that_was_said_stays_where_it_is_for_who_comes_back():
    here = Clients()
    first, bob = here.arrive("tina", CAP), here.arrive("bob")
    first.sends("PRIVMSG NickServ :REGISTER correct-horse")
    bob.sends("PRIVMSG #lobby :one", "PRIVMSG #lobby :two")
    first.sends(f"MARKREAD #lobby {MARKED}", "QUIT")
    here.chat.advance(5)
    again = here.connect()
    told = again.asks(
        f"CAP REQ :{CAP}", "CAP END", "PASS correct-horse", "NICK tina", "USER t 0 * :t"
    )
    here.chat.advance(5)
    told += again.reads()
    marks = [line for line in told if " MARKREAD " in line]
    assert marks == [f":chat.example MARKREAD #lobby {MARKED}"]
    # All of it is unread, as its program has said.
    (line,) = [line for line in again.asks("UNREAD") if "#lobby" in line]
    assert line.startswith(":chat.example NOTICE tina :2 lines in #lobby")


def test_who_identifies_is_told_once_of_each_channel_what_they_have_read():
    here = Clients()
    tina, bob = here.arrive("tina", CAP), here.arrive("bob")
    tina.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    bob.sends("PRIVMSG #lobby :tea?", "JOIN #den")
    here.chat.advance(5)
    lobby, den = "timestamp=2023-11-14T22:13:21.000Z", "timestamp=2023-11-14T22:13:22.000Z"
    tina.sends(f"MARKREAD #lobby {lobby}", f"MARKREAD #den {den}", "QUIT")
    guest = here.arrive("guest", CAP)
    told = guest.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")
    # It was in #lobby before, and enters #den now.
    assert [line for line in told if " MARKREAD " in line] == [
        f":chat.example MARKREAD #den {den}",
        f":chat.example MARKREAD #lobby {lobby}",
    ]
    second = here.arrive("guest", CAP)
    told = second.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")
    assert [line for line in told if " MARKREAD " in line] == [
        f":chat.example MARKREAD #lobby {lobby}",
        f":chat.example MARKREAD #den {den}",
    ]
