"""
What the server has logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.logger import formatEvent, globalLogPublisher


@pytest.fixture
def log() -> Iterator[list[str]]:
    """
    The lines that are logged during a test.
    """
    lines: list[str] = []

    def keep(event: Any) -> None:
        lines.append(str(formatEvent(event)))

    globalLogPublisher.addObserver(keep)
    yield lines
    globalLogPublisher.removeObserver(keep)
