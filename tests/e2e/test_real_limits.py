"""
Limits of how many, how fast and how long, at the real process; and that zero lifts them.
"""

import contextlib
import re
import select
import statistics
import time
from collections.abc import Callable

from harness import (
    UNLIMITED,
    Certificate,
    Person,
    Server,
    TimedOut,
    processor_seconds,
    wait_until,
)

#: Seconds for what takes one or two where the machine does nothing else.
SOON = 60.0


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
    assert time.monotonic() - began < SOON
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
    began = time.monotonic()
    alice = default_server.arrive("alice", source="127.0.18.1")
    alice.types(*[f"line {number}" for number in range(11)])
    bob.expect("*** alice has joined #lobby ***")
    bob.expect(*[f"alice: line {number}" for number in range(11)])
    # The name was the first of ten at once; two more come at two a second.
    assert 0.9 < time.monotonic() - began < SOON


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
    # Some of it is read before anything that alice types.
    first = bob.reads_line()
    alice.types("is it always so loud here?")
    came = [first, *bob.skip_to("alice: is it always so loud here?")]
    seconds = time.monotonic() - began
    assert set(came) == {"flooder: xxxx"}
    assert 9 <= len(came) <= 10 + 2 * seconds
    assert processor_seconds(server.pid) - before < 0.2 + seconds / 4
    # Their lines go on at that pace for as long as the server has some.
    flooder.hangs_up()


def test_a_pasted_block_arrives_whole_and_in_order_through_every_door(
    start: Callable[..., Server], certificate: Certificate
) -> None:
    keys = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    server = start(
        "--listen=tcp:0:interface=127.0.0.1",
        f"--listen=ssl:0:{keys}:interface=127.0.0.1",
        "--listen=haproxy:tcp:0:interface=127.0.0.1",
        "--rate=50",
    )
    tcp, tls, proxied = server.addresses
    writers = [
        server.arrive("tina", tcp),
        server.arrive("theo", tls, tls=certificate.context()),
        server.arrive("paul", proxied, proxied_for="127.0.60.1"),
    ]
    bob = server.arrive("bob")
    block = [f"line {number} {'x' * 60}" for number in range(60)]
    began = time.monotonic()
    for writer in writers:
        writer.types(*block)
    read = [bob.reads_line() for _ in range(60 * len(writers))]
    # Ten at once, but for the name; then fifty a second.
    assert 0.9 < time.monotonic() - began < SOON
    for writer in writers:
        own = [line for line in read if line.startswith(f"{writer.nick}: ")]
        assert own == [f"{writer.nick}: {line}" for line in block]


def test_a_user_who_gives_no_name_and_a_user_who_says_nothing_is_closed(
    start: Callable[..., Server],
) -> None:
    # Long enough to come in, and not to be idle between two ticks.
    server = start("--port=0", "--rate=50", "--login-timeout=4", "--idle-timeout=5")
    silent, dribbling = server.connect(), server.connect()
    for nameless in (silent, dribbling):
        nameless.expect_prompt()
    began = time.monotonic()
    talker, idle = server.arrive("talker"), server.arrive("idle")
    talker.expect("*** idle has joined #lobby ***")
    ticks = 0
    while True:
        ticks += 1
        talker.types(f"tick {ticks}")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            dribbling.sends(b"x")
        try:
            talker.expect("*** idle has left #lobby (idle timeout) ***", within=0.2)
        except TimedOut:
            continue
        break
    assert 4.9 < time.monotonic() - began < SOON

    sentence = b"\r\nDisconnected: no name was given within 4 seconds.\r\n"
    assert silent.read_to_end() == sentence
    # Sending to a peer that is gone can lose what it sent last.
    assert dribbling.read_to_end() in (sentence, b"")

    *before, last = idle.read_to_end().decode().splitlines()
    assert last == "Disconnected: idle for too long."
    ticking = [line for line in before if line.startswith("talker: tick ")]
    # All of them until then: the last ones came when it was gone.
    assert ticking == [f"talker: tick {number}" for number in range(1, len(ticking) + 1)]
    assert 1 < len(ticking) <= ticks
    (warning,) = [line for line in before if not line.startswith("talker: tick ")]
    assert re.fullmatch(
        r"You will be disconnected in (?:1 second|[2-5] seconds) unless you type something\.",
        warning,
    )


def test_a_thousand_who_send_single_bytes_at_the_prompt_are_closed_and_delay_no_user(
    start: Callable[..., Server], descriptors: Callable[[int], None]
) -> None:
    descriptors(1100)
    server = start("--port=0", *UNLIMITED, "--login-timeout=3")
    dribblers = [server.connect() for _ in range(1000)]
    waits: list[float] = []

    def are_gone() -> bool:
        for dribbler in dribblers[len(waits) % 10 :: 10]:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                dribbler.sends(b"x")
        asked = time.monotonic()
        server.arrive(f"guest{len(waits)}").goes()
        waits.append(time.monotonic() - asked)
        return all(map(has_ended, dribblers))

    # Bytes make nobody's three seconds longer, or they would never be over.
    wait_until(are_gone, "all are closed")
    assert statistics.median(waits) < 1
    for dribbler in dribblers:
        dribbler.read_to_end()
    server.arrive("alice").expect_nothing_more()


def has_ended(person: Person) -> bool:
    """
    Return whether the server has closed a connection, also if something is to be read before.
    """
    poll = select.poll()
    poll.register(person.socket, select.POLLRDHUP)
    return bool(poll.poll(0))
