"""
Checks: lines that wait for the verdict of a program that filters them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen
from twisted.internet.defer import Deferred

from twisted_chat.errors import ChatError
from twisted_chat.events import TopicChanged
from twisted_chat.replies.programs import Check, ChecksEnded
from twisted_chat.text.checks import require_few_lines
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
#: Seconds for which one that did not is asked nothing, where lines are said without it: at first,
#: and at most, as it is twice as long each time until it answers.
FIRST_REST, LONGEST_REST = 1.0, 60.0


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
    # Those that the program missed last, for a verdict that comes too late.
    _missed: tuple[int, ...] = field(init=False, default=())
    # For how long it is asked nothing, and until when.
    _rest: float = field(init=False, default=0.0)
    _rests_until: float = field(init=False, default=0.0)

    def watch(self, kinds: tuple[type[Event], ...], rooms: frozenset[str] = frozenset()) -> None:
        """
        Check events of ``kinds`` from now on, in the rooms with these keys, or in all.
        """
        self._kinds, self._rooms = kinds, rooms
        self._rest = self._rests_until = 0.0
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
            and self._link.hub.clock.seconds() >= self._rests_until
        )

    def check(self, event: Event) -> Deferred[Event]:
        """
        Check ``event``, as `Screen.check`.
        """
        checked: Deferred[Event] = Deferred()
        if not self.is_ready:
            checked.errback(_unchecked())
            return checked
        link = self._link
        number, clock = link.next_number(), link.hub.clock
        due = clock.seconds() + CHECK_WITHIN
        timer = clock.callLater(CHECK_WITHIN, self._look_again, number, due)
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
        if number in self._missed:
            raise ChatError(
                f"Check {number} has ended: it was not answered within {CHECK_WITHIN:g} s.",
                code="check-ended",
            )
        if number not in self._waiting:
            raise ChatError(f"No check {number} waits for a verdict.", code="no-such-check")
        if text is not None:
            text = clean_lines(text)
            require_few_lines(text)
            if not shows(text):
                raise ChatError("A line needs a text that shows something.", code="bad-request")
        self._rest = 0.0
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
        settle = self._pass_over()
        if not self._is_closed:
            self._link.hub.hooks.screens.remove(self)
        settle()

    def _pass_over(self) -> Callable[[], None]:
        """
        Let no check wait any more, and return what answers those that did.
        """
        ended = [self._end(number) for number in tuple(self._waiting)]

        def settle() -> None:
            for each in ended:
                if self._is_closed:
                    each.checked.errback(_unchecked())
                else:
                    each.checked.callback(each.event)

        return settle

    def _end(self, number: int) -> _Checked:
        waiting = self._waiting.pop(number)
        if waiting.timer.active():
            waiting.timer.cancel()
        return waiting

    def _look_again(self, number: int, due: float) -> None:
        """
        Give up a check whose time is over, if it is not answered by what has come already.

        Timers run before what has come is read.  If the server itself stood still, the program had
        no time either: it gets as long as that was, and at most its time once more.
        """
        clock = self._link.hub.clock
        late = clock.seconds() - due
        clock.callLater(min(late, CHECK_WITHIN), self._give_up, number)

    def _give_up(self, number: int) -> None:
        if number not in self._waiting:
            return
        link = self._link
        self._missed = tuple(self._waiting)
        settle = self._pass_over()
        if not self._is_closed:
            self._rest = min(max(2 * self._rest, FIRST_REST), LONGEST_REST)
            self._rests_until = link.hub.clock.seconds() + self._rest
        link.log.warn(  # noqa: G010  # not one of the logging module's
            "Program {name} did not check a line within {seconds:g} s: {what}",
            name=link.name,
            seconds=CHECK_WITHIN,
            what="no line is said until it does"
            if self._is_closed
            else f"lines are said without it for {self._rest:g} s",
        )
        is_said = not self._is_closed
        link.send(ChecksEnded(link.hub.now(), self._missed, is_said, self._rest))
        settle()


def _unchecked() -> ChatError:
    return ChatError(
        "Lines cannot be checked here at the moment. Please try again later.", code="unchecked"
    )
