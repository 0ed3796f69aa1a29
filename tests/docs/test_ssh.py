"""
The page on SSH says what the server says.
"""

import re
from pathlib import Path

from twisted_chat.doors.ssh.command.status import Status
from twisted_chat.doors.ssh.command.words import USAGE
from twisted_chat.doors.ssh.exchanges import AT_ONCE
from twisted_chat.doors.ssh.guarded import HANDSHAKE_WITHIN
from twisted_chat.doors.ssh.login import MAX_TRIES
from twisted_chat.doors.ssh.transport import SshTransport
from twisted_chat.server.ssh.host_key import FILE

PAGE = (Path(__file__).parents[2] / "docs/ssh.md").read_text("utf-8")


def test_the_usage_is_the_one_that_is_shown() -> None:
    assert f"```text\n{USAGE}```" in PAGE


def test_each_exit_status_is_explained() -> None:
    rows = re.findall(r"(?m)^\| (\d+) \| (.+) \|$", PAGE.partition("| exit status |")[2])
    told = {int(number): meaning for number, meaning in rows}
    words = {
        Status.DONE: "done",
        Status.REFUSED: "the server refused it",
        Status.USAGE: "the words make no command",
        Status.LOST: "the server ended the connection",
        Status.NOT_LET_IN: "the name was refused",
        Status.INTERRUPTED: "Ctrl-C",
        255: "the password or the key was wrong",
    }
    assert told.keys() == words.keys() == {*Status, 255}
    assert [status for status, word in words.items() if word not in told[status]] == []


def test_the_limits_and_the_file_are_those_of_the_server() -> None:
    assert f"at most {AT_ONCE} connections" in PAGE
    assert f"within {HANDSHAKE_WITHIN:g} seconds" in PAGE
    assert f"after {MAX_TRIES} failed tries" in PAGE
    assert f"`{FILE}`" in PAGE


def test_the_algorithms_are_those_that_are_offered() -> None:
    named = [*SshTransport.supportedKeyExchanges[:2], *SshTransport.supportedMACs]
    for name in [*named, *SshTransport.supportedPublicKeys]:
        assert f"`{name.decode()}`" in PAGE
