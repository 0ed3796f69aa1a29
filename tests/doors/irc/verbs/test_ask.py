"""
What a message asks for.
"""

import pytest
from shared_irc import Clients

from twisted_chat.doors.irc.verbs.ask import Ask, deny, do_command, is_like, run
from twisted_chat.errors import ChatError, NoSuchRoom
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def asked(*params, limits=None):
    """
    Return a client, and what it asks for.
    """
    here = Clients(Chat(limits=limits) if limits else None)
    alice = here.arrive("alice")
    session, hub = alice.protocol.session, here.chat.hub
    attempt = lambda subject, call: run(hub, session, "TEST", subject, call, lambda: None)  # noqa: E731
    return alice, Ask(hub, here.chat.dispatcher, here.factory.site, session, session.user, "TEST",
                      params, {}, frozenset(), attempt)  # fmt: skip


def test_parameters_are_empty_where_there_are_none_and_words_are_clean():
    _, ask = asked("#den", "\x02bold\x02 a\x07b")
    assert (ask.param(1), ask.param(2)) == ("\x02bold\x02 a\x07b", "")
    assert (ask.words(1), ask.words(2)) == ("bold a\ufffdb", "")


@pytest.mark.parametrize("channel", ["lobby", "#nowhere", "", "&lobby"])
def test_a_channel_has_its_hash_and_is_there(channel):
    _, ask = asked()
    assert ask.room("#LOBBY").name == "lobby"
    with pytest.raises(NoSuchRoom):
        ask.room(channel)


def test_answers_are_told():
    alice, ask = asked()
    ask.answer(("315", "x", "End"))
    ask.send(("PONG", "x"), source="a!b@c")
    ask.send_lines(["422 alice :No"])
    deny(ask.hub, ask.session, "TEST", "#den", ChatError("No tea.", code="no-tea"))
    deny(ask.hub, ask.session, "NOTICE", "#den", ChatError("No tea.", code="no-tea"))
    alice.chat.advance()
    assert alice.reads() == [
        ":chat.example 315 alice x End",
        ":a!b@c PONG x",
        ":chat.example 422 alice :No",
        ":chat.example NOTICE alice :No tea.",
    ]


def test_what_fails_is_told_and_logged_and_what_it_is_about_is_named():
    alice, ask = asked()

    def fail():
        raise RuntimeError("a bug")

    ask.attempt("#den", fail)
    alice.chat.advance()
    assert alice.reads() == [":chat.example NOTICE alice :Sorry, that failed. It has been logged."]


def test_a_long_answer_costs_more_than_a_short_one():
    _, ask = asked(limits=Limits(rate=1.0, burst=10.0, history_lines=0))
    bucket = ask.session.line_bucket
    now = ask.hub.seconds()
    ask.spend(25)
    assert bucket.wait(now) == 0
    ask.spend(1000)
    assert bucket.wait(now) > 20


@pytest.mark.parametrize(
    ("text", "mask", "is_found"),
    [
        ("alice", "a*e", True), ("alice", "?lice", True), ("alice", "a", False),
        ("[x]", "[x]", True), ("x", "[x]", False), ("alice!~u@chat", "*@chat", True),
    ],
)  # fmt: skip
def test_a_mask_has_two_wildcards_and_no_classes(text, mask, is_found):
    assert is_like(text, mask) is is_found


def test_words_are_in_as_many_lines_as_they_need_and_each_is_whole():
    _, ask = asked()
    assert ask.fitting([], "303") == [("303", "")]
    names = [f"name{number:03}" for number in range(100)]
    lines = ask.fitting(names, "319", "bob")
    assert [line[:2] for line in lines] == [("319", "bob")] * 2
    assert " ".join(line[2] for line in lines).split() == names


def test_a_command_is_done_in_the_room_before_what_it_takes():
    alice, ask = asked()
    alice.asks("JOIN #den", "JOIN #lobby", "PRIVMSG #den :tea?", "PRIVMSG #lobby :hi")
    do_command(ask.dispatcher, ask.session, "re", "#DEN 2 yes")
    do_command(ask.dispatcher, ask.session, "say", "#lobby is said here")
    do_command(ask.dispatcher, ask.session, "nosuch", "#den 2")
    do_command(ask.dispatcher, ask.session, "re", "#nowhere 2 yes")
    alice.chat.advance()
    told = alice.reads()
    assert told[:2] == [
        ":alice!~u@chat PRIVMSG #den :(re alice: tea?) yes",
        ":alice!~u@chat PRIVMSG #den :#lobby is said here",
    ]
    assert told[2].startswith(":chat.example 421 alice NOSUCH ")
    assert "number must be a whole number" in told[3]
