"""
Routes: how a plugin declares them.  What they answer is tested at the door for HTTP.
"""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.http.messages import HttpRequest, HttpResponse
from twisted_chat.http.routes import Route, Routes, http_route, routes_of
from twisted_chat.isolation import Isolation


@http_route("/a")
@http_route("/b/c.d", methods=("POST", "DELETE"))
def both(_: object, __: object) -> str:
    return "tea"


def test_a_function_may_have_several_paths() -> None:
    second, first = routes_of(both)
    assert (first.path, first.methods) == ("/a", {"GET", "HEAD"})
    assert (second.path, second.methods) == ("/b/c.d", {"POST", "DELETE"})
    assert first.name == f"{__name__}.both"
    assert routes_of(print) == []
    assert both(None, None) == "tea"


@pytest.mark.parametrize("path", ["", "a", "/a b", "/a?b", "/a//b", "/ü", "/a#", None, "/%41"])
def test_a_path_that_nobody_could_ask_for_is_an_error(path: Any) -> None:
    with pytest.raises(TypeError, match="cannot be the path of a route"):
        http_route(path)


@pytest.mark.parametrize("methods", ["TRACE", (), ["get"], ["CONNECT", "GET"]])
def test_a_method_that_no_route_has_is_an_error(methods: Any) -> None:
    with pytest.raises(TypeError, match="methods must be some of DELETE, GET, PATCH, POST, PUT"):
        http_route("/", methods=methods)


def answers(function: Any, clock: Clock | None = None) -> tuple[Routes, Route, list[HttpResponse]]:
    routes = Routes(Isolation(clock or Clock()))
    (route,) = routes_of(http_route("/")(function))
    found: list[HttpResponse] = []
    answered = routes.answer(route, HttpRequest("GET", "/", body=b"secret"))
    answered.addCallback(lambda written: found.append(written.response))
    return routes, route, found


def test_a_route_is_found_by_its_whole_path() -> None:
    routes, route, found = answers(lambda hub, request: f"{hub} {request.path}")
    assert routes.at("/plugin/x/") == {}
    routes.replace({"/plugin/x/": {"GET": route}})
    assert routes.at("/plugin/x/") == {"GET": route}
    assert found == [HttpResponse("None /")]


def test_one_that_fails_or_hangs_is_answered_for() -> None:
    clock = Clock()

    def fails(_: object, request: HttpRequest) -> None:
        raise ValueError(request.text)

    async def hangs(_: object, __: object) -> None:
        from twisted.internet.defer import Deferred

        await Deferred()

    with capturedLogs() as logs:
        _, _, failed = answers(fails)
        _, _, hung = answers(hangs, clock)
        assert hung == []
        clock.advance(ANSWER_WITHIN)
    sorry = HttpResponse("This failed. It has been logged.\n", 500)
    assert (failed, hung) == ([sorry], [sorry])
    assert "secret" not in str(logs)
