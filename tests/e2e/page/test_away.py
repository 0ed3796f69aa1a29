"""
What is typed and said while the connection is lost: it goes where it belongs, and none is missed.
"""

from __future__ import annotations

import re
import sys
from functools import partial

import pytest
from browser import CHANGED, COME_BACK_WITHIN, PATIENT, Tab, said
from harness import UNLIMITED, WITHIN, Server, running, wait_until
from playwright.sync_api import expect
from wire import Wire

PASSWORD = "correct-horse-battery"
# A server that holds the session of a lost connection for a second, not for ten minutes.
FORGETFUL = (
    "import twisted_chat.people.programs.holding as holding; holding.HELD_FOR = 1.0;" + CHANGED
)


def loses_its_connection(tab: Tab, wire: Wire) -> None:
    wire.is_down = True
    wire.cut()
    tab.page.get_by_text("No connection.").wait_for()


def registers(tab: Tab) -> None:
    tab.types("/register")
    tab.is_at("#secret-fields input")
    tab.types(PASSWORD, PASSWORD)
    tab.sees("#me", ["You are ada"])


def sees_nothing_of(person, words: str, last: str) -> None:
    """
    Read up to the line ``last``; none before it holds ``words``.
    """
    assert not [line for line in person.skip_to(last) if words in line]


def test_what_was_typed_to_one_alone_is_told_to_them_wherever_one_looks_then(visit, server, wire):
    bob, eve = server.arrive("bob"), server.arrive("eve")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    bob.types("/msg ada psst")
    ada.page.get_by_role("button", name="@bob").click()
    ada.reads("psst")
    loses_its_connection(ada, wire)
    ada.types("secret one", "secret two")
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#lobby"])
    ada.types("for all")
    wire.is_down = False
    ada.reads("for all", COME_BACK_WITHIN)
    bob.skip_to("[ada -> you] secret two")
    sees_nothing_of(eve, "secret", "ada: for all")
    ada.page.get_by_role("button", name="@bob").click()
    ada.sees("#lines .told .text", ["psst", "secret one", "secret two"])


def test_what_is_typed_ahead_of_a_join_is_said_in_that_room(visit, server, wire):
    bob = server.arrive("bob")
    bob.types("/join den")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    loses_its_connection(ada, wire)
    ada.types("in the lobby", "/join den", "in den one", "in den two")
    wire.is_down = False
    ada.reads("in den two", COME_BACK_WITHIN)
    ada.sees("#title", ["#den"])
    told = [each for each in bob.skip_to("[#den] ada: in den two") if "ada: " in each]
    assert told == ["[#lobby] ada: in the lobby", "[#den] ada: in den one"]


def test_what_a_forgotten_guest_typed_in_a_room_is_said_in_no_other(visit, tmp_path):
    options = ("--rate=0", "--max-per-host=0", "--database=memory:")
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first = Server.start(
        tmp_path / "first", *options, "--listen=tcp:0:interface=127.0.0.1", **PATIENT
    )
    try:
        port = first.address
        ada = visit("ada", url=f"http://127.0.0.1:{port}/")
        ada.types("/join den", "before")
        ada.reads("before")
    finally:
        first.kill()
    ada.page.get_by_text("No connection.").wait_for()
    ada.types("den one", "den two", "/me den three")
    listen = f"--listen=tcp:{port}:interface=127.0.0.1"
    second = Server.start(tmp_path / "second", *options, listen, **PATIENT)
    try:
        eve = second.arrive("eve")
        ada.sees("#title", ["#lobby"], COME_BACK_WITHIN)
        ada.has_typed("den one")
        ada.types("in the lobby")
        ada.reads("in the lobby")
        sees_nothing_of(eve, "den", "ada: in the lobby")
        assert ada.lines("said") == ["in the lobby"]
        # They are there to be said again.
        ada.presses("ArrowUp", "ArrowUp")
        ada.has_typed("/me den three")
    finally:
        second.kill()


def test_after_more_was_missed_than_is_told_at_once_the_room_is_read_again(visit, server, wire):
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    ada.types("/join den", "before")
    ada.reads("before")
    loses_its_connection(ada, wire)
    said(server, "den", 700)
    wire.is_down = False
    ada.reads("line 700", COME_BACK_WITHIN)
    # And without a gap.
    ada.page.locator("#lines").evaluate("each => each.scrollTop = 0")
    ada.reads("line 550")
    numbers = [int(each.removeprefix("line ")) for each in ada.lines("said")]
    assert numbers == list(range(numbers[0], 701))


