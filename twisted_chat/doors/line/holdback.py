"""
Holds back lines that may be a secret, typed ahead or behind an interrupt: nobody reads them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Seconds within which a line came with the one before it: a paste, or a script.
TOGETHER = 2.0
#: Seconds after which only lines that came at once behind each other count as one paste still, and
#: within which they did: a user who goes on typing is not held back for ever.
LONGEST, AT_ONCE = 10.0, 0.5


@define(eq=False)
class HoldBack:
    """
    Which of one connection's lines go nowhere: those that come at once behind what is secret.

    A person reads that a line was held back, and that takes longer than a paste does.  So the
    first pause ends it; for who makes none, `LONGEST` does.

    Args:
        seconds: returns the time.
    """

    _seconds: Callable[[], float]
    _until: float = field(init=False, default=-math.inf)
    # When a pause within a paste ends it too.
    _ends_at: float = field(init=False, default=-math.inf)
    # Lines that are held back however late they come.
    _owed: int = field(init=False, default=0)
    # So is the one that has begun.
    _has_begun: bool = field(init=False, default=False)
    _paused_at: float = field(init=False, default=math.inf)

    @property
    def is_on(self) -> bool:
        """
        Whether what comes now is held back, for it came together with what was before.
        """
        return self._has_begun or self._seconds() < self._until

    def begin(self, lines: int = 0, *, has_begun: bool = False) -> None:
        """
        Hold back what comes at once, or so many ``lines`` however late and what is behind them.

        Args:
            has_begun: also the line that has begun, however late its end comes.
        """
        if lines:
            self._owed = max(self._owed, lines)
        else:
            self._until = self._seconds() + TOGETHER
            self._ends_at = self._seconds() + LONGEST
        self._has_begun = self._has_begun or has_begun

    def end(self) -> None:
        """
        Hold no more lines back: the next one to begin is an answer.
        """
        self._until, self._owed = -math.inf, 0

    def takes(self, lines: Sequence[bytes | None], *, goes_on: bool) -> bool:
        """
        Return whether what was read now is held back: its ``lines``, or what it only begins.

        Args:
            goes_on: behind the lines another one has begun.
        """
        now = self._seconds()
        is_on = self.is_on or bool(self._owed)
        held = sum(line != b"" for line in lines) if is_on else 0
        if held:
            if self._owed:
                self._ends_at = now + LONGEST
            self._until = max(now + AT_ONCE, min(now + TOGETHER, self._ends_at))
            self._owed = max(0, self._owed - held)
        if lines or not self._has_begun:
            self._has_begun = goes_on and now < self._until
        return is_on

    def pause(self) -> None:
        """
        Let no time pass while nothing is read: what comes then may have come long before.
        """
        self._paused_at = self._seconds()

    def resume(self) -> None:
        """
        Undo `pause`.
        """
        if self._until > self._paused_at:
            self._until = self._seconds() + TOGETHER
            self._ends_at += self._seconds() - self._paused_at
        self._paused_at = math.inf
