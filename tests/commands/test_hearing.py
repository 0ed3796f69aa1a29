"""
``@hears``: a function of a plugin is called with the lines that fit its pattern.
"""

from types import ModuleType
from typing import Any

import pytest
from shared_irc import Clients
from twisted.logger import capturedLogs

from twisted_chat import Hub, User, events, hears
from twisted_chat.testing import Chat


def chat_with(*functions: Any) -> Chat:
    module = ModuleType(__name__)
    for function in functions:
        setattr(module, function.__name__, function)
    return Chat(module)


def test_it_is_called_with_what_the_pattern_captures_read_as_its_types_say() -> None:
    heard: list[tuple[str, User, int]] = []

    @hears("* give {who} {count}")
    def give(hub: Hub, event: events.Said, who: User, count: int) -> None:
        """Note who is given how much."""
        heard.append((event.nick, who, count))

    chat = chat_with(give)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("please give BOB 3!", "give zoe 3", "give bob many", "give bob", "/give bob 3")
    assert heard == [("alice", chat.hub.find_user("bob"), 3)]
    bob.types("/me gives", "/msg alice give bob 3", "give alice 4")
    assert [each[2] for each in heard] == [3, 4]


def test_one_function_may_hear_several_patterns_and_answer_in_the_room() -> None:
    @hears("ping")
    @hears("* are you there")
    def pong(hub: Hub, event: events.Said) -> None:
        """Answer."""
        hub.find_room(event.room).announce("pong")

    chat = chat_with(pong)
    alice = chat.arrive("alice")
    alice.types("Ping!", "hello, are you there?", "pinging")
    assert alice.reads() == ["*** pong ***", "*** pong ***"]


def test_what_a_program_says_as_a_notice_is_not_heard() -> None:
    count: list[str] = []

    @hears("*")
    def everything(hub: Hub, event: events.Said) -> None:
        """Note all."""
        count.append(event.text)

    chat = chat_with(everything)
    client = Clients(chat).arrive("ann")
    client.sends("NOTICE #lobby :beep", "PRIVMSG #lobby :hello")
    assert count == ["hello"]


def test_nor_is_what_bots_and_webhooks_say_so_that_none_answers_itself() -> None:
    count: list[str] = []

    @hears("*")
    def parrot(hub: Hub, event: events.Said) -> None:
        """Say it again, as a bot."""
        count.append(event.text)
        hub.bot("polly").say(hub.find_room(event.room), event.text)

    chat = chat_with(parrot)
    alice = chat.arrive("alice")
    alice.types("hello")
    chat.hub.speakers.say(chat.hub.find_room("lobby"), "deploy[hook]", "done")
    chat.advance(1)
    assert count == ["hello"]
    assert [line for line in alice.reads() if "joined" not in line] == [
        "polly (bot): hello",
        "deploy[hook]: done",
    ]


def test_it_may_be_async_and_what_it_raises_is_contained() -> None:
    @hears("boom")
    async def fail(hub: Hub, event: events.Said) -> None:
        """Fail."""
        raise RuntimeError("no")

    chat = chat_with(fail)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    with capturedLogs() as logs:
        alice.types("boom")
    assert bob.reads() == ["alice: boom"]
    assert alice.is_connected
    assert any("fail failed" in event["log_format"].format(**event) for event in logs)


@pytest.mark.parametrize("pattern", ["", "* *", "{a}{b}"])
def test_what_is_no_pattern_is_an_error_when_the_file_is_loaded(pattern: str) -> None:
    with pytest.raises(TypeError):
        hears(pattern)


def test_so_are_parameters_that_are_not_captured_or_that_nothing_reads() -> None:
    def missing(hub: Hub, event: events.Said) -> None: ...

    def other(hub: Hub, event: events.Said, whom: str) -> None: ...

    def unread(hub: Hub, event: events.Said, who: bytes) -> None: ...

    for function in (missing, other, unread):
        with pytest.raises(TypeError):
            hears("thanks {who}")(function)
