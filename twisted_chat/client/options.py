"""
The command line: what a user asks the program for.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from twisted_chat.client.errors import UsageError
from twisted_chat.version import VERSION

#: The one-shot commands, and what each does.
COMMANDS = {
    "send": "say TEXT in ROOM; without TEXT, what comes on stdin, as one message",
    "say": "the same as send",
    "msg": "write TEXT to NICK alone; without TEXT, what comes on stdin",
    "tail": "show the last lines of ROOM; -f continues with what is said then",
    "who": "show who is in ROOM, by default in the room where users arrive",
    "rooms": "list the rooms",
    "history": "show the last lines of ROOM, by default 50",
}
# How many words each needs, and takes; None for any number.
_WORDS: dict[str, tuple[int, int | None]] = {
    "send": (1, None),
    "say": (1, None),
    "msg": (1, None),
    "tail": (1, 1),
    "who": (0, 1),
    "rooms": (0, 0),
    "history": (1, 1),
}
_EPILOG = """\
commands:
  send ROOM [TEXT], say ROOM [TEXT]   say TEXT in ROOM; without TEXT, what comes on stdin,
                                      as one message
  msg NICK [TEXT]                     write TEXT to NICK alone; without TEXT, what comes
                                      on stdin
  tail ROOM [-n N] [-f]               show the last lines of ROOM; -f continues
  history ROOM [-n N]                 show the last lines of ROOM
  who [ROOM]                          show who is in ROOM
  rooms                               list the rooms

Without a command, you talk. exit status: 0 done, 1 the server refused it, 2 wrong usage,
3 cannot connect or the connection was lost, 4 name, password or token refused.
"""


@frozen
class Options:
    """
    What stands on the command line.

    Attributes:
        server: a name from the configuration, a host or a URL.
        port: as given behind the host; empty for none.
        command: one of `COMMANDS`; empty to talk.
        words: what stands behind the command.
        name: of the user; empty for what the configuration says.
        lines: so many lines of history; None for as many as the command shows by itself.
        follows: continues with what is said then.
        is_json: shows the messages of the server as they are.
        is_plain: shows lines only, and never moves the cursor.
        is_insecure: takes any certificate.
        fingerprint: the only one that the certificate may have, as `trust.fingerprint` writes it;
            empty for any that is trusted.
        config: the file of the configuration; None for the one in the user's folder.
        log: a file to write a log to; None for none.
    """

    server: str
    port: str = ""
    command: str = ""
    words: tuple[str, ...] = ()
    name: str = ""
    lines: int | None = None
    follows: bool = False
    is_json: bool = False
    is_plain: bool = False
    is_insecure: bool = False
    fingerprint: str = ""
    config: Path | None = None
    log: Path | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}; twisted-chat --help explains the options.")


def parser() -> argparse.ArgumentParser:
    """
    Return what reads the command line.
    """
    found = _Parser(
        prog="twisted-chat",
        usage="twisted-chat [OPTIONS] SERVER [PORT] [COMMAND ...]",
        description="Talk on a server of Twisted Chat, or run one command there.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    found.add_argument(
        "server",
        metavar="SERVER",
        help="a host, a name from the configuration, or chat://, chats://, ws:// or wss:// with "
        "[NAME@]HOST[:PORT]",
    )
    found.add_argument("words", metavar="PORT, COMMAND", nargs="*", help="see below")
    found.add_argument("--name", metavar="NAME", default="", help="your name there")
    found.add_argument(
        "-n", "--lines", metavar="N", type=int, help="lines that tail and history show"
    )
    found.add_argument("-f", "--follow", action="store_true", help="tail continues with new lines")
    found.add_argument("--json", action="store_true", help="show messages as JSON, one a line")
    found.add_argument(
        "--plain", action="store_true", help="show lines only: for screen readers and pipes"
    )
    found.add_argument(
        "--insecure", action="store_true", help="take any certificate; others may listen in"
    )
    found.add_argument(
        "--fingerprint",
        metavar="SHA256",
        default="",
        help="take only the certificate with this fingerprint",
    )
    found.add_argument("--config", metavar="FILE", type=Path, help="another configuration")
    found.add_argument(
        "--log", metavar="FILE", type=Path, help="write a log, without what is said"
    )
    found.add_argument("--version", action="version", version=f"twisted-chat {VERSION}")
    return found


def read(arguments: Sequence[str]) -> Options:
    """
    Return the options that a command line holds.

    Raises:
        UsageError: it is not as it should be.
    """
    given = parser().parse_intermixed_args(arguments)
    words = list(given.words)
    port = words.pop(0) if words and words[0].isdecimal() else ""
    command = words.pop(0) if words else ""
    if command and command not in COMMANDS:
        raise UsageError(f"{command} is not a command; commands are {', '.join(COMMANDS)}.")
    if given.lines is not None and not 1 <= given.lines <= 10_000:
        raise UsageError("-n must be a number from 1 to 10000.")
    # What was meant as text is not to be lost.
    if given.lines is not None and command not in {"tail", "history"}:
        raise UsageError("-n is for tail and history; -- stands before a text with dashes.")
    if given.follow and command != "tail":
        raise UsageError("-f is for tail; -- stands before a text with dashes.")
    if given.insecure and given.fingerprint:
        raise UsageError("--insecure and --fingerprint exclude each other.")
    _check(command, words)
    return Options(
        given.server,
        port,
        command,
        tuple(words),
        given.name,
        given.lines,
        given.follow,
        given.json,
        given.plain,
        given.insecure,
        _fingerprint(given.fingerprint),
        given.config,
        given.log,
    )


def _fingerprint(given: str) -> str:
    """
    Return a SHA-256 in hexadecimal digits, with or without colons, as the log of a server has it.
    """
    digits = given.replace(":", "").upper()
    if given and not re.fullmatch(r"[0-9A-F]{64}", digits):
        raise UsageError("--fingerprint must be a SHA-256: 64 hexadecimal digits.")
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def _check(command: str, words: Sequence[str]) -> None:
    """
    Check that a command has the words that it needs.
    """
    least, most = _WORDS.get(command, (0, 0))
    if len(words) < least:
        needed = "a NICK" if command == "msg" else "a ROOM"
        raise UsageError(f"{command} needs {needed}.")
    if most is not None and len(words) > most:
        raise UsageError(f"{command} does not take so many words: {' '.join(words)}.")
