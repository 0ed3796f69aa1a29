"""
Of which lines users are told: `/notify`, `/highlight` and `/unhighlight`.
"""

from __future__ import annotations

import pytest
from logins import SECRET, come, log_in, told
from shared_json import Programs

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
