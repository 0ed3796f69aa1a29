"""
The world: everybody who is here, every room, and every account there is.
"""

import pytest
from logins import come
from twisted.internet.task import Clock

from twisted_chat.errors import BadName, NoSuchRoom, NoSuchUser
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat
from twisted_chat.world.model import Account, User
from twisted_chat.world.world import World


@pytest.fixture
def world() -> World:
    return World(Clock(), lambda: 1_700_000_000.0, Limits())


def test_a_user_is_found_without_regard_to_case_and_width(world: World) -> None:
    alice = User(world, "Alice", 0.0, -1)
    world.add_user(alice)
    assert [world.find_user(name) for name in ("alice", "ALICE", "\uff21lice")] == [alice] * 3
    assert world.nicks.like("a1ice") == "Alice"
    world.remove_user(alice)
    with pytest.raises(NoSuchUser, match=r"^Nobody here is called alice"):
        world.find_user("alice")
    assert world.nicks.like("a1ice") is None


def test_a_long_unknown_name_is_not_repeated_in_full(world: World) -> None:
    with pytest.raises(NoSuchUser) as refused:
        world.find_user("x" * 4000)
    assert len(str(refused.value)) < 80


def test_a_name_belongs_to_a_user_here_or_to_an_account(world: World) -> None:
    bob = User(world, "bob", 0.0, -7)
    world.add_user(bob)
    world.add_account(account := Account(11, "Alice", "alice"))
    assert world.find_account("ALICE") is account
    assert world.find_account("bob") is None
    assert [world.author_of(name) for name in ("Bob", "alice", "carol")] == [-7, 11, 0]
    assert (world.account_called(11), world.account_called(-7)) == (account, None)
    world.remove_account(account)
    world.remove_account(account)
    assert world.find_account("ALICE") is world.account_called(11) is None


def test_a_user_is_found_by_each_of_their_author_numbers(world: World) -> None:
    alice = User(world, "alice", 0.0, -7)
    world.add_user(alice)
    assert world.present == {-7: alice}
    account = Account(11, "alice", "alice")
    world.log_in(alice, account)
    assert (alice.account, alice.author) == (account, 11)
    assert world.present == {-7: alice, 11: alice}
    world.log_in(alice, None)
    assert (alice.account, alice.author) == (None, -7)
    assert world.present == {-7: alice}
    world.log_in(alice, account)
    world.remove_user(alice)
    assert world.present == {}


def test_time_is_that_of_its_clock(world: World) -> None:
    world.clock.advance(2.5)
    assert (world.seconds(), world.now()) == (2.5, 1_700_000_000.0)


def test_the_arrival_room_has_the_name_of_a_room() -> None:
    assert World(Clock(), arrival_room="#Lounge").arrival_room == "Lounge"
    with pytest.raises(BadName):
        World(Clock(), arrival_room="two words")


def test_a_room_is_found_by_those_who_may_know_of_it() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), chat.arrive("bob")
    alice.types("/join Den", "/private on")
    world = chat.hub.world
    den = world.rooms["den"]
    for name in ("den", "#DEN"):
        assert world.find_room(name) is den
        assert world.find_room(name, seen_by=world.find_user("alice")) is den
        with pytest.raises(NoSuchRoom, match=r"^There is no room #"):
            world.find_room(name, seen_by=world.find_user("bob"))
    assert world.may_speak(world.find_user("alice"), den)
    assert not world.may_speak(world.find_user("bob"), den)
    bob.hangs_up()


def test_another_spelling_of_a_nick_is_no_other_nick_to_watchers(world: World) -> None:
    told: list[tuple[str, bool]] = []
    world.watchers.append(lambda user, is_here: told.append((user.nick, is_here)))
    user = User(world, "alice", 0.0, -1)
    world.add_user(user)
    world.rename(user, "Alice")
    assert (user.nick, told) == ("Alice", [("alice", True)])
    world.rename(user, "bob")
    assert told[1:] == [("Alice", False), ("bob", True)]
    assert list(world.users) == ["bob"]
