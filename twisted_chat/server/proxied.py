"""
Connections by a proxy, which sends the client's address ahead: the PROXY protocol of HAProxy.

Twisted's parser closes a connection whose header it cannot read without a word; among these is the
short ``PROXY UNKNOWN``, with which HAProxy checks whether a server lives.  Here the log tells.
See https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, section 2.
"""

from __future__ import annotations

import struct
import time
from typing import Any

from twisted.internet.interfaces import IStreamServerEndpoint
from twisted.logger import Logger
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper, HAProxyWrappingFactory
from twisted.protocols.policies import WrappingFactory
from zope.interface import implementer

from twisted_chat.limits import Rate
from twisted_chat.log import LimitedLogger

# How often the log may tell of a header that cannot be read.
_REFUSALS = Rate(1, 60)
# The longest header of version 1, in bytes.
_LONGEST = 107


class _Proxied(HAProxyProtocolWrapper):
    """
    A connection by a proxy.
    """

    factory: _ProxiedFactory

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's
        """
        Pass ``data`` on; before that, read the header, and tell of one that cannot be read.
        """
        if self._proxyInfo is not None:
            self.wrappedProtocol.dataReceived(data)
            return
        was_closing = self.disconnecting
        try:
            super().dataReceived(data)
        except (ValueError, struct.error):
            # A port that is no number, or an address that is cut off, among others.
            if self._proxyInfo is not None:
                raise
            self.loseConnection()
        if self._proxyInfo is None and self.disconnecting and not was_closing:
            self.factory.tell(data)


class _ProxiedFactory(HAProxyWrappingFactory):
    """
    Wraps the factory of a door that a proxy connects to.
    """

    protocol = _Proxied  # type: ignore[assignment]  # it is one
    noisy = False

    def __init__(self, wrapped: Any) -> None:
        super().__init__(wrapped)
        self._log = LimitedLogger(Logger(), time.monotonic)

    def tell(self, data: bytes) -> None:
        """
        Log that a connection began with ``data``, and not with a header that can be read.
        """
        # What else came may be a user's words.
        header = data.split(b"\r\n")[0][:_LONGEST]
        what = repr(header.decode("latin-1")) if header.startswith(b"PROXY ") else "something else"
        self._log.warn(
            "A proxy began a connection with {what}, and not with the header of a client; "
            "set it to send-proxy-v2",
            at_most=_REFUSALS,
            what=what,
        )


@implementer(IStreamServerEndpoint)
class ProxiedEndpoint:
    """
    An endpoint that a proxy connects to.
    """

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def listen(self, factory: Any) -> Any:
        """
        Listen there, as `IStreamServerEndpoint.listen` does.
        """
        wrapping: WrappingFactory[Any] = _ProxiedFactory(factory)
        return self._endpoint.listen(wrapping)
