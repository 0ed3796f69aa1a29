"""
Routes of plugins: what they answer by HTTP, at ``/plugin/NAME/...``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field, frozen
from twisted.internet.defer import Deferred

from twisted_chat.errors import ChatError
from twisted_chat.http.messages import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.http.messages import HttpRequest, Written
    from twisted_chat.isolation import Isolation

_Function = TypeVar("_Function", bound="Callable[..., Any]")

#: Before the name of a plugin in the path.
PREFIX = "/plugin/"
_PATH = re.compile(r"(?:/[A-Za-z0-9_.~-]+)*/?")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


@frozen
class Route:
    """
    A function of a plugin that answers by HTTP.

    Attributes:
        path: behind ``/plugin/NAME``, such as ``/github``.
        methods: that it answers; who answers GET is asked for HEAD too.
        name: in the log.
    """

    function: Callable[..., Any]
    path: str
    methods: frozenset[str]
    name: str


def http_route(
    path: str, *, methods: Iterable[str] = ("GET",)
) -> Callable[[_Function], _Function]:
    """
    Answer requests of HTTP to ``/plugin/NAME`` and ``path``, where NAME is the plugin's.

    The function is called as ``function(hub, request)`` with an `HttpRequest` and may be an
    ``async def``, which has 10 seconds.  It returns a text, a dict or a list, which is sent as
    JSON, an `HttpResponse`, or None.  A `ChatError` that it raises is answered with its sentence
    and the status 400, all else that it raises with 500, and logged.

    Args:
        path: such as ``/github``.
        methods: some of GET, POST, PUT, PATCH and DELETE.

    Raises:
        TypeError: the path or the methods cannot be used.
    """
    if not isinstance(path, str) or not path.startswith("/") or _PATH.fullmatch(path) is None:
        raise TypeError(
            f"{path!r} cannot be the path of a route: it begins with a slash, and holds letters, "
            "digits and _ . ~ - between slashes"
        )
    asked = frozenset([methods] if isinstance(methods, str) else methods)
    if not asked or not asked <= _METHODS:
        raise TypeError(f"methods must be some of {', '.join(sorted(_METHODS))}, not {methods!r}")
    answered = asked | {"HEAD"} if "GET" in asked else asked

    def decorate(function: _Function) -> _Function:
        name = f"{function.__module__}.{function.__qualname__}"
        routes: list[Route] = function.__dict__.setdefault("__chat_routes__", [])
        routes.append(Route(function, path, answered, name))
        return function

    return decorate


def routes_of(function: object) -> list[Route]:
    """
    Return what `http_route` made of ``function``; empty for anything else.
    """
    found: list[Route] = getattr(function, "__dict__", {}).get("__chat_routes__", [])
    return found


@define(eq=False)
class Routes:
    """
    The routes in force.

    Attributes:
        given: what each is called with, before the request: the hub.
    """

    _isolation: Isolation
    given: object = field(init=False, default=None)
    # By the whole path, then by method.
    _routes: Mapping[str, Mapping[str, Route]] = field(init=False, factory=dict)

    def replace(self, routes: Mapping[str, Mapping[str, Route]]) -> None:
        """
        Replace all routes by ``routes``: by the whole path, then by method.
        """
        self._routes = routes

    def at(self, path: str) -> Mapping[str, Route]:
        """
        Return the routes at a whole path, by method; empty for none.
        """
        return self._routes.get(path, {})

    def answer(self, route: Route, request: HttpRequest) -> Deferred[Written]:
        """
        Return what ``route`` answers to ``request``: whatever it does, this fires within 10 s.
        """
        answered: Deferred[Written] = Deferred()
        found: list[Written] = []

        # What cannot be sent fails in these two, as the plugin's own failure.
        def done(result: object) -> None:
            found.append(HttpResponse.of(result).written())

        def refused(refusal: ChatError) -> None:
            found.append(HttpResponse(f"{refusal}\n", status=400).written())

        def ended() -> None:
            failed = HttpResponse("This failed. It has been logged.\n", status=500)
            answered.callback(found[0] if found else failed.written())

        if self._isolation.is_off(route.name):
            off = "This is switched off, because it kept failing.\n"
            answered.callback(HttpResponse(off, status=503).written())
            return answered
        self._isolation.run(
            route.name,
            route.function,
            self.given,
            request,
            done=done,
            refused=refused,
            ended=ended,
            secret=request.body.decode("utf-8", "replace"),
        )
        return answered
