"""
Garbage costs one line of the log, and nothing fails or stays.

`OPENINGS=100000 SEED=7 pytest tests/doors/ssh/test_guarded.py` tries so many openings, and others.
"""

import os
import random

import attrs
import pytest
from logins import register
from shared_ssh import SshServer, new_key
from twisted.conch.ssh.common import NS
from twisted.internet.address import IPv4Address
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.ssh.exchanges import AT_ONCE, COUNTED_FOR
from twisted_chat.doors.ssh.guarded import HANDSHAKE_WITHIN, GuardedTransport
from twisted_chat.errors import Failed
from twisted_chat.log import LINES
from twisted_chat.testing import NO_LIMITS, MemoryTransport

OPENINGS = int(os.environ.get("OPENINGS", "2000"))
SEED = int(os.environ.get("SEED", "2026"))
BANNER = b"SSH-2.0-OpenSSH_9.2\r\n"


def knock(server: SshServer, *pieces: bytes) -> MemoryTransport:
    """
    Connect, and send bytes as they are.
    """
    transport = MemoryTransport(server.chat.clock, "192.0.2.9")
    protocol = server.factory.buildProtocol(IPv4Address("TCP", "192.0.2.9", 1))
    transport.protocol = protocol
    protocol.makeConnection(transport)
    for piece in pieces:
        transport.receive(piece)
    server.chat.advance()
    return transport


def packet(payload: bytes) -> bytes:
    """
    Return a packet that is not encrypted (RFC 4253, section 6).
    """
    padding = 8 - (5 + len(payload)) % 8
    padding += 8 * (padding < 4)
    return (1 + len(payload) + padding).to_bytes(4) + bytes((padding,)) + payload + bytes(padding)


def kex_init(*, kex: bytes = b"curve25519-sha256", follows: bool = False) -> bytes:
    names = [kex, b"ssh-ed25519", *[b"aes256-ctr"] * 2, *[b"hmac-sha2-256"] * 2, *[b"none"] * 2]
    lists = b"".join(map(NS, [*names, b"", b""]))
    return packet(b"\x14" + bytes(16) + lists + bytes((follows,)) + bytes(4))


def warnings(logs: list) -> list[str]:
    return [formatEvent(log) for log in logs if log["log_level"] >= LogLevel.warn]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 64,
        b"\xff" * 64,
        packet(b"\x14"),
        packet(b"\x1e" + NS(bytes(32))),
        packet(b"\x15"),
        packet(b"\x05"),
        packet(b"\x05" + NS(b"ssh-connection")),
        packet(b"\x05" + NS(b"ssh-userauth")) + packet(b"\x32"),
        packet(b"\x01"),
        packet(b"\x04\x01"),
        kex_init(kex=b"none-of-ours"),
        kex_init() + packet(b"\x1e" + NS(b"short")),
        kex_init() + packet(b"\x1e" + NS(bytes(32))),
        kex_init(kex=b"mlkem768x25519-sha256") + packet(b"\x1e" + NS(b"\xff" * 1216)),
        kex_init() + kex_init(),
        kex_init() + packet(b"\x15"),
        packet(b"\x15") + kex_init(),
        packet(b"\x06" + NS(b"ssh-userauth")),
        packet(b"\x1f" + NS(bytes(32))),
        packet(b"\x50" + NS(b"keepalive") + b"\x01"),
    ],
    ids=range(20),
)
def test_garbage_before_the_login_costs_at_most_one_line_of_the_log(garbage: bytes) -> None:
    server = SshServer()
    with capturedLogs() as logs:
        transport = knock(server, BANNER, garbage)
        server.chat.advance(HANDSHAKE_WITHIN + CLOSE_WITHIN + 1)
    assert transport.protocol is None
    assert len(warnings(logs)) <= 1
    # A bug of ours would be logged as an error.
    assert not any(log["log_level"] >= LogLevel.error for log in logs)
    assert server.factory.connections == 0
    assert not server.chat.hub.sessions


def test_what_a_flood_of_it_writes_to_the_log_is_limited() -> None:
    server = SshServer()
    with capturedLogs() as logs:
        for _ in range(100):
            knock(server, BANNER, b"\0" * 64)
    assert len(warnings(logs)) <= LINES.count


