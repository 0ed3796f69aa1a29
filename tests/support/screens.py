"""
A terminal in memory, which shows what is written to it.
"""

import pyte


class Window:
    """
    A window, high enough to keep all that is written.
    """

    def __init__(self, columns: int = 40, rows: int = 200) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str | bytes) -> None:
        self._stream.feed(text if isinstance(text, str) else text.decode())

    @property
    def rows(self) -> list[str]:
        """
        What is shown, without blanks at the ends of rows and without blank rows at the end.
        """
        rows = [row.rstrip() for row in self.screen.display]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    @property
    def cursor(self) -> tuple[int, int]:
        """
        The column and the row of the cursor.
        """
        return self.screen.cursor.x, self.screen.cursor.y
