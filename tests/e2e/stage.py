"""
A server of which a test says what it tells the page.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from attrs import define, field
from browser import Tab
from playwright.sync_api import WebSocketRoute


@define
class Stage:
    """
    A server of which the test says what it answers: `answers` are told before what is done.

    Attributes:
        late: requests that the test answers itself, by their names.
    """

    answers: dict[str, list[dict[str, Any]]] = field(factory=dict)
    refused: set[str] = field(factory=set)
    late: set[str] = field(factory=set)
    asked: list[dict[str, Any]] = field(factory=list)
    socket: WebSocketRoute | None = None

    def opens(self, tab: Tab) -> None:
        """
        Connect ``tab`` to this server, and come in there as ada.
        """
        tab.page.route_web_socket(re.compile("/ws$"), partial(Stage._opened, self))
        tab.page.reload()
        tab.comes_in("ada")

    def _opened(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(partial(Stage._take, self))

    def _take(self, message: str | bytes) -> None:
        asked = json.loads(message)
        self.asked.append(asked)
        request, label = asked["request"], asked["label"]
        if request == "hello":
            welcome = {"event": "welcome", "at": 1, "nick": "ada", "account": "", "refusal": None}
            self.tells({**welcome, "rooms": ["den", "lobby"], "sentence": "", "label": label})
            hello = {"event": "hello", "nick": "ada", "account": "", "token": "t", "at": 1}
            self.tells(
                {**hello, "is_resumed": False, "max_message": 16384, "id": 1, "label": label}
            )
        if request in self.late:
            return
        name = asked.get("name") or asked.get("text", "")
        if name in self.refused:
            self.tells({"error": "no", "message": f"Not {name}.", "at": 1, "label": label})
            return
        for each in self.answers.get(name, []):
            self.tells({**each, "label": label})
        self.tells({"event": "done", "at": 1, "label": label})

    def was_asked(self, tab: Tab, text: str) -> bool:
        # Asking the page for something lets Playwright take what it has sent.
        return bool(tab.page.title()) and text in [each.get("text") for each in self.asked]

    def tells(self, told: dict[str, Any]) -> None:
        assert self.socket
        self.socket.send(json.dumps(told))
