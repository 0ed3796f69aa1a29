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
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from twisted_chat.admin import accounts as registry
from twisted_chat.admin import invitations as invited
from twisted_chat.admin import maintenance as upkeep
from twisted_chat.admin import sanctions as verdicts
from twisted_chat.admin import storage as stored
from twisted_chat.admin.passwords import read_typed_password
from twisted_chat.auth.tokens import hash_of, new_token
from twisted_chat.errors import ChatError
from twisted_chat.history.retention import oldest_kept
from twisted_chat.log import show_all
from twisted_chat.people.owners.invitations import MOST_USES
from twisted_chat.store.decisions import deadline, moment
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import path_of
from twisted_chat.text.clean import clean, sentence
from twisted_chat.text.durations import Duration, read_age
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.sizes import in_units
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
    *(
        registry.NoSuchAccount,
        registry.NameTaken,
        verdicts.NoSuchSanction,
        invited.NoSuchInvitation,
        stored.NoSuchStorage,
    ),
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


def backup(given: argparse.Namespace) -> int:
    """
    Copy the database into a new file.
    """
    upkeep.back_up(given.database, given.file)
    _say(f"{given.file} is a good copy of {given.database}.")
    return 0


def check(given: argparse.Namespace) -> int:
    """
    Check whether the database is damaged.
    """
    found = upkeep.check(given.database)
    for line in found:
        _say(line)
    if found:
        return 1
    newer = ", but was written by a newer Twisted Chat; install that one to use it"
    _say(f"{given.database} is not damaged{newer if upkeep.is_newer(given.database) else ''}.")
    return 0


def prune(given: argparse.Namespace) -> int:
    """
    Delete old history for good.
    """
    deleted = upkeep.prune(given.database, oldest_kept(given.older_than, time.time()))
    _say("1 entry was deleted." if deleted == 1 else f"{deleted:,} entries were deleted.")
    return 0


def accounts(given: argparse.Namespace) -> int:
    """
    List the accounts, the oldest first.
    """
    listed = registry.list_accounts(given.database)
    if not listed:
        _say("There are no accounts.")
        return 0
    # Names have all widths, so they come last.
    row = "{:16}  {:16}  {:9} {}".format
    _say(row("registered", "last seen", "roles", "name"))
    for each in listed:
        seen = "here" if each.seen is None else moment(each.seen)
        _say(row(moment(each.registered), seen, ",".join(sorted(each.roles)), each.name))
    return 0


def grant(given: argparse.Namespace) -> int:
    """
    Give an account a role.
    """
    is_new = registry.set_role(given.database, given.name, given.role, has=True)
    who = f"{given.name} is {given.role}"
    _say(f"{who} from the next login on." if is_new else f"{who} already.")
    return 0


def revoke(given: argparse.Namespace) -> int:
    """
    Take a role from an account.
    """
    was = registry.set_role(given.database, given.name, given.role, has=False)
    who, role = given.name, given.role
    until = f"{who} is {role} until the next login."
    _say(until if was else f"{who} was not {role}.")
    return 0


def register(given: argparse.Namespace) -> int:
    """
    Make an account; its password is asked for, or read from a file.
    """
    name = read_nick(clean(given.name))
    password = read_typed_password(given.password_file)
    name = registry.make(given.database, name, password, time.time())
    _say(f"The account {name} was made. A server that runs knows it within some seconds.")
    return 0


def unregister(given: argparse.Namespace) -> int:
    """
    Delete an account, so that its name is free; the server must be stopped.
    """
    name = registry.remove(given.database, given.name)
    _say(f"The account {name} was deleted. What its owner said stays.")
    return 0


def invite(given: argparse.Namespace) -> int:
    """
    Make a code with which newcomers register; it is shown only now.
    """
    now = time.time()
    until = now + given.within.total_seconds()
    code = invited.make(given.database, given.uses, until, now)
    many = "one account" if given.uses == 1 else f"{given.uses} accounts"
    _say(f"{code} is good for {many} until {deadline(until)}.")
    return 0


def invitations(given: argparse.Namespace) -> int:
    """
    List the codes for newcomers, and who came with them, the oldest first.
    """
    listed = invited.list_invitations(given.database)
    if not listed:
        _say("There are no invitation codes.")
    now = time.time()
    for each in listed:
        state = f"good until {deadline(each.until)}" if each.is_good(now) else "over"
        names = f": {', '.join(each.accounts)}" if each.accounts else ""
        by = each.by or "this program"
        made = f"{each.number} by {by} on {moment(each.made_at)}"
        _say(f"{made}, {state}, used {each.used} of {each.uses} times{names}")
    return 0


def uninvite(given: argparse.Namespace) -> int:
    """
    End a code for newcomers; who came with it stays.
    """
    invited.revoke(given.database, given.number, time.time())
    _say(f"The invitation code {given.number} is good no more.")
    return 0


def storage(given: argparse.Namespace) -> int:
    """
    List how much plugins keep.
    """
    listed = stored.list_storage(given.database)
    if not listed:
        _say("No plugin keeps anything.")
    for each in listed:
        values = "1 value" if each.values == 1 else f"{each.values:,} values"
        schedules = "1 schedule" if each.schedules == 1 else f"{each.schedules:,} schedules"
        _say(f"{each.plugin}: {values}, {schedules}, {in_units(each.size)}")
    return 0


def forget(given: argparse.Namespace) -> int:
    """
    Delete all that a plugin keeps; the server must be stopped.
    """
    stored.forget(given.database, given.plugin)
    _say(f"All that the plugin {given.plugin} kept was deleted.")
    return 0


def bans(given: argparse.Namespace) -> int:
    """
    List the bans and mutes of the whole server that hold.
    """
    listed = verdicts.list_sanctions(given.database, time.time())
    if not listed:
        _say("There are no bans or mutes on this server.")
    for each in listed:
        _say(f"{each.kind} of {each.shown} {each.told}")
    return 0


def unban(given: argparse.Namespace) -> int:
    """
    End the bans and mutes of a name or an address on the whole server.
    """
    for each in verdicts.lift(given.database, given.who, time.time()):
        _say(f"The {each.kind} of {each.shown} ends when the server starts next.")
    return 0


def audit(given: argparse.Namespace) -> int:
    """
    Show the audit trail, the latest entry last.
    """
    entries = verdicts.audit(given.database, given.count, given.room)
    if not entries:
        _say("The audit trail is empty.")
    for entry in entries:
        _say(entry.told)
    return 0


def export(given: argparse.Namespace) -> int:
    """
    Write all that is kept about a user to a file of JSON lines.
    """
    names = [given.name]
    if given.all:
        names = [each.name for each in registry.list_accounts(given.database)]
    for name in names:
        _say(str(registry.export_account(given.database, name, given.folder)))
    return 0


def service(_: argparse.Namespace) -> int:
    """
    Make a token with which a program connects as a plugin; it is shown only now.
    """
    token = new_token()
    _say(f"For the program: {token}")
    _say(f'For its table [plugins.NAME] in the server\'s file: token = "{hash_of(token)}"')
    return 0


def _say(line: str) -> None:
    # The name of a file, and the content of a damaged one, may hold any character.
    print(clean(line))


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
