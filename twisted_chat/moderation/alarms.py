"""
Alarms: tell operators that the store fails, or is about to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from attrs import define, field

from twisted_chat.replies.server import Outage, Storage, StorageAlarm
from twisted_chat.store.interface import StoreFailed
from twisted_chat.text.sizes import in_units

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.delivery.decisions import Decisions
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.interface import Store
    from twisted_chat.store.usage import Usage
    from twisted_chat.world.model import User
    from twisted_chat.world.world import World

#: Seconds between two looks.
INTERVAL = 4.0
#: An alarm ends when the measure is better by so many percent of its limit, so that it does not
#: begin again with the next line.
MARGIN = 10


@define(eq=False)
class _Alarm:
    """
    One alarm, and the operators who were told of it.
    """

    what: Storage
    size: int = 0
    limit: int = 0
    is_on: bool = False
    told: WeakSet[User] = field(factory=WeakSet)


@define(eq=False)
class Alarms:
    """
    Asks every few seconds how the store is, for as long as the server runs.

    It has the journal write nothing, so that a database that was removed is a failure of the disk
    like others even if nobody says anything.  An alarm is told once to the log and to each
    operator, also to those who come later, and once again when it ends.

    Args:
        world: has the limits, and knows who is here.
        fanout: tells operators.
        journal: notices that the store fails.
        store: is looked at.
        decisions: are told of when they are saved.
        log: for alarms.
    """

    _world: World
    _fanout: Fanout
    _journal: Journal
    _store: Store
    _decisions: Decisions
    _log: LimitedLogger
    _look: IDelayedCall | None = field(init=False, default=None)
    _is_asking: bool = field(init=False, default=False)
    _is_outage: bool = field(init=False, default=False)
    # The operators who were told of that, or of its end.
    _warned: WeakSet[User] = field(init=False, factory=WeakSet)
    _disk: _Alarm = field(init=False, factory=lambda: _Alarm(Storage.DISK))
    _database: _Alarm = field(init=False, factory=lambda: _Alarm(Storage.DATABASE))

    def start(self) -> None:
        """
        Begin to look.
        """
        self._look = self._world.clock.callLater(0, self._look_once)

    def stop(self) -> None:
        """
        End that.
        """
        if self._look is not None and self._look.active():
            self._look.cancel()

    def tell_of_outage(self, *, begins: bool) -> None:
        """
        Tell operators that the store fails from now on, or works again.
        """
        self._is_outage = begins
        self._warned.clear()
        self._tell_outage()

    def _tell_outage(self) -> None:
        staff = [user for user in self._world.users.values() if user.is_staff]
        untold = [user for user in staff if user not in self._warned]
        self._warned.update(untold)
        outage = Outage(self._world.now(), is_over=not self._is_outage, lost=self._journal.lost)
        self._fanout.warn(untold, outage)

    def _look_once(self) -> None:
        self._look = self._world.clock.callLater(INTERVAL, self._look_once)
        self._journal.probe()
        self._decisions.settle()
        if self._is_outage:
            # Those who have come since.
            self._tell_outage()
        if not self._is_asking:
            # A disk that does not answer is asked once.
            self._is_asking = True
            self._store.usage().addCallback(self._judge).addErrback(self._fail)

    def _judge(self, usage: Usage) -> None:
        self._is_asking = False
        reserve, most = self._world.limits.disk_reserve, self._world.limits.database_alarm
        is_low = usage.free is not None and 100 * usage.free < reserve * (
            100 + MARGIN * self._disk.is_on
        )
        self._set(self._disk, is_low, usage.free or 0, reserve)
        is_large = most > 0 and 100 * usage.size > most * (100 - MARGIN * self._database.is_on)
        self._set(self._database, is_large, usage.size, most)

    def _set(self, alarm: _Alarm, is_on: bool, size: int, limit: int) -> None:
        begins, ends = is_on and not alarm.is_on, alarm.is_on and not is_on
        alarm.is_on, alarm.size, alarm.limit = is_on, size, limit
        if begins:
            self._log.warn(
                "The {what} has {size}, and the limit is {limit}",
                what="disk" if alarm.what is Storage.DISK else "database",
                size=f"{in_units(size)} left" if alarm.what is Storage.DISK else in_units(size),
                limit=in_units(limit),
            )
        if ends:
            self._log.info("The alarm of the {what} is over", what=alarm.what.value)
        if is_on or ends:
            self._tell(alarm)
        if ends:
            alarm.told.clear()

    def _tell(self, alarm: _Alarm) -> None:
        told = StorageAlarm(
            self._world.now(), alarm.what, not alarm.is_on, alarm.size, alarm.limit
        )
        for user in self._world.users.values():
            # Its end is for those who know of it.
            if user.is_staff and (user in alarm.told) != alarm.is_on:
                alarm.told.add(user)
                self._fanout.tell_all(user, told)

    def _fail(self, failure: Failure) -> None:
        self._is_asking = False
        if not failure.check(StoreFailed):
            self._log.report("The store could not be looked at")
