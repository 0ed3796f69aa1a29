"""
Settings of accounts: values that the store keeps.
"""

from __future__ import annotations

from attrs import frozen

#: The setting that is the number of the room in which a user talks; nobody sets it by name.
ROOM = "room"


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
        author: their author number: an account, or a negative number for the visit of a guest.
    """

    key: str
    name: str
    author: int


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


@frozen
class ReadKept:
    """
    The owner of an account has read a room up to line ``number``.

    Attributes:
        room: its number.
    """

    account: int
    room: int
    number: int


#: A change of the settings of an account.
SettingChange = SettingKept | IgnoreKept | IgnoreEnded | ReadKept
