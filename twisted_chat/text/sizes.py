"""
Sizes of files as operators write them.
"""

from __future__ import annotations

import re

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
_FACTORS = {unit.upper(): factor for unit, factor in (_UNITS | _BINARY).items()}
_SIZE = re.compile(r"(\d{1,12})\s?([KMGT]?|[KMG]i)B?", re.ASCII | re.IGNORECASE)


class Size(int):
    """
    A number of bytes, written as ``200MB``, ``5G``, ``1MiB`` or ``0``.

    A kilobyte is 1,000 bytes, and a ``KiB`` is 1,024.
    """

    @classmethod
    def parse(cls, text: str) -> Size:
        """
        Read a size.

        Raises:
            ValueError: it is not one.
        """
        match = _SIZE.fullmatch(text.strip())
        if match is None:
            raise ValueError("must be a size such as 200MB or 5GB, or 0")
        return cls(int(match[1]) * _FACTORS[match[2].upper()])

    def __str__(self) -> str:
        for unit, factor in (*reversed(_UNITS.items()), *reversed(_BINARY.items())):
            if unit and self and self % factor == 0:
                return f"{self // factor}{unit}B"
        return f"{int(self)}B" if self else "0"


def in_units(size: int) -> str:
    """
    Return ``size`` bytes in words, such as ``1.5 GB``.
    """
    for unit, factor in reversed(_UNITS.items()):
        if unit and size >= factor:
            return f"{size / factor:.3g} {unit}B"
    return f"{int(size)} bytes"
