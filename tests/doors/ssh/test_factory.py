"""
The factory: its host key, and what is imported for it.
"""

import subprocess
import sys

from shared_ssh import HOST_KEY, SshServer
from twisted.conch.ssh import keys


def test_each_client_is_shown_the_same_host_key() -> None:
    server = SshServer()
    shown = {server.ssh(name).host_key for name in ("alice", "bob")}
    assert shown == {keys.Key(HOST_KEY).public().blob()}


def test_the_limits_are_those_of_the_lines_within() -> None:
    server = SshServer()
    assert server.factory.limits is server.factory.lines.limits


def test_conch_is_imported_with_the_first_connection_and_not_before() -> None:
    program = (
        "import sys; import twisted_chat.doors.ssh.factory;"
        "print([name for name in sys.modules if name.startswith(('twisted.conch', 'crypto'))])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"
