"""
Codes for newcomers, from the shell.
"""

import re
from contextlib import closing

import pytest
from shared_main import REGISTERED, does

from twisted_chat.auth.codes import hash_of_code
from twisted_chat.store.invitations import InvitationMade
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.tables.invitations import invitations
from twisted_chat.store.sqlite.transactions import write

MADE = re.compile(r"([A-Z]{4}-[A-Z]{4}-[A-Z]{4}-[A-Z]{4}) is good for (.+) until (.+)\.")
WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d"


def made(capsys, *words: str) -> tuple[str, str]:
    (line,) = does(capsys, "invite", *words)
    found = MADE.fullmatch(line)
    assert found is not None, line
    return found[1], found[2]


def test_a_code_is_made_while_a_server_runs_which_knows_it(chat_db, capsys):
    assert does(capsys, "invitations") == ["There are no invitation codes."]
    with closing(open_database(chat_db)) as server:
        code, many = made(capsys)
        assert many == "one account"
        (found,) = invitations(server, hash_of_code(code))
        assert (found.uses, found.author, found.until - found.made_at) == (1, 0, 7 * 86400)
        assert made(capsys, "--uses", "5", "--within", "2h")[1] == "5 accounts"
        write(server, [AccountMade(99, "Zoë", "zoë", "$a$", found.hash)])
        first, second = does(capsys, "invitations")
        assert re.fullmatch(f"1 by this program on {WHEN}, over, used 1 of 1 times: Zoë", first)
        assert re.fullmatch(
            f"2 by this program on {WHEN}, good until {WHEN}, used 0 of 5 times", second
        )


def test_a_code_ends_by_its_number_and_whom_it_brought_stays(chat_db, capsys):
    made(capsys)
    assert does(capsys, "uninvite", "1") == ["The invitation code 1 is good no more."]
    assert ", over, used 0 of 1 times" in does(capsys, "invitations")[0]


@pytest.mark.parametrize("number", ["1", "7"])
def test_what_is_over_or_was_never_there_cannot_be_ended(chat_db, capsys, number):
    made(capsys)
    does(capsys, "uninvite", "1")
    from twisted_chat.admin.__main__ import main

    assert main(["uninvite", number]) == 1
    assert capsys.readouterr().err == (
        f"twisted_chat.admin: No invitation code {number} is good now; "
        "`invitations` lists the codes.\n"
    )


def test_the_codes_of_an_operator_end_with_the_role(chat_db, capsys):
    does(capsys, "grant", "alice", "operator")
    with closing(open_database(chat_db)) as server:
        write(server, [InvitationMade("hash", REGISTERED, "Alice", 0.0, 9e9, 3)])
        does(capsys, "grant", "alice", "operator")
        assert " good until " in does(capsys, "invitations")[0]
        does(capsys, "revoke", "alice", "operator")
        assert ", over, " in does(capsys, "invitations")[0]
