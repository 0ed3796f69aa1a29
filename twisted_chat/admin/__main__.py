"""
The admin program, which works on a server's database: ``python -m twisted_chat.admin``.

All commands except ``unregister`` and ``forget`` work with or without a running server.  The exit
status is 0 for success, 1 if a command fails or finds damage, and 2 if the command line is wrong.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from twisted_chat.admin.accounts import NameTaken, NoSuchAccount
from twisted_chat.admin.commands import (
    accounts,
    audit,
    backup,
    bans,
    check,
    export,
    forget,
    grant,
    invitations,
    invite,
    prune,
    register,
    revoke,
    service,
    storage,
    unban,
    uninvite,
    unregister,
)
from twisted_chat.admin.invitations import NoSuchInvitation
from twisted_chat.admin.sanctions import NoSuchSanction
from twisted_chat.admin.storage import NoSuchStorage
from twisted_chat.errors import ChatError
from twisted_chat.log import show_all
from twisted_chat.people.owners.invitations import MOST_USES
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import path_of
from twisted_chat.text.clean import clean, sentence
from twisted_chat.text.durations import Duration, read_age
from twisted_chat.version import VERSION
from twisted_chat.world.model import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAME = "twisted_chat.admin"
_DEFAULT = "sqlite:///chat.db"
_ROLES = " and ".join(ROLES)
# The text of each is a sentence for the operator.
_REFUSALS = (
    *(BadDatabase, StoreFailed, ChatError),
    *(NoSuchAccount, NameTaken, NoSuchSanction, NoSuchInvitation, NoSuchStorage),
)


def main(words: Sequence[str] | None = None) -> int:
    """
    Run the command of a command line.

    Args:
        words: those after the program's name; by default those of this process.

    Returns:
        the exit status.

    Raises:
        SystemExit: the command line is wrong, or asks for help.
    """
    show_all(sys.stdout)
    given = _parser().parse_args(words)
    try:
        status: int = given.run(given)
    except _REFUSALS as error:
        print(f"{_NAME}: {clean(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


class _Parser(argparse.ArgumentParser):
    """
    A parser whose errors are one sentence.
    """

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{sentence(f'{_NAME}: {clean(message)}')}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m {_NAME}",
        description="Maintain the database of a chat server, which may run meanwhile.",
    )
    parser.add_argument("--version", action="version", version=f"Twisted Chat {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="command")
    command = _add(commands, backup)
    command.add_argument("file", type=Path, help="name of the copy, which must not exist yet")
    _add(commands, check)
    command = _add(commands, prune)
    command.add_argument(
        "--older-than",
        type=_age,
        required=True,
        metavar="TIME",
        help="age of what is deleted, such as 90d",
    )
    _add(commands, accounts)
    for change in (grant, revoke):
        command = _add(commands, change)
        command.add_argument("name", help="name of the account")
        command.add_argument("role", type=_role, help=f"name of the role: {_ROLES}")
    command = _add(commands, register)
    command.add_argument("name", help="name of the account")
    command.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="file with the password, on one line; - for the standard input",
    )
    command = _add(commands, unregister)
    command.add_argument("name", help="name of the account")
    command = _add(commands, invite)
    command.add_argument(
        "--uses", type=_uses, default=1, help="how many accounts it is good for, 1 by default"
    )
    command.add_argument(
        "--within",
        type=_age,
        default=Duration(days=7),
        metavar="TIME",
        help="how long it is good, 7d by default",
    )
    _add(commands, invitations)
    command = _add(commands, uninvite)
    command.add_argument("number", type=_count, help="number of the code in `invitations`")
    _add(commands, storage)
    command = _add(commands, forget)
    command.add_argument("plugin", help="name of the plugin, as `storage` lists it")
    _add(commands, bans)
    command = _add(commands, unban)
    command.add_argument("who", help="a name, an address or a network, as `bans` lists them")
    command = _add(commands, audit)
    command.add_argument(
        "count", type=_count, nargs="?", default=20, help="how many entries to show, 20 by default"
    )
    command.add_argument("--room", default="", help="show only what was done in this room")
    command = _add(commands, export)
    whose = command.add_mutually_exclusive_group(required=True)
    whose.add_argument("name", nargs="?", help="name of the account")
    whose.add_argument("--all", action="store_true", help="export every account, a file for each")
    command.add_argument(
        "--folder",
        type=Path,
        default=Path("exports"),
        help="folder for the files, exports by default; made when needed",
    )
    meaning = (service.__doc__ or "").strip()
    command = commands.add_parser("service", help=meaning, description=meaning)
    command.set_defaults(run=service)
    return parser


def _add(
    commands: argparse._SubParsersAction[_Parser],
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """
    Add the command ``run``: its name, its docstring as help, and the option for the database.
    """
    meaning = (run.__doc__ or "").strip()
    command = commands.add_parser(run.__name__, help=meaning, description=meaning)
    command.set_defaults(run=run)
    command.add_argument(
        "--database",
        type=_path,
        default=_DEFAULT,
        metavar="URL",
        help=f"URL of the database, {_DEFAULT} by default",
    )
    return command


def _age(text: str) -> Duration:
    try:
        age = read_age(text)
    except ValueError:
        age = Duration(0)
    if not age:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time; write for example 90d or 12h.")
    return age


def _count(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of entries; write for example 50."
        )
    return int(text)


def _uses(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > MOST_USES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of accounts, 1 to {MOST_USES}; write for example 5."
        )
    return int(text)


def _role(text: str) -> str:
    if text not in ROLES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a role; known roles: {_ROLES}.")
    return text


def _path(url: str) -> Path:
    try:
        path = path_of(url)
    except BadDatabase as error:
        raise argparse.ArgumentTypeError(
            f"{url!r} is not a database URL; write sqlite:///chat.db or sqlite:////srv/chat/chat.db."
        ) from error
    if path is None:
        raise argparse.ArgumentTypeError(
            "a database in memory belongs to its server; name a file."
        )
    return path


if __name__ == "__main__":
    # A reader that stops early, such as head, ends this program silently.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
