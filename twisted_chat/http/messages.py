"""
What a plugin is asked by HTTP, and what it answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from attrs import field, frozen

from twisted_chat.errors import ChatError

_NOTHING: Mapping[str, str] = {}
# A name and a value of a field (RFC 9110, sections 5.1 and 5.5).
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t -~]*")
# What the server says of the message itself (RFC 9112, sections 6 and 9).
_OURS = {"connection", "content-length", "transfer-encoding"}
_LEAST_STATUS, _MOST_STATUS = 200, 599
_STATUSES = frozenset(HTTPStatus)
_EMPTY = {204, 205, 304}


@frozen
class HttpRequest:
    """
    A request to a route of a plugin.

    Attributes:
        method: such as ``GET``.
        path: behind ``/plugin/NAME``, such as ``/github``.
        query: what stands behind the question mark, by name; of several, the last.
        headers: by name in lower case.
        body: as it came, at most 1 MiB.
        host: the address that it comes from; None if there is none.
        is_private: nobody on the way can read it: it is encrypted, or local.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default=_NOTHING, repr=False)
    headers: Mapping[str, str] = field(default=_NOTHING, repr=False)
    body: bytes = field(default=b"", repr=False)
    host: str | None = None
    is_private: bool = False

    @property
    def text(self) -> str:
        """
        The body as text.

        Raises:
            ChatError: it is not UTF-8.
        """
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            raise ChatError("The body must be text in UTF-8.", code="bad-body") from error

    def json(self) -> Any:
        """
        Return what the body holds as JSON.

        Raises:
            ChatError: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ChatError("The body must be JSON.", code="bad-body") from error


@frozen
class HttpResponse:
    """
    What a route of a plugin answers.

    Attributes:
        body: a text, bytes, or what is sent as JSON: a dict, a list, a number, true or false.
        status: from 200 to 599, one that has a name (IANA, HTTP Status Code Registry).
        headers: by name; the media type follows from the body if there is none.

    Raises:
        ValueError: the status or a header cannot be sent.
    """

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = _NOTHING

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.status, int) or not _LEAST_STATUS <= self.status <= _MOST_STATUS:
            raise ValueError(f"status must be from 200 to 599, not {self.status!r}")
        if self.status not in _STATUSES:
            raise ValueError(f"status must be one that HTTP has a name for, not {self.status}")
        for name, value in self.headers.items():
            if _NAME.fullmatch(name) is None or name.lower() in _OURS:
                raise ValueError(f"{name!r} cannot be a header of a response")
            if not isinstance(value, str) or _VALUE.fullmatch(value) is None:
                raise ValueError(f"the header {name} must be one line of ASCII")

    @classmethod
    def of(cls, result: object) -> HttpResponse:
        """
        Return ``result``, which a route returned, as a response.

        Raises:
            TypeError: it is none.
        """
        if isinstance(result, HttpResponse):
            return result
        if result is None:
            return cls(status=204)
        if isinstance(result, str | bytes | dict | list):
            return cls(result)
        raise TypeError(
            f"a route returns a text, bytes, a dict, a list, an HttpResponse or None, "
            f"not {type(result).__name__}"
        )

    def written(self) -> Written:
        """
        Return it as it is sent: a copy, to which the plugin can do nothing any more.

        Raises:
            TypeError: the body cannot be JSON.
            ValueError: its text cannot be UTF-8, as it holds half a surrogate pair; or as for a
                new one, where the plugin has changed a header since.
        """
        self.__attrs_post_init__()
        fields = {_plain(name).title(): _plain(value) for name, value in self.headers.items()}
        body, usual = self._encoded()
        kind = fields.pop("Content-Type", usual)
        if not isinstance(self.body, bytes) and "charset=" not in kind.lower():
            kind = f"{kind}; charset=utf-8"
        return Written(HTTPStatus(self.status), body, kind, fields, self)

    def _encoded(self) -> tuple[bytes, str]:
        """
        Return the bytes of the body, and its usual media type.
        """
        if self.status in _EMPTY:
            return b"", "text/plain"
        if isinstance(self.body, str):
            return _plain(self.body).encode(), "text/plain"
        if isinstance(self.body, bytes):
            return b"".join([self.body]), "application/octet-stream"
        return f"{json.dumps(self.body)}\n".encode(), "application/json"


@frozen
class Written:
    """
    A response of a plugin as it is sent.

    Attributes:
        kind: the media type of the body.
        fields: the other headers, each word of their names beginning with a capital.
        response: as the plugin made it.
    """

    status: HTTPStatus
    body: bytes
    kind: str
    fields: Mapping[str, str]
    response: HttpResponse


def _plain(text: str) -> str:
    # Of a class of its own, what is done with it could be anything.
    return str.__str__(text)
