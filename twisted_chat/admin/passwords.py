"""
Passwords for the admin program: asked for at the terminal, or read from a file.
"""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path

from twisted_chat.errors import ChatError


def read_typed_password(file: Path | None) -> str:
    """
    Return the password for a new account: from a file, or asked for twice at the terminal.

    Raises:
        ChatError: there is none.
    """
    if file is None and sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("Again: ") != password:
            raise ChatError("The two passwords differ; no account was made.")
        return password
    try:
        data = sys.stdin.buffer.read() if file in (None, Path("-")) else file.read_bytes()
    except OSError as error:
        raise ChatError(f"{file} cannot be read: {error.strerror}.") from error
    # The end of its line is no part of it.
    return data.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
