"""
The channel: what is asked for in it, and what is typed.
"""

import pytest
from shared_ssh import SshServer
from twisted.conch.ssh.common import NS
from twisted.logger import LogLevel, capturedLogs
from work import work_of

from twisted_chat.doors.ssh import channel
from twisted_chat.doors.ssh.channel import WINDOW
from twisted_chat.doors.ssh.command.status import Status
from twisted_chat.doors.ssh.guarded import EXCHANGES
from twisted_chat.errors import Failed
from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS


def test_keys_can_be_exchanged_again_and_again() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    for number in range(12):
        alice.exchanges_keys()
        alice.types(f"{number}\n")
    assert bob.reads()[-12:] == [f"alice: {number}" for number in range(12)]


def test_who_sends_more_than_the_window_is_disconnected() -> None:
    alice = SshServer(limits=Limits(rate=4.0, burst=10)).ssh("alice")
    alice.channel.remoteWindowLeft = 10**9
    alice.types("x\n" * 2 * WINDOW)
    assert not alice.is_connected


def test_what_is_typed_too_fast_waits_at_the_client() -> None:
    server = SshServer(limits=Limits(rate=4.0, burst=10))
    alice = server.ssh("alice")
    alice.types("x\n" * 50_000)
    served = alice.protocol.channel
    assert sum(map(len, served._typed)) <= WINDOW
    assert served.localWindowLeft < WINDOW // 2
    assert alice.is_connected


def test_keys_that_come_too_fast_wait_at_the_client_too() -> None:
    server = SshServer(limits=Limits(rate=4.0, burst=10))
    alice = server.ssh("alice", term="xterm")
    alice.types("x" * 3000 + "\x1b[D" * 20_000)
    served = alice.protocol.channel
    assert sum(map(len, served._typed)) <= WINDOW
    taken = len(alice.output)
    server.chat.advance(1)
    alice.settle()
    assert len(alice.output) == taken
    server.chat.advance(60)
    alice.settle()
    assert len(alice.output) > taken
    assert alice.is_connected


def test_each_key_in_a_long_line_costs_more_than_in_a_short_one() -> None:
    def taken(line: str) -> int:
        server = SshServer(limits=Limits(rate=4.0, burst=10))
        alice = server.ssh("alice", term="xterm")
        alice.types(line)
        server.chat.advance(20)
        for _ in range(1000):
            alice.types(b"\x02")
        return 1000 - sum(map(len, alice.protocol.channel._typed))

    assert taken("short") == 1000
    # A burst of ten lines, of which each is worth about eight keys then.
    assert 60 < taken("x" * 4000) < 90


def test_tab_costs_a_line_and_then_waits_for_its_turn() -> None:
    server = SshServer(limits=Limits(rate=4.0, burst=10))
    alice = server.ssh("alice", term="xterm")
    alice.types("\t" * 200)
    # A line of the list ends with Enter's sequence; each other Tab rings.
    assert alice.output.count(b"\a") >= 190


@pytest.mark.parametrize(
    ("request_", "data"),
    [
        (b"pty-req", b""),
        (b"pty-req", NS(b"xterm")),
        (b"exec", b"\0\0"),
        (b"exec", NS(b"\xff")[:3]),
    ],
)
def test_a_request_that_is_damaged_ends_the_connection(request_: bytes, data: bytes) -> None:
    server = SshServer()
    alice = server.ssh("alice", command="tail lobby -f")
    served = alice.protocol.channel
    served._has_begun = False
    with capturedLogs() as logs:
        alice.asks(request_, data)
    assert not alice.is_connected
    assert not [log for log in logs if log["log_level"] >= LogLevel.error]


def test_keys_that_are_exchanged_too_often_end_the_connection() -> None:
    alice = SshServer().ssh("alice")
    for _ in range(EXCHANGES.count + 1):
        if alice.is_connected:
            alice.exchanges_keys()
    assert not alice.is_connected


@pytest.mark.parametrize("columns", [0, 1, 2**32 - 1])
def test_a_terminal_of_any_width_is_written_to(columns: int) -> None:
    server = SshServer(limits=NO_LIMITS)
    alice = server.ssh("alice", term="xterm", columns=columns)
    alice.resizes(columns)
    alice.types("hello\r")
    assert server.chat.hub.rooms["lobby"].timeline.number
    assert alice.is_connected


def test_our_own_failure_reaches_the_log_without_what_was_typed(capsys) -> None:
    alice = SshServer().ssh("alice", command="send lobby")

    def fail(data: bytes) -> None:
        raise RuntimeError(f"cannot take {data!r}")

    alice.protocol.channel.protocol.dataReceived = fail
    alice.types("topsecret\n")
    assert not alice.is_connected
    assert (alice.status, alice.errors.decode().strip()) == (Status.REFUSED, str(Failed()))
    logged = capsys.readouterr().err
    assert "What was sent within SSH failed" in logged
    assert "topsecret" not in logged


def test_a_failure_of_ours_in_a_request_reaches_the_log_without_its_words_and_ends_it(
    capsys,
) -> None:
    alice = SshServer().ssh("alice", command="tail lobby -f", term="xterm")
    typed = "topsecret"

    def fail(columns: int) -> None:
        raise ValueError(f"cannot resize for {typed} at {columns}")

    alice.protocol.channel.resize = fail
    alice.asks(b"window-change", typed.encode() * 4)
    assert (alice.is_connected, alice.status) == (False, Status.REFUSED)
    logged = capsys.readouterr().err
    assert "What was sent within SSH failed" in logged
    assert "in fail" in logged
    assert "topsecret" not in logged


@pytest.mark.parametrize("command", [None, "who topsecret"])
def test_a_failure_of_ours_at_the_beginning_ends_it_with_a_status(
    command: str | None, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError(f"cannot begin {given[-1]!r}")

    monkeypatch.setattr(channel, "begin_command", fail)
    monkeypatch.setattr(channel, "begin_shell", fail)
    server = SshServer()
    alice = server.ssh("alice", command=command)
    assert (alice.is_connected, alice.status) == (False, Status.REFUSED)
    assert str(Failed()) in alice.errors.decode()
    assert not server.chat.hub.sessions
    logged = capsys.readouterr().err
    assert "a session by SSH failed" in logged
    assert "topsecret" not in logged


def test_a_packet_costs_as_much_however_much_is_waiting() -> None:
    def work(waiting: int) -> int:
        alice = SshServer(limits=Limits(rate=4.0, burst=10)).ssh("alice", term="xterm")
        served = alice.protocol.channel
        served.pauseProducing()
        for _ in range(waiting):
            served.take(b"x")
        return work_of(lambda: served.skip(b"y"))

    assert work(3000) < 2 * work(3)
