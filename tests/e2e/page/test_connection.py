"""
A connection that is lost, and comes back.
"""

from __future__ import annotations

from browser import COME_BACK_WITHIN, PATIENT, Tab
from harness import WITHIN, Server, wait_until

# On a busy machine the other tab does not answer within 150 ms; where it is there, that is enough.
WAITS_LONGER = """
const before = setTimeout;
globalThis.setTimeout = (does, ms, ...more) => before(does, ms === 150 ? 30000 : ms, ...more);
"""


def test_a_lost_connection_comes_back_to_the_same_session(visit, server, wire):
    bob = server.arrive("bob")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("before")
    bob.expect("ada: before")
    wire.is_down = True
    wire.cut()
    ada.page.get_by_text("No connection.").wait_for()
    bob.types("while you were away")
    ada.types("meanwhile")
    wire.is_down = False
    ada.reads("while you were away")
    ada.reads("meanwhile")
    bob.expect("ada: meanwhile")
    bob.expect_nothing_more()
    assert ada.lines("said") == ["before", "while you were away", "meanwhile"]
    ada.sees("#told", [""])


def test_what_was_changed_meanwhile_is_changed_on_the_page_too(visit, server, wire):
    bob = server.arrive("bob")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    bob.expect("*** ada has joined #lobby ***")
    bob.types("one", "two")
    ada.reads("two")
    wire.is_down = True
    wire.cut()
    ada.page.get_by_text("No connection.").wait_for()
    bob.types("/edit last two, I mean three", "/msg ada psst", "/delete 3")
    wire.is_down = False
    ada.reads("two, I mean three")
    wait_until(lambda: "one" not in ada.lines("said"), "deleted")
    assert ada.lines("said") == ["two, I mean three (edited)"]
    ada.sees("#messages .name", ["@bob"])


def test_what_was_sent_when_the_connection_was_lost_is_said_once(visit, server, wire):
    bob = server.arrive("bob")
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    bob.expect("*** ada has joined #lobby ***")
    for number in range(5):
        ada.types(f"line {number}")
        wire.cut()
        ada.reads(f"line {number}")
    bob.expect(*[f"ada: line {number}" for number in range(5)])
    bob.expect_nothing_more()
    assert ada.lines("said") == [f"line {number}" for number in range(5)]


def test_after_sleep_a_connection_that_does_not_answer_is_given_up(visit, server, wire):
    ada = visit("ada", url=f"http://127.0.0.1:{wire.port}/")
    ada.types("before")
    ada.reads("before")
    wire.is_silent = True
    wake = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    ada.page.evaluate(wake)
    ada.page.get_by_text("No connection.").wait_for(timeout=2 * WITHIN * 1000)
    wire.is_silent = False
    wire.cut()
    ada.types("after")
    ada.reads("after")


