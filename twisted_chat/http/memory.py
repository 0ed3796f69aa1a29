"""
HTTP in memory, for tests of plugins: what they answer, and what others answer them.
"""

from __future__ import annotations

import json as json_
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from attrs import define, field
from twisted.internet.defer import Deferred, succeed

from twisted_chat.errors import HttpFailed
from twisted_chat.http.messages import HttpRequest
from twisted_chat.http.routes import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.http.client import Asked, HttpAnswer
    from twisted_chat.http.messages import HttpResponse, Written
    from twisted_chat.http.routes import Routes

_NOTHING: Mapping[str, str] = {}


@define(eq=False)
class MemoryWeb:
    """
    All servers of HTTP that there are in a test: a `Fetch`.

    Args:
        routes: those of the plugins.
        settle: lets the server do its work.

    Attributes:
        pages: what is answered, by URL.
        asked: what was asked for, the earliest first.
    """

    _routes: Routes
    _settle: Callable[[], object]
    pages: dict[str, HttpAnswer] = field(init=False, factory=dict)
    asked: list[Asked] = field(init=False, factory=list)

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        """
        Return the page that is asked for.

        Raises:
            HttpFailed: there is none.
        """
        self.asked.append(asked)
        if asked.url not in self.pages:
            raise HttpFailed(urlsplit(asked.url).hostname or "", "is not in chat.web.pages")
        return succeed(self.pages[asked.url])

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        body: bytes = b"",
        headers: Mapping[str, str] = _NOTHING,
    ) -> HttpResponse | None:
        """
        Send a request to a plugin, and return its response; None if that has not come yet.

        Args:
            path: the whole path, such as ``/plugin/build/status?of=main``.
            json: sent as JSON, if it is not None.
            body: sent as it is.
            headers: by name.

        Raises:
            LookupError: no plugin answers this.
        """
        where, _, query = path.partition("?")
        route = self._routes.at(where)[method]
        _, _, rest = where.removeprefix(PREFIX).partition("/")
        request = HttpRequest(
            method,
            f"/{rest}",
            dict(parse_qsl(query, keep_blank_values=True)),
            {name.lower(): value for name, value in headers.items()},
            body if json is None else json_.dumps(json).encode(),
            "192.0.2.1",
        )
        found: list[Written] = []
        self._routes.answer(route, request).addCallback(found.append)
        self._settle()
        return found[0].response if found else None
