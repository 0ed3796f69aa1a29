"""
What a plugin is asked by HTTP, and what it may answer.
"""

from __future__ import annotations

from typing import Any

import pytest

from twisted_chat.errors import ChatError
from twisted_chat.http.messages import HttpRequest, HttpResponse

UTF8 = "; charset=utf-8"


def test_a_request_is_read_as_text_and_as_json() -> None:
    request = HttpRequest("POST", "/", body='{"bü": 1}'.encode())
    assert request.text == '{"bü": 1}'
    assert request.json() == {"bü": 1}


@pytest.mark.parametrize("body", [b"\xff", b"{", b"", b"[" * 100_000])
def test_what_is_no_json_is_refused_in_one_sentence(body: bytes) -> None:
    with pytest.raises(ChatError, match=r"^The body must be JSON\.$"):
        HttpRequest("POST", "/", body=body).json()


def test_what_is_no_text_is_refused_in_one_sentence() -> None:
    with pytest.raises(ChatError, match=r"^The body must be text in UTF-8\.$"):
        _ = HttpRequest("POST", "/", body=b"\xff").text


def test_neither_body_nor_headers_are_shown() -> None:
    request = HttpRequest("POST", "/", headers={"authorization": "secret"}, body=b"secret")
    assert "secret" not in repr(request)


@pytest.mark.parametrize(
    ("result", "status", "body", "kind"),
    [
        ("tea", 200, b"tea", "text/plain; charset=utf-8"),
        (b"\xff", 200, b"\xff", "application/octet-stream"),
        ({"a": 1}, 200, b'{"a": 1}\n', "application/json; charset=utf-8"),
        ([1, "ü"], 200, b'[1, "\\u00fc"]\n', "application/json; charset=utf-8"),
        (None, 204, b"", "text/plain; charset=utf-8"),
        (
            HttpResponse("ü", headers={"Content-type": "text/html"}),
            200,
            b"\xc3\xbc",
            f"text/html{UTF8}",
        ),
        (HttpResponse("x", headers={"Content-type": f"a/b{UTF8}"}), 200, b"x", f"a/b{UTF8}"),
        (HttpResponse(True, 201), 201, b"true\n", "application/json; charset=utf-8"),
        (HttpResponse("x", 304), 304, b"", "text/plain; charset=utf-8"),
    ],
)
def test_a_result_is_sent_as_what_it_is(
    result: object, status: int, body: bytes, kind: str
) -> None:
    written = HttpResponse.of(result).written()
    assert (written.status, written.body, written.kind) == (status, body, kind)


def test_what_is_sent_is_a_copy_to_which_nothing_can_be_done() -> None:
    class Odd(str):
        __slots__ = ()

        def encode(self, *_: object) -> bytes:
            raise RuntimeError

        def title(self) -> str:
            return "Content-Length"

    headers = {Odd("x-a"): Odd("b")}
    written = HttpResponse(Odd("tea"), headers=headers).written()
    headers[Odd("y")] = Odd("c")
    assert (written.body, written.fields) == (b"tea", {"X-A": "b"})
    assert {type(each) for each in (*written.fields, *written.fields.values())} == {str}


def test_what_is_changed_behind_its_check_is_checked_again() -> None:
    headers: dict[str, str] = {}
    response = HttpResponse("x", headers=headers)
    headers["X"] = "a\r\nSet-Cookie: b"
    with pytest.raises(ValueError, match="one line of ASCII"):
        response.written()


def test_half_a_surrogate_pair_cannot_be_sent_as_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        HttpResponse("\ud800").written()
    # JSON has a way to write it.
    assert HttpResponse(["\ud800"]).written().body == b'["\\ud800"]\n'


@pytest.mark.parametrize("result", [7, object(), (1, 2), {1, 2}])
def test_what_is_no_answer_is_an_error(result: object) -> None:
    with pytest.raises(TypeError, match="a route returns a text, bytes, a dict"):
        HttpResponse.of(result)


@pytest.mark.parametrize(
    "how",
    [
        {"status": 99},
        {"status": 600},
        {"status": 299},
        {"status": True},
        {"status": "200"},
        {"headers": {"X Y": "a"}},
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"X": "ü"}},
        {"headers": {"X": 1}},
        {"headers": {"Content-Length": "7"}},
        {"headers": {"connection": "close"}},
    ],
)
def test_what_cannot_be_sent_is_an_error_at_once(how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"status must be|header"):
        HttpResponse("x", **how)
