"""
The codes of invitations in the database.
"""

import sqlite3

import pytest

from twisted_chat.store.interface import ChangeRefused
from twisted_chat.store.invitations import (
    Invitation,
    InvitationEnded,
    InvitationMade,
    InvitationsEnded,
)
from twisted_chat.store.records import AccountMade, AccountRemoved
from twisted_chat.store.sqlite.functions import add_functions
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.tables.invitations import invitations
from twisted_chat.store.sqlite.transactions import write

DAY = 86400.0
ADAS = InvitationMade("hash a", 7, "ada", 10.0, 99.0, 2)
SHELLS = InvitationMade("hash b", 0, "", 11.0, 98.0, 1)


def came(number: int, name: str, hash_: str = "hash a") -> AccountMade:
    return AccountMade(number, name, name, "$a$", hash_, 50.0)


@pytest.fixture
def connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    add_functions(made)
    for step in read_migrations(SCHEMA):
        step.run(made)
    return made


def test_codes_are_numbered_and_found_by_their_hashes(connection: sqlite3.Connection) -> None:
    write(connection, [ADAS, SHELLS, ADAS])
    first = Invitation(1, "hash a", 7, "ada", 10.0, 99.0, 2)
    second = Invitation(2, "hash b", 0, "", 11.0, 98.0, 1)
    assert invitations(connection) == [first, second]
    assert invitations(connection, "hash b") == [second]
    assert invitations(connection, "hash c") == []


def test_an_account_and_the_use_of_its_code_are_kept_together_or_not_at_all(
    connection: sqlite3.Connection,
) -> None:
    write(connection, [ADAS, SHELLS])
    write(connection, [came(20, "bob"), came(21, "carl"), came(22, "dan", "")])
    (found,) = invitations(connection, "hash a")
    assert (found.used, found.accounts) == (2, ("bob", "carl"))
    # A third one, whatever went wrong before.
    with pytest.raises(ChangeRefused):
        write(connection, [came(23, "eve")])
    assert invitations(connection, "hash a") == [found]
    names = connection.execute("SELECT name FROM account ORDER BY id").fetchall()
    assert names == [("bob",), ("carl",), ("dan",)]


def test_what_is_given_again_after_a_failure_is_used_once(connection: sqlite3.Connection) -> None:
    write(connection, [ADAS])
    for _ in range(3):
        write(connection, [came(20, "bob")])
    (found,) = invitations(connection)
    assert (found.used, found.accounts) == (1, ("bob",))


def test_a_code_ends_by_its_number_and_all_of_a_maker_together(
    connection: sqlite3.Connection,
) -> None:
    other = InvitationMade("hash c", 7, "ada", 12.0, 97.0, 1)
    write(connection, [ADAS, SHELLS, other, InvitationEnded(2, 20.0), InvitationEnded(2, 30.0)])
    assert [each.until for each in invitations(connection)] == [99.0, 20.0, 97.0]
    write(connection, [InvitationsEnded(7, 40.0), InvitationsEnded(7, 50.0)])
    assert [each.until for each in invitations(connection)] == [40.0, 20.0, 40.0]


def test_codes_go_with_their_maker_and_no_number_comes_again(
    connection: sqlite3.Connection,
) -> None:
    maker = AccountMade(7, "ada", "ada", "$a$")
    write(connection, [maker, ADAS, came(20, "bob"), AccountRemoved(7)])
    assert invitations(connection) == []
    write(connection, [SHELLS])
    (found,) = invitations(connection)
    assert (found.number, found.accounts) == (2, ())


def test_codes_that_are_over_for_long_are_forgotten(connection: sqlite3.Connection) -> None:
    late = InvitationMade("hash d", 0, "", 99.0 + 90 * DAY, 1e9, 1)
    write(connection, [ADAS, SHELLS, late])
    # Of two that had ended, one by less than ninety days.
    assert [each.hash for each in invitations(connection)] == ["hash a", "hash d"]


@pytest.mark.parametrize(
    "end",
    [InvitationEnded(1, 50.0), InvitationsEnded(7, 50.0), AccountRemoved(7)],
    ids=["revoked", "all of its maker", "gone with its maker"],
)
@pytest.mark.parametrize("is_together", [False, True])
def test_a_code_that_has_ended_makes_no_account(
    connection: sqlite3.Connection,
    end: InvitationEnded | InvitationsEnded | AccountRemoved,
    is_together: bool,
) -> None:
    maker = AccountMade(7, "ada", "ada", "$a$")
    write(connection, [maker, ADAS])
    late = [end, came(20, "bob")]
    if not is_together:
        write(connection, [late.pop(0)])
    with pytest.raises(ChangeRefused):
        write(connection, late)
    assert connection.execute("SELECT 1 FROM account WHERE name = 'bob'").fetchall() == []


def test_many_accounts_and_codes_are_not_read_for_one_code(
    connection: sqlite3.Connection,
) -> None:
    asked: list[str] = []
    write(connection, [ADAS, came(20, "bob")])
    connection.set_trace_callback(asked.append)
    assert invitations(connection, "hash a")[0].accounts == ("bob",)
    connection.set_trace_callback(None)
    assert len(asked) == 2
    for each in asked:
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {each}"))
        assert "USING INDEX" in plan
        assert "SCAN" not in plan
