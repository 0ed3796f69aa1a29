"""
The editor: what each key does with the line, and what is shown then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from twisted_chat.doors.editor.history import MOST_SEARCHED, History
from twisted_chat.doors.editor.keys import MOST_PASTED, Key, KeyReader, Pasted
from twisted_chat.doors.editor.line import Line
from twisted_chat.doors.editor.screen import BELL, NEWLINE, DumbScreen, RowScreen, Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What Ctrl-C at a question, and Ctrl-D on an empty line, enter.
INTERRUPT, LEAVE = "\x03", "/quit"


class Completion(Protocol):
    """
    Completions of one part of a line.
    """

    @property
    def start(self) -> int:
        """
        Where that part begins; it ends where the cursor is.
        """

    @property
    def words(self) -> Sequence[str]:
        """
        What may stand there.
        """

    @property
    def names(self) -> Sequence[str]:
        """
        What each of them is called, where that is typed in its place; else empty.
        """


@define(eq=False)
class Editor:
    """
    Edits one line at a time.

    Args:
        limit: bytes of a line; 0 is no limit.
        columns: the width of the terminal; 0 if that is not known.
        place: returns what stands before the line, if nothing is asked.
        complete: returns what may stand before the cursor.
        is_dumb: the terminal cannot move its cursor.
    """

    _limit: int
    _columns: int
    _place: Callable[[], str]
    _complete: Callable[[str, int], Completion]
    is_dumb: bool = False
    _keys: KeyReader = field(init=False, factory=KeyReader)
    _history: History = field(init=False, factory=History)
    line: Line = field(init=False)
    _screen: Screen = field(init=False)
    # What is asked; None for nothing.
    _question: str | None = field(init=False, default=None)
    _is_secret: bool = field(init=False, default=False)
    # What is searched for, how many were passed over, and the line of before; None while nothing.
    _search: tuple[str, int, str] | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self.line = Line(self._limit)
        self._screen = DumbScreen() if self.is_dumb else RowScreen(self._columns)

    # -- what comes -------------------------------------------------------------------------------

    def feed(self, data: bytes, now: float = 0.0) -> tuple[list[str], str]:
        """
        Take what the terminal sends.

        Args:
            now: the time, in seconds of any clock.

        Returns:
            the lines that are entered now, and what is to be shown.
        """
        entered: list[str] = []
        shown: list[str] = []
        for key in self._keys.feed(data, now):
            if isinstance(key, str) and self._search is not None:
                shown += [self._do(each, entered) for each in key]
            else:
                shown.append(self._do(key, entered))
        return entered, "".join([*shown, self.draw()]) if shown else ""

    def _do(self, key: Key | str | Pasted, entered: list[str]) -> str:
        """
        Do what ``key`` means, and return what is to be shown before the line.
        """
        if self._search is not None and (shown := self._go_on_searching(key)) is not None:
            return shown
        match key:
            case str():
                return self._insert(key)
            case Pasted(is_cut=True):
                return self._say_too_long(min(self._limit or MOST_PASTED, MOST_PASTED))
            case Pasted(text=text):
                return self._paste(text.strip("\n"))
            case Key.ENTER:
                return self._enter(entered)
            case Key.INTERRUPT:
                return self._interrupt(entered)
            case Key.LEAVE if not self.line.text:
                entered.append(LEAVE if self._question is None else INTERRUPT)
                return self._screen.erase()
            case Key.UP | Key.DOWN | Key.SEARCH:
                return "" if self._is_secret else self._remember(key)
        return self._do_here(key)

    def _do_here(self, key: Key) -> str:
        """
        Do what ``key`` means for the line alone.
        """
        match key:
            case Key.COMPLETE:
                return self._complete_word()
            case Key.CLEAR:
                return self._screen.clear()
            case Key.NEW_LINE if self._question is None:
                return self._insert("\n")
            case Key.YANK:
                return self._paste(self.line.killed)
        self._edit(key)
        return ""

    def _insert(self, text: str) -> str:
        if self.line.insert(text) or self.line.insert_some(text):
            return ""
        return BELL

    def _paste(self, text: str) -> str:
        """
        Insert ``text`` as a whole, or say why not.
        """
        if self._question is not None:
            text = text.replace("\n", " ")
        return "" if self.line.insert(text) else self._say_too_long(self._limit)

    def _say_too_long(self, most: int) -> str:
        what = "for one message, which holds" if most == self._limit else "to paste at once:"
        return (
            f"{self._screen.erase()}That is too much {what} at most {most} bytes. "
            f"Nothing was pasted.{NEWLINE}"
        )

    def _edit(self, key: Key) -> None:
        line = self.line
        if self.is_dumb and key not in _AT_THE_END:
            return
        does = {
            Key.LEFT: line.left,
            Key.RIGHT: line.right,
            Key.WORD_LEFT: line.word_left,
            Key.WORD_RIGHT: line.word_right,
            Key.HOME: line.home,
            Key.END: line.end,
            Key.ERASE: line.erase,
            Key.DELETE: line.delete,
            Key.LEAVE: line.delete,
            Key.KILL_WORD: line.kill_word,
            Key.KILL_NEXT_WORD: line.kill_next_word,
            Key.KILL_BEFORE: line.kill_before,
            Key.KILL_BEHIND: line.kill_behind,
        }.get(key)
        if does is not None:
            before = line.killed
            does()
            if self._is_secret:
                line.killed = before

    def _enter(self, entered: list[str]) -> str:
        text = self.line.text
        self.line.set("")
        entered.append(text)
        if self._question is not None:
            shown = self._screen.finish(self._prompt(), "" if self._is_secret else text)
            # Nothing is asked again before the answer is looked at.
            self._question = ""
            return shown
        self._history.add(text)
        if not text:
            # Nothing is left of a bare Enter.
            return ""
        return self._screen.finish(self._prompt(), text)

    def _interrupt(self, entered: list[str]) -> str:
        text = self.line.text
        self.line.set("")
        if self._question is not None:
            entered.append(INTERRUPT)
            shown, self._question = self._screen.finish(self._prompt(), ""), ""
            return shown
        return self._screen.finish(self._prompt(), f"{text}^C") if text else ""

    # -- history ----------------------------------------------------------------------------------

    def _remember(self, key: Key) -> str:
        if key is Key.SEARCH:
            if not self.is_dumb and self._question is None:
                self._search = "", 0, self.line.text
            return ""
        shown = self.line.text
        found = self._history.older(shown) if key is Key.UP else self._history.newer()
        if found is None:
            return BELL
        self.line.set(found)
        return ""

    def _go_on_searching(self, key: Key | str | Pasted) -> str | None:
        """
        Search on; None if ``key`` ends the search, and is to be done.
        """
        assert self._search is not None
        words, number, before = self._search
        if isinstance(key, str):
            words, number = (words + key)[:MOST_SEARCHED], 0
        elif key is Key.ERASE:
            words, number = words[:-1], 0
        elif key is Key.SEARCH:
            number += 1
        else:
            self._search = None
            if key in (Key.INTERRUPT, Key.ESCAPE):
                self.line.set(before)
                return ""
            return None
        found = self._history.find(words, number)
        if found is None and words:
            # What was found last stays.
            self._search = (words[:-1], 0, before) if isinstance(key, str) else self._search
            return BELL
        self._search = words, number, before
        # The cursor stands behind what was searched for, which is shown so in a long line.
        self.line.set(*((before, None) if found is None else found))
        return ""

    # -- completion -------------------------------------------------------------------------------

    def _complete_word(self) -> str:
        if self._question is not None:
            return BELL
        line = self.line
        found = self._complete(line.text, line.cursor)
        words, typed = list(found.words), line.text[found.start : line.cursor]
        if not words:
            return BELL
        # Of emoji, their names are typed.
        begun = [f":{name}" for name in found.names] or words
        common = words[0] + " " if len(words) == 1 else _common(begun)
        if len(common) > len(typed) or (len(words) == 1 and common != typed):
            return "" if line.replace(found.start, common) else BELL
        if found.names:
            words = [f"{word} {name}" for word, name in zip(words, found.names, strict=True)]
        return self._screen.erase() + "  ".join(words) + NEWLINE

    # -- what is shown ----------------------------------------------------------------------------

    def _prompt(self) -> str:
        if self._search is not None:
            return f"(search: {self._search[0]}) "
        if self._question is not None:
            return self._question
        return "" if self.is_dumb else self._place()

    def draw(self) -> str:
        """
        Return what shows the line.
        """
        line = self.line
        text, cursor = ("", 0) if self._is_secret else (line.text, line.cursor)
        return self._screen.draw(self._prompt(), text, cursor)

    def show(self, text: str) -> str:
        """
        Return what shows ``text``, whole lines, above the line that is typed; `draw` follows.
        """
        return self._screen.erase() + text

    def ask(self, question: str | None, *, is_secret: bool = False) -> None:
        """
        Ask for an answer, or with None for nothing any more; what was typed stays, but a secret.
        """
        if self._is_secret and not is_secret:
            self.line.set("")
        self._question, self._is_secret, self._search = question, is_secret, None

    def resize(self, columns: int) -> str:
        """
        Return what shows the line in a window of another width.
        """
        return self._screen.resize(columns) + self.draw()

    @property
    def opening(self) -> str:
        """
        What is sent before all else.
        """
        return self._screen.opening

    def end(self) -> str:
        """
        Return what removes the line, and leaves the terminal as it was.
        """
        return self._screen.erase() + self._screen.ending


def _common(words: Sequence[str]) -> str:
    """
    Return what all of ``words`` begin with.
    """
    first, last = min(words), max(words)
    length = next(
        (place for place, each in enumerate(first) if last[place : place + 1] != each), len(first)
    )
    return first[:length]


# Of the keys that edit, those that a dumb terminal can show.
_AT_THE_END = {Key.ERASE, Key.KILL_WORD, Key.KILL_BEFORE}
