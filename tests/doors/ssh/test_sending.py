"""
What is sent in a channel: as much as its reader takes.
"""

from shared_ssh import SshServer
from work import work_of

from twisted_chat.doors.line.factory import LineLimits

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
        waiting = sum(len(data) for _, data in channel.sending._waiting)
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
