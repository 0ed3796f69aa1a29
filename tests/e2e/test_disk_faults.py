"""
A disk that is full, or a file that another program keeps: the chat goes on, and is saved later.
"""

import contextlib
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from attrs import define, field
from disks import BEGINS, ENDS, Unavailable, fill, with_own_mounts
from harness import TWISTD, UNLIMITED, WITHIN, Person, Server, running, wait_until

#: Lines of which the time is taken, before a fault and during it.
ROUND_TRIPS = 200
#: Bytes of the small disk: enough for what is said, once it is not full of something else.
SMALL = 24 << 20

_PLUGIN = '''
from twisted_chat import Context, command, events, on


@on(events.Joined)
def promote(hub, event):
    if event.nick == "olive":
        hub.find_user(event.nick).roles.add("operator")


@command
def journal(ctx: Context) -> str:
    """Tell what is not kept."""
    return f"unsaved {ctx.hub.journal.unsaved}, lost {ctx.hub.journal.lost}"
'''


@define(eq=False)
class Trio:
    """
    Alice talks, Bob reads, and Olive is an operator who reads too.
    """

    alice: Person
    bob: Person
    olive: Person
    said: list[str] = field(factory=list)

    @classmethod
    def arrive(cls, server: Server) -> "Trio":
        alice, bob, olive = (server.arrive(nick) for nick in ("alice", "bob", "olive"))
        alice.skip_to("*** olive has joined #lobby ***")
        bob.skip_to("*** olive has joined #lobby ***")
        return cls(alice, bob, olive)

    def say(self, *texts: str) -> None:
        self.said += texts
        self.alice.types(*texts)

    def time_lines(self, what: str, count: int = ROUND_TRIPS) -> list[float]:
        """
        Return, for each of some lines, the seconds from Alice to Bob, ascending.
        """
        seconds = []
        for number in range(count):
            began = time.perf_counter()
            self.say(f"{what} {number}")
            self.bob.expect(f"alice: {what} {number}")
            seconds.append(time.perf_counter() - began)
        return sorted(seconds)

    def counts(self) -> tuple[int, int]:
        """
        Ask how many lines are unsaved, and how many are lost.
        """
        self.alice.types("/journal")
        found = re.fullmatch(r"unsaved (\d+), lost (\d+)", self.alice.reads_line())
        assert found is not None
        return int(found[1]), int(found[2])

    def talks_until_unsaved(self) -> None:
        """
        Say a line from time to time, until one of them is told unsaved.
        """
        wait_until(lambda: self.time_lines("still", 1) and self.counts()[0] > 0, "it is unsaved")

    def olive_reads(self, last: str) -> list[str]:
        """
        Return what Olive read up to ``last``, without what Alice said.
        """
        read = [*self.olive.skip_to(last), last]
        return [line for line in read if not line.startswith("alice: ")]


def nobody_waits(seconds: Sequence[float]) -> None:
    """
    Check that lines do not wait for the disk, which is waited for a second at least, or five.

    A few may wait for the processor, of a machine that is busy.
    """
    assert seconds[-4] < 0.9, seconds[-10:]


def in_words(before: Sequence[float], during: Sequence[float]) -> str:
    def ms(seconds: Sequence[float]) -> str:
        last = seconds[int(len(seconds) * 0.99) - 1]
        return f"median {1000 * statistics.median(seconds):.2f} ms, p99 {1000 * last:.2f} ms"

    return f"a line took {ms(before)} before, and {ms(during)} meanwhile"


