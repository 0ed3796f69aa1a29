"""
How much a database takes, and how much room its disk has.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from twisted_chat.store.usage import Usage

if TYPE_CHECKING:
    from pathlib import Path


def usage_of(path: Path) -> Usage:
    """
    Return what the database at ``path`` takes, and what is left for users of the system.

    Raises:
        OSError: it cannot be known.
    """
    files = path, path.with_name(f"{path.name}-wal")
    size = sum(file.stat().st_size for file in files if file.exists())
    disk = os.statvfs(path.parent)
    return Usage(size, disk.f_bavail * disk.f_frsize)
