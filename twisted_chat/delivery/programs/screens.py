"""
Screens: filters in other processes, for whose answer the lines of a room wait in their order.

The lines of other rooms do not wait, and a room that no screen covers knows nothing of this.
"""

from __future__ import annotations

from collections import deque
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.python.failure import Failure

    from twisted_chat.events import Event
    from twisted_chat.world.model import Room


class Screen(Protocol):
    """
    A filter in another process.
    """

    def covers(self, room: Room, event: Event) -> bool:
        """
        Return whether ``event`` in ``room`` is to be checked.
        """

    def check(self, event: Event) -> Deferred[Event]:
        """
        Check ``event``.

        Returns:
            fires within a few seconds, with the event as it may be told; fails with a `ChatError`
            if it may not.
        """


@define(eq=False)
class _Waiting:
    """
    A line that waits.

    Attributes:
        go: tells it; it is called with ``args`` and the event.
        done: fires with what ``go`` returns.
        context: the request that it is a part of.
        event: as it may be told; None until that is known.
        refusal: why it may not; likewise.
    """

    go: Callable[..., Any]
    args: tuple[Any, ...]
    done: Deferred[Any]
    context: Context
    event: Event | None = None
    refusal: Failure | None = None


@define(eq=False)
class Screens:
    """
    The screens there are, and the lines that wait for them.

    Args:
        on_changed: called when there are other screens.

    Attributes:
        exist: there are any.
    """

    _on_changed: Callable[[], None]
    exist: bool = field(init=False, default=False)
    _screens: tuple[Screen, ...] = field(init=False, default=())
    # By the key of the room.
    _queues: dict[str, deque[_Waiting]] = field(init=False, factory=dict)

    def add(self, screen: Screen) -> None:
        """
        Add ``screen``, which checks lines behind the others.
        """
        self._set((*(each for each in self._screens if each is not screen), screen))

    def remove(self, screen: Screen) -> None:
        """
        Undo `add`; lines that wait for it go on when it answers.
        """
        self._set(tuple(each for each in self._screens if each is not screen))

    def _set(self, screens: tuple[Screen, ...]) -> None:
        self._screens = screens
        self.exist = bool(screens)
        self._on_changed()

    def wait(
        self, room: Room, event: Event, go: Callable[..., Any], *args: Any
    ) -> Deferred[Any] | None:
        """
        Check ``event`` in ``room``, and call ``go`` behind the lines before it.

        It is called with ``args`` and the event.

        Returns:
            fires with what ``go`` returns, or fails with why the event may not be told; None if
            nobody checks it: then nothing is called.
        """
        if not self._screens:
            return None
        screens = [each for each in self._screens if each.covers(room, event)]
        if not screens:
            return None
        waiting = _Waiting(go, args, Deferred(), copy_context())
        queue = self._queues.get(room.key)
        if queue is None:
            queue = self._queues[room.key] = deque()
        queue.append(waiting)
        self._check(room.key, waiting, event, screens)
        return waiting.done

    def _check(self, key: str, waiting: _Waiting, event: Any, screens: Sequence[Screen]) -> None:
        if not screens:
            waiting.event = event
            self._go_on(key)
            return
        first, *others = screens
        first.check(event).addCallbacks(
            lambda checked: self._check(key, waiting, checked, others),
            lambda failure: self._refuse(key, waiting, failure),
        )

    def _refuse(self, key: str, waiting: _Waiting, failure: Failure) -> None:
        waiting.refusal = failure
        self._go_on(key)

    def _go_on(self, key: str) -> None:
        """
        Tell the first lines of a room, up to one that is still being checked.
        """
        queue = self._queues.get(key)
        while queue and (queue[0].event is not None or queue[0].refusal is not None):
            waiting = queue.popleft()
            waiting.context.run(_settle, waiting)
        if not queue:
            self._queues.pop(key, None)


def _settle(waiting: _Waiting) -> None:
    if waiting.refusal is not None:
        waiting.done.errback(waiting.refusal)
        return
    try:
        result = waiting.go(*waiting.args, waiting.event)
    except ChatError as refusal:
        waiting.done.errback(refusal)
    except Exception:  # it is logged by what waits
        waiting.done.errback()
    else:
        if isinstance(result, Deferred):
            result.chainDeferred(waiting.done)
        else:
            waiting.done.callback(result)
