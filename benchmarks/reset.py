"""
A reset: most of the people in a room are cut off at the same moment, as when a network fails.

Those who stay must read so, and be answered as quickly as before.
"""

from __future__ import annotations

import re
import select
import time
from typing import TYPE_CHECKING

from attrs import define

from benchmarks.crowd import CameToNothing
from benchmarks.figures import percentile
from benchmarks.wire import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.crowd import Crowd, Member

# Answers that are timed before, and as many of which all but some must be quick later.
_ANSWERS = 200
_MAY_BE_SLOW = _ANSWERS // 100
# An answer is quick that takes no longer than 99 of 100 did before, and so many microseconds.
_MARGIN = 2000
# Seconds in which all must have been read, and for which answers are timed then.
_READ_WITHIN = 30.0
_TIMED_FOR = 1.0
# In a large room they are counted, in a smaller one all nicks are told.
_LEFT = re.compile(rb"\*\*\* (?:(\d+) people|(.+)) ha(?:ve|s) left #")
_BETWEEN = re.compile(rb", | and ")
# Asked again and again, and the answer.
_QUESTION, _ANSWER = b"/topic\n", b"#lobby has no topic."
# Members who stay and whose lines are read, not only counted.
_READERS = 20


@define(eq=False)
class _Reader:
    """
    A member whose lines are read.

    Attributes:
        gone: how many have left, as they were told.
        answers: how many answers they were given.
    """

    member: Member
    gone: int = 0
    answers: int = 0
    asked_at: int = 0
    _rest: bytes = b""

    def ask(self) -> None:
        """
        Ask the question.
        """
        self.asked_at = now()
        self.member.socket.send(_QUESTION)

    def read(self) -> None:
        """
        Take what has come.
        """
        try:
            data = self.member.socket.recv(1 << 18)
        except BlockingIOError:
            return
        if not data:
            raise CameToNothing(f"{self.member.nick}, who stays, is cut off")
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if (found := _LEFT.search(line)) is not None:
                self.gone += int(found[1] or len(_BETWEEN.split(found[2])))
            self.answers += line.startswith(_ANSWER)


def reset(crowd: Crowd, members: Sequence[Member], staying: int) -> dict[str, float]:
    """
    Cut off all ``members`` but the first ``staying``, and wait until the others know.

    Returns:
        the figures, in seconds from the first of them that is cut off.

    Raises:
        CameToNothing: they do not read it.
    """
    remain, leaving = members[:staying], members[staying:]
    every = max(1, len(remain) // _READERS)
    readers = [_Reader(member) for member in remain[every // 2 :: every]]
    for reader in readers:
        # Read here, line by line.
        crowd.ignore(reader.member)
    asker = readers[0]
    before = sorted(_time_answer(crowd, asker, readers) for _ in range(_ANSWERS))
    quick = percentile(before, 0.99) + _MARGIN
    began = now()
    for member in leaving:
        member.socket.close()
    cut_at = now()
    read_at = 0
    # When each answer was asked for, and whether it was slow.
    answers: list[tuple[int, bool]] = []
    slowest = 0.0
    while not read_at or now() < read_at + _TIMED_FOR * 1e6:
        took = _time_answer(crowd, asker, readers)
        slowest = max(slowest, took)
        answers.append((asker.asked_at, took > quick))
        if not read_at and all(reader.gone >= len(leaving) for reader in readers):
            read_at = now()
        if not read_at and now() > began + _READ_WITHIN * 1e6:
            told = min(reader.gone for reader in readers)
            raise CameToNothing(f"of {len(leaving)} who left, {told} are told")
    quick_at = quick_from(answers)
    return {
        "left": len(leaving),
        "told": max(reader.gone for reader in readers),
        "cut_s": (cut_at - began) / 1e6,
        "read_s": (read_at - began) / 1e6,
        "quick_s": (quick_at - began) / 1e6,
        "seconds": (max(read_at, quick_at) - began) / 1e6,
        "before_ms": percentile(before, 0.5) / 1000,
        "slowest_ms": slowest / 1000,
    }


def quick_from(answers: Sequence[tuple[int, bool]]) -> int:
    """
    Return when answers began to be quick: all but some of those from then on, for a while.

    Args:
        answers: when each was asked for, and whether it was slow.

    Raises:
        CameToNothing: they never did.
    """
    for first in range(len(answers) - _ANSWERS + 1):
        asked_at, is_slow = answers[first]
        part = answers[first : first + _ANSWERS]
        if not is_slow and sum(slow for _, slow in part) <= _MAY_BE_SLOW:
            return asked_at
    raise CameToNothing("answers did not get as quick as they were")


def _time_answer(crowd: Crowd, asker: _Reader, readers: Sequence[_Reader]) -> float:
    """
    Return how many microseconds an answer took; all others are read meanwhile.
    """
    answers = asker.answers
    give_up = time.monotonic() + _READ_WITHIN
    asker.ask()
    while asker.answers == answers:
        if time.monotonic() > give_up:
            raise CameToNothing(f"no answer within {_READ_WITHIN:g} s")
        crowd.drain(0)
        ready, _, _ = select.select([reader.member.fd for reader in readers], [], [], 0.001)
        for reader in readers:
            if reader.member.fd in ready:
                reader.read()
    return now() - asker.asked_at