def test_a_page_that_is_loaded_again_goes_on_and_nobody_is_told(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("/join den", "before")
    ada.reads("before")
    bob.types("/join den")
    ada.reads("bob has joined #den")
    bob.skip_to("You are in #den as bob with ada.")
    ada.page.reload()
    ada.sees("#title", ["#den"])
    ada.reads("before")
    ada.sees("#rooms .name", ["#lobby", "#den"])
    # So does one to which the reader goes back.
    ada.page.goto("about:blank")
    ada.page.go_back()
    ada.sees("#title", ["#den"])
    ada.types("again")
    bob.expect("[#den] ada: again")
    bob.expect_nothing_more()
    # Another tab is another user: the token is with this one.
    other = ada.page.context.new_page()
    other.goto(ada.page.url)
    other.locator("#entry-name").wait_for()
    other.close()


def test_what_is_unread_is_known_after_the_page_was_loaded_again(visit, server):
    bob = server.arrive("bob")
    bob.types("/join den", "one", "two")
    ada = visit("ada")
    ada.types("/join den")
    ada.reads("two")
    number = ada.page.locator(".line", has_text="two").get_attribute("data-number")

    def has_told_what_is_read() -> bool:
        # Asking the page for something lets Playwright take what it has sent.
        return bool(ada.page.title()) and any(
            f'"request":"read","room":"den","number":{number},' in each for each in ada.sent
        )

    wait_until(has_told_what_is_read, "the server knows what is read")
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#lobby"])
    bob.types("three", "four for ada")
    ada.sees("#rooms .badge", ["", "2"])
    ada.page.reload()
    ada.sees("#title", ["#lobby"])
    ada.sees("#rooms .badge", ["", "2"])
    ada.sees("#rooms .badge.called", ["2"])
    ada.presses("Alt+a")
    ada.sees("#title", ["#den"])
    ada.sees(".line.new .text", ["three"])


def test_a_server_that_was_killed_is_found_again(visit, tmp_path):
    options = ("--rate=0", "--max-per-host=0", "--database=sqlite:///../other.db")
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first = Server.start(
        tmp_path / "first", *options, "--listen=tcp:0:interface=127.0.0.1", **PATIENT
    )
    try:
        port = first.address
        ada = visit("ada", url=f"http://127.0.0.1:{port}/")
        ada.types("before")
        ada.reads("before")
    finally:
        first.kill()
    ada.page.get_by_text("No connection.").wait_for()
    listen = f"--listen=tcp:{port}:interface=127.0.0.1"
    second = Server.start(tmp_path / "second", *options, listen, **PATIENT)
    try:
        ada.types("after")
        ada.reads("after", COME_BACK_WITHIN)
        assert ada.lines("said") == ["before", "after"]
        ada.sees("#told", [""])
    finally:
        second.kill()


def test_a_guest_whom_the_server_has_forgotten_comes_in_again(visit, tmp_path):
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
    listen = f"--listen=tcp:{port}:interface=127.0.0.1"
    second = Server.start(tmp_path / "second", *options, listen, **PATIENT)
    try:
        ada.sees("#title", ["#lobby"], COME_BACK_WITHIN)
        ada.sees("#rooms .name", ["#lobby"])
        ada.types("after")
        ada.reads("after")
        assert ada.lines("said") == ["after"]
    finally:
        second.kill()


def test_a_user_stays_logged_in_only_where_they_ask_for_it(visit, server):
    ada = visit("ada")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.types("correct-horse-battery", "correct-horse-battery")
    ada.sees("#me", ["You are ada"])
    for is_staying in (False, True):
        tab = visit()
        tab.page.get_by_role("button", name="I have an account").click()
        tab.page.get_by_label("Name", exact=True).fill("ada")
        tab.page.get_by_label("Password", exact=True).first.fill("correct-horse-battery")
        if is_staying:
            tab.page.get_by_label("Stay logged in").check()
        tab.page.get_by_role("button", name="Log in").click()
        tab.sees("#me", ["You are ada"])
        context, url = tab.page.context, tab.page.url
        # Beside the tab that goes on, another one does not take its session away.
        beside = Tab.open(context, url, WAITS_LONGER)
        beside.page.locator("#entry-name").wait_for()
        told = "You are here in another tab already. Give a name to come in here too."
        beside.sees("#entry-told", [told if is_staying else ""])
        beside.goes()
        tab.page.close()
        later = Tab.open(context, url)
        if is_staying:
            later.sees("#me", ["You are ada"])
        else:
            later.page.locator("#entry-name").wait_for()
        later.goes()
    tab.page = context.new_page()


def test_a_page_whose_token_is_removed_on_another_device_asks_for_the_password(visit, server):
    ada = visit("ada")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.types("correct-horse-battery", "correct-horse-battery")
    ada.sees("#me", ["You are ada"])
    bob = server.arrive("bob")
    other = visit()
    other.page.get_by_role("button", name="I have an account").click()
    other.page.get_by_label("Name", exact=True).fill("ada")
    other.page.get_by_label("Password", exact=True).first.fill("correct-horse-battery")
    other.presses("Enter")
    other.sees("#me", ["You are ada"])
    other.types("/devices")
    other.reads("web page")
    other.types("/unlink 1")
    ada.sees("#entry-told", ["This browser needs your password again."])
    # Nor does it come back by itself, or at the next load.
    ada.page.reload()
    ada.page.locator("#entry-name").wait_for()
    other.types("still here")
    bob.skip_to("ada: still here")


def test_who_is_sent_out_of_a_room_is_shown_another_and_why(visit, server):
    bob = server.arrive("bob")
    bob.types("/register")
    bob.expect_prompt(b"New password: ")
    bob.types("correct-horse-battery")
    bob.expect_prompt(b"Repeat the password: ")
    bob.types("correct-horse-battery", "/join den")
    # The room is his: he makes it before she comes.
    bob.skip_to("You are in #den as bob. Nobody else is here yet.")
    ada = visit("ada")
    ada.types("/join den")
    ada.sees("#title", ["#den"])
    bob.types("/kick ada <b>tea</b>")
    ada.sees("#title", ["#lobby"])
    ada.reads("<b>tea</b>")
    ada.sees("#rooms .name", ["#lobby"])


def test_an_answer_to_a_line_of_a_room_that_is_left_is_said_in_no_other(visit, server):
    bob = server.arrive("bob")
    bob.types("/register")
    bob.expect_prompt(b"New password: ")
    bob.types("correct-horse-battery")
    bob.expect_prompt(b"Repeat the password: ")
    bob.types("correct-horse-battery", "/join den")
    bob.skip_to("You are in #den as bob. Nobody else is here yet.")
    ada = visit("ada")
    ada.types("/join den", "mine")
    ada.reads("mine")
    ada.presses("Alt+l", "r")
    ada.sees("#about span", ["Reply to ada: mine"])
    ada.page.keyboard.type("for the den")
    bob.types("/kick ada")
    ada.sees("#title", ["#lobby"])
    ada.presses("Enter")
    ada.reads("You are no longer in the room where that belongs.")
    ada.has_typed("for the den")
    ada.presses("Escape", "Control+a")
    ada.types("bye")
    told = bob.skip_to("[#lobby] ada: bye")
    assert not [each for each in told if "for the den" in each]


def test_who_leaves_is_asked_for_a_name_and_does_not_come_back_alone(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("/quit tea")
    ada.sees("#entry-told", ["You have left. Give a name to come in again."])
    bob.expect("*** ada has left #lobby (tea) ***")
    ada.page.reload()
    ada.comes_in("ada2")
    bob.expect("*** ada2 has joined #lobby ***")


def test_who_stays_logged_in_does_so_with_the_token_that_came_after_a_reload(visit, server):
    ada = visit("ada")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.types("correct-horse-battery", "correct-horse-battery")
    ada.sees("#me", ["You are ada"])
    tab = visit()
    tab.page.get_by_role("button", name="I have an account").click()
    tab.page.get_by_label("Name", exact=True).fill("ada")
    tab.page.get_by_label("Password", exact=True).first.fill("correct-horse-battery")
    tab.page.get_by_label("Stay logged in").check()
    tab.page.get_by_role("button", name="Log in").click()
    tab.sees("#me", ["You are ada"])
    old = tab.page.evaluate("localStorage.getItem('twisted-chat-token')")
    tab.page.reload()
    tab.sees("#me", ["You are ada"])
    tab.is_at("#text")
    tab.types("/passwd")
    tab.is_at("#secret-fields input")
    tab.page.keyboard.type("correct-horse-battery")
    tab.presses("Tab")
    tab.types("another-horse-battery", "another-horse-battery")
    tab.page.wait_for_function(
        "old => ![old, ''].includes(localStorage.getItem('twisted-chat-token'))", arg=old
    )
    context, url = tab.page.context, tab.page.url
    tab.page.close()
    later = Tab.open(context, url)
    later.sees("#me", ["You are ada"])
    later.goes()
    tab.page = context.new_page()


def test_a_guest_whose_tab_was_closed_is_told_when_the_name_is_free(visit, server):
    first = visit("ada")
    context, url = first.page.context, first.page.url
    first.page.close()
    again = Tab.open(context, url)
    again.page.locator("#entry-name").wait_for()
    again.types("ada")
    told = "If that was you in a tab that is closed, it is free ten minutes later."
    again.page.locator("#entry-told", has_text=told).wait_for()
    again.goes()
    first.page = context.new_page()
