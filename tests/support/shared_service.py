"""
What tests of several modules share.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.testing import MemoryReactorClock

from twisted_chat.server import settings as all_settings
from twisted_chat.server.service import ChatService


class Reactor(MemoryReactorClock):
    """
    Keeps what wants to run when the reactor runs: to take signals is not for a test.
    """

    def callWhenRunning(self, function: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        pass


def started(settings: all_settings.Settings, reread: Any = None) -> tuple[Reactor, ChatService]:
    reactor = Reactor()
    service = ChatService(reactor, settings, reread)
    service.listen()
    service.startService()
    return reactor, service
