"""
A database of each earlier state of the schema opens with everything there.

Each was left by a server of that time that was killed, some with a journal file beside it; see
`earlier_databases`.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from earlier_databases import (
    EARLIER,
    FIRST_DEVICES,
    FIRST_LOCKED,
    FIRST_MARKS,
    FIRST_SETTINGS,
    PASSWORD,
    READ,
    restore,
    token_of,
)
from harness import UNLIMITED, Person, Server, running

from twisted_chat.store.journal.segments import paths, read
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations

LATEST = len(read_migrations(SCHEMA))
STATES = [int(path.stem) for path in sorted(EARLIER.glob("*.sql"))]
#: The first state that has a journal file.
FIRST_JOURNAL = 4
# A thousand days after the day on which it was made.
_END = re.compile(r"(?<=until )20[23]\d-\d\d-\d\d")
# The time before a line or an entry, and the time of day at which a ban ends.
_TIME = re.compile(
    r"(?<!\S)\[[^\[\]]*\d\d:\d\d\] |^\d{4}-\d\d-\d\d \d\d:\d\d "
    r"|(?<=until \d{4}-\d\d-\d\d) \d\d:\d\d"
)


@pytest.fixture(params=STATES)
def state(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def server(state: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("TZ", "UTC")
    restore(state, tmp_path)
    options = ("--port=0", "--database=sqlite:///chat.db", "--password-over-cleartext=allow")
    with running(tmp_path, *options, *UNLIMITED) as server:
        yield server


def comes(server: Server, nick: str) -> Person:
    person = server.connect()
    person.types(nick, PASSWORD)
    return person


def reads(person: Person, *lines: str) -> None:
    """
    Read on until all of these have come, in this order; others may stand between.
    """
    for line in lines:
        while _END.sub("a date", _TIME.sub("", person.reads_line())) != line:
            pass


def asks(person: Person, command: str, *lines: str) -> None:
    person.types(command)
    reads(person, *lines)


def test_there_is_a_database_of_each_earlier_state() -> None:
    # Before a step is added: python tests/e2e/earlier_databases.py .
    assert set(range(1, LATEST)) <= set(STATES)


def test_the_last_line_was_only_in_the_journal_file(state: int, tmp_path: Path) -> None:
    database = restore(state, tmp_path)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        kept = connection.execute("SELECT count(*) FROM line WHERE text = 'was here last'")
        assert (version, kept.fetchone()) == (state, (int(state < FIRST_JOURNAL),))
    assert [path.exists() for path in paths(database)] == [state >= FIRST_JOURNAL, False]
    assert bool(read(database)) == (state >= FIRST_JOURNAL)


def test_no_session_was_held_when_a_database_was_made(state: int, tmp_path: Path) -> None:
    # Its user would be here already, and enter no room: what a test counts would depend on when
    # it runs.  The clock does not tell: ten minutes later none is held in any database.
    if state < FIRST_DEVICES:
        return
    with contextlib.closing(sqlite3.connect(restore(state, tmp_path))) as connection:
        tokens = connection.execute("SELECT used_at, until FROM token").fetchall()
    assert tokens
    assert all(0 < until <= used_at for used_at, until in tokens)


def test_a_database_of_an_earlier_state_opens_with_all_that_was_said(server: Server) -> None:
    alice = comes(server, "alice")
    asks(alice, "/join den", "You are now talking in #den.")
    asks(alice, "/topic", "Topic: Tea at four")
    asks(alice, "/numbers on", "Numbers are on.")
    asks(
        alice,
        "/history 20 den",
        "[5] *** alice set the topic of #den: Tea at four ***",
        "[6] *** alice made bob an operator ***",
        "[7] *** alice gave carol a voice ***",
        "[9] bob: the kettle boils  +1",
        "[10] bob: a line that was edited (edited)",
        "[11] bob: (deleted by alice)",
        "[12] bob (re 9 bob: the kettle boils): then make tea",
        "[13] * bob pours tea",
        "[15] * bob was here last",
    )
    asks(alice, "/pins", "--- pinned in #den ---", "[9] bob: the kettle boils  +1")
    asks(
        alice,
        "/search from:bob tea",
        "1. [13] [#den] * bob pours tea",
        "2. [12] [#den] bob (re 9 bob: the kettle boils): then make tea",
        "--- end of search results ---",
    )
    asks(alice, "/messages bob", "[bob -> you] a word in private")
    # What waited for carol, who was not there.
    reads(comes(server, "carol"), "[alice -> you] see you at four")
    # What is said now counts on, behind three who came back.
    bob = comes(server, "bob")
    asks(bob, "/join den", "You are now talking in #den.")
    asks(alice, "/me is back", "[19] [#den] * alice is back")


def test_a_database_of_an_earlier_state_opens_with_all_that_was_decided(
    server: Server, state: int
) -> None:
    alice = comes(server, "alice")
    asks(alice, "/join den", "You are now talking in #den.")
    asks(alice, "/topic", "Topic: Tea at four")
    asks(
        alice,
        "/bans",
        "mute of gast by bob until 2100-01-01: be quiet",
        "ban of mallory by bob until 2100-01-01: spam",
    )
    asks(alice, "/modes", "#den: slow (7s). Owner: alice. Operators: bob. Voices: carol.")
    asks(
        alice,
        "/audit",
        "alice: op bob in #den",
        "alice: voice carol in #den",
        "alice: delete line 11 of bob in #den",
        "bob: mute gast in #den until a date: be quiet",
        "bob: ban mallory in #den until a date: spam",
        "bob: slow 7s in #den",
    )
    asks(alice, "/join attic", "You are now talking in #attic.")
    asks(alice, "/topic", "Topic: A secret")
    asks(alice, "/modes", "#attic: private. Owner: alice.")
    asks(alice, "/audit", "alice: private on in #attic")
    olive = comes(server, "olive")
    asks(olive, "/serverbans", "ban of 192.0.2.7 by olive until 2100-01-01: flood")
    asks(
        olive,
        "/audit",
        "olive: ban 192.0.2.7 until a date: flood",
        "olive: announce: the server moves at noon",
    )
    asks(olive, "/reports", "gast reports bob in #den: he is rude")
    # They hold, and are not only shown.
    mallory = server.arrive("mallory")
    mallory.types("/join den")
    assert mallory.reads_line().startswith("You are banned from #den by bob ")
    gast = server.arrive("gast")
    gast.types("/join den", "/rooms", "may I?")
    while not (line := gast.reads_line()).startswith("You are muted in #den by bob "):
        assert "attic" not in line
    bob = comes(server, "bob")
    # Who was invited may enter.
    asks(bob, "/join attic", "You are in #attic as bob with alice.", "Topic: A secret")
    if state >= FIRST_LOCKED:
        finds_the_cellar_locked(olive, bob)


def finds_the_cellar_locked(owner: Person, admitted: Person) -> None:
    """
    Find what is kept of a locked room, whose password had let a user in.
    """
    asks(owner, "/join cellar", "You are now talking in #cellar.")
    asks(owner, "/modes", "#cellar: locked, limit 50. Owner: olive.")
    owner.types("/webhook list")
    assert re.fullmatch(r"tea by olive on .*, not used yet", owner.reads_line())
    # Whom the password let in comes back without it, until it changes.
    asks(admitted, "/join cellar", "You are in #cellar as bob with olive.")
    asks(admitted, "/leave", "You have left #cellar.")
    owner.types("/lock", "another password", "another password")
    while not owner.reads_line().endswith("*** olive locked this room with a password ***"):
        pass
    admitted.types("/join cellar")
    admitted.expect_prompt(b"Password for #cellar: ")
    asks(admitted, "another password", "You are in #cellar as bob with olive.")


def test_a_database_of_an_earlier_state_opens_with_what_its_users_had_set(
    server: Server, state: int
) -> None:
    alice = comes(server, "alice")
    if state < FIRST_SETTINGS:
        bell, width = "bell off", "width off"
    else:
        bell, width = "bell on", "width 120"
        reads(alice, "You are now talking in #attic.")
    alice.types("/set bell", "/set width", "/set")
    reads(
        alice,
        f"{bell}  Ring when your name is said or you get a message.",
        f"{width}  Wrap lines at so many columns, or not.",
    )
    if state >= FIRST_SETTINGS:
        reads(alice, "You talk in #attic; /join room changes that.")
        reads(alice, "You ignore gast; /unignore nick ends that.")


def test_a_database_of_an_earlier_state_opens_with_what_opened_its_accounts(
    server: Server, state: int
) -> None:
    bob = comes(server, "bob")
    if state < FIRST_DEVICES:
        asks(bob, "/devices", "No device can log in to your account without a password.")
        return
    reads(bob, "Type /help for help.")
    bob.types("/devices")
    listed = [bob.reads_line(), bob.reads_line()]
    while not listed[-2].startswith("1 "):
        listed.append(bob.reads_line())
    fingerprint = "SHA256:mKqU+0K8OhKmA8bBQi9Rz0Q5l7/g160hIP+rJYSTNj4"
    assert listed[-2].startswith(f"1 laptop ({fingerprint}): since ")
    assert listed[-2].endswith(", not used yet")
    assert listed[-1].startswith("2 phone: since ")
    program = server.connect()
    hello = {"request": "hello", "token": token_of(state), "resume": False}
    program.sends(json.dumps(hello).encode() + b"\n")
    data = b""
    while b'"event":"hello"' not in data:
        assert b'"error"' not in data
        data += program.reads_some()
    assert b'"account":"bob"' in data
    if state >= FIRST_MARKS:
        # The terminal above has marked nothing: what bob missed was not shown.
        while b'"read-up-to"' not in data or not data.endswith(b"\n"):
            data += program.reads_some()
        told = [json.loads(line) for line in data.splitlines()]
        read = {each["room"]: each["number"] for each in told if each["event"] == "read-up-to"}
        # Nothing had marked the lobby: that is read up to where its user left.
        assert read.pop("den") == READ
        assert set(read) <= {"lobby"}
        olive = comes(server, "olive")
        olive.types("/invite-code list")
        while "good until 2100-01-01" not in (line := olive.reads_line()):
            assert "There are no invitation codes" not in line
    # It speaks no lines.
    program.hangs_up()
    server.people.remove(program)
