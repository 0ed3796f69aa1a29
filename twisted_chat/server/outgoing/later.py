"""
What asks other servers, made when a plugin asks one first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from twisted_chat.http.addresses import Allowed
    from twisted_chat.http.client import Asked, Fetch, HttpAnswer


@define(eq=False)
class LaterFetch:
    """
    An `AgentFetch`, whose libraries a server without such plugins does not hold.

    Args:
        reactor: connects.
        allowed: returns which addresses may be asked.
    """

    _reactor: Any
    _allowed: Callable[[], Allowed]
    _made: Fetch | None = field(init=False, default=None)

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        """
        Return what is answered; cancelled when time is up.
        """
        if self._made is None:
            from twisted_chat.server.outgoing.agent import AgentFetch  # noqa: PLC0415  # once used

            self._made = AgentFetch(self._reactor, self._allowed)
        return self._made.fetch(asked)
