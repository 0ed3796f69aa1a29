"""
A browser that the tests of the page share, and a server for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PATIENT, Tab, browser
from harness import UNLIMITED, Server, running
from playwright.sync_api import Browser
from wire import Wire


# Not longer: while it is open an event loop runs in this thread, and other tests need their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture
def server(chromium: Browser, tmp_path: Path) -> Iterator[Server]:
    """
    A server without users and history.
    """
    with running(tmp_path, "--port=0", *UNLIMITED, **PATIENT) as found:
        yield found


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Tab]]:
    """
    Open the page in a browser of its own; nothing may go wrong there.

    Give a name to come in under it.
    """
    tabs = []

    def open_one(name: str = "", url: str = "", **how: Any) -> Tab:
        context = chromium.new_context(**how)
        tab = Tab.open(context, url or f"http://127.0.0.1:{server.address}/")
        tabs.append(tab)
        if name:
            tab.comes_in(name)
        return tab

    yield open_one
    for tab in tabs:
        context = tab.page.context
        tab.goes()
        context.close()


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    """
    Stand between a browser and the server.
    """
    made = Wire(int(server.address))
    yield made
    made.close()
