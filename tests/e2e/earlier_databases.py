"""
Databases of each earlier state of the schema, as text, with all that a server keeps.

    python tests/e2e/earlier_databases.py path/to/an/older/checkout

That runs the older server, lets users do everything that is kept, kills it, and writes what it
left to a file such as `earlier/0001.sql`, named after the last step of its schema: its tables and
their rows, and the journal file if that version had one.  The schema stands there as it was then,
so a step that is changed later does not change it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from harness import TWISTD, WITHIN, Person, connect, wait_until

from twisted_chat.store.journal.segments import SIZE, paths
from twisted_chat.store.sqlite.functions import add_functions

#: Where the texts are.
EARLIER = Path(__file__).with_name("earlier")
#: Everybody's.
PASSWORD = "correct horse battery staple"
#: A public key; nobody has the private half.
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g laptop"
#: The first states in which settings are kept, and in which keys and tokens of this kind are; of
#: whose databases invitations and read marks are known; and a locked room with a limit and a
#: webhook.
FIRST_SETTINGS, FIRST_DEVICES, FIRST_MARKS, FIRST_LOCKED = 5, 10, 11, 12
_OPTIONS = (
    *("--port=0", "--database=sqlite:///chat.db", "--password-over-cleartext=allow"),
    *("--rate=0", "--max-per-host=0", "--register-rate=0"),
)
#: Up to which line of #den bob has read.
READ = 9
# 1 January, in seconds since the epoch.
_YEAR_2100 = 4_102_444_800.0
# The tables behind the index of words are of the version of SQLite.
_SCHEMA = """
SELECT type, name, sql FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'line_index_*'
ORDER BY rowid
"""
_TOKEN = re.compile(r"^-- token: (\S+)$", re.MULTILINE)
_JOURNAL = re.compile(r"^-- chat\.db\.journal-(\d): (\S+)$", re.MULTILINE)


# -- making them ---------------------------------------------------------------------------------


def make(checkout: Path) -> Path:
    """
    Write down what the server of ``checkout`` leaves when it is killed.

    Returns:
        where.
    """
    environment = os.environ | {"PYTHONPATH": str(checkout.resolve())}
    with tempfile.TemporaryDirectory() as name:
        database = Path(name, "chat.db")
        command = [TWISTD, "--pidfile=", "--logfile=log", "-n", "chat", *_OPTIONS]
        with subprocess.Popen(command, cwd=name, env=environment) as server:
            try:
                token = _Talk(database.with_name("log"), environment).run()
            finally:
                server.kill()
        with contextlib.closing(sqlite3.connect(database)) as connection:
            (state,) = connection.execute("PRAGMA user_version").fetchone()
            # The longest that can be typed is 1000d; a test is to find them later too.
            connection.execute("UPDATE sanction SET until = ?", (_YEAR_2100,))
            if state >= FIRST_MARKS:
                connection.execute("UPDATE invitation SET until = ?", (_YEAR_2100,))
            if state >= FIRST_DEVICES:
                # The session of a program is held over a restart for ten minutes.  A test finds
                # the same in these as ever after: that it is over.
                connection.execute("UPDATE token SET until = used_at WHERE until > 0")
            lines = [f"{line}\n" for line in _dump(connection)]
        target = EARLIER / f"{state:04}.sql"
        known = [f"-- token: {token}\n"] if token else []
        target.write_text("".join([*lines, *known, *_journals(database)]))
    return target


@frozen
class _Talk:
    """
    Lets users do all that is kept, at the server that writes ``log``.
    """

    log: Path
    environment: dict[str, str]

    def run(self) -> str:
        """
        Do all that, and return the token of a program; empty where there are none.
        """
        register = ("/register", PASSWORD, PASSWORD)
        alice, bob, carol, olive = (
            self._comes(nick, *register, until=f"{nick} is ")
            for nick in ("alice", "bob", "carol", "olive")
        )
        # Roles hold from the next login on.
        _asks(olive, "/quit", "Goodbye")
        grant = [sys.executable, "-m", "twisted_chat.admin", "grant", "olive", "operator"]
        subprocess.run(grant, cwd=self.log.parent, env=self.environment, check=True)
        olive, gast = self._comes("olive", PASSWORD), self._comes("gast")
        _asks(alice, "/numbers on", "umbers")
        for person in (alice, bob, carol, gast):
            _asks(person, "/join den", "#den")
        _asks(alice, "/topic Tea at four", "Tea at four")
        _asks(alice, "/op bob", "bob")
        _asks(alice, "/voice carol", "carol")
        _asks(carol, "/quit", "Goodbye")
        kettle, edited, deleted = (
            _number_of(alice, bob, text)
            for text in ("the kettle boils", "a line to edit", "a line to delete")
        )
        _asks(bob, f"/edit {edited} a line that was edited", "a line that was edited")
        _asks(alice, f"/delete {deleted}", "deleted")
        _asks(alice, f"/react {kettle} +1", "+1")
        _asks(alice, f"/pin {kettle}", "pinned")
        bob.types(f"/re {kettle} then make tea")
        _reads(alice, "then make tea")
        _asks(bob, "/me pours tea", "pours tea")
        _asks(bob, "/mute gast 1000d be quiet", "gast")
        _asks(bob, "/ban mallory 1000d spam", "mallory")
        _asks(bob, "/slow 7s", "7s")
        _asks(alice, "/msg carol see you at four", "see you at four")
        _asks(bob, "/msg alice a word in private", "a word in private")
        _asks(gast, "/report bob he is rude", "report")
        _asks(olive, "/serverban 192.0.2.7 1000d flood", "192.0.2.7")
        _asks(olive, "/announce the server moves at noon", "the server moves at noon")
        token = ""
        if self._has(FIRST_DEVICES):
            _asks(bob, f"/key add {KEY}", "opens your account")
            token = self._token_of("bob", "phone")
        if self._has(FIRST_MARKS):
            _asks(olive, "/invite-code", "nvitation code")
        if self._has(FIRST_LOCKED):
            _lock_cellar(olive, bob)
        if self._has(FIRST_SETTINGS):
            _asks(alice, "/set bell on", "ell is on")
            _asks(alice, "/set width 120", "120")
            _asks(alice, "/ignore gast", "gast")
        _asks(alice, "/join attic", "#attic")
        _asks(alice, "/private on", "rivate")
        _asks(alice, "/invite bob", "bob")
        _asks(alice, "/topic A secret", "A secret")
        _asks(bob, "/me was here last", "was here last")
        return token

    @property
    def _port(self) -> str:
        starting = re.compile(r"starting on (\d+)")
        found = wait_until(
            lambda: self.log.exists() and starting.search(self.log.read_text()), "it listens"
        )
        return str(found[1])

    def _token_of(self, nick: str, device: str) -> str:
        """
        Return the token with which a program comes back to an account.
        """
        with socket.create_connection(("127.0.0.1", int(self._port)), WITHIN) as program:
            hello = {"request": "hello", "name": nick, "password": PASSWORD, "device": device}
            program.sendall(json.dumps(hello).encode() + b"\n")
            for line in program.makefile():
                told = json.loads(line)
                if told.get("event") == "hello":
                    token = str(told["token"])
                    if not self._has(FIRST_MARKS):
                        return token
                    read = {"request": "read", "room": "den", "number": READ, "label": "read"}
                    program.sendall(json.dumps(read).encode() + b"\n")
                elif told.get("label") == "read":
                    return token
        raise AssertionError(f"{nick} is not let in")

    def _comes(self, nick: str, *lines: str, until: str = "Type /help") -> Person:
        person = connect(self._port)
        person.types(nick, *lines)
        _reads(person, until)
        return person

    def _has(self, state: int) -> bool:
        schema = Path(self.environment["PYTHONPATH"], "twisted_chat/store/sqlite/schema")
        return (schema / f"{state:04}.sql").exists()


def _lock_cellar(owner: Person, admitted: Person) -> None:
    """
    Make a locked room, and let a user in by its password.
    """
    _asks(owner, "/join cellar", "#cellar")
    _asks(owner, "/limit 50", "50")
    _asks(owner, "/webhook add tea", "/webhook remove tea")
    owner.types("/lock", PASSWORD, PASSWORD)
    _reads(owner, "locked")
    admitted.types("/join cellar", PASSWORD)
    _reads(admitted, "You are in #cellar")
    _asks(admitted, "/leave", "You have left #cellar")


def _reads(person: Person, words: str) -> str:
    """
    Return the next line with these words.
    """
    while words not in (line := person.reads_line(WITHIN)):
        pass
    return line


def _asks(person: Person, line: str, words: str) -> None:
    person.types(line)
    _reads(person, words)


def _number_of(reader: Person, talker: Person, text: str) -> int:
    """
    Say a line as a user, and return its number as another reads it.
    """
    talker.types(text)
    found = re.search(r"\[(\d+)\]", _reads(reader, text))
    assert found is not None
    return int(found[1])


def _dump(connection: sqlite3.Connection) -> Iterator[str]:
    for pragma in ("application_id", "user_version"):
        yield f"PRAGMA {pragma} = {connection.execute(f'PRAGMA {pragma}').fetchone()[0]};"
    schema = connection.execute(_SCHEMA).fetchall()
    yield from (f"{sql};" for kind, _, sql in schema if kind != "trigger")
    for table in [name for kind, name, _ in schema if kind == "table" and name != "line_index"]:
        names = _columns(connection, table)
        quoted = " || ', ' || ".join(f'quote("{name}")' for name in names)
        for (row,) in connection.execute(f"SELECT {quoted} FROM {table}"):
            yield f"INSERT INTO {table} ({', '.join(names)}) VALUES ({row});"
    # As far as it went.
    names = ", ".join(_columns(connection, "line_index"))
    yield f"INSERT INTO line_index (rowid, {names}) SELECT id, {names} FROM line_words"
    yield "WHERE id <= (SELECT up_to FROM indexed);"
    yield from (f"{sql};" for kind, _, sql in schema if kind == "trigger")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]


def _journals(database: Path) -> Iterator[str]:
    for number, path in enumerate(paths(database)):
        if path.exists():
            # It is laid out with zeros.
            data = base64.b64encode(path.read_bytes().rstrip(b"\0")).decode()
            yield f"-- chat.db.journal-{number}: {data}\n"


# -- reading them --------------------------------------------------------------------------------


def restore(state: int, folder: Path) -> Path:
    """
    Make the files that a server of this state of the schema has left in ``folder``.

    Returns:
        the path of the database.
    """
    text, database = (EARLIER / f"{state:04}.sql").read_text(), folder / "chat.db"
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        add_functions(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(text)
    for number, data in _JOURNAL.findall(text):
        path = paths(database)[int(number)]
        path.write_bytes(base64.b64decode(data).ljust(SIZE, b"\0"))
    return database


def token_of(state: int) -> str:
    """
    Return the token of bob's phone, as it was when the server of this state was killed.
    """
    found = _TOKEN.search((EARLIER / f"{state:04}.sql").read_text())
    assert found is not None
    return found[1]


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]))}\n")
