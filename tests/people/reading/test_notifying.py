"""
Of which lines users are told: `/notify`, `/highlight` and `/unhighlight`.
"""

from __future__ import annotations

from typing import Any

import pytest
from logins import SECRET, come, log_in, told
from shared_json import Bot, Programs

from twisted_chat.people.reading.notifying import LONGEST_WORD, MOST_WORDS
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

NONE = "You highlight no words; lines mention you by your name."


@pytest.fixture
def chat() -> Chat:
    return Chat(store=MemoryStore())


def test_words_are_highlighted_listed_and_not_highlighted_any_more(chat: Chat) -> None:
    alice = come(chat, "alice")
    assert told(alice, "/highlight", "/highlight Tea", "/highlight чай", "/highlight TEA") == [
        NONE,
        "Lines mention you by your name, and by: Tea.",
        "Lines mention you by your name, and by: Tea, чай.",
        "Lines mention you by your name, and by: TEA, чай.",
    ]
    assert "You highlight TEA, чай; /unhighlight word ends that." in told(alice, "/set")
    assert told(alice, "/unhighlight ЧАЙ", "/unhighlight tea", "/unhighlight tea") == [
        "Lines mention you by your name, and by: TEA.",
        NONE,
        "You do not highlight tea.",
    ]


@pytest.mark.parametrize(
    ("word", "heard"), [("İstanbul", "istanbul"), ("Νίκος", "ΝΙΚΟΣ"), ("Фёдор", "федор")]
)
def test_a_highlight_ends_by_whatever_it_is_heard_by(chat: Chat, word: str, heard: str) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/bell on", f"/highlight {word}")
    # It is the same one.
    assert told(alice, f"/highlight {heard}") == [
        f"Lines mention you by your name, and by: {heard}."
    ]
    bob.types(f"to {word}", f"to {heard}")
    assert alice.receives().count(b"\a") == 2
    assert told(alice, f"/unhighlight {heard}") == [NONE]
    alice.types(f"/highlight {heard}", "/quit")
    assert told(come(chat, "alice"), f"/unhighlight {word}") == [NONE]


def test_a_highlight_is_a_word_and_there_are_not_too_many(chat: Chat) -> None:
    alice = come(chat, "alice")
    refused = "A highlight is one word of at most 32 characters, with a letter or a digit."
    for typed in ("x" * (LONGEST_WORD + 1), "!?", "\u0640"):
        assert told(alice, f"/highlight {typed}") == [refused]
    assert told(alice, "/highlight two words")[0] == "/highlight does not take so many words."
    for number in range(MOST_WORDS):
        alice.types(f"/highlight w{number}")
    assert told(alice, "/highlight more") == [
        "You highlight 20 words already; /unhighlight word ends one."
    ]
    assert told(alice, "/highlight W0")[0].startswith(
        "Lines mention you by your name, and by: W0,"
    )


def test_of_each_room_it_is_chosen_which_lines_one_is_told_of(chat: Chat) -> None:
    alice = come(chat, "alice")
    alice.types("/join den")
    assert told(alice, "/notify", "/notify none", "/notify all lobby", "/notify") == [
        "You are told of lines in #den that mention you.",
        "You are told of no line in #den.",
        "You are told of every line in #lobby.",
        "You are told of no line in #den.",
    ]
    shown = told(alice, "/set")
    assert "You are told of no line in #den; /notify mentions ends that." in shown
    assert "You are told of every line in #lobby; /notify mentions ends that." in shown
    assert told(alice, "/notify mentions") == ["You are told of lines in #den that mention you."]
    assert told(alice, "/notify often")[0] == (
        'level must be all or mentions or none, not "often".'
    )


def test_both_are_kept_with_the_account(chat: Chat) -> None:
    alice = come(chat, "alice")
    alice.types("/highlight Tea", "/notify none", "/quit")
    again = Chat(store=chat.hub.store)
    alice = again.connect()
    alice.types("alice", SECRET)
    again.advance()
    assert told(alice, "/highlight", "/notify") == [
        "Lines mention you by your name, and by: Tea.",
        "You are told of no line in #lobby.",
    ]


