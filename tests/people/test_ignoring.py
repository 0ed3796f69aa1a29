"""
Ignoring: as a person and by name, and all that they write.
"""

import pytest
from attrs import evolve
from logins import SECRET, come, log_in, register, told
from shared_hub import everybody

from twisted_chat.limits import Limits, Rate
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person


def test_ignoring_a_user_hides_what_they_say_and_not_that_they_are_here() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/ignore bob")
    alice.reads()
    bob.types("hello", "/me waves", "/msg alice psst", "/nick bobby", "still here", "/topic peace")
    carol.types("quiet today")
    assert alice.reads() == ["carol: quiet today"]
    bob.types("/quit too loud")
    assert alice.reads() == ["*** bobby has left #lobby ***"]
    assert "[you -> alice] psst" in bob.reads()


def test_no_user_ignores_more_people_than_they_may() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_ignored=1))
    alice, _, _ = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob", "/ignore carol")
    assert alice.reads()[1:] == ["You already ignore 1 users; /unignore one of them first."]


# What eve types, and what of it alice, who ignores eve and is in the same rooms, reads at once.
WORDS = {
    "talk": (["BOO"], []),
    "an action": (["/me BOO"], []),
    "a message": (["/msg alice BOO"], []),
    "an answer": (["/re 4 BOO"], []),
    "an edit": (["tea", "/edit 5 BOO"], []),
    "a reaction": (["/react 4 BOO"], []),
    "a topic": (["/topic BOO"], []),
    "a new nick": (["/nick BOO"], []),
    "an invitation": (["/join BOO", "/invite alice"], []),
    "a reason for quitting": (["/quit BOO"], ["*** eve has left #lobby ***"]),
}


def three(chat: Chat) -> tuple[Person, Person, Person]:
    """
    Return alice, who has an account and ignores eve, and carol, who said line 4.
    """
    alice, eve, carol = come(chat, "alice"), chat.arrive("eve"), come(chat, "carol")
    carol.types("hello")
    alice.types("/ignore eve")
    alice.reads()
    carol.reads()
    return alice, eve, carol


@pytest.mark.parametrize("kind", WORDS)
def test_none_of_their_words_are_read(kind: str) -> None:
    typed, read = WORDS[kind]
    alice, eve, carol = three(Chat())
    eve.types(*typed)
    assert alice.reads() == read
    if "alice" not in "".join(typed):
        assert "BOO" in "".join(carol.reads())


@pytest.mark.parametrize("kind", WORDS)
def test_none_of_them_are_read_later_either(kind: str) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=20))
    alice, eve, _ = three(chat)
    eve.types(*WORDS[kind][0])
    alice.types("/leave", "/join lobby", "/history 50", "/search BOO", "/messages eve", "/topic")
    alice.types("/rooms", "/logout")
    log_in(alice, "alice")
    alice.types("/catchup")
    read = [line for line in alice.reads() if "#BOO: 1 person" not in line]
    # Who is here is no word of theirs.
    assert "BOO" not in "".join(line for line in read if "You are in #lobby as" not in line)


def test_what_they_wrote_to_one_who_was_away_is_not_shown_and_can_be_read_later() -> None:
    chat = Chat()
    alice, eve, carol = three(chat)
    alice.hangs_up()
    eve.types("/msg alice BOO")
    carol.types("/msg alice tea")
    alice = come(chat, "alice")
    waited = alice.reads()
    assert [line[-25:] for line in waited if "alice" in line or "you]" in line][-1].endswith("tea")
    assert "BOO" not in "".join(waited)
    assert any("1 message while you were away" in line for line in waited)
    assert "BOO" in "".join(told(alice, "/unignore eve", "/messages eve"))


def test_why_they_are_away_is_hidden_and_that_they_are_is_not() -> None:
    alice, eve, _ = three(Chat())
    eve.types("/away BOO")
    assert told(alice, "/msg eve hi")[-1] == "eve is away."
    assert told(alice, "/whois eve")[-1] == "eve is away."


