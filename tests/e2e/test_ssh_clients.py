"""
The clients of SSH that people have, at a terminal whose screen is compared, and in scripts.
"""

import asyncio
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from harness import UNLIMITED, WITHIN, Server, running, wait_until
from needs import need
from ssh_person import openssh
from tmux import Tmux
from windows import client

PASSWORD = "correct horse battery staple"
# A second try has accounts of its own.
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("house")
    options = ("--port=0", "--database=sqlite:///chat.db", *UNLIMITED)
    with running(folder, *options) as server:
        yield server


@pytest.fixture
def server(house: Server) -> Iterator[Server]:
    yield house
    house.send_home()


@pytest.mark.parametrize(
    ("ci", "installer", "outcome"),
    [
        ("", True, pytest.skip.Exception),
        ("true", False, pytest.skip.Exception),
        ("true", True, pytest.skip.Exception if os.geteuid() else pytest.fail.Exception),
    ],
)
def test_what_needs_a_client_is_skipped_only_where_it_cannot_be_installed(
    ci: str, installer: bool, outcome: type[BaseException], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", ci)
    if installer:
        (tmp_path / "apt-get").touch(mode=0o755)
    with pytest.raises(outcome, match="plink is not installed"):
        need("plink")


def fingerprint(server: Server) -> str:
    (found,) = set(re.findall(r"has the fingerprint (SHA256:\S+)", server.log))
    return found


def dbclient(server: Server, name: str) -> list[str]:
    return ["dbclient", "-y", "-y", "-p", server.address, "-l", name, "127.0.0.1"]


def plink(server: Server, name: str) -> list[str]:
    known = ["-hostkey", fingerprint(server)]
    return [
        "plink",
        "-ssh",
        "-no-antispoof",
        *known,
        "-P",
        server.address,
        "-l",
        name,
        "127.0.0.1",
    ]


def of_openssh(server: Server, name: str) -> list[str]:
    return openssh(server.address, name)


@pytest.mark.parametrize("client", [of_openssh, dbclient, plink])
def test_a_line_that_is_typed_is_not_torn_by_what_arrives(
    client: Callable[[Server, str], list[str]], server: Server, tmp_path: Path
) -> None:
    bob = server.arrive("bob")
    with Tmux.running(tmp_path, *client(server, "alice")) as alice:
        alice.expect("You are in #lobby as alice with bob.", "Type /help for help.", "#lobby>")
        bob.expect("*** alice has joined #lobby ***")
        alice.types("Grüße, 世界: I am typ")
        alice.expect("#lobby> Grüße, 世界: I am typ")
        bob.types("a line that is longer than the sixty columns of this window, and so")
        alice.expect(
            "Type /help for help.",
            "bob: a line that is longer than the sixty columns of this",
            "    window, and so",
            "#lobby> Grüße, 世界: I am typ",
        )
        alice.types("ing")
        alice.presses("Enter")
        bob.expect("alice: Grüße, 世界: I am typing")
        alice.expect("#lobby> Grüße, 世界: I am typing", "#lobby>")
        alice.types("/quit")
        alice.presses("Enter")
        wait_until(lambda: "status 0" in alice.rows, "it has ended well")
        assert "Goodbye, alice." in alice.rows


def test_the_keys_of_an_editor_at_a_terminal(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with Tmux.running(tmp_path, *of_openssh(server, "alice")) as alice:
        alice.expect("#lobby>")
        bob.expect("*** alice has joined #lobby ***")
        alice.types("one two")
        alice.presses("Left", "Left", "C-w", "Home", "C-y", "Enter")
        bob.expect("alice: tone wo")
        alice.presses("Up")
        alice.expect("#lobby> tone wo")
        alice.presses("C-u", "C-r")
        alice.types("ton")
        alice.expect("(search: ton) tone wo")
        alice.presses("C-c")
        alice.types("/ms")
        alice.presses("Tab")
        alice.expect("#lobby> /msg")
        alice.types("b")
        alice.presses("Tab")
        alice.types("hi")
        alice.presses("Enter")
        bob.expect("[alice -> you] hi")
        alice.expect("#lobby> /msg bob hi", "[you -> bob] hi", "#lobby>")


def test_a_paste_of_several_lines_is_one_message(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with Tmux.running(tmp_path, *of_openssh(server, "alice")) as alice:
        alice.expect("#lobby>")
        alice.pastes("one\ntwo\n")
        alice.expect("#lobby> one\u21b5two")
        alice.presses("Enter")
        bob.expect("*** alice has joined #lobby ***", "alice: one", "  | two")


def test_another_size_of_the_window(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with Tmux.running(tmp_path, *of_openssh(server, "alice")) as alice:
        alice.expect("#lobby>")
        alice.types("a line that is typed in sixty columns, of which")
        alice.expect("#lobby> a line that is typed in sixty columns, of which")
        alice.resizes(40)
        alice.expect("#lobby> <ed in sixty columns, of which")
        bob.types("words that are broken at forty columns")
        alice.expect(
            "bob: words that are broken at forty",
            "    columns",
            "#lobby> <ed in sixty columns, of which",
        )


def test_a_password_is_asked_for_by_the_client_and_one_asked_here_is_not_shown(
    server: Server, tmp_path: Path
) -> None:
    name = f"carol{next(_numbers)}"
    with Tmux.running(tmp_path, *of_openssh(server, name)) as carol:
        carol.expect("#lobby>")
        carol.types("/register")
        carol.presses("Enter")
        carol.expect("New password:")
        carol.types(PASSWORD)
        carol.presses("Enter")
        carol.expect("Repeat the password:")
        carol.types(PASSWORD)
        carol.presses("Enter")
        carol.expect("#lobby>")
        assert not [row for row in carol.rows if "horse" in row]
        carol.presses("C-d")
        wait_until(lambda: "status 0" in carol.rows, "it has ended well")
    with Tmux.running(tmp_path, *of_openssh(server, name)) as carol:
        carol.expect(f"({name}@127.0.0.1) Password:")
        carol.types(PASSWORD)
        carol.presses("Enter")
        carol.expect("#lobby>")
        assert not [row for row in carol.rows if "horse" in row]


def test_a_terminal_that_is_dumb(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with Tmux.running(tmp_path, *of_openssh(server, "alice"), term="dumb") as alice:
        alice.expect("You are in #lobby as alice with bob.", "Type /help for help.")
        alice.types("hel")
        alice.expect("Type /help for help.", "hel")
        bob.types("hi")
        alice.expect("hel", "bob: hi", "hel")
        alice.types("lo")
        alice.presses("Enter")
        bob.expect("*** alice has joined #lobby ***", "alice: hello")


# -- in scripts -----------------------------------------------------------------------------------


def runs(server: Server, name: str, *words: str, stdin: str = "", options: tuple[str, ...] = ()):
    """
    Run a command by OpenSSH, and return its exit status, its output and its errors.
    """
    need("ssh")
    command = openssh(server.address, name, *words, options=options)
    ran = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=WITHIN, check=False
    )
    return ran.returncode, ran.stdout, ran.stderr


def test_commands_have_the_exit_statuses_that_scripts_go_by(server: Server) -> None:
    bob = server.arrive("bob")
    assert runs(server, "dave", "/msg bob hi") == (0, "[you -> bob] hi\n", "")
    bob.skip_to("[dave -> you] hi")
    assert runs(server, "dave", "say", "#lobby", "tea  is", "ready") == (0, "", "")
    bob.skip_to("dave: tea  is ready")
    assert runs(server, "dave", "send", "lobby", stdin="one\ntwo\n") == (0, "", "")
    assert bob.skip_to("dave: one") is not None
    bob.expect("  | two")
    status, out, _ = runs(server, "dave", "tail", "lobby", "-n", "1")
    assert (status, out.partition("] ")[2]) == (0, "dave: one\n  | two\n")
    status, out, _ = runs(server, "dave", "who", "--json")
    assert (status, json.loads(out)["event"]) == (0, "who")
    assert runs(server, "dave", "msg", "nobody", "hi")[0] == 1
    assert runs(server, "dave", "sned", "x")[0] == 2
    assert runs(server, "root", "who")[0] == 4
    assert runs(server, "bob", "who") == (4, "", "The name bob is taken, please choose another.\n")


@pytest.mark.parametrize("way", ["ssh", "twisted-chat"])
@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("send", "attic", "hi"), 1, "There is no room #attic"),
        (("tail", "attic", "-f"), 1, "There is no room #attic"),
        (("tail", "attic"), 1, "There is no room #attic"),
        (("msg", "eve", "hi"), 1, "Nobody here is called eve"),
        (("send", "lobby", "x" * 20_000), 1, "bytes"),
        (("send", "lobby"), 2, "There is no text to"),
        (("dance",), 2, "dance"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_scripts_are_refused_alike_by_ssh_and_by_the_client_and_no_room_is_made(
    way: str,
    words: tuple[str, ...],
    status: int,
    sentence: str,
    server: Server,
    tmp_path: Path,
) -> None:
    if way == "ssh":
        found, _, why = runs(server, "robot", *words)
    else:
        outcome = client(tmp_path, "127.0.0.1", server.address, "--name=robot", *words)
        found, why = outcome.status, outcome.errors
    assert (found, sentence in why) == (status, True), why
    assert "attic" not in runs(server, "robot", "rooms")[1]


def test_at_a_terminal_a_text_is_typed_and_ctrl_c_ends_what_follows(
    server: Server, tmp_path: Path
) -> None:
    bob = server.arrive("bob")
    command = openssh(server.address, "alice", "send", "lobby", options=("-t",))
    with Tmux.running(tmp_path, *command) as alice:
        bob.expect("*** alice has joined #lobby ***")
        alice.types("tea is redy")
        alice.expect("tea is redy")
        alice.presses("BSpace", "BSpace")
        alice.types("ady")
        alice.presses("Enter", "C-d")
        bob.expect("alice: tea is ready")
        alice.expect("tea is ready", "status 0")
    bob.expect("*** alice has left #lobby ***")
    follow = openssh(server.address, "alice", "tail", "lobby", "-f", options=("-t",))
    with Tmux.running(tmp_path, *follow) as alice:
        bob.expect("*** alice has joined #lobby ***")
        bob.types("more")
        wait_until(lambda: "bob: more" in "".join(alice.rows), "it is followed")
        alice.presses("C-c")
        alice.expect("^C", "status 130")


def test_the_text_of_commands_is_in_no_log(server: Server) -> None:
    server.arrive("bob")
    runs(server, "dave", "msg", "bob", "topsecret")
    runs(server, "dave", "msg", "bob", stdin="topsecret")
    runs(server, "dave", "topsecret")
    assert "topsecret" not in server.log


def test_what_is_no_chat_is_refused_in_a_sentence(server: Server) -> None:
    status, _, why = runs(server, "dave", options=("-W", "example.org:80"))
    assert (status, "stdio forwarding failed" in why) == (255, True)
    status, _, why = runs(server, "dave", "sftp", options=("-s",))
    assert (status, "subsystem request failed" in why) == (255, True)


def test_a_key_is_all_that_an_owner_needs(server: Server, tmp_path: Path) -> None:
    need("ssh-keygen")
    for kind in ("ed25519", "rsa", "ecdsa"):
        made = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", tmp_path / kind]
        subprocess.run(made, check=True)
        owner, name = server.connect(), f"erin{next(_numbers)}-{kind}"
        owner.types(name, "/register", PASSWORD, PASSWORD)
        line = (tmp_path / f"{kind}.pub").read_text().strip()
        owner.types(f"/key add {line}")
        while "opens your account from now on" not in owner.reads_line():
            pass
        options = ("-o", f"IdentityFile={tmp_path / kind}", "-o", "BatchMode=yes")
        assert runs(server, name, "who", options=options)[0] == 0
        assert runs(server, name, "who", options=("-o", "BatchMode=yes"))[0] == 255


def test_keys_are_exchanged_again_as_often_as_a_client_likes(
    server: Server, tmp_path: Path
) -> None:
    need("ssh")
    bob = server.arrive("bob")
    program, *words = openssh(server.address, "alice", options=("-T", "-o", "RekeyLimit=16K"))
    told = tmp_path / "told"
    with (
        told.open("w") as errors,
        subprocess.Popen(
            [program, "-v", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as alice,
    ):
        assert alice.stdin is not None
        assert alice.stdout is not None
        bob.expect("*** alice has joined #lobby ***")
        lines = [f"bob: {number} {'x' * 1000}" for number in range(100)]
        bob.types(*(line.removeprefix("bob: ") for line in lines))
        said: list[str] = []
        while len(said) < len(lines):
            line = alice.stdout.readline().decode()
            assert line, "the connection was lost"
            if line.startswith("bob: "):
                said.append(line.rstrip("\r\n"))
        alice.stdin.close()
    assert said == lines
    assert alice.returncode == 0
    # The first, and more: 100 KiB came, with a limit of 16.
    assert told.read_text().count("SSH2_MSG_NEWKEYS received") > 1


def test_asyncssh_comes_in_too(server: Server) -> None:
    server.arrive("bob")

    async def who() -> tuple[str, int]:
        key = asyncssh.generate_private_key("ssh-ed25519")
        how: dict[str, Any] = {"known_hosts": None, "config": None, "client_keys": [key]}
        port = int(server.address)
        async with asyncssh.connect("127.0.0.1", port, username="frank", **how) as connection:
            ran = await connection.run("who", check=True)
            return str(ran.stdout), int(ran.exit_status or 0)

    out, status = asyncio.run(who())
    assert (out, status) == ("In #lobby: bob, frank.\n", 0)


# -- how it is hardened ---------------------------------------------------------------------------


def test_ssh_audit_finds_nothing_that_fails(server: Server) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ssh_audit.ssh_audit", "-j", "-p", server.address, "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=4 * WITHIN,
        check=False,
    )
    found = json.loads(ran.stdout)
    marks = [
        (kind, each["algorithm"], mark)
        for kind in ("kex", "key", "enc", "mac")
        for each in found[kind]
        for mark in each.get("notes", {}).get("fail", [])
    ]
    assert found["kex"][0]["algorithm"] == "mlkem768x25519-sha256"
    assert marks == []
    assert found["cves"] == []


def test_the_host_key_is_the_one_in_the_log(server: Server) -> None:
    need("ssh-keyscan")
    found = subprocess.run(
        ["ssh-keyscan", "-p", server.address, "127.0.0.1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = subprocess.run(
        ["ssh-keygen", "-lf", "-"], input=found, capture_output=True, text=True, check=True
    ).stdout
    assert fingerprint(server) in shown
