"""
The factory of the web door: what it counts, and who takes what.
"""

from __future__ import annotations

from attrs import frozen
from shared_port import Port
from twisted.logger import capturedLogs
from twisted.python.failure import Failure

from twisted_chat.doors.web.factory import MOST_BODIES, WebFactory
from twisted_chat.doors.web.hooks import HookReceiver
from twisted_chat.doors.web.protocol import OPEN_PER_HOST, WebProtocol
from twisted_chat.doors.web.routes import RouteReceiver
from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import NO_LIMITS, Chat


@frozen
class Settings:
    trusted_proxy: tuple[str, ...] = ("192.0.2.9",)
    web_origin: tuple[str, ...] = ("https://a.example",)
    max_message: int = 7
    web: str = "off"


def made(limits: Limits = NO_LIMITS) -> WebFactory:
    return WebFactory(Chat(limits=limits).hub)


def test_settings_count_from_the_next_request_on() -> None:
    factory = made()
    assert factory.has_page
    factory.refresh(Settings(), "motd")
    assert (factory.has_page, factory.max_message) == (False, 7)
    assert factory.origins == ("https://a.example",)
    assert factory.proxies.networks
    assert isinstance(factory.buildProtocol(None), WebProtocol)


def test_an_address_has_so_many_connections_and_requests() -> None:
    factory = made(Limits(http_rate=Rate(OPEN_PER_HOST + 2, 60)))
    assert [factory.admits("a") for _ in range(OPEN_PER_HOST)] == [True] * OPEN_PER_HOST
    assert not factory.admits("a")
    assert factory.admits("b")
    factory.release("a")
    factory.release("a")
    assert factory.admits("a")
    assert factory.may_ask("a")
    assert not factory.may_ask("a")
    # Behind a proxy each request says whose it is.
    assert factory.admits(None)
    assert factory.connections == OPEN_PER_HOST + 2


def test_one_that_waits_is_counted_by_the_port() -> None:
    port = Port()
    client = port.connect()
    client.sends(b"GET /health HTTP/1.1\r\n\r\n")
    assert (port.web.connections, port.admission.total) == (0, 1)
    client.sends(b"GET /")
    assert (port.web.connections, port.admission.total) == (1, 1)
    client.hangs_up()
    assert (port.web.connections, port.admission.total) == (0, 0)


def test_webhooks_and_plugins_take_what_is_theirs() -> None:
    factory = made()
    assert isinstance(factory.receiver("/hook/x"), HookReceiver)
    assert isinstance(factory.receiver("/plugin/x/y"), RouteReceiver)
    for path in ("/", "/hook", "/hooks/x", "/health", "/a/hook/x"):
        assert factory.receiver(path) is None


def test_bodies_are_counted_together() -> None:
    factory = made()
    assert factory.begin_body(MOST_BODIES)
    assert not factory.begin_body(1)
    assert factory.begin_body(0)
    factory.end_body(MOST_BODIES)
    assert factory.begin_body(1)


def test_a_bug_is_logged_without_what_was_sent() -> None:
    with capturedLogs() as logs:
        made().report(Failure(RuntimeError("oops")))
    (event,) = logs
    assert event["log_format"].startswith("A request of HTTP failed")
