"""
The settings of accounts in the database, also in one from before there were any.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from shared_store import Bench

from twisted_chat.store.records import AccountMade, AccountRemoved, Message
from twisted_chat.store.settings import (
    EVERYBODY,
    AddressEnded,
    AddressKept,
    Ignored,
    IgnoreEnded,
    IgnoreKept,
    Mailed,
    PrivateReadKept,
    ReadKept,
    ReadMark,
    SettingKept,
)
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.tables.accounts import credentials
from twisted_chat.store.sqlite.tables.settings import (
    ignored_by,
    read_in_private_by,
    settings_of,
)
from twisted_chat.store.sqlite.transactions import write

ALICE, BOB = AccountMade(7, "Alice", "alice", "$a$"), AccountMade(8, "bob", "bob", "$b$")
EVE, MAL = Ignored("eve", "Eve", (-3,)), Ignored("mal", "Mal", (8,))


def _register(database: sqlite3.Connection, *accounts: AccountMade) -> None:
    """
    Make accounts as an earlier version does.
    """
    for each in accounts:
        row = each.id, each.name, each.key, each.password
        database.execute(
            "INSERT INTO account (id, name, key, password, roles) VALUES (?, ?, ?, ?, '')", row
        )


def test_settings_are_what_was_last_kept_of_them(bench: Bench) -> None:
    bench.write(
        ALICE,
        BOB,
        SettingKept(7, "color", "on"),
        SettingKept(7, "bell", "on"),
        SettingKept(8, "bell", "on"),
        IgnoreKept(7, EVE),
        IgnoreKept(7, MAL),
        IgnoreKept(8, EVE),
    )
    bench.write(
        SettingKept(7, "color", "off"),
        SettingKept(7, "bell", ""),
        SettingKept(7, "room", "3"),
        IgnoreKept(7, Ignored("eve", "eve", (-3, 9))),
        IgnoreEnded(7, "mal"),
    )
    bench.reopen()
    kept = bench.wait(bench.store.credentials(7))
    assert kept.settings == (("color", "off"), ("room", "3"))
    assert kept.ignored == (Ignored("eve", "eve", (-3, 9)),)
    other = bench.wait(bench.store.credentials(8))
    assert (other.settings, other.ignored) == ((("bell", "on"),), (EVE,))


def test_they_are_deleted_with_their_account_and_no_others(bench: Bench) -> None:
    for account in (7, 8):
        bench.write(SettingKept(account, "bell", "on"), IgnoreKept(account, EVE))
    bench.write(ALICE, BOB, AccountRemoved(7))
    # The number of an account is never used again, but a row must not stay.
    bench.write(ALICE)
    kept = bench.wait(bench.store.credentials(7))
    assert (kept.settings, kept.ignored) == ((), ())
    assert bench.wait(bench.store.credentials(8)).ignored == (EVE,)


def test_an_older_database_is_copied_and_takes_settings(tmp_path: Path) -> None:
    steps, path = tmp_path / "steps", tmp_path / "chat.db"
    steps.mkdir()
    for step in read_migrations(SCHEMA)[:3]:
        (steps / step.name).write_text(step.sql)
    with closing(open_database(path, steps)) as database:
        _register(database, ALICE)
    with closing(open_database(path)) as database:
        before = credentials(database, 7)
        assert before is not None
        assert (before.password, before.settings, before.ignored) == ("$a$", (), ())
        write(database, [SettingKept(7, "time", "on"), IgnoreKept(7, EVE)])
        assert settings_of(database, 7) == (("time", "on"),)
        assert ignored_by(database, 7) == (EVE,)
    assert path.with_name("chat.db.before-0005").exists()


def test_addresses_are_what_was_last_kept_of_them_and_go_with_their_accounts(bench: Bench) -> None:
    bench.write(
        ALICE,
        BOB,
        AddressKept(7, "alice@example.org", 5.0),
        AddressKept(8, "bob@example.org", 6.0),
        # Of an account that is not there.
        AddressKept(9, "carol@example.org", 6.0),
    )
    bench.write(
        AddressKept(7, "alice@example.com", 7.0, 3.0),
        Mailed(8, 8.0),
        Mailed(9, 8.0),
    )
    assert [each for each, _ in bench.reopen().addresses] == [
        AddressKept(7, "alice@example.com", 7.0, 3.0),
        AddressKept(8, "bob@example.org", 6.0, 8.0),
    ]
    bench.write(AddressEnded(7), AccountRemoved(8))
    assert bench.reopen().addresses == ()


def test_read_marks_never_go_back_in_whatever_order_they_come(bench: Bench) -> None:
    bench.write(ALICE, BOB, ReadKept(7, 1, 5, 20.5), PrivateReadKept(7, "bob", 9, 20.5))
    bench.write(ReadKept(7, 1, 4, 30.25), ReadKept(7, 1, 6, 10.0), ReadKept(7, 2, 1))
    bench.write(
        PrivateReadKept(7, "bob", 8, 30.25),
        PrivateReadKept(7, "bob", 10),
        PrivateReadKept(7, EVERYBODY, 3),
        ReadKept(8, 1, 1),
    )
    bench.reopen()
    kept = bench.wait(bench.store.credentials(7))
    assert kept.read == ((1, ReadMark(6, 30.25)), (2, ReadMark(1, 0.0)))
    assert kept.read_in_private == (
        (EVERYBODY, ReadMark(3, 0.0)),
        ("bob", ReadMark(10, 30.25)),
    )
    # One that is of no use any more is forgotten.
    bench.write(PrivateReadKept(7, "eve", 4), PrivateReadKept(7, "eve", 0))
    assert len(bench.wait(bench.store.credentials(7)).read_in_private) == 2
    # They are deleted with their account, and no others; what comes later is of nobody.
    bench.write(AccountRemoved(7), ReadKept(7, 1, 9), PrivateReadKept(7, "bob", 9))
    bench.write(ALICE)
    kept = bench.wait(bench.store.credentials(7))
    assert (kept.read, kept.read_in_private) == ((), ())
    assert bench.wait(bench.store.credentials(8)).read == ((1, ReadMark(1, 0.0)),)


def test_of_an_earlier_database_all_messages_are_read_but_those_that_wait(tmp_path: Path) -> None:
    steps, path = tmp_path / "steps", tmp_path / "chat.db"
    steps.mkdir()
    for step in read_migrations(SCHEMA)[:11]:
        (steps / step.name).write_text(step.sql)
    with closing(open_database(path, steps)) as database:
        messages = [
            Message(20, 1.0, "bob", 8, "Alice", 7, "read"),
            Message(21, 1.0, "bob", 8, "Alice", 7, "waits", waits=True),
            Message(22, 1.0, "Alice", 7, "bob", 8, "read too"),
        ]
        _register(database, ALICE, BOB)
        write(database, messages)
    with closing(open_database(path)) as database:
        marks = [read_in_private_by(database, account) for account in (7, 8)]
    assert marks == [((EVERYBODY, ReadMark(20)),), ((EVERYBODY, ReadMark(22)),)]
