"""
Accounts in the database: where their owners are and have been, and guesses at passwords.
"""

import pytest
from shared_store import Bench
from stores import opened

from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.records import (
    AccountMade,
    AccountRemoved,
    AccountTakenIn,
    Came,
    PasswordSet,
    RolesSet,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.snapshot import Credentials, Registered
from twisted_chat.store.sqlite.tables.once import Collision

ALICE = AccountMade(7, "Alice", "alice", "$hash$")


def credentials(bench: Bench, account: int) -> Credentials | None:
    return bench.wait(bench.store.credentials(account))


def test_an_account_is_what_was_last_kept_of_it(bench: Bench) -> None:
    bench.write(opened(1), opened(2), opened(3), ALICE)
    assert bench.reopen().accounts == (Registered(7, "Alice", "alice", frozenset()),)
    # Who was here when the server ended has seen all that there was until then.
    assert credentials(bench, 7) == Credentials("$hash$", frozenset(), 7, ())
    bench.write(
        PasswordSet(7, "$other$"),
        RolesSet(7, frozenset({"operator", "baker"})),
        Went(7, 4711),
        Seated(7, 1),
        Seated(7, 3),
        Seated(7, 3),
        Seated(7, 2),
        Unseated(7, 3),
    )
    roles = frozenset({"operator", "baker"})
    assert credentials(bench, 7) == Credentials("$other$", roles, 4711, (1, 2))
    bench.write(Came(7))
    assert credentials(bench, 7) == Credentials("$other$", roles, 0, (1, 2))
    assert credentials(bench, 8) is None


def test_made_again_it_stays_as_it_was_and_removed_it_leaves_nothing(
    bench: Bench,
) -> None:
    bench.write(opened(1), ALICE, Seated(7, 1), AllowanceKept(Allowance("7", "", 60.0), False))
    bench.write(ALICE)
    for taken in (
        AccountMade(7, "Mallory", "mallory", "$mine$"),
        AccountMade(8, "ALICE", "alice", "$mine$"),
    ):
        with pytest.raises(Collision, match="another account is kept in the place of id"):
            bench.write(taken)
    assert [each.name for each in bench.reopen().accounts] == ["Alice"]
    bench.write(AccountRemoved(7))
    kept = bench.reopen()
    assert (kept.accounts, kept.allowances) == ((), ())
    assert credentials(bench, 7) is None


def test_allowances_are_kept_until_they_are_settled(bench: Bench) -> None:
    used, known = Allowance("7", "", 60.0), Allowance("7", "192.0.2.1", 0.0, 5.0)
    bench.write(AllowanceKept(used, False), AllowanceKept(known, False))
    assert set(bench.reopen().allowances) == {used, known}
    bench.write(AllowanceKept(Allowance("7", "", 120.0), False), AllowanceKept(known, True))
    assert bench.reopen().allowances == (Allowance("7", "", 120.0),)


def test_what_the_admin_program_has_made_waits_until_it_is_taken_in(bench: Bench) -> None:
    eve = AccountMade(9, "eve", "eve", "$hash$", is_elsewhere=True)
    bench.write(ALICE, eve, AccountMade(10, "mal", "mal", "$hash$", is_elsewhere=True))
    # As after a failure.
    bench.write(eve)
    bench.reopen()
    assert bench.wait(bench.store.made_elsewhere()) == (
        Registered(9, "eve", "eve", frozenset()),
        Registered(10, "mal", "mal", frozenset()),
    )
    bench.write(AccountTakenIn(9), AccountRemoved(10))
    assert bench.wait(bench.store.made_elsewhere()) == ()
