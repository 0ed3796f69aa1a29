"""
Mail by a real mail server, of another make, at real sockets.
"""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness import (
    STARTS_WITHIN,
    TWISTD,
    UNLIMITED,
    WITHIN,
    Certificate,
    Person,
    Server,
    running,
    wait_until,
)
from mail_peer import PASSWORD, USER, Peer, mail_server

SECRET = "correct horse battery staple"
ADDRESS = "alice@example.org"
SENT = f"A code is on its way to {ADDRESS}. Type /mail and the code within 60 minutes."
_CODE = re.compile(r"/mail ([A-Z]{4}-[A-Z]{4})")
# Nobody waits for five minutes here: a command of a plugin lets them be over.
_AT_ONCE = """
from twisted_chat import command

@command
def later(ctx):
    "Let five minutes be over."
    news = ctx.hub.news
    for account, gathered in list(news._gathered.items()):
        gathered.timer.reset(0)
"""


@contextmanager
def chat(folder: Path, peer: Peer | int, *options: str) -> Iterator[Server]:
    """
    Run a server that sends mail by ``peer``, or to a port.
    """
    port = peer if isinstance(peer, int) else peer.port
    (folder / "at_once.py").write_text(_AT_ONCE)
    given = (
        *("--port=0", "--database=sqlite:///chat.db", "--plugins=at_once.py"),
        *(f"--smtp=127.0.0.1:{port}", "--smtp-sender=chat@chat.example"),
    )
    with running(
        folder, *given, "--password-over-cleartext=allow", *UNLIMITED, *options
    ) as server:
        yield server


def registered(server: Server, nick: str = "alice") -> Person:
    person = server.arrive(nick)
    person.types("/register", SECRET, SECRET)
    # Behind what was asked, in one line with it.
    while f"{nick} is registered to you." not in person.reads_line():
        pass
    return person


def confirmed(server: Server, peer: Peer) -> Person:
    """
    Return a user who has confirmed an address.
    """
    alice = registered(server)
    alice.types(f"/mail {ADDRESS}")
    code = _CODE.search(peer.waits_for(1).get_content())
    assert code is not None
    alice.types(f"/mail {code[1]}")
    alice.skip_to("/mail off ends that.")
    return alice


def test_a_user_is_told_who_wrote_and_where_and_never_what(tmp_path: Path) -> None:
    with mail_server() as peer, chat(tmp_path, peer, "--smtp-tls=off") as server:
        confirmed(server, peer).goes()
        bob = server.arrive("bob")
        bob.types("alice: canary-secret", "/msg alice canary-secret")
        bob.expect("[you -> alice] canary-secret")
        bob.skip_to("alice is offline and will see it on returning.")
        # What was said is on the disk, and so it was looked at.
        bob.expect_nothing_more()
        bob.types("/later")
        letter = peer.waits_for(2)
        assert (letter["To"], letter["From"]) == (ADDRESS, "chat@chat.example")
        assert letter["Auto-Submitted"] == "auto-generated"
        rows = [row for row in letter.get_content().splitlines() if row.startswith("- ")]
        assert sorted(rows) == ["- bob wrote in #lobby", "- bob wrote privately"]
        assert "/mail off" in letter.get_content()
        assert "canary" not in letter.as_string()
        assert [to for to, _ in peer.letters] == [[ADDRESS], [ADDRESS]]
        assert "example.org" not in server.log


# The other server does not know that it is spoken to within TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_it_logs_in_within_tls_to_a_server_that_it_trusts(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    login = tmp_path / "login"
    login.write_bytes(USER + b"\n" + PASSWORD + b"\n")
    options = (f"--smtp-tls={kind}", "--smtp-login=login")
    with (
        mail_server(context, starttls=kind == "starttls", needs_login=True) as peer,
        chat(tmp_path, peer, *options) as server,
    ):
        confirmed(server, peer)
        assert set(peer.logins) == {USER}
        assert PASSWORD.decode() not in server.log
    if kind == "starttls":
        assert peer.is_encrypted == [True]


def test_a_server_that_it_does_not_trust_gets_neither_password_nor_letter(
    tmp_path: Path, certificate: Certificate
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    (tmp_path / "login").write_bytes(USER + b"\n" + PASSWORD + b"\n")
    with (
        mail_server(context, starttls=True, needs_login=True) as peer,
        chat(tmp_path, peer, "--smtp-login=login") as server,
    ):
        registered(server).types(f"/mail {ADDRESS}")
        wait_until(lambda: "mail server cannot be used" in server.log, "the log says so")
        assert "it is tried again" in server.log
        assert "example.org" not in server.log
        assert (peer.logins, peer.letters) == ([], [])


def test_a_letter_that_is_refused_costs_nothing_else(tmp_path: Path) -> None:
    with mail_server() as peer, chat(tmp_path, peer, "--smtp-tls=off") as server:
        peer.answer = "550 alice@example.org is unknown"
        alice = registered(server)
        alice.types(f"/mail {ADDRESS}")
        wait_until(lambda: "it refused the letter with 550" in server.log, "the log says so")
        assert "example.org" not in server.log
        peer.answer = "250 taken"
        alice.types(f"/mail {ADDRESS}")
        assert _CODE.search(peer.waits_for(1).get_content())


def test_a_mail_server_that_hangs_holds_nothing_up_not_even_the_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with chat(tmp_path, port, "--smtp-tls=off") as server:
            alice = registered(server)
            alice.types(f"/mail {ADDRESS}")
            silent.settimeout(WITHIN)
            connection, _ = silent.accept()
            with connection:
                alice.skip_to(SENT)
                alice.expect_nothing_more()
                assert server.stop() == 0
                # It was cut.
                connection.settimeout(WITHIN)
                with pytest.raises(ConnectionResetError):
                    connection.recv(100)


def test_the_configuration_is_shown_without_the_password(tmp_path: Path) -> None:
    (tmp_path / "login").write_bytes(USER + b"\n" + PASSWORD + b"\n")
    (tmp_path / "chat.toml").write_text(
        'smtp = "mail.example.org"\nsmtp-sender = "chat@chat.example"\nsmtp-login = "login"\n'
    )
    shown = subprocess.run(
        [TWISTD, "-n", "chat", "--config", "chat.toml", "--check-config"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=True,
    ).stdout
    assert 'smtp = "mail.example.org"' in shown
    assert f'smtp-login = "{tmp_path / "login"}"' in shown
    assert 'smtp-tls = "starttls"  # default' in shown
    assert PASSWORD.decode() not in shown
