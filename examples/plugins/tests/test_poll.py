"""
Polls, through a whole server in memory.
"""

import json
from pathlib import Path

import pytest

from twisted_chat import HttpAnswer
from twisted_chat.testing import Chat, Person

POLL = str(Path(__file__).parents[1] / "poll.py")


def three_people() -> tuple[Person, Person, Person]:
    chat = Chat(POLL)
    people = chat.arrive("alice"), chat.arrive("bob"), chat.arrive("carol")
    for person in people:
        person.reads()
    return people


def test_a_poll_is_asked_answered_and_ended() -> None:
    alice, bob, carol = three_people()
    alice.types("/poll ask Where do we eat? | pizza | noodles")
    question = "*** alice asks: Where do we eat? pizza, noodles ***"
    assert alice.reads() == bob.reads() == carol.reads() == [question]
    bob.types("/poll vote noodles")
    assert bob.reads() == ["You are for noodles."]
    carol.types("/poll vote Noodles")
    alice.types("/poll")
    assert alice.reads() == ["Where do we eat? 0 for pizza, 2 for noodles"]
    alice.types("/poll end")
    result = "*** The poll has ended: Where do we eat? 0 for pizza, 2 for noodles ***"
    assert carol.reads() == ["You are for noodles.", result]
    alice.types("/poll vote")
    assert alice.reads()[-1].startswith("There is no poll in this room.")


def test_the_last_choice_counts() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Tea? | yes | no")
    bob.types("/poll vote yes", "/poll vote no", "/poll")
    assert bob.reads()[-1] == "Tea? 0 for yes, 1 for no"


def test_no_user_votes_twice_by_coming_back() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Tea? | yes | no")
    bob.types("/poll vote yes", "/join attic", "/leave lobby", "/join lobby")
    bob.types("/poll vote yes", "/poll")
    assert bob.reads()[-1] == "Tea? 1 for yes, 0 for no"
    bob.types("/leave lobby")
    alice.types("/poll")
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"


def test_there_is_one_poll_in_a_room_and_another_in_the_next() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Tea? | yes | no")
    bob.types("/poll ask Coffee? | yes | no")
    assert bob.reads()[-1] == "There is a poll in this room already. /poll end ends it."
    bob.types("/join attic", "/poll ask Coffee? | yes | no")
    assert bob.reads()[-1] == ("[#attic] *** bob asks: Coffee? yes, no ***")


def test_the_user_who_asked_ends_it_and_any_user_once_they_are_gone() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Tea? | yes | no")
    bob.types("/poll end")
    assert bob.reads()[-1] == "Only alice can end this poll."
    alice.types("/quit")
    bob.types("/poll end")
    assert bob.reads()[-1] == "*** The poll has ended: Tea? 0 for yes, 0 for no ***"


def test_a_poll_waits_in_an_empty_room_and_a_private_one_takes_it_with_it() -> None:
    alice, bob, _ = three_people()
    asked = ("/poll ask Tea? | yes | no", "/leave", "/join attic", "/poll")
    alice.types("/join attic", *asked)
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"
    alice.types("/leave")
    bob.types(
        "/join den", "/private on", "/poll ask Tea? | yes | no", "/leave", "/join den", "/poll"
    )
    assert bob.reads()[-1].startswith("There is no poll in this room.")


def test_a_poll_goes_on_after_a_restart() -> None:
    chat = Chat(POLL)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/poll ask Tea? | yes | no", "/poll vote yes")
    bob.types("/poll vote no")
    later = Chat(POLL, store=chat.hub.store)
    alice, bob = later.arrive("alice"), later.arrive("bob")
    bob.types("/poll")
    assert bob.reads() == ["Tea? 1 for yes, 1 for no"]
    bob.types("/poll end")
    assert bob.reads() == ["Only alice can end this poll."]
    alice.types("/poll end", "/poll ask Tea? | yes | no", "/poll")
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"


