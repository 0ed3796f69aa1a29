"""
Users who come by SSH, with the clients that people have.
"""

import contextlib
import os
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import define, field
from harness import WITHIN, Person, wait_until
from needs import need

#: Neither the settings nor the keys of the user who runs the tests.
ALONE = (
    *("-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "IdentityAgent=none", "-o", "IdentityFile=none", "-o", "LogLevel=ERROR"),
)


def openssh(port: str, name: str, *words: str, options: Sequence[str] = ()) -> list[str]:
    """
    Return the command of OpenSSH that comes to a port under a name.
    """
    return ["ssh", *ALONE, *options, "-p", port, "-l", name, "127.0.0.1", *words]


class SshPerson(Person):
    """
    A user of OpenSSH without a terminal; the first line that they type is their user name.
    """

    def __init__(self, port: str, source: str) -> None:
        ours, self._theirs = socket.socketpair()
        super().__init__(ours)
        self._port, self._source = port, source
        self._process: subprocess.Popen[bytes] | None = None
        self._script: Path | None = None

    def types(self, *lines: str) -> None:
        if self._process is None:
            name, *lines = lines
            self._begin(name, {})
        if lines:
            super().types(*lines)

    def logs_in(self, nick: str, password: str) -> None:
        # OpenSSH asks a program for the password, which is given it by its environment.
        with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as script:
            script.write('#!/bin/sh\necho "$PASSWORD"\n')
        self._script = Path(script.name)
        self._script.chmod(0o700)
        self._begin(
            nick,
            {
                "SSH_ASKPASS": script.name, "SSH_ASKPASS_REQUIRE": "force", "PASSWORD": password,
            },
        )  # fmt: skip

    def _begin(self, name: str, environment: dict[str, str]) -> None:
        command = openssh(self._port, name, options=("-T", "-b", self._source))
        with self._theirs as theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs,
                stdout=theirs,
                stderr=subprocess.DEVNULL,
                env=os.environ | environment,
            )

    def hangs_up(self) -> None:
        super().hangs_up()
        if self._process is not None:
            self._process.kill()
            self._process.wait(WITHIN)
        if self._script is not None:
            self._script.unlink(missing_ok=True)
        self._theirs.close()


@define(eq=False)
class Tmux:
    """
    A program in a window of tmux, whose screen is what a user sees.
    """

    socket: str
    _keys: tuple[str, ...] = field(init=False, default=())

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
