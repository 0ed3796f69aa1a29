"""
Users who come by SSH, with the clients that people have.
"""

import os
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness import WITHIN, Person

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
