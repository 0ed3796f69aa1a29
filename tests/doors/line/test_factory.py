"""
The factory of the line door: the greeting, and limits that follow a reload.
"""

from twisted_chat.doors.line.factory import ChatFactory, LineLimits
from twisted_chat.doors.line.protocol import ChatProtocol
from twisted_chat.testing import Chat


def test_each_connection_gets_a_protocol_of_its_own_and_all_have_one_hub() -> None:
    chat = Chat()
    factory = ChatFactory(chat.hub, chat.dispatcher)
    first, second = factory.buildProtocol(None), factory.buildProtocol(None)
    assert isinstance(first, ChatProtocol)
    assert first is not second
    assert first.factory.hub is second.factory.hub is chat.hub
    assert factory.limits == LineLimits()


def test_a_greeting_stands_before_the_prompt():
    chat = Chat(motd="Welcome!\nBe kind.\n")
    assert chat.connect().receives() == b"Welcome!\r\nBe kind.\r\nEnter your name: "


def test_a_greeting_cannot_harm_a_terminal_either():
    chat = Chat(motd="red\x1b[31m\u202e")
    assert chat.connect().receives() == "red\ufffd[31m\r\nEnter your name: ".encode()


def test_a_connection_names_the_limit_that_holds_for_it_after_a_reload() -> None:
    chat = Chat(line_limits=LineLimits(max_line=20))
    alice = chat.arrive("alice")
    chat.factory.limits = LineLimits(max_line=40)
    bob = chat.arrive("bob")
    for person, limit in ((alice, 20), (bob, 40)):
        person.reads()
        person.types("x" * 50)
        assert person.reads() == [f"That line was longer than {limit} bytes and was not sent."]
