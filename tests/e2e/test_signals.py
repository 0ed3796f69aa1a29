"""
Signals that an operator sends to the process: stop, and reload.
"""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from certificate_chains import Authority
from harness import GOODBYE, UNLIMITED, Person, Server, connect, wait_until
from shared_tls import trusting

#: What is read before a restart, and at its end.
WARNING = "*** The server is going down for a restart: you will be disconnected within {}. ***"
RESTARTING = "Disconnected: the server is restarting. Goodbye."
#: Seconds for which the server waits until everybody has read its goodbye.
DRAIN = 5.0


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_everybody_reads_that_the_server_stops_and_it_ends_well(
    start: Callable[..., Server], reactor: str
) -> None:
    server = start("--port=0", reactor=reactor)
    alice, bob, nameless = server.arrive("alice"), server.arrive("bob"), server.connect()
    nameless.expect_prompt()
    alice.expect("*** bob has joined #lobby ***")
    server.signals(signal.SIGTERM)
    for person in (alice, bob, nameless):
        person.skip_to(GOODBYE)
        person.expect_end()
    assert server.wait() == 0
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    assert not (server.directory / "twistd.pid").exists()


def test_a_user_who_reads_nothing_delays_the_end_by_seconds_only_even_if_signalled_again(
    start: Callable[..., Server],
) -> None:
    server = start(
        "--port=0", "--rate=0", "--max-per-host=0", "--send-queue=0", "--send-timeout=0"
    )
    stuck = server.arrive("stuck", receive_buffer=4096)
    alice, bob = server.arrive("alice"), server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    # More than the kernel keeps for a user who reads nothing.
    for number in range(2000):
        alice.types(f"{number} {'x' * 4000}")
        bob.reads_line()
    server.signals(signal.SIGTERM)
    began = time.monotonic()
    for person in (alice, bob):
        person.expect(GOODBYE)
        person.expect_end()
    # That these two were let go shows nothing on a machine that was busy for longer.
    if time.monotonic() - began < DRAIN - 1:
        assert server.process.poll() is None
    # It may have ended meanwhile, and until it is waited for it can be signalled all the same.
    server.signals(signal.SIGTERM)
    server.signals(signal.SIGTERM)
    assert server.wait() == 0
    stuck.hangs_up()


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
# The kernel has 70 KiB for one user, and what the server has must be read within five seconds.
@pytest.mark.parametrize("lines", [10, 200], ids=["the kernel has all", "the server has some"])
def test_a_user_who_types_while_the_server_stops_still_reads_all_that_was_sent_to_them(
    start: Callable[..., Server], reactor: str, lines: int
) -> None:
    server = start("--port=0", *UNLIMITED, "--send-queue=0", reactor=reactor)
    slow = server.arrive("slow", receive_buffer=4096)
    talker, reader = server.arrive("talker"), server.arrive("reader")
    talker.expect("*** reader has joined #lobby ***")
    said = [f"{number} {'x' * 4000}" for number in range(lines)]
    for line in said:
        talker.types(line)
        reader.skip_to(f"talker: {line}")
    server.signals(signal.SIGTERM)
    reader.expect(GOODBYE)
    # This is never looked at; left unread, it would make the kernel reset the connection.
    slow.types("did I miss anything?")
    read = slow.read_to_end().decode().splitlines()
    assert [line for line in read if line.startswith("talker: ")] == [
        f"talker: {line}" for line in said
    ]
    assert read[-1] == GOODBYE
    slow.hangs_up()
    assert server.wait() == 0


def _reload(server: Server, outcome: str) -> None:
    before = server.log.count(outcome)
    server.signals(signal.SIGHUP)
    wait_until(lambda: server.log.count(outcome) > before, f"the log says {outcome}")


PLUGIN = '''
from twisted_chat import command


@command
def version(ctx):
    """Tell the version."""
    return "version {}"
'''


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_motd_and_plugins_and_settings_are_reloaded_and_everybody_stays(
    start: Callable[..., Server], tmp_path: Path, reactor: str
) -> None:
    motd, plugins, config = tmp_path / "motd", tmp_path / "plugins", tmp_path / "chat.toml"
    plugins.mkdir()
    motd.write_text("first greeting\n")
    config.write_text('max-line = 100\nroom = "hall"\n')
    (plugins / "version.py").write_text(PLUGIN.format(1))
    server = start(
        "--port=0", f"--motd={motd}", f"--plugins={plugins}", f"--config={config}", reactor=reactor
    )
    alice = server.connect()
    alice.expect("first greeting")
    alice.types("alice", "/version", "x" * 200)
    alice.expect(
        "You are in #hall as alice. Nobody else is here yet.",
        "Type /help for help.",
        "version 1",
        "That line was longer than 100 bytes and was not sent.",
    )

    motd.write_text("second greeting\n")
    config.write_text('max-line = 300\nroom = "hall"\n')
    (plugins / "version.py").write_text(PLUGIN.format(2))
    (plugins / "extra.py").write_text(
        PLUGIN.format("of extra").replace("def version", "def extra")
    )
    _reload(server, "Reloaded")
    alice.types("/version", "/extra")
    alice.expect("version 2", "version of extra")
    bob = server.connect()
    bob.expect("second greeting")
    bob.types("bob", "x" * 200, "/version")
    bob.expect("You are in #hall as bob with alice.", "Type /help for help.", "version 2")
    alice.expect("*** bob has joined #hall ***", f"bob: {'x' * 200}")

    # A plugin that cannot be used is left out alone.
    motd.write_text("third greeting\n")
    (plugins / "version.py").write_text(PLUGIN.format(3))
    (plugins / "zebra.py").write_text("this is no Python\n")
    _reload(server, "Reloaded")
    assert "zebra.py" in server.log
    alice.types("/version", "/extra")
    alice.expect("version 3", "version of extra")
    carol = server.connect()
    carol.expect("third greeting")
    # Options that cannot be used change nothing.
    config.write_text("max-lime = 300\n")
    _reload(server, "Not reloaded")
    assert "there is no option 'max-lime'. Did you mean max-line?" in server.log
    bob.types("still here")
    alice.expect("bob: still here")

    (plugins / "zebra.py").unlink()
    config.unlink()
    config.write_text("")
    _reload(server, "Reloaded")
    alice.types("/version")
    alice.expect("version 3")


