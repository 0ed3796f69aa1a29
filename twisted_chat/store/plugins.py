"""
What plugins keep: values that the store keeps.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from attrs import frozen


class Kind(enum.StrEnum):
    """
    What a value of a plugin is.
    """

    VALUE = enum.auto()
    SCHEDULE = enum.auto()


class Place(NamedTuple):
    """
    Where values of a plugin are: each key is there once.

    Attributes:
        plugin: its name.
        room: the number of the room that they belong to; 0 for none.
        account: the number of the account that they belong to; 0 for none.
    """

    plugin: str
    kind: Kind = Kind.VALUE
    room: int = 0
    account: int = 0


@frozen
class PluginValue:
    """
    A plugin keeps a value under a key, in place of an earlier one.

    Attributes:
        plugin: as in `Place`; so are ``kind``, ``room`` and ``account``.
        value: as JSON; empty if there is none any more.
    """

    plugin: str
    kind: Kind
    room: int
    account: int
    key: str
    value: str

    @property
    def place(self) -> Place:
        """
        Where it is kept.
        """
        return Place(self.plugin, self.kind, self.room, self.account)


@frozen
class RoomValuesEnded:
    """
    A room is gone for good, and so is what plugins kept of it.
    """

    room: int


#: A change of what plugins keep.
PluginChange = PluginValue | RoomValuesEnded
