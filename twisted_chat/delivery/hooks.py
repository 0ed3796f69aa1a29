"""
Hooks of plugins: ``@on`` after an event, ``@filters`` before one.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, Never, TypeAlias, TypeVar

from attrs import define, field, fields, frozen

from twisted_chat.delivery.labels import request_now, unlabelled
from twisted_chat.delivery.programs.screens import Screens
from twisted_chat.errors import ChatError
from twisted_chat.events import Acted, Announced, Edited, Event, Said, Told, TopicChanged
from twisted_chat.text.checks import require_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted_chat.isolation import Isolation

_E = TypeVar("_E", bound=Event)
_Function = TypeVar("_Function", bound="Callable[..., Any]")

#: The kinds of events that pass the filters first: all that hold words of users.
FILTERED = (Said, Acted, Edited, Told, TopicChanged, Announced, Event)

# A hook that causes events that it handles would never end.
_DEEPEST = 4


@frozen
class Hook:
    """
    A function of a plugin, and the kind of event it is for.

    Attributes:
        before: it is a filter, called before the event.
        name: its name in the log.
        heard: returns what of an event it is called with besides, by name, or None if it is not
            meant; called for each event of its kind.  None to be called with every one.
    """

    function: Callable[..., Any]
    kind: type[Event]
    before: bool
    name: str
    heard: Callable[[Any], Mapping[str, Any] | None] | None = None


def on(kind: type[Event], *others: Never) -> Callable[[_Function], _Function]:
    """
    Call the function after every event of ``kind``.

    It is called as ``function(hub, event)`` and may be an ``async def``.  Its result is ignored,
    and a `ChatError` that it raises is logged, because there is no user to tell.  ``on(Event)`` is
    for all events.

    Raises:
        TypeError: there is more than one kind.
    """
    _refuse_several("on", others)
    return _mark(kind, before=False)


def filters(kind: type[Event], *others: Never) -> Callable[[_Function], _Function]:
    """
    Call the function before every event of ``kind``, one of `FILTERED`.

    It is called as ``function(hub, event)``.  It returns None to let the event pass, an event to
    replace it (``attrs.evolve(event, text=...)``), or raises `ChatError` to refuse it; the user
    who caused the event reads its text.

    Raises:
        TypeError: the function is an ``async def``, events of this kind are not filtered, or there
            is more than one kind.
    """
    _refuse_several("filters", others)
    mark = _mark(kind, before=True)
    if kind not in FILTERED:
        names = ", ".join(each.__name__ for each in FILTERED)
        raise TypeError(f"{kind!r} cannot be filtered, only {names}")

    def decorate(function: _Function) -> _Function:
        if inspect.iscoroutinefunction(function):
            raise TypeError(f"{function.__qualname__}: the event cannot wait for an async filter")
        return mark(function)

    return decorate


def _refuse_several(decorator: str, others: tuple[object, ...]) -> None:
    if others:
        raise TypeError(
            f"@{decorator} is for one kind of event: for several, stack one above the other"
        )


def _mark(kind: type[Event], *, before: bool) -> Callable[[_Function], _Function]:
    if not (isinstance(kind, type) and issubclass(kind, Event)):
        raise TypeError(f"an event's class is needed, not {kind!r}")

    def decorate(function: _Function) -> _Function:
        hooks: list[Hook] = function.__dict__.setdefault("__chat_hooks__", [])
        hooks.append(hook_of(function, kind, before=before))
        return function

    return decorate


def hook_of(function: Callable[..., Any], kind: type[Event], *, before: bool = False) -> Hook:
    """
    Return the hook that calls ``function`` with events of ``kind``.
    """
    return Hook(function, kind, before, f"{function.__module__}.{function.__qualname__}")


def hooks_of(function: object) -> list[Hook]:
    """
    Return what `on` and `filters` made of ``function``; empty for anything else.
    """
    found: list[Hook] = getattr(function, "__dict__", {}).get("__chat_hooks__", [])
    return found


def _check_like(result: object, event: Event) -> None:
    """
    Raise a TypeError or ValueError if ``result`` cannot replace ``event``.
    """
    kind = type(event).__name__
    if type(result) is not type(event):
        raise TypeError(f"returned {type(result).__name__}, not {kind} or None")
    for name in (attribute.name for attribute in fields(type(event))):
        found, wanted = type(getattr(result, name)), type(getattr(event, name))
        if found is not wanted:
            raise TypeError(
                f"returned a {kind} whose {name} is {found.__name__}, not {wanted.__name__}"
            )
        if wanted is str:
            require_sendable(getattr(result, name))


# The name, function, and `Hook.heard` of one: each line goes through them, so they are no object.
_Entry: TypeAlias = (
    "tuple[str, Callable[..., Any], Callable[[Any], Mapping[str, Any] | None] | None]"
)


class _ByKind(dict[type[Event], tuple[_Entry, ...]]):
    """
    The hooks for events of each kind, found when the first one happens.
    """

    def __init__(self, hooks: tuple[Hook, ...] = ()) -> None:
        super().__init__()
        self._hooks = hooks

    def __bool__(self) -> bool:
        return bool(self._hooks)

    def __missing__(self, kind: type[Event]) -> tuple[_Entry, ...]:
        found = self[kind] = tuple(
            (each.name, each.function, each.heard)
            for each in self._hooks
            if issubclass(kind, each.kind)
        )
        return found


@define(eq=False)
class Hooks:
    """
    The hooks in force, called in the order in which they were added.

    Attributes:
        check: there are filters, or screens.
        hear: there are hooks that are called after events.  Both are asked for each line, so they
            are bare values.
        screens: the filters in other processes.
        given: what each of them is called with, before the event: the hub.
    """

    _isolation: Isolation
    check: bool = field(init=False, default=False)
    hear: bool = field(init=False, default=False)
    given: object = field(init=False, default=None)
    screens: Screens = field(init=False)
    _filters: _ByKind = field(init=False, factory=_ByKind)
    _handlers: _ByKind = field(init=False, factory=_ByKind)
    _filtering: int = field(init=False, default=0)
    _telling: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.screens = Screens(self._note_any)

    def _note_any(self) -> None:
        self.check = bool(self._filters) or self.screens.exist
        self.hear = bool(self._handlers)

    def replace(self, hooks: tuple[Hook, ...]) -> None:
        """
        Replace all hooks by ``hooks``; the screens stay.
        """
        self._filters = _ByKind(tuple(hook for hook in hooks if hook.before))
        self._handlers = _ByKind(tuple(hook for hook in hooks if not hook.before))
        self._note_any()

    def before(self, event: _E) -> _E:
        """
        Return ``event`` as changed by the filters.

        A filter that fails is skipped: a bug in it must not silence the room.

        Raises:
            ChatError: a filter refuses it.
        """
        filters = self._filters[type(event)]
        if not filters or self._filtering >= _DEEPEST:
            return event
        self._filtering += 1
        try:
            for name, function, _ in filters:
                event = self._filter(name, function, event)
        finally:
            self._filtering -= 1
        return event

    def after(self, event: Event) -> None:
        """
        Call the hooks for ``event``.
        """
        handlers = self._handlers[type(event)]
        if not handlers or self._telling >= _DEEPEST:
            return
        if request_now() is not None:
            # What a plugin says to it is no reply to the session that brought it about.
            with unlabelled():
                self.after(event)
            return
        run, off, given = self._isolation.run, self._isolation.off, self.given
        self._telling += 1
        try:
            for name, function, heard in handlers:
                call = function
                if heard is not None:
                    captured = heard(event)
                    if captured is None:
                        continue
                    call = partial(function, **captured)
                if name not in off:
                    run(name, call, given, event, secret=event, asks=False)
        finally:
            self._telling -= 1

    def _filter(self, name: str, function: Callable[..., Any], event: _E) -> _E:
        if self._isolation.is_off(name):
            return event
        outcome = [event]
        refusals: list[ChatError] = []

        def done(result: Any) -> None:
            if result is None:
                return
            _check_like(result, event)
            outcome[0] = result

        run, given, refused = self._isolation.run, self.given, refusals.append
        run(
            name,
            function,
            given,
            event,
            done=done,
            refused=refused,
            secret=event,
            asks=False,
        )
        if refusals:
            raise refusals[0]
        return outcome[0]
