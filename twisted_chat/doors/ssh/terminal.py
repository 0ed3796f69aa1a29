"""
The terminal of a client of SSH (RFC 4254, section 6.2): its name and its width.
"""

from __future__ import annotations

from attrs import evolve, frozen
from twisted.conch.ssh.common import getNS

from twisted_chat.doors.ssh.garbage import read_numbers

# Columns of a terminal, at most.
_WIDEST = 1000


@frozen
class Terminal:
    """
    The terminal of a client.

    Attributes:
        kind: its name, such as ``xterm-256color``.
        columns: its width.
    """

    kind: str
    columns: int

    @classmethod
    def read(cls, data: bytes) -> Terminal:
        """
        Return the terminal that the client asks for by ``data``, that of a ``pty-req``.

        Raises:
            Garbage: there is less in it than that.
        """
        name, rest = getNS(data)
        columns, _ = read_numbers(rest, 2)
        return cls(name.decode("ascii", "replace"), min(columns, _WIDEST))

    def resized(self, data: bytes) -> Terminal:
        """
        Return the terminal with the width that is in ``data``, that of a ``window-change``.

        Raises:
            Garbage: there is less in it than that.
        """
        columns, _ = read_numbers(data, 2)
        return evolve(self, columns=min(columns, _WIDEST))
