"""
Processor time, held against what Python itself takes on this machine at that moment.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds that `_reference` takes on an idle machine, where the bounds were written.
_IDLE = 0.008
#: How many times longer a line takes while coverage traces it, at most.
_TRACED = 3


@contextmanager
def processor_time(most: float) -> Iterator[None]:
    """
    Fail if the block takes more than ``most`` seconds of the processor.

    On a slow machine, on one that others use too, and while lines are traced, Python takes longer,
    and the block may take as many times longer. That is measured if it took more than ``most``.
    """
    is_traced = sys.gettrace() is not None
    began = time.process_time()
    yield
    took = time.process_time() - began
    if took > most:
        slower = min(_reference() for _ in range(3)) / _IDLE
        bound = most * max(1.0, slower) * (_TRACED if is_traced else 1)
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
