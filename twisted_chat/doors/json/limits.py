"""
The limits of programs: they are options of the server too, and read where this door is not open.
"""

from __future__ import annotations

from attrs import frozen

from twisted_chat.doors.connection import SendLimits
from twisted_chat.options import option


@frozen(kw_only=True, slots=False)
class MessageLimits(SendLimits):
    """
    The limits of one connection of a program.  Zero means no limit.
    """

    max_message: int = option(16384, "Bytes in one message of a program, in JSON.")
