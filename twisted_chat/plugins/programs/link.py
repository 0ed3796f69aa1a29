"""
The link to a program that is a plugin: what is sent to it, and the log that names it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.log import LimitedLogger

if TYPE_CHECKING:
    from twisted_chat.events import Event
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

_log = Logger()


@define(eq=False)
class Link:
    """
    The link to one program.

    Args:
        name: of its plugin.
        hub: is asked.

    Attributes:
        session: its connection; None while there is none.
        log: for what it may cause again and again.
    """

    name: str
    hub: Hub
    session: Session | None = field(init=False, default=None)
    log: LimitedLogger = field(init=False)
    _numbers: itertools.count[int] = field(init=False, factory=lambda: itertools.count(1))

    def __attrs_post_init__(self) -> None:
        self.log = LimitedLogger(_log, self.hub.seconds)

    def next_number(self) -> int:
        """
        Return a number for what the program is to answer.
        """
        return next(self._numbers)

    def send(self, event: Event) -> None:
        """
        Send ``event`` at once, past the turn: it is no answer, and a line may wait for it.
        """
        session = self.session
        if session is not None and not session.closed:
            session.client.write(session.view.dialect.render(event))