def test_the_topic_they_set_is_hidden_after_a_restart_too() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, eve = come(chat, "alice"), register(chat, "eve")
    eve.types("/join den", "/topic BOO", "/nick mal", "/join lobby", "/topic BOO")
    alice.types("/ignore mal")
    for person in (alice, eve):
        person.hangs_up()
    chat = Chat(store=store)
    alice, dora = come(chat, "alice"), chat.arrive("dora")
    asked = ["/join den", "/topic", "/rooms"]
    assert "BOO" not in " ".join([*alice.reads(), *told(alice, *asked)])
    assert " ".join([*dora.reads(), *told(dora, *asked)]).count("BOO") == 4


def test_an_answer_that_quotes_them_is_read_without_the_quote() -> None:
    alice, eve, carol = three(Chat())
    eve.types("BOO")
    carol.types("/re 5 no")
    assert alice.reads() == ["carol (re 5): no"]


@pytest.mark.parametrize("goes", ["by a word", "by hanging up"])
def test_they_do_not_come_back_under_the_old_name(goes: str) -> None:
    chat = Chat()
    alice, eve, _ = three(chat)
    eve.types("/nick bobby")
    if goes == "by a word":
        eve.types("/quit")
    else:
        eve.hangs_up()
    eve = chat.arrive("eve")
    alice.reads()
    # Nor from there under a new one.
    eve.types("BOO", "/nick mal", "BOO", "/topic BOO")
    assert alice.reads() == []


