"""
Sockets that a launcher hands over: each is what the settings say it is, or the server says what.
"""

import contextlib
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import Person, Server, refusal, run_twistd

SECRET = "correct horse"


def listening_on(family: socket.AddressFamily, address: object) -> socket.socket:
    made = socket.socket(family)
    made.bind(address)
    made.listen()
    return made


def ipv4() -> socket.socket:
    return listening_on(socket.AF_INET, ("127.0.0.1", 0))


def ipv6() -> socket.socket:
    return listening_on(socket.AF_INET6, ("::1", 0))


def dual_stack() -> socket.socket:
    return socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)


def unix() -> socket.socket:
    # An abstract one: there is no file to remove.
    return listening_on(socket.AF_UNIX, f"\0twisted-chat-{os.getpid()}")


def datagrams() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def not_listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    return made


@contextlib.contextmanager
def connected() -> Iterator[socket.socket]:
    one, other = socket.socketpair()
    with one, other:
        yield one


def no_socket() -> contextlib.AbstractContextManager[object]:
    return Path(__file__).open("rb")


def registers(person: Person) -> None:
    """
    Register, as only trusted clients may where passwords need TLS.
    """
    for typed, prompt in (("/register", b"New password: "), (SECRET, b"Repeat the password: ")):
        person.types(typed)
        person.expect_prompt(prompt)
    person.types(SECRET)
    assert person.reads_line().startswith(f"{person.nick} is registered to you")


MISFITS = [
    (dual_stack, "INET", "that is an IPv6 socket; write domain=INET6"),
    (ipv6, "INET", "that is an IPv6 socket; write domain=INET6"),
    (ipv6, "UNIX", "that is an IPv6 socket; write domain=INET6"),
    (ipv4, "INET6", "that is an IPv4 socket; write domain=INET"),
    (ipv4, "UNIX", "that is an IPv4 socket; write domain=INET"),
    (unix, "INET6", "that is a UNIX socket; write domain=UNIX"),
    (unix, "INET", "that is a UNIX socket; write domain=UNIX"),
    (datagrams, "INET", "that is no stream socket; have its .socket unit say ListenStream="),
    (not_listening, "INET", "that socket does not listen; have its .socket unit say Accept=no"),
    (connected, "UNIX", "that socket does not listen; have its .socket unit say Accept=no"),
    (
        no_socket,
        "INET",
        "what was handed over is no socket; have its .socket unit say ListenStream=",
    ),
]


@pytest.mark.parametrize(("handed_over", "domain", "fault"), MISFITS)
@pytest.mark.parametrize("check", [[], ["--check-config"]], ids=["start", "check"])
def test_a_socket_that_is_not_what_the_settings_say_is_refused_with_what_would_be_right(
    tmp_path: Path,
    handed_over: Callable[[], contextlib.AbstractContextManager[socket.socket]],
    domain: str,
    fault: str,
    check: list[str],
) -> None:
    endpoint = f"systemd:domain={domain}:index=0"
    with handed_over() as given:
        sentence = refusal(tmp_path, f"--listen={endpoint}", *check, handed_over=[given.fileno()])
    assert sentence == f"twistd chat: listen: cannot listen on {endpoint}: {fault}."


@pytest.mark.parametrize(
    "endpoint",
    ["systemd:INET:0", "systemd:domain=INET:name=chat0", "haproxy:systemd:domain=INET:index=0"],
)
def test_however_a_socket_is_named_it_is_looked_at(tmp_path: Path, endpoint: str) -> None:
    with dual_stack() as given:
        sentence = refusal(tmp_path, f"--listen={endpoint}", handed_over=[given.fileno()])
    assert sentence == (
        f"twistd chat: listen: cannot listen on {endpoint}: "
        "that is an IPv6 socket; write domain=INET6."
    )


def test_one_socket_is_not_listened_on_twice(tmp_path: Path) -> None:
    with ipv4() as given:
        sentence = refusal(
            tmp_path,
            "--listen=systemd:domain=INET:index=0",
            "--listen=haproxy:systemd:domain=INET:name=chat0",
            handed_over=[given.fileno()],
        )
    assert sentence.endswith(": that socket is listened on already; name it once.")


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ("systemd:domain=INET5:index=0", "domain must be INET, INET6, UNIX, not 'INET5'"),
        (
            "systemd:domain=INET6:index=0:name=chat",
            "a part of it is missing or unknown; write it like systemd:domain=INET6:index=0",
        ),
        ("stdio:", "standard input is one connection, and no place that people come to"),
        ("tpc:7342", "Unknown endpoint type: 'tpc'"),
    ],
)
def test_a_check_of_the_settings_says_what_is_no_endpoint_and_takes_no_port(
    tmp_path: Path, endpoint: str, fault: str
) -> None:
    sentence = refusal(tmp_path, "--check-config", f"--listen={endpoint}")
    assert sentence.endswith(f": {fault}.")
    with ipv4() as taken:
        usable = [
            "systemd:domain=INET6:index=0",
            "systemd:domain=UNIX:name=chat",
            f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1",
        ]
        options = [f"--listen={each}" for each in usable]
        outcome = run_twistd(tmp_path, "-n", "chat", "--check-config", *options)
    assert (outcome.status, outcome.errors) == (0, "")


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_a_socket_without_a_name_is_served_by_its_index(
    start: Callable[..., Server], reactor: str
) -> None:
    with ipv4() as given:
        server = start(
            "--listen=systemd:domain=INET:index=0", listening=given, names="", reactor=reactor
        )
        server.arrive("alice").expect_nothing_more()


def test_a_socket_beyond_those_that_were_handed_over_is_none(tmp_path: Path) -> None:
    endpoint = "systemd:domain=INET:index=1"
    with ipv4() as given:
        sentence = refusal(tmp_path, f"--listen={endpoint}", handed_over=[given.fileno()])
    assert sentence.endswith(
        f"{endpoint}: systemd has handed over no such socket; start its .socket unit."
    )


def test_on_a_socket_for_both_each_address_is_counted_and_only_this_machine_is_trusted(
    start: Callable[..., Server],
) -> None:
    with dual_stack() as given:
        server = start(
            "--listen=systemd:domain=INET6:index=0",
            "--max-per-host=1",
            "--password-over-cleartext=deny",
            listening=given,
        )
        server.arrive("alice", source="127.0.9.1")
        server.arrive("bob", source="127.0.9.2")
        carol = server.arrive("carol", host="::1")
        refused = server.connect(source="127.0.9.1")
        refused.types("")
        refused.expect("Too many connections from your address, please try again later.")
        registers(carol)


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_a_unix_socket_stays_whose_it_is_over_a_restart(
    start: Callable[..., Server], tmp_path: Path, reactor: str
) -> None:
    path = tmp_path / "held.sock"
    with listening_on(socket.AF_UNIX, str(path)) as given:
        path.chmod(0o600)
        for nick in ("alice", "bob"):
            server = start(
                "--listen=systemd:domain=UNIX:index=0",
                "--password-over-cleartext=deny",
                listening=given,
                reactor=reactor,
            )
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            registers(server.arrive(nick))
            server.send_home()
            assert server.stop() == 0
            assert path.exists()
