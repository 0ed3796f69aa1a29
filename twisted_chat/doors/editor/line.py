"""
The line that is being typed: a text and a cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from wcwidth import grapheme_boundary_before, iter_graphemes

if TYPE_CHECKING:
    from collections.abc import Callable


@define(eq=False)
class Line:
    """
    A text with a cursor, which moves by characters as users see them (UAX #29).

    Args:
        limit: bytes of the text in UTF-8; 0 is no limit.

    Attributes:
        text: what was typed; lines are parted by newlines.
        cursor: how many code points stand before the cursor.
        killed: what was killed last, to be yanked.
    """

    limit: int = 0
    text: str = field(init=False, default="")
    cursor: int = field(init=False, default=0)
    killed: str = field(init=False, default="")

    @property
    def before(self) -> str:
        """
        The text before the cursor.
        """
        return self.text[: self.cursor]

    @property
    def behind(self) -> str:
        """
        The text behind the cursor.
        """
        return self.text[self.cursor :]

    def set(self, text: str, cursor: int | None = None) -> None:
        """
        Take another text, with the cursor at its end or after so many code points.
        """
        self.text = text
        self.cursor = len(text) if cursor is None else cursor

    def insert(self, text: str) -> bool:
        """
        Insert ``text`` at the cursor, and return whether there was room for it.
        """
        return self.replace(self.cursor, text)

    def replace(self, start: int, text: str) -> bool:
        """
        Put ``text`` in the place of what stands from ``start`` to the cursor.

        Returns:
            whether there was room for it; otherwise nothing changes.
        """
        changed = self.text[:start] + text + self.behind
        if self.limit and _size(changed) > self.limit:
            return False
        self.set(changed, start + len(text))
        return True

    def insert_some(self, text: str) -> bool:
        """
        Insert the characters of ``text`` for which there is room, and return whether all fit.
        """
        room = self.limit - _size(self.text)
        kept: list[str] = []
        for each in text:
            if _size(each) <= room:
                kept.append(each)
                room -= _size(each)
        self.insert("".join(kept))
        return len(kept) == len(text)

    # -- where the cursor may stand ---------------------------------------------------------------

    def _left(self) -> int:
        return grapheme_boundary_before(self.text, self.cursor) if self.cursor else 0

    def _right(self) -> int:
        # Only the first is looked for, however long the line is.
        return self.cursor + len(next(iter_graphemes(self.behind), ""))

    def _word_left(self, is_part: Callable[[str], bool]) -> int:
        text, place = self.text, self.cursor
        while place and not is_part(text[place - 1]):
            place -= 1
        while place and is_part(text[place - 1]):
            place -= 1
        return place

    def _word_right(self) -> int:
        text, place = self.text, self.cursor
        while place < len(text) and not _is_of_word(text[place]):
            place += 1
        while place < len(text) and _is_of_word(text[place]):
            place += 1
        # A mark belongs to its letter.
        while place < len(text) and place > grapheme_boundary_before(text, place + 1):
            place += 1
        return place

    # -- moving -----------------------------------------------------------------------------------

    def left(self) -> None:
        """
        Move before the last character.
        """
        self.cursor = self._left()

    def right(self) -> None:
        """
        Move behind the next character.
        """
        self.cursor = self._right()

    def word_left(self) -> None:
        """
        Move to the beginning of a word.
        """
        self.cursor = self._word_left(_is_of_word)

    def word_right(self) -> None:
        """
        Move to the end of a word.
        """
        self.cursor = self._word_right()

    def home(self) -> None:
        """
        Move to the beginning.
        """
        self.cursor = 0

    def end(self) -> None:
        """
        Move to the end.
        """
        self.cursor = len(self.text)

    # -- erasing ----------------------------------------------------------------------------------

    def erase(self) -> None:
        """
        Erase the character before the cursor.
        """
        self._cut(self._left(), self.cursor)

    def delete(self) -> None:
        """
        Erase the character behind the cursor.
        """
        self._cut(self.cursor, self._right())

    def kill_word(self) -> None:
        """
        Kill the word before the cursor, up to a space.
        """
        self._kill(self._word_left(_is_no_space), self.cursor)

    def kill_next_word(self) -> None:
        """
        Kill the word behind the cursor.
        """
        self._kill(self.cursor, self._word_right())

    def kill_before(self) -> None:
        """
        Kill everything before the cursor.
        """
        self._kill(0, self.cursor)

    def kill_behind(self) -> None:
        """
        Kill everything behind the cursor.
        """
        self._kill(self.cursor, len(self.text))

    def _kill(self, start: int, stop: int) -> None:
        self.killed = self.text[start:stop] or self.killed
        self._cut(start, stop)

    def _cut(self, start: int, stop: int) -> None:
        self.set(self.text[:start] + self.text[stop:], start)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_no_space(character: str) -> bool:
    return not character.isspace()