def test_an_account_that_was_away_for_long_reads_what_was_said_meanwhile(visit, tmp_path):
    how = {**PATIENT, "twistd": (sys.executable, "-c", FORGETFUL)}
    (tmp_path / "other").mkdir()
    with running(tmp_path / "other", "--port=0", *UNLIMITED, **how) as server:
        wire = Wire(int(server.address))
        bob, eve = server.arrive("bob"), server.arrive("eve")
        bob.types("/join den", "bob was here")
        eve.types("/join den")
        ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
        registers(ada)
        ada.types("/join den", "before")
        ada.reads("before")
        bob.skip_to("[#den] ada: before")
        loses_its_connection(ada, wire)
        bob.skip_to("*** ada has left #den ***")
        bob.types("while asleep")
        eve.skip_to("[#den] bob: while asleep")
        ada.types("typed while asleep")
        wire.is_down = False
        ada.reads("typed while asleep", COME_BACK_WITHIN)
        ada.reads("while asleep")
        ada.sees(
            "#lines .said .text", ["bob was here", "before", "while asleep", "typed while asleep"]
        )
        bob.skip_to("[#den] ada: typed while asleep")
        wire.close()


def test_over_a_network_that_is_silent_a_line_is_not_lost(visit, server, wire):
    bob = server.arrive("bob")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    bob.expect("*** ada has joined #lobby ***")
    wire.is_silent = True
    ada.types("into the void")
    ada.page.get_by_text("No connection.").wait_for(timeout=2 * WITHIN * 1000)
    wire.is_silent = False
    wire.cut()
    ada.reads("into the void", COME_BACK_WITHIN)
    bob.expect("ada: into the void")
    bob.expect_nothing_more()


def test_a_connection_that_opens_and_stays_silent_is_given_up(visit, server, wire):
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    tries = []
    ada.page.on("websocket", partial(list.append, tries))
    wire.is_silent = True
    wire.cut()
    wait_until(lambda: bool(ada.page.title()) and tries, "a first try")
    wait_until(lambda: bool(ada.page.title()) and len(tries) > 1, "another one", 2 * WITHIN)
    wire.is_silent = False
    wire.cut()
    ada.types("after")
    ada.reads("after", COME_BACK_WITHIN)


def test_a_server_that_is_full_for_a_while_is_waited_for(visit, tmp_path):
    (tmp_path / "other").mkdir()
    options = ("--port=0", "--rate=0", "--max-per-host=3")
    with running(tmp_path / "other", *options, **PATIENT) as server:
        wire = Wire(int(server.address))
        ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
        ada.types("before")
        ada.reads("before")
        loses_its_connection(ada, wire)
        ada.types("typed one", "typed two")
        others = [server.arrive(nick) for nick in ("bob", "eve", "joe")]
        wire.is_down = False
        ada.page.get_by_text("Too many connections from your address").first.wait_for()
        expect(ada.page.locator("#told")).to_have_text(re.compile("Trying again in"))
        for each in others:
            each.hangs_up()
        ada.reads("typed two", COME_BACK_WITHIN)
        ada.sees("#lines .said .text", ["before", "typed one", "typed two"])
        wire.close()


def test_who_was_named_while_away_is_told_so_and_their_own_lines_are_read(visit, server, wire):
    bob = server.arrive("bob")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    ada.types("/join den", "x")
    ada.reads("x")
    bob.types("/join den")
    ada.reads("bob has joined #den")
    ada.types("own line")
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#lobby"])
    loses_its_connection(ada, wire)
    bob.types("ada: come here", "or not", "/me waves")
    wire.is_down = False
    ada.sees("#rooms .badge", ["", "3"], COME_BACK_WITHIN)
    ada.sees("#rooms .badge.called", ["3"])
    assert ada.page.title() == "(1) #lobby - Twisted Chat"


@pytest.mark.parametrize("leaving", ["/quit", "/logout"])
def test_who_comes_next_finds_nothing_of_what_was_typed(visit, leaving):
    ada = visit("ada")
    registers(ada)
    ada.types("my private words")
    ada.reads("my private words")
    ada.types(leaving)
    ada.page.locator("#entry-name").wait_for()
    ada.page.locator("#entry-name").fill("eve")
    ada.presses("Enter")
    ada.is_at("#text")
    ada.has_typed("")
    ada.presses("ArrowUp")
    ada.types("nothing of it")
    ada.reads("nothing of it")
    assert ada.lines("said")[-1] == "nothing of it"
