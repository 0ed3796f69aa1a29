"""
Channels: JOIN, PART, TOPIC, NAMES, LIST, INVITE and KICK (RFC 2812, section 3.2).
"""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.numerics import (
    RPL_ENDOFNAMES,
    RPL_LIST,
    RPL_LISTEND,
    RPL_LISTSTART,
)
from twisted_chat.doors.irc.replies import NamesOf
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError, NoSuchRoom

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room

# As many channels as a list holds.
_LISTED = 1000


def join(ask: Ask) -> None:
    """
    Enter channels, each with its key if it has one (3.2.1); ``JOIN 0`` leaves all.
    """
    if ask.params[0] == "0":
        for room in tuple(ask.user.rooms):
            ask.hub.membership.leave(ask.user, room)
        return
    names = filter(None, ask.params[0].split(","))
    for name, key in zip_longest([*names], ask.param(1).split(","), fillvalue=""):
        if name:
            ask.attempt(name, partial(_enter, ask, name, key))


def _enter(ask: Ask, name: str, key: str) -> Awaitable[None] | None:
    if not name.startswith("#"):
        raise NoSuchRoom(name)
    before = set(ask.user.rooms)
    if key:
        return _enter_with(ask, name, key)
    _show_earlier(ask, ask.hub.membership.join(ask.session, name), before)
    return None


async def _enter_with(ask: Ask, name: str, key: str) -> None:
    before = set(ask.user.rooms)
    await ask.hub.locks.enter(ask.session, name, key)
    for room in ask.user.rooms:
        _show_earlier(ask, room, before)


def _show_earlier(ask: Ask, room: Room, before: set[Room]) -> None:
    """
    Show what was said in ``room`` last to a client that does not ask for it by itself.
    """
    count = ask.hub.world.limits.history_lines
    if room in before or not count or "draft/chathistory" in ask.caps:
        return
    ask.attempt(f"#{room.name}", partial(ask.hub.archive.show_place, ask.session, room, count))


def part(ask: Ask) -> None:
    """
    Leave channels (3.2.2).
    """
    for name in filter(None, ask.params[0].split(",")):
        ask.attempt(name, partial(_leave, ask, name))


def _leave(ask: Ask, name: str) -> None:
    ask.hub.membership.leave(ask.user, ask.room(name), ask.words(1))


def topic(ask: Ask) -> None:
    """
    Show or set the topic of a channel (3.2.4); an empty one removes it.
    """
    room = ask.room(ask.params[0])
    if len(ask.params) == 1:
        ask.hub.tell(ask.session, ask.hub.directory.topic(ask.user, room))
    else:
        ask.hub.talk.set_topic(ask.user, room, ask.words(1).strip())


def names(ask: Ask) -> None:
    """
    List who is in channels (3.2.5).
    """
    for name in filter(None, ask.param(0).split(",")):
        try:
            room = ask.room(name)
        except ChatError:
            # As for an empty one (modern.ircdocs.horse).
            ask.answer((RPL_ENDOFNAMES, name, "End of /NAMES list"))
        else:
            ask.spend(len(room.members))
            ask.hub.tell(ask.session, NamesOf(ask.hub.now(), room.name))
    if not ask.params:
        ask.answer((RPL_ENDOFNAMES, "*", "End of /NAMES list"))


def list_channels(ask: Ask) -> None:
    """
    List the channels that the user may know of and that are not empty, or those named (3.2.6).
    """
    found = ask.hub.directory.rooms(ask.user, _LISTED)
    wanted = {name.removeprefix("#").lower() for name in filter(None, ask.param(0).split(","))}
    lines = [
        (RPL_LIST, f"#{room.room}", str(room.members), room.topic)
        for room in found.rooms
        if room.members and (not wanted or room.room.lower() in wanted)
    ]
    ask.answer((RPL_LISTSTART, "Channel", "Users  Name"), *lines, (RPL_LISTEND, "End of /LIST"))


def invite(ask: Ask) -> None:
    """
    Invite a user to a channel (3.2.7).
    """
    recipient, room = ask.hub.find_user(ask.params[0]), ask.room(ask.params[1])
    ask.hub.membership.invite(ask.session, recipient, room)


def kick(ask: Ask) -> None:
    """
    Kick users from a channel (3.2.8).
    """
    for nick in filter(None, ask.params[1].split(",")):
        ask.attempt(nick, partial(_kick, ask, nick))


def _kick(ask: Ask, nick: str) -> None:
    room = ask.room(ask.params[0])
    ask.hub.moderation.kick(ask.user, ask.hub.find_user(nick), ask.words(2).strip(), room)


VERBS = {
    "JOIN": Verb(join, 1),
    "PART": Verb(part, 1),
    "TOPIC": Verb(topic, 1),
    "NAMES": Verb(names),
    "LIST": Verb(list_channels),
    "INVITE": Verb(invite, 2),
    "KICK": Verb(kick, 2),
}
