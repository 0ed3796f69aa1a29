"""
Asking other servers by HTTP with Twisted's agent, over checked connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import Factory, define, field
from OpenSSL.SSL import Error as SslError
from service_identity import VerificationError
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Protocol
from twisted.web.client import (
    URI,
    Agent,
    BrowserLikePolicyForHTTPS,
    HTTPConnectionPool,
    ResponseDone,
)
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory, IBodyProducer
from zope.interface import implementer

from twisted_chat.errors import HttpFailed
from twisted_chat.http.client import HttpAnswer, origin_of
from twisted_chat.server.outgoing.checked import CheckedEndpoint
from twisted_chat.server.outgoing.lookups import Lookups

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IConsumer, IStreamClientEndpoint
    from twisted.python.failure import Failure
    from twisted.web.iweb import IPolicyForHTTPS, IResponse

    from twisted_chat.http.addresses import Allowed
    from twisted_chat.http.client import Asked

# Bytes of headers, and of what TLS puts around all.
_AROUND = 1 << 17
_TOO_MUCH = "answered more than {most} bytes"


@implementer(IAgentEndpointFactory)
@define(eq=False)
class _Endpoints:
    """
    Returns the endpoints of one request.
    """

    _connect: Callable[[str, int], CheckedEndpoint]
    _policy: IPolicyForHTTPS

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        """
        Return where ``uri`` is.
        """
        plain = self._connect(uri.host.decode("ascii"), uri.port)
        if uri.scheme == b"http":
            return plain
        creator = self._policy.creatorForNetloc(uri.host, uri.port)
        wrapped: IStreamClientEndpoint = wrapClientTLS(creator, plain)
        return wrapped


@implementer(IBodyProducer)
class _Sent:
    """
    Sends a body that is in memory.
    """

    def __init__(self, body: bytes) -> None:
        self.length = len(body)
        self._body = body

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """
        Send it.
        """
        consumer.write(self._body)
        return succeed(None)

    def stopProducing(self) -> None:
        """
        Do nothing: all is sent.
        """

    pauseProducing = resumeProducing = stopProducing


class _Body(Protocol):
    """
    Gathers a body, up to a limit.
    """

    def __init__(self, host: str, most: int) -> None:
        self.done: Deferred[bytes] = Deferred()
        self._host, self._most = host, most
        self._data = bytearray()

    def dataReceived(self, data: bytes) -> None:
        """
        Add a part of it.
        """
        self._data += data
        if len(self._data) > self._most and not self.done.called:
            self.done.errback(HttpFailed(self._host, _TOO_MUCH.format(most=self._most)))

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]  # always with one
        """
        Fire: it has come, or the connection is lost.
        """
        if self.done.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            # Without a length, its end is that of the connection (RFC 9112, section 6.3).
            self.done.callback(bytes(self._data))
        else:
            self.done.errback(HttpFailed(self._host, "broke off in the midst of its answer"))


@define(eq=False)
class AgentFetch:
    """
    Does single requests: a `Fetch`.

    Args:
        reactor: connects.
        allowed: returns which addresses may be asked.
        policy: says which certificates are trusted: those that this machine trusts.
        lookup: returns the addresses of a name.
    """

    _reactor: Any
    _allowed: Callable[[], Allowed]
    _policy: IPolicyForHTTPS = field(factory=BrowserLikePolicyForHTTPS)
    _lookup: Callable[[str], Deferred[list[str]]] = field(
        default=Factory(lambda self: Lookups(self._reactor), takes_self=True)
    )

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        """
        Return what is answered; cancelled when time is up.

        Returns:
            may fail with `HttpFailed`.
        """
        return Deferred.fromCoroutine(self._fetch(asked))

    async def _fetch(self, asked: Asked) -> HttpAnswer:
        _, host, _ = origin_of(asked.url)
        most = asked.most + _AROUND
        made: list[CheckedEndpoint] = []

        def connect(name: str, port: int) -> CheckedEndpoint:
            given = self._reactor, name, port, self._allowed(), most, self._lookup
            made.append(CheckedEndpoint(*given))
            return made[-1]

        endpoints = _Endpoints(connect, self._policy)
        pool = HTTPConnectionPool(self._reactor, persistent=False)
        pool.retryAutomatically = False
        agent = Agent.usingEndpointFactory(self._reactor, endpoints, pool)
        headers = Headers({name: [value] for name, value in asked.headers.items()})
        producer = _Sent(asked.body) if asked.body else None
        try:
            response = await agent.request(
                asked.method.encode("ascii"), _sent(asked.url), headers, producer
            )
            body = await _body_of(response, host, asked.most)
        except (HttpFailed, CancelledError):
            raise
        except Exception as error:
            if any(isinstance(each, CancelledError) for each in _reasons_of(error)):
                raise CancelledError from error
            raise HttpFailed(host, _why(error)) from error
        finally:
            # Whatever the other side still has to say.
            for endpoint in made:
                endpoint.cut()
        return HttpAnswer(response.code, _fields_of(response), body, asked.url)


def _sent(url: str) -> bytes:
    # What stands behind # is for the program that shows the page.
    return urlsplit(url)._replace(fragment="").geturl().encode("ascii")


def _fields_of(response: IResponse) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.getAllRawHeaders()
    }


def _body_of(response: Any, host: str, most: int) -> Deferred[bytes]:
    body = _Body(host, most)
    response.deliverBody(body)
    return body.done


def _reasons_of(error: Exception) -> list[BaseException | None]:
    # Those of a request that failed in the midst.
    found: list[Failure] = getattr(error, "reasons", [])
    return [each.value for each in found]


def _why(error: Exception) -> str:
    """
    Return why a server was not asked, or did not answer, in words after its name.
    """
    reasons = _reasons_of(error)
    if any(isinstance(each, SslError | VerificationError) for each in (error, *reasons)):
        return "has no certificate that can be trusted"
    if reasons:
        is_silent = all(isinstance(each, ConnectionLost) for each in reasons)
        return "ended the connection" if is_silent else "answered something else than HTTP"
    return "cannot be reached"
