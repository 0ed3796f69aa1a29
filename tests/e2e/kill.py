"""
Kill the real server again and again while people are busy, and check that nothing is lost.

    python tests/e2e/kill.py --kills 1000
    python tests/e2e/kill.py --kills 100 --disk full
    python tests/e2e/kill.py --kills 100 --disk frozen

A server is started on a database, users come and do as much as they can, the server is killed
with SIGKILL at a random moment, and the next one is started on what it left.  The users talk
in rooms, where every line has a text of its own, so that what each person read can be compared
with what is kept.  They register, write to each other and to those who are away, edit, delete and
pin lines and react to them, found rooms and set them, and the warden bans, mutes and kicks:
whatever a user was told is done must be in the database once, and for good, and a user who
comes after the kill sees that some of it still holds.  On a disk that fails in each life, what was
told as not saved may be lost, and is counted apart.  What waited for an absent user is read by
them once; `kill_ledger.Ledger` says what that means where a kill comes in between.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attrs import define, field
from disks import DISKS, SoundDisk, Unavailable, with_own_mounts
from harness import TWISTD, UNLIMITED, WITHIN, Server
from kill_crowd import CAUGHT_UP, Crowd, Visitor
from kill_deeds import AWAY, PASSWORD, WARDEN, Deed, registers
from kill_ledger import Figures, Ledger

from twisted_chat.admin import accounts

OPTIONS = (
    *("--port=0", "--database", "sqlite:///disk/chat.db", "--password-over-cleartext=allow"),
    *("--max-rooms=0", "--max-owned=0", "--disk-reserve=0", *UNLIMITED),
)
#: Kills on one file; then another is begun, so that to read all of it again and again stays quick.
ONE_FILE = 50
#: One in so many is killed while it starts, without users.
EARLY = 8
#: So many deeds of one life, of different kinds, are asked for in the next one.
ASKED = 3
#: The exit status where there can be no such disk; test runners of GNU take it for a skip.
UNAVAILABLE = 77
#: Seconds in which a user is let in again, on a machine that does nothing else.
LOGIN_WITHIN = 2.0
#: Seconds after which a server is killed: from the first line, and from its start.
TALKING, STARTING = (0.02, 0.4), (0.05, 0.9)
#: Seconds for which a disk fails, or works again, before a server is killed: often more than the
#: second for which a turn waits.
FAILING = (0.05, 3.5)


@define(eq=False)
class Killing:
    """
    One database, and the servers that are killed on it one after the other.
    """

    folder: Path
    chance: random.Random
    disk: SoundDisk
    ledger: Ledger = field(init=False)
    life: int = 0
    # The users of the life that ended last, until it has been checked.
    _crowd: Crowd | None = None

    def __attrs_post_init__(self) -> None:
        self.ledger = Ledger(self.disk.path / "chat.db")

    def live(self, kills: int) -> Figures:
        """
        Kill so many servers, and check what each left when the next one has started.
        """
        self.disk.begin()
        try:
            return self._live(kills)
        finally:
            self.disk.end()

    def _live(self, kills: int) -> Figures:
        self._begin()
        for _ in range(kills):
            if self.chance.randrange(EARLY) == 0:
                self._start_and_kill()
            else:
                self._talk_and_kill()
            self.ledger.figures.kills += 1
        with self._served() as crowd:
            self._look(crowd)
            self.ledger.look_again()
            self._bring_home(crowd)
        assert not any(visitor.read for visitor in crowd.visitors)
        return self.ledger.figures

    def _begin(self) -> None:
        """
        Register the users who come back in every life, and make one of them an operator.
        """
        server = Server.start(self.folder, *OPTIONS)
        try:
            for deed in map(registers, (WARDEN, *AWAY)):
                with contextlib.closing(Visitor.connect("", server.address)) as visitor:
                    visitor.types(*deed.typed)
                    visitor.waits_for(deed.told)
                self.ledger.held.append(deed)
            accounts.set_role(self.ledger.database, WARDEN, "operator", has=True)
        finally:
            server.kill()

    def _start_and_kill(self) -> None:
        fails = self.disk.may_fail and self.chance.randrange(2) == 0
        if fails:
            self.disk.fail()
        command = [TWISTD, "--pidfile=twistd.pid", "--logfile=log", "-n", "chat", *OPTIONS]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self.chance.uniform(*STARTING))
                # It may refuse to start without room on the disk.
                assert fails, (self.folder / "log").read_text()
            process.kill()
            self.disk.recover()

    def _talk_and_kill(self) -> None:
        with self._served() as crowd:
            # The check of what a kill left comes after the server has had its chance to repair it.
            self._look(crowd)
            counted = Counter(self.ledger.waiting.values()).most_common(1)
            crowd.expects(counted[0][0] if counted else self.chance.choice(AWAY))
            crowd.talk(self.chance.uniform(*TALKING))
            if self.disk.may_fail:
                self.disk.fail()
                crowd.talk(self.chance.uniform(*FAILING))
                if self.chance.randrange(2) == 0:
                    self.disk.recover()
                    crowd.talk(self.chance.uniform(*FAILING))
        self._crowd = crowd

    @contextlib.contextmanager
    def _served(self) -> Iterator[Crowd]:
        """
        Start a server, and let everybody come; in the end it is killed, and they read what came.
        """
        (self.folder / "log").unlink(missing_ok=True)
        began = time.monotonic()
        server = Server.start(self.folder, *OPTIONS)
        self.life += 1
        crowd = Crowd(self.life, server.address, self.chance)
        try:
            asked = time.monotonic()
            figures, coming = self.ledger.figures, crowd.enter()
            next(coming)
            figures.login = max(figures.login, time.monotonic() - asked)
            figures.start = max(figures.start, time.monotonic() - began)
            for _ in coming:
                pass
            yield crowd
            server.process.kill()
            # A process that waits for a disk ends when that answers.
            self.disk.recover()
            deadline = time.monotonic() + WITHIN
            while not all(visitor.is_over for visitor in crowd.visitors):
                assert time.monotonic() < deadline
                for visitor in crowd.visitors:
                    visitor.reads_some()
        finally:
            for visitor in crowd.visitors:
                visitor.close()
            self.disk.recover()
            server.kill()

    def _look(self, crowd: Crowd) -> None:
        """
        Check what the last kill left: in the database, and as a user who connects now.
        """
        before, self._crowd = self._crowd, None
        kept = self.ledger.look(before)
        self.chance.shuffle(kept)
        # One of each kind.
        shown = list({deed.kind: deed for deed in kept if deed.asked}.values())
        for deed in self.chance.sample(shown, min(ASKED, len(shown))):
            self.ledger.figures.asked += 1
            if not _is_answered(deed, crowd.port):
                self.ledger.figures.deeds[deed.kind].lost += 1

    def _bring_home(self, crowd: Crowd) -> None:
        """
        Bring back all users for whom messages wait, and read these.
        """
        ledger = self.ledger
        for number, nick in enumerate(sorted(set(ledger.waiting.values())), 2):
            # From elsewhere: a kill may have kept the right passwords from being so, too often.
            home = Visitor.connect(nick, crowd.port, source=f"127.0.0.{number}")
            with contextlib.closing(home), contextlib.suppress(TimeoutError):
                home.types(nick, PASSWORD)
                home.waits_for(f"{CAUGHT_UP}\r\n")
            ledger.read_letters([home])
        ledger.figures.deeds["messages"].lost += len(ledger.waiting)


def _is_answered(deed: Deed, port: str) -> bool:
    with contextlib.closing(Visitor.connect("", port)) as visitor:
        visitor.types(*deed.asked)
        try:
            visitor.waits_for(deed.answer)
        except TimeoutError:
            return False
    return True


def kill_often(
    folder: Path,
    kills: int,
    *,
    at_once: int = 2,
    seed: int = 0,
    disk: type[SoundDisk] = SoundDisk,
) -> Figures:
    """
    Kill so many servers, on so many databases at once.

    Returns:
        what was found.

    Raises:
        Unavailable: there can be no such disk here.
    """
    chance = random.Random(seed)
    shares = [ONE_FILE] * (kills // ONE_FILE) + [kills % ONE_FILE] * bool(kills % ONE_FILE)
    if len(shares) < at_once:
        shares = [kills // at_once + (number < kills % at_once) for number in range(at_once)]
    killings = []
    for number in range(len(shares)):
        own = folder / f"database-{number}"
        (own / "disk").mkdir(parents=True)
        killings.append(Killing(own, random.Random(chance.random()), disk(own / "disk")))
    figures = Figures()
    with ThreadPoolExecutor(at_once) as pool:
        for found in pool.map(Killing.live, killings, shares):
            figures.add(found)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the server while people talk.")
    parser.add_argument("--kills", type=int, default=100, help="how often")
    parser.add_argument("--at-once", type=int, default=2, help="how many servers")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="repeats a run, roughly")
    parser.add_argument("--disk", choices=DISKS, default=SoundDisk.name, help="how the disk fails")
    parser.add_argument("--login-within", type=float, default=LOGIN_WITHIN, help="seconds")
    parser.add_argument("--in-own-mounts", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    disk = DISKS[options.disk]
    try:
        if disk.may_fail and not options.in_own_mounts:
            anew = with_own_mounts(sys.executable, *sys.argv, "--in-own-mounts")
            os.execvp(anew[0], anew)
        with tempfile.TemporaryDirectory() as folder:
            figures = kill_often(
                Path(folder),
                options.kills,
                at_once=options.at_once,
                seed=options.seed,
                disk=disk,
            )
    except Unavailable as reason:
        sys.stdout.write(f"There can be no {disk.name} disk here: {reason}\n")
        sys.exit(UNAVAILABLE)
    sys.stdout.write(f"seed {options.seed}, {disk.name} disk: {figures}\n")
    sys.exit(1 if figures.faults or figures.login >= options.login_within else 0)


if __name__ == "__main__":
    main()
