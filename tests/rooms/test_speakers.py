"""
Speakers: what is said by who is no user goes the way of all lines.
"""

import sys

import pytest
from attrs import evolve
from logins import come
from shared_irc import Clients

from twisted_chat import Hub, events, filters, on
from twisted_chat.errors import ChatError, NotAllowed, Sanctioned, TooMuch
from twisted_chat.testing import Chat, Person
from twisted_chat.text.checks import MAX_LINES

DEPLOY = "deploy[hook]"
heard: list[tuple[str, str, str]] = []


@filters(events.Said)
def soften(_: Hub, event: events.Said) -> events.Said:
    if "never" in event.text:
        raise ChatError("Not here.")
    return evolve(event, text=event.text.replace("damned", "dear"))


@on(events.Said)
def hear(_: Hub, event: events.Said) -> None:
    heard.append((event.nick, event.account, event.text))


def here() -> tuple[Chat, Person]:
    chat = Chat(sys.modules[__name__])
    return chat, chat.arrive("alice")


def test_the_room_hears_it_and_finds_it_in_its_history() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    chat.hub.speakers.say(chat.hub.find_room("lobby"), DEPLOY, "done\nin 3 s")
    chat.advance()
    assert alice.reads() == ["deploy[hook]: done", "  | in 3 s"]
    alice.types("/history", "/search done")
    read = "\n".join(alice.reads())
    assert read.count("deploy[hook]: done") == 2


def test_filters_change_and_refuse_it_and_hooks_hear_it() -> None:
    chat, alice = here()
    heard.clear()
    room = chat.hub.find_room("lobby")
    chat.hub.speakers.say(room, DEPLOY, "the damned build")
    with pytest.raises(ChatError, match=r"Not here\."):
        chat.hub.speakers.say(room, DEPLOY, "never")
    chat.advance()
    assert alice.reads() == ["deploy[hook]: the dear build"]
    assert heard == [("deploy[hook]", "", "the dear build")]


def test_what_shows_nothing_or_has_too_many_lines_is_not_said() -> None:
    chat = Chat()
    room = chat.hub.find_room("lobby")
    with pytest.raises(NotAllowed):
        chat.hub.speakers.say(room, DEPLOY, "\u200b")
    with pytest.raises(TooMuch):
        chat.hub.speakers.say(room, DEPLOY, "a\n" * MAX_LINES + "a")


def test_nobody_owns_its_lines() -> None:
    chat = Chat()
    alice = come(chat, "alice")
    chat.hub.speakers.say(chat.hub.find_room("lobby"), DEPLOY, "done")
    chat.advance()
    number = chat.hub.find_room("lobby").timeline.number
    alice.reads()
    alice.types(f"/edit {number} undone", f"/delete {number}")
    edited, deleted = alice.reads()
    assert edited.startswith(f"Line {number} is not yours")
    assert deleted.startswith(f"Line {number} is not yours")


def test_a_room_that_a_filter_ends_hears_nothing() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/join den")
    room = chat.hub.find_room("den")
    alice.types("/leave")
    with pytest.raises(ChatError, match="den"):
        chat.hub.speakers.say(room, DEPLOY, "hello?")


def test_an_operator_mutes_one_in_a_room_and_a_member_ignores_it() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), come(chat, "bob")
    for each in (alice, bob):
        each.types("/join den")
    room = chat.hub.find_room("den")
    bob.types("/ignore Deploy[hook]")
    bob.reads()
    chat.hub.speakers.say(room, DEPLOY, "hello")
    chat.advance()
    assert bob.reads() == []
    bob.types("/history", "/unignore deploy[hook]", "/history")
    # Once in the second page, and in no line before.
    (line,) = [each for each in bob.reads() if "hello" in each]
    assert line.endswith("deploy[hook]: hello")
    alice.types("/mute deploy[hook] 1h")
    assert "deploy[hook]" in alice.reads()[-1]
    with pytest.raises(Sanctioned, match=r"^deploy\[hook\] is muted in #\w+ by alice until "):
        chat.hub.speakers.say(room, DEPLOY, "hello?")
    chat.hub.speakers.say(room, "other[hook]", "hello!")
    alice.types("/unmute deploy[hook]")
    chat.hub.speakers.say(room, DEPLOY, "hello again")


def test_irc_and_programs_are_told_that_it_is_no_person() -> None:
    chat = Chat()
    client = Clients(chat).arrive("irene", "message-tags")
    client.reads()
    program = chat.program("robot")
    chat.hub.speakers.say(chat.hub.find_room("lobby"), DEPLOY, "done")
    chat.advance()
    (line,) = [each for each in client.reads() if "PRIVMSG" in each]
    tags, source = line.split(" ")[:2]
    assert "bot" in tags.removeprefix("@").split(";")
    assert source.startswith(":deploy[hook]!")
    (said,) = [each for each in program.reads() if isinstance(each, events.Said)]
    assert (said.nick, said.account, said.is_bot) == (DEPLOY, "", True)
