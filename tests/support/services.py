"""
Programs that are plugins, at the JSON door of a server in memory.
"""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field
from shared_json import Bot, Programs

from twisted_chat.auth.tokens import hash_of
from twisted_chat.testing import Chat, Person

TOKEN = "a token that nobody guesses"
ROLL = {
    "name": "roll",
    "help": "Roll a die.",
    "aliases": ["dice"],
    "parameters": [{"name": "sides", "type": "int", "default": 6}],
}
ALL = ["commands", "hear", "filter", "say"]


def granting(**grant: Any) -> dict[str, dict[str, Any]]:
    """
    Return the options of a program that connects, and what it is granted besides.
    """
    return {"dice": {"token": hash_of(TOKEN), "rights": ALL, **grant}}


@define(eq=False)
class Table:
    """
    A server with a program that is a plugin, and who is there.
    """

    chat: Chat
    programs: Programs = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.programs = Programs(self.chat)

    def connect(self, token: str = TOKEN) -> Bot:
        """
        Connect the program, which has read the answer to its hello.
        """
        bot = self.programs.connect()
        assert bot.asks("hello", service=token, label="h")[-1]["event"] == "done"
        return bot

    def serve(self, **wanted: Any) -> Bot:
        """
        Connect the program, and let it register.
        """
        bot = self.connect()
        told = bot.asks("register", label="r", **wanted)
        assert told == [{"event": "done", "at": told[0]["at"], "label": "r"}]
        return bot

    def arrive(self, nick: str) -> Person:
        return self.chat.arrive(nick)


def sitting(*plugins: Any, **grant: Any) -> Table:
    """
    Return a server where a program may connect.
    """
    return Table(Chat(*plugins, options=granting(**grant)))


def tells(bot: Bot, request: str, **members: Any) -> None:
    """
    Let the program ask for something, and read nothing yet.
    """
    bot.sends(json.dumps({"request": request, **members}).encode() + b"\n")
