"""
An account, on a server that is killed meanwhile.
"""

from __future__ import annotations

import re
from pathlib import Path

from harness import Server

SECRET = "correct horse battery"


def test_a_user_who_comes_back_after_a_kill_reads_what_was_said_and_sent_to_them(
    tmp_path: Path,
) -> None:
    options = ("--port=0", "--rate=0")
    server = Server.start(tmp_path, *options)
    try:
        alice, bob = server.arrive("alice"), server.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("/register")
        alice.expect_prompt(b"New password: ")
        alice.types(SECRET)
        alice.expect_prompt(b"Repeat the password: ")
        alice.types(SECRET)
        alice.skip_to("alice is registered to you. From now on, that name needs your password.")
        bob.types("shall we have tea?")
        alice.expect("bob: shall we have tea?")
        alice.goes()
        bob.expect("*** alice has left #lobby ***")
        bob.types("/msg alice I brought cake")
        bob.expect("[you -> alice] I brought cake")
        server.kill()
        log = server.log
        (tmp_path / "log").unlink()
        server = Server.start(tmp_path, *options)
        alice = server.connect()
        alice.expect_prompt()
        alice.types("alice")
        alice.expect_prompt(b"Password: ")
        alice.types(SECRET)
        read = [alice.reads_line() for _ in range(8)]
        times = [re.sub(r"^\[\d\d:\d\d\] ", "", line) for line in read]
        assert times == [
            "--- earlier in #lobby ---",
            "bob: shall we have tea?",
            "--- now ---",
            "You are in #lobby as alice. Nobody else is here yet.",
            "Type /help for help.",
            "--- 1 message while you were away ---",
            "[bob -> you] I brought cake",
            "--- now ---",
        ]
        assert SECRET not in log + server.log
        assert SECRET.encode() not in b"".join(
            path.read_bytes() for path in tmp_path.iterdir() if path.is_file()
        )
    finally:
        server.kill()
