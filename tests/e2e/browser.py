"""
A real browser for the tests of the page: Debian's Chromium, driven by Playwright.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from attrs import define, field
from harness import Server, connect
from needs import need
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

_LOST = re.compile("ERR_CONNECTION|ERR_INTERNET|^WebSocket connection to .* failed")
#: Milliseconds until a wait fails; many, for a busy machine.
WITHIN = 60_000
#: Likewise, where the page may wait half a minute until it tries to connect again.
COME_BACK_WITHIN = 120_000
#: Runs twistd, with a server that waits for longer until it shows the prompt.
CHANGED = (
    "import twisted_chat.doors.port.protocol as port; port.PATIENCE = 30.0;"
    "import sys; sys.argv[0] = 'twistd'; from twisted.scripts.twistd import run; run()"
)
#: How a server is started for browsers: on a busy machine one may say nothing for so long after it
#: has connected that it would be shown the prompt, and then it cannot use that connection.
PATIENT: dict[str, Any] = {"twistd": (sys.executable, "-c", CHANGED), "at_once": True}
# What is given no time of its own.
expect.set_options(timeout=WITHIN)


@contextlib.contextmanager
def browser(**how: Any) -> Iterator[Browser]:
    """
    Start a browser, or skip the test where there is none.

    Args:
        how: as for Playwright.
    """
    path = need("chromium-headless-shell")
    # Chromium has no sandbox where it is root, or in a container.
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=2 * WITHIN, **how
        )
        yield found
        found.close()


@define(eq=False)
class Tab:
    """
    A tab of a browser with the page, and a user in front of it.

    Attributes:
        page: as Playwright has it.
        problems: what the browser has complained about.
        sent: what the page has sent to the server.
    """

    page: Page
    problems: list[str] = field(init=False, factory=list)
    sent: list[str] = field(init=False, factory=list)

    @classmethod
    def open(cls, context: BrowserContext, url: str, script: str = "") -> Tab:
        """
        Open the page.

        Args:
            script: runs before it.
        """
        tab = cls(context.new_page())
        if script:
            tab.page.add_init_script(script)
        tab.page.set_default_timeout(WITHIN)
        tab.page.on("pageerror", lambda error: tab.problems.append(str(error)))
        tab.page.on("console", partial(cls._note, tab))
        tab.page.on("websocket", lambda each: each.on("framesent", partial(cls._keep, tab)))
        tab.page.goto(url)
        return tab

    def _note(self, message: ConsoleMessage) -> None:
        # That a connection is lost is for some tests to see, and none's fault.
        if message.type in {"error", "warning"} and not _LOST.search(message.text):
            self.problems.append(message.text)

    def _keep(self, sent: str) -> None:
        self.sent.append(sent)

    def comes_in(self, name: str) -> None:
        """
        Come in as a guest, by the keyboard alone.
        """
        self.page.locator("#entry-name").wait_for()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        self.page.locator("#chat").wait_for()
        expect(self.page.locator("#title")).to_contain_text("#")

    def types(self, *lines: str) -> None:
        """
        Type lines, where the cursor is.
        """
        for line in lines:
            # At once, as an input method or a paste does, where it is long.
            if len(line) < 100:
                self.page.keyboard.type(line)
            else:
                self.page.keyboard.insert_text(line)
            self.page.keyboard.press("Enter")

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reads(self, text: str, within: float = WITHIN) -> None:
        """
        Wait until a line that holds ``text`` is seen, at most ``within`` milliseconds.
        """
        self.page.locator("#lines .line", has_text=text).last.wait_for(timeout=within)

    def is_at(self, selector: str) -> None:
        """
        Wait until the focus is at the element that ``selector`` finds: keys go there from now on.
        """
        self.page.locator(f"{selector}:focus").wait_for()

    def sees(self, selector: str, texts: list[str], within: float = WITHIN) -> None:
        """
        Wait until the elements that ``selector`` finds have these texts, as `reads` does.
        """
        expect(self.page.locator(selector)).to_have_text(texts, timeout=within)

    def texts(self, selector: str) -> list[str]:
        """
        Return the texts of the elements that ``selector`` finds.
        """
        return self.page.locator(selector).all_inner_texts()

    def has_typed(self, text: str) -> None:
        """
        Wait until ``text`` stands where the user types.
        """
        expect(self.page.locator("#text")).to_have_value(text)

    def lines(self, kind: str = "line") -> list[str]:
        """
        Return the texts of the lines in the document.
        """
        return self.page.locator(f"#lines .{kind} .text").all_inner_texts()

    def goes(self) -> None:
        """
        Close the tab; nothing may have gone wrong in it.
        """
        self.page.close()
        assert not self.problems, self.problems


def said(server: Server, room: str, count: int) -> None:
    """
    Have so many lines said in ``room``: line 1, line 2 and so on.
    """
    join = {"request": "command", "name": "join", "args": {"room": room}}
    _ask(server, join, *({"request": "say", "room": room, "text": text} for text in _lines(count)))


def written(server: Server, nick: str, count: int) -> None:
    """
    Write so many messages to ``nick`` alone as writer, who has an account: they are kept.
    """
    register = {"request": "command", "name": "register", "args": {"password": "correct-horse"}}
    told = ({"request": "tell", "nick": nick, "text": text} for text in _lines(count))
    _ask(server, register, *told)


def _lines(count: int) -> list[str]:
    return [f"line {number}" for number in range(1, count + 1)]


def _ask(server: Server, first: dict[str, Any], *others: dict[str, Any]) -> None:
    """
    Do requests as writer, the others when the first is done, and wait until they are.
    """
    writer = connect(server.address)
    hello, ping = {"request": "hello", "name": "writer"}, {"request": "ping"}
    for label, asked in (("first", [hello, first]), ("others", [*others, ping])):
        asked[-1] = {**asked[-1], "label": label}
        writer.socket.sendall("".join(f"{json.dumps(each)}\n" for each in asked).encode())
        done = re.compile(rb'"event":"done"[^}]*"label":"%s"' % label.encode())
        received = b""
        while not done.search(received):
            received = received[-200:] + writer.socket.recv(1 << 16)
    writer.hangs_up()
