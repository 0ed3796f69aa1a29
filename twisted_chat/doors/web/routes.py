"""
Routes of plugins by HTTP: ``/plugin/NAME/...``.

What a plugin answers stands at the address of the chat's page.  So a browser is told that it is
nothing of this page: its scripts do not run, and it reaches nothing that the page keeps.  And a
page of another site may not have a browser send what could change something (OWASP, Cross-Site
Request Forgery Prevention).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from twisted_chat.doors.web.receivers import Answer, Turned
from twisted_chat.http.messages import HttpRequest
from twisted_chat.http.origin import is_from
from twisted_chat.http.routes import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twisted_chat.doors.connection import Visitor
    from twisted_chat.doors.web.request import Request
    from twisted_chat.http.routes import Route, Routes

#: Bytes of a body.
MOST = 1 << 20
_NOBODY = "There is nothing at this address."
_METHOD = "This address answers {methods} and no other method."
_ELSEWHERE = "A page of another site may only read here, unless --web-origin names it."
# Methods that change nothing (RFC 9110, section 9.2.1).
_SAFE = {"GET", "HEAD"}
# No scripts, no frames, an origin of its own (W3C, Content Security Policy, section 6.3.2).
_ALONE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class RouteReceiver:
    """
    Takes requests for plugins.

    Args:
        routes: those in force.
        sites: returns the other sites whose pages may send something.
    """

    def __init__(self, routes: Routes, sites: Callable[[], Sequence[str]]) -> None:
        self._routes = routes
        self._sites = sites

    def admit(self, request: Request, visitor: Visitor) -> int:
        """
        Return how many bytes a plugin takes.

        Raises:
            Turned: no plugin answers that, or a page of another site asks.
        """
        self._find(request)
        # Browsers name the page's site with each method but these; other clients never do.
        origin = request.fields.get("origin")
        if origin is None or request.method in _SAFE:
            return MOST
        if not is_from(origin, self._sites(), visitor.authority):
            raise Turned(HTTPStatus.FORBIDDEN, _ELSEWHERE)
        return MOST

    async def respond(self, request: Request, body: bytes, visitor: Visitor) -> Answer:
        """
        Return what the plugin answers, at most 10 s later.

        Raises:
            Turned: it was removed meanwhile.
        """
        route = self._find(request)
        _, _, path = unquote(request.path).removeprefix(PREFIX).partition("/")
        asked = HttpRequest(
            request.method,
            f"/{path}",
            dict(parse_qsl(request.query, keep_blank_values=True)),
            request.fields,
            body,
            visitor.host,
            visitor.is_private,
        )
        told = await self._routes.answer(route, asked)
        # Whatever the plugin says of these.
        return Answer(told.status, told.body, told.kind, {**told.fields, **_ALONE})

    def _find(self, request: Request) -> Route:
        found: Mapping[str, Route] = self._routes.at(unquote(request.path))
        if not found:
            raise Turned(HTTPStatus.NOT_FOUND, _NOBODY)
        if request.method not in found:
            methods = ", ".join(sorted(found))
            fields = {"Allow": methods}
            told = _METHOD.format(methods=methods)
            raise Turned(HTTPStatus.METHOD_NOT_ALLOWED, told, fields)
        return found[request.method]
