"""
Whoever ends their input, as nc does at the end of a file, and still reads.
"""

import socket
from pathlib import Path

import pytest
from harness import running


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
