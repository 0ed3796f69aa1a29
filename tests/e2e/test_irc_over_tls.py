"""
Clients of IRC at a real server, over TLS, with a certificate of their own, and within WebSockets.
"""

from __future__ import annotations

import base64
import itertools
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from harness import UNLIMITED, WITHIN, Person, Server, running
from needs import need
from test_irc_clients import reads_until
from tmux import Tmux
from websockets.sync.client import ClientConnection, connect

PASSWORD = "correct-horse"
# A second try has accounts of its own.
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("irc")
    with running(folder, "--port=0", "--tls=self-signed", *UNLIMITED) as started:
        yield started


@define(eq=False)
class Client:
    """
    A client of IRC that sends and reads lines.
    """

    socket: socket.socket
    _data: bytes = field(init=False, default=b"")

    def sends(self, *lines: str) -> None:
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def reads_until(self, text: str) -> list[str]:
        """
        Return the lines up to the one with ``text``.
        """
        lines: list[str] = []
        deadline = time.monotonic() + WITHIN
        while not lines or text not in lines[-1]:
            while b"\r\n" not in self._data:
                self.socket.settimeout(max(0.01, deadline - time.monotonic()))
                more = self.socket.recv(4096)
                assert more, f"{text!r} is not in {lines}"
                self._data += more
            line, self._data = self._data.split(b"\r\n", 1)
            lines.append(line.decode())
        return lines


def context(certificate: Path | None = None) -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """
    Return a certificate of a user, self-signed, with its key, made as the docs say.
    """
    need("openssl")
    own = tmp_path / "alice.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=laptop",
    ]
    made = [*command, "-keyout", str(own), "-out", str(tmp_path / "alice.crt")]
    subprocess.run(made, check=True, capture_output=True)
    own.write_bytes(own.read_bytes() + (tmp_path / "alice.crt").read_bytes())
    return own


@define(eq=False)
class Clients:
    """
    Clients over TLS, which are disconnected at the end of a test.
    """

    server: Server
    _sockets: list[socket.socket] = field(init=False, factory=list)

    def connect(self, certificate: Path | None = None) -> Client:
        raw = socket.create_connection(("127.0.0.1", int(self.server.address)), WITHIN)
        self._sockets.append(context(certificate).wrap_socket(raw))
        return Client(self._sockets[-1])

    def arrive(self, nick: str, *caps: str, certificate: Path | None = None) -> Client:
        """
        Connect a client that is in #lobby.
        """
        client = self.connect(certificate)
        client.sends(f"CAP REQ :{' '.join(caps)}", "CAP END", f"NICK {nick}")
        client.sends(f"USER {nick} 0 * :{nick}", "JOIN #lobby")
        client.reads_until(" 366 ")
        return client

    def close(self) -> None:
        for each in self._sockets:
            each.close()
        self.server.send_home()


@pytest.fixture
def clients(server: Server) -> Iterator[Clients]:
    made = Clients(server)
    yield made
    made.close()


@pytest.fixture
def ada(server: Server) -> Iterator[Person]:
    person = server.arrive("ada")
    yield person
    person.types("/quit")
    server.send_home()


def test_a_certificate_that_registered_an_account_opens_it_and_so_does_a_printed_one(
    clients: Clients, certificate: Path, tmp_path: Path
) -> None:
    name = f"alice{next(_numbers)}"
    alice = clients.arrive(name, certificate=certificate)
    alice.sends(f"REGISTER * * {PASSWORD}")
    alice.reads_until(f"REGISTER SUCCESS {name}")
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", tmp_path / "alice.crt"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    bare = shown.partition("=")[2].replace(":", "").lower()
    alice.sends("KEYS")
    assert f"SHA256:{bare} tls-certificate laptop" in alice.reads_until("tls-certificate")[-1]
    alice.sends("QUIT")
    again = clients.connect(certificate)
    again.sends("CAP LS 302", "CAP REQ :sasl", "NICK someone", "USER a 0 * :A")
    again.reads_until(" sasl=PLAIN,EXTERNAL ")
    # Under another nick, the account is named: a certificate may be among the keys of several.
    account = base64.b64encode(name.encode()).decode()
    again.sends("AUTHENTICATE EXTERNAL", f"AUTHENTICATE {account}", "CAP END")
    again.reads_until(" 903 ")
    again.reads_until(f" 001 {name} ")
    again.sends("QUIT")


def test_people_at_a_terminal_and_clients_are_told_of_each_other(
    clients: Clients, ada: Person
) -> None:
    tina = clients.arrive("tina", "away-notify", "account-notify", "message-tags")
    ada.types("/away tea", "/back")
    assert tina.reads_until(" AWAY")[-1] == ":ada!~u@chat AWAY :tea"
    assert tina.reads_until(" AWAY")[-1] == ":ada!~u@chat AWAY"
    wendy = clients.arrive("wendy", "message-tags")
    wendy.sends("@+typing=active TAGMSG #lobby", "MODE wendy +B", "PRIVMSG #lobby :beep")
    lines = tina.reads_until("beep")
    assert "@+typing=active :wendy!~u@chat TAGMSG #lobby" in lines
    assert ";bot :wendy!" in lines[-1]
    # At a terminal nothing is seen of who types.
    assert reads_until(ada, "beep")[-2:] == ["*** wendy has joined #lobby ***", "wendy: beep"]


