"""
The past: a database with a long history, as if people had talked for months.

It is written by the server's own store, and the same every time.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from itertools import accumulate
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.store.records import Line, RoomOpened
from twisted_chat.store.sqlite.database import connect
from twisted_chat.store.sqlite.search_index import index_some
from twisted_chat.store.sqlite.store import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twisted.internet.defer import Deferred

    from twisted_chat.store.records import Change

# Who talks, and in what words.
_NICKS = [f"p{number:03}" for number in range(200)]
_WORDS = 20_000
_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprst" for vowel in "aeiou"]
_WORDS_OF_A_LINE = range(3, 14)
# One of so many lines is a join or a part.
_PRESENCE_OF = 20
_LINES_AT_ONCE = 5000
# When it begins, in seconds since the epoch, and how long after each other the lines come.
_BEGIN = 1_700_000_000
_INTERVAL = 10


def word(rank: int) -> str:
    """
    Return the word that is said most often but for ``rank`` others; the rarer, the longer.
    """
    rest, text = rank + len(_SYLLABLES), ""
    while rest:
        rest, syllable = divmod(rest, len(_SYLLABLES))
        text += _SYLLABLES[syllable]
    return text


#: The rooms of a long history, r0 to r19, each with fewer lines than the one before.
PAST_ROOMS = 20
#: Words that half of all lines have together, and words that there are a few dozen times in a
#: million lines.
COMMON = [word(rank) for rank in range(20)]
RARE = [word(rank) for rank in range(_WORDS - 20, _WORDS)]
#: Who talks most and least.
LOUDEST, QUIETEST = _NICKS[0], _NICKS[-1]


@frozen
class Past:
    """
    What was said before a server starts.

    How often rooms, people and words come falls with their rank, as Zipf found.

    Attributes:
        lines: how many there are.
        rooms: how many rooms they are spread over; they are called r0, r1 and so on.
    """

    lines: int
    rooms: int

    def write(self, path: Path) -> None:
        """
        Make a database of it.
        """
        calls: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        store = SQLiteStore(path, lambda *call: calls.put(call))
        store.load()
        for changes in self._changes():
            _finish(store.write(changes), calls)
        _finish(store.close(), calls)
        # As a server does while it is idle.
        with closing(connect(path)) as connection:
            while index_some(connection):
                pass

    def _changes(self) -> Iterator[Sequence[Change]]:
        rooms = range(1, self.rooms + 1)
        yield [RoomOpened(room, f"r{room - 1}", f"r{room - 1}") for room in rooms]
        chance = random.Random(self.lines)  # noqa: S311  # the same every time
        words, nicks = [word(rank) for rank in range(_WORDS)], range(len(_NICKS))
        numbers: Counter[int] = Counter()
        for start in range(0, self.lines, _LINES_AT_ONCE):
            count = min(_LINES_AT_ONCE, self.lines - start)
            sizes = chance.choices(_WORDS_OF_A_LINE, k=count)
            said = iter(_zipf(chance, words, sum(sizes)))
            where, who = _zipf(chance, rooms, count), _zipf(chance, nicks, count)
            lines = []
            for index, (room, nick, size) in enumerate(zip(where, who, sizes, strict=True), start):
                numbers[room] += 1
                text = " ".join(next(said) for _ in range(size))
                at = _BEGIN + _INTERVAL * index
                kind = "said" if index % _PRESENCE_OF else "joined"
                text = text if kind == "said" else ""
                line = (at * 1_000_000, room, numbers[room], at, kind, _NICKS[nick], -1 - nick)
                lines.append(Line(*line, text))
            yield lines


def _zipf(chance: random.Random, things: Sequence[Any], count: int) -> list[Any]:
    shares = [*accumulate(1 / rank for rank in range(1, len(things) + 1))]
    return chance.choices(things, cum_weights=shares, k=count)


def _finish(job: Deferred[None] | None, calls: SimpleQueue[tuple[Any, ...]]) -> None:
    """
    Be the reactor until ``job`` is done; None is done already.
    """
    if job is None:
        return
    failures: list[Any] = []
    job.addErrback(failures.append)
    while not job.called:
        function, *arguments = calls.get()
        function(*arguments)
    for failure in failures:
        failure.raiseException()
