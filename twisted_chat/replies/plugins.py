"""
Replies about plugins.
"""

from __future__ import annotations

import enum

from attrs import frozen

from twisted_chat.replies.reply import Reply


class PluginState(enum.Enum):
    """
    How a plugin stands.

    Attributes:
        ON: it is in force.
        OFF: an operator has switched it off.
        OUTDATED: it could not be loaded again, and is in force as it was before.
        FAILED: it could not be loaded, or it is a program that does not run or was refused.
        WAITING: it is a program that is not connected, or has not registered yet.
    """

    ON = "on"
    OFF = "off"
    OUTDATED = "outdated"
    FAILED = "failed"
    WAITING = "waiting"


@frozen
class PluginRow:
    """
    One plugin.

    Attributes:
        version: as it says itself; may be empty.
        commands: their names.
        why: it failed, or is outdated; empty where the reader is not to know.
    """

    name: str
    version: str
    state: PluginState
    commands: tuple[str, ...]
    why: str


@frozen
class PluginList(Reply):
    """
    The plugins of the server.
    """

    plugins: tuple[PluginRow, ...]


@frozen
class PluginChanged(Reply):
    """
    An operator has switched a plugin off or on, or has had it loaded again.

    Attributes:
        keeps_options: its options are as they were: the file of the server is not read again.
        loses_state: its ``teardown`` failed, so that it handed nothing over.
    """

    name: str
    state: PluginState
    keeps_options: bool = False
    loses_state: bool = False
