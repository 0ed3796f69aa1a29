"""
What commands of plugins ask and answer, in the page: a form above the message, and tables.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import PATIENT
from harness import UNLIMITED, Server, running
from playwright.sync_api import Browser, expect

PLUGIN = '''
from twisted_chat import Context, Table, command

@command
async def brew(ctx: Context) -> Table:
    """Brew tea."""
    tea = await ctx.choose("Which <b>tea</b>?", ["Assam", "Earl Grey"])
    cups = await ctx.ask("How many cups?", int, default=2)
    if not await ctx.confirm("With milk?"):
        ctx.hub.bot("barista").say(ctx.room, f"One {tea}!")
    return Table(["tea", "cups"], [[tea, cups]])
'''


@pytest.fixture
def server(chromium: Browser, tmp_path: Path):
    """
    A server with a plugin that asks.
    """
    (tmp_path / "brew.py").write_text(PLUGIN)
    options = ("--port=0", f"--plugins={tmp_path / 'brew.py'}", *UNLIMITED)
    with running(tmp_path, *options, **PATIENT) as found:
        yield found


def test_a_command_asks_and_its_answer_is_a_table(visit, server: Server) -> None:
    alice = visit("alice")
    asked = alice.page.locator("#asked")
    alice.types("/brew")
    expect(asked.locator("#asked-text")).to_have_text("Which <b>tea</b>?")
    asked.get_by_role("button", name="Earl Grey").click()
    expect(asked.locator("#asked-text")).to_have_text("How many cups?")
    field = asked.get_by_role("textbox", name="How many cups?")
    expect(field).to_be_focused()
    expect(field).to_have_value("2")
    field.fill("many")
    field.press("Enter")
    alice.reads('The answer must be a whole number, not "many".')
    field.fill("3")
    asked.get_by_role("button", name="Answer").click()
    expect(asked.locator("#asked-text")).to_have_text("With milk?")
    asked.get_by_role("button", name="no").click()
    expect(asked).to_be_hidden()
    expect(alice.page.locator("#text")).to_be_focused()
    expect(alice.page.locator(".line table th")).to_have_text(["tea", "cups"])
    expect(alice.page.locator(".line table td")).to_have_text(["Earl Grey", "3"])
    expect(alice.page.locator(".line.said .nick small")).to_have_text("(bot)")


def test_escape_cancels_and_talk_goes_on_meanwhile(visit, server: Server) -> None:
    alice, bob = visit("alice"), visit("bob")
    asked = alice.page.locator("#asked")
    alice.types("/brew")
    expect(asked).to_be_visible()
    bob.types("hello alice")
    alice.reads("hello alice")
    asked.get_by_role("button", name="Assam").press("Escape")
    expect(asked).to_be_hidden()
    alice.reads("Cancelled.")
