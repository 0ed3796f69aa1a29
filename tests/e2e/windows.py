"""
A window: a pseudo-terminal in which a real client runs, and a terminal in memory that shows it.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyte
from attrs import define, field
from harness import WITHIN


@define(eq=False)
class Window:
    """
    A client in a terminal of so many columns and rows.
    """

    process: subprocess.Popen[bytes]
    descriptor: int
    screen: pyte.HistoryScreen
    _stream: pyte.ByteStream = field(init=False)
    #: All that was written to the terminal.
    written: bytearray = field(init=False, factory=bytearray)

    def __attrs_post_init__(self) -> None:
        self._stream = pyte.ByteStream(self.screen)

    def presses(self, keys: str) -> None:
        """
        Press keys; a paste is told apart only by what stands around it.
        """
        data = keys.encode()
        while data:
            data = data[os.write(self.descriptor, data) :]
            self.reads(0)

    def pastes(self, text: str) -> None:
        """
        Paste as a terminal does that was asked to say where a paste begins and ends.
        """
        self.presses(f"\x1b[200~{text.replace(chr(10), chr(13))}\x1b[201~")

    @property
    def waiting(self) -> int:
        """
        The bytes that were written and not read yet.
        """
        count = struct.unpack("i", fcntl.ioctl(self.descriptor, termios.FIONREAD, b"\0" * 4))[0]
        assert isinstance(count, int)
        return count

    @property
    def echoes(self) -> bool:
        """
        Whether the terminal itself shows the keys that are pressed.
        """
        return bool(termios.tcgetattr(self.descriptor)[3] & termios.ECHO)

    def resizes(self, columns: int, rows: int) -> None:
        """
        Change the size of the window.
        """
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def reads(self, within: float) -> bool:
        """
        Show what was written, and return whether there was anything.
        """
        ready, _, _ = select.select([self.descriptor], [], [], within)
        if not ready:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            # The other end is closed.
            return False
        self.written += data
        self._stream.feed(data)
        return bool(data)

    def until(self, condition: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
        """
        Read until ``condition`` holds.
        """
        deadline = time.monotonic() + within
        while not (found := condition()):
            shown = "\n".join(self.rows())
            assert time.monotonic() < deadline, f"waited in vain until {what}; it shows:\n{shown}"
            self.reads(0.02)
        return found

    def skips_to(self, data: bytes) -> None:
        """
        Read until ``data`` is written, and show nothing of it.
        """
        seen, deadline = b"", time.monotonic() + 4 * WITHIN
        while data not in seen:
            assert time.monotonic() < deadline, f"waited in vain for {data!r}"
            if select.select([self.descriptor], [], [], 0.1)[0]:
                seen = seen[-1000:] + os.read(self.descriptor, 65536)

    def memory(self) -> int:
        """
        Return the bytes of memory that the client has, or had at most.
        """
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (kibibytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        return int(kibibytes) * 1024

    def rows(self) -> list[str]:
        """
        Return the rows that are shown, up to the last that is not empty.
        """
        rows = [row.rstrip() for row in self.screen.display]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def all_rows(self) -> list[str]:
        """
        Return the rows that have scrolled away too.
        """
        columns = self.screen.columns
        gone = [
            "".join(row[column].data for column in range(columns)).rstrip()
            for row in self.screen.history.top
        ]
        return [*gone, *self.rows()]

    @property
    def typed(self) -> str:
        """
        What stands in the rows of the prompt, above the status line.
        """
        rows = self.rows()
        starts = [place for place, row in enumerate(rows) if row.startswith(">")]
        return "\n".join(rows[starts[-1] : -1])[2:] if starts else ""

    def keeps(self, *typed: str, until: Callable[[], Any], what: str) -> None:
        """
        Read until a condition holds, while nothing but ``typed`` ever stands behind the prompt.

        Each thing that is shown is looked at; without a prompt, one is being drawn.
        """

        def holds() -> Any:
            has_prompt = any(row.startswith(">") for row in self.rows())
            assert not has_prompt or self.typed in typed, f"{self.typed!r} is not one of {typed}"
            return until()

        self.until(holds, what)

    @property
    def status(self) -> str:
        """
        The last row.
        """
        return self.rows()[-1] if self.rows() else ""

    def shows(self, text: str) -> None:
        """
        Wait until ``text`` is shown somewhere.
        """
        self.until(lambda: any(text in row for row in self.rows()), f"{text!r} is shown")

    def arrives(self) -> None:
        """
        Wait until the user may talk.
        """
        self.until(lambda: " at " in self.status and self.rows()[-2:][0].startswith(">"), "in")

    def ends(self, within: float = WITHIN) -> int:
        """
        Wait for the end of the client, and return its exit status.
        """
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.reads(0.02)
        while self.reads(0):
            pass
        return self.process.returncode


def environment(folder: Path, **more: str) -> dict[str, str]:
    """
    Return an environment in which a client keeps its files in ``folder``.
    """
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    own = {"XDG_CONFIG_HOME": str(folder), "TERM": "xterm-256color", "TZ": "UTC"}
    return {**kept, "LC_ALL": "C.UTF-8", **own, **more}


CLIENT = (sys.executable, "-m", "twisted_chat.client")


@contextlib.contextmanager
def window(
    folder: Path,
    *words: str,
    columns: int = 80,
    rows: int = 24,
    ends_with: int = 0,
    **more: str,
) -> Iterator[Window]:
    """
    Run a client in a window of its own.

    Args:
        folder: for its files.
        words: of its command line.
        ends_with: its exit status, if it ends by itself.
        more: of its environment.
    """
    ours, theirs = os.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        process = subprocess.Popen(
            [*CLIENT, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(folder, **more),
            start_new_session=True,
        )
        os.close(theirs)
        screen = pyte.HistoryScreen(columns, rows, history=2000, ratio=0.5)
        shown = Window(process, ours, screen)
        try:
            yield shown
        finally:
            # Also after a failure it leaves, so that its name is free for the next test.
            is_open = process.poll() is None
            if is_open:
                process.send_signal(signal.SIGTERM)
            status = shown.ends()
        # It may end by itself before the signal comes.
        assert status == ends_with or (is_open and status == 128 + signal.SIGTERM)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


class Relay:
    """
    Stands between a client and its server, and can cut the connection as a network does.
    """

    def __init__(self, port: str) -> None:
        self._port = int(port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = str(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection(("127.0.0.1", self._port))
                self._open += [ours, theirs]
                for source, target in ((ours, theirs), (theirs, ours)):
                    threading.Thread(
                        target=self._carry, args=[source, target], daemon=True
                    ).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """
        Cut all connections, without a word.
        """
        for each in self._open:
            # Nothing is sent to the end: a reset.
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def close(self) -> None:
        """
        Take no more connections.
        """
        self.cut()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@define
class Outcome:
    """
    How a command of the client ended.
    """

    status: int
    output: str
    errors: str


def client(folder: Path, *words: str, stdin: str = "", **more: str) -> Outcome:
    """
    Run the client without a terminal, until it ends.
    """
    done = subprocess.run(
        [*CLIENT, *words],
        input=stdin.encode(),
        capture_output=True,
        timeout=WITHIN,
        check=False,
        env=environment(folder, **more),
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def lines_of(outcome: Sequence[str]) -> list[str]:
    """
    Return rows without the time that stands before each.
    """
    return [row[6:] if row[2:3] == ":" else row for row in outcome]
