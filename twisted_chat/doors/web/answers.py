"""
What the web door answers by itself: health, the files of the page, and that there is nothing.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from twisted_chat.doors.web.request import answer
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from twisted_chat.doors.web.page import Page
    from twisted_chat.doors.web.request import Request

_NO_PAGE = "This is a chat server, and has no page here. Connect with telnet or nc.\n"
_NO_FILE = "There is nothing at this address; the page of the chat is at /.\n"
_METHODS = "GET, HEAD"
_NO_METHOD = f"This server answers {_METHODS} and no other method.\n"


def health(request: Request) -> bytes:
    """
    Return that the server lives, and its version.
    """
    told = json.dumps({"status": "ok", "version": VERSION})
    return answer(
        HTTPStatus.OK,
        f"{told}\n",
        kind="application/json",
        bare=request.method == "HEAD",
        goes_on=request.goes_on,
    )


def file(request: Request, page: Page | None) -> bytes:
    """
    Return the file of ``page`` that ``request`` is for, or that there is none.

    Args:
        page: None where it is switched off.
    """
    if page is not None and (found := page.answer(request)) is not None:
        return found
    why = _NO_PAGE if page is None else _NO_FILE
    bare = request.method == "HEAD"
    return answer(HTTPStatus.NOT_FOUND, why, bare=bare, goes_on=request.goes_on)


def no_method() -> bytes:
    """
    Return which methods there are, for a request with another one.
    """
    return answer(HTTPStatus.METHOD_NOT_ALLOWED, _NO_METHOD, fields={"Allow": _METHODS})
