"""
Requests of HTTP and answers to them, without a transport (RFC 9112).

No library does this: a request must be refused by its first lines, or handed over as it came to
the door for WebSockets.  twisted.web.http reads a body of any size into a file before it asks
anybody, and hands a connection over to its own WebSockets alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from attrs import field, frozen

#: Bytes of a request up to its body; a longer one is refused.
MOST = 8192

_LINE = re.compile(rb"([A-Z]{2,20}) ([!-~]+) HTTP/(\d)\.(\d)")
# A name and a value (RFC 9110, section 5.5).  White space around the value is left to `strip`:
# each part of a pattern that takes it too would multiply the time for a value that does not fit.
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t -~\x80-\xff]*)")
# A target may name the site too, as for a proxy (RFC 9112, section 3.2.2).
_SITE = re.compile(r"\Ahttps?://[^/?]*", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")
_LONGEST_END = 4
_NO_FIELDS: Mapping[str, str] = {}


class BadRequest(ValueError):
    """
    A request cannot be read.

    Attributes:
        status: what is answered.
    """

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@frozen
class Request:
    """
    A request without its body.

    Attributes:
        method: such as ``GET``.
        path: its target up to a question mark.
        query: what stands behind that.
        fields: values by name in lower case; of a name that comes several times, all of them with
            commas between (RFC 9110, section 5.3).
        goes_on: another request may follow on the connection.
        has_body: a body follows.
        length: bytes of the body; None if it comes in chunks.
        size: bytes that it took, without the body.
    """

    method: str
    path: str
    fields: Mapping[str, str]
    goes_on: bool = True
    has_body: bool = False
    query: str = ""
    length: int | None = 0
    size: int = field(default=0, eq=False)

    @classmethod
    def read(cls, data: bytes, looked: int = 0) -> Request | None:
        """
        Return the request that ``data`` begins with; None while its end has not come.

        Args:
            looked: so many bytes were there before, and the end was not.

        Raises:
            BadRequest: it is too long, or is none.
        """
        end = _END.search(data, max(0, looked - _LONGEST_END), MOST)
        if end is None:
            if len(data) >= MOST:
                raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return None
        first, *rest = data[: end.start()].replace(b"\r\n", b"\n").split(b"\n")
        line = _LINE.fullmatch(first)
        if line is None:
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        if line[3] != b"1":
            raise BadRequest(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        fields: dict[str, str] = {}
        for each in rest:
            found = _FIELD.fullmatch(each)
            if found is None:
                raise BadRequest(HTTPStatus.BAD_REQUEST)
            name, value = found[1].decode().lower(), found[2].strip(b" \t").decode("latin-1")
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        target = _SITE.sub("", line[2].decode(), count=1)
        path, _, query = target.partition("?")
        length = _length_of(fields)
        has_body = length != 0
        # None may behind a body: nothing in it may be taken for a request.
        goes_on = line[4] != b"0" and not has_body and not _closes(fields)
        return cls(
            *(line[1].decode(), path or "/", fields, goes_on, has_body),
            query=query,
            length=length,
            size=end.end(),
        )


def _length_of(fields: Mapping[str, str]) -> int | None:
    """
    Return the length of the body (RFC 9112, section 6.3); None where only its end will tell.
    """
    length = fields.get("content-length", "0")
    if "transfer-encoding" in fields or not (length.isascii() and length.isdigit()):
        return None
    return int(length[:20])


def _closes(fields: Mapping[str, str]) -> bool:
    """
    Return whether ``fields`` ask for the end of the connection (RFC 9112, section 9.6).
    """
    return "close" in {each.strip().lower() for each in fields.get("connection", "").split(",")}


def answer(
    status: HTTPStatus,
    text: str | bytes,
    *,
    kind: str = "text/plain",
    bare: bool = False,
    goes_on: bool = False,
    fields: Mapping[str, str] = _NO_FIELDS,
) -> bytes:
    """
    Return an answer.

    Args:
        kind: its media type.
        bare: without the text, as to HEAD.
        goes_on: the connection is not closed after it.
        fields: others than those that every answer has, or in their place.
    """
    body = text.encode() if isinstance(text, str) else text
    every = {
        "Content-Type": f"{kind}; charset=utf-8" if isinstance(text, str) else kind,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Connection": "keep-alive" if goes_on else "close",
    } | dict(fields)
    if status is HTTPStatus.NOT_MODIFIED:
        # It is about what the client has (RFC 9110, section 15.4.5).
        del every["Content-Type"], every["Content-Length"]
        bare = True
    head = "".join(f"{name}: {value}\r\n" for name, value in every.items())
    first = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
    return f"{first}{head}\r\n".encode() + (b"" if bare else body)
