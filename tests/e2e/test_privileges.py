"""
The server that root starts, and that runs as another user: what it makes is that user's.
"""

import contextlib
import os
import pwd
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from harness import TWISTD, WITHIN, Outcome, Server, is_alive, run_twistd, wait_until

import twisted_chat
from twisted_chat.store.sqlite.migrations import SCHEMA

# A user whom every Linux system has.
_USER = "nobody"
_THEY = "the user nobody; change its owner or permissions."
_NO_CHROOT = (
    "--chroot cannot be used, because files are opened before and after it; "
    "use a container, or RootDirectory= in a systemd unit."
)
# Runs the rest in a view of the file system of its own, in which everybody may enter the folders
# before the --.  (The Python of the tests may be in root's own folder.)
_OPEN = """
view=$(mktemp -d)
mount -t tmpfs none "$view"
while [ "$1" != -- ]; do
    # Of each folder its own, named by how many are still to do.
    mkdir -m 755 "$view/upper.$#" "$view/work.$#" || exit 1
    mount -t overlay none -o "lowerdir=$1,upperdir=$view/upper.$#,workdir=$view/work.$#" "$1" ||
        exit 1
    shift
done
shift
exec "$@"
"""


def opened() -> list[str]:
    """
    Return the words before a command that is to run as a user who can read Python and our code.
    """
    ours = [
        Path(sys.executable).resolve(),
        Path(sys.prefix),
        Path(twisted_chat.__file__).resolve(),
    ]
    closed = {
        str(folder)
        for path in ours
        for folder in path.parents
        if not folder.stat().st_mode & stat.S_IXOTH
    }
    return ["unshare", "--mount", "sh", "-c", _OPEN, "sh", *sorted(closed), "--"] if closed else []


@pytest.fixture(scope="module", autouse=True)
def user() -> pwd.struct_passwd:
    if os.geteuid():
        pytest.skip("only root can start a server that runs as another user")
    user = pwd.getpwnam(_USER)
    done = subprocess.run(
        as_user(user, sys.executable, "-c", "import twisted_chat.server.tap"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"{_USER} cannot read Python or Twisted Chat: {done.stderr.decode()[-200:]}")
    return user


def as_user(user: pwd.struct_passwd, *command: str) -> list[str]:
    groups = f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"
    return [*opened(), "setpriv", *groups, *command]


@pytest.fixture
def home(user: pwd.struct_passwd) -> Iterator[Path]:
    """
    The folder of the server's user; those of other tests are root's alone.
    """
    home = Path(tempfile.mkdtemp())
    os.chown(home, user.pw_uid, user.pw_gid)
    yield home
    shutil.rmtree(home)


def owners(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): pwd.getpwuid(path.lstat().st_uid).pw_name
        for path in sorted(home.rglob("*"))
    }


def command(*options: str, twistd: Sequence[str] = ()) -> list[str]:
    return [f"--uid={_USER}", *twistd, "--pidfile=", "--logfile=log", "chat", *options]


@contextlib.contextmanager
def running(home: Path, *options: str, twistd: Sequence[str] = ("-n",)) -> Iterator[Server]:
    """
    Run a server as root starts it, and see that it ends well.
    """
    words = [*opened(), TWISTD, *command(*options, twistd=twistd)]
    process = subprocess.Popen(words, cwd=home, stdin=subprocess.DEVNULL)
    server = Server(home, process, process.pid)
    try:
        server.wait_until_it_answers()
        yield server
        server.signals(signal.SIGTERM)
        assert server.wait() == 0
        assert "Unhandled" not in server.log
        assert "rror" not in server.log
    finally:
        server.kill()


def refused(home: Path, *options: str, twistd: Sequence[str] = ("-n",)) -> str:
    words = command("--port=0", *options, twistd=twistd)
    outcome: Outcome = run_twistd(home, *words, within=opened())
    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.errors.count("\n") == 1, outcome.errors
    return outcome.errors.removesuffix("\n")


@pytest.mark.parametrize("how", [[], ["--euid", "--gid=daemon"]], ids=["uid", "euid"])
def test_all_files_belong_to_the_user_that_the_server_runs_as(home: Path, how: list[str]) -> None:
    unix = f"--listen=unix:{home}/door"
    options = ("--port=0", unix, "--listen=tcp:0:interface=127.0.0.1")
    with running(home, *options, twistd=["-n", *how]) as server:
        alice = server.arrive("alice")
        alice.types("/register", "correct horse", "correct horse", "this stays", "/export")
        wait_until(lambda: list(home.glob("exports/*.jsonl")), "the report is written")
        made = owners(home)
        assert {"chat.db", "chat.db-wal", "chat.db-shm", "chat.db.lock"} <= made.keys()
        assert {"door", "door.lock", "exports", "log"} <= made.keys()
        assert set(made.values()) == {_USER}
    assert not list(home.glob("door*"))
    with contextlib.closing(sqlite3.connect(home / "chat.db")) as database:
        said = database.execute("SELECT text FROM line WHERE kind = 'said'").fetchall()
    assert said == [("this stays",)]


