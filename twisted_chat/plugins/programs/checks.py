"""
Checks: lines that wait for the verdict of a program that filters them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen
from twisted.internet.defer import Deferred

from twisted_chat.errors import ChatError
from twisted_chat.events import TopicChanged
from twisted_chat.limits import require_few_lines
from twisted_chat.replies.programs import Check
from twisted_chat.text.clean import clean_lines
from twisted_chat.text.names import shows

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.events import Event
    from twisted_chat.plugins.programs.link import Link
    from twisted_chat.world.model import Room

#: Seconds within which a program must check a line.
CHECK_WITHIN = 1.0


@frozen
class _Checked:
    event: Event
    checked: Deferred[Event]
    timer: IDelayedCall


@define(eq=False)
class Checks:
    """
    The filter of one program: a `Screen`.

    Args:
        link: sends what is to be checked.
        is_closed: nothing is said that is not checked; if not, it is said unchanged.
        may_know: returns whether the program may know of a room.

    Attributes:
        is_ready: the program is there, and checks.
    """

    _link: Link
    _is_closed: bool
    _may_know: Callable[[Room], bool]
    is_ready: bool = field(init=False, default=False)
    _kinds: tuple[type[Event], ...] = field(init=False, default=())
    # The keys of the rooms in which it filters; none for all in which it may.
    _rooms: frozenset[str] = field(init=False, default=frozenset())
    _waiting: dict[int, _Checked] = field(init=False, factory=dict)

    def watch(self, kinds: tuple[type[Event], ...], rooms: frozenset[str] = frozenset()) -> None:
        """
        Check events of ``kinds`` from now on, in the rooms with these keys, or in all.
        """
        self._kinds, self._rooms = kinds, rooms
        screens = self._link.hub.hooks.screens
        if kinds:
            screens.add(self)
        else:
            screens.remove(self)

    def covers(self, room: Room, event: Event) -> bool:
        """
        Return whether ``event`` in ``room`` is to be checked.
        """
        return (
            isinstance(event, self._kinds)
            and (not self._rooms or room.key in self._rooms)
            and self._may_know(room)
        )

    def check(self, event: Event) -> Deferred[Event]:
        """
        Have ``event`` checked, as `Screen.check`.
        """
        checked: Deferred[Event] = Deferred()
        if not self.is_ready:
            checked.errback(_unchecked())
            return checked
        link = self._link
        number = link.next_number()
        timer = link.hub.clock.callLater(CHECK_WITHIN, self._give_up)
        self._waiting[number] = _Checked(event, checked, timer)
        link.send(Check(link.hub.now(), number, event))
        return checked

    def decide(self, number: int, text: str | None, refusal: str) -> None:
        """
        Let a line be told or not.

        Args:
            number: of the check.
            text: in the place of its text; None for as it is.
            refusal: why it may not be told; empty if it may.

        Raises:
            ChatError: no such line waits any more, or it cannot have that text.
        """
        if number not in self._waiting:
            raise ChatError(f"No check {number} waits for a verdict.", code="no-such-check")
        if text is not None:
            text = clean_lines(text)
            require_few_lines(text)
            if not shows(text):
                raise ChatError("A line needs a text that shows something.", code="bad-request")
        waiting = self._end(number)
        event: Any = waiting.event
        if refusal:
            waiting.checked.errback(ChatError(refusal, code="filtered"))
        elif text is None:
            waiting.checked.callback(event)
        elif isinstance(event, TopicChanged):
            waiting.checked.callback(evolve(event, topic=text))
        else:
            waiting.checked.callback(evolve(event, text=text))

    def stop(self) -> None:
        """
        Answer all checks that wait, as the operator wants that where nobody checks.

        If lines may be said unchecked, none is checked until `watch`.
        """
        settle: list[Callable[[], None]] = []
        for number in tuple(self._waiting):
            waiting = self._end(number)
            if self._is_closed:
                settle.append(partial(waiting.checked.errback, _unchecked()))
            else:
                settle.append(partial(waiting.checked.callback, waiting.event))
        if not self._is_closed:
            self._link.hub.hooks.screens.remove(self)
        for each in settle:
            each()

    def _end(self, number: int) -> _Checked:
        waiting = self._waiting.pop(number)
        if waiting.timer.active():
            waiting.timer.cancel()
        return waiting

    def _give_up(self) -> None:
        self._link.log.warn(  # noqa: G010  # not one of the logging module's
            "Program {name} did not check a line within {seconds:g} s: {what}",
            name=self._link.name,
            seconds=CHECK_WITHIN,
            what="no line is said until it does" if self._is_closed else "it filters no more",
        )
        self.stop()


def _unchecked() -> ChatError:
    return ChatError(
        "Lines cannot be checked here at the moment. Please try again later.", code="unchecked"
    )
