"""
What the web door answers by itself.
"""

import json

from twisted_chat.doors.web.answers import file, health, no_method
from twisted_chat.doors.web.page import Page
from twisted_chat.doors.web.request import Request
from twisted_chat.version import VERSION


def parts(answer: bytes) -> tuple[str, list[str], str]:
    """
    Return the first line, the fields and the body of an answer.
    """
    head, _, body = answer.decode().partition("\r\n\r\n")
    first, *fields = head.split("\r\n")
    return first, fields, body


def test_health_is_the_version_and_may_be_bare() -> None:
    first, fields, body = parts(health(Request("GET", "/health", {})))
    assert first == "HTTP/1.1 200 OK"
    assert {"Content-Type: application/json; charset=utf-8", "Connection: keep-alive"} <= {*fields}
    assert json.loads(body) == {"status": "ok", "version": VERSION}
    assert parts(health(Request("HEAD", "/health", {})))[2] == ""


def test_a_file_of_the_page_is_found() -> None:
    page = Page.of({"index.html": "<p>chat"})
    assert parts(file(Request("GET", "/", {}), page))[::2] == ("HTTP/1.1 200 OK", "<p>chat")


def test_what_is_no_file_is_told_where_the_page_is_or_that_there_is_none() -> None:
    request = Request("GET", "/x", {}, goes_on=False)
    first, fields, body = parts(file(request, Page.of({"index.html": "<p>chat"})))
    assert (first, "Connection: close" in fields) == ("HTTP/1.1 404 Not Found", True)
    assert body.endswith("the page of the chat is at /.\n")
    assert parts(file(request, None))[2].startswith("This is a chat server, and has no page")
    assert parts(file(Request("HEAD", "/x", {}), None))[2] == ""


def test_another_method_is_told_which_there_are() -> None:
    first, fields, _ = parts(no_method())
    assert first == "HTTP/1.1 405 Method Not Allowed"
    assert {"Allow: GET, HEAD", "Connection: close"} <= {*fields}
