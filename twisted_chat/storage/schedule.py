"""
A schedule: one call that is to come, as it is kept.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve, frozen

from twisted_chat.storage.json_values import as_json, of_json

if TYPE_CHECKING:
    from twisted_chat.store.plugins import Place

#: Seconds between two times that are the same one.
ROUNDING = 0.001


@frozen
class Schedule:
    """
    A call that is to come.

    Attributes:
        place: of its plugin, and the account that it belongs to.
        key: that of its plugin.
        function: its name in the plugin's module.
        args: as JSON, a list.
        at: when it comes, in seconds since the epoch.
        every: seconds from one call to the next; 0 for a single one.
        tries: starts of the server at which it was late.
    """

    place: Place
    key: str
    function: str
    args: str
    at: float
    every: float = 0.0
    tries: int = 0

    @property
    def name(self) -> str:
        """
        What the function is called in the log.
        """
        return f"{self.place.plugin}.{self.function}"

    @property
    def value(self) -> str:
        """
        What is kept of it.
        """
        kept = asdict(self, filter=lambda attribute, _: attribute.name not in {"place", "key"})
        return as_json(kept)

    @classmethod
    def of(cls, place: Place, key: str, value: str) -> Schedule:
        """
        Return the schedule that is kept as ``value``.
        """
        kept: Any = of_json(value)
        return cls(place, key, **kept)

    def after(self, now: float) -> Schedule:
        """
        Return it with its next time after ``now``; times that have passed are left out.
        """
        missed = max(0, math.floor((now - self.at) / self.every)) + 1
        return evolve(self, at=self.at + missed * self.every, tries=0)

    def is_same(self, begun: Schedule, *, counts: bool) -> bool:
        """
        Return whether ``begun``, which is to be called again and again, would change nothing.

        Args:
            counts: it matters from when on ``begun`` is counted.
        """
        if evolve(self, at=begun.at, tries=0) != begun:
            return False
        off = (self.at - begun.at) % begun.every
        return not counts or min(off, begun.every - off) < ROUNDING
