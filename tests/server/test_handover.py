"""
Handover: sockets of another process are asked what they are, and stay that process's.
"""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.endpoints import AdoptedStreamServerEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from twisted_chat.server import handover
from twisted_chat.server.handover import Unfit, endpoint_of


class Reactor(MemoryReactorClock):
    """
    A reactor that keeps what it reads from.
    """

    def reading(self) -> list[object]:
        return list(self.readers)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[socket.socket]]:
    """
    Sockets that were handed over, in their order; as many as the test makes.
    """
    sockets: list[socket.socket] = []

    def by_index(reactor: object, description: str) -> object:
        parts = dict(part.partition("=")[::2] for part in description.split(":")[1:])
        family = handover._DOMAINS[parts["domain"]]
        fileno = sockets[int(parts["index"])].fileno()
        return AdoptedStreamServerEndpoint(reactor, fileno, family)

    # What the parser of Twisted's own endpoint makes of the descriptors of a process.
    monkeypatch.setattr(handover.endpoints, "serverFromString", by_index)
    yield sockets
    for each in sockets:
        each.close()


def listening(family: int, address: object) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind(address)
    made.listen()
    return made


def test_a_socket_is_what_its_domain_says(held: list[socket.socket]) -> None:
    held += [
        listening(socket.AF_INET, ("127.0.0.1", 0)),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    ]
    taken: set[int] = set()
    endpoint = endpoint_of(Reactor(), "systemd:domain=INET:index=0", taken)
    assert isinstance(endpoint, AdoptedStreamServerEndpoint)
    assert taken == {held[0].fileno()}
    refusals = {
        "systemd:domain=INET:index=0": "that socket is listened on already; name it once",
        "systemd:domain=INET:index=1": "that is no stream socket; "
        "have its .socket unit say ListenStream=",
        "systemd:domain=INET:index=2": "that socket does not listen; "
        "have its .socket unit say Accept=no",
    }
    for description, sentence in refusals.items():
        with pytest.raises(Unfit) as refused:
            endpoint_of(Reactor(), description, taken)
        assert str(refused.value) == sentence
    with pytest.raises(Unfit, match=r"^that is an IPv4 socket; write domain=INET$"):
        endpoint_of(Reactor(), "systemd:domain=INET6:index=0", set())


def test_what_is_no_socket_is_refused(
    held: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.devnull, "rb") as file:  # noqa: PTH123  # its descriptor
        endpoint = AdoptedStreamServerEndpoint(Reactor(), file.fileno(), socket.AF_INET)
        monkeypatch.setattr(handover.endpoints, "serverFromString", lambda *_: endpoint)
        with pytest.raises(Unfit, match=r"^what was handed over is no socket"):
            endpoint_of(Reactor(), "systemd:domain=INET:index=0", set())


def test_what_was_not_handed_over_fails_to_listen_and_a_domain_must_be_one() -> None:
    endpoint = endpoint_of(Reactor(), "systemd:domain=INET:index=0", set())
    failures: list[Failure] = []
    endpoint.listen(Factory()).addErrback(failures.append)
    assert failures[0].getErrorMessage() == (
        "systemd has handed over no such socket; start its .socket unit"
    )
    with pytest.raises(Unfit, match=r"^domain must be INET, INET6, UNIX, not 'IPX'$"):
        endpoint_of(Reactor(), "systemd:domain=IPX:index=0", set())


def test_a_unix_socket_is_listened_on_and_its_file_stays_as_it_was(
    held: list[socket.socket], tmp_path: Path
) -> None:
    path = tmp_path / "chat.sock"
    held.append(listening(socket.AF_UNIX, str(path)))
    path.chmod(0o600)
    reactor = Reactor()
    # The endpoint takes the descriptor over.
    copy = socket.socket(fileno=os.dup(held[0].fileno()))
    held.insert(0, copy)
    endpoint = endpoint_of(reactor, "systemd:domain=UNIX:index=0", set())
    ports: list[object] = []
    endpoint.listen(Factory.forProtocol(Protocol)).addCallback(ports.append)
    held.pop(0).detach()
    assert reactor.reading() == ports
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ports[0].connectionLost(Failure(Exception()))
    assert path.exists()
