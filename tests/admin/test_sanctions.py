"""
Bans and the audit trail, from the shell.
"""

import math
import time
from contextlib import closing

import pytest
from shared_main import REGISTERED, does

from twisted_chat.store.decisions import Audited, Sanction
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import load
from twisted_chat.store.sqlite.transactions import write

NOW = time.time()


def ban(
    number: int,
    mask: str,
    *,
    kind: str = "ban",
    author: int = 0,
    until: float = NOW + 3600,
    room: int = 0,
) -> Sanction:
    return Sanction(number, room, kind, mask, author, mask, "oscar", "flood", NOW, until)


BANS = (
    *(ban(1, "192.0.2.0/24"), ban(2, "192.0.2.0/24", kind="mute"), ban(3, "alice")),
    *(ban(4, "guest", author=REGISTERED), ban(5, "over", until=1.0), ban(6, "eve", room=1)),
)


def test_the_bans_and_mutes_of_the_server_that_hold_are_listed(chat_db, capsys):
    assert does(capsys, "bans") == ["There are no bans or mutes on this server."]
    with closing(open_database(chat_db)) as server:
        write(server, BANS)
        # In whole minutes, all of which have passed by then.
        end = time.localtime(math.ceil((NOW + 3600) / 60) * 60)
        told = f"by oscar until {time.strftime('%Y-%m-%d %H:%M', end)}: flood"
        assert does(capsys, "bans") == [
            f"ban of 192.0.2.0/24 {told}",
            f"mute of 192.0.2.0/24 {told}",
            f"ban of alice {told}",
            f"ban of guest {told}",
        ]


@pytest.mark.parametrize(
    ("who", "lifted", "left"),
    [
        ("192.0.2.7/24", ["ban of 192.0.2.0/24", "mute of 192.0.2.0/24"], [3, 4]),
        ("ALICE", ["ban of alice", "ban of guest"], [1, 2]),
        ("guest", ["ban of guest"], [1, 2, 3]),
        ("a1ice", ["ban of alice", "ban of guest"], [1, 2]),
    ],
)
def test_a_ban_is_lifted_from_the_next_start_of_the_server_on(chat_db, capsys, who, lifted, left):
    with closing(open_database(chat_db)) as server:
        write(server, BANS)
        assert does(capsys, "unban", who) == [
            f"The {what} ends when the server starts next." for what in lifted
        ]
    with closing(open_database(chat_db)) as server:
        # What is of a room, or over, stays.
        assert [each.id for each in load(server).sanctions] == [*left, 5, 6]


def test_the_audit_trail_is_read_from_the_shell_the_latest_last(chat_db, capsys):
    assert does(capsys, "audit") == ["The audit trail is empty."]
    deeds = [
        Audited(n, n % 2, "Attic" * (n % 2), 1, n * 60.0, "oscar", "", f"deed {n}", "eve", "", 0)
        for n in range(1, 31)
    ]
    with closing(open_database(chat_db)) as server:
        write(server, deeds)
        told = [deed.told for deed in deeds]
        assert does(capsys, "audit") == told[-20:]
        assert does(capsys, "audit", "2") == told[-2:]
        assert does(capsys, "audit", "2", "--room", "#attic") == [told[-4], told[-2]]
