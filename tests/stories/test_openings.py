"""
Whatever a connection begins with, also within TLS, nothing fails and nothing is left behind.

`OPENINGS=1000000 pytest tests/stories/test_openings.py` tries a million of them.
"""

import os
import random
from functools import partial
from pathlib import Path

from certificate_chains import Authority
from shared_port import Client, Port
from shared_tls import Encrypted, trusting
from twisted.logger import LogLevel, globalLogPublisher

from twisted_chat.limits import Limits
from twisted_chat.server.doors import Given, names_of, open_port
from twisted_chat.server.identity import Identity
from twisted_chat.server.settings import Settings
from twisted_chat.server.ssh.host_key import HostKey
from twisted_chat.server.tls.certificates import Certificates, Pair

OPENINGS = int(os.environ.get("OPENINGS", "10000"))
WS = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
# What programs begin with; a half of the openings is made from these.
CORPUS = [
    b"alice\r\n", b"/quit\n", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", b"POST / HTTP/1.0\r\n",
    b"X-Forwarded-For: ::1\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"CAP LS 302\r\nNICK a\r\n",
    b'{"request": "hello", "name": "bob"}\n', b'{"request": "say", "text": "hi"}\n', WS,
    b"\xff\xfb\x1f\xff\xfa\x1f\0P\0\x18\xff\xf0", b"\xff\xfd\x01",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", b"\r\n\r\n\0\r\nQUIT\n", b"\x03", b"\x04", b"\x16",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", b"EHLO x\r\n", b"\x05\x01\0", b"\r", b"\n", b"\0",
    b"\x81\x85\0\0\0\0hello", b"\x88\x80\0\0\0\0", b"\x82\xfe\x7f\xff\0\0\0\0",
    b"*1\r\n$4\r\nPING\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"/login bob\r\nhunter2hunt\r\n",
]  # fmt: skip


def opening(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return chance.randbytes(chance.randrange(200))
    pieces = [chance.choice(CORPUS) for _ in range(chance.randint(1, 4))]
    data = bytearray(b"".join(pieces))
    for _ in range(chance.choice([0, 0, 1, 3])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.choice([len(data), chance.randint(1, len(data))])])


class DefaultPort(Port):
    """
    A port with TLS and the doors that a server opens by default.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        authority = Authority(folder)
        issued = authority.issue("chat", "chat.example")
        self.context = trusting(authority.root)
        super().__init__(limits=limits)
        self.admission.doors.clear()
        encrypt = partial(
            Certificates([Pair(issued.fullchain, issued.privkey)]).around, clock=self.clock
        )
        settings = Settings()
        key = HostKey(Identity())
        given = Given(self.chat.hub, self.chat.dispatcher, settings, host_key=key.read)
        self.factory = open_port(names_of(settings.doors), given, self.admission, encrypt)


class Within:
    """
    A client within TLS.
    """

    def __init__(self, client: Client, port: DefaultPort) -> None:
        self.transport = client.transport
        self._tls = Encrypted(client, port.context)
        self._tls.shakes_hands()

    def receive(self, data: bytes) -> None:
        self._tls.sends(data)


def knock(port: DefaultPort, chance: random.Random) -> Client:
    """
    Connect, send an opening in a few pieces, and let some time pass in between.
    """
    client = port.connect(f"192.0.{chance.randrange(256)}.{chance.randrange(256)}")
    if chance.random() < 0.2:
        port.clock.advance(0.5)
    receive = client.transport.receive
    # TLS may not begin behind the prompt.
    if chance.random() < 0.05 and not client.reads():
        receive = Within(client, port).receive
    data = opening(chance)
    places = sorted(chance.randint(0, len(data)) for _ in range(chance.choice([0, 0, 1, 3])))
    for start, stop in zip([0, *places], [*places, len(data)], strict=True):
        if data[start:stop] and client.is_connected:
            receive(data[start:stop])
        if chance.random() < 0.1:
            port.clock.advance(chance.choice([0.1, 0.5, 11]))
    if client.is_connected and chance.random() < 0.2:
        protocol = client.transport.protocol
        if hasattr(protocol, "readConnectionLost"):
            protocol.readConnectionLost()
    return client


def test_whatever_comes_first_nothing_fails_and_nothing_is_left_behind(tmp_path: Path) -> None:
    port = DefaultPort(tmp_path, Limits(max_clients=200))
    failures = []

    def keep(event: dict) -> None:
        if event["log_level"] >= LogLevel.error:
            failures.append(event)

    chance = random.Random(7)
    globalLogPublisher.addObserver(keep)
    clients = []
    try:
        for number in range(OPENINGS):
            clients.append(knock(port, chance))
            if number % 100 == 99:
                for client in clients:
                    if client.is_connected:
                        client.transport.hang_up()
                clients.clear()
                port.clock.advance(1)
        for client in clients:
            if client.is_connected:
                client.transport.hang_up()
    finally:
        globalLogPublisher.removeObserver(keep)
    assert failures == []
    # The calendar looks no more often.
    port.advance(600)
    assert port.admission.total == 0
    assert not port.chat.hub.sessions
    assert not port.chat.hub.users
    assert len(port.clock.getDelayedCalls()) == 0
