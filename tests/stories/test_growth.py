"""
What users do costs no more on a large server than on a small one.

The work is counted at ten rooms or users that are not concerned, and at hundreds.
"""

from collections.abc import Callable

import pytest
from attrs import evolve
from logins import SECRET, come, register
from work import work_of

from twisted_chat.testing import NO_LIMITS, Chat, Person

FEW, MANY = 10, 400
# So much more may be done for hundreds: dictionaries that grow, and the like.
SLACK = 1.1


def open_rooms(chat: Chat, count: int) -> None:
    """
    Make rooms that concern nobody else.
    """
    for number in range(count):
        chat.arrive(f"founder{number}").types("/leave lobby", f"/join room{number}", "hello")


def rooms(chat: Chat, count: int) -> None:
    """
    Make rooms of every kind that concern nobody else.
    """
    open_rooms(chat, count)
    for number in range(count):
        room = chat.hub.rooms[f"room{number}"]
        (founder,) = room.members
        ways = ("/private on",), ("/ban mallory 1d",), ("/private on", "/private off"), ()
        for line in ways[number % 4]:
            chat.dispatcher.dispatch(founder.sessions[0], line)


def crowd(chat: Chat, count: int) -> None:
    """
    Let users come who have to do with nobody.
    """
    for number in range(count):
        chat.arrive(f"p{number}").types("/leave lobby")


def ignoring(chat: Chat, count: int) -> None:
    """
    Let users come who ignore others.
    """
    crowd(chat, count)
    for number in range(count):
        user = chat.hub.world.users[f"p{number}"]
        chat.dispatcher.dispatch(user.sessions[0], f"/ignore p{(number + 1) % count}")


def compare(
    fill: Callable[[Chat, int], None],
    prepare: Callable[[Chat], Person],
    *lines: str,
    expected: str,
) -> None:
    """
    Check that ``lines`` of a user cost the same in a full server, and are answered.
    """
    costs = []
    for count in (FEW, MANY):
        chat = Chat()
        fill(chat, count)
        person = prepare(chat)
        person.reads()
        costs.append(work_of(lambda person=person: person.types(*lines)))
        assert expected in "\n".join(person.reads())
    few, many = costs
    assert many <= SLACK * few, (few, many)
    # The work was seen at all.
    assert few > 1000


def known_stranger(chat: Chat) -> Person:
    register(chat, "alice").types("/quit")
    return chat.arrive("gast")


def reporting(chat: Chat) -> Person:
    chat.arrive("mallory")
    chat.arrive("gast").types("/join den", *["/report mallory rude"] * 3)
    return come(chat, "oscar", "operator")


@pytest.mark.parametrize("fill", [rooms, crowd, ignoring])
def test_a_login(fill: Callable[[Chat, int], None]) -> None:
    compare(fill, known_stranger, "/login alice", SECRET, expected="You are now known as alice")


@pytest.mark.parametrize("fill", [rooms, crowd])
def test_an_account_that_is_given_up(fill: Callable[[Chat, int], None]) -> None:
    compare(fill, lambda chat: register(chat, "alice"), "/unregister", SECRET, expected="deleted")


# Rooms that a user may not read are named in the search itself.
@pytest.mark.parametrize("fill", [open_rooms, crowd])
def test_a_search(fill: Callable[[Chat, int], None]) -> None:
    def prepare(chat: Chat) -> Person:
        alice = register(chat, "alice")
        # The first search indexes what was said.
        alice.types("sesame", "/search sesame")
        return alice

    compare(fill, prepare, "/search sesame", expected="sesame")


@pytest.mark.parametrize("fill", [rooms, crowd, ignoring])
def test_a_new_nick(fill: Callable[[Chat, int], None]) -> None:
    compare(fill, lambda chat: chat.arrive("gast"), "/nick guest", expected="known as guest")


@pytest.mark.parametrize("fill", [crowd, ignoring])
def test_ignoring_a_user_and_following_them(fill: Callable[[Chat, int], None]) -> None:
    def prepare(chat: Chat) -> Person:
        chat.arrive("eve")
        return chat.arrive("gast")

    hidden = "You no longer see what eve says."
    compare(fill, prepare, "/ignore eve", "/nick guest", "/unignore eve", expected=hidden)


@pytest.mark.parametrize("fill", [crowd, ignoring])
def test_a_login_of_one_who_ignores_others(fill: Callable[[Chat, int], None]) -> None:
    def prepare(chat: Chat) -> Person:
        chat.arrive("eve")
        register(chat, "alice").types("/ignore eve", "/quit")
        return chat.arrive("gast")

    compare(fill, prepare, "/login alice", SECRET, expected="You are now known as alice")


@pytest.mark.parametrize("fill", [rooms, crowd])
def test_the_reports(fill: Callable[[Chat, int], None]) -> None:
    compare(fill, reporting, "/reports", expected="gast reports mallory in #den: rude")


@pytest.mark.parametrize("fill", [rooms, crowd])
def test_the_audit_trail(fill: Callable[[Chat, int], None]) -> None:
    def prepare(chat: Chat) -> Person:
        oscar = come(chat, "oscar", "operator")
        oscar.types("/announce tea")
        return oscar

    compare(fill, prepare, "/audit 1", expected="announce: tea")


def test_a_mute_on_the_whole_server() -> None:
    def prepare(chat: Chat) -> Person:
        chat.arrive("gast")
        return come(chat, "oscar", "operator")

    compare(rooms, prepare, "/servermute gast 1h", expected="You muted gast")


@pytest.mark.parametrize("timeout", ["login_timeout", "idle_timeout"])
def test_a_second_in_which_nobody_is_timed_out(timeout: str) -> None:
    costs = []
    for count in (FEW, MANY):
        chat = Chat(limits=evolve(NO_LIMITS, **{timeout: 3600.0}))
        crowd(chat, count)
        for _ in range(count):
            chat.connect()
        chat.advance(1)
        costs.append(work_of(lambda chat=chat: chat.advance(1)))
    assert costs[1] <= SLACK * costs[0]
