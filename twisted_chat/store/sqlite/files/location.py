"""
Where the file of a database is, or is to be.
"""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

from twisted_chat.store.sqlite.errors import BadDatabase, in_words

# What the file may not be called; folders may be called anything.  Behind the first two, other
# URLs have parameters.
_NO_NAME = "[?#\x01-\x1f\x7f]|:memory:"


def path_of(url: str, directory: Path = Path()) -> Path | None:
    """
    Return the path of a database, or None for one that is to stay in memory.

    Args:
        url: ``sqlite:///chat.db``, ``sqlite:////srv/chat/chat.db`` or ``memory:``.
        directory: where a relative path begins.

    Raises:
        BadDatabase: it is something else.
    """
    if url == "memory:":
        return None
    match = re.fullmatch(r"sqlite:///([^\0]+)", url)
    if match is None or re.search(_NO_NAME, match[1].rpartition("/")[2]):
        raise BadDatabase(
            f"{url!r} is not a database URL; "
            "write sqlite:///chat.db, sqlite:////srv/chat/chat.db, or memory:."
        )
    return directory / match[1]


def real(path: Path) -> Path:
    """
    Return the one name of a file, whatever links lead to it and whatever the current folder is.

    Raises:
        BadDatabase: it is a link to itself.
    """
    with in_words(path):
        found = Path(os.path.realpath(path))
        if found.is_symlink():
            raise BadDatabase(f"{path} is a link to itself; name a file.")
    return found


def look_at_folder(path: Path) -> None:
    """
    Check that there can be a new file at ``path``.

    Raises:
        BadDatabase: there cannot.
        OSError: likewise.
    """
    if not path.name:
        raise BadDatabase(f"{path} is a folder; name a file.")
    if not path.parent.is_dir():
        raise BadDatabase(f"There is no folder {path.parent} for {path.name}; make it.")
    if not may(path.parent, os.W_OK | os.X_OK):
        raise BadDatabase(
            f"The folder {path.parent} cannot be written by {this_user()}; "
            "change its owner or permissions."
        )


def may(path: Path, how: int) -> bool:
    """
    Return whether this process may do ``how``, such as `os.W_OK`, to ``path``.
    """
    # A server that was started as root already makes its files as the user it runs as later.
    return os.access(path, how, effective_ids=os.access in os.supports_effective_ids)


def this_user() -> str:
    """
    Return words for the user that this process runs as.
    """
    try:
        return f"the user {pwd.getpwuid(os.geteuid()).pw_name}"
    except KeyError:
        return f"the user {os.geteuid()}"
