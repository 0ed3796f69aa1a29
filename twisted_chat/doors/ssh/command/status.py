"""
The exit statuses of commands.
"""

import enum


class Status(enum.IntEnum):
    """
    How a command has ended, as the shell reads it.
    """

    DONE = 0
    REFUSED = 1
    USAGE = 2
    LOST = 3
    NOT_LET_IN = 4
    #: By Ctrl-C, as shells count it.
    INTERRUPTED = 130
