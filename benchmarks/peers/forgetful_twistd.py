"""
``twistd`` with this server as it would be if it kept nothing of what is said.

Run by path, with the arguments of twistd; with ``--database memory:`` nothing is written anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.scripts.twistd import run

from twisted_chat.history.reader import History

if TYPE_CHECKING:
    from twisted_chat.history.timelines import Chronicle


def forget(_: History, chronicle: Chronicle, *line: object) -> int:
    """
    Number a line as `History.record` does, and keep nothing of it.
    """
    del line
    chronicle.number += 1
    return chronicle.number


if __name__ == "__main__":
    History.record = forget  # type: ignore[assignment, method-assign]
    run()
