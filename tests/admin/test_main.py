"""
What the operator does with a database, beside a running server or without one.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from shared_main import REGISTERED, WITHIN, count, does, hurt, roles, run

from twisted_chat.admin.__main__ import main
from twisted_chat.store.records import (
    AccountMade,
    Line,
)
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.transactions import write

# Copies.


# What is damaged.


# The command line.


def test_backup_makes_a_copy_and_says_so(path, capsys):
    assert main(["backup", "copy.db"]) == 0
    assert capsys.readouterr().out == "copy.db is a good copy of chat.db.\n"
    assert count(Path("copy.db")) == 100


def test_check_says_what_is_damaged(path, capsys):
    shutil.copy(path, "other.db")
    hurt(Path("other.db"))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "chat.db is not damaged.\n"
    assert main(["check", "--database", "sqlite:///other.db"]) == 1
    assert "row 1 missing from index lines_by_text\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["backup", "chat.db"], 1, "chat.db already exists; name another file."),
        (["backup", ""], 1, ". is a folder; name a file."),
        (["backup", "."], 1, ". is a folder; name a file."),
        (["backup", "/"], 1, "/ is a folder; name a file."),
        (["backup", ".."], 1, ".. already exists; name another file."),
        (
            ["check", "--database", "sqlite:///other.db"],
            1,
            "There is no file other.db; name a database that exists.",
        ),
        ([], 2, "the following arguments are required: command."),
        (["backup"], 2, "the following arguments are required: file."),
        (["check", "--database"], 2, "argument --database: expected one argument."),
        (
            ["check", "--database", "chat.db"],
            2,
            (
                "argument --database: 'chat.db' is not a database URL; "
                "write sqlite:///chat.db or sqlite:////srv/chat/chat.db."
            ),
        ),
        (
            ["check", "--database", "memory:"],
            2,
            "argument --database: a database in memory belongs to its server; name a file.",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(path, words, status, sentence):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.decode() == f"twisted_chat.admin: {sentence}\n"


def test_a_file_may_have_any_name(path, capsys):
    name = os.fsdecode(b"sauvegard\xe9\n.db")
    assert main(["backup", name]) == 0
    assert capsys.readouterr().out == "sauvegard\ufffd\ufffd.db is a good copy of chat.db.\n"
    assert count(Path(name)) == 100


# Accounts and what is kept on them.


def test_a_list_whose_reader_stops_early_ends_without_an_error(chat_db):
    with closing(open_database(chat_db)) as database:
        # More than a pipe holds.
        write(database, [AccountMade(n, f"user{n}", f"user{n}", "") for n in range(10, 3000)])
    with subprocess.Popen(
        [sys.executable, "-m", "twisted_chat.admin", "accounts"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stdout.readline().startswith(b"registered  ")
        listing.stdout.close()
        assert listing.wait(WITHIN) == -signal.SIGPIPE
        assert listing.stderr is not None
        assert listing.stderr.read() == b""


def test_old_lines_and_messages_are_deleted_while_a_server_runs(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        assert does(capsys, "prune", "--older-than", "10d") == ["902 entries were deleted."]
        assert server.execute("SELECT min(number), count(*) FROM line").fetchone() == (902, 99)
        assert server.execute("SELECT count(*) FROM message").fetchone() == (0,)
        assert does(capsys, "prune", "--older-than", "10d") == ["0 entries were deleted."]


def test_what_is_deleted_cannot_be_found_in_the_file(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        write(server, [Line(7, 1, 5000, 7e-6, "said", "Alice", REGISTERED, "canary " * 900)])
    assert b"canary canary" in chat_db.read_bytes()
    assert does(capsys, "prune", "--older-than", "10d")
    assert b"canary canary" not in chat_db.read_bytes()


def test_what_is_kept_on_a_user_is_written_into_a_file(chat_db, capsys):
    (name,) = does(capsys, "export", "alice")
    assert name.startswith("exports/Alice-")
    rows = [json.loads(line) for line in Path(name).read_text().splitlines()]
    assert [row["type"] for row in rows] == ["account"] + ["line"] * 1000
    names = does(capsys, "export", "--all", "--folder", "all")
    assert [name.rpartition("-")[0] for name in names] == ["all/Alice", "all/Ольга"]
    assert sorted(map(str, Path("all").iterdir())) == sorted(names)
    assert all("canary" not in Path(name).read_text() for name in names)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (
            ["grant", "bob", "operator"],
            1,
            "There is no account 'bob'; `accounts` lists the accounts.",
        ),
        (["export", "\x1b"], 1, "There is no account '\\x1b'; `accounts` lists the accounts."),
        (
            ["export", os.fsdecode(b"caf\xe9")],
            1,
            "There is no account 'caf\\udce9'; `accounts` lists the accounts.",
        ),
        (["unregister", "bob"], 1, "There is no account 'bob'; `accounts` lists the accounts."),
        (["unban", "bob"], 1, "'bob' is not banned or muted; `bans` lists who is."),
        (["unban", "a b"], 1, "a b is neither a name nor an address."),
        (
            ["audit", "0"],
            2,
            "argument count: '0' is not a number of entries; write for example 50.",
        ),
        (
            ["invite", "--uses", "1001"],
            2,
            "argument --uses: '1001' is not a number of accounts, 1 to 1000; write for example 5.",
        ),
        (
            ["invite", "--within", "soon"],
            2,
            "argument --within: 'soon' is not a time; write for example 90d or 12h.",
        ),
        (["audit", "--room", "#"], 1, "A room name needs at least one letter or digit."),
        (
            ["export", "alice", "--folder", "chat.db"],
            1,
            "chat.db/... cannot be written: File exists.",
        ),
        (
            ["grant", "alice", "admin"],
            2,
            "argument role: 'admin' is not a role; known roles: operator.",
        ),
        (
            ["prune", "--older-than", "0"],
            2,
            "argument --older-than: '0' is not a time; write for example 90d or 12h.",
        ),
        (["prune"], 2, "the following arguments are required: --older-than."),
        (["export"], 2, "one of the arguments name --all is required."),
    ],
)
def test_what_cannot_be_done_with_accounts_is_told_in_one_sentence(
    chat_db, words, status, sentence
):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, b"")
    told = re.sub("Alice-.*jsonl", "...", done.stderr.decode())
    assert told == f"twisted_chat.admin: {sentence}\n"
    assert roles(chat_db) == ["", ""]


# Users who have shut themselves out.


# What may only be read.


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "backup Copy the database into a new file." in shown
    assert "check Check whether the database is damaged." in shown


def test_each_command_is_found_and_says_what_it_did(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    database = open_database(tmp_path / "chat.db")
    write(database, [AccountMade(7, "alice", "alice", "$hash$")])
    database.close()

    def told(*words):
        status = main(words)
        return status, capsys.readouterr().out.splitlines()

    assert told("accounts")[1][-1].endswith("alice")
    assert told("grant", "alice", "operator")[0] == 0
    assert "operator" in told("accounts")[1][-1]
    assert told("revoke", "alice", "operator")[0] == 0
    assert told("check") == (0, ["chat.db is not damaged."])
    assert told("backup", "copy.db") == (0, ["copy.db is a good copy of chat.db."])
    assert told("bans")[0] == 0
    assert told("invitations") == (0, ["There are no invitation codes."])
    assert " is good for one account until " in told("invite")[1][0]
    assert " is good for 3 accounts until " in told("invite", "--uses", "3")[1][0]
    assert [line[:18] for line in told("invitations")[1]] == [
        "1 by this program ",
        "2 by this program ",
    ]
    assert told("uninvite", "2") == (0, ["The invitation code 2 is good no more."])
    assert told("uninvite", "2")[0] == 1
    assert told("audit")[0] == 0
    assert told("prune", "--older-than", "90d")[0] == 0
    assert told("export", "alice")[0] == 0
    assert told("unregister", "alice")[0] == 0
    assert told("unban", "192.0.2.1")[0] == 1


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    version = importlib.metadata.version("twisted-chat")
    assert capsys.readouterr().out == f"Twisted Chat {version}\n"


def test_service_makes_a_token_for_a_program_and_its_hash_for_the_server(capsys):
    assert main(["service"]) == 0
    told, kept = capsys.readouterr().out.splitlines()
    token = told.removeprefix("For the program: ")
    assert len(token) == 32
    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert kept == f'For its table [plugins.NAME] in the server\'s file: token = "{hashed}"'
    assert main(["service"]) == 0
    assert token not in capsys.readouterr().out
