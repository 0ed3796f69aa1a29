"""
Limits of how many, how fast and how long, at the real process; and that zero lifts them.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator

import pytest
from harness import UNLIMITED, Certificate, Server, TimedOut, processor_seconds, running


def test_without_limits_a_hundred_come_from_one_address(server: Server) -> None:
    people = [server.connect() for _ in range(100)]
    for number, person in enumerate(people):
        person.expect_prompt()
        person.types(f"person{number}")
        person.skip_to("Type /help for help.")
    people[0].types("can you all read this?")
    for person in people[1:]:
        person.skip_to("person0: can you all read this?")


def test_without_limits_two_thousand_lines_at_once_arrive_in_order(server: Server) -> None:
    alice, bob = server.arrive("alice"), server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    began = time.monotonic()
    alice.types(*[f"line {number}" for number in range(2000)])
    bob.expect(*[f"alice: line {number}" for number in range(2000)])
    # At 2 lines a second that would be a quarter of an hour.
    assert time.monotonic() - began < 5
    alice.expect_nothing_more()


def test_the_seventeenth_connection_from_one_address_is_refused(default_server: Server) -> None:
    people = [default_server.connect(source="127.0.17.1") for _ in range(16)]
    for person in people:
        person.types("")
        person.expect_prompt()
    one_too_many = default_server.connect(source="127.0.17.1")
    one_too_many.types("")
    one_too_many.expect("Too many connections from your address, please try again later.")
    one_too_many.expect_end()
    default_server.connect(source="127.0.17.2").expect_prompt()
    people[3].types("quit")
    people[3].expect("Goodbye.")
    people[3].expect_end()
    back = default_server.connect(source="127.0.17.1")
    back.types("")
    back.expect_prompt()


def test_lines_beyond_the_burst_wait_and_none_is_lost(default_server: Server) -> None:
    bob = default_server.arrive("bob", source="127.0.18.2")
    alice = default_server.arrive("alice", source="127.0.18.1")
    began = time.monotonic()
    alice.types(*[f"line {number}" for number in range(11)])
    bob.expect("*** alice has joined #lobby ***")
    bob.expect(*[f"alice: line {number}" for number in range(11)])
    # The name was the first of ten at once; two more come at two a second.
    assert 0.9 < time.monotonic() - began < 4


def test_a_user_who_floods_is_slowed_and_disturbs_no_other(start: Callable[..., Server]) -> None:
    server = start("--port=0")
    alice, bob, flooder = [server.arrive(nick) for nick in ("alice", "bob", "flooder")]
    bob.expect("*** flooder has joined #lobby ***")
    flooder.socket.settimeout(0.2)
    flood = b"xxxx\n" * 4_000_000
    before, began, sent = processor_seconds(server.pid), time.monotonic(), 0
    # In the end it cannot even send any more.
    with contextlib.suppress(TimeoutError):
        while sent < len(flood):
            sent += flooder.socket.send(flood[sent : sent + 65536])
    assert sent < len(flood)
    alice.types("is it always so loud here?")
    came = bob.skip_to("alice: is it always so loud here?")
    seconds = time.monotonic() - began
    assert set(came) == {"flooder: xxxx"}
    assert 9 <= len(came) <= 10 + 2 * seconds
    assert processor_seconds(server.pid) - before < 0.2 + seconds / 4
    # Their lines go on at that pace for as long as the server has some.
    flooder.hangs_up()


@pytest.fixture(scope="module")
def _quick_server(
    certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    tls = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    with running(
        tmp_path_factory.mktemp("quick"),
        "--listen=tcp:0:interface=127.0.0.1",
        f"--listen=ssl:0:{tls}:interface=127.0.0.1",
        "--listen=haproxy:tcp:0:interface=127.0.0.1",
        "--rate=50",
        "--login-timeout=1",
        "--idle-timeout=2",
    ) as server:
        yield server


@pytest.fixture
def quick_server(_quick_server: Server) -> Iterator[Server]:
    yield _quick_server
    _quick_server.send_home()


def test_a_pasted_block_arrives_whole_and_in_order_through_every_door(
    quick_server: Server, certificate: Certificate
) -> None:
    tcp, tls, proxied = quick_server.addresses
    writers = [
        quick_server.arrive("tina", tcp),
        quick_server.arrive("theo", tls, tls=certificate.context()),
        quick_server.arrive("paul", proxied, proxied_for="127.0.60.1"),
    ]
    bob = quick_server.arrive("bob")
    block = [f"line {number} {'x' * 60}" for number in range(60)]
    began = time.monotonic()
    for writer in writers:
        writer.types(*block)
    read = [bob.reads_line() for _ in range(60 * len(writers))]
    # Ten at once, but for the name; then fifty a second.
    assert 0.9 < time.monotonic() - began < 4
    for writer in writers:
        own = [line for line in read if line.startswith(f"{writer.nick}: ")]
        assert own == [f"{writer.nick}: {line}" for line in block]


def test_a_user_who_gives_no_name_and_a_user_who_says_nothing_is_closed(
    quick_server: Server,
) -> None:
    silent, dribbling = quick_server.connect(), quick_server.connect()
    for nameless in (silent, dribbling):
        nameless.expect_prompt()
    talker, idle = quick_server.arrive("talker"), quick_server.arrive("idle")
    began = time.monotonic()
    talker.expect("*** idle has joined #lobby ***")
    ticks = 0
    while True:
        talker.types("tick")
        ticks += 1
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            dribbling.sends(b"x")
        try:
            talker.expect("*** idle has left #lobby (idle timeout) ***", within=0.2)
        except TimedOut:
            continue
        break
    assert 1.9 < time.monotonic() - began < 6

    sentence = b"\r\nDisconnected: no name was given within 1 second.\r\n"
    assert silent.read_to_end() == sentence
    # Sending to a peer that is gone can lose what it sent last.
    assert dribbling.read_to_end() in (sentence, b"")

    *before, last = idle.read_to_end().decode().splitlines()
    assert last == "Disconnected: idle for too long."
    ticking = [line for line in before if line == "talker: tick"]
    assert len(ticking) in (ticks, ticks - 1)
    (warning,) = [line for line in before if line != "talker: tick"]
    assert re.fullmatch(
        r"You will be disconnected in (?:1 second|2 seconds) unless you type something\.", warning
    )


def test_a_thousand_who_send_single_bytes_at_the_prompt_are_closed_and_delay_no_user(
    start: Callable[..., Server], descriptors: Callable[[int], None]
) -> None:
    descriptors(1100)
    server = start("--port=0", *UNLIMITED, "--login-timeout=3")
    began = time.monotonic()
    dribblers = [server.connect() for _ in range(1000)]
    came = time.monotonic() - began
    waits = []
    number = 0
    while time.monotonic() - began < 2.5:
        for dribbler in dribblers[number % 10 :: 10]:
            dribbler.sends(b"x")
        asked = time.monotonic()
        server.arrive(f"guest{number}").goes()
        waits.append(time.monotonic() - asked)
        number += 1
    assert max(waits) < 1
    for dribbler in dribblers:
        dribbler.read_to_end()
    # Each has three seconds of its own; bytes do not make them longer.
    assert 3 <= time.monotonic() - began < came + 3 + 2
    server.arrive("alice").expect_nothing_more()
