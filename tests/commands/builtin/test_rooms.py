"""
Commands for rooms.
"""

import pytest
from shared_builtin import answer, answers, pair, people

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


IN_NO_ROOM = "You are not in a room. Enter one with /join room."


@pytest.mark.parametrize("line", ["/leave", "/who", "/invite bob"])
def test_in_no_room_there_is_nothing_to_leave_or_to_list(line: str) -> None:
    assert answer("/leave", line) == IN_NO_ROOM


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("hello", []),
        ("/say hello", []),
        ("/me waves", ["* alice waves"]),
        ("/topic tea", ["*** alice set the topic of #lobby: tea ***"]),
        ("/who", ["In #lobby: alice."]),
        ("/rooms", ["#lobby: 1 person"]),
        ("/nick al", ["*** alice is now known as al ***", "You are now known as al."]),
        ("/leave", ["You have left #lobby."]),
    ],
)
def test_alone_in_a_room_everything_works_too(line: str, own: list[str]) -> None:
    alice = Chat().arrive("alice")
    alice.types(line)
    assert alice.reads() in (own, own[1:])
    assert alice.is_connected


def test_join_brings_into_a_room_that_is_made_for_it() -> None:
    alice, bob = pair()
    alice.types("/join Attic")
    assert alice.reads() == ["You are in #Attic as alice. Nobody else is here yet."]
    assert bob.reads() == []
    bob.types("/join #attic")
    assert bob.reads() == ["You are in #Attic as bob with alice."]
    assert alice.reads() == ["*** bob has joined #Attic ***"]
    alice.types("hello")
    assert bob.reads() == ["[#Attic] alice: hello"]


def test_join_switches_between_ones_own_rooms() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/join lobby", "/join LOBBY")
    assert alice.reads()[1:] == ["You are now talking in #lobby."] * 2
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("-attic", "A room name must begin with a letter, a digit or _."),
        ("at/tic", "A room name may hold only letters, digits and the characters _ - ' and ."),
        ("#", "A room name needs at least one letter or digit."),
        ("a" * 33, "A room name may be at most 32 characters long."),
    ],
)
def test_join_refuses_what_is_no_name(name: str, sentence: str) -> None:
    assert answer(f"/join {name}") == sentence


def test_join_keeps_to_the_limits() -> None:
    _, (alice,) = people("alice", limits=Limits(rate=0, max_rooms=2))
    alice.types("/join one", "/join two")
    assert alice.reads()[1:] == ["You are in 2 rooms already; /leave one first."]
    limits = Limits(rate=100, burst=100, create_rate=Rate(2, 60), join_rate=Rate(0))
    _, (alice,) = people("alice", limits=limits)
    alice.types("/join one", "/join two", "/join three")
    assert alice.reads()[2:] == ["You make rooms too often, please wait 30 s."]


def test_leave_goes_back_to_the_room_before() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/join cellar", "/leave")
    assert alice.reads()[2:] == ["You have left #cellar.", "You are now talking in #attic."]
    alice.types("/leave lobby", "/leave #ATTIC")
    assert alice.reads() == ["You have left #lobby.", "You have left #attic."]
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_leave_refuses_a_room_one_is_not_in() -> None:
    alice, bob = pair()
    bob.types("/join attic")
    alice.types("/leave attic", "/leave cellar")
    assert alice.reads() == [
        "You are not in #attic. Enter it with /join attic.",
        "There is no room #cellar. /rooms lists the rooms.",
    ]


def test_rooms_lists_the_fullest_first_with_their_topics() -> None:
    alice, bob = pair()
    bob.types("/join den", "/topic tea at four", "/join attic")
    alice.types("/join attic", "/leave lobby")
    alice.reads()
    alice.types("/rooms")
    assert alice.reads() == [
        "#attic: 2 people",
        "#den: 1 person - tea at four",
        "#lobby: 1 person",
    ]


def test_the_arrival_room_stays_when_it_is_empty_and_others_are_gone() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/leave")
    bob.types("/quit")
    alice.types("/leave")
    alice.reads()
    alice.types("/rooms", "/who lobby", "/who attic")
    assert alice.reads() == [
        "#lobby: 0 people",
        "In #lobby: nobody.",
        "There is no room #attic. /rooms lists the rooms.",
    ]


def test_long_lists_are_cut_at_a_hundred() -> None:
    chat, (alice,) = people("alice")
    crowd = [chat.arrive(f"p{number:03}") for number in range(102)]
    for number, person in enumerate(crowd):
        person.types(f"/join r{number:03}")
    alice.reads()
    alice.types("/rooms", "/who")
    *rows, more, who = alice.reads()
    assert rows[:2] == ["#lobby: 103 people", "#r000: 1 person"]
    assert len(rows) == 100
    assert more == "... and 3 more."
    assert who.startswith("In #lobby: alice, p000, p001, ")
    assert who.endswith(", p097, p098 and 3 more.")


def test_who_lists_the_room_one_talks_in_or_another() -> None:
    alice, bob = pair()
    bob.types("/join attic", "/away")
    alice.types("/who", "/who attic", "/who #Attic", "/who cellar")
    assert alice.reads() == [
        "In #lobby: alice, bob (away).",
        "In #attic: bob (away).",
        "In #attic: bob (away).",
        "There is no room #cellar. /rooms lists the rooms.",
    ]


@pytest.mark.parametrize("nothing", ["-", "－"])
def test_topic_shows_sets_and_takes_away(nothing: str) -> None:
    alice, bob = pair()
    alice.types("/topic", "/topic  tea  at four ", "/topic", f"/topic {nothing}", "/topic")
    set_, taken = (
        "*** alice set the topic of #lobby: tea  at four ***",
        "*** alice removed the topic of #lobby ***",
    )
    assert alice.reads() == [
        "#lobby has no topic.",
        set_,
        "Topic: tea  at four",
        taken,
        "#lobby has no topic.",
    ]
    assert bob.reads() == [set_, taken]


def test_a_topic_has_four_hundred_characters_at_most() -> None:
    assert answers("/topic " + "x" * 401, "/topic " + "y" * 400, "/topic") == [
        "A topic may be at most 400 characters long, not 401.",
        f"*** alice set the topic of #lobby: {'y' * 400} ***",
        "Topic: " + "y" * 400,
    ]


def test_invite_asks_a_user_to_the_room_one_talks_in() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/invite BOB")
    assert alice.reads()[1:] == ["You have invited bob to #attic."]
    assert bob.reads() == ["*** alice invites you to #attic; /join attic enters it ***"]
    alice.types("/invite alice", "/invite carol")
    assert alice.reads() == ["alice is in #attic already.", "Nobody here is called carol."]


def test_a_user_who_is_ignored_invites_in_vain_and_is_not_told() -> None:
    alice, bob = pair()
    bob.types("/ignore alice")
    bob.reads()
    alice.types("/join attic", "/invite bob")
    assert alice.reads()[1:] == ["You have invited bob to #attic."]
    assert bob.reads() == []
