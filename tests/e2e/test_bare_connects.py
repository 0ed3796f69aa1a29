"""
Connections without a byte, as health checks make them: they cost nobody anything.
"""

import contextlib
import re
import signal
import socket
import ssl
from collections.abc import Callable
from functools import partial

import pytest
from harness import Certificate, Server, sockets_of, wait_until

# One more than an address may open in ten minutes by default, and half as many again.
_MANY = 48
_BARE = "was closed without a byte"


def connects_and_goes(address: str, first: bytes = b"") -> None:
    family = socket.AF_UNIX if "/" in address else socket.AF_INET
    with socket.socket(family) as connection:
        connection.connect(address if "/" in address else ("127.0.0.1", int(address)))
        if first:
            connection.sendall(first)


def doors(certificate: Certificate, path: str) -> list[str]:
    files = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    kinds = "tcp:0", f"ssl:0:{files}", "haproxy:tcp:0"
    return [*(f"--listen={kind}:interface=127.0.0.1" for kind in kinds), f"--listen=unix:{path}"]


def is_quiet(address: str) -> bool:
    return not sockets_of(address)


def is_gone(server: Server, count: int) -> Callable[[], bool]:
    """
    Return whether the log has as many, written or counted; the last are counted at the end.
    """

    def look() -> bool:
        written = len(re.findall(_BARE, server.log))
        counted = sum(map(int, re.findall(rf"{_BARE} \((\d+) more", server.log)))
        left = re.search(r"(\d+) more lines suppressed of the kind 'A connection", server.log)
        return written + counted + (int(left[1]) if left else 0) >= count

    return look


def test_health_checks_use_up_no_allowance_and_are_counted_in_the_log(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    server = start(*doors(certificate, "door"))
    for address in server.addresses:
        for number in range(_MANY):
            if address.isdigit():
                connects_and_goes(address)
                # As checks do, one after the other.
                if number % 8 == 0:
                    wait_until(partial(is_quiet, address), "they are gone")
            else:
                connects_and_goes(f"{server.directory}/door")
    # All of them from the address that tries now.
    alice = server.arrive("alice", server.addresses[0])
    assert server.log.count(_BARE) == 1
    assert server.log.count("Connection ") == 2 + server.log.count("Connection 1 ")
    alice.hangs_up()
    server.signals(signal.SIGTERM)
    assert server.wait() == 0
    wait_until(is_gone(server, 4 * _MANY), "all of them are counted")


@pytest.mark.parametrize("first", [b"\n", b"\xff", b"GET / HTTP/1.0\r\n\r\n"])
def test_who_sends_anything_is_counted_as_before(
    start: Callable[..., Server], first: bytes
) -> None:
    server = start("--port=0", "--host-rate=5/600")
    for _ in range(5):
        connects_and_goes(server.address, first)
    with socket.create_connection(("127.0.0.1", int(server.address))) as refused:
        assert refused.recv(100).startswith(b"Too many new connections from your address")


def test_a_handshake_that_was_begun_is_counted(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    server = start(*doors(certificate, "door")[:2], "--host-rate=5/600")
    tls = server.addresses[1]
    context = certificate.context()
    for number in range(5):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        hello = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        with pytest.raises(ssl.SSLWantReadError):
            hello.do_handshake()
        if number % 2:
            connects_and_goes(tls, outgoing.read())
        else:
            # The whole of it, and not a byte of talk.
            server.connect(tls, tls=context).hangs_up()
    wait_until(lambda: server.log.count("closed: 'hung up'") == 5, "all are gone")
    with socket.create_connection(("127.0.0.1", int(tls))) as refused:
        refused.settimeout(15)
        with contextlib.suppress(ConnectionResetError):
            assert refused.recv(100) == b""
    assert "too many new connections" in server.log
