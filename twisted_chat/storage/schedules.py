"""
Schedules: functions of plugins that are called at a time, also after a restart.

A schedule is kept as a value of its plugin, and names the function.  It is removed, or goes on to
its next time, in the same turn in which the function is called: whatever the function keeps and
says in that turn is kept together with that, or none of it is and it is called again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from twisted_chat.errors import TooManySchedules
from twisted_chat.storage.json_values import as_json, of_json
from twisted_chat.storage.schedule import Schedule
from twisted_chat.store.plugins import Kind, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.delivery.turn import Decision
    from twisted_chat.isolation import Isolation
    from twisted_chat.storage.values import Values
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

#: Schedules of one plugin.
MAX_SCHEDULES = 1000
#: Seconds from one call of `every` to the next, at least.
SHORTEST = 1.0
#: Seconds after which the time of day is looked at again: its clock may be set meanwhile.
LOOK = 60.0
#: Starts of the server at which a late function is called; it may be what ended the server.
TRIES = 3


@define(eq=False)
class Schedules:
    """
    Calls functions of plugins when their time has come, one in a turn.

    Late ones are called once.  Those of plugins that are not in force wait for these to return.

    Args:
        world: knows the time.
        values: keep them, and know the plugins in force.
        isolation: calls the functions.

    Attributes:
        given: what each function is called with, before its own arguments: the hub.
    """

    _world: World
    _values: Values
    _isolation: Isolation
    given: object = field(init=False, default=None)
    # By plugin and key.
    _all: dict[tuple[str, str], Schedule] = field(init=False, factory=dict)
    _timer: IDelayedCall | None = field(init=False, default=None)
    _has_begun: bool = field(init=False, default=False)
    _is_paused: bool = field(init=False, default=True)

    def begin(self, kept: Snapshot) -> None:
        """
        Load what the store holds; nothing is called before `resume`.
        """
        for each in kept.plugin_values:
            if each.kind is Kind.SCHEDULE:
                self._all[each.plugin, each.key] = Schedule.of(each.place, each.key, each.value)

    def at(
        self,
        when: datetime | timedelta,
        function: Callable[..., object],
        *args: object,
        key: str = "",
        account: Account | None = None,
        decision: Decision | None = None,
    ) -> str:
        """
        Call ``function(hub, *args)`` once, at a time of day or after a time.

        Args:
            when: a datetime with a time zone, or the time from now.
            function: one at the top of the plugin's module.
            args: values of JSON.
            key: names it: another one of the plugin with this key takes its place.  By default it
                is the name of the function, with its arguments and its account.
            account: whose it is: it is exported and deleted with the account.
            decision: of which a user is told if it cannot be kept yet.

        Returns:
            the key, for `cancel`.

        Raises:
            TooManySchedules: the plugin has too many.
            StorageFull: the plugin would keep too much.
            TypeError: an argument is no value of JSON.
            ValueError: the time has no zone, or the function is not found by its name, or an
                argument is no JSON, or the key is too long.
            LookupError: the function is that of no plugin in force.
        """
        if isinstance(when, timedelta):
            at = self._world.now() + when.total_seconds()
        else:
            at = _seconds(when)
        made = self._made(function, args, key, account, at)
        self._put(made, decision)
        return made.key

    def every(
        self,
        interval: timedelta,
        function: Callable[..., object],
        *args: object,
        key: str = "",
        since: datetime | None = None,
        account: Account | None = None,
        decision: Decision | None = None,
    ) -> str:
        """
        Call ``function(hub, *args)`` again and again.

        The same again changes nothing, so it may stand in ``setup``.

        Args:
            interval: from one call to the next, a second at least.
            since: the time from which on that is counted; by default from now.

        The others, what is returned and the errors are those of `at`.
        """
        seconds = interval.total_seconds()
        if seconds < SHORTEST:
            raise ValueError(f"the interval is at least {SHORTEST:g} s, not {seconds:g} s")
        now = self._world.now()
        begun = evolve(
            self._made(function, args, key, account, now if since is None else _seconds(since)),
            every=seconds,
        )
        known = self._all.get((begun.place.plugin, begun.key))
        if known is not None and known.is_same(begun, counts=since is not None):
            return known.key
        self._put(begun.after(now) if begun.at <= now else begun, decision)
        return begun.key

    def cancel(self, plugin: str, key: str, decision: Decision | None = None) -> bool:
        """
        Remove the schedule of this key, and return whether there was one.

        Args:
            plugin: its name, or that of its module.
        """
        found = self._all.get((self._values.name_of(plugin), key))
        if found is None:
            return False
        self._remove(found, decision)
        self._set_timer()
        return True

    def of(self, plugin: str) -> dict[str, Schedule]:
        """
        Return those of the plugin of this name, by their keys.
        """
        return {key: each for (name, key), each in self._all.items() if name == plugin}

    def restore(self, plugin: str, before: Mapping[str, Schedule]) -> None:
        """
        Undo what a plugin has changed since it had those ``before``, as `of` returned them.
        """
        for key, each in self.of(plugin).items():
            if each != before.get(key):
                self._remove(each)
        for each in before.values():
            self._change(each)
        self._set_timer()

    def end_account(self, account: Account) -> None:
        """
        Remove those of an account that was deleted.
        """
        for name in [name for name, each in self._all.items() if each.place.account == account.id]:
            del self._all[name]

    def resume(self) -> None:
        """
        Call what is due from now on: the plugins are in force.
        """
        self._is_paused = False
        if not self._has_begun:
            self._has_begun = True
            for each in self._due():
                self._try(each)
        self._set_timer()

    def pause(self) -> None:
        """
        Call nothing: no plugin is in force.
        """
        self._is_paused = True
        self._set_timer()

    def _made(
        self,
        function: Callable[..., object],
        args: tuple[object, ...],
        key: str,
        account: Account | None,
        at: float,
    ) -> Schedule:
        plugin = self._values.name_of(function.__module__)
        name = getattr(function, "__name__", "")
        if getattr(self._values.modules[plugin], name, None) is not function:
            raise ValueError(
                f"{function!r} must stand at the top of the plugin's file: after a restart it is "
                "found by its name"
            )
        text = as_json(list(args))
        place = Place(plugin, Kind.SCHEDULE, 0, account.id if account else 0)
        # One of an account is another one than that of the next account.
        usual = f"{name}{text if args else ''}{f' {place.account}' if account else ''}"
        return Schedule(place, key or usual, name, text, at)

    def _put(self, made: Schedule, decision: Decision | None = None) -> None:
        plugin = made.place.plugin
        known = self._all.get((plugin, made.key))
        if known is None and sum(owner == plugin for owner, _ in self._all) >= MAX_SCHEDULES:
            raise TooManySchedules(plugin, MAX_SCHEDULES)
        self._values.put(made.place, made.key, made.value, decision)
        if known is not None and known.place != made.place:
            self._values.remove(known.place, known.key)
        self._all[plugin, made.key] = made
        self._set_timer()

    def _change(self, known: Schedule) -> None:
        """
        Keep ``known`` as it is now, also where the storage of its plugin is full.
        """
        self._all[known.place.plugin, known.key] = known
        self._values.put(known.place, known.key, known.value, is_limited=False)

    def _remove(self, known: Schedule, decision: Decision | None = None) -> None:
        del self._all[known.place.plugin, known.key]
        self._values.remove(known.place, known.key, decision)

    def _try(self, late: Schedule) -> None:
        """
        Note that ``late`` is about to be called late, or give it up.

        The server may have ended because of it, and would end again.
        """
        if late.tries < TRIES:
            self._change(evolve(late, tries=late.tries + 1))
            return
        self._isolation.log.warn(  # noqa: G010  # not one of the logging module's
            "{name} is given up: the server has ended {tries} times when it was to be called",
            name=late.name,
            tries=TRIES,
        )
        self._go_on(late)

    # -- the time ---------------------------------------------------------------------------------

    def _waiting(self) -> list[Schedule]:
        """
        Return those of plugins in force, without what is switched off.
        """
        return [
            each
            for each in self._all.values()
            if each.place.plugin in self._values.modules and not self._isolation.is_off(each.name)
        ]

    def _due(self) -> list[Schedule]:
        now = self._world.now()
        return sorted(
            (each for each in self._waiting() if each.at <= now), key=lambda each: each.at
        )

    def _set_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        waiting = [] if self._is_paused else self._waiting()
        if waiting:
            wait = min(max(0.0, min(each.at for each in waiting) - self._world.now()), LOOK)
            self._timer = self._world.clock.callLater(wait, self._look)

    def _look(self) -> None:
        due = self._due()
        if due:
            self._call(due[0])
        self._set_timer()

    def _call(self, due: Schedule) -> None:
        name = due.name
        function = getattr(self._values.modules[due.place.plugin], due.function, None)
        if not callable(function):
            self._isolation.log.warn(  # noqa: G010  # not one of the logging module's
                "{name} is not called and dropped: the plugin has no such function any more",
                name=name,
            )
            self._remove(due)
            return
        self._go_on(due)
        args: Any = of_json(due.args)
        self._isolation.run(name, function, self.given, *args, secret=due.args)

    def _go_on(self, due: Schedule) -> None:
        if due.every:
            self._change(due.after(self._world.now()))
        else:
            self._remove(due)


def _seconds(time: datetime) -> float:
    if time.tzinfo is None:
        raise ValueError(f"{time} needs a time zone, such as UTC: datetime(..., tzinfo=UTC)")
    return time.astimezone(UTC).timestamp()
