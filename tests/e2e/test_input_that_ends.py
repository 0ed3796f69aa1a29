"""
Clients that end their input, as nc does at the end of a file, and still read.
"""

import socket
import subprocess
import time
from pathlib import Path

import pytest
from harness import WITHIN, Server, running
from needs import need


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_what_was_sent_before_the_end_is_done_and_answered(tmp_path: Path, reactor: str) -> None:
    options = ("--listen", "tcp:0:interface=127.0.0.1", "--host-rate", "0")
    with running(tmp_path, *options, reactor=reactor) as server:
        bob = server.arrive("bob")
        for _ in range(20):
            alice = server.connect()
            alice.sends(b"alice\n" + b"hello\n" * 3 + b"/stats\n")
            alice.socket.shutdown(socket.SHUT_WR)
            assert b"Lines in public rooms since the start" in alice.read_to_end()
            bob.skip_to("alice: hello")
            bob.skip_to("*** alice has left #lobby ***")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/history 5", "bob: hello from bob"),
        ("/search hello", "bob: hello from bob"),
        ("a zebra\n/history 5", "dave: a zebra"),
        ("a zebra\n/search zebra", "dave: a zebra"),
    ],
)
def test_what_is_answered_from_the_disk_is_answered_to_nc(
    server: Server, typed: str, answer: str
) -> None:
    nc = need("nc")
    bob, carol = server.arrive("bob"), server.arrive("carol")
    bob.types("hello from bob")
    # What anyone has read is on the disk.
    carol.skip_to("bob: hello from bob")
    found = subprocess.run(
        [nc, "-N", "127.0.0.1", server.address],
        input=f"dave\n{typed}\n".encode(),
        stdout=subprocess.PIPE,
        timeout=WITHIN,
        check=True,
    )
    assert answer in found.stdout.decode()


@pytest.mark.parametrize("lines", [40, 5000], ids=["all of it read", "most of it unread"])
def test_a_paste_ends_with_a_connection_that_is_lost_and_goes_on_with_one_that_reads(
    tmp_path: Path, lines: int
) -> None:
    options = ("--listen", "tcp:0:interface=127.0.0.1", "--host-rate", "0")
    with running(tmp_path, *options) as server:
        bob, alice = server.arrive("bob"), server.connect()
        paste = "".join(f"line {number}\n" for number in range(lines))
        alice.sends(f"alice\n{paste}".encode())
        bob.skip_to("alice: line 9")
        began = time.monotonic()
        bob.skip_to("alice: line 10")
        alice.socket.close()
        # Two came in each second until then, and one may be on its way.
        most = 2 + 2 * (time.monotonic() - began)
        assert len(bob.skip_to("*** alice has left #lobby ***")) <= most
        carol = server.connect()
        carol.sends(b"carol\n" + b"hello\n" * 14)
        carol.socket.shutdown(socket.SHUT_WR)
        assert len(bob.skip_to("*** carol has left #lobby ***")) == 15
