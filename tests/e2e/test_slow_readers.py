"""
A user who reads nothing in a busy room: they are cut, and no other user notices.
"""

import contextlib
import itertools
import time
from collections.abc import Callable

import pytest
from harness import UNLIMITED, WITHIN, Certificate, Person, Server

# More than what a kernel keeps for a connection that is not read; from then on we talk slowly.
_ENOUGH = 5_000_000
_LINE = "x" * 2000
_BLOCK = 16


def _keep_talking(talker: Person, reader: Person, leaving: int) -> list[str]:
    """
    Talk until so many have left, and return what ``reader`` reads beside every line in order.
    """
    left: list[str] = []
    deadline = time.monotonic() + WITHIN
    for start in itertools.count(step=_BLOCK):
        assert time.monotonic() < deadline, f"not everybody was cut, only {left}"
        slowly = start * len(_LINE) > _ENOUGH
        said = [f"{number} {_LINE}" for number in range(start, start + (1 if slowly else _BLOCK))]
        talker.types(*said)
        for text in said:
            while (line := reader.reads_line()).startswith("*** "):
                left.append(line)
            assert line == f"talker: {text}"
        if " ".join(left).count("(") == leaving:
            return left
        if slowly:
            time.sleep(0.02)
    raise AssertionError


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (["--send-queue=65536", "--send-timeout=0"], "too slow to read"),
        (["--send-queue=0", "--send-timeout=1"], "not reading"),
    ],
    ids=["bytes", "seconds"],
)
def test_readers_who_fall_behind_at_any_door_are_cut_and_the_others_read_on(
    start: Callable[..., Server], certificate: Certificate, limits: list[str], reason: str
) -> None:
    files = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    server = start(
        "--listen=tcp:0:interface=127.0.0.1",
        f"--listen=ssl:0:{files}:interface=127.0.0.1",
        "--listen=haproxy:tcp:0:interface=127.0.0.1",
        *UNLIMITED,
        *limits,
    )
    tcp, tls, proxied = server.addresses
    stuck = [
        server.arrive("tina", tcp, receive_buffer=4096),
        server.arrive("theo", tls, receive_buffer=4096, tls=certificate.context()),
        server.arrive("paul", proxied, receive_buffer=4096, proxied_for="127.0.60.1"),
    ]
    talker, reader = server.arrive("talker"), server.arrive("reader")
    talker.expect("*** reader has joined #lobby ***")
    told = _keep_talking(talker, reader, len(stuck))
    # Between two departures the reader may read what the talker says, and so reads them apart.
    talker.types("/zzzz")
    heard = talker.skip_to("No such command: /zzzz. Type /help for the list.")
    # Each of them once, and for that reason, in one line or in several.
    for lines in (told, heard):
        assert " ".join(lines).count(f"({reason})") == len(stuck)
        for person in stuck:
            assert " ".join(lines).count(person.nick) == 1
    # What they never read is gone with them, and another may have the name.
    for person in stuck:
        person.hangs_up()
    again = server.arrive("tina")
    talker.expect("*** tina has joined #lobby ***")
    again.types("back")
    talker.expect("tina: back")


def test_a_user_who_asks_much_and_reads_nothing_waits_and_loses_nothing(
    start: Callable[..., Server],
) -> None:
    server = start("--port=0", *UNLIMITED)
    greedy = server.arrive("greedy", receive_buffer=4096)
    bob = server.arrive("bob")
    # Long ones, so that few fill what the kernel keeps of them.
    question = b"/help" + b" " * 3000 + b"\n"
    questions, sent = question * 10000, 0
    # Once some answers wait, questions are no longer read, and in the end not even taken.
    greedy.socket.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        while sent < len(questions):
            sent += greedy.socket.send(questions[sent:])
    assert sent < len(questions)
    bob.types("it is quiet here")
    bob.expect_nothing_more()
    end = "/help all explains all of them, and /help join explains /join."
    read: list[str] = []
    for _ in range(sent // len(question)):
        read += greedy.skip_to(end)
    greedy.types("", "/zzzz")
    read += greedy.skip_to("No such command: /zzzz. Type /help for the list.")
    assert read.count("bob: it is quiet here") == 1
    assert read.count("*** bob has joined #lobby ***") == 1