def test_a_renewed_certificate_is_for_users_who_come_then_and_others_talk_on(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    first = authority.issue("chat", "chat.example")
    server = start(
        "--port=0", f"--tls-certificate={first.fullchain}", f"--tls-key={first.privkey}"
    )
    context = trusting(authority.root)
    # They come by the address.
    context.check_hostname = False
    how: Any = {"tls": context}

    def shown(person: Person) -> bytes:
        return person.socket.getpeercert(binary_form=True)

    alice = server.arrive("alice", **how)
    # The files of two renewals do not fit: the log says so, and nothing changes.
    key = first.privkey.read_bytes()
    renewed = authority.issue("chat", "chat.example")
    fits = renewed.privkey.read_bytes()
    renewed.privkey.write_bytes(key)
    server.signals(signal.SIGHUP)
    wait_until(lambda: "The certificate was not renewed" in server.log, "the log tells")
    bob = server.arrive("bob", **how)
    renewed.privkey.write_bytes(fits)
    reloads = server.log.count("Reloaded: ")
    server.signals(signal.SIGHUP)
    wait_until(lambda: server.log.count("Reloaded: ") > reloads, "reloaded")
    carol = server.arrive("carol", **how)
    assert [shown(each) for each in (alice, bob, carol)] == [first.der, first.der, renewed.der]
    carol.types("hello")
    alice.skip_to("carol: hello")
    assert "Traceback" not in server.log


def test_a_reload_that_finds_the_motd_gone_leaves_everything_as_it_was(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    motd = tmp_path / "motd"
    motd.write_text("greeting\n")
    server = start("--port=0", f"--motd={motd}")
    motd.unlink()
    _reload(server, "Not reloaded")
    assert server.log.count("Traceback") == 0
    alice = server.connect()
    alice.expect("greeting")


#: A socket that another process holds, as systemd does.
HANDED_OVER = "--listen=systemd:domain=INET:index=0"


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_before_a_restart_everybody_is_told_and_sent_away_and_it_ends_well(
    start: Callable[..., Server], reactor: str
) -> None:
    server = start("--port=0", "--lame-duck=1", reactor=reactor)
    people = [server.arrive("alice"), server.connect()]
    asked = server.connect()
    for person in (people[1], asked):
        person.expect_prompt()
    people[1].types("/help")
    server.signals(signal.SIGUSR2)
    for person in people:
        person.skip_to(WARNING.format("1 second"))
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    for person in (asked, *people):
        person.skip_to(RESTARTING)
        person.expect_end()
    assert server.wait() == 0


def test_while_everybody_is_sent_away_a_stop_is_a_stop(start: Callable[..., Server]) -> None:
    server = start("--port=0", "--lame-duck=100000")
    alice = server.arrive("alice")
    server.signals(signal.SIGUSR2)
    alice.expect(WARNING.format("100000 seconds"))
    server.signals(signal.SIGTERM)
    alice.expect(GOODBYE)
    alice.expect_end()
    assert server.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR2], ids=["at once", "gently"])
def test_a_restart_with_a_socket_of_systemd_refuses_no_client(
    start: Callable[..., Server], number: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        first = start(HANDED_OVER, "--lame-duck=1", "--rate=0", listening=listening)
        alice, bob = first.arrive("alice"), first.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")
        bob.types(*[f"line {count}" for count in range(100)], "/zzzz")
        # Bob's last line is answered, so all that he said before must reach alice.
        bob.expect("No such command: /zzzz. Type /help for the list.")
        first.signals(number)
        lines = alice.read_to_end().decode().splitlines()
        assert [line for line in lines if line.startswith("bob: ")] == [
            f"bob: line {count}" for count in range(100)
        ]
        bob.read_to_end()
        assert first.wait() == 0
        early = connect(listening.getsockname()[1])
        second = start(HANDED_OVER, listening=listening)
        second.people.append(early)
        early.expect_prompt()
        early.types("early")
        early.skip_to("Type /help for help.")


def test_while_one_server_sends_everybody_away_another_one_on_its_socket_takes_them_up(
    start: Callable[..., Server],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        first = start(HANDED_OVER, "--lame-duck=100000", listening=listening)
        alice = first.arrive("alice")
        first.signals(signal.SIGUSR2)
        alice.expect(WARNING.format("100000 seconds"))
        early = connect(listening.getsockname()[1])
        second = start(HANDED_OVER, listening=listening)
        second.people.append(early)
        early.expect_prompt()
        bob = second.arrive("bob")
        bob.types("/who")
        bob.expect("In #lobby: bob.")
        alice.types("/quit")
        alice.expect("Goodbye, alice.")
        alice.expect_end()
        assert first.wait() == 0