@pytest.mark.parametrize("subprotocol", ["text.ircv3.net", "binary.ircv3.net"])
@pytest.mark.parametrize("path", ["/ws", "/"])
def test_a_page_talks_within_a_web_socket(
    server: Server, ada: Person, path: str, subprotocol: str
) -> None:
    is_binary = subprotocol.startswith("binary")
    url = f"wss://127.0.0.1:{server.address}{path}"
    how: dict[str, Any] = {"subprotocols": [subprotocol], "open_timeout": WITHIN}
    with connect(url, ssl=context(), **how) as page:

        def sends(*lines: str) -> None:
            for line in lines:
                page.send(line.encode() if is_binary else line)

        sends("NICK gamja", "USER g 0 * :G", "JOIN #lobby")
        until(page, " 366 ")
        ada.types("Grüße")
        assert until(page, "Grüße") == ":ada!~u@chat PRIVMSG #lobby :Grüße"
        sends("PRIVMSG #lobby :hello yourself")
        reads_until(ada, "gamja: hello yourself")
        sends("QUIT :bye")
        until(page, "ERROR :")
    reads_until(ada, "(bye)")


def until(page: ClientConnection, text: str) -> str:
    """
    Return the message with ``text``; none that comes before it has an end.
    """
    while True:
        got = page.recv(WITHIN)
        line = got.decode() if isinstance(got, bytes) else got
        assert not line.endswith(("\r", "\n"))
        if text in line:
            return line


def catgirl_for(server: Server, name: str, certificate: Path) -> list[str]:
    """
    Return how catgirl is run, which trusts the certificate of the server and shows its own.
    """
    at = [need("catgirl"), "-h", "127.0.0.1", "-p", server.address]
    # It ends once it has shown the certificate.
    shown = subprocess.run([*at, "-o"], check=True, capture_output=True).stdout
    kept = certificate.parent / "server.pem"
    kept.write_bytes(shown)
    return ["catgirl", *at[1:], "-t", str(kept), "-n", name, "-c", str(certificate)]


@pytest.fixture
def cat() -> str:
    """
    The nick of who comes by catgirl.
    """
    return f"cat{next(_numbers)}"


@pytest.fixture
def catgirl(server: Server, certificate: Path, cat: str, tmp_path: Path) -> Iterator[Tmux]:
    command = [*catgirl_for(server, cat, certificate), "-j", "#lobby"]
    with Tmux.running(tmp_path, *command, columns=80, rows=24) as client:
        yield client
        client.ends("/quit\r")


def test_catgirl_and_a_user_at_a_terminal_talk(ada: Person, catgirl: Tmux, cat: str) -> None:
    catgirl.shows(f"{cat} arrives in #lobby")
    catgirl.types("hello terminal\r")
    reads_until(ada, f"{cat}: hello terminal")
    ada.types("hello catgirl", "/me waves", f"/msg {cat} a secret word")
    catgirl.shows("hello catgirl")
    catgirl.shows("ada waves")
    catgirl.types("/me grins\r/msg ada what?\r/topic green tea\r")
    reads_until(ada, f"* {cat} grins")
    reads_until(ada, f"[{cat} -> you] what?")
    reads_until(ada, f"*** {cat} set the topic of #lobby: green tea ***")
    # Its certificate is a key as soon as its user has an account.
    catgirl.types(f"/ns register {PASSWORD}\r/window 0\r")
    catgirl.shows("(laptop) opens your account")


@pytest.fixture
def owner(clients: Clients, certificate: Path) -> str:
    """
    Return the name of an account whose owner has registered with a certificate, and has gone.
    """
    name = f"owner{next(_numbers)}"
    client = clients.arrive(name, certificate=certificate)
    client.sends(f"NS REGISTER {PASSWORD}")
    client.reads_until(f" :{name} is registered to you")
    client.sends("QUIT")
    return name


IRSSI = """
chatnets = {{
  chat = {{ type = "IRC"; sasl_mechanism = "EXTERNAL"; sasl_username = "{name}"; }};
}};
servers = ({{
  address = "127.0.0.1"; chatnet = "chat"; port = "{port}"; use_tls = "yes"; tls_verify = "no";
  tls_cert = "{certificate}"; autoconnect = "yes";
}});
"""


def by_irssi(server: Server, name: str, certificate: Path) -> list[str]:
    home = certificate.parent / "irssi"
    home.mkdir()
    told = IRSSI.format(name=name, port=server.address, certificate=certificate)
    (home / "config").write_text(told)
    return ["irssi", f"--home={home}", "-n", name]


def by_catgirl(server: Server, name: str, certificate: Path) -> list[str]:
    return [*catgirl_for(server, name, certificate), "-e"]


@pytest.mark.parametrize("command", [by_irssi, by_catgirl])
def test_real_clients_come_in_by_their_certificate(
    command: Callable[[Server, str, Path], list[str]],
    server: Server,
    owner: str,
    certificate: Path,
    ada: Person,
    tmp_path: Path,
) -> None:
    with Tmux.running(tmp_path, *command(server, owner, certificate), columns=80, rows=24):
        # Nobody else can come by a name that is registered.
        reads_until(ada, f"*** {owner} has joined #lobby ***")
