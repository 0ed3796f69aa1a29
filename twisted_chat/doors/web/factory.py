"""
The factory of the web door: its limits, whose requests count, and who takes those with a body.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from typing import Protocol as Interface

from twisted.internet.protocol import ServerFactory

from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.web.hooks import HookReceiver
from twisted_chat.doors.web.protocol import OPEN_PER_HOST, WebProtocol
from twisted_chat.doors.web.routes import RouteReceiver
from twisted_chat.http.routes import PREFIX
from twisted_chat.limits import HostRates
from twisted_chat.people.owners.webhooks import PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from twisted_chat.doors.web.page import Page
    from twisted_chat.doors.web.protocol import Waiting
    from twisted_chat.doors.web.receivers import Receiver
    from twisted_chat.hub import Hub

#: Bytes of bodies that all clients together may send at once.
MOST_BODIES = 32 << 20


class WebSettings(Interface):
    """
    What an operator sets for this door.
    """

    @property
    def trusted_proxy(self) -> Sequence[str]:
        """
        The proxies whose headers count.
        """

    @property
    def web_origin(self) -> Sequence[str]:
        """
        Other sites whose pages may connect.
        """

    @property
    def max_message(self) -> int:
        """
        Bytes in one message; 0 is no limit.
        """

    @property
    def web(self) -> str:
        """
        Whether the page is shown: on or off.
        """


class WebFactory(ServerFactory[WebProtocol]):
    """
    Makes a `WebProtocol` for each connection.

    Args:
        hub: has the limits and the clock.
        is_proxied: a proxy sends the client's address ahead of the first bytes.

    Attributes:
        proxies: whose headers count.
        origins: other sites whose pages may connect, and ask plugins, such as ``https://chat.example.org``.
        has_page: the page is shown, if there is one.
        page: for browsers; None where it could not connect.
        sockets: returns the factory that opens WebSockets; None where there is none.
        waiting: counts connections between two requests; None where each is for one.
        connections: the number of open connections, but those.
        receivers: who takes the requests to the paths that begin so.
        max_message: bytes in what a webhook says; 0 is no limit.
    """

    noisy = False

    def __init__(self, hub: Hub, *, is_proxied: bool = False) -> None:
        self.hub = hub
        self.has_page = True
        self.page: Page | None = None
        self.is_proxied = is_proxied
        self.proxies = Proxies()
        self.origins: Sequence[str] = ()
        self.sockets: Callable[[], Any] | None = None
        self.waiting: Waiting | None = None
        self.connections = 0
        self.max_message = 0
        self.receivers: dict[str, Receiver] = {
            PATH: HookReceiver(hub, lambda: self.max_message),
            PREFIX: RouteReceiver(hub.routes, lambda: self.origins),
        }
        self._bodies = 0
        self._rates = HostRates()
        self._open: Counter[str] = Counter()

    def refresh(self, settings: WebSettings, motd: str) -> None:
        """
        Apply new settings, from the next request on; the message of the day is not for browsers.
        """
        del motd
        self.proxies = Proxies.read(settings.trusted_proxy)
        self.origins = settings.web_origin
        self.has_page = settings.web == "on"
        self.max_message = settings.max_message

    def admits(self, host: str | None) -> bool:
        """
        Count a connection of ``host`` and its request, and return whether they are taken.
        """
        self.connections += 1
        if host is None:
            return True
        self._open[host] += 1
        is_few = self._open[host] <= OPEN_PER_HOST or not self.hub.world.limits.max_per_host
        return is_few and self.may_ask(host)

    def release(self, host: str | None) -> None:
        """
        Count a connection of ``host`` no longer.
        """
        self.connections -= 1
        if host is not None:
            self._open[host] -= 1
            if not self._open[host]:
                del self._open[host]

    def rest(self, connection: WebProtocol) -> None:
        """
        Count ``connection`` as one that waits for another request.
        """
        self.release(connection.host)
        if self.waiting is not None:
            self.waiting.await_again(connection)

    def wake(self, connection: WebProtocol) -> None:
        """
        Count ``connection`` as one that waits no longer.
        """
        if self.waiting is not None:
            self.waiting.let_go(connection)

    def receiver(self, path: str) -> Receiver | None:
        """
        Return who takes requests to ``path``; None if nobody does.
        """
        found = (each for start, each in self.receivers.items() if path.startswith(start))
        return next(found, None)

    def begin_body(self, length: int) -> bool:
        """
        Count a body of so many bytes that comes, and return whether there is room for it.
        """
        if self._bodies + length > MOST_BODIES:
            return False
        self._bodies += length
        return True

    def end_body(self, length: int) -> None:
        """
        Count a body no longer.
        """
        self._bodies -= length

    def report(self, failure: Failure) -> None:
        """
        Log a bug of ours, with nothing that a client has sent.
        """
        try:
            failure.raiseException()
        except Exception:  # noqa: BLE001  # it is logged
            self.hub.isolation.log.report("A request of HTTP failed")

    def may_ask(self, host: str | None) -> bool:
        """
        Count a request of ``host``, and return whether it is answered.
        """
        limits, now = self.hub.world.limits, self.hub.clock.seconds()
        return self._rates.admits(host, limits.http_rate, limits, now)

    def buildProtocol(self, addr: IAddress | None) -> WebProtocol:
        """
        Return the protocol for a connection.
        """
        return WebProtocol(self)
