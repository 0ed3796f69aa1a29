"""
Make page.png, the picture of the page in the README, from a real talk: ``python docs/picture.py``.

It needs the test extra and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests" / "e2e"))

from browser import Tab, browser  # noqa: E402  # in the folder above
from harness import UNLIMITED, Server, running  # noqa: E402  # likewise
from playwright.sync_api import Browser  # noqa: E402  # likewise


def play(chromium: Browser, server: Server) -> None:
    """
    Let Alice talk with Bob and Carol, and photograph what she sees.
    """
    bob, carol = server.arrive("bob"), server.arrive("carol")
    bob.types("/join dev", "/join lobby", "/topic Tea at four, cake by Alice")
    context = chromium.new_context(viewport={"width": 1180, "height": 430})
    alice = Tab.open(context, f"http://127.0.0.1:{server.address}/")
    alice.comes_in("alice")
    alice.types("/join dev")
    alice.sees("#title", ["#dev"])
    alice.presses("Alt+ArrowUp")
    alice.sees("#title", ["#lobby"])
    bob.types("hi alice, tea? https://tea.example/menu")
    alice.reads("hi alice")
    alice.types("yes, and I brought cake")
    alice.reads("brought cake")
    carol.types("/me looks up", "what kind of cake?")
    alice.reads("what kind")
    alice.presses("Alt+l", "r")
    alice.types("lemon")
    alice.reads("lemon")
    number = alice.page.locator(".line.said", has_text="lemon").get_attribute("data-number")
    carol.types(f"/react {number} +1", "/join dev", "the build is green again", "alice: review?")
    bob.types("/msg alice keep a slice for me")
    alice.sees(".badge", ["", "2", "1"])
    alice.presses("Alt+l", "ArrowUp", "Escape")
    alice.page.mouse.move(0, 0)
    alice.page.screenshot(path=DOCS / "page.png")
    alice.goes()


def main() -> None:
    """
    Make the picture.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as chromium,
        running(Path(folder), "--port=0", *UNLIMITED) as server,
    ):
        play(chromium, server)


if __name__ == "__main__":
    main()
