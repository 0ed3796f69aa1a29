"""
What the operator does with a server's database: ``python -m twisted_chat.admin``.

It works beside a running server and without one.  The exit status is 0 when all is well, 1 when
that cannot be done or what was looked at is damaged, and 2 when the command line is wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from twisted_chat.clean import clean
from twisted_chat.store import upkeep
from twisted_chat.store.database import BadDatabase, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAME = "twisted_chat.admin"
_DEFAULT = "sqlite:///chat.db"


def main(words: Sequence[str] | None = None) -> int:
    """
    Do what a command line says.

    Args:
        words: those after the program's name; by default this process's own.

    Returns:
        the exit status.

    Raises:
        SystemExit: the command line is wrong, or asks for help.
    """
    given = _parser().parse_args(words)
    try:
        status: int = given.run(given)
    except BadDatabase as error:
        print(f"{_NAME}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def backup(given: argparse.Namespace) -> int:
    """
    Copy the database into a new file.
    """
    upkeep.back_up(given.database, given.file)
    _say(f"{given.file} is a good copy of {given.database}.")
    return 0


def check(given: argparse.Namespace) -> int:
    """
    Look whether the database is damaged.
    """
    found = upkeep.check(given.database)
    for line in found:
        _say(line)
    if not found:
        _say(f"{given.database} is well.")
    return 1 if found else 0


def _say(line: str) -> None:
    # A file's name, and what stands in a damaged one, may hold anything.
    print(clean(line))


class _Parser(argparse.ArgumentParser):
    """
    A parser that refuses in one sentence.
    """

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{_NAME}: {clean(message).rstrip('.')}.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m {_NAME}",
        description="Look after the database of a chat server, which may run meanwhile.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    command = _add(commands, backup)
    command.add_argument("file", type=Path, help="the copy, which must not be there yet")
    _add(commands, check)
    return parser


def _add(
    commands: argparse._SubParsersAction[_Parser],
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """
    Add the command that ``run`` is: its name, its docstring as help, and the database.
    """
    meaning = (run.__doc__ or "").strip()
    command = commands.add_parser(run.__name__, help=meaning, description=meaning)
    command.set_defaults(run=run)
    command.add_argument(
        "--database",
        type=_path,
        default=_DEFAULT,
        metavar="URL",
        help=f"which one, {_DEFAULT} by default",
    )
    return command


def _path(url: str) -> Path:
    try:
        path = path_of(url)
    except BadDatabase as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if path is None:
        raise argparse.ArgumentTypeError("what is in memory is the server's alone; name a file.")
    return path


if __name__ == "__main__":
    sys.exit(main())
