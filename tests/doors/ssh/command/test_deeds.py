"""
What a command does: in rooms that there are, and nowhere else.
"""

import pytest
from logins import SECRET
from shared_accounts import registered

from twisted_chat.doors.ssh.command import deeds
from twisted_chat.doors.ssh.command.words import read
from twisted_chat.testing import Chat


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("msg bob hi", "[you -> bob] hi"),
        ("who", "In #lobby: alice, bob."),
        ("who lobby", "In #lobby: alice, bob."),
        ("rooms", "#lobby"),
        ("history lobby", "hello"),
        ("tail lobby", "hello"),
        ("/nick anna", "You are now known as anna."),
    ],
)
def test_each_is_done_for_its_user(command: str, told: str) -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.types("hello")
    alice.reads()
    session = next(iter(chat.hub.users["alice"].sessions))
    deeds.do(chat.dispatcher, session, read(command))
    chat.advance()
    assert told in "\n".join(alice.reads())


def test_a_room_is_entered_only_if_there_is_one() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.types("/join den")
    alice.reads()
    session = next(iter(chat.hub.users["alice"].sessions))
    for name in ("nowhere", "den"):
        request = read(f"send {name} tea")
        assert not deeds.is_in_room(session, request)
        deeds.enter(chat.dispatcher, session, request)
        assert deeds.is_in_room(session, request) is (name == "den")
    chat.advance()
    assert "There is no room #nowhere." in "\n".join(alice.reads())
    assert "nowhere" not in chat.hub.rooms
    deeds.do(chat.dispatcher, session, read("send den tea"))
    chat.advance()
    assert bob.reads()[-1].endswith("alice: tea")
    assert not deeds.is_in_room(None, read("send den tea"))


def test_no_code_is_made_that_ends_with_the_command() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    (session,) = chat.hub.users["alice"].sessions
    deeds.do(chat.dispatcher, session, read("/link"))
    chat.advance()
    (told,) = alice.reads()
    assert told == (
        "A code ends when you leave, as this command does at once. "
        "Type /link where you stay in the chat."
    )
    # Where they stay at another connection, it is good.
    registered_again = chat.connect()
    registered_again.types("alice", SECRET)
    alice.reads()
    deeds.do(chat.dispatcher, session, read("/link"))
    chat.advance()
    assert alice.reads()[0].startswith("The code is ")
