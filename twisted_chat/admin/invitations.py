"""
Codes for newcomers, for the admin program, with or without a running server.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from twisted_chat.auth.codes import LONG, hash_of_code, new_code
from twisted_chat.store.invitations import InvitationEnded, InvitationMade
from twisted_chat.store.sqlite.database import connect
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.tables.invitations import invitations
from twisted_chat.store.sqlite.tables.journal import catch_up
from twisted_chat.store.sqlite.transactions import write

if TYPE_CHECKING:
    from pathlib import Path

    from twisted_chat.store.invitations import Invitation


class NoSuchInvitation(Exception):
    """
    There is no code of this number that is good.  The text is one sentence.
    """


def make(path: Path, uses: int, until: float, now: float) -> str:
    """
    Make a code, which a running server knows at once, and return it.

    Args:
        uses: for how many accounts it is good.
        until: when it ends, in seconds since the epoch.
        now: likewise.

    Raises:
        BadDatabase: the database cannot be used.
    """
    code = new_code(LONG)
    with in_words(path), contextlib.closing(connect(path)) as connection:
        catch_up(connection, path)
        write(connection, [InvitationMade(hash_of_code(code), 0, "", now, until, uses)])
    return code


def list_invitations(path: Path) -> list[Invitation]:
    """
    Return all codes that are known, the oldest first.

    Raises:
        BadDatabase: the database cannot be used.
    """
    with in_words(path), contextlib.closing(connect(path, reading=True)) as connection:
        return invitations(connection)


def revoke(path: Path, number: int, now: float) -> None:
    """
    End a code, for a running server too.

    Args:
        now: the time, in seconds since the epoch.

    Raises:
        NoSuchInvitation: there is none of this number that is good.
        BadDatabase: the database cannot be used.
    """
    with in_words(path), contextlib.closing(connect(path)) as connection:
        found = [each for each in invitations(connection) if each.number == number]
        if not any(each.is_good(now) for each in found):
            raise NoSuchInvitation(
                f"No invitation code {number} is good now; `invitations` lists the codes."
            )
        write(connection, [InvitationEnded(number, now)])
