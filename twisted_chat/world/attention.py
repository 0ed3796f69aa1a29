"""
Attention: which lines a user wants to be told of, whether they are here or not.

All that tells users of lines decides by this: the bell, what is counted as a mention, and what
goes to who is away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.world.settings import Notify

if TYPE_CHECKING:
    from twisted_chat.text.words import Heard
    from twisted_chat.world.settings import UserSettings


def is_mention(key: str, settings: UserSettings, heard: Heard) -> bool:
    """
    Return whether what was ``heard`` names a user, or has a word that they highlight.

    Args:
        key: their folded nick.
    """
    return heard.names(key) or any(map(heard.names, settings.highlights))


def deserves(key: str, settings: UserSettings, room: int, heard: Heard) -> bool:
    """
    Return whether a user wants to be told of what was ``heard`` in a room.

    Args:
        key: their folded nick.
        room: its number in the store.
    """
    level = settings.notify.get(room, Notify.MENTIONS)
    if level is Notify.MENTIONS:
        return is_mention(key, settings, heard)
    return level is Notify.ALL
