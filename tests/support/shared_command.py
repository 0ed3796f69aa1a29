"""
What tests of several modules share.
"""

import enum
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


class Side(enum.Enum):
    LEFT = "l"
    RIGHT = "r"


def taking(annotation: Any) -> Any:
    """
    Return the command /take, which shows what it took.
    """

    def take(ctx: Context, value: Any) -> str:
        """Show what was taken."""
        return repr(getattr(value, "nick", getattr(value, "name", value)))

    take.__annotations__["value"] = annotation
    return command(take)


def answers(function: Any, *lines: str) -> list[str]:
    """
    Return what alice, who is here with Bob, reads when she types ``lines``.
    """
    chat = chat_with(function)
    alice = chat.arrive("alice")
    chat.arrive("Bob")
    alice.reads()
    alice.types(*lines)
    return alice.reads()


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
