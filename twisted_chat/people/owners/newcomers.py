"""
Newcomers: accounts that the admin program makes while the server runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import CancelledError, Deferred

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import AccountTakenIn
from twisted_chat.world.model import Account

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.interface import Store
    from twisted_chat.world.world import World

#: Seconds from one question to the next.
INTERVAL = 2.0


@define(eq=False)
class Newcomers:
    """
    Takes in the accounts that the admin program has made.

    Args:
        world: holds the accounts.
        fanout: has it kept that they were taken in.
        store: knows which these are.
        log: for failures of our own.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _log: LimitedLogger
    _timer: IDelayedCall | None = field(init=False, default=None)
    _asking: Deferred[None] | None = field(init=False, default=None)

    def start(self) -> None:
        """
        Ask now, and again and again.
        """
        self._timer = self._world.clock.callLater(0, self._ask)

    def stop(self) -> None:
        """
        Ask no more.
        """
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        if self._asking is not None:
            self._asking.cancel()

    def _ask(self) -> None:
        self._asking = Deferred.fromCoroutine(self._take_in())
        self._asking.addErrback(lambda failure: failure.trap(CancelledError))
        self._asking.addCallback(self._rest)

    def _rest(self, _: object) -> None:
        self._asking = None
        if self._timer is not None:
            self._timer = self._world.clock.callLater(INTERVAL, self._ask)

    async def _take_in(self) -> None:
        try:
            for each in await self._store.made_elsewhere():
                if self._world.account_called(each.id) is None:
                    # Who is here under this name keeps it until they leave.
                    self._world.add_account(Account(each.id, each.name, each.key, each.roles))
                self._fanout.keep(AccountTakenIn(each.id))
        except CancelledError:
            raise
        except StoreFailed:
            # The store's failures are told elsewhere; later is soon enough.
            return
        except Exception:
            self._log.report("Accounts of the admin program could not be taken in")
