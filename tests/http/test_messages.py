"""
What a plugin is asked by HTTP, and what it may answer.
"""

from __future__ import annotations

from typing import Any

import pytest

from twisted_chat.errors import ChatError
from twisted_chat.http.messages import HttpRequest, HttpResponse


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
        ("tea", 200, "tea", "text/plain"),
        (b"\xff", 200, b"\xff", "application/octet-stream"),
        ({"a": 1}, 200, '{"a": 1}\n', "application/json"),
        ([1, "ü"], 200, '[1, "\\u00fc"]\n', "application/json"),
        (None, 204, b"", "text/plain"),
        (HttpResponse("<p>", headers={"Content-type": "text/html"}), 200, "<p>", "text/html"),
        (HttpResponse(True, 201), 201, "true\n", "application/json"),
        (HttpResponse("x", 304), 304, b"", "text/plain"),
    ],
)
def test_a_result_is_sent_as_what_it_is(
    result: object, status: int, body: str | bytes, kind: str
) -> None:
    response = HttpResponse.of(result)
    assert (response.status, *response.written()) == (status, body, kind)


@pytest.mark.parametrize("result", [7, object(), (1, 2), {1, 2}])
def test_what_is_no_answer_is_an_error(result: object) -> None:
    with pytest.raises(TypeError, match="a route returns a text, bytes, a dict"):
        HttpResponse.of(result)


@pytest.mark.parametrize(
    "how",
    [
        {"status": 99},
        {"status": 600},
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
