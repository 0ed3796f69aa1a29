"""
Make client.svg, the picture of the client in the README: ``python docs/client_picture.py``.

Alice talks in a real terminal of tmux, and what stands there is drawn as it is.  It needs the
extras test and client, tmux, and the port 7342.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import pyte
from pyte.screens import Char

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests" / "e2e"))

from harness import UNLIMITED, WITHIN, Server, running  # noqa: E402  # in the folder above

COLUMNS, ROWS = 76, 11
# Of a column and a row of the picture, and the place around them.
WIDTH, HEIGHT, EDGE = 8.43, 20, 16
INK, PAPER, BRIGHT = "#c8ccd4", "#000000", "#ffffff"


class Tmux:
    """
    A window of tmux, with a server of its own.
    """

    def __init__(self, folder: Path, *command: str) -> None:
        self._base = ("tmux", "-S", str(folder / "tmux"), "-f", os.devnull)
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        own = {"XDG_CONFIG_HOME": str(folder), "TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
        words = ["env", *(f"{name}={value}" for name, value in own.items()), *command]
        self.does("-u", "new-session", "-d", *size, shlex.join(words))
        self.does("set", "-g", "status", "off")

    def does(self, *words: str) -> str:
        """
        Run a command of tmux, and return what it says.
        """
        done = subprocess.run([*self._base, *words], check=True, capture_output=True)
        return done.stdout.decode()

    def types(self, text: str, *keys: str) -> None:
        """
        Type text, and press keys behind it.
        """
        self.does("send-keys", "-l", text)
        for key in keys:
            self.does("send-keys", key)

    def shows(self, text: str) -> None:
        """
        Wait until ``text`` is shown.
        """
        deadline = time.monotonic() + WITHIN
        while text not in (shown := self.does("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"waited in vain for {text!r}:\n{shown}"
            time.sleep(0.05)

    def screen(self) -> pyte.Screen:
        """
        Return what is shown, with its colours and the cursor.
        """
        screen = pyte.Screen(COLUMNS, ROWS)
        shown = self.does("capture-pane", "-p", "-e").rstrip("\n").replace("\n", "\r\n")
        pyte.Stream(screen).feed(shown)
        place = self.does("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        screen.cursor.x, screen.cursor.y = map(int, place)
        return screen


def play(server: Server, folder: Path) -> pyte.Screen:
    """
    Let Alice talk with Bob, and return what she sees.
    """
    client = (sys.executable, "-m", "twisted_chat.client", "localhost", server.address)
    alice = Tmux(folder, *client, "--name=alice")
    try:
        alice.shows("alice at")
        alice.types("/join kitchen", "Enter")
        alice.shows("#kitchen | ")
        alice.types("/join lobby", "Enter")
        alice.shows("You are now talking in #lobby")
        # What is above is not in the picture.
        alice.types("", "C-l")
        bob = server.arrive("bob")
        bob.types("/join kitchen", "/join lobby")
        alice.shows("bob has joined #kitchen")
        alice.types("", "C-l")
        bob.types("hi alice, tea?")
        alice.shows("tea?")
        alice.types("yes please :teacup_w", "Tab")
        alice.shows("\N{TEACUP WITHOUT HANDLE}")
        alice.types("", "Enter")
        alice.shows("alice: yes please")
        bob.types("the recipe is at https://cake.example/lemon")
        alice.shows("recipe")
        bob.types("/join kitchen", "alice: I brought cake", "/msg alice it is chocolate")
        alice.shows("it is chocolate")
        alice.types("sharing i")
        alice.shows("> sharing i")
        return alice.screen()
    finally:
        alice.does("kill-server")


def drawn(screen: pyte.Screen) -> str:
    """
    Return the picture of a terminal, as SVG.
    """
    # What is below the last row is empty.
    count = max(number for number in range(ROWS) if screen.display[number].strip()) + 1
    width, height = round(COLUMNS * WIDTH) + 2 * EDGE, count * HEIGHT + 2 * EDGE
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
        "<title>Alice's terminal: she reads what Bob says, and types</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="{INK}">',
    ]
    for number in range(count):
        rows += _row(screen, number)
    cursor = _box(screen.cursor.x, screen.cursor.y, 1, INK)
    return "\n".join([*rows, cursor, "</g>", "</svg>", ""])


def _row(screen: pyte.Screen, number: int) -> Iterator[str]:
    """
    Yield a row: where the background has a colour, and the text with its own.
    """
    cells = [screen.buffer[number][column] for column in range(COLUMNS)]
    while cells and cells[-1].data == " " and not cells[-1].reverse:
        cells.pop()
    spans, column = [], 0
    for style, group in groupby(cells, key=_style):
        found = list(group)
        # The second half of a wide letter is empty.
        text = "".join(cell.data for cell in found)
        ink, paper, more = style
        if paper != PAPER:
            yield _box(column, number, len(found), paper)
        fill = f' fill="{ink}"' if ink != INK else ""
        spans.append(
            f"<tspan{fill}{more}>{escape(text)}</tspan>" if fill or more else escape(text)
        )
        column += len(found)
    if column:
        # Whatever the font is, it ends where the row does.
        length = f'textLength="{column * WIDTH:.0f}" lengthAdjust="spacingAndGlyphs"'
        place = f'x="{EDGE}" y="{number * HEIGHT + EDGE + 14}" {length} xml:space="preserve"'
        yield f"<text {place}>{''.join(spans)}</text>"


def _style(cell: Char) -> tuple[str, str, str]:
    ink = _colour(cell.fg, BRIGHT if cell.bold else INK)
    paper = _colour(cell.bg, PAPER)
    if cell.reverse:
        ink, paper = paper, ink
    more = ' font-weight="bold"' if cell.bold else ""
    return ink, paper, more + (' text-decoration="underline"' if cell.underscore else "")


def _colour(name: str, default: str) -> str:
    return default if name == "default" else f"#{name}"


def _box(column: int, row: int, columns: int, fill: str) -> str:
    place = f'x="{EDGE + column * WIDTH:.1f}" y="{row * HEIGHT + EDGE - 1}"'
    return f'<rect {place} width="{columns * WIDTH:.1f}" height="{HEIGHT}" fill="{fill}"/>'


def main() -> None:
    """
    Make the picture.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), "--port=7342", *UNLIMITED) as server,
    ):
        screen = play(server, Path(folder))
    (DOCS / "client.svg").write_text(drawn(screen), "utf-8")


if __name__ == "__main__":
    main()
