"""
The factory: its host key, and what is imported for it.
"""

import subprocess
import sys

import pytest
from shared_ssh import HOST_KEY, SshServer
from twisted.conch.ssh import keys


def test_each_client_is_shown_the_same_host_key() -> None:
    server = SshServer()
    shown = {server.ssh(name).host_key for name in ("alice", "bob")}
    assert shown == {keys.Key(HOST_KEY).public().blob()}


def test_the_limits_are_those_of_the_lines_within() -> None:
    server = SshServer()
    assert server.factory.limits is server.factory.line_door.limits


@pytest.mark.parametrize("late", [0.0, 1.0])
def test_on_a_port_a_client_is_known_by_its_first_bytes_also_behind_the_prompt(
    late: float,
) -> None:
    alice = SshServer(is_port=True).ssh("alice", late=late)
    # RFC 4253, section 4.2: lines may come before the version.
    assert alice.is_let_in
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."


def test_conch_is_imported_with_the_first_connection_and_not_before() -> None:
    program = (
        "import sys; import twisted_chat.doors.ssh.factory;"
        "print([name for name in sys.modules if name.startswith(('twisted.conch', 'crypto'))])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"
