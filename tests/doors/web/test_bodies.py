"""
Requests with a body.
"""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from twisted.internet.defer import Deferred

from twisted_chat.doors.connection import Visitor
from twisted_chat.doors.web.bodies import Incoming
from twisted_chat.doors.web.receivers import Answer, Turned
from twisted_chat.doors.web.request import Request

ADA = Visitor("192.0.2.1", True, "chat.example")


class Echo:
    """
    A receiver that takes ten bytes, and answers with what came; it turns ``no`` away.
    """

    def admit(self, request: Request, visitor: Visitor) -> int:
        if visitor is not ADA:
            raise Turned(HTTPStatus.FORBIDDEN, "Not you.")
        return 10

    async def respond(self, request: Request, body: bytes, visitor: Visitor) -> Answer:
        if body == b"no":
            raise Turned(HTTPStatus.BAD_REQUEST, "No.")
        return Answer(HTTPStatus.OK, body)


def post(length: int | None, method: str = "POST") -> Request:
    return Request(method, "/echo", {}, has_body=True, length=length, size=40)


def test_a_body_that_may_come_is_counted_and_ends_behind_its_request() -> None:
    counted: list[int] = []

    def begin(length: int) -> bool:
        counted.append(length)
        return True

    incoming = Incoming.admit(Echo(), post(10), ADA, begin)
    assert (incoming.length, incoming.end, counted) == (10, 50, [10])


def never(length: int) -> bool:
    raise AssertionError("It is not counted.")


def full(length: int) -> bool:
    return False


@pytest.mark.parametrize(
    ("length", "visitor", "begin", "status", "fields"),
    [
        (None, ADA, never, 411, {}),
        (11, ADA, never, 413, {}),
        (5, Visitor("192.0.2.2", True, ""), never, 403, {}),
        (5, ADA, full, 503, {"Retry-After": "1"}),
    ],
)
def test_a_body_that_may_not_come_is_turned_away(
    length: int | None,
    visitor: Visitor,
    begin: Callable[[int], bool],
    status: int,
    fields: dict[str, str],
) -> None:
    with pytest.raises(Turned) as turned:
        Incoming.admit(Echo(), post(length), visitor, begin)
    assert (turned.value.answer.status, turned.value.answer.fields) == (status, fields)


@pytest.mark.parametrize(
    ("method", "body", "status", "told"),
    [
        ("POST", b"tea", b"200 OK", b"tea"),
        ("POST", b"no", b"400 Bad Request", b"No.\n"),
        ("HEAD", b"tea", b"200 OK", b""),
    ],
)
def test_it_is_answered_by_its_receiver(
    method: str, body: bytes, status: bytes, told: bytes
) -> None:
    incoming = Incoming.admit(Echo(), post(len(body), method), ADA, lambda _: True)
    found: list[bytes] = []
    Deferred.fromCoroutine(incoming.respond(body)).addCallback(found.append)
    (answer,) = found
    assert answer.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert answer.partition(b"\r\n\r\n")[2] == told
