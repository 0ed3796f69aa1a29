"""
What tests of several modules share.
"""

from types import ModuleType
from typing import Any

from twisted_chat import Context, command
from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat, Person


def chat_with(*functions: Any, limits: Limits = NO_LIMITS) -> Chat:
    """
    Return a chat with a plugin of these commands.
    """
    modules: dict[str, ModuleType] = {}
    for function in functions:
        name = function.__module__
        vars(modules.setdefault(name, ModuleType(name)))[function.__name__] = function
    return Chat(*modules.values(), limits=limits)


def alone(*functions: Any) -> Person:
    return chat_with(*functions).arrive("alice")


@command(aliases=["hi", "hello"])
def greet(ctx: Context, who: str = "world") -> str:
    """Greet a user.

    This is for readers of the code.
    """
    return f"Hello {who}."


@command(cooldown=5, aliases=["b"])
def boast(ctx: Context, times: int = 1) -> str:
    """Boast."""
    return "I am great." * times
