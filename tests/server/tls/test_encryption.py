"""
The TLS of a running server: from its settings, renewed by a reload, and watched for its end.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from certificate_chains import Authority, Issued
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from logins import come
from needs import need
from shared_service import started
from shared_tls import Encrypted, trusting
from twisted.internet.address import IPv4Address

from twisted_chat.options import BadSetting
from twisted_chat.server import settings as all_settings
from twisted_chat.server.identity import Identity
from twisted_chat.server.service import ChatService
from twisted_chat.server.settings import load
from twisted_chat.server.tls.encryption import INTERVAL, Encryption
from twisted_chat.testing import BEGINNING, Chat, MemoryTransport

Settings = partial(all_settings.Settings, database="memory:", listen=("tcp:1000",))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class Raw:
    """
    A client of a running service.
    """

    def __init__(self, reactor: Any, factory: Any) -> None:
        self._reactor = reactor
        self._transport = MemoryTransport(reactor, "127.0.0.1")
        self._transport.protocol = factory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
        self._transport.protocol.makeConnection(self._transport)
        self._seen = 0

    def sends(self, data: bytes) -> None:
        self._transport.receive(data)
        self._reactor.pump([0, 0.05])

    def reads(self) -> bytes:
        data: bytes = self._transport.value()[self._seen :]
        self._seen += len(data)
        return data


def shown(reactor: Any, root: Path, port: int = 0) -> bytes:
    """
    Return the certificate that a client is shown.
    """
    client = Encrypted(Raw(reactor, reactor.tcpServers[port][1]), trusting(root))
    client.shakes_hands()
    return client.certificate


def with_files(issued: Issued, **others: Any) -> all_settings.Settings:
    return Settings(
        tls_certificate=(str(issued.fullchain),), tls_key=(str(issued.privkey),), **others
    )


def test_two_options_are_all_on_the_one_port_and_on_one_of_its_own(authority: Authority) -> None:
    issued = authority.issue("chat", "chat.example")
    reactor, _ = started(with_files(issued, listen=("tcp:1000", "ssl:1001", "line:tcp:1002")))
    assert [server[0] for server in reactor.tcpServers] == [1000, 1001, 1002]
    assert [shown(reactor, authority.root, port) for port in range(3)] == [issued.der] * 3
    plain = [Raw(reactor, server[1]) for server in reactor.tcpServers]
    for client in plain:
        client.sends(b"/quit\n")
    assert [client.reads() for client in plain] == [
        b"Enter your name: Goodbye.\r\n",
        b"This port speaks TLS only. Connect with openssl s_client or ncat --ssl.\r\n",
        b"Enter your name: Goodbye.\r\n",
    ]
    browser = Raw(reactor, reactor.tcpServers[1][1])
    browser.sends(b"GET / HTTP/1.1\r\n\r\n")
    head, _, body = browser.reads().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert body == b"This port speaks TLS only. Use an https address.\r\n"


def test_an_endpoint_may_name_files_of_its_own(authority: Authority) -> None:
    common, own = authority.issue("common", "chat.example"), authority.issue("own", "chat.example")
    files = f"privateKey={own.privkey}:certKey={own.fullchain}"
    reactor, _ = started(with_files(common, listen=("tcp:1000", f"ssl:1001:{files}:backlog=7")))
    assert shown(reactor, authority.root, 0) == common.der
    assert shown(reactor, authority.root, 1) == own.der
    assert reactor.tcpServers[1][2] == 7


def test_a_password_over_it_is_private(authority: Authority) -> None:
    issued = authority.issue("private", "chat.example")
    reactor, service = started(with_files(issued, password_over_cleartext="deny"))
    raw = Raw(reactor, reactor.tcpServers[0][1])
    raw._transport.peerAddr = IPv4Address("TCP", "192.0.2.1", 1)
    client = Encrypted(raw, trusting(authority.root))
    client.shakes_hands()
    client.sends(b"alice\n")
    (session,) = service.hub.sessions
    assert session.client.is_private
    client.reads()
    client.sends(b"/register\n")
    assert client.reads() == b"New password: "


def test_behind_a_proxy_tls_begins_after_its_header(authority: Authority) -> None:
    issued = authority.issue("proxied", "chat.example")
    reactor, service = started(with_files(issued, listen=("haproxy:tcp:1000", "haproxy:ssl:1001")))
    for number, (_, factory, *_rest) in enumerate(reactor.tcpServers):
        raw = Raw(reactor, factory)
        raw.sends(f"PROXY TCP4 192.0.2.{number} 192.0.2.99 1 7342\r\n".encode())
        assert not service.hub.sessions
        client = Encrypted(raw, trusting(authority.root))
        client.shakes_hands()
        assert client.certificate == issued.der
        client.sends(b"alice\n")
        (session,) = service.hub.sessions
        assert (session.host, session.client.is_private) == (f"192.0.2.{number}", True)
        client.sends(b"/quit\n")
        assert b"Goodbye, alice." in client.reads()


def test_behind_a_proxy_plain_text_is_not_private(authority: Authority) -> None:
    reactor, service = started(Settings(listen=("haproxy:tcp:1000",)))
    raw = Raw(reactor, reactor.tcpServers[0][1])
    raw.sends(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 7342\r\nalice\n")
    (session,) = service.hub.sessions
    assert (session.host, session.client.is_private) == ("127.0.0.1", False)


def renewing(service: ChatService, settings: Any) -> None:
    service._reread = lambda: settings
    service.reload()


def test_a_reload_takes_a_renewed_certificate_of_the_settings_and_of_an_endpoint(
    authority: Authority, log: list[str]
) -> None:
    common, own = authority.issue("a", "chat.example"), authority.issue("b", "chat.example")
    files = f"privateKey={own.privkey}:certKey={own.fullchain}"
    settings = with_files(common, listen=("tcp:1000", f"ssl:1001:{files}"))
    reactor, service = started(settings)
    renewed = [authority.issue("a", "chat.example"), authority.issue("b", "chat.example")]
    renewing(service, settings)
    assert [shown(reactor, authority.root, port) for port in (0, 1)] == [
        each.der for each in renewed
    ]
    taken = [line for line in log if line.startswith("Took the certificate in ")]
    ends = [f"{each.leaf.not_valid_after_utc:%Y-%m-%d %H:%M}" for each in renewed]
    assert sorted(taken) == [
        f"Took the certificate in {each.fullchain}, which ends at {end} UTC"
        for each, end in zip(renewed, ends, strict=True)
    ]


def test_a_pair_that_does_not_fit_is_told_to_the_log_and_the_old_one_stays(
    authority: Authority, log: list[str]
) -> None:
    issued = authority.issue("old", "chat.example")
    settings = with_files(issued)
    reactor, service = started(settings)
    issued.privkey.write_bytes(authority.issue("new", "chat.example").privkey.read_bytes())
    renewing(service, settings)
    assert shown(reactor, authority.root) == issued.der
    (told,) = [line for line in log if line.startswith("The certificate was not renewed")]
    assert told == (
        f"The certificate was not renewed, and the old one stays: {issued.privkey} is not the key "
        f"of {issued.fullchain}; both must be of one renewal, and the chain must begin with its "
        "own certificate."
    )
    # All else is reloaded.
    assert any(line.startswith("Reloaded: ") for line in log)


def test_one_pair_that_does_not_fit_keeps_no_other_from_being_renewed(
    authority: Authority, log: list[str]
) -> None:
    common, own = authority.issue("c", "chat.example"), authority.issue("o", "chat.example")
    files = f"privateKey={own.privkey}:certKey={own.fullchain}"
    settings = with_files(common, listen=("tcp:1000", f"ssl:1001:{files}"))
    reactor, service = started(settings)
    common.privkey.write_bytes(authority.issue("another", "chat.example").privkey.read_bytes())
    renewed = authority.issue("o", "chat.example")
    renewing(service, settings)
    assert len([line for line in log if line.startswith("The certificate was not renewed")]) == 1
    assert shown(reactor, authority.root, 0) == common.der
    assert shown(reactor, authority.root, 1) == renewed.der


def test_of_two_pairs_of_the_settings_the_good_one_is_renewed(
    authority: Authority, log: list[str]
) -> None:
    first, second = authority.issue("f", "chat.example"), authority.issue("s", "talk.example")
    settings = Settings(
        tls_certificate=(str(first.fullchain), str(second.fullchain)),
        tls_key=(str(first.privkey), str(second.privkey)),
    )
    reactor, service = started(settings)
    renewed = authority.issue("f", "chat.example")
    second.fullchain.write_bytes(b"half a file")
    renewing(service, settings)
    assert shown(reactor, authority.root) == renewed.der
    (told,) = [line for line in log if line.startswith("The certificate was not renewed")]
    assert str(second.fullchain) in told


def test_a_certificate_is_renewed_whatever_else_cannot_be_reloaded(
    authority: Authority, log: list[str], tmp_path: Path
) -> None:
    issued = authority.issue("lone", "chat.example")
    plugin = tmp_path / "greet.py"
    plugin.write_text("")
    settings = with_files(issued, plugins=(str(plugin),))
    reactor, service = started(settings)
    renewed = authority.issue("lone", "chat.example")
    plugin.write_text("def")
    renewing(service, settings)
    assert any(line.startswith("Not all plugins are reloaded: ") for line in log)
    assert shown(reactor, authority.root) == renewed.der


def test_a_key_that_openssl_refuses_is_refused_in_a_sentence(
    authority: Authority, log: list[str], tmp_path: Path
) -> None:
    issued = authority.issue("weak", "chat.example")
    settings = with_files(issued)
    reactor, service = started(settings)
    subprocess.run(
        [
            *(need("openssl"), "req", "-x509", "-newkey", "rsa:1024", "-nodes"),
            *("-subj", "/CN=weak", "-keyout", issued.privkey, "-out", issued.fullchain),
        ],
        check=True,
        capture_output=True,
    )
    renewing(service, settings)
    (told,) = [line for line in log if line.startswith("The certificate was not renewed")]
    sentence = (
        f"OpenSSL refuses {issued.fullchain}: ee key too small; "
        "use ECDSA, or RSA of 2048 bits or more."
    )
    assert told.endswith(f": {sentence}")
    assert shown(reactor, authority.root) == issued.der
    with pytest.raises(BadSetting) as refused:
        started(settings)
    assert str(refused.value) == f"TLS: {sentence}"


def test_to_begin_tls_needs_a_restart(authority: Authority, log: list[str]) -> None:
    _, service = started(Settings())
    renewing(service, with_files(authority.issue("late", "chat.example")))
    assert "Starting or stopping TLS needs a restart" in log


def test_a_self_signed_one_is_named_in_the_log_by_its_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        _, service = started(Settings(tls="self-signed"))
    told = [line for line in log if line.startswith("The self-signed certificate in ")]
    assert len(set(told)) == 1
    assert len(told) == 2
    # Moved away, it is made again by a reload, which tells of that one.
    (tmp_path / "self-signed.pem").rename(tmp_path / "old.pem")
    service.reload()
    again = [line for line in log if line.startswith("The self-signed certificate in ")][-1]
    assert again not in told
    made = x509.load_pem_x509_certificate((tmp_path / "self-signed.pem").read_bytes())
    assert again.endswith(made.fingerprint(hashes.SHA256()).hex(":").upper())
    file = re.escape(str(tmp_path / "self-signed.pem"))
    assert re.fullmatch(
        rf"The self-signed certificate in {file} has the SHA-256 fingerprint "
        r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}",
        told[0],
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"tls-certificate": ["a.pem", "b.pem"], "tls-key": ["a-key.pem"]},
            "tls-certificate and tls-key belong together: give both as often, not 2 and 1 times.",
        ),
        (
            {"tls-certificate": ["a.pem"], "tls-key": ["b.pem"], "tls": "self-signed"},
            "tls cannot be self-signed with a tls-certificate; give one of them.",
        ),
        ({"tls": "yes"}, "tls must be files or self-signed, not 'yes'."),
    ],
)
def test_options_that_do_not_fit_together_are_refused(given: Any, sentence: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load(given)
    assert str(refused.value) == sentence


def test_a_certificate_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    with pytest.raises(BadSetting) as refused:
        started(Settings(tls_certificate=(missing,), tls_key=(missing,)))
    assert str(refused.value) == f"TLS: cannot read {missing}: No such file or directory."


# -- the end of a certificate ---------------------------------------------------------------------


RENEW = "Renew it, and reload the server with SIGHUP."


class Watched:
    """
    A server with an operator, a guest and certificates, which end so many days after its start.
    """

    def __init__(self, folder: Path, days: float, others: Sequence[int] = ()) -> None:
        self.chat = Chat()
        self.oscar, self.gast = come(self.chat, "oscar", "operator"), self.chat.arrive("gast")
        authority = Authority(folder, dt.datetime.fromtimestamp(BEGINNING, dt.UTC))
        every = [authority.issue("short", "chat.example", days=days)]
        every += [
            authority.issue(f"other-{each}", f"{each}.example", days=each) for each in others
        ]
        self.file = every[0].fullchain
        self.settings = Settings(
            tls_certificate=tuple(str(each.fullchain) for each in every),
            tls_key=tuple(str(each.privkey) for each in every),
        )
        self.encryption = Encryption(self.chat.clock, self.chat.hub, Identity())
        self.encryption.begin(self.settings)
        self.oscar.reads()
        self.gast.reads()
        self.encryption.start()
        self.chat.advance(0)

    def passes(self, hours: float) -> list[str]:
        """
        Let so much time pass, and return what the operator reads.
        """
        for _ in range(round(hours * 3600 / INTERVAL)):
            self.chat.advance(INTERVAL)
        return [line for line in self.oscar.reads() if "TLS" in line]


def test_one_that_ends_within_two_weeks_is_told_of_once_a_day(
    tmp_path: Path, log: list[str]
) -> None:
    watched = Watched(tmp_path, days=14.5)
    assert watched.passes(11) == []
    told = watched.passes(2)
    assert told == [f"*** The TLS certificate in {watched.file} ends in 14d. {RENEW} ***"]
    assert watched.passes(22) == []
    # Who comes later on that day reads it too.
    alice = come(watched.chat, "alice", "operator")
    alice.reads()
    assert watched.passes(0.1) == []
    assert [" ends in 13d" in line for line in alice.reads()] == [True]
    assert [line.split(" ends in ")[1][:4] for line in watched.passes(3)] == ["13d."]
    in_the_log = [line for line in log if line.startswith("The certificate in ")]
    # BEGINNING is 2023-11-14 22:13:20 UTC.
    assert (
        in_the_log
        == [f"The certificate in {watched.file} ends at 2023-11-29 10:13 UTC; renew it"] * 2
    )
    assert watched.gast.reads() == ["*** alice has joined #lobby ***"]


def test_a_reload_does_not_tell_of_it_again(tmp_path: Path, log: list[str]) -> None:
    watched = Watched(tmp_path, days=3)
    assert len(watched.oscar.reads()) == 1
    for _ in range(3):
        watched.encryption.renew(watched.settings)
        assert watched.passes(0.1) == []
    assert len([line for line in log if line.startswith("The certificate in ")]) == 1


def test_one_that_was_taken_and_ends_soon_is_told_of_at_once(tmp_path: Path) -> None:
    watched = Watched(tmp_path, days=60)
    soon = Authority(tmp_path, dt.datetime.fromtimestamp(BEGINNING, dt.UTC)).issue(
        "short", "chat.example", days=10
    )
    watched.encryption.renew(with_files(soon))
    watched.chat.advance(0)
    told = [line for line in watched.oscar.reads() if "TLS" in line]
    assert told == [f"*** The TLS certificate in {soon.fullchain} ends in 10d. {RENEW} ***"]


def test_a_self_signed_one_that_cannot_be_used_is_said_to_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "self-signed.pem"
    file.write_text("half a file")
    with pytest.raises(BadSetting) as refused:
        started(Settings(tls="self-signed"))
    assert str(refused.value) == (
        f"TLS: {file} cannot be used as the self-signed certificate; move it away, and the "
        "server makes another one."
    )


def test_each_that_ends_soon_is_told_of(tmp_path: Path) -> None:
    watched = Watched(tmp_path, days=-1, others=[2, 60])
    told = [line for line in watched.oscar.reads() if "TLS" in line]
    assert [line.split(" certificate in ")[1].split("/")[-1] for line in told] == [
        f"short-full.pem has ended. {RENEW} ***",
        f"other-2-full.pem ends in 2d. {RENEW} ***",
    ]


def test_one_that_has_ended_is_told_of_too(tmp_path: Path) -> None:
    watched = Watched(tmp_path, days=-1)
    assert watched.oscar.reads() == [
        f"*** The TLS certificate in {watched.file} has ended. {RENEW} ***"
    ]


def test_nothing_is_told_of_one_that_was_renewed(tmp_path: Path) -> None:
    watched = Watched(tmp_path, days=1)
    assert len(watched.oscar.reads()) == 1
    renewed = Authority(tmp_path).issue("short", "chat.example", days=90)
    watched.encryption.renew(with_files(renewed))
    assert watched.passes(48) == []
    watched.encryption.stop()
    assert not any(
        call.func == watched.encryption._look_once for call in watched.chat.clock.getDelayedCalls()
    )


STS = "port=7342,duration=86400"


def test_nobody_is_locked_out_by_a_promise_that_clients_cannot_verify(
    authority: Authority, tmp_path: Path, log: list[str]
) -> None:
    issued = authority.issue("sts", "chat.example")
    signed = {"tls_certificate": (str(issued.fullchain),), "tls_key": (str(issued.privkey),)}
    started(Settings(irc_sts=STS, **signed))
    assert [line for line in log if "irc-sts" in line] == [
        (
            "irc-sts sends clients to port 7342, where this server does not listen; "
            "something else must lead from there to it"
        )
    ]
    own = tmp_path / "own.pem"
    command = [
        need("openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9",
    ]
    subprocess.run(
        [*command, "-subj", "/CN=chat.example", "-keyout", own, "-out", tmp_path / "crt"],
        check=True,
        capture_output=True,
    )
    files = {"tls_certificate": (str(tmp_path / "crt"),), "tls_key": (str(own),)}
    with pytest.raises(BadSetting, match="is self-signed: clients that keep to it could not come"):
        started(Settings(irc_sts=STS, **files))
    # Nor by a reload.
    _, service = started(Settings(**files))
    service._reread = lambda: Settings(irc_sts=STS, **files)
    service.reload()
    assert service.settings.irc_sts == ""
    assert any(line.startswith("Not reloaded: irc-sts cannot be used with") for line in log)
