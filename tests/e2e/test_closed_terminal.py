"""
The terminal in which a server was started.
"""

import os
import pty
import socket
from pathlib import Path

from harness import STARTS_WITHIN, TWISTD, WITHIN, wait_until


def test_a_server_ends_with_the_terminal_it_was_started_in(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(tmp_path)
        os.execv(TWISTD, [TWISTD, "-n", "--logfile=log", "chat", "--listen", "unix:door"])
    wait_until((tmp_path / "door").exists, "it listens", STARTS_WITHIN)
    with socket.socket(socket.AF_UNIX) as alice:
        alice.settimeout(WITHIN)
        alice.connect(str(tmp_path / "door"))
        assert alice.recv(100) == b"Enter your name: "
        os.close(terminal)
        heard = b""
        while chunk := alice.recv(1000):
            heard += chunk
    assert b"*** The server is shutting down. ***" in heard
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
