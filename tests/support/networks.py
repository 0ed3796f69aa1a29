"""
Network namespaces: a computer that is connected by one cable, which can be pulled.
"""

import contextlib
import ctypes
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from attrs import frozen
from needs import need

# From linux/sched.h.
_CLONE_NEWNET = 0x40000000
# Of the block for documentation, RFC 5737: nothing else is there.
NEAR, FAR = "192.0.2.1", "192.0.2.2"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@frozen
class Network:
    """
    Two computers with a cable between them.

    Attributes:
        near: the namespace of the one, whose address is `NEAR`.
        far: that of the other, at `FAR`.
    """

    near: str
    far: str

    @classmethod
    @contextlib.contextmanager
    def laid(cls) -> Iterator[Self]:
        """
        Make them; where that may not be, skip the test.
        """
        if os.geteuid():
            pytest.skip("only root can make network namespaces")
        need("ip")
        name = f"chat-{secrets.token_hex(3)}"
        network = cls(f"{name}-near", f"{name}-far")
        with contextlib.ExitStack() as stack:
            try:
                for each in (network.near, network.far):
                    _ip("netns", "add", each)
                    stack.callback(_ip, "netns", "del", each)
                _ip("-n", network.near, "link", "add", "cable", "type", "veth",
                    "peer", "name", "cable", "netns", network.far)  # fmt: skip
                for each, address in ((network.near, NEAR), (network.far, FAR)):
                    _ip("-n", each, "address", "add", f"{address}/24", "dev", "cable")
                    _ip("-n", each, "link", "set", "cable", "up")
                    _ip("-n", each, "link", "set", "lo", "up")
            except subprocess.CalledProcessError as error:
                reason = error.stderr.decode().strip()
                pytest.skip(f"network namespaces cannot be made: {reason}")
            yield network

    def pull_the_cable(self) -> None:
        """
        Let nothing through any more, without a word to either side.
        """
        _ip("-n", self.far, "link", "set", "cable", "down")

    def put_the_cable_back(self) -> None:
        """
        Let everything through again.
        """
        _ip("-n", self.far, "link", "set", "cable", "up")


@contextlib.contextmanager
def inside(namespace: str) -> Iterator[None]:
    """
    Make sockets and processes in ``namespace``; where they were made they stay.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(descriptor: int) -> None:
        if libc.setns(descriptor, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(Path("/run/netns") / namespace, os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(here)
        os.close(here)
        os.close(there)
