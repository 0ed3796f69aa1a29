"""
Answers: what the last requests of one session were answered, for a program that has lost that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.events import Event

#: The requests of one session whose answers are kept, and the bytes of all these, as they were
#: sent; of more, the earliest are forgotten.
MOST_REQUESTS, MOST_BYTES = 100, 32768


@define
class _Answer:
    events: list[Event] = field(factory=list)
    size: int = 0


@define(eq=False)
class Answers:
    """
    Keeps the answers to requests that are done once only, by their labels.
    """

    # Of requests that are being done, and of those that are done, the earliest first; of nearly
    # all sessions there are none.
    _begun: dict[str, _Answer] | None = field(init=False, default=None)
    _done: dict[str, _Answer] | None = field(init=False, default=None)
    _size: int = field(init=False, default=0)

    def begin(self, label: str) -> None:
        """
        Keep what the request ``label`` is answered from now on.
        """
        begun = self._begun = self._begun or {}
        begun[label] = _Answer()
        if len(begun) > MOST_REQUESTS:
            # Of so many at once, none is answered yet.
            del begun[next(iter(begun))]

    def note(self, label: str, event: Event, size: int) -> None:
        """
        Keep ``event``, which answers the request ``label``, if it was begun.

        Args:
            size: bytes that it is sent as.
        """
        answer = self._begun.get(label) if self._begun else None
        if answer is not None:
            answer.size += size
            if answer.size <= MOST_BYTES:
                answer.events.append(event)

    def end(self, label: str, *, is_done: bool) -> None:
        """
        Note that the request ``label`` is done, or refused.

        What it was answered is forgotten as a whole if it is too long.
        """
        answer = self._begun.pop(label, None) if self._begun else None
        if answer is None or not is_done or not answer.events or answer.size > MOST_BYTES:
            return
        done = self._done = self._done or {}
        done[label] = answer
        self._size += answer.size
        while len(done) > MOST_REQUESTS or self._size > MOST_BYTES:
            self._size -= done.pop(next(iter(done))).size

    def to(self, label: str) -> Sequence[Event]:
        """
        Return what the request ``label`` was answered; nothing if that is not kept.
        """
        answer = self._done.get(label) if self._done else None
        return () if answer is None else answer.events
