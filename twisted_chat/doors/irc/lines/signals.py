"""
The messages of signals; most are for clients that have negotiated them, and for others none.

By IRCv3's away-notify, account-notify, setname, invite-notify and typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.irc.lines.events import away
from twisted_chat.doors.irc.lines.replies import lines_of_reply
from twisted_chat.doors.irc.lines.said import Line, fit
from twisted_chat.doors.irc.message import written_tags
from twisted_chat.doors.irc.numerics import RPL_LOGGEDIN, RPL_LOGGEDOUT
from twisted_chat.doors.irc.site import RANK_MODES
from twisted_chat.replies.people import Away
from twisted_chat.signals import (
    AccountSet,
    AwayChanged,
    InviteSent,
    OwnAway,
    RankShown,
    RealnameSet,
    SanctionShown,
    Typing,
)
from twisted_chat.world.sanctions import AN_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.doors.irc.negotiated import Negotiated
    from twisted_chat.signals import Signal


def lines_of_signal(how: Negotiated, signal: Signal, reader: str) -> Iterable[Line]:
    """
    Return the messages of ``signal``.

    Args:
        reader: who reads it alone; empty if others do too.
    """
    source = f":{how.site.source(fit(signal.nick))}"
    match signal:
        case AccountSet() if signal.nick == reader:
            return _own_account(how, signal)
        case OwnAway():
            # As the client that has set it is told.
            own = Away(signal.at, signal.nick, signal.reason, is_yours=True)
            return lines_of_reply(how, own, reader)
        case AwayChanged() if signal.nick != reader and "away-notify" in how.caps:
            return [away(how, signal.nick, signal.reason)]
        case AccountSet():
            return _account(how, signal)
        case RealnameSet() if "setname" in how.caps:
            return [(f"{source} SETNAME :{fit(signal.realname)}", "")]
        case InviteSent() if "invite-notify" in how.caps:
            return [(f"{source} INVITE {fit(signal.recipient)} :#{fit(signal.room)}", "")]
        case RankShown():
            change = f"{'+' if signal.is_held else '-'}{RANK_MODES[signal.rank]}"
            where = f"#{fit(signal.room)}"
            return [(f":{how.site.name} MODE {where} {change} {fit(signal.nick)}", "")]
        case SanctionShown():
            by = source if signal.nick else f":{how.site.name}"
            change = f"{'+' if signal.is_set else '-'}b {ban_mask(signal.kind, signal.target)}"
            return [(f"{by} MODE #{fit(signal.room)} {change}", "")]
        case Typing() if how.has_tags:
            target = f"#{fit(signal.room)}" if signal.room else fit(signal.recipient)
            return [(f"{source} TAGMSG {target}", written_tags({"+typing": signal.state}))]
        case _:
            return []


def ban_mask(kind: str, target: str) -> str:
    """
    Return the mask of a ``ban`` or a ``mute`` in the list of bans.
    """
    # One of an address that its reader may not know: all have the same host, so it hits nobody.
    mask = "*!*@an-address" if target == AN_ADDRESS else f"{fit(target)}!*@*"
    return f"{'m:' if kind == 'mute' else ''}{mask}"


def _account(how: Negotiated, signal: AccountSet) -> list[Line]:
    if "account-notify" not in how.caps:
        return []
    return [(f":{how.site.source(fit(signal.nick))} ACCOUNT {fit(signal.account) or '*'}", "")]


def _own_account(how: Negotiated, signal: AccountSet) -> Iterable[Line]:
    if how.is_registering:
        # It has been told so when it proved that.
        return []
    nick, account = fit(signal.nick), fit(signal.account)
    start, source = f":{how.site.name}", how.site.source(nick)
    changed = _account(how, signal)
    if not account:
        told = ":You are now logged out"
        return [(f"{start} {RPL_LOGGEDOUT} {nick} {source} {told}", ""), *changed]
    told = f":You are now logged in as {account}"
    return [(f"{start} {RPL_LOGGEDIN} {nick} {source} {account} {told}", ""), *changed]