def test_a_daemon_keeps_what_is_said_and_begins_a_new_log_when_told(home: Path) -> None:
    words = [*opened(), TWISTD, f"--uid={_USER}", "--pidfile=pid", "--logfile=log"]
    words += ["chat", "--port=0"]
    process = subprocess.Popen(words, cwd=home, stdin=subprocess.DEVNULL)
    assert process.wait(WITHIN) == 0
    pid = int((home / "pid").read_text())
    server = Server(home, process, pid)
    try:
        server.wait_until_it_answers()
        server.arrive("alice").types("kept")
        server.signals(signal.SIGUSR1)
        wait_until((home / "log.1").exists, "there is a new log")
        made = owners(home)
        del made["pid"]
        assert set(made.values()) == {_USER}
        server.signals(signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "the daemon is gone")
        assert "Unhandled" not in server.log
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
        server.kill()
    with contextlib.closing(sqlite3.connect(home / "chat.db")) as database:
        (kept,) = database.execute("SELECT count(*) FROM line WHERE text = 'kept'").fetchone()
    assert kept == 1


def old_database(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript((SCHEMA / "0001.sql").read_text())
        database.executescript(
            f"PRAGMA application_id = {int.from_bytes(b'TwCh')}; PRAGMA user_version = 1;"
        )


def test_a_copy_from_before_an_upgrade_belongs_to_the_user_too(
    home: Path, user: pwd.struct_passwd
) -> None:
    old_database(home / "chat.db")
    os.chown(home / "chat.db", user.pw_uid, user.pw_gid)
    with running(home, "--port=0"):
        assert owners(home)["chat.db.before-0002"] == _USER


def of_root(home: Path) -> None:
    old_database(home / "chat.db")
    (home / "chat.db").chmod(0o600)


def lock_of_root(home: Path) -> None:
    old_database(home / "chat.db")
    shutil.chown(home / "chat.db", _USER)
    (home / "chat.db.lock").touch(0o600)


def log_of_root(home: Path) -> None:
    old_database(home / "chat.db")
    shutil.chown(home / "chat.db", _USER)
    # As a plain copy by root leaves it.
    for name in ("chat.db-wal", "chat.db-shm"):
        (home / name).write_bytes(b"x" * 100)
        (home / name).chmod(0o600)


def folder_of_root(home: Path) -> None:
    os.chown(home, 0, 0)
    home.chmod(0o755)


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (of_root, f"{{db}} cannot be read by {_THEY}"),
        (lock_of_root, "{db}.lock cannot be used: Permission denied."),
        (log_of_root, "{db} cannot be opened; let this user write it and its folder."),
        (folder_of_root, f"The folder {{home}} cannot be written by {_THEY}"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_root_made_before_stops_the_start_with_a_sentence(
    home: Path, prepare: Callable[[Path], None], sentence: str
) -> None:
    prepare(home)
    before = owners(home)
    said = refused(home)
    assert said == "twistd chat: " + sentence.format(db=home / "chat.db", home=home)
    # Nothing of root's is left beside it.
    assert {name: who for name, who in owners(home).items() if name != "log"} == before


def test_a_socket_where_the_user_may_not_make_one_is_named(home: Path) -> None:
    with tempfile.TemporaryDirectory() as of_root:
        said = refused(home, f"--listen=unix:{of_root}/door")
    assert said == (
        f"twistd chat: listen: cannot listen on unix:{of_root}/door: Permission denied."
    )


@pytest.mark.parametrize(
    ("twistd", "sentence"),
    [
        (["--chroot=/"], _NO_CHROOT),
        (["--uid=54321"], "--uid: there is no user 54321; name one of the system's."),
    ],
    ids=["chroot", "no such user"],
)
def test_what_twistd_cannot_do_for_this_server_is_a_sentence(
    home: Path, twistd: list[str], sentence: str
) -> None:
    assert refused(home, twistd=["-n", *twistd]) == f"twistd chat: {sentence}"


def test_who_is_not_root_cannot_become_another_user(home: Path, user: pwd.struct_passwd) -> None:
    words = as_user(user, TWISTD, "-n", "--uid=daemon", "--pidfile=", "chat", "--port=0")
    done = subprocess.run(words, cwd=home, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "twistd chat: --uid and --gid work for root only; start as root, or omit them.\n"
    )


def test_the_admin_program_of_root_leaves_the_lock_to_the_owner_of_the_database(
    home: Path, user: pwd.struct_passwd
) -> None:
    with running(home, "--port=0"):
        pass
    (home / "chat.db.lock").unlink()
    words = ["-m", "twisted_chat.admin", "unregister", "alice"]
    done = subprocess.run([sys.executable, *words], cwd=home, capture_output=True, check=False)
    assert b"There is no account 'alice'" in done.stderr
    assert owners(home)["chat.db.lock"] == _USER
