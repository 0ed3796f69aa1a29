"""
The commands of the admin program: each does its work, says what was done, and returns a status.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from twisted_chat.admin import accounts as registry
from twisted_chat.admin import invitations as invited
from twisted_chat.admin import maintenance as upkeep
from twisted_chat.admin import sanctions as verdicts
from twisted_chat.admin import storage as stored
from twisted_chat.admin.passwords import read_typed_password
from twisted_chat.auth.tokens import hash_of, new_token
from twisted_chat.history.retention import oldest_kept
from twisted_chat.store.decisions import deadline, moment
from twisted_chat.text.clean import clean
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.sizes import in_units

if TYPE_CHECKING:
    import argparse


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
