"""
Devices: where the programs of an account are, which come to it with a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError
from twisted_chat.events import Departure
from twisted_chat.replies.people import Device, Unlinked
from twisted_chat.replies.people import Devices as Listed
from twisted_chat.replies.server import Cause, Closed

if TYPE_CHECKING:
    from twisted_chat.auth.tokens import Tokens
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.programs.visits import Visits
    from twisted_chat.store.tokens import Token
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World


@define(eq=False)
class Devices:
    """
    Lists and removes the devices of accounts.

    Args:
        world: knows the time.
        tokens: are what they come with.
        visits: end with them.
        connections: are closed.
    """

    _world: World
    _tokens: Tokens
    _visits: Visits
    _connections: Connections

    def list(self, session: Session) -> Listed:
        """
        Return the devices of the account of ``session``.

        A device keeps its number, however all are used, until an earlier one ends.

        Raises:
            NotAllowed: it is logged in to none.
        """
        tokens = self._tokens.of(session.require_account())
        rows = [_row(number, token) for number, token in enumerate(tokens, 1)]
        return Listed(self._world.now(), tuple(rows))

    def unlink(self, session: Session, number: int) -> Unlinked:
        """
        End the token of a device of the account of ``session``, and its session.

        Args:
            number: of the device, as `list` has it.

        Raises:
            NotAllowed: it is logged in to no account.
            ChatError: there is no such device.
        """
        tokens = self._tokens.of(session.require_account())
        if not 0 < number <= len(tokens):
            raise ChatError(
                f"There is no device {number}. /devices lists them.",
                code="no-such-device",
                number=number,
            )
        token = tokens[number - 1]
        visit = self._visits.of_token(token)
        self._visits.end(token)
        now = self._world.now()
        if visit is not None and visit.session is not session:
            farewell = Closed(now, Cause.GHOST, session.nick)
            self._connections.close(visit.session, farewell, Departure(cause="ghost"))
        return Unlinked(now, _row(number, token))


def _row(number: int, token: Token) -> Device:
    return Device(number, token.device, token.made_at, token.used_at, token.is_open)
