"""
Coming in by the page where not everybody may: with an invitation, or a code from another device.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from browser import PATIENT, Tab
from harness import UNLIMITED, Person, Server, running
from playwright.sync_api import Browser, expect

from twisted_chat.admin import invitations

PASSWORD = "correct horse battery staple"
OPTIONS = ("--port=0", "--registration=invite", "--guests=off", *UNLIMITED)


@pytest.fixture
def server(chromium: Browser, tmp_path: Path):
    """
    A server that lets in whom it knows.
    """
    with running(tmp_path, *OPTIONS, **PATIENT) as found:
        yield found


def invited(server: Server) -> str:
    now = time.time()
    return invitations.make(server.directory / "chat.db", 1, now + 3600, now)


def registers(tab: Tab, name: str, code: str) -> None:
    """
    Make an account as a newcomer does, after a name alone was refused.
    """
    page = tab.page
    page.locator("#entry-name").fill(name)
    page.locator("#entry-go").click()
    expect(page.locator("#entry-told")).to_have_text(
        f"Guests are not let in: log in to an account, or register the name {name} with an "
        "invitation code."
    )
    page.get_by_label("Make an account of this name").check()
    page.get_by_label("Invitation code").fill(code)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("#entry-go").click()


def test_a_newcomer_makes_an_account_with_a_code(visit, server: Server) -> None:
    alice = visit()
    registers(alice, "alice", "BCDF-GHJK-LMNP-QRST")
    expect(alice.page.locator("#entry-told")).to_have_text(
        "That invitation code is wrong, used up or over; ask for a new one."
    )
    alice.page.get_by_label("Invitation code").fill(invited(server))
    alice.page.locator("#entry-go").click()
    alice.page.locator("#chat").wait_for()
    alice.page.locator("#text").click()
    alice.types("/devices")
    alice.reads("1 web page: since")


def test_a_code_of_another_device_is_typed_in_the_place_of_a_name(visit, server: Server) -> None:
    owner: Person = server.connect()
    owner.types(f"/register alice {invited(server)}")
    while b"New password" not in owner.reads_some():
        pass
    owner.types(PASSWORD, PASSWORD)
    while "is registered to you" not in owner.reads_line():
        pass
    owner.types("/link")
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", owner.reads_line())
    assert found is not None
    phone = visit()
    phone.page.locator("#entry-name").fill(f"/link {found[0]}")
    phone.page.locator("#entry-go").click()
    expect(phone.page.locator("#entry-told")).to_contain_text("Now type /link yes where alice")
    while "wants to come in to your account" not in (asked := owner.reads_line()):
        pass
    assert 'a browser or another program that calls itself "web page"' in asked
    owner.types("/link yes")
    phone.page.locator("#chat").wait_for()
    # A reload needs neither a code nor a password: the page keeps a token.
    phone.page.reload()
    phone.page.locator("#chat").wait_for()
    owner.types("/devices")
    while "web page: since" not in owner.reads_line():
        pass
    phone.page.locator("#text").click()
    phone.types("/devices")
    phone.reads("web page: since")


def test_a_browser_whose_device_is_unlinked_asks_for_the_password(visit, server: Server) -> None:
    alice = visit()
    registers(alice, "alice", invited(server))
    alice.page.locator("#chat").wait_for()
    owner = server.connect()
    owner.types("alice", PASSWORD, "/unlink 1")
    expect(alice.page.locator("#entry-told")).to_have_text(
        "This browser needs your password again."
    )
