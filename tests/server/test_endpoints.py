"""
Endpoints: where a server listens.
"""

from __future__ import annotations

import errno
import os
import socket
from functools import partial
from pathlib import Path

import pytest
from shared_service import started
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.python.failure import Failure

from twisted_chat.doors.irc.protocol import IrcFactory
from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.doors.line.factory import ChatFactory
from twisted_chat.doors.port.factory import PortFactory
from twisted_chat.doors.ssh.factory import SshFactory
from twisted_chat.doors.web.factory import WebFactory
from twisted_chat.options import BadSetting
from twisted_chat.server import endpoints
from twisted_chat.server import settings as all_settings

Settings = partial(all_settings.Settings, database="memory:")


def test_every_endpoint_is_listened_on() -> None:
    reactor, _ = started(Settings(listen=("tcp:1000", "unix:chat.sock:mode=600")))
    assert [server[0] for server in reactor.tcpServers] == [1000]
    assert [server[0] for server in reactor.unixServers] == ["chat.sock"]


def test_a_crowd_may_wait_to_be_accepted_at_every_endpoint_unless_it_says_otherwise() -> None:
    listen = ("tcp:1000", "haproxy:tcp:1001", "unix:chat.sock", "tcp:1002:backlog=7")
    reactor, _ = started(Settings(listen=listen))
    assert [server[2] for server in reactor.tcpServers] == [1024, 1024, 7]
    assert [server[2] for server in reactor.unixServers] == [1024]


def test_behind_a_proxy_the_door_waits_for_the_real_address() -> None:
    _, service = started(Settings(listen=("haproxy:tcp:1000", "tcp:1001")))
    lines = [door for door in service._admission.doors if isinstance(door, ChatFactory)]
    assert [door.is_proxied for door in lines] == [True, False]


def refusal_of(endpoint: str) -> str:
    """
    Return why this cannot be listened on.
    """
    with pytest.raises(BadSetting) as raised:
        started(Settings(listen=(endpoint,)))
    return str(raised.value)


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ("nonsense", "Unknown endpoint type: 'nonsense'"),
        ("", "Unknown endpoint type: ''"),
        ("tcp:x", "'x' is not a number; write it like tcp:7342:interface=127.0.0.1"),
        ("haproxy:tcp:x", "'x' is not a number; write it like tcp:7342:interface=127.0.0.1"),
        ("tcp", "a part of it is missing or unknown; write it like tcp:7342:interface=127.0.0.1"),
        ("unix:a:hue=2", "a part of it is missing or unknown; write it like unix:chat.sock"),
        (
            "systemd:",
            "a part of it is missing or unknown; write it like systemd:domain=INET6:index=0",
        ),
    ],
)
def test_what_is_no_endpoint_is_named_with_what_would_be_one(endpoint: str, fault: str) -> None:
    assert refusal_of(endpoint) == f"listen: {endpoint!r} is not an endpoint: {fault}."


@pytest.mark.parametrize("which", ["index=0", "name=chat"])
def test_a_socket_that_systemd_does_not_hold_is_named(which: str) -> None:
    assert refusal_of(f"systemd:domain=INET6:{which}") == (
        f"listen: cannot listen on systemd:domain=INET6:{which}: "
        "systemd has handed over no such socket; start its .socket unit."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot listen on {endpoint}: cannot read {file}: No such file or directory."),
        (
            "no key",
            (
                "cannot listen on {endpoint}: {file} holds no certificate in PEM; "
                "use the fullchain.pem of certbot, or what openssl writes."
            ),
        ),
    ],
    ids=["missing", "no key"],
)
def test_a_key_that_cannot_be_used_is_named(
    tmp_path: Path, content: str | None, sentence: str
) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_text(content)
    endpoint = f"ssl:7343:privateKey={file}"
    assert refusal_of(endpoint) == f"listen: {sentence.format(endpoint=endpoint, file=file)}"


def test_nothing_but_tls_needs_a_certificate() -> None:
    assert refusal_of("ssl:7343") == (
        "listen: cannot listen on ssl:7343: there is no certificate; "
        "give tls-certificate and tls-key, or tls self-signed."
    )


