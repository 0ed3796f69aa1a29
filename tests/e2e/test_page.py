"""
The page in a real browser, with a real server and people at other doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Tab, browser
from harness import UNLIMITED, Server, running
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("page"), "--port=0", *UNLIMITED) as server:
        yield server


@pytest.fixture
def house(_house: Server) -> Iterator[Server]:
    """
    A server that the tests share, without users.
    """
    yield _house
    _house.send_home()


@pytest.fixture
def visit(chromium: Browser, house: Server) -> Iterator[Callable[..., Tab]]:
    """
    Open tabs, each in a browser of its own; nothing may go wrong in them.
    """
    tabs = []

    def open_one(url: str = "", **how: Any) -> Tab:
        context = chromium.new_context(**how)
        tabs.append(Tab.open(context, url or f"http://127.0.0.1:{house.address}/"))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        context = tab.page.context
        tab.goes()
        context.close()


def test_two_people_talk_one_by_page_and_one_by_telnet(visit, house):
    bob = house.arrive("bob")
    ada = visit()
    ada.comes_in("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("hello bob")
    bob.expect("ada: hello bob")
    bob.types("hi ada, tea?")
    ada.reads("hi ada, tea?")
    assert ada.lines("said") == ["hello bob", "hi ada, tea?"]
