"""
Accounts, from the shell.
"""

import io
import time
from contextlib import closing
from pathlib import Path

import pytest
from logins import SECRET
from shared_main import DAY, REGISTERED, does, roles

from twisted_chat.admin.__main__ import main
from twisted_chat.auth.hashing import argon2id
from twisted_chat.store.decisions import Audited, Rank, Standing
from twisted_chat.store.records import (
    Came,
    Seated,
    Went,
)
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import load
from twisted_chat.store.sqlite.tables.accounts import made_elsewhere
from twisted_chat.store.sqlite.transactions import write


@pytest.mark.usefixtures("utc")
def test_accounts_are_listed_with_their_roles_and_when_they_were_here(chat_db, capsys):
    does(capsys, "grant", "ALICE", "operator")
    assert does(capsys, "accounts") == [
        "registered        last seen         roles     name",
        "2023-11-14 22:13  2023-11-16 22:13  operator  Alice",
        "2023-11-15 22:13  here                        Ольга",
    ]


@pytest.mark.parametrize(
    ("zone", "registered", "banned"),
    [
        ("UTC", "2023-11-14 22:13", "2023-11-14 22:15"),
        ("XXX-14", "2023-11-15 12:13", "2023-11-15 12:15"),
        ("XXX+9:30", "2023-11-14 12:43", "2023-11-14 12:45"),
    ],
)
def test_accounts_and_the_audit_trail_show_times_of_one_zone(
    chat_db, capsys, utc, monkeypatch, zone, registered, banned
):
    with closing(open_database(chat_db)) as database:
        at = REGISTERED / 1e6 + 120
        write(database, [Audited(7, 0, "", 0, at, "olga", "", "ban", "x", "", 0)])
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert does(capsys, "accounts")[1].startswith(f"{registered}  ")
    assert does(capsys, "audit")[-1].startswith(f"{banned} olga")


def test_a_list_without_accounts_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    open_database(Path("chat.db")).close()
    assert does(capsys, "accounts") == ["There are no accounts."]


def test_a_role_is_given_and_taken_once(chat_db, capsys):
    assert does(capsys, "grant", "alice", "operator") == [
        "alice is operator from the next login on."
    ]
    assert does(capsys, "grant", "alice", "operator") == ["alice is operator already."]
    assert roles(chat_db) == ["operator", ""]
    assert does(capsys, "revoke", "alice", "operator") == [
        "alice is operator until the next login."
    ]
    assert does(capsys, "revoke", "alice", "operator") == ["alice was not operator."]
    assert roles(chat_db) == ["", ""]


def test_a_role_is_given_while_a_server_runs(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        write(server, [Came(REGISTERED)])
        does(capsys, "grant", "alice", "operator")
        write(server, [Went(REGISTERED, REGISTERED + DAY)])
        assert server.execute("SELECT roles FROM account").fetchone() == ("operator",)


def test_an_account_is_removed_and_its_name_is_free(chat_db, capsys):
    with closing(open_database(chat_db)) as database:
        write(database, [Seated(REGISTERED, 1), Standing(1, REGISTERED, "Alice", Rank.OWNER, 1)])
    assert does(capsys, "unregister", "ALICE") == [
        "The account Alice was deleted. What its owner said stays."
    ]
    with closing(open_database(chat_db)) as server:
        kept = load(server)
        assert [each.name for each in kept.accounts] == ["Ольга"]
        assert kept.standings == ()
        assert server.execute("SELECT count(*) FROM line").fetchone() == (1000,)


def test_an_account_is_found_however_its_name_is_spelt(chat_db, capsys):
    assert does(capsys, "grant", "a1ice", "operator")
    assert roles(chat_db) == ["operator", ""]


def test_no_account_is_removed_while_a_server_runs(chat_db, capsys):
    with closing(open_database(chat_db)):
        assert main(["unregister", "alice"]) == 1
        assert capsys.readouterr().err == (
            f"twisted_chat.admin: {chat_db} is in use by a server; stop that one first.\n"
        )
    assert does(capsys, "unregister", "alice")


def makes(capsys, monkeypatch, *words: str, password: str = SECRET) -> list[str]:
    """
    Make an account with a password that comes by a pipe.
    """
    typed = io.TextIOWrapper(io.BytesIO(f"{password}\n".encode()))
    monkeypatch.setattr("sys.stdin", typed)
    return does(capsys, "register", *words)


def test_an_account_is_made_and_its_owner_can_log_in(chat_db, capsys, monkeypatch):
    assert makes(capsys, monkeypatch, "Zoë") == [
        "The account Zoë was made. A server that runs knows it within some seconds."
    ]
    assert does(capsys, "accounts")[-1].endswith("  Zoë")
    with closing(open_database(chat_db)) as database:
        (hash_,) = database.execute("SELECT password FROM account WHERE key = 'zoë'").fetchone()
        assert argon2id().verify(hash_, SECRET)
        assert [each.name for each in made_elsewhere(database)] == ["Zoë"]


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("alice", SECRET, "There is an account Alice already, which is or looks like alice."),
        ("a1ice", SECRET, "There is an account Alice already, which is or looks like a1ice."),
        ("root", SECRET, "The name root is reserved, please choose another."),
        ("two words", SECRET, None),
        ("zoe", "short", "A password needs at least 8 characters."),
        ("zoe", "zoezoezoe", None),
    ],
)
def test_what_cannot_be_an_account_is_refused(chat_db, capsys, monkeypatch, name, password, told):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(password.encode())))
    assert main(["register", name]) == 1
    shown = capsys.readouterr().err
    if told:
        assert shown == f"twisted_chat.admin: {told}\n"
    assert shown.count("\n") == 1
    assert password not in shown
    assert len(does(capsys, "accounts")) == 3
