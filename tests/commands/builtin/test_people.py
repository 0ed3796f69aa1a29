"""
Commands about users.
"""

import pytest
from shared_builtin import answer, pair, people

from twisted_chat.limits import Limits, Rate

pytestmark = pytest.mark.usefixtures("utc")


def test_nick_takes_another_name_and_everybody_reads_it_once() -> None:
    alice, bob = pair()
    for person in (alice, bob):
        person.types("/join attic")
        person.reads()
    alice.reads()
    alice.types("/nick #Al")
    assert alice.reads() == ["You are now known as Al."]
    assert bob.reads() == ["*** alice is now known as Al ***"]
    alice.types("hello")
    assert bob.reads() == ["[#attic] Al: hello"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bob", "The name bob is taken, please choose another."),
        ("BOB", "The name BOB is taken, please choose another."),
        ("alice", "You are already called alice."),
        ("admin", "The name admin is reserved, please choose another."),
        ("42", "A name needs at least one letter."),
        ("al!", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("a" * 25, "A name may be at most 24 characters long."),
    ],
)
def test_nick_refuses_what_cannot_be_ones_name(name: str, sentence: str) -> None:
    assert answer(f"/nick {name}") == sentence


def test_ones_own_name_may_be_written_another_way() -> None:
    assert answer("/nick ALICE") == "You are now known as ALICE."


def test_names_are_not_taken_too_often() -> None:
    limits = Limits(rate=100, burst=100, nick_rate=Rate(2, 60))
    _, (alice,) = people("alice", limits=limits)
    alice.types("/nick one", "/nick two", "/nick three")
    assert alice.reads()[2:] == ["You change your name too often, please wait 30 s."]


def test_whois_tells_where_a_user_is_and_how_long() -> None:
    chat, (alice, bob) = people("alice", "bob")
    chat.advance(3600)
    bob.types("/join attic", "/join den", "/away at the dentist")
    chat.advance(90)
    alice.types("/whois BOB")
    assert alice.reads() == [
        "bob is in #lobby, #attic, #den, here since 22:13 (1h1m30s), idle for 1m30s.",
        "bob is away: at the dentist",
    ]
    bob.types("/away", "/leave", "/leave", "/leave")
    alice.reads()
    alice.types("/whois bob", "/whois carol")
    assert alice.reads() == [
        "bob is in no room, here since 22:13 (1h1m30s), idle for 0s.",
        "bob is away.",
        "Nobody here is called carol.",
    ]


def test_away_is_told_to_those_who_write_until_one_is_back() -> None:
    alice, bob = pair()
    bob.types("/away lunch  break ", "hello")
    assert bob.reads() == ["You are marked as away. /back ends that."]
    alice.types("/msg bob psst")
    assert alice.reads() == ["bob: hello", "[you -> bob] psst", "bob is away: lunch  break"]
    bob.types("/away")
    alice.types("/msg bob psst")
    assert alice.reads() == ["[you -> bob] psst", "bob is away."]
    bob.reads()
    bob.types("/back", "/back")
    assert bob.reads() == ["Welcome back.", "You are not away."]
    alice.types("/msg bob psst")
    assert alice.reads() == ["[you -> bob] psst"]


def test_a_reason_has_two_hundred_characters_at_most() -> None:
    alice, bob = pair()
    bob.types("/away " + "x" * 201, "/away " + "y" * 200)
    assert bob.reads() == [
        "A reason may be at most 200 characters long, not 201.",
        "You are marked as away. /back ends that.",
    ]
    alice.types("/msg bob psst")
    assert alice.reads()[1] == "bob is away: " + "y" * 200


def test_a_quit_with_too_long_a_reason_is_not_refused_and_the_reason_is_cut() -> None:
    alice, bob = pair()
    bob.types("/quit " + "x" * 300)
    assert alice.reads() == [f"*** bob has left #lobby ({'x' * 200}) ***"]


def test_ignore_hides_what_a_user_says_until_unignore() -> None:
    alice, bob = pair()
    alice.types("/ignore BOB")
    assert alice.reads() == ["You no longer see what bob says. /unignore bob ends that."]
    bob.types("one", "/me waves", "/msg alice psst")
    assert bob.reads() == ["* bob waves", "[you -> alice] psst"]
    assert alice.reads() == []
    bob.types("/nick rob", "two", "/quit three")
    assert alice.reads() == ["*** rob has left #lobby ***"]
    alice.types("/unignore bob", "/unignore rob")
    assert alice.reads() == [
        "You see what bob says again.",
        "You do not ignore rob.",
    ]


def test_a_long_unknown_name_is_not_repeated_in_full() -> None:
    assert answer("/whois " + "x" * 4000) == f"Nobody here is called {'x' * 32}...."
    assert answer("/who " + "x" * 4000) == (
        f"There is no room #{'x' * 32}.... /rooms lists the rooms."
    )


def test_ignore_refuses_ones_own_name_and_unknown_names() -> None:
    assert answer("/ignore alice") == "You cannot ignore yourself."
    assert answer("/ignore carol") == "Nobody here is called carol."
    assert answer("/unignore carol") == "You do not ignore carol."


def test_one_ignores_so_many_and_no_more() -> None:
    _, (alice, *_) = people("alice", "bob", "carol", limits=Limits(rate=0, max_ignored=1))
    alice.types("/ignore bob", "/ignore carol", "/unignore bob", "/ignore carol")
    assert alice.reads() == [
        "You no longer see what bob says. /unignore bob ends that.",
        "You already ignore 1 users; /unignore one of them first.",
        "You see what bob says again.",
        "You no longer see what carol says. /unignore carol ends that.",
    ]


# -- names that are none --------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#", "\u2800", "#\u3164"])
@pytest.mark.parametrize("line", ["/whois {}", "/msg {} psst", "/invite {}", "/ignore {}"])
def test_a_word_that_shows_no_name_is_not_quoted_as_a_users_name(line: str, word: str) -> None:
    assert answer(line.format(word)) == "Name a user who is here; /who lists them."


@pytest.mark.parametrize("word", ["#", "\u2800", "#\u3164"])
@pytest.mark.parametrize("line", ["/who {}", "/leave {}"])
def test_a_word_that_shows_no_name_is_not_quoted_as_a_rooms_name(line: str, word: str) -> None:
    assert answer(line.format(word)) == "Name a room. /rooms lists the rooms."