@pytest.mark.parametrize("line", ["Tea?", "Tea? | yes", "Tea? | yes |", "|a|b", "a|b|c|d|e|f|g|h"])
def test_a_poll_needs_a_question_and_two_answers(line: str) -> None:
    alice, _, _ = three_people()
    alice.types(f"/poll ask {line}")
    assert alice.reads() == ["A poll is a question and 2 to 6 answers: Tea? | yes | no"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Tea? | yes | YES", "Two of the answers are the same."),
        ("Tea? | yes | \N{FULLWIDTH LATIN SMALL LETTER Y}es", "Two of the answers are the same."),
        (f"Tea? | yes | {'n' * 101}", "An answer has at most 100 characters."),
    ],
)
def test_an_answer_can_be_chosen(line: str, sentence: str) -> None:
    alice, _, _ = three_people()
    alice.types(f"/poll ask {line}")
    assert alice.reads() == [sentence]


def test_a_vote_is_for_one_of_the_answers() -> None:
    alice, _, _ = three_people()
    alice.types("/poll ask Tea? | yes | no", "/poll vote perhaps")
    assert alice.reads()[-1] == "The answers are: yes, no."


def test_the_answers_are_offered() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Where do we eat? | pizza | noodles")
    bob.reads()
    bob.types("/poll vote")
    assert bob.reads() == ["1 pizza", "2 noodles"]
    assert bob.prompt == "alice asks: Where do we eat? "
    # She votes while he thinks.
    assert alice.does("/poll vote pizza")[-1] == "You are for pizza."
    assert bob.does("2", "/poll")[-1] == "Where do we eat? 1 for pizza, 1 for noodles"


def test_an_answer_to_a_poll_that_has_ended_counts_for_nothing() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll ask Tea? | yes | no")
    bob.types("/poll vote")
    alice.types("/poll end")
    assert bob.does("yes")[-1].startswith("There is no poll in this room.")


def test_an_answer_is_completed() -> None:
    chat = Chat(POLL)
    alice = chat.arrive("alice")
    alice.types("/poll ask Where do we eat? | pizza | noodles")
    session = alice.protocol.session
    assert session is not None
    typed = "/poll vote no"
    assert chat.dispatcher.complete(session, typed, len(typed)).words == ("noodles",)


def test_a_poll_is_published_where_the_operator_says_so_and_the_room_is_public() -> None:
    path = "/plugin/poll/standing"
    assert Chat(POLL).web.request("GET", path).body == "No poll is published.\n"
    chat = Chat(POLL, options={"poll": {"published": "attic"}})
    alice = chat.arrive("alice")
    alice.types("/join attic", "/poll ask Tea? | yes | no", "/poll vote yes")
    shown = chat.web.request("GET", path)
    assert shown.body == {"question": "Tea?", "votes": {"yes": 1, "no": 0}}
    alice.types("/private on")
    assert chat.web.request("GET", path).body == "No poll is published.\n"


def test_a_result_is_sent() -> None:
    address = "https://results.example/polls"
    chat = Chat(POLL, options={"poll": {"report-to": address}})
    chat.web.pages[address] = HttpAnswer(204)
    alice = chat.arrive("alice")
    alice.types("/poll ask Tea? | yes | no", "/poll end")
    (sent,) = chat.web.asked
    assert (sent.method, sent.url) == ("POST", address)
    assert json.loads(sent.body) == {"room": "lobby", "result": "Tea? 0 for yes, 0 for no"}


@pytest.mark.parametrize("line", ["/poll", "/poll vote yes", "/poll end"])
def test_a_poll_is_in_a_room(line: str) -> None:
    alice, _, _ = three_people()
    alice.types("/leave", line)
    assert alice.reads()[-1] == "You are not in a room. Enter one with /join room."


def test_a_user_who_may_not_speak_in_a_room_does_not_ask_it_either() -> None:
    alice, bob, _ = three_people()
    asker = alice.protocol.session.user
    assert asker is not None
    asker.roles.add("operator")
    alice.types("/moderated on")
    bob.reads()
    bob.types("/poll ask Buy? | yes | at once")
    assert bob.reads() == ["You may not speak in this room now, so you cannot ask it anything."]
    alice.types("/poll ask Tea? | yes | no")
    assert bob.reads() == ["*** alice asks: Tea? yes, no ***"]
