"""
Programs that are gone and come back.
"""

from __future__ import annotations

from typing import Any

from shared_json import Bot, Programs
from twisted.internet.task import Clock

from twisted_chat.testing import Chat

PASSWORD = "correct-horse"


def token_of(answers: list[dict[str, Any]]) -> str:
    (hello,) = [each for each in answers if each.get("event") == "hello"]
    return str(hello["token"])


def come(here: Programs, name: str = "alice", **members: Any) -> tuple[Bot, str]:
    """
    Connect a program, and return it with its token.
    """
    bot = here.connect()
    return bot, token_of(bot.asks("hello", name=name, **members))


def come_back(
    here: Programs, token: str, seen: int | None = None, **last: int
) -> tuple[Bot, list[dict[str, Any]]]:
    bot = here.connect()
    given = {} if seen is None else {"seen": seen}
    return bot, bot.asks("hello", token=token, last=last, label="back", **given)


def seen_in(answers: list[dict[str, Any]]) -> int:
    """
    Return the largest id of what was told, as a program notes it.
    """
    lines = [line["event"] for each in answers for line in each.get("lines", ())]
    return max((each.get("id", 0) for each in [*answers, *lines]), default=0)


def names(answers: list[dict[str, Any]]) -> list[str]:
    return [each.get("event") or each["error"] for each in answers]


def texts(answers: list[dict[str, Any]]) -> list[str]:
    """
    Return what was said, as it was told at once or is read in a page.
    """
    found = []
    for each in answers:
        found += [line["event"]["text"] for line in each.get("lines", ())]
        if each.get("event") == "said":
            found.append(each["text"])
    return found


def registered(here: Programs) -> tuple[Bot, str]:
    """
    Return a program of alice, who has an account, with its token.
    """
    alice, token = come(here, device="phone")
    alice.asks("command", name="register", args={"password": PASSWORD})
    return alice, token


def refusal_of(bot: Bot, token: str) -> str:
    """
    Return the code with which ``token`` is refused; empty if it is not.
    """
    return "".join(str(each.get("error", "")) for each in bot.asks("hello", token=token))


def restarted(chat: Chat) -> Programs:
    """
    Return the server as it is after a kill -9: only what was kept is left.
    """
    clock = Clock()
    clock.advance(chat.clock.seconds())
    return Programs(Chat(store=chat.hub.store, clock=clock))
