"""
The channel: flow both ways, and what is refused in it.
"""

import pytest
from shared_ssh import SshServer
from twisted.conch.ssh.common import NS
from twisted.logger import LogLevel, capturedLogs
from work import work_of

from twisted_chat.doors.line.protocol import LineLimits
from twisted_chat.doors.ssh.channel import WINDOW
from twisted_chat.doors.ssh.transport import EXCHANGES
from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS

SMALL = LineLimits(send_queue=65536, send_timeout=30.0)


def reader(server: SshServer, window: int = 1000) -> object:
    return server.ssh("alice", window=window, reads_on=False)


def test_a_reader_who_does_not_read_is_bounded_and_cut_and_nobody_waits_for_them() -> None:
    server = SshServer(line_limits=SMALL)
    alice, bob, carol = reader(server), server.chat.arrive("bob"), server.chat.arrive("carol")
    carol.reads()
    held, channel = 0, alice.protocol.channel
    outbox = channel.protocol._outbox
    for number in range(100):
        bob.types(*[f"{number} {'x' * 100}" for _ in range(10)])
        waiting = sum(len(data) for _, data in channel._sending)
        held = max(held, outbox.pending + waiting)
        alice.settle()
    assert 60_000 < held < 70_000
    assert not alice.is_connected
    assert len([line for line in carol.reads() if line.startswith("bob: ")]) == 1000


def test_a_reader_who_reads_nothing_for_too_long_is_cut() -> None:
    server = SshServer(line_limits=SMALL)
    alice, bob = reader(server), server.chat.arrive("bob")
    bob.types(*["x" * 100] * 20)
    alice.settle()
    assert alice.is_connected
    server.chat.advance(31)
    assert not alice.is_connected


def test_what_waited_comes_in_order_when_the_window_opens() -> None:
    server = SshServer()
    alice, bob = reader(server), server.chat.arrive("bob")
    bob.types(*[f"{number} {'x' * 100}" for number in range(100)])
    alice.settle()
    assert len(alice.output) == 1000
    while len(alice.output) < 10_000:
        before = len(alice.output)
        alice.channel.adjust(700)
        alice.settle()
        assert len(alice.output) - before <= 700
    alice.channel.adjust(100_000)
    alice.settle()
    said = [line for line in alice.reads() if line.startswith("bob: ")]
    assert said == [f"bob: {number} {'x' * 100}" for number in range(100)]


def test_to_wait_costs_as_much_for_each_line_however_many_wait() -> None:
    def work(lines: int) -> int:
        server = SshServer()
        alice = reader(server)
        write = alice.protocol.channel.protocol.write
        return work_of(lambda: [write(b"x" * 100) for _ in range(lines)])

    assert work(2000) < 3 * work(1000)


def test_while_keys_are_exchanged_what_is_said_waits_and_then_comes() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    alice.reads()
    transport = alice.protocol
    transport.sendKexInit()
    bob.types(*[f"{number}" for number in range(100)])
    # Conch's own queue would hold them without a limit.
    kinds = {kind for kind, _ in transport._blockedByKeyExchange}
    assert 94 not in kinds
    assert [line for line in alice.reads() if line.startswith("bob")] == [
        f"bob: {number}" for number in range(100)
    ]


def test_keys_can_be_exchanged_again_and_again() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    for number in range(12):
        alice.exchanges_keys()
        alice.types(f"{number}\n")
    assert bob.reads()[-12:] == [f"alice: {number}" for number in range(12)]


def test_a_second_session_and_all_forwarding_are_refused_and_the_session_goes_on() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    alice.opens(b"session")
    assert "one session" in alice.refusals[-1]
    for kind in (b"direct-tcpip", b"forwarded-tcpip", b"x11"):
        alice.opens(kind)
        assert "Nothing is forwarded here." in alice.refusals[-1]
    for request in (b"tcpip-forward", b"streamlocal-forward@openssh.com"):
        assert not alice.asks_globally(request)
    for request in (b"subsystem", b"x11-req", b"auth-agent-req@openssh.com", b"env"):
        assert not alice.asks(request, NS(b"sftp") + NS(b"x"))
    for request in (b"shell", b"exec", b"pty-req"):
        assert not alice.asks(request, NS(b"/who") + bytes(40)), "it has begun already"
    alice.types("still here\n")
    assert bob.reads() == ["alice: still here"]


def test_a_client_that_looks_whether_the_server_is_there_is_answered() -> None:
    alice = SshServer().ssh("alice")
    # OpenSSH takes any answer (ServerAliveInterval), also a refusal.
    assert not alice.asks_globally(b"keepalive@openssh.com")
    assert alice.is_connected


def test_who_sends_more_than_the_window_is_disconnected() -> None:
    alice = SshServer(limits=Limits(rate=4.0, burst=10)).ssh("alice")
    alice.channel.remoteWindowLeft = 10**9
    alice.types("x\n" * 2 * WINDOW)
    assert not alice.is_connected


def test_what_is_typed_too_fast_waits_at_the_client() -> None:
    server = SshServer(limits=Limits(rate=4.0, burst=10))
    alice = server.ssh("alice")
    alice.types("x\n" * 50_000)
    channel = alice.protocol.channel
    assert sum(map(len, channel._typed)) <= WINDOW
    assert channel.localWindowLeft < WINDOW // 2
    assert alice.is_connected


def test_keys_that_come_too_fast_wait_at_the_client_too() -> None:
    server = SshServer(limits=Limits(rate=4.0, burst=10))
    alice = server.ssh("alice", term="xterm")
    alice.types("x" * 3000 + "\x1b[D" * 20_000)
    channel = alice.protocol.channel
    assert sum(map(len, channel._typed)) <= WINDOW
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
    channel = alice.protocol.channel
    channel._has_begun = False
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


def test_errors_of_a_stream_that_clients_have_not_are_dropped() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    for _ in range(20):
        alice.channel.conn.sendExtendedData(alice.channel, 1, b"x" * 10_000)
        alice.settle()
    alice.types("hello\n")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("columns", [0, 1, 2**32 - 1])
def test_a_terminal_of_any_width_is_written_to(columns: int) -> None:
    server = SshServer(limits=NO_LIMITS)
    alice = server.ssh("alice", term="xterm", columns=columns)
    alice.resizes(columns)
    alice.types("hello\r")
    assert server.chat.hub.rooms["lobby"].timeline.number
    assert alice.is_connected


def test_our_own_failure_reaches_the_log_without_what_was_typed(capsys) -> None:
    alice = SshServer().ssh("alice")

    def fail(data: bytes) -> None:
        raise RuntimeError(f"cannot take {data!r}")

    alice.protocol.channel.protocol.dataReceived = fail
    alice.types("topsecret\n")
    assert not alice.is_connected
    logged = capsys.readouterr().err
    assert "What was typed within SSH failed" in logged
    assert "topsecret" not in logged
