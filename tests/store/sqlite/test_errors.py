"""
Errors of SQLite, and what is to blame for them.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from shared_database import (
    LINES,
    TABLES,
    count,
    disk_room,
    one_sentence,
    populate,
    refusal,
    schema,
)
from stores import ReactorThread, result_of

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite import database
from twisted_chat.store.sqlite.database import (
    BadDatabase,
    open_database,
)
from twisted_chat.store.sqlite.worker import Worker


class Faulty(sqlite3.Connection):
    """
    A connection that fails with what it is given, when it is told to.
    """

    error: Exception | None = None

    def execute(self, sql: str, *args: Any) -> Any:
        if self.error is not None and not sql.startswith("ROLLBACK"):
            raise self.error
        return super().execute(sql, *args)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (sqlite3.OperationalError("disk I/O error"), StoreFailed),
        (sqlite3.OperationalError("database or disk is full"), StoreFailed),
        (sqlite3.DatabaseError("database disk image is malformed"), StoreFailed),
        (database.BadDatabase("chat.db is gone."), StoreFailed),
        (sqlite3.IntegrityError("NOT NULL constraint failed"), sqlite3.IntegrityError),
        (sqlite3.ProgrammingError("Cannot operate on it"), sqlite3.ProgrammingError),
        (sqlite3.NotSupportedError("no"), sqlite3.NotSupportedError),
        (ZeroDivisionError("by zero"), ZeroDivisionError),
    ],
    ids=repr,
)
def test_faults_of_the_disk_are_told_apart_from_our_own(error, told):
    reactor = ReactorThread()
    made: list[Faulty] = []

    def connect() -> sqlite3.Connection:
        made.append(sqlite3.connect(":memory:", factory=Faulty))
        return made[0]

    worker = Worker("worker", connect, reactor)
    one = worker.do(lambda connection: connection.execute("SELECT 1").fetchone())
    assert result_of(one, reactor.do_one) == (1,)
    made[0].error = error
    with pytest.raises(told, match=str(error)) as raised:
        result_of(worker.do(lambda connection: connection.execute("SELECT 1")), reactor.do_one)
    assert error in (raised.value, raised.value.__cause__)
    # It goes on, with the same connection.
    made[0].error = None
    two = worker.do(lambda connection: connection.execute("SELECT 2").fetchone())
    assert result_of(two, reactor.do_one) == (2,)
    result_of(worker.stop(), reactor.do_one)
    assert len(made) == 1


NICKS = "ALTER TABLE lines ADD COLUMN nick TEXT NOT NULL DEFAULT 'somebody';"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return schema(tmp_path / "first", TABLES)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return schema(tmp_path / "second", TABLES, NICKS)


@pytest.fixture
def populated(path: Path, first: Path) -> Path:
    populate(path, first)
    return path


def test_a_name_that_is_too_long_is_refused(tmp_path, first):
    assert "File name too long" in refusal(tmp_path / ("x" * 300), first)


def test_damage_is_told_with_a_copy_to_restore(populated, first, second):
    open_database(populated, second).close()
    data = bytearray(populated.read_bytes())
    data[8192:12288] = bytes(4096)
    populated.write_bytes(data)
    sentence = refusal(populated, second)
    assert sentence.startswith(f"{populated} is damaged: ")
    assert sentence.endswith(f"; restore a copy, for example {populated}.before-0002.")
    shutil.copy(f"{populated}.before-0002", populated)
    with closing(open_database(populated, second)) as database:
        assert count(database) == LINES


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_leaves_a_database_as_it_was(populated, first, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    steps = schema(tmp_path / "large", TABLES, "CREATE TABLE large AS SELECT zeroblob(2000000);")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("this root may not mount anything")
    try:
        path = shutil.copy(populated, disk / "chat.db")
        assert refusal(path, steps) == (
            f"{path} was not changed: 0002.sql cannot be applied: database or disk is full."
        )
        with closing(open_database(path, first)) as database:
            assert count(database) == LINES
        (disk / "filler").write_bytes(bytes(disk_room(disk) - 100_000))
        assert refusal(path, steps) == f"The disk has no room for {path}; make some."
        assert not list(disk.glob("*.partial"))
        with closing(open_database(path, first)) as database:
            assert count(database) == LINES
    finally:
        subprocess.run(["umount", disk], check=True)


def opens_well_or_is_refused(path: Path, steps: Path) -> bool:
    try:
        database = open_database(path, steps)
    except BadDatabase as error:
        one_sentence(error)
        return False
    with closing(database):
        assert count(database) == LINES
        assert database.execute("SELECT count(*) FROM rooms").fetchone() == (1,)
    return True


def hurt(
    path: Path, steps: Path, times: int, harm: Callable[[bytearray, random.Random], None]
) -> int:
    """
    Damage a fresh database so many times, open it, and return how often it was refused.
    """
    chance = random.Random(45)
    whole = path.read_bytes()
    refused = 0
    for _ in range(times):
        data = bytearray(whole)
        harm(data, chance)
        path.write_bytes(data)
        refused += not opens_well_or_is_refused(path, steps)
        assert path.stat().st_size
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(whole)
    return refused


def flip_a_bit(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def flip_a_bit_of_the_first_page(data: bytearray, chance: random.Random) -> None:
    data[chance.choice([chance.randrange(108), chance.randrange(4096)])] ^= 1 << chance.randrange(
        8
    )


def change_a_byte(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def cut_off(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


@pytest.mark.parametrize(
    ("harm", "times"),
    [
        (flip_a_bit, 350),
        (flip_a_bit_of_the_first_page, 350),
        (change_a_byte, 300),
        (cut_off, 50),
    ],
)
def test_a_damaged_file_opens_well_or_is_refused(populated, first, harm, times):
    refused = hurt(populated, first, times, harm)
    assert refused
    assert opens_well_or_is_refused(populated, first)
