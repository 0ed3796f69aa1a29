"""
Labels: what a program calls a request of its own is on each of the replies to it.

A request lasts as long as what it brings about: a coroutine that it has begun goes on in it
(PEP 567), and so does a function that is kept for later by `keep`.  So does a command whose
client shows what its user says by itself, but not what they say by a command.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Token

    from twisted_chat.world.model import Session

_P = ParamSpec("_P")
_R = TypeVar("_R")

_request: ContextVar[tuple[Session, str] | None] = ContextVar("request", default=None)
# Whose command is being done, which its client does not show.
_command: ContextVar[Session | None] = ContextVar("command", default=None)

#: Returns whose labelled request is being done, and its label; None where there is no label.  It
#: is called for each line, so it is the bare method.
request_now = _request.get


@define(eq=False)
class _Within:
    """
    Does what stands within as a part of a request, or of a command; None for none.

    There is one for each line that a program says, so it is no generator, which takes thrice as
    long.
    """

    _variable: ContextVar[Any]
    _value: Any
    _before: Token[Any] = field(init=False)

    def __enter__(self) -> None:
        self._before = self._variable.set(self._value)

    def __exit__(self, *_: object) -> None:
        self._variable.reset(self._before)


def labelled(session: Session, label: str) -> _Within:
    """
    Do what stands within as a request of ``session`` with this ``label``.
    """
    return _Within(_request, (session, label))


def unlabelled() -> _Within:
    """
    Do what stands within as no part of the request that brings it about.
    """
    return _Within(_request, None)


def label_of(session: Session) -> str:
    """
    Return the label of the request that is being done, if it is one of ``session``; else nothing.
    """
    request = _request.get()
    return request[1] if request is not None and request[0] is session else ""


def commanded(session: Session) -> _Within:
    """
    Do what stands within as a command of ``session``, whose client does not show what that says.
    """
    return _Within(_command, session)


def is_shown(session: Session) -> bool:
    """
    Return whether the client of ``session`` shows by itself what its user says now.
    """
    return session.shows_own and _command.get() is not session


def keep(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """
    Return ``function``, to be called later as a part of what is being done now.
    """
    request, command = _request.get(), _command.get()
    if request is None and command is None:
        return function

    @wraps(function)
    def kept(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with _Within(_request, request), _Within(_command, command):
            return function(*args, **kwargs)

    return kept
