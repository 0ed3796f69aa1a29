"""
Ranking: who ranks above whom, in a room and on the server.
"""

import pytest
from attrs import evolve
from logins import come, told
from shared_registry import den

from twisted_chat.errors import NotAllowed
from twisted_chat.store.decisions import Rank
from twisted_chat.world.ranking import check_rank, check_staff, rank_of, rank_of_account


def test_a_user_has_the_rank_that_they_were_given_in_a_room() -> None:
    chat, alice, bob = den()
    carol = come(chat, "carol")
    for person in (bob, carol):
        person.types("/join den")
    alice.types("/op bob")
    room, find = chat.hub.rooms["den"], chat.hub.find_user
    ranks = [rank_of(find(name), room) for name in ("alice", "bob", "carol")]
    assert ranks == [Rank.OWNER, Rank.OPERATOR, Rank.MEMBER]
    check_rank(find("alice"), Rank.OPERATOR, "bob", room)
    check_rank(find("bob"), Rank.MEMBER, "carol", room)
    for name, rank, what in (("alice", Rank.OWNER, "owns"), ("carol", Rank.OPERATOR, "operates")):
        with pytest.raises(NotAllowed, match=rf"^{name} {what} #den; you cannot do that to them"):
            check_rank(find("bob"), rank, name, room)


def test_an_operator_of_the_server_ranks_as_an_owner_where_they_see_the_room() -> None:
    chat, alice, _ = den()
    come(chat, "oscar", "operator")
    room, staff = chat.hub.rooms["den"], chat.hub.find_user("oscar")
    assert rank_of(staff, room) is Rank.OWNER
    check_rank(staff, Rank.OWNER, "alice", room)
    alice.types("/private on")
    assert rank_of(staff, room) is Rank.MEMBER


def test_nobody_acts_against_an_operator_of_the_server() -> None:
    check_staff("bob", ())
    with pytest.raises(NotAllowed, match=r"^oscar is an operator of the server"):
        check_staff("oscar", {"operator"})
    chat, alice, _ = den()
    come(chat, "oscar", "operator").types("/join den")
    assert told(alice, "/kick oscar")[-1].startswith("oscar is an operator of the server")


def test_an_owner_of_an_account_has_a_rank_while_they_are_away() -> None:
    chat, alice, _ = den()
    oscar = come(chat, "oscar", "operator")
    room, accounts = chat.hub.rooms["den"], chat.hub.world.accounts
    accounts["oscar"].roles = frozenset({"operator"})
    for each in (alice, oscar):
        each.hangs_up()
    assert rank_of_account(accounts["alice"], room) is Rank.OWNER
    assert rank_of_account(accounts["bob"], room) is Rank.MEMBER
    assert rank_of_account(accounts["oscar"], room) is Rank.OWNER
    # They would not see it.
    room.modes = evolve(room.modes, private=True)
    assert rank_of_account(accounts["oscar"], room) is Rank.MEMBER