def opening(chance: random.Random) -> list[bytes]:
    """
    Return the beginning of a connection, right up to some place, in a few pieces.
    """
    pieces = [BANNER, kex_init(follows=chance.random() < 0.2)]
    pieces.append(packet(b"\x1e" + NS(chance.randbytes(chance.choice([32, 32, 5, 1216])))))
    pieces.append(packet(b"\x15"))
    pieces += [
        packet(bytes((chance.randrange(256),)) + chance.randbytes(chance.randrange(60)))
        for _ in range(3)
    ]
    data = bytearray(b"".join(pieces[: chance.randint(1, len(pieces))]))
    for _ in range(chance.choice([0, 1, 1, 3])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        data += chance.randbytes(chance.randrange(300))
    place = chance.randrange(len(data))
    return [bytes(data[:place]), bytes(data[place:])]


def test_whatever_an_ssh_client_begins_with_nothing_fails_and_nothing_is_left_behind() -> None:
    limits = attrs.evolve(NO_LIMITS, login_timeout=60.0)
    chance, server = random.Random(SEED), SshServer(limits=limits)
    with capturedLogs() as logs:
        for number in range(OPENINGS):
            knock(server, *opening(chance))
            if number % 100 == 0:
                server.chat.advance(5)
        server.chat.advance(HANDSHAKE_WITHIN + CLOSE_WITHIN + 60)
    failed = [formatEvent(log) for log in logs if log["log_level"] >= LogLevel.error]
    assert failed == []
    assert (server.factory.connections, len(server.chat.hub.sessions)) == (0, 0)


def test_whatever_a_client_sends_within_the_encryption_nothing_fails() -> None:
    chance, server = random.Random(SEED), SshServer()
    with capturedLogs() as logs:
        for number in range(max(30, OPENINGS // 50)):
            client = server.ssh(f"guest{number}", term=chance.choice(["", "xterm"]))
            for _ in range(10):
                if client.is_connected:
                    # Any kind of packet, those of the channel most of all.
                    kind = chance.choice([chance.randrange(256), chance.randint(90, 98)])
                    begin = chance.choice([b"", bytes(4)])
                    client.sends_packet(kind, begin + chance.randbytes(chance.randrange(40)))
            client.hangs_up()
    failed = [formatEvent(log) for log in logs if log["log_level"] >= LogLevel.error]
    assert failed == []
    assert (server.factory.connections, len(server.chat.hub.sessions)) == (0, 0)


def test_a_bug_of_ours_is_none_of_the_clients_and_reaches_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, typed = SshServer(), "topsecret"
    register(server.chat, "alice")

    def fail(*_: object) -> bool:
        raise KeyError(typed)

    monkeypatch.setattr(type(server.chat.hub.keys), "opens", fail)
    alice = server.ssh("alice", keys=(new_key(),))
    assert not alice.is_connected
    assert alice.farewell == str(Failed())
    logged = capsys.readouterr().err
    assert "A packet of SSH failed" in logged
    assert "in _take_key" in logged
    assert "topsecret" not in logged
    assert "does not speak SSH" not in logged


def test_a_client_that_exchanges_no_keys_is_cut_in_time() -> None:
    server = SshServer()
    transport = knock(server, BANNER)
    server.chat.advance(HANDSHAKE_WITHIN - 1)
    assert transport.protocol is not None
    server.chat.advance(2)
    assert transport.protocol is None


def test_a_client_that_begins_to_exchange_keys_again_is_cut_in_time_if_it_does_not_end() -> None:
    server = SshServer()
    alice = server.ssh("alice")
    server.chat.advance(10 * HANDSHAKE_WITHIN)
    alice.exchanges_keys()
    server.chat.advance(10 * HANDSHAKE_WITHIN)
    assert alice.is_connected, "an exchange that has ended has no end to wait for"
    alice.begins_exchange()
    server.chat.advance(HANDSHAKE_WITHIN - 1)
    assert alice.is_connected
    server.chat.advance(2)
    assert not alice.is_connected


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (5, NS(b"ssh-userauth")),
        (50, NS(b"alice") + NS(b"ssh-connection") + NS(b"none")),
        (80, NS(b"keepalive@openssh.com") + b"\1"),
        (90, NS(b"session") + (1).to_bytes(4) + (1000).to_bytes(4) * 2),
        (94, (0).to_bytes(4) + NS(b"hello\n")),
        (192, b""),
    ],
)
def test_nothing_that_is_no_part_of_the_exchange_may_come_while_keys_are_exchanged(
    kind: int, payload: bytes
) -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    bob.reads()
    alice.begins_exchange()
    alice.sends_packet(2, NS(b"ignored"))
    assert alice.is_connected
    with capturedLogs() as logs:
        alice.sends_packet(kind, payload)
    assert not alice.is_connected
    assert bob.reads() == ["*** alice has left #lobby ***"]
    assert len(warnings(logs)) == 1


def test_a_flood_of_exchanges_that_do_not_end_keeps_nobody_out() -> None:
    server = SshServer()
    # The base point of the curve is a key as any other.
    begun = kex_init() + packet(b"\x1e" + NS(b"\x09" + bytes(31)))
    flood = [knock(server, BANNER, begun) for _ in range(3 * AT_ONCE)]
    # The server's key and its signature are some 200 bytes.
    sizes = [len(each.value()) for each in flood]
    assert [size > sizes[-1] + 150 for size in sizes] == [True] * AT_ONCE + [False] * 2 * AT_ONCE
    alice = server.ssh("alice")
    assert not alice.is_let_in
    for _ in range(3):
        server.chat.advance(COUNTED_FOR)
        alice.settle()
    assert alice.is_let_in
    assert all(len(each.value()) > sizes[-1] + 150 for each in flood)
    server.chat.advance(HANDSHAKE_WITHIN + CLOSE_WITHIN)
    assert server.factory.connections == 1


def test_those_whose_turn_comes_with_garbage_are_refused_as_others_are() -> None:
    server = SshServer()
    begun = kex_init() + packet(b"\x1e" + NS(b"\x09" + bytes(31)))
    flood = [knock(server, BANNER, begun) for _ in range(AT_ONCE)]
    broken = [knock(server, BANNER, kex_init(), packet(b"\x1e" + NS(b"x"))) for _ in range(300)]
    with capturedLogs() as logs:
        for each in flood:
            each.hang_up()
        for _ in range(300):
            server.chat.advance()
    assert all(each.protocol is None for each in broken)
    assert not any("Traceback" in each for each in warnings(logs))


def test_a_packet_that_never_ends_is_not_kept() -> None:
    server = SshServer()
    transport = knock(server, BANNER, (1_000_000).to_bytes(4) + b"\4", *[b"x" * 16384] * 10)
    assert transport.protocol is None


def test_nothing_that_ssh_audit_fails_is_offered() -> None:
    assert GuardedTransport.supportedKeyExchanges[0] == b"mlkem768x25519-sha256"
    assert not [name for name in GuardedTransport.supportedCiphers if b"cbc" in name]
    assert not [
        name for name in GuardedTransport.supportedMACs if b"sha1" in name or b"md5" in name
    ]
