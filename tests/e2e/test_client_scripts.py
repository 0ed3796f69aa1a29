"""
The client without a terminal: commands for scripts, pipes, and certificates.
"""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import WITHIN, Certificate, Server, wait_until
from windows import CLIENT, client, environment, window


def test_a_script_says_reads_and_lists(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    here = "127.0.0.1", server.address, "--name=robot"
    assert client(tmp_path, *here, "send", "lobby", "the build is green").status == 0
    bob.skip_to("robot: the build is green")
    assert client(tmp_path, *here, "say", "lobby", stdin="one\n  two\n").status == 0
    bob.skip_to("robot: one")
    bob.expect("  |   two")
    assert client(tmp_path, *here, "msg", "bob", "psst").status == 0
    bob.skip_to("[robot -> you] psst")
    who = client(tmp_path, *here, "who", "lobby")
    assert (who.status, who.output[6:], who.errors) == (0, "In #lobby: bob, robot.\n", "")
    (said,) = client(tmp_path, *here, "tail", "lobby", "--json", "-n", "1").output.splitlines()
    assert json.loads(said)["text"] == "one\n  two"
    rows = client(tmp_path, *here, "history", "lobby").output.splitlines()
    assert [row[6:] for row in rows][-3:] == ["robot: the build is green", "robot: one", "two"]
    rooms = client(tmp_path, *here, "rooms", "--json")
    assert json.loads(rooms.output)["event"] == "rooms"


def test_each_way_to_fail_has_a_status_and_one_sentence(server: Server, tmp_path: Path) -> None:
    server.arrive("bob")
    here = "127.0.0.1", server.address
    for words, status, sentence in (
        ((*here, "--name=robot", "send", "attic", "hi"), 1, "There is no room #attic"),
        ((*here, "--name=robot", "msg", "eve", "hi"), 1, "Nobody here is called eve"),
        ((*here, "dance"), 2, "dance is not a command"),
        (("127.0.0.1", "1", "rooms"), 3, "127.0.0.1:1 cannot be reached"),
        ((*here, "--name=bob", "rooms"), 4, "The name bob is taken"),
        ((*here, "--name=b@d", "rooms"), 4, "A name may hold only letters"),
    ):
        outcome = client(tmp_path, *words)
        assert (outcome.status, outcome.output) == (status, ""), outcome
        *_, last = outcome.errors.splitlines()
        assert last.startswith("twisted-chat: ")
        assert sentence in last
        assert "Traceback" not in outcome.errors


def test_a_room_is_followed_until_the_server_ends(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--port=0")
    bob = server.arrive("bob")
    words = "127.0.0.1", server.address, "--name=robot", "tail", "lobby", "-f"
    process = subprocess.Popen(
        [*CLIENT, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(tmp_path), text=True,
    )  # fmt: skip
    timer = threading.Timer(WITHIN, process.kill)
    timer.start()
    try:
        bob.skip_to("*** robot has joined #lobby ***")
        wait_until(lambda: bob.counts_people() == 2, "it is there")
        bob.types("hello robot", "/me waves")
        assert process.stdout is not None
        assert [process.stdout.readline()[6:] for _ in range(2)] == [
            "bob: hello robot\n", "* bob waves\n",
        ]  # fmt: skip
        bob.goes()
        server.stop()
        _, errors = process.communicate()
        assert process.returncode == 3
        assert errors == "twisted-chat: The connection was lost.\n"
    finally:
        timer.cancel()
        process.kill()


def test_the_lines_of_a_pipe_are_said_and_answered(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    outcome = client(
        tmp_path, "127.0.0.1", server.address, "--name=pipe", stdin="hello\n/me waves\n"
    )
    assert outcome.status == 0
    assert [row[6:] for row in outcome.output.splitlines()][-3:] == [
        "pipe: hello", "* pipe waves", "Goodbye, pipe.",
    ]  # fmt: skip
    bob.skip_to("*** pipe has joined #lobby ***")
    bob.expect("pipe: hello", "* pipe waves", "*** pipe has left #lobby ***")


def test_any_bytes_and_any_encoding_are_taken(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    bob.types("größe 太郎")
    words = [*CLIENT, "127.0.0.1", server.address, "--name=robot"]
    latin = {**environment(tmp_path), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [*words, "send", "lobby"], input=b"a\xffb\x1b[2J\n", env=environment(tmp_path),
        capture_output=True, timeout=WITHIN, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    bob.skip_to("robot: a\ufffdb\ufffd[2J")
    done = subprocess.run(
        [*words, "history", "lobby", "-n", "2"], env=latin, capture_output=True,
        timeout=WITHIN, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert b"bob: gr\xf6\xdfe \\u592a\\u90ce" in done.stdout


def test_a_reader_that_has_enough_ends_it_quietly(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    bob.types(*(f"line {number} {'x' * 500}" for number in range(400)))
    bob.expect_nothing_more()
    command = shlex.join([*CLIENT, "127.0.0.1", server.address, "--name=robot"])
    done = subprocess.run(
        ["sh", "-c", f"{command} history lobby -n 400 | head -n 1"], env=environment(tmp_path),
        capture_output=True, timeout=WITHIN, check=False,
    )  # fmt: skip
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("text", [["hi"], []])
def test_a_signal_ends_a_command_and_its_status_says_so(
    number: signal.Signals, text: list[str], tmp_path: Path
) -> None:
    # A server that never answers; without a text, nothing comes on stdin either.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        words = [*CLIENT, "127.0.0.1", port, "--name=robot", "send", "lobby"]
        with subprocess.Popen(
            [*words, *text], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment(tmp_path),
        ) as process:  # fmt: skip
            try:
                if text:
                    silent.settimeout(WITHIN)
                    connection, _ = silent.accept()
                    with connection:
                        assert b'"hello"' in connection.recv(65536)
                        process.send_signal(number)
                        status = process.wait(WITHIN)
                else:
                    wait_until(lambda: _takes_signals(process.pid), "it waits")
                    process.send_signal(number)
                    # Its stdin stays open.
                    status = process.wait(WITHIN)
                assert status == 128 + number
                assert process.stdout is not None
                assert process.stderr is not None
                assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
            finally:
                process.kill()


def _takes_signals(process: int) -> bool:
    """
    Return whether a process has handlers for SIGINT and SIGTERM.
    """
    status = Path(f"/proc/{process}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s+([0-9a-f]+)$", status, re.MULTILINE)
    return all(int(caught, 16) >> (each - 1) & 1 for each in (signal.SIGINT, signal.SIGTERM))


def test_it_works_over_websockets_too(server: Server, tmp_path: Path) -> None:
    url = f"ws://127.0.0.1:{server.address}"
    outcome = client(tmp_path, url, "--name=web", "who")
    assert (outcome.status, outcome.output[6:]) == (0, "In #lobby: web.\n")


def test_a_dumb_terminal_is_shown_lines_only(server: Server, tmp_path: Path) -> None:
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada", TERM="dumb") as shown:
        shown.shows("You are in #lobby as ada.")
        shown.presses("hello\r")
        bob = server.arrive("bob")
        bob.types("hi ada")
        shown.shows("bob: hi ada")
        assert b"\x1b" not in shown.written
        # One's own line is there once, as it was typed.
        assert sum("hello" in row for row in shown.rows()) == 1


def test_a_password_is_hidden_in_plain_lines_too(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--port=0")
    words = "127.0.0.1", server.address, "--name=ada", "--plain"
    with window(tmp_path, *words) as shown:
        shown.shows("You are in #lobby as ada.")
        shown.presses("/register\r")
        shown.shows("New password:")
        shown.presses("correct horse\r")
        shown.shows("New password again:")
        shown.presses("correct horse\r")
        shown.shows("ada is registered to you.")
        shown.presses("seen again\r")
        shown.shows("seen again")
        assert b"correct horse" not in shown.written


def test_a_self_signed_certificate_needs_a_user_or_its_fingerprint(
    start: Callable[..., Server], certificate: Certificate, tmp_path: Path
) -> None:
    server = start(
        "--port=0", f"--tls-certificate={certificate.certificate}", f"--tls-key={certificate.key}"
    )
    here = f"chats://127.0.0.1:{server.address}", "--name=robot"
    for words in (("who",), ()):
        outcome = client(tmp_path, *here, *words)
        assert (outcome.status, outcome.output) == (3, "")
    (shown,) = re.findall(r"fingerprint is ([0-9A-F:]{95})\.", outcome.errors)
    outcome = client(tmp_path, *here, "who", "--fingerprint", shown)
    assert (outcome.status, outcome.errors) == (0, "")
    other = shown.translate(str.maketrans("0123456789ABCDEF", "123456789ABCDEF0"))
    outcome = client(tmp_path, *here, "who", "--fingerprint", other)
    assert (outcome.status, outcome.output) == (3, "")
    assert f"is {shown}, and not that of --fingerprint" in outcome.errors
    assert client(tmp_path, *here, "who").status == 3


def test_a_certificate_of_ones_own_is_asked_about_once_and_another_one_refused(
    start: Callable[..., Server], certificate: Certificate, tmp_path: Path
) -> None:
    server = start(
        "--port=0", f"--tls-certificate={certificate.certificate}", f"--tls-key={certificate.key}"
    )
    url = f"chats://127.0.0.1:{server.address}"
    with window(tmp_path, url, "--name=ada", columns=100) as shown:
        shown.shows("Its SHA-256 fingerprint is")
        shown.shows("Connect, and remember this fingerprint? (yes or no)")
        shown.presses("yes\r")
        shown.shows("You are in #lobby as ada.")
    # From then on nobody is asked.
    outcome = client(tmp_path, url, "--name=robot", "who")
    assert (outcome.status, outcome.errors) == (0, "")
    (kept,) = tmp_path.glob("twisted-chat/certificates/*")
    assert kept.stat().st_mode & 0o777 == 0o600
    known = kept.read_text()
    kept.write_text(known.translate(str.maketrans("0123456789ABCDEF", "123456789ABCDEF0")))
    for words in ((url, "--name=robot", "who"), (url, "--name=ada", "--plain")):
        outcome = client(tmp_path, *words)
        assert outcome.status == 3
        assert "has changed" in outcome.errors
        assert known.strip() in outcome.errors
        assert str(kept) in outcome.errors
    with window(tmp_path, url, "--name=ada", columns=600, ends_with=3) as shown:
        shown.shows("has changed: it was")
        assert shown.ends() == 3
        told = " ".join(shown.rows())
        assert known.strip() in told
        assert "Another server may have taken its place." in told
        assert "Traceback" not in told
    loud = client(tmp_path, url, "--name=robot", "--insecure", "who")
    assert loud.status == 0
    assert "is NOT checked" in loud.errors


def test_a_certificate_that_the_system_knows_needs_no_question(
    start: Callable[..., Server], certificate: Certificate, tmp_path: Path
) -> None:
    server = start(
        "--port=0", f"--tls-certificate={certificate.certificate}", f"--tls-key={certificate.key}"
    )
    url = f"chats://127.0.0.1:{server.address}"
    trusted = {"SSL_CERT_FILE": str(certificate.certificate)}
    outcome = client(tmp_path, url, "--name=robot", "who", **trusted)
    assert (outcome.status, outcome.errors) == (0, "")
    # Without that authority, it is never taken again for a server that nobody knew.
    outcome = client(tmp_path, url, "--name=robot", "who")
    assert (outcome.status, outcome.output) == (3, "")
    assert "is self-signed now, but an authority" in outcome.errors


def test_an_account_leaves_a_token_and_no_password_behind(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--port=0")
    here = "127.0.0.1", server.address
    secret = "correct horse battery"
    log = tmp_path / "log"
    with window(tmp_path, *here, "--name=ada", f"--log={log}") as shown:
        shown.arrives()
        shown.presses("/register\r")
        shown.shows("New password:")
        shown.presses(f"{secret}\r")
        shown.shows("New password again:")
        shown.presses(f"{secret}\r")
        shown.shows("ada is registered to you.")
        shown.presses("/quit\r")
        assert shown.ends() == 0
        assert secret.encode() not in shown.written
    with window(tmp_path, *here, "--name=ada") as shown:
        shown.arrives()
        # A script beside it comes to the same account, and leaves this window alone.
        assert client(tmp_path, *here, "--name=ada", "send", "lobby", "by a script").status == 0
        shown.shows("ada: by a script")
        shown.presses("/devices\r")
        shown.shows("here now")
        assert not any("connection is lost" in row for row in shown.all_rows())
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and "server" not in str(path)]
    assert any(path.suffix == ".token" for path in kept)
    for path in kept:
        assert secret.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0, path
    assert re.search(r"connecting to chat://127\.0\.0\.1", log.read_text())
    stranger = client(tmp_path / "elsewhere", *here, "--name=ada", "who")
    assert stranger.status == 4


def test_a_window_that_is_closed_is_gone_on_with_in_another(
    server: Server, tmp_path: Path
) -> None:
    here = "127.0.0.1", server.address, "--name=ada"
    bob = server.arrive("bob")
    with window(tmp_path, *here) as shown:
        shown.arrives()
        bob.skip_to("*** ada has joined #lobby ***")
        os.kill(shown.process.pid, signal.SIGHUP)
        shown.ends()
    bob.types("where are you?")
    with window(tmp_path, *here) as shown:
        shown.shows("You are back as ada.")
        shown.shows("bob: where are you?")
        shown.presses("here\r")
        # Nobody was told that she had left.
        bob.expect("ada: here")


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_needs_no_server(word: str, tmp_path: Path) -> None:
    outcome = client(tmp_path, word)
    assert (outcome.status, outcome.errors) == (0, "")
    assert "twisted-chat" in outcome.output
