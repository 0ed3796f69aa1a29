"""
Connections without a byte, as health checks and browsers make them: they cost nobody anything.
"""

import socket
import ssl
from collections.abc import Callable
from functools import partial

import pytest
from harness import Certificate, Server, sockets_of, wait_until

# One more than an address may open in ten minutes by default, and half as many again.
_MANY = 48


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


def test_health_checks_and_spare_connections_use_up_no_allowance_and_no_line_of_the_log(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    server = start(*doors(certificate, "door"))
    before = server.log
    spare = [server.connect(server.addresses[0]) for _ in range(17)]
    for address in server.addresses:
        for number in range(_MANY):
            if address.isdigit():
                connects_and_goes(address)
                # As checks do, one after the other.
                if number % 8 == 0 and address != server.addresses[0]:
                    wait_until(partial(is_quiet, address), "they are gone")
            else:
                connects_and_goes(f"{server.directory}/door")
    for connection in spare:
        connection.expect_prompt()
    assert server.log == before
    # All of them from the address that tries now.
    server.arrive("alice", server.addresses[0])
    assert server.log[len(before) :].count("Connection ") == 2


@pytest.mark.parametrize("first", [b"\n", b"\xff", b"alice\n"])
def test_who_sends_anything_to_a_users_door_is_counted(
    start: Callable[..., Server], first: bytes
) -> None:
    server = start("--port=0", "--host-rate=5/600")
    for _ in range(5):
        connects_and_goes(server.address, first)
    with socket.create_connection(("127.0.0.1", int(server.address))) as refused:
        refused.sendall(b"alice\n")
        assert refused.recv(100).startswith(b"Too many new connections from your address")


def test_a_handshake_that_was_begun_is_counted_as_such(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    server = start(*doors(certificate, "door")[:2], "--handshake-rate=5/600")
    plain, tls = server.addresses[:2]
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
    with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
        server.connect(tls, tls=context)
    assert server.log.count("Refused a TLS handshake with '127.0.0.1': too many") == 1
    server.arrive("alice", plain)