@pytest.mark.parametrize("restarts", [False, True])
def test_what_they_said_under_another_name_stays_hidden_when_they_come_back(
    restarts: bool,
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, eve, carol = three(chat)
    eve.types("/nick mal", "BOO", "/topic BOO", "/react 4 BOO", "/msg alice BOO", "/quit")
    eve = chat.arrive("eve")
    eve.types("BOO", "/nick mel", "BOO")
    if restarts:
        carol.types("/quit")
        alice.hangs_up()
        chat = Chat(store=store)
        chat.arrive("eve")
        alice = come(chat, "alice")
    told(alice, "/join lobby")
    asked = ["/history 20 joins", "/search boo", "/messages mal", "/topic", "/rooms", "/show 4"]
    assert "BOO" not in " ".join(told(alice, *asked))
    assert told(alice, "/search boo") == ["Nothing was found."]
    # The others read it.
    assert "BOO" in " ".join(told(chat.arrive("dora"), "/history 20"))
    told(alice, "/unignore eve")
    assert "BOO" in " ".join(told(alice, "/history 20"))


def test_an_account_that_is_given_up_stays_ignored_under_another_name() -> None:
    chat = Chat()
    alice, eve = come(chat, "alice"), register(chat, "eve")
    alice.types("/ignore eve")
    # They log in: as the guest that they were before they are ignored too.
    eve.hangs_up()
    eve = chat.connect()
    eve.types("eve", SECRET, "/unregister", SECRET, "/nick mal")
    assert "Your account eve was deleted." in " ".join(eve.reads())
    alice.reads()
    eve.types("BOO")
    assert alice.reads() == []


def test_a_guest_who_registers_or_logs_in_stays_ignored() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, eve, _ = three(chat)
    eve.types("/register", SECRET, SECRET, "/nick mal", "BOO")
    assert alice.reads() == []
    alice.hangs_up()
    chat = Chat(store=store)
    eve, alice = chat.connect(), come(chat, "alice")
    eve.types("eve", SECRET, "/nick mal")
    alice.reads()
    eve.types("BOO", "/msg alice BOO")
    assert alice.reads() == []


def test_an_account_stays_ignored_under_another_nick_and_at_the_next_login() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = come(chat, "alice"), come(chat, "bob")
    bob.types("/nick robert")
    alice.types("/ignore robert")
    for person in (alice, bob):
        person.hangs_up()
    chat = Chat(store=store)
    alice, bob = come(chat, "alice"), come(chat, "bob")
    alice.reads()
    bob.types("BOO")
    assert alice.reads() == []
    assert told(alice, "/set")[-2] == "You ignore robert; /unignore nick ends that."
    # By the name that they have now, or by that.
    assert told(alice, "/unignore bob") == ["You see what bob says again."]
    bob.types("tea")
    assert alice.reads() == ["bob: tea"]


def test_a_name_is_free_again_when_the_person_has_gone_who_took_it_while_ignored() -> None:
    chat = Chat()
    alice, eve, carol = three(chat)
    eve.types("/nick dave", "/quit")
    dave = chat.arrive("dave")
    alice.reads()
    dave.types("hi")
    assert alice.reads() == ["dave: hi"]
    # One who has that name themselves reads what they say.
    carol.types("/ignore dave")
    dave.types("/quit")
    carol.types("/nick dave")
    carol.reads()
    carol.types("/me waves")
    assert carol.reads() == ["* dave waves"]


def test_who_takes_the_name_of_a_user_they_ignore_still_reads_their_own_reactions() -> None:
    chat = Chat()
    alice, eve, _ = three(chat)
    eve.types("/quit")
    alice.types("/nick eve", "/react 4 +1")
    assert told(alice, "/history 20")[1].endswith("carol: hello  +1")


def test_reports_and_announcements_are_read_also_of_who_is_ignored() -> None:
    chat = Chat(limits=Limits(rate=0, max_per_host=0, register_rate=Rate(0)))
    oscar, bob = come(chat, "oscar", "operator"), come(chat, "bob", "operator")
    chat.arrive("carol")
    oscar.types("/ignore bob")
    oscar.reads()
    bob.types("/report carol too loud", "/announce maintenance at noon")
    assert oscar.reads() == [
        "*** bob reports carol in #lobby: too loud ***",
        "*** bob announces: maintenance at noon ***",
    ]


@pytest.mark.parametrize("deed", ["/kick carol BOO", "/ban carol 10m BOO"])
def test_why_an_operator_puts_a_user_out_is_hidden_and_that_they_do_is_not(deed: str) -> None:
    chat = Chat()
    eve = register(chat, "eve")
    alice, dora, carol = come(chat, "alice"), chat.arrive("dora"), chat.arrive("carol")
    for person in (eve, alice, dora, carol):
        person.types("/join den")
    alice.types("/ignore eve")
    for person in (alice, dora):
        person.reads()
    eve.types(deed)
    done = "kicked" if "kick" in deed else "banned"
    left = f"*** carol has left #den ({done} by eve) ***"
    assert alice.reads() == [left]
    assert dora.reads() == [f"*** carol has left #den ({done} by eve: BOO) ***"]
    # Those whom it concerns read why.
    assert "BOO" in " ".join(carol.reads())
    assert told(alice, "/history 1 joins")[1].endswith(left)
    assert told(dora, "/history 1 joins")[1].endswith(f"({done} by eve: BOO) ***")


def test_why_a_user_who_is_ignored_is_put_out_is_not_their_word() -> None:
    chat = Chat()
    own = register(chat, "own")
    alice, eve = come(chat, "alice"), chat.arrive("eve")
    for person in (own, alice, eve):
        person.types("/join den")
    alice.types("/ignore eve")
    own.types("/kick eve too loud")
    left = "*** eve has left #den (kicked by own: too loud) ***"
    assert alice.reads()[-1] == left
    assert told(alice, "/history 1 joins")[1].endswith(left)


def test_everybody_can_be_ignored() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/ignore bob", "/ignore carol")
    bob.types("one")
    carol.types("two")
    assert alice.reads()[2:] == []
    assert told(alice, "/ignore alice") == ["You cannot ignore yourself."]
    assert told(alice, "/unignore dave") == ["You do not ignore dave."]
