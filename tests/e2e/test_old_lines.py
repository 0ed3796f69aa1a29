"""
A real server that deletes what is old while people talk.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from harness import running, wait_until

from twisted_chat.history.retention import STEP
from twisted_chat.store.records import Line, RoomOpened
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.transactions import write

DAY = 86_400_000_000
OLD = 20 * STEP


def test_old_lines_and_empty_rooms_go_while_people_talk(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    now = int(time.time() * 1_000_000)
    ids = [*range(now - 91 * DAY, now - 91 * DAY + OLD), now - 89 * DAY]
    # The last one, which is young enough, was said in the lobby.
    lines = [
        Line(id_, 2 - number % 2, number, id_ / 1e6, "said", "carol", -1, f"line {number}")
        for number, id_ in enumerate(ids, 1)
    ]
    with closing(open_database(path)) as database:
        write(database, [RoomOpened(1, "lobby", "lobby"), RoomOpened(2, "attic", "attic"), *lines])
    options = ("--port=0", "--rate=0", "--keep-history=90d")
    with running(tmp_path, *options) as server, closing(sqlite3.connect(path)) as database:
        alice, bob = server.arrive("alice"), server.arrive("bob")
        said = 0

        def is_gone() -> bool:
            nonlocal said
            alice.types("tea?")
            bob.skip_to("alice: tea?")
            said += 1
            return database.execute("SELECT count(*) FROM room").fetchone() == (1,)

        wait_until(is_gone, "the attic is gone")
        assert said > 1
        left = [(f"line {OLD + 1}",), *[("tea?",)] * said]
        texts = "SELECT text FROM line WHERE kind = 'said' ORDER BY id"
        wait_until(lambda: database.execute(texts).fetchall() == left, "only the old are gone")
