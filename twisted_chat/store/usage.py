"""
What a store takes of its disk.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Usage:
    """
    What a store takes.

    Attributes:
        size: bytes of its files.
        free: bytes that are left on its disk; None if it has none.
    """

    size: int = 0
    free: int | None = None
