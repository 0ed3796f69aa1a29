"""
Signals: who is told what passes at once, or changes how a user is shown.
"""

from shared_irc import Clients
from shared_json import Programs

from twisted_chat.signals import AwayChanged, Signal
from twisted_chat.testing import Chat


def test_readers_of_text_and_programs_are_told_nothing_of_them() -> None:
    chat = Chat()
    alice, bob, program = chat.arrive("alice"), chat.arrive("bob"), Programs(chat).arrive("bot")
    for each in (alice, bob, program):
        each.reads()
    bob.types("/away tea")
    assert bob.reads() == ["You are marked as away. /back ends that."]
    assert (alice.reads(), program.reads()) == ([], [])


def test_a_follower_is_given_each_with_its_user() -> None:
    here, given = Clients(), list[tuple[str, Signal]]()
    world = here.chat.hub.world
    world.followers.append(lambda user, signal: given.append((user.nick, signal)))
    alice = here.chat.arrive("alice")
    alice.types("/away tea", "/back")
    at = world.now()
    assert given == [
        ("alice", AwayChanged(at, "alice", "tea")),
        ("alice", AwayChanged(at, "alice", None)),
    ]


def test_who_is_only_held_is_away_until_they_come_back() -> None:
    here = Clients()
    alice = here.arrive("alice", "away-notify")
    programs = Programs(here.chat)
    bot = programs.connect()
    (given,) = [each for each in bot.asks("hello", name="bot") if each["event"] == "hello"]
    alice.reads()
    bot.transport.hang_up()
    here.chat.advance()
    assert alice.reads() == [":bot!~u@chat AWAY :away"]
    programs.connect().asks("hello", token=given["token"])
    assert alice.reads() == [":bot!~u@chat AWAY"]
