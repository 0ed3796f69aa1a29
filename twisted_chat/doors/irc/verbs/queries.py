"""
Queries: who a user is, who is where, and what the server is (RFC 2812, sections 3.4, 3.6, 4).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.kept.names import prefix_in
from twisted_chat.doors.irc.numerics import (
    ERR_NOSUCHNICK,
    ERR_WASNOSUCHNICK,
    RPL_AWAY,
    RPL_ENDOFINFO,
    RPL_ENDOFWHO,
    RPL_ENDOFWHOIS,
    RPL_ENDOFWHOWAS,
    RPL_INFO,
    RPL_ISON,
    RPL_TIME,
    RPL_USERHOST,
    RPL_VERSION,
    RPL_WHOISACCOUNT,
    RPL_WHOISACTUALLY,
    RPL_WHOISBOT,
    RPL_WHOISCHANNELS,
    RPL_WHOISIDLE,
    RPL_WHOISOPERATOR,
    RPL_WHOISSERVER,
    RPL_WHOISUSER,
    RPL_WHOREPLY,
    RPL_WHOSPCRPL,
    RPL_WHOWASUSER,
)
from twisted_chat.doors.irc.site import BOT, HOST, USER
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, is_like
from twisted_chat.errors import ChatError
from twisted_chat.text.names import fold
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.doors.irc.kept.departed import Gone
    from twisted_chat.world.model import Room, User

# What stands for the server's numeric, and for an address that nobody is told (WHOX).
_NO_ADDRESS = "255.255.255.255"
_MOST = 4


def who(ask: Ask) -> None:
    """
    List who is in a channel, or whose nick is as a mask says (3.6.1; WHOX, IRCv3).

    With ``o``, those of them are listed who are operators of the server.
    """
    mask, fields = ask.param(0), ask.param(1)
    found = _found(ask, mask)
    if "o" in fields.partition("%")[0]:
        found = [(room, user) for room, user in found if user.is_staff]
    lines = [_who_line(ask, room, user, fields) for room, user in found]
    ask.answer(*lines, (RPL_ENDOFWHO, mask or "*", "End of /WHO list"))


def _found(ask: Ask, mask: str) -> Iterable[tuple[Room | None, User]]:
    if mask.startswith("#"):
        try:
            room = ask.room(mask)
        except ChatError:
            return []
        return [(room, user) for user in room.members]
    users = ask.hub.world.users
    exact = users.get(fold(mask))
    if exact is not None:
        return [(_common_room(ask, exact), exact)]
    if not set(mask) & set("*?"):
        return []
    # All users are invisible (mode i): a mask finds those with whom a room is shared.
    around = dict.fromkeys([ask.user, *(user for room in ask.user.rooms for user in room.members)])
    pattern = mask.lower()
    return [
        (_common_room(ask, user), user)
        for user in around
        if is_like(user.key, pattern) or is_like(f"{user.key}!{USER}@{HOST}", pattern)
    ]


def _common_room(ask: Ask, user: User) -> Room | None:
    return next((room for room in user.rooms if ask.user in room.members), None)


def _who_line(ask: Ask, room: Room | None, user: User, fields: str) -> tuple[str, ...]:
    channel = "*" if room is None else f"#{room.name}"
    flags = "G" if user.is_away else "H"
    flags += "*" if user.is_staff else ""
    flags += prefix_in(room, user) if room is not None else ""
    flags += BOT if ask.site.marks_bot(user) else ""
    name = ask.site.name
    username, realname = ask.site.names_of(ask.user, user)
    _, is_whox, wanted = fields.partition("%")
    if not is_whox:
        return (RPL_WHOREPLY, channel, username, HOST, name, user.nick, flags, f"0 {realname}")
    wanted, _, token = wanted.partition(",")
    values = {
        "t": token or "0", "c": channel, "u": username, "i": _NO_ADDRESS, "h": HOST, "s": name,
        "n": user.nick, "f": flags, "d": "0", "l": str(int(user.idle)),
        "a": user.account_name or "0", "o": "n/a", "r": realname,
    }  # fmt: skip
    return (RPL_WHOSPCRPL, *(value for letter, value in values.items() if letter in wanted))


def whois(ask: Ask) -> None:
    """
    Tell who users are (3.6.2): what the user may know of them, as of ``/whois``.
    """
    named = ask.params[1] if len(ask.params) > 1 else ask.param(0)
    for nick in list(filter(None, named.split(",")))[:_MOST]:
        user = ask.site.user_called(nick)
        lines = [(ERR_NOSUCHNICK, nick, "No such nick")] if user is None else _whois(ask, user)
        ask.answer(*lines, (RPL_ENDOFWHOIS, user.nick if user else nick, "End of /WHOIS list"))


def _whois(ask: Ask, user: User) -> Iterator[tuple[str, ...]]:
    found, nick = ask.hub.directory.whois(ask.user, user), user.nick
    username, realname = ask.site.names_of(ask.user, user)
    yield RPL_WHOISUSER, nick, username, HOST, "*", realname
    if found.rooms:
        rooms = [room for room in user.rooms if room.name in found.rooms]
        channels = [f"{prefix_in(room, user)}#{room.name}" for room in rooms]
        yield from ask.fitting(channels, RPL_WHOISCHANNELS, nick)
    yield RPL_WHOISSERVER, nick, ask.site.name, "Twisted Chat"
    if found.is_operator:
        yield RPL_WHOISOPERATOR, nick, "is an operator of the server"
    if user.account_name:
        yield RPL_WHOISACCOUNT, nick, user.account_name, "is logged in as"
    if ask.site.marks_bot(user):
        yield RPL_WHOISBOT, nick, "is a bot"
    if found.away is not None:
        yield RPL_AWAY, nick, found.away or "away"
    for host in found.hosts or ():
        yield RPL_WHOISACTUALLY, nick, host or "127.0.0.1", "comes from"
    idle, since = str(int(found.idle)), str(int(found.since))
    yield RPL_WHOISIDLE, nick, idle, since, "seconds idle, signon time"


def whowas(ask: Ask) -> None:
    """
    Tell who was called so, and has left or is called otherwise now (3.6.3).
    """
    nick, wanted = ask.params[0], ask.param(1)
    count = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 0
    lines = [line for gone in ask.site.departed.called(nick, count) for line in _was(ask, gone)]
    lines = lines or [(ERR_WASNOSUCHNICK, nick, "There was no such nick")]
    ask.answer(*lines, (RPL_ENDOFWHOWAS, nick, "End of WHOWAS"))


def _was(ask: Ask, gone: Gone) -> Iterator[tuple[str, ...]]:
    is_ignored = ask.user.ignores_author(gone.nick, gone.author)
    username, realname = (USER, gone.nick) if is_ignored else (gone.username, gone.realname)
    yield RPL_WHOWASUSER, gone.nick, username, HOST, "*", realname
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(gone.at))
    yield RPL_WHOISSERVER, gone.nick, ask.site.name, at


def ison(ask: Ask) -> None:
    """
    Tell which of these users are here (4.9).
    """
    nicks = [nick for param in ask.params for nick in param.split()]
    here = [user.nick for nick in nicks if (user := ask.site.user_called(nick))]
    ask.answer(*ask.fitting(here, RPL_ISON))


def userhost(ask: Ask) -> None:
    """
    Tell which of these users are away (4.8).
    """
    here = filter(None, map(ask.site.user_called, ask.params[:5]))
    told = [
        f"{user.nick}{'*' if user.is_staff else ''}={'-' if user.is_away else '+'}{USER}@{HOST}"
        for user in here
    ]
    ask.answer(*ask.fitting(told, RPL_USERHOST))


def motd(ask: Ask) -> None:
    """
    Show the message of the day (3.4.1).
    """
    ask.send_lines(ask.site.message_of_the_day(ask.user.nick))


def lusers(ask: Ask) -> None:
    """
    Tell how many are here (3.4.2).
    """
    ask.send_lines(ask.site.census.lines(ask.user.nick, is_exact=True))


def version(ask: Ask) -> None:
    """
    Tell which server it is (3.4.3).
    """
    ask.answer((RPL_VERSION, f"twisted-chat-{VERSION}", ask.site.name, "Twisted Chat"))
    ask.send_lines(ask.site.isupport(ask.user.nick))


def tell_time(ask: Ask) -> None:
    """
    Tell the time of the server (3.4.6).
    """
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(ask.hub.now()))
    ask.answer((RPL_TIME, ask.site.name, now))


def info(ask: Ask) -> None:
    """
    Tell what the server is (3.4.10).
    """
    ask.answer(
        (
            RPL_INFO,
            f"Twisted Chat {VERSION}, a chat server for people in terminals",
        ),
        (RPL_ENDOFINFO, "End of INFO"),
    )


VERBS = {
    "INFO": Verb(info),
    "WHO": Verb(who),
    "WHOIS": Verb(whois, 1),
    "WHOWAS": Verb(whowas, 1),
    "ISON": Verb(ison, 1),
    "USERHOST": Verb(userhost, 1),
    "MOTD": Verb(motd),
    "LUSERS": Verb(lusers),
    "VERSION": Verb(version),
    "TIME": Verb(tell_time),
}
