"""
Requests with a body: which may send it, and how they are answered.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.doors.web.receivers import Turned

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.doors.connection import Visitor
    from twisted_chat.doors.web.receivers import Receiver
    from twisted_chat.doors.web.request import Request

_NO_LENGTH = "Say how long the body is, in Content-Length: what comes in chunks is not taken here."
_TOO_LONG = "The body may have {most} bytes at most, not {length}."
_BUSY = "The server is busy with other requests, please try again in a moment."


@frozen
class Incoming:
    """
    A request whose body is on its way, and who takes it.

    Attributes:
        length: bytes of the body.
    """

    _receiver: Receiver
    request: Request
    _visitor: Visitor
    length: int

    @classmethod
    def admit(
        cls,
        receiver: Receiver,
        request: Request,
        visitor: Visitor,
        begin: Callable[[int], bool],
    ) -> Incoming:
        """
        Return ``request``, whose body may come.

        Args:
            begin: counts so many bytes, and returns whether there is room for them.

        Raises:
            Turned: the body may not come, or its length is not said.
        """
        most, length = receiver.admit(request, visitor), request.length
        if length is None:
            raise Turned(HTTPStatus.LENGTH_REQUIRED, _NO_LENGTH)
        if length > most:
            told = _TOO_LONG.format(most=most, length=length)
            raise Turned(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
        if not begin(length):
            raise Turned(HTTPStatus.SERVICE_UNAVAILABLE, _BUSY, {"Retry-After": "1"})
        return cls(receiver, request, visitor, length)

    @property
    def end(self) -> int:
        """
        Bytes of the request with its body.
        """
        return self.request.size + self.length

    async def respond(self, body: bytes) -> bytes:
        """
        Return the whole answer; what cannot be written fails here, and never hangs.
        """
        try:
            answered = await self._receiver.respond(self.request, body, self._visitor)
        except Turned as refusal:
            answered = refusal.answer
        return answered.written(bare=self.request.method == "HEAD")