def said_in(path: Path) -> list[str]:
    """
    Return what was said, as the database has it.
    """
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT text FROM line WHERE kind = 'said' ORDER BY number")
        return [text for (text,) in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plugin.py").write_text(_PLUGIN)
    return tmp_path


# -- a full disk ---------------------------------------------------------------------------------

#: Runs a program with a small disk of its own, in ``disk``, that no other program sees.
_OWN_DISK = f'mkdir disk && mount -t tmpfs -o size={SMALL} tmpfs disk && exec "$@"'


def with_a_small_disk(folder: Path, *command: str) -> list[str]:
    """
    Return how to run ``command`` with a small disk; where that may not be, skip.
    """
    around = ["sh", "-c", _OWN_DISK, "sh"]
    try:
        trial = with_own_mounts(*around, "true")
    except Unavailable as reason:
        pytest.skip(f"there can be no small disk here: {reason}")
    tried = subprocess.run(trial, cwd=folder, capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"may not mount a small disk: {tried.stderr.decode().strip()}")
    (folder / "disk").rmdir()
    return with_own_mounts(*around, *command)


@define
class SmallDisk:
    """
    The disk of a server, as it alone sees it; we see it by way of /proc.
    """

    path: Path

    @property
    def _filling(self) -> Path:
        return self.path / "filling"

    def fill(self) -> None:
        fill(self._filling)

    def make_room(self) -> None:
        self._filling.unlink()

    def said(self, target: Path) -> list[str]:
        """
        Return what was said, as a copy of the database has it by now.
        """
        shutil.rmtree(target, ignore_errors=True)
        return said_in(self.copy_database(target))

    def copy_database(self, target: Path) -> Path:
        target.mkdir()
        for file in self.path.glob("chat.db*"):
            (target / file.name).write_bytes(file.read_bytes())
        return target / "chat.db"


@pytest.fixture
def small(folder: Path) -> Iterator[tuple[Server, SmallDisk]]:
    options = ("--port=0", "--plugins=plugin.py", "--database=sqlite:///disk/chat.db")
    reserve = "--disk-reserve=0"
    with running(
        folder, *options, reserve, *UNLIMITED, twistd=with_a_small_disk(folder, TWISTD)
    ) as server:
        yield server, SmallDisk(Path(f"/proc/{server.pid}/root/{folder}/disk"))


def test_on_a_full_disk_the_chat_goes_on_and_all_is_saved_when_there_is_room(
    small: tuple[Server, SmallDisk], tmp_path: Path, capsys
) -> None:
    server, disk = small
    trio = Trio.arrive(server)
    before = trio.time_lines("before")
    assert trio.counts() == (0, 0)
    disk.fill()
    during = trio.time_lines("during")
    with capsys.disabled():
        print(f"\nfull disk: {in_words(before, during)}")  # noqa: T201  # what one wants to know
    nobody_waits(during)
    assert statistics.median(during) < 5 * statistics.median(before) + 0.1
    # As long as there is room in the journal file and nothing fails, that is saved.
    trio.talks_until_unsaved()
    nobody_waits(trio.time_lines("later", 10))
    unsaved, lost = trio.counts()
    assert (unsaved >= 10, lost) == (True, 0)
    disk.make_room()
    wait_until(lambda: trio.counts() == (0, 0), "all is saved")
    # Where it is the log's disk too, there is no room for a line a second.
    assert server.log.count("The store failed") == 1
    assert server.log.count("cannot be moved to the database") <= 1
    assert trio.olive_reads(ENDS.format(0)) == [BEGINS, ENDS.format(0)]
    trio.time_lines("after", 1)
    trio.olive.expect("alice: after 0")
    for person in (trio.alice, trio.bob, trio.olive):
        person.expect_nothing_more()
    wait_until(lambda: disk.said(tmp_path / "copy") == trio.said, "all is in the database")


def test_missing_lines_are_counted_after_more_than_ten_thousand_on_a_full_disk(
    small: tuple[Server, SmallDisk], tmp_path: Path
) -> None:
    server, disk = small
    trio = Trio.arrive(server)
    disk.fill()
    for start in range(0, 30_000, 500):
        trio.say(*[f"much {number}" for number in range(start, start + 500)])
        trio.bob.skip_to(f"alice: much {start + 499}")
        trio.olive.skip_to(f"alice: much {start + 499}")
    unsaved, lost = trio.counts()
    # The first are in the journal file.
    saved = 30_000 - unsaved - lost
    assert (saved > 0, 9_000 <= unsaved <= 11_000, lost > 1_000) == (True, True, True)
    disk.make_room()
    wait_until(lambda: trio.counts() == (0, lost), "all that is left is saved")
    assert trio.olive_reads(ENDS.format(lost)) == [ENDS.format(lost)]
    kept = trio.said[:saved] + trio.said[saved + lost :]
    wait_until(lambda: disk.said(tmp_path / "copy") == kept, "all that is left is there")


# -- a file that is not there any more -----------------------------------------------------------


@pytest.mark.parametrize("gone", ["moved away", "replaced by a copy"])
def test_a_file_that_is_removed_is_told_and_nothing_is_said_to_be_saved(
    server: Server, folder: Path, gone: str
) -> None:
    trio = Trio.arrive(server)
    trio.time_lines("before", 10)
    wait_until(lambda: trio.counts() == (0, 0), "all is saved")
    away = folder / "away"
    away.mkdir()
    for file in folder.glob("chat.db*"):
        file.rename(away / file.name)
    if gone == "replaced by a copy":
        (folder / "chat.db").write_bytes((away / "chat.db").read_bytes())
    trio.olive.skip_to(BEGINS)
    assert "chat.db was removed or replaced while the server runs" in server.log
    trio.alice.types("/register", "correct horse", "correct horse")
    # It stands behind the prompts for the password.
    refused = "Nothing can be saved at the moment, please try again later."
    while not trio.alice.reads_line().endswith(refused):
        pass
    trio.time_lines("meanwhile", 10)
    assert trio.counts() == (10, 0)
    for file in away.iterdir():
        file.replace(folder / file.name)
    trio.olive.skip_to(ENDS.format(0))
    assert trio.counts() == (0, 0)
    wait_until(lambda: said_in(folder / "chat.db") == trio.said, "all is in the database")


# -- a disk that takes its time ------------------------------------------------------------------


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    options = ("--port=0", "--plugins=plugin.py", "--database=sqlite:///chat.db", *UNLIMITED)
    with running(folder, *options) as server:
        yield server


@pytest.fixture
def busy(folder: Path) -> Iterator[Callable[[], sqlite3.Connection]]:
    """
    Lock the database by another program, until its connection is closed.
    """
    with contextlib.ExitStack() as stack:

        def begin() -> sqlite3.Connection:
            connection = sqlite3.connect(folder / "chat.db", isolation_level=None)
            stack.callback(connection.close)
            connection.execute("BEGIN EXCLUSIVE")
            return connection

        yield begin


def test_while_another_program_keeps_the_file_nobody_waits_and_all_is_saved_in_the_journal_file(
    server: Server, folder: Path, busy: Callable[[], sqlite3.Connection], capsys
) -> None:
    trio = Trio.arrive(server)
    before = trio.time_lines("before")
    other = busy()
    during = trio.time_lines("during")
    with capsys.disabled():
        print(f"\nbusy file: {in_words(before, during)}")  # noqa: T201  # what one wants to know
    nobody_waits(during)
    assert trio.counts() == (0, 0)
    other.close()
    wait_until(lambda: said_in(folder / "chat.db") == trio.said, "all is in the database")
    assert trio.olive_reads("alice: during 199") == []


def test_while_it_keeps_the_file_for_long_the_chat_waits_a_second_and_then_goes_on(
    server: Server, folder: Path, busy: Callable[[], sqlite3.Connection]
) -> None:
    trio = Trio.arrive(server)
    other = busy()
    # The database is waited for in vain for five seconds, and then by one turn for one.
    trio.talks_until_unsaved()
    during = trio.time_lines("during")
    nobody_waits(during)
    assert trio.counts()[0] >= ROUND_TRIPS
    other.close()
    deadline = time.monotonic() + WITHIN
    while trio.counts() != (0, 0):
        assert time.monotonic() < deadline
        # So fast that there is always something to be written.
        trio.say(*["more"] * 20)
    trio.say("the end")
    trio.bob.skip_to("alice: the end")
    assert trio.counts() == (0, 0)
    assert trio.olive_reads("alice: the end") == [BEGINS, ENDS.format(0)]
    wait_until(lambda: said_in(folder / "chat.db") == trio.said, "all is in the database")


def test_a_server_that_is_stopped_while_the_file_is_kept_by_another_program_loses_nothing(
    folder: Path, busy: Callable[[], sqlite3.Connection]
) -> None:
    options = ("--port=0", "--plugins=plugin.py", "--database=sqlite:///chat.db", *UNLIMITED)
    server = Server.start(folder, *options)
    try:
        trio = Trio.arrive(server)
        other = busy()
        trio.time_lines("said", 50)
        server.signals(signal.SIGTERM)
        trio.bob.skip_to("*** The server is shutting down. ***")
        trio.bob.expect_end()
        assert server.process.poll() is None
        other.close()
        assert server.wait() == 0
    finally:
        server.kill()
    assert said_in(folder / "chat.db") == trio.said
    assert not list(folder.glob("chat.db.journal*"))
