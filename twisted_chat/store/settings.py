"""
Settings of accounts: values that the store keeps.
"""

from __future__ import annotations

from typing import NamedTuple

from attrs import evolve, field, frozen

#: The setting that is the number of the room in which a user talks; nobody sets it by name.
ROOM = "room"
#: The setting that is a room's level of notification has its number behind this; likewise.
NOTIFY = "notify/"
#: The setting that is the words by which lines mention a user, with spaces between.
HIGHLIGHT = "highlight"
#: Stands for all other users, where it is said up to which private message a user has read.
EVERYBODY = ""
#: Author numbers by which one user is ignored.
MOST_AUTHORS = 50


@frozen
class SettingKept:
    """
    The owner of an account set something for themselves.

    Attributes:
        account: its number.
        name: of the setting.
        value: as text; empty if it is as its door does again.
    """

    account: int
    name: str
    value: str


@frozen
class Ignored:
    """
    A user who is ignored by another one, as a person and by name.

    Attributes:
        key: the folded nick by which they were ignored; who has that name is hidden too.
        name: the nick as it was shown.
        authors: their author numbers, the latest last: an account, or a negative number for each
            visit of a guest.
    """

    key: str
    name: str
    authors: tuple[int, ...]

    def also(self, author: int) -> Ignored:
        """
        Return the same user, who is ``author`` now too; of many visits the first are left out.
        """
        others = [each for each in self.authors if each != author]
        return evolve(self, authors=(*others, author)[-MOST_AUTHORS:])


@frozen
class IgnoreKept:
    """
    The owner of an account ignores a user from now on.
    """

    account: int
    ignored: Ignored


@frozen
class IgnoreEnded:
    """
    The owner of an account no longer ignores the user of a folded nick.
    """

    account: int
    key: str


class ReadMark(NamedTuple):
    """
    Up to where a user has read; it never goes back.

    Attributes:
        number: of the line in its room, or the id of the private message; 0 for none.
        at: the time up to which that is, as a program said it, or else that of the line, in
            seconds since the epoch; 0 where that is not known.
    """

    number: int
    at: float = 0.0


@frozen
class ReadKept:
    """
    The owner of an account has read a room up to line ``number``, and a time as of `ReadMark`.

    Attributes:
        room: its number.
    """

    account: int
    room: int
    number: int
    at: float = 0.0


@frozen
class PrivateReadKept:
    """
    The owner of an account has read private messages, likewise.

    Attributes:
        key: the folded nick of the other user.
        id: of the last message that they have read; 0 for none, and without a time the mark is
            forgotten.
    """

    account: int
    key: str
    id: int
    at: float = 0.0


@frozen
class AddressKept:
    """
    The owner of an account is told by mail what they missed.

    Attributes:
        address: where to; it was confirmed.
        at: when, in seconds since the epoch.
        mailed_at: when the last mail was made; 0 for none yet.
    """

    account: int
    address: str = field(repr=False)
    at: float
    mailed_at: float = 0.0


@frozen
class AddressEnded:
    """
    The owner of an account is told nothing by mail any more.
    """

    account: int


@frozen
class Mailed:
    """
    A mail was made for the owner of an account.

    Attributes:
        at: when, in seconds since the epoch.
    """

    account: int
    at: float


#: A change of the settings of an account.
SettingChange = (
    SettingKept
    | IgnoreKept
    | IgnoreEnded
    | ReadKept
    | PrivateReadKept
    | AddressKept
    | AddressEnded
    | Mailed
)
