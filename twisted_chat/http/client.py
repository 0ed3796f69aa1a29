"""
What plugins ask by HTTP: ``await ctx.http.get("https://api.example/weather")``.

Each request is bounded in time and size, follows few redirects, keeps no cookies, and reaches no
address that `Allowed` does not admit; that is asked for each hop, of the address that is then
connected to.
"""

from __future__ import annotations

import json as json_
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from attrs import define, field, frozen
from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as TimedOut

from twisted_chat.errors import HttpFailed
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime

#: Seconds for one request with its redirects, if nothing else is said, and at most: less than a
#: command has, so that its user reads why it fails.
TIMEOUT, LONGEST = 8.0, 60.0
#: Bytes of a body that is read, if nothing else is said, and at most.
SIZE, LARGEST = 1 << 20, 16 << 20
#: Redirects that are followed.
MOST_REDIRECTS = 5
#: Requests of all plugins at once.
MOST_AT_ONCE = 100
#: Why a server is not asked where there are more.
TOO_MANY = "is not asked, as too many others are"
_NOTHING: Mapping[str, str] = {}
_MOVED, _OTHER = {301, 302}, 303
_REDIRECTS = {*_MOVED, _OTHER, 307, 308}
# What another site is given: all else may be a secret, such as X-Api-Key or PRIVATE-TOKEN.
_FOR_ALL = {"Accept", "Content-Type", "User-Agent"}
_USUAL = {"http": 80, "https": 443}
# Octets of one part of a host's name (RFC 1035, section 2.3.4).
_LONGEST_LABEL = 63


@frozen
class HttpAnswer:
    """
    What a server answered.

    Attributes:
        status: such as 200; those from 400 on are no error here.
        headers: by name in lower case.
        body: as it came.
        url: where it came from, after all redirects.
    """

    status: int
    headers: Mapping[str, str] = field(default=_NOTHING, repr=False)
    body: bytes = field(default=b"", repr=False)
    url: str = ""

    @property
    def is_ok(self) -> bool:
        """
        Whether the status is from 200 to 299.
        """
        return self.status // 100 == 2  # the class of successes

    @property
    def text(self) -> str:
        """
        The body as text; what is not UTF-8 becomes U+FFFD.
        """
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """
        Return what the body holds as JSON.

        Raises:
            HttpFailed: it is none.
        """
        try:
            return json_.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise HttpFailed(_host_of(self.url), "answered something else than JSON") from error


