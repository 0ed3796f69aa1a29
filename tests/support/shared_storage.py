"""
What tests of several modules share: a plugin that keeps things.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from stores import SlowStore
from twisted.internet.task import Clock

from twisted_chat.storage.storage import Storage
from twisted_chat.store.interface import Store
from twisted_chat.testing import Chat


def plugin_of(name: str, **functions: Any) -> ModuleType:
    """
    Return a module with these functions, as if they stood in it.
    """
    module = ModuleType(name)
    for function in functions.values():
        function.__module__ = name
    vars(module).update(functions)
    return module


def kept_by(chat: Chat, plugin: str = "poll") -> Storage:
    return chat.hub.storage(plugin)


def later(chat: Chat, *plugins: ModuleType) -> Chat:
    """
    Return the server that is started after ``chat``, on what that has kept.
    """
    chat.advance()
    clock = Clock()
    clock.advance(chat.clock.seconds())
    return Chat(*plugins, store=chat.hub.store, clock=clock)


def slow_chat(*plugins: ModuleType) -> tuple[Chat, SlowStore]:
    """
    Return a server whose disk answers when it is told to.
    """
    store = SlowStore(is_slow=False, slow=("write",))
    kept: Store = store
    return Chat(*plugins, store=kept), store
