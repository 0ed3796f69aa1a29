"""
Channels: JOIN, PART, TOPIC, NAMES, LIST, INVITE and KICK (RFC 2812, section 3.2).
"""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.numerics import (
    ERR_NEEDMOREPARAMS,
    ERR_TOOMANYTARGETS,
    RPL_ENDOFINVITELIST,
    RPL_ENDOFNAMES,
    RPL_INVITELIST,
    RPL_LIST,
    RPL_LISTEND,
    RPL_LISTSTART,
)
from twisted_chat.doors.irc.replies import NamesOf
from twisted_chat.doors.irc.site import MAX_TARGETS
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, deny, is_like
from twisted_chat.errors import ChatError, NoSuchRoom

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator

    from twisted_chat.hub import Hub
    from twisted_chat.replies.rooms import RoomSummary
    from twisted_chat.world.model import Room, Session

# As many channels as a list holds, and searches as one LIST has.
_LISTED = 1000
_SEARCHES = 10


def join(ask: Ask) -> Awaitable[None] | None:
    """
    Enter channels, each with its key if it has one (3.2.1); ``JOIN 0`` leaves all.
    """
    if ask.params[0] == "0":
        for room in tuple(ask.user.rooms):
            ask.hub.membership.leave(ask.user, room)
        return None
    names, keys = filter(None, ask.params[0].split(",")), ask.param(1)
    pairs = [pair for pair in zip_longest([*names], keys.split(","), fillvalue="") if pair[0]]
    if keys:
        return _enter_each(ask, pairs)
    for name, _ in pairs:
        ask.attempt(name, partial(_enter, ask, name, ""))
    return None


async def _enter_each(ask: Ask, pairs: Iterable[tuple[str, str]]) -> None:
    """
    Enter channels one after the other, as to look at a key takes a while.
    """
    for name, key in pairs:
        try:
            entering = _enter(ask, name, key)
            if entering is not None:
                await entering
        except ChatError as refusal:
            deny(ask.hub, ask.session, ask.verb, name, refusal)


def _enter(ask: Ask, name: str, key: str) -> Awaitable[None] | None:
    if not name.startswith("#"):
        raise NoSuchRoom(name)
    before = set(ask.user.rooms)
    if key:
        return _enter_with(ask, name, key)
    ask.hub.membership.join(ask.session, name)
    show_earlier(ask, before)
    return None


async def _enter_with(ask: Ask, name: str, key: str) -> None:
    before = set(ask.user.rooms)
    await ask.hub.locks.enter(ask.session, name, key)
    show_earlier(ask, before)


def show_earlier(ask: Ask, before: Collection[Room]) -> None:
    """
    Show what was said last in the channels that the user has entered.

    Args:
        before: those in which they were already.
    """
    for channel, show in earlier(ask.hub, ask.session, ask.caps, before):
        ask.attempt(channel, show)


def earlier(
    hub: Hub, session: Session, caps: Collection[str], before: Collection[Room] = ()
) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    """
    Yield the channels that the user of ``session`` has entered, and what shows their last lines.

    There are none for a client that asks for these lines by itself.

    Args:
        caps: what it has negotiated.
        before: those in which they were already.
    """
    count, user = hub.world.limits.history_lines, session.user
    if user is not None and count and "draft/chathistory" not in caps:
        for room in [each for each in user.rooms if each not in before]:
            # Without topics and modes, which a client would take for those of now.
            yield f"#{room.name}", partial(hub.spans.show, session, room, count)


def part(ask: Ask) -> None:
    """
    Leave channels (3.2.2).
    """
    for name in filter(None, ask.params[0].split(",")):
        ask.attempt(name, partial(_leave, ask, name))


def _leave(ask: Ask, name: str) -> None:
    ask.hub.membership.leave(ask.user, ask.room(name), ask.words(1))


