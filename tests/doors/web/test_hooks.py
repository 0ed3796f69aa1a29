"""
Webhooks by HTTP: what curl and others send, and the sentence for what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType

import pytest
from attrs import evolve
from cuts import every_cut
from shared_hooks import answer_of, hooked, send, written
from shared_port import Port
from stores import SlowStore
from twisted.logger import capturedLogs

from twisted_chat import ChatError, Hub, filters
from twisted_chat.doors.web.factory import MOST_BODIES
from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.web.protocol import REQUEST_WITHIN
from twisted_chat.events import Said
from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import NO_LIMITS, Chat

FORM = "application/x-www-form-urlencoded"
SAID = (200, "Said.\n")


def said(body: bytes | str, kind: str = FORM) -> tuple[tuple[int, str], list[str]]:
    """
    Return the answer to ``body`` at a webhook, and what its room reads.
    """
    port = Port()
    alice, path = hooked(port)
    answer = send(port, "POST", path, body, Content_Type=kind)
    return (answer.status, answer.body), alice.reads()


@pytest.mark.parametrize(
    ("body", "kind", "nick", "lines"),
    [
        # As curl -d sends it, whatever it says.
        ("build failed", FORM, "deploy", ["build failed"]),
        ("a=b & c%20+d", FORM, "deploy", ["a=b & c%20+d"]),
        ("50%", FORM, "deploy", ["50%"]),
        ("text", FORM, "deploy", ["text"]),
        ("text=build+failed%21", FORM, "deploy", ["build failed!"]),
        ("name=ci&text=b%C3%BC", FORM, "ci", ["bü"]),
        ("text=one&text=two", FORM, "deploy", ["text=one&text=two"]),
        ("name=ci&name=cd", FORM, "deploy", ["name=ci&name=cd"]),
        ("text=a&more=c", FORM, "deploy", ["text=a&more=c"]),
        ("text=a&text=b&more=c", FORM, "deploy", ["text=a&text=b&more=c"]),
        # As --data-binary @file, with Content-Type: text/plain, does.
        ("one\n\n  two\n", "text/plain", "deploy", ["one", "", "  two"]),
        ("bü", "text/plain; charset=UTF-8", "deploy", ["bü"]),
        ("<b>", 'text/html; charset="utf-8"', "deploy", ["<b>"]),
        ("/quit", "text/plain", "deploy", ["/quit"]),
        ('{"text": "green"}', "application/json", "deploy", ["green"]),
        ('{"text": "a\\nb", "name": "ci", "n": 1}', "application/json", "ci", ["a", "b"]),
        ('{"text": "x", "name": null}', "application/vnd.ci+json", "deploy", ["x"]),
    ],
)
def test_what_is_sent_is_said(body: str, kind: str, nick: str, lines: list[str]) -> None:
    first, *others = lines
    read = [f"[#ops] {nick}[hook]: {first}", *(f"  | {line}".rstrip() for line in others)]
    answer, heard = said(body, kind)
    assert answer == SAID
    assert [line.rstrip() for line in heard] == read


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        ("", FORM, 400, "There is no text."),
        ("text=", FORM, 400, "There is no text."),
        (" \r\n", "text/plain", 400, "There is no text."),
        ("\u200b", "text/plain", 400, "That line is invisible."),
        (b"\xff\xfe", "text/plain", 400, "The text must be in UTF-8."),
        ("{}", "application/json", 400, "The JSON must be an object"),
        ('{"text": 1}', "application/json", 400, "The JSON must be an object"),
        ('"text"', "application/json", 400, "The JSON must be an object"),
        ("nonsense", "application/json", 400, "The JSON must be an object"),
        (b'{"text": "\xff"}', "application/json", 400, "The text must be in UTF-8."),
        ('{"text": "x", "name": "a b"}', "application/json", 400, "A name may hold only"),
        ('{"text": "x", "name": "server"}', "application/json", 400, "The name server is"),
        ("a\n" * 501, "text/plain", 413, "A message may have at most 500 lines, not 501."),
        ("x", "multipart/form-data; boundary=x", 415, "A webhook takes text/plain or"),
        ("x", "text/plain; charset=utf-16", 415, "A webhook takes text/plain or"),
        ("x", "image/png", 415, "A webhook takes text/plain or"),
    ],
)
def test_what_cannot_be_said_is_answered_with_a_sentence(
    body: bytes | str, kind: str, status: int, sentence: str
) -> None:
    answer, heard = said(body, kind)
    assert answer[0] == status
    assert answer[1].startswith(sentence)
    assert answer[1].endswith("\n")
    assert answer[1].count("\n") == 1
    assert heard == []


def test_without_a_kind_it_is_text() -> None:
    port = Port()
    alice, path = hooked(port)
    assert send(port, "POST", path, "hi").status == 200
    assert alice.reads() == ["[#ops] deploy[hook]: hi"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_says_something(method: str) -> None:
    port = Port()
    _, path = hooked(port)
    answer = send(port, method, path)
    assert (answer.status, answer.fields["Allow"]) == (405, "POST")
    told = "A webhook takes POST and no other method.\n"
    assert answer.body == ("" if method == "HEAD" else told)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path[:-1],
        lambda path: path.swapcase().replace("/HOOK", "/hook"),
        lambda path: f"{path}/",
        lambda _: "/hook/",
    ],
)
def test_who_has_not_the_whole_address_says_nothing(spoil: Callable[[str], str]) -> None:
    port = Port()
    alice, path = hooked(port)
    answer = send(port, "POST", spoil(path), "hi")
    assert (answer.status, answer.body) == (404, "There is no webhook at this address.\n")
    assert alice.reads() == []


def test_a_guesser_has_to_wait_and_is_told_how_long() -> None:
    port = Port()
    hooked(port)
    port.chat.hub.world.limits = Limits()
    answers = [send(port, "POST", f"/hook/{number}", "x") for number in range(11)]
    assert [answer.status for answer in answers] == [404] * 10 + [429]
    assert answers[-1].fields["Retry-After"] == "6"
    assert answers[-1].body == "Too many wrong addresses of webhooks, please wait 6 s.\n"


def test_one_that_speaks_too_often_is_told_when_it_may_again() -> None:
    port = Port()
    alice, path = hooked(port)
    port.chat.hub.world.limits = evolve(NO_LIMITS, rate=2.0, hook_rate=Rate(1, 30))
    assert send(port, "POST", path, "one").status == 200
    answer = send(port, "POST", path, "two")
    assert (answer.status, answer.fields["Retry-After"]) == (429, "30")
    port.advance(30)
    assert send(port, "POST", path, "three").status == 200
    assert [line[-3:] for line in alice.reads()] == ["one", "ree"]


def test_a_body_has_a_length_and_an_end() -> None:
    port = Port()
    _, path = hooked(port)
    port.web.max_message = 20
    answer = send(port, "POST", path, "x" * 21)
    assert (answer.status, answer.body) == (413, "The body may have 20 bytes at most, not 21.\n")
    for fields in ({"Transfer_Encoding": "chunked"}, {"Content_Length": "7, 9"}):
        answer = send(port, "POST", path, "x", **fields)
        assert answer.status == 411
        assert answer.body.startswith("Say how long the body is, in Content-Length:")
    assert send(port, "POST", path, "x" * 20).status == 200


def test_it_is_the_same_however_it_is_cut() -> None:
    port = Port()
    alice, path = hooked(port)
    data = written("POST", path, "hello")
    for pieces in every_cut(data[-7:]):
        client = port.connect()
        client.sends(data[:-7], *pieces)
        answer = answer_of(client)
        assert answer is not None
        assert answer.status == 200
    assert set(alice.reads()) == {"[#ops] deploy[hook]: hello"}


def test_who_asks_before_the_body_is_told_to_go_on_or_why_not() -> None:
    port = Port()
    alice, path = hooked(port)
    head, _, body = written("POST", path, "hello", Expect="100-continue").partition(b"\r\n\r\n")
    client = port.connect()
    client.sends(head + b"\r\n\r\n")
    assert client.reads() == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sends(body)
    answer = answer_of(client)
    assert answer is not None
    assert answer.status == 200
    assert alice.reads() == ["[#ops] deploy[hook]: hello"]
    wrong = port.connect()
    wrong.sends(head.replace(b"/hook/", b"/hook/x") + b"\r\n\r\n")
    answer = answer_of(wrong)
    assert answer is not None
    assert answer.status == 404


def test_where_passwords_need_tls_tokens_do_too() -> None:
    port = Port()
    alice, path = hooked(port)
    port.chat.hub.world.limits = evolve(NO_LIMITS, password_over_cleartext="deny")
    answer = send(port, "POST", path, "x")
    assert answer.status == 403
    assert answer.body == "This server takes secrets over TLS only: use https in place of http.\n"
    port.web.proxies = Proxies.read(["192.0.2.9"])
    forwarded = {"X_Forwarded_For": "203.0.113.5", "X_Forwarded_Proto": "https"}
    assert send(port, "POST", path, "x", host="192.0.2.9", **forwarded).status == 200
    assert send(port, "POST", path, "y", host="127.0.0.1").status == 200
    assert [line[-1] for line in alice.reads()] == ["x", "y"]


def test_behind_a_proxy_it_is_the_client_who_has_to_wait() -> None:
    port = Port()
    hooked(port)
    port.chat.hub.world.limits = Limits()
    port.web.proxies = Proxies.read(["192.0.2.9"])
    for _ in range(11):
        last = send(port, "POST", "/hook/x", "x", host="192.0.2.9", X_Forwarded_For="203.0.113.5")
    assert last.status == 429
    other = send(port, "POST", "/hook/x", "x", host="192.0.2.9", X_Forwarded_For="203.0.113.6")
    assert other.status == 404


def test_one_whose_maker_may_not_speak_is_told_so() -> None:
    port = Port()
    alice, path = hooked(port)
    alice.types("/disown")
    answer = send(port, "POST", path, "x")
    assert answer.status == 403
    assert answer.body.startswith("This webhook may not speak: who made it does not operate")


def test_a_filter_whose_reason_cannot_be_sent_hangs_nobody() -> None:
    @filters(Said)
    def refuse(_: Hub, __: Said) -> Said:
        raise ChatError("half a pair: \ud83d")

    plugin = ModuleType(__name__)
    vars(plugin)["refuse"] = refuse
    port = Port(chat=Chat(plugin))
    _, path = hooked(port)
    with capturedLogs() as logs:
        answer = send(port, "POST", path, "x")
    assert (answer.status, answer.body) == (500, "Internal Server Error.\n")
    assert len(logs) == 1


def test_it_is_answered_when_the_line_is_kept() -> None:
    store = SlowStore(is_slow=False)
    port = Port(chat=Chat(store=store))
    _, path = hooked(port)
    store.is_slow = True
    client = port.connect()
    client.sends(written("POST", path, "done"))
    assert client.reads() == b""
    store.answers()
    port.advance(0)
    answer = answer_of(client)
    assert answer is not None
    assert (answer.status, answer.body) == SAID
    client = port.connect()
    client.sends(written("POST", path, "done"))
    store.fails()
    port.advance(0)
    answer = answer_of(client)
    assert answer is not None
    assert (answer.status, answer.body) == (202, "Said, but not saved yet.\n")


def test_one_that_hangs_up_is_said_nevertheless_and_nothing_fails() -> None:
    store = SlowStore(is_slow=False)
    port = Port(chat=Chat(store=store))
    alice, path = hooked(port)
    store.is_slow = True
    client = port.connect()
    with capturedLogs() as logs:
        client.sends(written("POST", path, "done"))
        client.hangs_up()
        store.answers()
        port.advance(0)
    assert alice.reads() == ["[#ops] deploy[hook]: done"]
    assert logs == []


def test_nothing_of_it_reaches_the_log() -> None:
    port = Port()
    _, path = hooked(port)
    with capturedLogs() as logs:
        send(port, "POST", path, json.dumps({"text": "a secret"}), Content_Type="application/json")
        send(port, "POST", f"{path}x", "a secret")
        send(port, "POST", path, "")
    assert path.removeprefix("/hook/") not in str(logs)
    assert "secret" not in str(logs)


def test_one_that_does_not_send_its_whole_body_in_time_is_told_so() -> None:
    port = Port()
    _, path = hooked(port)
    client = port.connect()
    client.sends(written("POST", path, "hello")[:-1])
    port.advance(REQUEST_WITHIN)
    answer = answer_of(client)
    assert answer is not None
    assert answer.status == 408
    assert port.web.begin_body(MOST_BODIES)


def test_one_that_reads_slowly_is_told_to_go_on_and_then_heard() -> None:
    port = Port()
    alice, path = hooked(port)
    head, _, body = written("POST", path, "hello", Expect="100-continue").partition(b"\r\n\r\n")
    client = port.connect()
    client.sends(head + b"\r\n\r\n")
    protocol = client.transport.protocol
    # As a socket does that takes no more for a while.
    protocol._outbox.pauseProducing()
    client.sends(body)
    assert alice.reads() == []
    protocol._outbox.resumeProducing()
    port.advance(0)
    assert alice.reads() == ["[#ops] deploy[hook]: hello"]