@pytest.mark.parametrize("part", ["sslmethod=TLSv1_METHOD", "dhParameters=dh.pem", "hue=2"])
def test_what_twisted_knew_of_tls_and_we_do_not_is_named(part: str) -> None:
    assert refusal_of(f"ssl:7343:{part}") == (
        f"listen: 'ssl:7343:{part}' is not an endpoint: a part of it is missing or unknown; "
        "write it like ssl:7343, with tls-certificate and tls-key."
    )


def test_a_door_stands_before_its_endpoint() -> None:
    _, service = started(Settings(listen=("line:tcp:1000", "web:haproxy:tcp:1001", "tcp:1002")))
    line, web, *both = service._admission.doors
    assert type(line) is type(both[0]) is ChatFactory
    kinds = [type(door.proper()) for door in (web, *both[1:])]
    assert kinds == [WebFactory, WebFactory, JsonFactory, SshFactory, IrcFactory]


def test_a_door_that_is_not_there_is_named() -> None:
    with pytest.raises(BadSetting) as raised:
        started(Settings(doors="line,gopher"))
    assert str(raised.value) == "doors must be some of line,web,json,ssh,irc, not 'gopher'."


def test_a_port_of_every_address_is_one_socket() -> None:
    reactor, _ = started(Settings(port=0))
    ((_, family, factory),) = reactor.adoptedPorts
    assert family in (socket.AF_INET6, socket.AF_INET)
    assert isinstance(factory, PortFactory)


def test_the_lock_beside_a_socket_names_the_process_that_serves(tmp_path: Path) -> None:
    class Port:
        class lockFile:  # noqa: N801  # Twisted's
            name = os.fsencode(tmp_path / "chat.sock.lock")

    (tmp_path / "chat.sock.lock").symlink_to("1")
    endpoints.hold(Port())
    assert str((tmp_path / "chat.sock.lock").readlink()) == str(os.getpid())
    endpoints.hold(object())
    assert [path.name for path in tmp_path.iterdir()] == ["chat.sock.lock"]


class Endpoint:
    """
    An endpoint that fires with what it is told, or with nothing.
    """

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = outcomes

    def listen(self, _: object) -> Deferred[object]:
        done: Deferred[object] = Deferred()
        for outcome in self.outcomes:
            done.callback(outcome)
        return done


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ((), "listen: tcp:1 did not answer at once."),
        (
            (Failure(CannotListenError("", 1, OSError(errno.EADDRINUSE, "in use"))),),
            "listen: cannot listen on tcp:1: Address already in use.",
        ),
        (
            (Failure(ValueError("no such thing.")),),
            "listen: cannot listen on tcp:1: no such thing.",
        ),
    ],
)
def test_what_cannot_be_bound_is_told_in_a_sentence(outcome: tuple[object], sentence: str) -> None:
    place = endpoints.Place("listen", "tcp:1", Endpoint(*outcome))
    with pytest.raises(BadSetting) as refused:
        place.bind(None)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("how", "site"),
    [
        # The number that a port in memory has.
        ({"port": 0}, "http://localhost:1234"),
        ({"listen": ("tcp:80",)}, "http://localhost"),
        ({"listen": ("tcp:7001", "tcp:7002")}, "http://localhost:7001"),
        ({"listen": ("line:tcp:7001", "web:tcp:7002")}, "http://localhost:7002"),
        ({"listen": ("line:tcp:7001",)}, ""),
        ({"listen": ("unix:chat.sock",)}, "http://localhost"),
        ({"port": 0, "web_address": "https://chat.example/"}, "https://chat.example"),
    ],
)
def test_the_server_knows_where_it_is_reached(
    how: dict[str, object], site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, service = started(Settings(**how))
    assert service.hub.webhooks.site == site


def test_with_a_certificate_it_is_reached_by_https(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, service = started(Settings(tls="self-signed", listen=("tcp:7342",)))
    assert service.hub.webhooks.site == "https://localhost:7342"