def topic(ask: Ask) -> Awaitable[None] | None:
    """
    Show or set the topic of a channel (3.2.4); an empty one removes it.
    """
    room = ask.room(ask.params[0])
    if len(ask.params) == 1:
        ask.hub.tell(ask.session, ask.hub.directory.topic(ask.user, room))
        return None
    return ask.hub.talk.set_topic(ask.user, room, ask.words(1).strip())


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
    List the channels that the user may know of and that are not empty (3.2.6).

    That is all of them, those named, or those that a search of ISUPPORT's ELIST finds: by a mask,
    a mask behind ``!``, or more or fewer members than ``>`` or ``<`` says.
    """
    found = ask.hub.directory.rooms(ask.user, len(ask.hub.world.rooms))
    searches = list(filter(None, ask.param(0).lower().split(",")))[:_SEARCHES]
    named = [search for search in searches if search[0] not in "<>!"]
    others = [search for search in searches if search[0] in "<>!"]
    lines = [
        (RPL_LIST, f"#{room.room}", str(room.members), room.topic)
        for room in found.rooms
        if room.members
        and (not named or any(_is_like(room, each) for each in named))
        and all(_is_found(room, each) for each in others)
    ]
    more = len(lines) - _LISTED
    end = (
        f"End of /LIST; {more} smaller ones are left out, which a mask finds"
        if more > 0
        else ("End of /LIST")
    )
    ask.answer((RPL_LISTSTART, "Channel", "Users  Name"), *lines[:_LISTED], (RPL_LISTEND, end))


def _is_like(room: RoomSummary, mask: str) -> bool:
    return is_like(f"#{room.room.lower()}", mask)


def _is_found(room: RoomSummary, search: str) -> bool:
    rest = search[1:]
    if search[0] == "!":
        return not _is_like(room, rest)
    number = int(rest[:9]) if rest.isascii() and rest.isdigit() else 0
    return room.members > number if search[0] == ">" else room.members < number


def invite(ask: Ask) -> None:
    """
    Invite a user to a channel (3.2.7), or list the channels that the user may enter by invitation.
    """
    if not ask.params:
        let_in = ask.hub.world.let_in.get(ask.user.author, {})
        rooms = [room for room in let_in if room not in ask.user.rooms]
        ask.answer(
            *((RPL_INVITELIST, f"#{room.name}") for room in rooms),
            (RPL_ENDOFINVITELIST, "End of /INVITE list"),
        )
        return
    if len(ask.params) < 2:
        ask.answer((ERR_NEEDMOREPARAMS, ask.verb, "INVITE needs a nick and a channel"))
        return
    recipient, room = ask.hub.find_user(ask.params[0]), ask.room(ask.params[1])
    ask.hub.membership.invite(ask.session, recipient, room)


def kick(ask: Ask) -> None:
    """
    Kick users from a channel, or each from a channel of their own (3.2.8).
    """
    channels, nicks = ask.params[0].split(","), ask.params[1].split(",")
    if len(channels) != len(nicks):
        channels = channels[:1] * len(nicks)
    pairs = [pair for pair in zip(channels, nicks, strict=True) if all(pair)]
    for channel, nick in pairs[:MAX_TARGETS]:
        ask.attempt(nick, partial(_kick, ask, channel, nick))
    beyond = [nick for _, nick in pairs[MAX_TARGETS:]]
    if beyond:
        told = "Too many targets; they were not kicked"
        ask.answer(*((ERR_TOOMANYTARGETS, nick, told) for nick in beyond))


def _kick(ask: Ask, channel: str, nick: str) -> None:
    room = ask.room(channel)
    ask.hub.moderation.kick(ask.user, ask.hub.find_user(nick), ask.words(2).strip(), room)


VERBS = {
    "JOIN": Verb(join, 1),
    "PART": Verb(part, 1),
    "TOPIC": Verb(topic, 1),
    "NAMES": Verb(names),
    "LIST": Verb(list_channels),
    "INVITE": Verb(invite),
    "KICK": Verb(kick, 2),
}
