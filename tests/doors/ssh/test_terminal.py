"""
The terminal of a client of SSH.
"""

import pytest

from twisted_chat.doors.ssh.garbage import Garbage
from twisted_chat.doors.ssh.terminal import Terminal

XTERM = b"\0\0\0\x05xterm"
# Columns and rows, and the same in pixels.
SIZE = b"\0\0\0\x50\0\0\0\x18\0\0\0\0\0\0\0\0"


def test_a_terminal_has_the_name_and_the_width_that_its_client_gives() -> None:
    # Its modes stand behind its size.
    assert Terminal.read(XTERM + SIZE + b"\0\0\0\x01\0") == Terminal("xterm", 80)


def test_a_terminal_keeps_its_name_in_a_window_of_another_width() -> None:
    assert Terminal("xterm", 60).resized(SIZE) == Terminal("xterm", 80)


def test_no_terminal_is_wider_than_a_thousand_columns() -> None:
    widest = b"\xff" * 16
    assert Terminal.read(XTERM + widest) == Terminal("xterm", 1000)
    assert Terminal("xterm", 80).resized(widest) == Terminal("xterm", 1000)


def test_what_has_no_size_is_garbage() -> None:
    with pytest.raises(Garbage):
        Terminal.read(XTERM)
    with pytest.raises(Garbage):
        Terminal("xterm", 80).resized(SIZE[:4])
