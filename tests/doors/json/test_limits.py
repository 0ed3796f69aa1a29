"""
The limits of programs.
"""

from __future__ import annotations

import subprocess
import sys

from twisted_chat.doors.json.limits import MessageLimits


def test_a_message_has_a_limit_besides_those_of_what_waits_to_be_sent() -> None:
    limits = MessageLimits(max_message=100)
    assert (limits.max_message, limits.send_queue) == (100, 262144)
    assert MessageLimits().max_message == 16384


def test_an_operator_sets_them_without_the_door_being_imported() -> None:
    program = (
        "import sys; from twisted_chat.server.settings import Settings;"
        "print(Settings().max_message, 'twisted_chat.doors.json.protocol' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "16384 False\n"
