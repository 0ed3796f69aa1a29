"""
Processor time, held against what Python itself takes on this machine at that moment.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds that `_reference` takes where the bounds were written, with nothing else to do.
_AT_EASE = 0.008
#: How many times longer a line takes while coverage traces it, at most.
_TRACED = 3


@contextmanager
def processor_time(most: float) -> Iterator[None]:
    """
    Fail where the block takes more seconds of the processor than ``most``, at ease.

    On a slow machine, on one that others use too, and while lines are traced, it may take as many
    times longer as Python does. That is looked at only where the bound is passed.
    """
    began = time.process_time()
    yield
    took = time.process_time() - began
    if took > most:
        slower = min(_reference() for _ in range(3)) / _AT_EASE
        bound = most * max(1.0, slower) * (_TRACED if sys.gettrace() else 1)
        assert took <= bound, f"{took:.3f} s of the processor, where {bound:.3f} s are the most"


def _reference() -> float:
    """
    Return the seconds that some work of strings, dictionaries and calls takes.
    """
    began = time.process_time()
    words: dict[str, int] = {}
    for number in range(20_000):
        word = f"w{number % 500}"
        words[word] = words.get(word, 0) + len(word.upper().split("1"))
    return time.process_time() - began
