"""
The client in a terminal: nothing tears what is being typed.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import WITHIN, Person, Server, processor_seconds, wait_until
from windows import Relay, Window, window

TYPED = "größe 太郎"


def talks_and_types(shown: Window, bob: Person, begun: int, so_far: str, key: str) -> int:
    """
    Press a key while 25 lines arrive, and wait until both can be seen.

    What is typed is compared with each thing that is shown, and at the end.
    """
    before, after = so_far.rstrip(), f"{so_far}{key}".rstrip()
    for number in range(begun, begun + 12):
        bob.types(f"line {number} of bob, who talks and talks")
    shown.presses(key)
    for number in range(begun + 12, begun + 25):
        bob.types(f"line {number} of bob, who talks and talks")
    last = f"line {begun + 24} of"
    shown.keeps(
        before,
        after,
        until=lambda: any(last in row for row in shown.rows()) and shown.typed == after,
        what=f"{last} and {after!r} are shown",
    )
    # From then on it is that, whatever is still drawn.
    quiet = time.monotonic() + 0.05
    shown.keeps(after, until=lambda: time.monotonic() > quiet, what="nothing")
    return begun + 25


@pytest.mark.parametrize("columns", [80, 40])
def test_what_is_typed_stays_whole_while_200_lines_arrive(
    server: Server, tmp_path: Path, columns: int
) -> None:
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada", columns=columns) as shown:
        shown.arrives()
        bob = server.arrive("bob")
        begun = 0
        for place, key in enumerate(TYPED):
            begun = talks_and_types(shown, bob, begun, TYPED[:place], key)
        assert begun == 200
        # Each line is there once, whole, and in order.
        # A row that is full may have ended with a space.
        told = "".join(shown.all_rows()).replace(" ", "")
        places = [told.find(f"bob:line{n}ofbob,whotalksandtalks") for n in range(200)]
        assert -1 not in places
        assert places == sorted(places)
        assert told.count("whotalksandtalks") == 200
        shown.presses("\r")
        bob.skip_to(f"ada: {TYPED}")
        shown.shows(f"ada: {TYPED}")
        assert shown.typed == ""


def test_a_resize_leaves_what_is_typed_and_what_was_read(server: Server, tmp_path: Path) -> None:
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada") as shown:
        shown.arrives()
        bob = server.arrive("bob")
        begun = 0
        for place, key in enumerate(TYPED):
            if place == 3:
                before = len(shown.written)
                shown.resizes(60, 20)
                # All is drawn again, the status line last, and may come in parts.
                shown.until(lambda start=before: b" at " in shown.written[start:], "drawn again")
            begun = talks_and_types(shown, bob, begun, TYPED[:place], key)
        shown.presses("\r")
        bob.skip_to(f"ada: {TYPED}")


def test_a_paste_of_60_lines_is_one_message(server: Server, tmp_path: Path) -> None:
    pasted = "\n".join(f"  row {number} = {number * number}" for number in range(60))
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada") as shown:
        shown.arrives()
        bob = server.arrive("bob")
        shown.presses("see: ")
        shown.pastes(pasted)
        rows = [f"  row {number} = {number * number}" for number in range(48, 60)]
        shown.until(lambda: shown.rows()[-13:-1] == rows, "the end of the paste is shown")
        for number in range(20):
            bob.types(f"meanwhile {number}")
        shown.shows("meanwhile 19")
        shown.until(lambda: shown.rows()[-13:-1] == rows, "it stays")
        shown.presses("\r")
        bob.skip_to("ada: see:   row 0 = 0")
        bob.expect(*(f"  |   row {number} = {number * number}" for number in range(1, 60)))
        shown.until(
            lambda: any(row.endswith("row 59 = 3481") for row in shown.rows()[:-2]), "it is said"
        )
        assert shown.typed == ""
        shown.presses("and on\r")
        bob.skip_to("ada: and on")


def test_a_connection_that_is_lost_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    relay = Relay(server.address)
    try:
        with window(tmp_path, "127.0.0.1", relay.port, "--name=ada") as shown:
            shown.arrives()
            bob = server.arrive("bob")
            bob.types("before")
            shown.shows("bob: before")
            shown.presses("half of a li")
            shown.until(lambda: shown.typed == "half of a li", "typed")
            relay.cut()
            for number in range(50):
                bob.types(f"meanwhile {number}")
            shown.shows("bob: meanwhile 49")
            shown.until(lambda: shown.typed == "half of a li", "what was half typed is there")
            shown.presses("ne\r")
            bob.skip_to("ada: half of a line")
            shown.shows("ada: half of a line")
            rows = shown.all_rows()
            for told in ("connecting again", "Connected again.", "ada: half of a line"):
                assert sum(told in row for row in rows) == 1, told
            said = [row[6:] for row in rows if "bob: " in row]
            assert said == ["bob: before", *(f"bob: meanwhile {n}" for n in range(50))]
            # Nobody was told.
            bob.expect_nothing_more()
    finally:
        relay.close()


def test_a_restart_of_the_server_is_told_once_and_nothing_is_lost(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--port=0", "--rate=0")
    port = server.address
    with window(tmp_path, "127.0.0.1", port, "--name=ada") as shown:
        shown.arrives()
        shown.presses("half of a li")
        shown.until(lambda: shown.typed == "half of a li", "typed")
        assert server.stop() == 0
        shown.shows("- The connection is lost; connecting again ...")
        shown.presses("ne\r")
        shown.until(lambda: "1 to be sent" in shown.status, "it waits")
        (server.directory / "log").unlink()
        again = Server.start(server.directory, f"--port={port}", "--rate=0")
        try:
            # Enter tries at once.
            shown.presses("\r")
            shown.presses("next")
            shown.shows("- Connected again.")
            shown.shows("ada: half of a line")
            bob = again.arrive("bob")
            bob.types("hello again")
            shown.shows("bob: hello again")
            shown.until(lambda: shown.typed == "next", "what was half typed is there")
            rows = shown.all_rows()
            for told in ("connecting again", "Connected again.", "ada: half of a line"):
                assert sum(told in row for row in rows) == 1, told
            bob.goes()
            assert again.stop() == 0
        finally:
            again.kill()


def test_what_was_said_before_is_counted_in_the_status_line_until_it_is_read(
    server: Server, tmp_path: Path
) -> None:
    words = ("127.0.0.1", server.address, "--name=una")
    bob = server.arrive("bob")
    bob.types("/join den", "/join lobby")
    with window(tmp_path, *words) as shown:
        shown.arrives()
        shown.presses("/register\r")
        for question in ("New password:", "New password again:"):
            shown.until(lambda asked=question: any(row == asked for row in shown.rows()), question)
            shown.presses("correct horse battery\r")
        shown.shows("una is registered to you.")
        shown.presses("/join den\r")
        shown.until(lambda: shown.status.startswith("#den | +1 room"), "in #den")
        shown.presses("here I am\r")
        shown.shows("una: here I am")
        # It is read when she goes elsewhere.
        shown.presses("/join lobby\r")
        shown.presses("\x1bn")
        shown.until(lambda: shown.status.startswith("#den |"), "in #den again")
        shown.presses("\x1bn")
        shown.until(lambda: shown.status.startswith("#lobby |"), "in #lobby")
        shown.presses("\x04")
        assert shown.ends() == 0
    bob.types("/join den", "one", "una: two")
    with window(tmp_path, *words) as shown:
        shown.until(lambda: "#den 2!1" in shown.status, "two lines are unread")
        shown.presses("\x1bn")
        for row in ("--- 2 lines, 1 names you in #den ---", "bob: one", "bob: una: two"):
            shown.shows(row)
        assert "!1" not in shown.status
        shown.presses("\x1bn")
        shown.until(lambda: shown.status.startswith("#lobby |"), "in #lobby again")
        shown.presses("\x04")
        assert shown.ends() == 0
    with window(tmp_path, *words) as shown:
        shown.arrives()
        shown.until(lambda: "+1 room" in shown.status, "nothing is unread")


def test_tab_offers_emoji_by_their_names(server: Server, tmp_path: Path) -> None:
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada") as shown:
        shown.arrives()
        shown.presses("done :tad\t")
        shown.until(lambda: shown.typed.startswith("done \N{PARTY POPPER}"), "it is there")


def test_the_prompt_is_there_soon_and_a_key_at_once(server: Server, tmp_path: Path) -> None:
    with window(tmp_path, "127.0.0.1", server.address, "--name=ada") as shown:
        shown.until(lambda: any(row.startswith(">") for row in shown.rows()), "there is a prompt")
        # Of the processor: half of it, and as much again where others use its caches too.
        assert processor_seconds(shown.process.pid) < 1
        shown.arrives()
        bob = server.arrive("bob")
        waits, spent = [], processor_seconds(shown.process.pid)
        keys = "abcdefghijklmnopqrst"
        for place, key in enumerate(keys):
            # 200 lines a second, of which one key in ten comes in between.
            bob.types(*["talk"] * 10)
            pressed = time.monotonic()
            shown.presses(key)
            # What is shown may be half drawn: what was typed before is known all the same.
            while shown.typed != keys[: place + 1]:
                assert shown.reads(WITHIN), "the key is not shown"
            waits.append(time.monotonic() - pressed)
            while time.monotonic() - pressed < 0.05:
                shown.reads(0.01)
        waits.sort()
        # With the ten lines that come around it, a key takes 5 ms of the processor.
        assert (processor_seconds(shown.process.pid) - spent) / len(waits) < 0.04
        # On a quiet machine it is shown after 2 ms, here with the time of the terminal in memory.
        assert waits[10] < 0.5


HELLO = {
    "event": "hello", "at": 0, "version": 1, "server": "x", "nick": "ada", "account": "",
    "token": "t", "is_resumed": False, "max_message": 16384, "is_whole": True, "id": 1,
}  # fmt: skip
SAID = {"event": "said", "at": 0, "room": "lobby", "nick": "bob", "account": ""}


def talks_alone(listening: socket.socket, count: int) -> None:
    """
    Let one client in, and say ``count`` lines as fast as it takes them.
    """
    connection, _ = listening.accept()
    with connection:
        label = json.loads(connection.makefile("r").readline())["label"]
        connection.sendall(json.dumps({**HELLO, "label": label}).encode() + b"\n")
        for first in range(0, count, 100):
            lines = [
                json.dumps(
                    {**SAID, "text": f"line {number} of many", "number": number, "id": number}
                )
                for number in range(first, first + 100)
            ]
            connection.sendall("".join(f"{line}\n" for line in lines).encode())
        # Until the client leaves.
        while connection.recv(65536):
            pass


def test_100_000_lines_that_have_scrolled_away_cost_at_most_60_mib(tmp_path: Path) -> None:
    count = 100_000
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        saying = threading.Thread(target=talks_alone, args=[listening, count], daemon=True)
        saying.start()
        with window(tmp_path, "127.0.0.1", port, "--name=ada") as shown:
            shown.skips_to(b"line 0 of many")
            before = shown.memory()
            shown.skips_to(b"line %d of many" % (count - 1))
            assert shown.memory() - before < 60 * 2**20
        saying.join()


def test_no_key_is_echoed_by_the_terminal_itself(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        saying = threading.Thread(target=talks_alone, args=[listening, 8000], daemon=True)
        saying.start()
        with window(tmp_path, "127.0.0.1", port, "--name=ada") as shown:
            shown.skips_to(b"line 0 of many")
            # Nothing is read until the terminal takes no more: the client is writing then.
            seen: list[int] = []

            def is_full() -> bool:
                seen.append(shown.waiting)
                return len(seen) > 20 and seen[-1] == seen[-20] > 1000

            wait_until(is_full, "the terminal is full")
            os.write(shown.descriptor, b"secret")
            assert not shown.echoes
            shown.skips_to(b"line 7999 of many")
            # What was skipped may hold the prompt: Ctrl-L draws it again.
            shown.presses("!\x0c")
            shown.until(lambda: shown.typed == "secret!", "all keys are there")
        saying.join()