def test_what_a_guest_chose_is_kept_with_the_account_that_they_make(chat: Chat) -> None:
    gast = chat.arrive("alice")
    gast.types("/highlight Tea", "/notify all", "/register", SECRET, SECRET)
    chat.advance()
    gast.types("/quit")
    other = chat.arrive("eve")
    log_in(other, "alice")
    chat.advance()
    assert told(other, "/highlight", "/notify") == [
        "Lines mention you by your name, and by: Tea.",
        "You are told of every line in #lobby.",
    ]


def test_a_hidden_room_that_one_was_put_out_of_is_not_named(chat: Chat) -> None:
    alice, bob = come(chat, "alice"), come(chat, "bob")
    bob.types("/join attic", "/private on", "/invite alice")
    alice.types("/join attic", "/notify none attic")
    assert any("#attic" in line for line in told(alice, "/set"))
    bob.types("/kick alice", "/ban alice 1d")
    assert not any("#attic" in line for line in told(alice, "/set"))
    program = Programs(chat).connect()
    (attention,) = [
        each
        for each in program.asks("hello", name="alice", password=SECRET)
        if each.get("event") == "attention"
    ] or [{"notify": {}}]
    assert attention["notify"] == {}


def attention(answers: list[dict[str, Any]]) -> list[tuple[list[str], dict[str, str]]]:
    found = [each for each in answers if each["event"] == "attention"]
    return [(each["highlights"], each["notify"]) for each in found]


def logs_in(program: Bot) -> list[dict[str, Any]]:
    return program.asks("command", name="login", args={"nick": "alice", "password": SECRET})


def test_a_program_that_logs_in_later_is_told_what_its_user_has_read_and_set(chat: Chat) -> None:
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    bob.types("one", "/msg alice two")
    alice.types("/read all", "/highlight Tea", "/notify none", "/quit")
    number = chat.hub.rooms["lobby"].timeline.number
    program = Programs(chat).arrive("eve")
    program.asks("command", text="/highlight Coffee")
    told_ = logs_in(program)
    assert attention(told_) == [(["Tea"], {"lobby": "none"})]
    marked = [each for each in told_ if each["event"].endswith("read-up-to")]
    assert [each["event"] for each in marked] == ["read-up-to", "private-read-up-to"]
    assert marked[0]["number"] >= number - 1


def test_a_program_that_logs_in_later_is_told_that_nothing_is_set(chat: Chat) -> None:
    come(chat, "alice").types("/quit")
    program = Programs(chat).arrive("eve")
    program.asks("command", text="/highlight Coffee")
    assert attention(logs_in(program)) == [([], {})]


def test_a_room_that_nobody_is_in_is_named_and_a_hidden_one_once_it_is_entered(chat: Chat) -> None:
    eve, alice, bob = chat.arrive("eve"), come(chat, "alice"), come(chat, "bob")
    for person in (eve, alice):
        person.types("/join den", "tea?")
    alice.types("/notify all", "/leave")
    eve.types("/leave")
    assert "den" not in chat.hub.rooms
    assert "You are told of every line in #den; /notify mentions ends that." in told(alice, "/set")
    program = Programs(chat).connect()
    came = program.asks("hello", name="alice", password=SECRET)
    assert attention(came) == [([], {"den": "all"})]
    bob.types("/join attic", "/private on", "/invite alice")
    alice.types("/join attic", "/notify none")
    bob.types("/kick alice")
    later = Programs(chat).connect()
    assert attention(later.asks("hello", name="alice", password=SECRET)) == [([], {"den": "all"})]
    bob.types("/invite alice")
    later.reads()
    alice.types("/join attic")
    assert attention(later.reads()) == [([], {"den": "all", "attic": "none"})]


def test_programs_are_told_when_they_come_and_when_it_changes(chat: Chat) -> None:
    alice = come(chat, "alice")
    programs = Programs(chat)
    first = programs.connect()
    came = first.asks("hello", name="alice", password=SECRET)
    # Nothing is set.
    assert not any(each["event"] == "attention" for each in came)
    alice.types("/highlight Tea", "/notify none")
    told_ = [each for each in first.reads() if each["event"] == "attention"]
    assert [(each["highlights"], each["notify"]) for each in told_] == [
        (["Tea"], {}),
        (["Tea"], {"lobby": "none"}),
    ]
    later = programs.connect().asks("hello", name="alice", password=SECRET)
    (again,) = [each for each in later if each["event"] == "attention"]
    assert (again["highlights"], again["notify"]) == (["Tea"], {"lobby": "none"})
