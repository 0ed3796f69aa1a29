"""
Why the client ends: each with the exit status that a script reads.
"""

from __future__ import annotations

#: What was asked for is done.
DONE = 0


class ClientError(Exception):
    """
    The client cannot go on; as a string, the sentence that says why.

    Attributes:
        status: with which the program ends.
    """

    status = 1


class Refused(ClientError):
    """
    The server refused what was asked for.
    """

    status = 1


class UsageError(ClientError):
    """
    The command line or the configuration is wrong.
    """

    status = 2


class NotConnected(ClientError):
    """
    The server cannot be reached, is not the one it should be, or the connection was lost.

    Attributes:
        is_final: another try would end in the same way.
    """

    status = 3

    def __init__(self, sentence: str, *, is_final: bool = False) -> None:
        super().__init__(sentence)
        self.is_final = is_final


class NotLoggedIn(ClientError):
    """
    The server did not take the name, the password or the token.
    """

    status = 4
