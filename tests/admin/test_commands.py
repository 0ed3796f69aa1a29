"""
What each command of the admin program does, and says of it.
"""

import hashlib
import json
import os
import shutil
from contextlib import closing
from pathlib import Path

from shared_main import REGISTERED, count, does, hurt

from twisted_chat.admin.__main__ import main
from twisted_chat.store.records import AccountMade, Line
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import write


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


def test_a_file_may_have_any_name(path, capsys):
    name = os.fsdecode(b"sauvegard\xe9\n.db")
    assert main(["backup", name]) == 0
    assert capsys.readouterr().out == "sauvegard\ufffd\ufffd.db is a good copy of chat.db.\n"
    assert count(Path(name)) == 100


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


def test_service_makes_a_token_for_a_program_and_its_hash_for_the_server(capsys):
    assert main(["service"]) == 0
    told, kept = capsys.readouterr().out.splitlines()
    token = told.removeprefix("For the program: ")
    assert len(token) == 32
    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert kept == f'For its table [plugins.NAME] in the server\'s file: token = "{hashed}"'
    assert main(["service"]) == 0
    assert token not in capsys.readouterr().out
