"""
Settings: what users set for themselves.

`Preferences` is the one table of them: a field is a setting, with its help and the words it takes.
Commands, kept values and doors follow it.  The default is that of the door.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, fields, frozen

from twisted_chat.text.folding import plain_digits

if TYPE_CHECKING:
    from twisted_chat.store.settings import Ignored, ReadMark
    from twisted_chat.text.words import Heard

#: A setting that is switched on or off, or counts something.
Value = bool | int

#: The columns at which lines may be wrapped.
WIDTHS = range(20, 501)
#: The words for on and off.
YES_NO = {
    **dict.fromkeys(("on", "yes", "y", "true"), True),
    **dict.fromkeys(("off", "no", "n", "false"), False),
}


def read_switch(word: str) -> bool:
    """
    Read ``on`` or ``off``, and the like.

    Raises:
        ValueError: it is neither.
    """
    if word.lower() not in YES_NO:
        raise ValueError(word)
    return YES_NO[word.lower()]


def read_width(word: str) -> int:
    """
    Read a number of columns; 0 or ``off`` is not to wrap.

    Raises:
        ValueError: it is none, or too few or too many.
    """
    word = plain_digits(word)
    if word.lower() == "off":
        return 0
    width = int(word) if len(word) < 4 else -1
    if width and width not in WIDTHS:
        raise ValueError(word)
    return width


def _setting(read: Callable[[str], Value], wanted: str, meaning: str) -> Any:
    """
    Return an attrs field that is a setting.

    Args:
        read: returns the value for a word.
        wanted: what the word must be, for errors.
        meaning: one sentence of help.
    """
    return field(default=None, metadata={"help": meaning, "read": read, "wanted": wanted})


def _switch(meaning: str) -> Any:
    return _setting(read_switch, "on or off", meaning)


class Notify(enum.Enum):
    """
    Of which lines of a room a user wants to be told.
    """

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


@frozen
class Preferences:
    """
    How one user wants to read; None is as the door does where nothing was said.
    """

    color: bool | None = _switch("Show colours.")
    time: bool | None = _switch("Show the time before each line.")
    bell: bool | None = _switch("Ring when your name is said or you get a message.")
    numbers: bool | None = _switch("Show the number before each line, for /re and /edit.")
    width: int | None = _setting(
        read_width,
        f"a number of columns, {WIDTHS.start} to {WIDTHS.stop - 1}, or off",
        "Wrap lines at so many columns, or not.",
    )
    editor: bool | None = _switch("Let the server edit the line you type, in telnet.")
    links: bool | None = _switch("Let your terminal open the addresses that you read.")


@frozen
class Setting:
    """
    One row of the table.

    Attributes:
        name: of the field in `Preferences`.
        help: what it does, one sentence.
        wanted: what a word for it must be, such as ``on or off``.
        read: returns the value for a word; raises `ValueError` if it is none.
    """

    name: str
    help: str
    wanted: str
    read: Callable[[str], Value]


#: All settings, by name.
SETTINGS = {each.name: Setting(name=each.name, **each.metadata) for each in fields(Preferences)}


def as_text(value: Value) -> str:
    """
    Return ``value`` as it is typed and kept.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


_NONE: Mapping[Any, Any] = MappingProxyType({})


@define(eq=False)
class UserSettings:
    """
    What one user has set: for a visit, or as the owner of an account.

    Attributes:
        notify: of which lines they want to be told, by the number of the room, where that is not
            of those that mention them; replaced when it changes, as nearly all share the empty
            one.
        highlights: the words by which a line mentions them as by their nick, each as it was typed,
            by what `fold_spelling` makes of it, as it is heard; likewise.
        ignored: the users they ignore, by folded nick; likewise.
        room: the number of the room in which they talked last; 0 for none.
        read: up to which line they have read a room, by its number; likewise.
        read_in_private: up to which message, by the folded nick of the other user; likewise.
    """

    preferences: Preferences = Preferences()
    notify: Mapping[int, Notify] = _NONE
    highlights: Mapping[str, str] = _NONE
    ignored: Mapping[str, Ignored] = _NONE
    room: int = 0
    read: Mapping[int, ReadMark] = _NONE
    read_in_private: Mapping[str, ReadMark] = _NONE

    def is_mention(self, key: str, heard: Heard) -> bool:
        """
        Return whether what was ``heard`` names them, or has a word that they highlight.

        Args:
            key: their folded nick.
        """
        # Nearly nobody has any.
        return heard.names(key) or (
            bool(self.highlights) and any(map(heard.names, self.highlights))
        )

    def deserves(self, key: str, room: int, heard: Heard) -> bool:
        """
        Return whether they want to be told of what was ``heard`` in a room, here or away.

        All that tells users of lines decides by this.

        Args:
            key: their folded nick.
            room: its number in the store.
        """
        level = self.notify.get(room) if self.notify else None
        return self.is_mention(key, heard) if level is None else level is Notify.ALL

    def read_up_to(self, room: int) -> int:
        """
        Return the number of the last line that they have read in the room with this number; or 0.
        """
        mark = self.read.get(room)
        return 0 if mark is None else mark.number

    def set(self, name: str, value: Value | None) -> None:
        """
        Set the setting ``name``; None for as the door does.
        """
        chosen: Any = {name: value}
        self.preferences = evolve(self.preferences, **chosen)
