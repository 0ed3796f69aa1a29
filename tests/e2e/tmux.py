"""
Programs with a terminal, in windows of tmux.
"""

import contextlib
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from attrs import define
from harness import WITHIN, wait_until
from needs import need


@define(eq=False)
class Tmux:
    """
    A program in a window of tmux, whose screen is what a user sees.
    """

    socket: str

    @classmethod
    @contextlib.contextmanager
    def running(
        cls, folder: Path, *command: str, columns: int = 60, rows: int = 12, term: str = ""
    ) -> Iterator["Tmux"]:
        need("tmux", command[0])
        window = cls(f"chat-{uuid.uuid4().hex[:8]}")
        size = ["-x", str(columns), "-y", str(rows)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        # What the program leaves behind stays to be seen.
        script = ["sh", "-c", f'{f"TERM={term} " if term else ""}"$@"; echo "status $?"; cat', "-"]
        window._run("-f", "/dev/null", "new-session", "-d", *size, *script, *command,
                    environment=environment)  # fmt: skip
        try:
            yield window
        finally:
            window._run("kill-server")

    def _run(self, *words: str, environment: dict[str, str] | None = None) -> str:
        command = ["tmux", "-u", "-L", self.socket, *words]
        ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return ran.stdout

    def types(self, text: str) -> None:
        """
        Type ``text`` as it is.
        """
        self._run("send-keys", "-l", text)

    def presses(self, *keys: str) -> None:
        """
        Press keys by their names in tmux.
        """
        self._run("send-keys", *keys)

    def pastes(self, text: str) -> None:
        """
        Paste ``text``, in brackets if the program has asked for them.
        """
        self._run("set-buffer", text)
        self._run("paste-buffer", "-p", "-r")

    def resizes(self, columns: int, rows: int = 12) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def rows(self) -> list[str]:
        """
        What is shown, without blanks at the ends.
        """
        return [row.rstrip() for row in self._run("capture-pane", "-p").rstrip().split("\n")]

    def expect(self, *rows: str) -> None:
        """
        Wait until the last rows are these.
        """
        try:
            wait_until(lambda: self.rows[-len(rows) :] == list(rows), f"{rows} are shown")
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.rows} are") from None

    def shows(self, *texts: str) -> None:
        """
        Wait until each of these was in a row, wherever.
        """
        missing = list(texts)
        deadline = time.monotonic() + 2 * WITHIN
        while True:
            rows = self.rows
            missing = [text for text in missing if not any(text in row for row in rows)]
            if not missing:
                return
            assert time.monotonic() < deadline, "\n".join([f"{missing} is not in", *rows])
            # Each look starts a program, which takes time from what is to be seen.
            time.sleep(0.1)

    def ends(self, last: str) -> None:
        """
        Type ``last``, and wait until the program has ended.
        """
        self.types(last)
        self.shows("status ")
