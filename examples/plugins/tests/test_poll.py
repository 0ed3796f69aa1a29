"""
Polls, through a whole server in memory.
"""

from pathlib import Path

import pytest

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
    alice.types("/poll Where do we eat? | pizza | noodles")
    question = "*** alice asks: Where do we eat? /vote 1 for pizza, /vote 2 for noodles ***"
    assert alice.reads() == bob.reads() == carol.reads() == [question]
    bob.types("/vote 2")
    assert bob.reads() == ["You are for noodles."]
    carol.types("/vote 2")
    alice.types("/poll")
    assert alice.reads() == ["Where do we eat? 0 for pizza, 2 for noodles"]
    alice.types("/endpoll")
    result = "*** The poll has ended: Where do we eat? 0 for pizza, 2 for noodles ***"
    assert carol.reads() == ["You are for noodles.", result]
    alice.types("/vote 1")
    assert alice.reads()[-1].startswith("There is no poll in this room.")


def test_the_last_choice_counts() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll Tea? | yes | no")
    bob.types("/vote 1", "/vote 2", "/poll")
    assert bob.reads()[-1] == "Tea? 0 for yes, 1 for no"


def test_no_user_votes_twice_by_coming_back() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll Tea? | yes | no")
    bob.types("/vote 1", "/join attic", "/leave lobby", "/join lobby", "/vote 1", "/poll")
    assert bob.reads()[-1] == "Tea? 1 for yes, 0 for no"
    bob.types("/leave lobby")
    alice.types("/poll")
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"


def test_there_is_one_poll_in_a_room_and_another_in_the_next() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll Tea? | yes | no")
    bob.types("/poll Coffee? | yes | no")
    assert bob.reads()[-1] == "There is a poll in this room already. /endpoll ends it."
    bob.types("/join attic", "/poll Coffee? | yes | no")
    assert bob.reads()[-1] == (
        "[#attic] *** bob asks: Coffee? /vote 1 for yes, /vote 2 for no ***"
    )


def test_the_user_who_asked_ends_it_and_any_user_once_they_are_gone() -> None:
    alice, bob, _ = three_people()
    alice.types("/poll Tea? | yes | no")
    bob.types("/endpoll")
    assert bob.reads()[-1] == "Only alice can end this poll."
    alice.types("/quit")
    bob.types("/endpoll")
    assert bob.reads()[-1] == "*** The poll has ended: Tea? 0 for yes, 0 for no ***"


def test_a_poll_waits_in_an_empty_room_and_a_private_one_takes_it_with_it() -> None:
    alice, bob, _ = three_people()
    asked = ("/poll Tea? | yes | no", "/leave", "/join attic", "/poll")
    alice.types("/join attic", *asked)
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"
    alice.types("/leave")
    bob.types("/join den", "/private on", "/poll Tea? | yes | no", "/leave", "/join den", "/poll")
    assert bob.reads()[-1].startswith("There is no poll in this room.")


def test_a_poll_goes_on_after_a_restart() -> None:
    chat = Chat(POLL)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/poll Tea? | yes | no", "/vote 1")
    bob.types("/vote 2")
    later = Chat(POLL, store=chat.hub.store)
    alice, bob = later.arrive("alice"), later.arrive("bob")
    bob.types("/poll")
    assert bob.reads() == ["Tea? 1 for yes, 1 for no"]
    bob.types("/endpoll")
    assert bob.reads() == ["Only alice can end this poll."]
    alice.types("/endpoll", "/poll Tea? | yes | no", "/poll")
    assert alice.reads()[-1] == "Tea? 0 for yes, 0 for no"


@pytest.mark.parametrize(
    "line", ["/poll Tea?", "/poll Tea? | yes", "/poll Tea? | yes |", "/poll |a|b"]
)
def test_a_poll_needs_a_question_and_two_answers(line: str) -> None:
    alice, _, _ = three_people()
    alice.types(line)
    assert alice.reads() == ["A poll is a question and its answers: /poll Tea? | yes | no"]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_vote_is_for_one_of_the_answers(number: int) -> None:
    alice, _, _ = three_people()
    alice.types("/poll Tea? | yes | no", f"/vote {number}")
    assert alice.reads()[-1] == "The answers have the numbers 1 to 2."


@pytest.mark.parametrize("line", ["/poll", "/vote 1", "/endpoll"])
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
    bob.types("/poll Buy? | yes | at once")
    assert bob.reads() == ["You may not speak in this room now, so you cannot ask it anything."]
    alice.types("/poll Tea? | yes | no")
    assert bob.reads() == ["*** alice asks: Tea? /vote 1 for yes, /vote 2 for no ***"]
