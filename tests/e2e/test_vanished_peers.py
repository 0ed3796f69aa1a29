"""
Users whose computer is gone without a word, and readers who take nothing.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import UNLIMITED, WITHIN, Certificate, Person, Server, connect, running
from networks import FAR, NEAR, Network, inside

# Short, but longer than the kernel's own timers.
_PEER_TIMEOUT = 6.0


@pytest.fixture
def network() -> Iterator[Network]:
    with Network.laid() as network:
        yield network


def doors(certificate: Certificate, address: str = "") -> list[str]:
    files = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    at = f":interface={address}" if address else ""
    return [f"--listen={door}{at}" for door in ("tcp:0", f"ssl:0:{files}", "haproxy:tcp:0")]


def arrive(server: Server, certificate: Certificate, host: str, **how: int) -> list[Person]:
    """
    Connect a user at each of the `doors`.
    """
    context = certificate.context()
    context.check_hostname = False
    tcp, tls, proxied = server.addresses
    people = [
        connect(tcp, host=host, **how),
        connect(tls, host=host, tls=context, **how),
        connect(proxied, host=host, proxied_for="127.0.60.1", **how),
    ]
    for nick, person in zip(("tina", "theo", "paul"), people, strict=True):
        person.types(nick)
        person.skip_to("Type /help for help.")
    return people


@pytest.mark.parametrize("is_told", [False, True], ids=["silence", "talk"])
def test_a_user_whose_cable_is_pulled_is_gone_in_time_at_every_door(
    network: Network, tmp_path: Path, certificate: Certificate, is_told: bool
) -> None:
    with inside(network.near):
        # Where nobody answers, the limits of what waits must not help.
        server = Server.start(
            tmp_path,
            *doors(certificate),
            *UNLIMITED,
            f"--peer-timeout={_PEER_TIMEOUT:g}",
            "--send-timeout=0",
            "--send-queue=0",
        )
    try:
        with inside(network.far):
            far = arrive(server, certificate, NEAR)
        with inside(network.near):
            alice = server.arrive("alice")
        far[0].skip_to("*** alice has joined #lobby ***")
        began = time.monotonic()
        network.pull_the_cable()
        if is_told:
            alice.types("is anybody there?")
        left = ""
        while left.count("tina") + left.count("theo") + left.count("paul") < len(far):
            left += alice.reads_line(_PEER_TIMEOUT + WITHIN)
        # Nobody is cut at once: a cable may be put back.
        assert time.monotonic() - began > 1
        alice.types("/nick tina")
        alice.expect("You are now known as tina.")
        for person in far:
            person.hangs_up()
        assert FAR in server.log
    finally:
        server.kill()


def test_a_cable_that_is_put_back_in_time_costs_nobody_the_connection(
    network: Network, tmp_path: Path
) -> None:
    with inside(network.near):
        server = Server.start(tmp_path, "--port=0", *UNLIMITED)
    try:
        with inside(network.far):
            tina = connect(server.address, host=NEAR)
        tina.types("tina")
        tina.skip_to("Type /help for help.")
        with inside(network.near):
            alice = server.arrive("alice")
        tina.expect("*** alice has joined #lobby ***")
        network.pull_the_cable()
        alice.types("hello?")
        alice.expect_nothing_more()
        network.put_the_cable_back()
        tina.expect("alice: hello?")
        tina.hangs_up()
    finally:
        server.kill()


def test_who_takes_nothing_is_cut_although_little_is_said_and_the_kernel_has_all_of_it(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    server = start(*doors(certificate, "127.0.0.1"), *UNLIMITED, "--send-timeout=1")
    stuck = arrive(server, certificate, "127.0.0.1", receive_buffer=4096)
    talker, reader = server.arrive("talker"), server.arrive("reader")
    talker.expect("*** reader has joined #lobby ***")
    # More than they take, and less than waits anywhere but in the kernel.
    for number in range(10):
        talker.types(f"{number} {'x' * 4000}")
    for number in range(10):
        reader.skip_to(f"talker: {number} {'x' * 4000}")
    left = ""
    while left.count("(not reading)") == 0 or not all(n in left for n in ("tina", "theo", "paul")):
        left += reader.reads_line()
    for person in stuck:
        person.hangs_up()
    # Who reads is told everything, also later than that.
    talker.types("still there?")
    reader.expect("talker: still there?")


def in_the_kernel(port: str) -> int:
    """
    Return the bytes that the kernel holds for all connections of the server on ``port``.
    """
    total = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, queues, *_ = line.split()
            if int(local.rpartition(":")[2], 16) == int(port) and state == "01":
                total += int(queues.partition(":")[0], 16)
    return total


def test_the_kernel_holds_little_for_who_takes_nothing(tmp_path: Path) -> None:
    limits = "--send-timeout=0", "--send-queue=0"
    with running(tmp_path, "--port=0", *UNLIMITED, *limits) as server:
        stuck = server.arrive("stuck", receive_buffer=4096)
        talker, reader = server.arrive("talker"), server.arrive("reader")
        talker.expect("*** reader has joined #lobby ***")
        for number in range(300):
            talker.types(f"{number} {'x' * 4000}")
            reader.skip_to(f"talker: {number} {'x' * 4000}")
        # Of 1.2 MB: what is not sent, and a little that is under way.
        assert 50_000 < in_the_kernel(server.address) < 100_000
        stuck.hangs_up()
