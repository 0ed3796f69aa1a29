"""
Receivers: who takes requests with a body, and what they answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from twisted_chat.doors.web.request import answer
from twisted_chat.errors import BadName, ChatError, NoSuchWebhook, TooMuch

if TYPE_CHECKING:
    from twisted_chat.doors.connection import Visitor
    from twisted_chat.doors.web.request import Request

_NO_FIELDS: Mapping[str, str] = {}
# Codes of refusals that are about the text itself.
_UNFIT = {"invisible"}


@frozen
class Answer:
    """
    What a receiver answers.

    Attributes:
        status: of the answer.
        body: text, or bytes as they are.
        kind: its media type.
        fields: others than those that every answer has.
    """

    status: HTTPStatus
    body: str | bytes = ""
    kind: str = "text/plain"
    fields: Mapping[str, str] = _NO_FIELDS

    def written(self, *, bare: bool = False) -> bytes:
        """
        Return it as bytes, after which the connection is closed.

        Args:
            bare: without the body, as to HEAD.
        """
        return answer(self.status, self.body, kind=self.kind, bare=bare, fields=self.fields)


class Turned(Exception):
    """
    A request is refused.

    Attributes:
        answer: what is answered.
    """

    def __init__(
        self, status: HTTPStatus, sentence: str, fields: Mapping[str, str] = _NO_FIELDS
    ) -> None:
        super().__init__(sentence)
        self.answer = Answer(status, f"{sentence}\n", fields=fields)

    @classmethod
    def of(cls, refusal: ChatError) -> Turned:
        """
        Return ``refusal`` as HTTP has it.
        """
        wait = refusal.facts.get("seconds")
        if isinstance(refusal, TooMuch) and wait is not None:
            return cls(HTTPStatus.TOO_MANY_REQUESTS, str(refusal), {"Retry-After": str(wait)})
        return cls(_status_of(refusal), str(refusal))


def _status_of(refusal: ChatError) -> HTTPStatus:
    match refusal:
        case NoSuchWebhook():
            return HTTPStatus.NOT_FOUND
        case TooMuch():
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case BadName():
            return HTTPStatus.BAD_REQUEST
        case _ if refusal.code in _UNFIT:
            return HTTPStatus.BAD_REQUEST
    return HTTPStatus.FORBIDDEN


class Receiver(Protocol):
    """
    Takes the requests whose paths begin in one way.
    """

    def admit(self, request: Request, visitor: Visitor) -> int:
        """
        Return how many bytes the body of ``request`` may have, before that is read.

        Raises:
            Turned: it is refused.
        """

    async def respond(self, request: Request, body: bytes, visitor: Visitor) -> Answer:
        """
        Return the answer to a request that was admitted.

        Raises:
            Turned: it is refused.
        """