@frozen
class Asked:
    """
    One request, without its redirects.

    Attributes:
        url: with a scheme and a host.
        most: bytes of the body of the answer.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    most: int


class Fetch(Protocol):
    """
    Does single requests; it follows no redirects.
    """

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        """
        Return what is answered; cancelled when time is up.

        Returns:
            may fail with `HttpFailed`.
        """


class NoFetch:
    """
    Where nothing can be asked: a server in memory.
    """

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        """
        Refuse ``asked``.
        """
        raise HttpFailed(_host_of(asked.url), "cannot be asked by a server in memory")


@define(eq=False)
class HttpClient:
    """
    Asks other servers for plugins.

    Args:
        clock: limits the time.

    Attributes:
        inner: does each request.
    """

    _clock: IReactorTime
    inner: Fetch = field(factory=NoFetch)
    _running: int = field(init=False, default=0)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = _NOTHING,
        timeout: float = TIMEOUT,  # noqa: ASYNC109  # of Twisted's clock
        most: int = SIZE,
    ) -> HttpAnswer:
        """
        Ask for what is at ``url``; the rest is as for `request`.
        """
        return await self.request("GET", url, headers=headers, timeout=timeout, most=most)

    async def post(
        self,
        url: str,
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        body: str | bytes = b"",
        headers: Mapping[str, str] = _NOTHING,
        timeout: float = TIMEOUT,  # noqa: ASYNC109  # of Twisted's clock
        most: int = SIZE,
    ) -> HttpAnswer:
        """
        Send something to ``url``; the rest is as for `request`.
        """
        return await self.request(
            "POST", url, json=json, form=form, body=body, headers=headers, timeout=timeout,
            most=most,
        )  # fmt: skip

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        body: str | bytes = b"",
        headers: Mapping[str, str] = _NOTHING,
        timeout: float = TIMEOUT,  # noqa: ASYNC109  # of Twisted's clock
        most: int = SIZE,
    ) -> HttpAnswer:
        """
        Send a request of HTTP, and return what is answered.

        Args:
            method: such as ``PUT``.
            url: with http or https.
            json: sent as JSON, if it is not None.
            form: sent as a form, if it is not None.
            body: sent as it is, a text in UTF-8.
            headers: by name.
            timeout: seconds for all, redirects too, more than 0; at most `LONGEST`.
            most: bytes of the answer, from 0; at most `LARGEST`.

        Raises:
            HttpFailed: the address may not be asked, or does not answer, or too much or too late.
            ValueError: ``timeout`` or ``most`` is too small.
        """
        if not timeout > 0:
            raise ValueError(f"timeout must be more than 0 seconds, not {timeout}.")
        if most < 0:
            raise ValueError(f"most must be 0 bytes or more, not {most}.")
        host = split(url).hostname or ""
        sent, kind = _body_of(json, form, body)
        own = {"User-Agent": f"twisted-chat/{VERSION}", "Accept": "*/*"}
        own |= {"Content-Type": kind} if kind else {}
        given = {_titled(name): value for name, value in headers.items()}
        asked = Asked(method.upper(), url, own | given, sent, min(most, LARGEST))
        if self._running >= MOST_AT_ONCE:
            raise HttpFailed(host, TOO_MANY)
        self._running += 1
        try:
            following = Deferred.fromCoroutine(self._follow(asked))
            following.addTimeout(min(timeout, LONGEST), self._clock)
            return await following
        except TimedOut as error:
            raise HttpFailed(host, "took too long to answer") from error
        finally:
            self._running -= 1

    async def _follow(self, asked: Asked) -> HttpAnswer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self.inner.fetch(asked)
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not target:
                return answer
            asked = _redirected(asked, answer.status, target)
        raise HttpFailed(_host_of(asked.url), "redirects too often")


def _body_of(json: object, form: Mapping[str, str] | None, body: str | bytes) -> tuple[bytes, str]:
    if json is not None:
        return json_.dumps(json).encode(), "application/json"
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8" if body else ""
    return body, ""


def _titled(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def split(url: str) -> SplitResult:
    """
    Return the parts of ``url``.

    Raises:
        HttpFailed: it cannot be asked.
    """
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in _USUAL and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        is_whole = False
    is_written = url.isascii() and url.isprintable() and " " not in url
    if not (is_whole and is_written) or parts.username is not None:
        raise HttpFailed("", "cannot be asked")
    return parts


def _is_host(name: str) -> bool:
    """
    Return whether ``name`` can be asked for: no part of it is empty or too long.
    """
    return all(0 < len(part) <= _LONGEST_LABEL for part in name.removesuffix(".").split("."))


def origin_of(url: str) -> tuple[str, str, int]:
    """
    Return the scheme, the host and the port of ``url``.

    Raises:
        HttpFailed: it cannot be asked.
    """
    parts = split(url)
    return parts.scheme, parts.hostname or "", parts.port or _USUAL[parts.scheme]


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _redirected(asked: Asked, status: int, target: str) -> Asked:
    """
    Return what is asked next (RFC 9110, section 15.4).

    Raises:
        HttpFailed: the redirect leads where nobody may be sent.
    """
    try:
        url = urljoin(asked.url, target)
    except ValueError as error:
        raise HttpFailed("", "cannot be asked") from error
    before, after = origin_of(asked.url), origin_of(url)
    if before[0] == "https" and after[0] != "https":
        raise HttpFailed(before[1], "redirects from https to http")
    method, body, headers = asked.method, asked.body, dict(asked.headers)
    if status == _OTHER or (status in _MOVED and method == "POST"):
        method, body = "GET" if method != "HEAD" else "HEAD", b""
        headers.pop("Content-Type", None)
    if before != after:
        headers = {name: each for name, each in headers.items() if name in _FOR_ALL}
    return Asked(method, url, headers, body, asked.most)
