"""
``twistd`` with this server as it would be if it kept nothing of what is said.

Run by path, with the arguments of twistd; with ``--database memory:`` nothing is written anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.scripts.twistd import run

from twisted_chat.history.recorder import Recorder

if TYPE_CHECKING:
    from twisted_chat.world.timeline import Timeline


def forget(_: Recorder, timeline: Timeline, *line: object) -> int:
    """
    Number a line as `Recorder.record` does, and keep nothing of it.
    """
    del line
    timeline.number += 1
    return timeline.number


if __name__ == "__main__":
    Recorder.record = forget  # type: ignore[assignment, method-assign]
    run()
