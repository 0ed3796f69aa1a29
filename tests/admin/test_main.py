"""
The command line of the admin program: what it takes, and how it refuses the rest.
"""

import importlib.metadata
import os
import re
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from shared_main import WITHIN, roles, run

from twisted_chat.admin.__main__ import main
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.transactions import write


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
    chat_db, words, status, sentence, capsys
):
    try:
        ended = main(words)
    except SystemExit as wrong:
        ended = wrong.code
    told = capsys.readouterr()
    assert (ended, told.out) == (status, "")
    assert re.sub("Alice-.*jsonl", "...", told.err) == f"twisted_chat.admin: {sentence}\n"
    assert roles(chat_db) == ["", ""]


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "backup Copy the database into a new file." in shown
    assert "check Check whether the database is damaged." in shown


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    version = importlib.metadata.version("twisted-chat")
    assert capsys.readouterr().out == f"Twisted Chat {version}\n"
