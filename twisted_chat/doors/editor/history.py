"""
The history of one line editor: what was entered before.
"""

from __future__ import annotations

from attrs import define, field

#: Lines that are remembered, and their characters in all.
MOST_LINES = 100
MOST_CHARACTERS = 16384
#: Characters that are searched for.
MOST_SEARCHED = 100


@define(eq=False)
class History:
    """
    Holds the lines that were entered, and goes through them.
    """

    _lines: list[str] = field(init=False, factory=list)
    # The same without case, and what was found last: keys may come by thousands.
    _folded: list[str] = field(init=False, factory=list)
    _found: tuple[str, list[tuple[str, int]]] | None = field(init=False, default=None)
    # Where one is in it; at its end is the line that is being typed.
    _place: int = field(init=False, default=0)
    _typed: str = field(init=False, default="")

    def add(self, line: str) -> None:
        """
        Remember a line that was entered, unless it is the same again or shows nothing.
        """
        if line.strip() and self._lines[-1:] != [line]:
            self._lines.append(line)
            self._folded.append(line.casefold())
            self._found = None
            while len(self._lines) > MOST_LINES or sum(map(len, self._lines)) > MOST_CHARACTERS:
                del self._lines[0], self._folded[0]
        self._place = len(self._lines)

    def older(self, shown: str) -> str | None:
        """
        Return the line before the one that is ``shown``; None if there is none.
        """
        if not self._place:
            return None
        if self._place == len(self._lines):
            self._typed = shown
        self._place -= 1
        return self._lines[self._place]

    def newer(self) -> str | None:
        """
        Return the line behind the last one, which is what was being typed in the end.
        """
        if self._place >= len(self._lines):
            return None
        self._place += 1
        return self._typed if self._place == len(self._lines) else self._lines[self._place]

    def find(self, words: str, number: int) -> tuple[str, int] | None:
        """
        Return the newest line that holds ``words``, in any case; None if there is none.

        Args:
            number: so many newer ones are passed over.

        Returns:
            also how many code points of the line stand before the end of the words.
        """
        if not words:
            return None
        if self._found is None or self._found[0] != words:
            folded = words.casefold()
            lines = zip(reversed(self._lines), reversed(self._folded), strict=True)
            places = {line: place for line, each in lines if (place := each.find(folded)) >= 0}
            # Folding makes two letters of some, and the place is then a little behind.
            ends = [(line, min(place + len(words), len(line))) for line, place in places.items()]
            self._found = words, ends
        different = self._found[1]
        return different[number] if number < len(different) else None
