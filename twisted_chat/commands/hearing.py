"""
Hearing: functions of plugins that are called with the lines that fit a pattern.
"""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from twisted_chat.commands.parameters.params import param_for
from twisted_chat.delivery.hooks import hook_of
from twisted_chat.errors import ChatError
from twisted_chat.events import Said, SaidAsNotice, SaidByBot
from twisted_chat.text.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.parameters.params import Param
    from twisted_chat.hub import Hub

_Function = TypeVar("_Function", bound="Callable[..., Any]")
# Lines that programs say.
_NO_TALK = (SaidAsNotice, SaidByBot)


def hears(pattern: str) -> Callable[[_Function], _Function]:
    """
    Call the function after every line that is said in a room and fits ``pattern``.

    It is called as ``function(hub, event, name=value)``, with what the pattern captures, read as a
    parameter of a command is; a line that cannot be read so is not meant.  What programs say as
    notices is not heard, nor what bots and webhooks say.  Otherwise it is as with ``@on(Said)``.

    Args:
        pattern: words: ``thanks {who}``; as `text.patterns.compile_pattern`.

    Raises:
        TypeError: it is no pattern, or the parameters of the function are others.
    """
    try:
        found = compile_pattern(pattern)
    except ValueError as error:
        raise TypeError(f"{pattern!r}: {error}") from None

    def decorate(function: _Function) -> _Function:
        params = _params(function, found.names)
        match = found.match

        def heard(event: Said) -> dict[str, str] | None:
            captured = match(event.text)
            return None if captured is None or isinstance(event, _NO_TALK) else captured

        def call(hub: Hub, event: Said, **captured: str) -> Any:
            try:
                user = hub.find_user(event.nick)
                values = {
                    name: params[name].read(hub.world, user, word)
                    for name, word in captured.items()
                }
            except (ValueError, ChatError):
                return None
            return function(hub, event, **values)

        hook = evolve(hook_of(function, Said), function=call if params else function, heard=heard)
        function.__dict__.setdefault("__chat_hooks__", []).append(hook)
        return function

    return decorate


def _params(function: Callable[..., Any], names: tuple[str, ...]) -> dict[str, Param]:
    where = f"{function.__module__}.{function.__qualname__}"
    _, _, *given = inspect.signature(function).parameters.values() or (None, None)
    if sorted(each.name for each in given) != sorted(names):
        captured = ", ".join(names) or "nothing else"
        raise TypeError(f"{where} must take the hub, the event, and {captured}")
    hints = typing.get_type_hints(function, include_extras=True)
    try:
        return {name: param_for(name, hints.get(name, str)) for name in names}
    except TypeError as error:
        raise TypeError(f"{where}: {error}") from None
