"""
HTTP in memory: a plugin is asked, and asks, without a network.
"""

from __future__ import annotations

import sys

import pytest
from twisted.internet.task import deferLater

from twisted_chat import Context, HttpAnswer, HttpRequest, HttpResponse, Hub, command, http_route
from twisted_chat.testing import Chat

HERE = "/plugin/test_memory"


@command
async def weather(ctx: Context, place: str) -> str:
    """Tell the weather."""
    found = await ctx.http.get(f"https://weather.example/{place}")
    return found.text if found.is_ok else "Nobody knows."


@http_route("/a/b", methods=["POST"])
async def echo(hub: Hub, request: HttpRequest) -> dict[str, object]:
    await deferLater(hub.clock, 1)
    return {"asked": request.json(), "n": request.query["n"], "key": request.headers["x-key"]}


def test_a_plugin_asks_what_a_test_has_put_there() -> None:
    chat = Chat(sys.modules[__name__])
    chat.web.pages["https://weather.example/rome"] = HttpAnswer(200, body=b"sunny")
    chat.web.pages["https://weather.example/oslo"] = HttpAnswer(404)
    alice = chat.arrive("alice")
    alice.types("/weather rome", "/weather oslo", "/weather york")
    assert alice.reads() == [
        "sunny", "Nobody knows.", "The server weather.example is not in chat.web.pages."
    ]  # fmt: skip
    assert [asked.url[-4:] for asked in chat.web.asked] == ["rome", "oslo", "york"]


def test_a_plugin_is_asked_and_answers_now_or_later() -> None:
    chat = Chat(sys.modules[__name__])
    asked = {"json": [1], "headers": {"X-Key": "7"}}
    assert chat.web.request("POST", f"{HERE}/a/b?n=2", **asked) is None
    with pytest.raises(LookupError):
        chat.web.request("GET", f"{HERE}/a/b")
    with pytest.raises(LookupError):
        chat.web.request("POST", f"{HERE}/b")
    chat.advance(1)


@http_route("/now")
def now(_: Hub, request: HttpRequest) -> str:
    return request.text


def test_what_is_sent_as_it_is_comes_as_it_is() -> None:
    chat = Chat(sys.modules[__name__])
    assert chat.web.request("GET", f"{HERE}/now", body=b"hi") == HttpResponse("hi")
