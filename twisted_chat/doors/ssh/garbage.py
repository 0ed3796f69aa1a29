"""
Garbage: what a client may not send, told apart from our own bugs.
"""

from __future__ import annotations

from struct import error as struct_error
from struct import unpack
from traceback import walk_tb

from twisted.conch.error import ConchError

_CONCH, _OURS = "twisted.conch", "twisted_chat"
_THIS_DOOR = "twisted_chat.doors.ssh"


class Garbage(ValueError):
    """
    A client has sent what it may not.
    """


def read_numbers(data: bytes, count: int) -> tuple[int, ...]:
    """
    Return the first ``count`` numbers of 32 bits in ``data`` (RFC 4251, section 5: uint32).

    Raises:
        Garbage: there are fewer.
    """
    try:
        return unpack(f">{count}L", data[: 4 * count])
    except struct_error as error:
        raise Garbage("a number is missing") from error


def is_own_fault(error: BaseException) -> bool:
    """
    Return whether ``error``, which was raised while something from a client was taken, is a bug.

    What Conch raises, or what it calls, is an answer to what was sent.  What is raised by
    ourselves, or below another part of the server, is none.
    """
    if isinstance(error, (Garbage, ConchError)):
        return False
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    names = [str(frame.f_globals.get("__name__", "")) for frame in frames]
    known = [name for name in names if _is_within(name, _CONCH) or _is_within(name, _OURS)]
    others = [name for name in known if not _is_within(name, _THIS_DOOR)]
    return _is_within("".join(known[-1:]), _OURS) or any(_is_within(x, _OURS) for x in others)


def _is_within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")
