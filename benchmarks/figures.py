"""
Figures: percentiles of a run, and the medians and spread of several.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def percentile(ascending: Sequence[float], share: float) -> float:
    """
    Return the value that ``share`` of a sorted sequence do not pass; NaN if there are none.
    """
    if not ascending:
        return math.nan
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]


@frozen
class Spread:
    """
    A figure over several rounds.
    """

    median: float
    lowest: float
    highest: float
    rounds: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """
        Return the spread of ``values``; of NaN, if all of them are.
        """
        known = [value for value in values if not math.isnan(value)]
        if not known:
            return cls(math.nan, math.nan, math.nan, 0)
        return cls(statistics.median(known), min(known), max(known), len(known))


def latency(microseconds: Iterable[float]) -> dict[str, float]:
    """
    Return p50, p99 and maximum, in milliseconds.
    """
    ascending = sorted(microseconds)
    return {
        "p50_ms": percentile(ascending, 0.5) / 1000,
        "p99_ms": percentile(ascending, 0.99) / 1000,
        "max_ms": percentile(ascending, 1.0) / 1000,
        "latencies": len(ascending),
    }
