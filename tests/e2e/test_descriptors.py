"""
The process's limit of open files: clients beyond it are told so, and nothing spins.
"""

import errno
import resource
import selectors
import socket
import time
from collections.abc import Callable

import pytest
from harness import WITHIN, Person, Server, processor_seconds, wait_until

LIMIT = 256
#: What the server keeps free of it.
RESERVED = 128
FULL = "The server is full, please try again later."


def _connect_at_once(server: Server, count: int) -> list[Person]:
    """
    Begin ``count`` connections before the first of them is looked at.
    """
    people = []
    for _ in range(count):
        connection = socket.socket()
        connection.setblocking(False)
        assert connection.connect_ex(("127.0.0.1", int(server.address))) == errno.EINPROGRESS
        people.append(Person(connection))
    server.people += people
    with selectors.DefaultSelector() as selector:
        for person in people:
            selector.register(person.socket, selectors.EVENT_WRITE)
        deadline = time.monotonic() + WITHIN
        while selector.get_map():
            assert time.monotonic() < deadline, "not every connection was taken"
            for key, _ in selector.select(1):
                selector.unregister(key.fileobj)
    return people


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_at_the_limit_of_descriptors_the_next_are_refused_and_it_recovers(
    start: Callable[..., Server], reactor: str
) -> None:
    room, refused_at_once, storm = LIMIT - RESERVED, 90, 300
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 700:
        pytest.skip("the tests may not open so many files themselves")
    server = start(
        "--port=0", "--max-per-host=0", "--max-clients=0", reactor=reactor, descriptors=LIMIT
    )
    assert f"{room} connections at most" in server.log
    assert server.log.count(f"The limit of {LIMIT} descriptors leaves room for {room}") == 1
    let_in = _connect_at_once(server, room)
    for person in let_in:
        # Who says nothing would give way.
        person.types("")
        person.expect_prompt()
    for person in _connect_at_once(server, refused_at_once):
        person.expect(FULL)
        person.expect_end()

    # Full, it has nothing to do.
    before, began = processor_seconds(server.pid), time.monotonic()
    while time.monotonic() - began < 0.5:
        time.sleep(0.1)
    assert processor_seconds(server.pid) - before < 0.1
    alice, bob = let_in[:2]
    alice.types("alice")
    alice.skip_to("Type /help for help.")
    bob.types("bob")
    bob.skip_to("Type /help for help.")
    bob.types("we talk on")
    alice.skip_to("bob: we talk on")

    # So many at once that there is no descriptor to tell each of them on: they are not kept.
    for person in _connect_at_once(server, storm):
        assert person.read_to_end() in (b"", f"{FULL}\r\n".encode())
    assert processor_seconds(server.pid) - before < 1

    for person in let_in[50:]:
        person.hangs_up()

    def is_served() -> bool:
        person = server.connect()
        return not person.reads_some().startswith(FULL.encode())

    wait_until(is_served, "new connections are served again")
    for _ in range(20):
        server.connect().expect_prompt()
