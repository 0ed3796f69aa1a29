"""
Requests of HTTP and answers to them.
"""

from http import HTTPStatus

import pytest
from cuts import every_cut
from hypothesis import given
from hypothesis import strategies as st
from pace import processor_time

from twisted_chat.doors.web.request import MOST, BadRequest, Request, answer


def test_a_request_is_read_with_its_fields() -> None:
    data = (
        b"GET /health?full HTTP/1.1\r\nHost: chat.example:7342\r\nx-Forwarded-For:192.0.2.1\r\n"
        b"X-Forwarded-For: 192.0.2.2 \t\r\nEmpty:\r\n\r\nbody"
    )
    assert Request.read(data) == Request(
        "GET",
        "/health",
        {"host": "chat.example:7342", "x-forwarded-for": "192.0.2.1, 192.0.2.2", "empty": ""},
        query="full",
    )
    assert Request.read(b"HEAD * HTTP/1.0\n\n") == Request("HEAD", "*", {}, goes_on=False)
    assert Request.read(data).size == len(data) - len(b"body")


def test_a_request_is_the_same_however_it_is_cut() -> None:
    data = b"A /\r\nB:\n\r\n".replace(b"A /", b"PUT / HTTP/1.1")
    for pieces in every_cut(data[-8:]):
        seen = data[:-8]
        for piece in pieces:
            found = Request.read(seen)
            assert found is None
            seen += piece
        assert Request.read(seen) == Request("PUT", "/", {"b": ""})


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET  / HTTP/1.1\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET /\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"OPTIONS rtsp://x RTSP/1.0\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nA : 1\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\rA: 1\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"PRI * HTTP/2.0\r\n\r\n", HTTPStatus.HTTP_VERSION_NOT_SUPPORTED),
        (b"GET /" + b"a" * MOST, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
        (
            b"GET / HTTP/1.1\r\n" + b"A: 1\r\n" * MOST + b"\r\n",
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        ),
    ],
)
def test_what_is_no_request_is_refused_with_its_status(data: bytes, status: HTTPStatus) -> None:
    with pytest.raises(BadRequest) as refused:
        Request.read(data)
    assert refused.value.status is status


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://chat.example:7342/health?a", "/health"),
        (b"HTTPS://chat.example?a", "/"),
        (b"/http://x/", "/http://x/"),
        (b"*", "*"),
    ],
)
def test_a_target_may_name_the_site_too(target: bytes, path: str) -> None:
    request = Request.read(b"GET " + target + b" HTTP/1.1\r\n\r\n")
    assert request is not None
    assert request.path == path


@pytest.mark.parametrize("filling", [b" ", b"\t", b"a", b"x: ", b"\xff", b"1,"])
def test_a_long_request_that_is_wrong_at_its_end_is_refused_at_once(filling: bytes) -> None:
    # In milliseconds: what takes time for each pair of its bytes takes minutes.
    with processor_time(1):
        for start in (b"GET / HTTP/1.1\r\nx:", b"GET /", b"GET / HTTP/1.1\r\n"):
            room = MOST - len(start) - 8
            data = start + (filling * room)[:room] + b"\x01\r\n\r\n"
            with pytest.raises(BadRequest) as refused:
                Request.read(data)
            assert refused.value.status is HTTPStatus.BAD_REQUEST


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b": b"]), max_size=20),
    st.lists(st.integers(0, 60), max_size=5),
)
def test_wherever_it_is_cut_the_end_is_found(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"GET / HTTP/1.1\r\n" + b"".join(pieces) + b"\r\n\r\n"

    def outcome(data: bytes, looked: int = 0) -> object:
        try:
            return Request.read(data, looked)
        except BadRequest as refused:
            return refused.status

    looked, found = 0, None
    for cut in [*sorted(cuts), len(data)]:
        found = outcome(data[:cut], looked)
        if found is not None:
            break
        looked = cut
    assert found == outcome(data)


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_request_or_none_or_refused(data: bytes) -> None:
    for whole in (data, b"GET / HTTP/1.1\r\n" + data + b"\r\n\r\n"):
        try:
            request = Request.read(whole)
        except BadRequest:
            continue
        if request is not None:
            shown = "".join([request.method, request.path, *request.fields])
            assert shown.isascii()
            assert shown.isprintable()


def test_an_answer_says_how_long_it_is_and_that_the_connection_ends() -> None:
    head, _, body = answer(HTTPStatus.OK, "hällo\n").partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Length: 7",
        b"Cache-Control: no-store",
        b"X-Content-Type-Options: nosniff",
        b"Referrer-Policy: no-referrer",
        b"Connection: close",
    ]
    assert body == b"h\xc3\xa4llo\n"
    bare = answer(HTTPStatus.OK, "hällo\n", bare=True)
    assert bare == head + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "goes_on"),
    [
        (b"", True),
        (b"Connection: keep-alive\r\nContent-Length: 0\r\n", True),
        (b"Connection: Upgrade, closed\r\n", True),
        (b"Connection: Upgrade\r\nConnection: CLOSE\r\n", False),
        (b"Content-Length: 1\r\n", False),
        (b"Content-Length: 0\r\nContent-Length: 0\r\n", False),
        (b"Content-Length:\r\n", False),
        (b"Transfer-Encoding: identity\r\n", False),
    ],
)
def test_another_request_may_follow_one_without_a_body(fields: bytes, goes_on: bool) -> None:
    request = Request.read(b"GET / HTTP/1.1\r\n" + fields + b"\r\n")
    assert request is not None
    assert request.goes_on is goes_on


def test_an_answer_may_say_that_the_connection_goes_on() -> None:
    assert b"\r\nConnection: keep-alive\r\n" in answer(HTTPStatus.OK, "a", goes_on=True)


def test_an_answer_may_have_fields_of_its_own() -> None:
    given = answer(HTTPStatus.OK, "a", fields={"ETag": '"1"', "Cache-Control": "no-cache"})
    lines = given.split(b"\r\n")
    assert b'ETag: "1"' in lines
    assert [line for line in lines if line.startswith(b"Cache")] == [b"Cache-Control: no-cache"]


def test_that_nothing_has_changed_is_told_without_a_body() -> None:
    given = answer(HTTPStatus.NOT_MODIFIED, "a", fields={"ETag": '"1"'})
    assert given.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert given.endswith(b"\r\n\r\n")
    assert b"\r\nContent-" not in given
