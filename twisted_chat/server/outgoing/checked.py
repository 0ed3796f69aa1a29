"""
Checked connections: a name is resolved once, and what is connected to is an address that may be.

So a name that changes between the check and the connection leads nowhere else.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from zope.interface import implementer

from twisted_chat.errors import HttpFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IProtocolFactory

    from twisted_chat.http.addresses import Allowed

#: Seconds to wait for one address before the next is tried.
CONNECT_WITHIN = 3.0
#: Addresses of one name that are tried.
MOST_TRIED = 4
# Ports where something else than HTTP is spoken are below this, besides those of HTTP.
_FREE, _USUAL = 1024, (80, 443)
#: Why a name is not connected to.  It is the same whether there is none or it may not be asked:
#: otherwise users could find out by a plugin which names there are inside.
NOT_REACHED = "cannot be reached: there is no such host, or it is not on the public internet"
#: Why a port is not connected to; it says nothing of the host.
NOT_THIS_PORT = "is not asked at port {port}: it must be 80, 443, or 1024 or above"


class _Bounded(ProtocolWrapper):
    """
    Ends a connection on which more comes than anybody asked for, such as headers without end.
    """

    _left = 0

    def makeConnection(self, transport: Any) -> None:
        """
        Begin to count.
        """
        self._left = self.factory.most
        super().makeConnection(transport)

    def dataReceived(self, data: bytes) -> None:
        """
        Count ``data``, and pass it on.
        """
        self._left -= len(data)
        if self._left < 0:
            transport: Any = self.transport
            transport.abortConnection()
        else:
            super().dataReceived(data)


class _BoundedFactory(WrappingFactory):
    protocol = _Bounded
    noisy = False

    def __init__(self, wrapped: IProtocolFactory, most: int) -> None:
        super().__init__(wrapped)
        self.most = most


@implementer(IStreamClientEndpoint)
@define(eq=False)
class CheckedEndpoint:
    """
    Connects to the first address of a host that may be asked and answers.

    Args:
        reactor: connects.
        host: a name or an address.
        allowed: which addresses may be asked.
        most: bytes that may come.
        lookup: returns the addresses of a name.
    """

    _reactor: Any
    _host: str
    _port: int
    _allowed: Allowed
    _most: int
    _lookup: Callable[[str], Deferred[list[str]]]
    _open: Any = field(init=False, default=None)

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:  # noqa: N803  # its name
        """
        Connect.

        Returns:
            fails with `HttpFailed` if no address may be asked, and with `ConnectError` if none
            answers.
        """
        return Deferred.fromCoroutine(self._connect(protocolFactory))

    async def _connect(self, factory: IProtocolFactory) -> Any:
        found = [each for each in await self._lookup(self._host) if self._may_ask(each)]
        if not found:
            why = NOT_REACHED if self._is_http else NOT_THIS_PORT.format(port=self._port)
            raise HttpFailed(self._host, why)
        failure: ConnectError | None = None
        for address in _ipv4_first(found)[:MOST_TRIED]:
            kind = TCP6ClientEndpoint if ":" in address else TCP4ClientEndpoint
            endpoint = kind(self._reactor, address, self._port, timeout=CONNECT_WITHIN)
            try:
                self._open = await endpoint.connect(_BoundedFactory(factory, self._most))
            except ConnectError as error:
                failure = error
            else:
                return self._open.wrappedProtocol
        assert failure is not None
        raise failure

    def cut(self) -> None:
        """
        End the connection at once, if there is one.
        """
        if self._open is not None:
            self._open.transport.abortConnection()

    def _may_ask(self, address: str) -> bool:
        try:
            if self._allowed.names(address):
                return True
            return self._is_http and self._allowed.admits(address)
        except ValueError:
            return False

    @property
    def _is_http(self) -> bool:
        return self._port in _USUAL or self._port >= _FREE


def _ipv4_first(addresses: Sequence[str]) -> list[str]:
    # More hosts have no way to IPv6 than none to IPv4.
    return sorted(
        dict.fromkeys(addresses),
        key=lambda each: ipaddress.ip_address(each.partition("%")[0]).version,
    )
