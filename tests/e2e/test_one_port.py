"""
One port for everything: programs that people have, and what each of them is answered.

Telnet of three kinds and nc are in `test_real_clients`, which come to the same port.
"""

from __future__ import annotations

import json
import os
import pty
import select
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import UNLIMITED, WITHIN, Server, running, wait_until
from needs import need

HEALTH = '{"status": "ok", "version": "'
NO_IRC = (
    "IRC is not read here: no door for it is open, or the connection began otherwise. "
    "Connect with telnet or nc."
)
SSH_OPTIONS = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
IN = "In #lobby: alice."
WEBSOCKET = [
    *("-H", "Connection: Upgrade", "-H", "Upgrade: websocket"),
    *("-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
]
HEADLESS = "chromium-headless-shell --headless --no-sandbox --disable-gpu --dump-dom"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("one-port")
    doors = "--doors=line,web,json,ssh"
    with running(folder, "--port=0", "--tls=self-signed", doors, *UNLIMITED) as started:
        yield started


def said_by(server: Server, command: list[str], typed: str = "") -> str:
    """
    Return what a program shows; ``PORT`` and ``PEM`` in its command are the server's.
    """
    program, *rest = need(command[0]), *command[1:]
    pem = str(server.directory / "self-signed.pem")
    ran = subprocess.run(
        [program, *(word.replace("PORT", server.address).replace("PEM", pem) for word in rest)],
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=2 * WITHIN,
        cwd=server.directory,
        env={**os.environ, "HOME": str(server.directory)},
        check=False,
    )
    return ran.stdout


# Programs that come by themselves, and some of what they show then.
PROGRAMS = {
    "curl": (["curl", "-s", "http://127.0.0.1:PORT/health"], HEALTH),
    "curl, HEAD": (["curl", "-sI", "http://127.0.0.1:PORT/health"], "HTTP/1.1 200 OK"),
    "curl, TLS": (["curl", "-s", "--cacert", "PEM", "https://localhost:PORT/health"], HEALTH),
    "curl, TLS 1.2": (
        ["curl", "-s", "--tls-max", "1.2", "--cacert", "PEM", "https://localhost:PORT/health"],
        HEALTH,
    ),
    "curl, POST": (["curl", "-si", "-d", "a=b", "http://127.0.0.1:PORT/"], "HTTP/1.1 405 "),
    "curl, as a proxy": (
        ["curl", "-si", "-x", "http://127.0.0.1:PORT", "http://example.org/nothing"],
        "HTTP/1.1 404 Not Found",
    ),
    "wget of BusyBox": (["busybox", "wget", "-qO-", "http://127.0.0.1:PORT/health"], HEALTH),
    "Chromium": ([*HEADLESS.split(), "http://127.0.0.1:PORT/"], "Come in"),
    "Chromium, TLS": (
        [*HEADLESS.split(), "--ignore-certificate-errors", "https://127.0.0.1:PORT/health"],
        HEALTH,
    ),
    "OpenSSH": (["ssh", *SSH_OPTIONS.split(), "-p", "PORT", "alice@127.0.0.1", "who"], IN),
    "scp": (
        ["scp", *SSH_OPTIONS.split(), "-P", "PORT", "alice@127.0.0.1:x", "x"],
        "subsystem request failed",
    ),
    "ssh-keyscan": (["ssh-keyscan", "-p", "PORT", "127.0.0.1"], "ssh-ed25519 AAAA"),
    "PuTTY": (
        ["plink", "-ssh", "-batch", "-P", "PORT", "alice@127.0.0.1"],
        "ssh-ed25519 255 SHA256",
    ),
    "Dropbear": (["dbclient", "-y", "-y", "-p", "PORT", "alice@127.0.0.1", "who"], IN),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_comes_by_itself_is_answered_in_its_own_words(
    server: Server, name: str
) -> None:
    command, expected = PROGRAMS[name]
    assert expected in said_by(server, command)
    assert "Traceback" not in server.log


def test_an_answer_reaches_a_client_that_sends_on(server: Server) -> None:
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", int(server.address)), WITHIN) as client:
            client.sendall(b"POST /health HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n")
            client.sendall(bytes(3_000_000))
            assert client.makefile("rb").read().startswith(b"HTTP/1.1 405 ")


# Programs that send what is typed.
TYPISTS = {
    "ncat": ["ncat", "127.0.0.1", "PORT"],
    "nc of OpenBSD": ["nc.openbsd", "-N", "127.0.0.1", "PORT"],
    "nc of BusyBox": ["busybox", "nc", "127.0.0.1", "PORT"],
    "plink, raw": ["plink", "-raw", "-batch", "-P", "PORT", "127.0.0.1"],
    "plink, telnet": ["plink", "-telnet", "-batch", "-P", "PORT", "127.0.0.1"],
}


@pytest.mark.parametrize("name", TYPISTS)
def test_a_program_that_sends_lines_is_a_user(server: Server, name: str) -> None:
    shown = said_by(server, TYPISTS[name], "tina\n/quit\n")
    assert "Enter your name: You are in #lobby as tina. Nobody else is here yet." in shown
    assert "Goodbye, tina." in shown


# A program that sends lines of JSON, and is answered so.
HELLO = '{"request": "hello", "name": "tina", "label": "h"}\n{"request": "bye", "label": "b"}\n'
PIPES = {
    "ncat": ["ncat", "127.0.0.1", "PORT"],
    "nc of OpenBSD": ["nc.openbsd", "-N", "127.0.0.1", "PORT"],
    "nc of BusyBox": ["busybox", "nc", "127.0.0.1", "PORT"],
}


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_of_json_is_answered_in_json_before_it_is_closed(server: Server, name: str) -> None:
    lines = [json.loads(line) for line in said_by(server, PIPES[name], HELLO).splitlines()]
    assert [line["label"] for line in lines if line["event"] == "done"] == ["h", "b"]


class Typed:
    """
    A program with a terminal of its own.
    """

    def __init__(self, server: Server, *command: str) -> None:
        program, *rest = need(command[0]), *command[1:]
        self._ours, theirs = pty.openpty()
        self._shown = ""
        self.process = subprocess.Popen(
            [program, *(word.replace("PORT", server.address) for word in rest)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd=server.directory,
            env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
        )
        os.close(theirs)

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def expect(self, text: str) -> None:
        deadline = time.monotonic() + 2 * WITHIN
        while text not in self._shown:
            left = max(0.0, deadline - time.monotonic())
            assert select.select([self._ours], [], [], left)[0], f"not shown: {self._shown!r}"
            self._shown += os.read(self._ours, 65536).decode(errors="replace")

    def ends(self) -> None:
        self.process.kill()
        self.process.wait(WITHIN)
        os.close(self._ours)


@pytest.mark.parametrize(
    "command",
    [
        "openssl s_client -quiet -connect 127.0.0.1:PORT",
        "openssl s_client -quiet -tls1_2 -connect 127.0.0.1:PORT",
        "openssl s_client -quiet -alpn irc -connect 127.0.0.1:PORT",
        "ncat --ssl 127.0.0.1 PORT",
    ],
)
def test_a_user_within_tls_is_asked_for_a_name_and_talks(server: Server, command: str) -> None:
    client = Typed(server, *command.split())
    try:
        client.expect("Enter your name: ")
        client.types("tina\n")
        client.expect("You are in #lobby as tina. Nobody else is here yet.")
        client.types("/quit\n")
        client.expect("Goodbye, tina.")
    finally:
        client.ends()


def test_a_long_greeting_is_not_overtaken_by_the_answer(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    motd = tmp_path / "motd"
    lines = [f"{number} {'x' * 90}" for number in range(40_000)]
    motd.write_text("\n".join(lines))
    server = start("--port=0", f"--motd={motd}")
    alice = server.connect(receive_buffer=4096)
    # It is being sent, and more than the kernel holds.
    assert alice.socket.recv(1) == b"0"
    alice.sends(b"alice\n/quit\n")
    read = b"0" + alice.read_to_end()
    greeting, prompt, rest = read.partition(b"Enter your name: ")
    assert greeting.decode().split("\r\n") == [*lines, ""]
    assert prompt
    assert rest.startswith(b"You are in #lobby as alice.")
    assert rest.endswith(b"Goodbye, alice.\r\n")


def test_a_farewell_reaches_a_client_that_goes_on_sending(server: Server) -> None:
    client = server.connect()
    client.sends(b"CAP LS 302\r\n")
    for _ in range(20):
        client.sends(b"more and more\r\n" * 100)
    assert client.read_to_end() == f"ERROR :{NO_IRC}\r\n".encode()


def test_curl_opens_a_web_socket(server: Server) -> None:
    # It would wait for frames.
    client = Typed(server, "curl", "-siN", *WEBSOCKET, "http://127.0.0.1:PORT/ws")
    try:
        client.expect("HTTP/1.1 101 Switching Protocols")
    finally:
        client.ends()


def test_weechat_shows_that_this_is_no_irc_server(server: Server, tmp_path: Path) -> None:
    client = Typed(
        server,
        *("weechat-headless", "--stdout", "-d", str(tmp_path)),
        *("-r", "/server add chat 127.0.0.1/PORT -notls", "-r", "/set logger.file.flush_delay 0"),
        *("-r", "/set irc.server.chat.autoreconnect off", "-r", "/connect chat"),
    )
    try:
        logs = tmp_path / "logs"
        wait_until(
            lambda: NO_IRC in "".join(log.read_text() for log in logs.glob("irc.server.chat.*")),
            "WeeChat shows it",
        )
    finally:
        client.ends()
    assert "Traceback" not in server.log


def test_irssi_shows_that_this_is_no_irc_server(server: Server, tmp_path: Path) -> None:
    irssi = f"irssi --home={tmp_path} -n tina -c 127.0.0.1 -p PORT"
    client = Typed(server, *irssi.split())
    try:
        client.expect("IRC is not read here")
    finally:
        client.ends()
