"""
Errors of a database, in words for the operator.
"""

from __future__ import annotations

import contextlib
import glob
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.store.sqlite.migrations import StepFailed
from twisted_chat.text.clean import clean, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

# The text for SQLite's primary result codes, see https://sqlite.org/rescode.html; other codes get
# SQLite's own text.
_LOCKED = "{path} is locked by another program; end that, and try again."
_SENTENCES = {
    sqlite3.SQLITE_NOTADB: (
        "{path} is not an SQLite database; name another file, or restore a copy."
    ),
    sqlite3.SQLITE_FULL: "The disk has no room for {path}; make some.",
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: "{path} cannot be written; let this user write it and its folder.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened; let this user write it and its folder.",
}


class BadDatabase(Exception):
    """
    A database cannot be used; the text is a sentence with the cause and a remedy.
    """

    def __init__(self, sentence: str) -> None:
        # SQLite quotes names out of the file, and a damaged one may hold anything.
        super().__init__(clean(sentence))


# Errors of the disk or the file, not ours.
_FAULTS = (sqlite3.OperationalError, sqlite3.DatabaseError, BadDatabase)
# These are database errors too, but bugs of ours.
_BUGS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.NotSupportedError)


def damaged(path: Path, what: str) -> BadDatabase:
    """
    Return the refusal of a damaged database, which names a copy to restore if there is one.
    """
    copies = sorted(path.parent.glob(f"{glob.escape(path.name)}.before-[0-9][0-9][0-9][0-9]"))
    example = f", for example {copies[-1]}" if copies else ""
    # SQLite's findings may have several lines.
    found = " ".join(what.splitlines())
    return BadDatabase(f"{path} is damaged: {found}; restore a copy{example}.")


def is_fault(error: BaseException) -> bool:
    """
    Return whether ``error`` is one of the disk or the file; otherwise it is a bug of ours.
    """
    return isinstance(error, _FAULTS) and not isinstance(error, _BUGS)


@contextlib.contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """
    Raise `BadDatabase` if SQLite finds the database at ``path`` damaged.

    Raises:
        BadDatabase: it does.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _code(error) != sqlite3.SQLITE_CORRUPT:
            raise
        raise damaged(path, str(error)) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a name in its message.
        raise damaged(path, "one of its names is not text") from error


@contextlib.contextmanager
def in_words(path: Path) -> Iterator[None]:
    """
    Tell whatever SQLite or the system find wrong with the database at ``path``.

    Raises:
        BadDatabase: something is.
    """
    try:
        with damage_told(path):
            yield
    except sqlite3.Error as error:
        raise _told(path, error) from error
    except StepFailed as error:
        raise BadDatabase(sentence(f"{path} was not changed: {error}")) from error
    except MemoryError as error:
        raise BadDatabase(f"There is not enough memory to open {path}.") from error
    except UnicodeEncodeError as error:
        raise BadDatabase(
            f"{path} cannot be named in the encoding of this system, {error.encoding}; "
            "set LANG=C.UTF-8, or name another file."
        ) from error
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else path
        raise BadDatabase(f"{where} cannot be used: {error.strerror}.") from error


def _code(error: sqlite3.Error) -> int:
    # Errors of the Python module itself have none.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _told(path: Path, error: sqlite3.Error) -> BadDatabase:
    template = _SENTENCES.get(_code(error), "{path} cannot be used: {error}")
    return BadDatabase(sentence(template.format(path=path, error=error)))
