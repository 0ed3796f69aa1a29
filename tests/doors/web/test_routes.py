"""
Routes of plugins: what they are asked, what they answer, and that none of them can do harm.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest
from shared_hooks import Answered, answer_of, send, written
from shared_port import Port
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.logger import capturedLogs

from twisted_chat import ChatError, HttpRequest, HttpResponse, Hub, http_route
from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.doors.web.routes import MOST
from twisted_chat.testing import Chat

HERE = "/plugin/test_routes"


@http_route("/")
def root(_: Hub, request: HttpRequest) -> str:
    return f"{request.method} {request.path}\n"


@http_route("/echo", methods=["POST", "PUT"])
def echo(_: Hub, request: HttpRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "query": dict(request.query),
        "text": request.text,
        "agent": request.headers.get("user-agent"),
        "host": request.host,
        "private": request.is_private,
    }


@http_route("/say", methods="POST")
def say(hub: Hub, request: HttpRequest) -> None:
    hub.find_room("lobby").announce(str(request.json()["text"]))


@http_route("/none")
def none(_: Hub, __: HttpRequest) -> HttpResponse:
    return HttpResponse(b"\x89PNG", 404, {"content-type": "image/png", "x-why": "gone"})


@http_route("/later")
async def later(hub: Hub, _: HttpRequest) -> list[int]:
    await deferLater(hub.clock, 5)
    return [1, 2]


@http_route("/refuses")
def refuses(_: Hub, __: HttpRequest) -> str:
    raise ChatError("Give a day.")


@http_route("/fails")
def fails(_: Hub, __: HttpRequest) -> str:
    raise RuntimeError("a hidden reason")


@http_route("/exits")
def exits(_: Hub, __: HttpRequest) -> str:
    raise SystemExit


@http_route("/nonsense")
def nonsense(_: Hub, __: HttpRequest) -> object:
    return asyncio


@http_route("/no-json")
def no_json(_: Hub, __: HttpRequest) -> dict[str, object]:
    return {"x": asyncio}


@http_route("/header")
def header(_: Hub, __: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"X": "a\r\nSet-Cookie: b"})


@http_route("/half")
def half(_: Hub, __: HttpRequest) -> str:
    return "half a pair: \ud83d"


@http_route("/half-refused")
def half_refused(_: Hub, __: HttpRequest) -> str:
    raise ChatError("half a pair: \udc00")


@http_route("/nameless")
def nameless(_: Hub, __: HttpRequest) -> HttpResponse:
    return HttpResponse("x", 299)


@http_route("/open")
def opened(_: Hub, __: HttpRequest) -> HttpResponse:
    headers = {"content-security-policy": "sandbox allow-scripts", "X-content-type-options": "no"}
    return HttpResponse("<script>", headers={**headers, "Content-Type": "text/html"})


@http_route("/hangs")
def hangs(_: Hub, __: HttpRequest) -> Deferred[str]:
    return Deferred()


def open_port() -> Port:
    return Port(chat=Chat(sys.modules[__name__]))


def get(port: Port, path: str) -> Answered:
    return send(port, "GET", f"{HERE}{path}")


def test_a_route_is_asked_and_answers() -> None:
    port = open_port()
    answer = get(port, "/")
    assert (answer.status, answer.body) == (200, "GET /\n")
    assert answer.fields["Content-Type"] == "text/plain; charset=utf-8"
    answer = send(port, "PUT", f"{HERE}/echo?day=friday&n=1&n=2&e=", "böö", User_Agent="curl/8")
    assert answer.fields["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(answer.body) == {
        "method": "PUT",
        "query": {"day": "friday", "n": "2", "e": ""},
        "text": "böö",
        "agent": "curl/8",
        "host": "192.0.2.1",
        "private": False,
    }


def test_it_can_do_what_a_plugin_can() -> None:
    port = open_port()
    alice = port.chat.arrive("alice")
    answer = send(port, "POST", f"{HERE}/say", '{"text": "tea"}')
    assert (answer.status, answer.body) == (204, "")
    assert alice.reads() == ["*** tea ***"]


def test_it_may_answer_anything_and_the_page_is_kept_from_it() -> None:
    port = open_port()
    client = port.connect()
    client.sends(written("GET", f"{HERE}/none"))
    head, _, body = client.reads().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert body == b"\x89PNG"
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert fields["Content-Type"] == "image/png"
    assert fields["X-Why"] == "gone"
    assert fields["Content-Security-Policy"].endswith("; sandbox")
    assert fields["X-Content-Type-Options"] == "nosniff"


def test_a_plugin_cannot_let_its_scripts_run_at_the_address_of_the_page() -> None:
    answer = get(open_port(), "/open")
    assert (answer.status, answer.body) == (200, "<script>")
    assert answer.fields["Content-Security-Policy"].endswith("; sandbox")
    assert answer.fields["X-Content-Type-Options"] == "nosniff"


def test_who_answers_get_answers_head() -> None:
    port = open_port()
    client = port.connect()
    client.sends(written("HEAD", f"{HERE}/"))
    data = client.reads()
    assert data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert data.endswith(b"\r\n\r\n")


def test_one_that_waits_answers_later() -> None:
    port = open_port()
    client = port.connect()
    client.sends(written("GET", f"{HERE}/later"))
    port.advance(4)
    assert answer_of(client) is None
    port.advance(1)
    answer = answer_of(client)
    assert answer is not None
    assert json.loads(answer.body) == [1, 2]


@pytest.mark.parametrize("path", ["/plugin/", "/plugin/other/", f"{HERE}/x", f"{HERE}//", HERE])
def test_where_no_plugin_is_nothing_is(path: str) -> None:
    answer = send(open_port(), "GET", path)
    assert (answer.status, answer.body) == (404, "There is nothing at this address.\n")


def test_another_method_is_refused_with_those_there_are() -> None:
    answer = send(open_port(), "DELETE", f"{HERE}/echo")
    assert (answer.status, answer.fields["Allow"]) == (405, "POST, PUT")
    assert answer.body == "This address answers POST, PUT and no other method.\n"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://chat", 200),
        ("https://named.example", 200),
        ("http://evil.example", 403),
        ("http://chat:81", 403),
        ("null", 403),
        ("http://chat, http://evil.example", 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_only_pages_of_ours_and_of_sites_that_are_named_send_something(
    method: str, origin: str, status: int
) -> None:
    port = open_port()
    port.web.origins = ["https://named.example"]
    answer = send(port, method, f"{HERE}/echo", "x", Origin=origin)
    assert answer.status == status
    if status == 403:
        assert answer.body == (
            "A page of another site may only read here, unless --web-origin names it.\n"
        )


def test_a_page_of_another_site_says_nothing_in_a_room() -> None:
    port = open_port()
    alice = port.chat.arrive("alice")
    far = {"Origin": "http://evil.example"}
    assert send(port, "POST", f"{HERE}/say", '{"text": "tea"}', **far).status == 403
    assert alice.reads() == []
    # It may ask, and the browser keeps the answer from it; curl is no page.
    assert send(port, "GET", f"{HERE}/", **far).status == 200
    answer = send(port, "POST", f"{HERE}/say", '{"text": "tea"}')
    assert (answer.status, alice.reads()) == (204, ["*** tea ***"])


@pytest.mark.parametrize("body", [b"\xff", b"\xff\xfe{}"])
def test_a_body_that_cannot_be_read_is_the_senders_fault(body: bytes) -> None:
    port = open_port()
    for path in ("/echo", "/say"):
        answer = send(port, "POST", f"{HERE}{path}", body)
        assert answer.status == 400
        assert answer.body.startswith("The body must be")


def test_a_refusal_is_told_and_not_logged() -> None:
    port = open_port()
    with capturedLogs() as logs:
        answer = get(port, "/refuses")
    assert (answer.status, answer.body) == (400, "Give a day.\n")
    assert logs == []


@pytest.mark.parametrize(
    "path", ["fails", "exits", "nonsense", "no-json", "header", "half", "half-refused", "nameless"]
)
def test_a_failure_is_logged_with_its_name_and_tells_nothing(path: str) -> None:
    port = open_port()
    alice = port.chat.arrive("alice")
    with capturedLogs() as logs:
        answer = get(port, f"/{path}")
    assert (answer.status, answer.body) == (500, "This failed. It has been logged.\n")
    (event,) = logs
    assert event["name"] == f"{__name__}.{path.replace('-', '_')}"
    assert alice.is_connected


def test_one_that_never_answers_is_given_up_in_time() -> None:
    port = open_port()
    client = port.connect()
    with capturedLogs() as logs:
        client.sends(written("GET", f"{HERE}/hangs"))
        port.advance(ANSWER_WITHIN - 0.1)
        assert answer_of(client) is None
        port.advance(0.2)
    answer = answer_of(client)
    assert answer is not None
    assert answer.status == 500
    assert "no answer within 10 s" in logs[0]["traceback"]


def test_one_that_keeps_failing_is_switched_off_until_a_reload() -> None:
    port = open_port()
    with capturedLogs():
        statuses = [get(port, "/fails").status for _ in range(6)]
        port.chat.plugins.load()
        again = get(port, "/fails").status
    assert statuses == [500] * 5 + [503]
    assert again == 500


def test_what_is_sent_stays_out_of_the_log() -> None:
    port = open_port()
    with capturedLogs() as logs:
        send(port, "POST", f"{HERE}/say", '{"words": "xyzzy"}')
    assert "KeyError" in logs[0]["traceback"]
    assert "xyzzy" not in str(logs)


def test_a_removed_plugin_answers_no_more() -> None:
    port = open_port()
    client = port.connect()
    data = written("POST", f"{HERE}/echo", "text")
    client.sends(data[:-2])
    port.chat.plugins.unload()
    assert get(port, "/").status == 404
    client.sends(data[-2:])
    answer = answer_of(client)
    assert answer is not None
    assert answer.status == 404


def test_a_body_is_bounded() -> None:
    port = open_port()
    answer = send(port, "POST", f"{HERE}/echo", "x", Content_Length=str(MOST + 1))
    assert answer.status == 413


def test_all_bodies_together_are_bounded() -> None:
    port = open_port()
    data = written("POST", f"{HERE}/echo", "x", Content_Length=str(MOST))
    waiting = [port.connect() for _ in range(32)]
    for client in waiting:
        client.sends(data)
        assert client.reads() == b""
    answer = send(port, "POST", f"{HERE}/echo", "x")
    assert (answer.status, answer.fields["Retry-After"]) == (503, "1")
    waiting[0].hangs_up()
    assert send(port, "POST", f"{HERE}/echo", "x").status == 200
