"""
Following a room: what was said before, and then each line that is said, each once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.spans import number_of
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.events import Event
    from twisted_chat.replies.pages import Recalled


@define(eq=False)
class Follower:
    """
    Holds what is said while the page of before is read, and shows then what is not on it.

    Args:
        room: the folded name of the room.
        show: shows an event.
    """

    _room: str
    _show: Callable[[Event], None]
    # None once the page is shown.
    _held: list[Event] | None = field(init=False, factory=list)
    _page: Sequence[Recalled] = field(init=False, default=())

    def read(self, page: Sequence[Recalled]) -> None:
        """
        Note what is on the page.
        """
        self._page = page

    def hear(self, event: Event) -> None:
        """
        Show ``event``, if it is of the room, once the page is shown.
        """
        if fold(getattr(event, "room", "") or "") != self._room:
            return
        if self._held is not None:
            self._held.append(event)
        else:
            self._show(event)

    def go_on(self) -> None:
        """
        Show what was said since the page was read, and from now on what is said.
        """
        held, self._held = self._held or [], None
        last = max((line.number for line in self._page), default=0)
        shown = [line.event for line in self._page]
        for event in held:
            number = number_of(event)
            if number > last or not (number or event in shown):
                self._show(event)
        self._page = ()
