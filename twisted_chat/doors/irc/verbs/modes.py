"""
Modes: MODE of channels and users (RFC 2812, sections 3.1.5 and 3.2.3), as far as ours are theirs.
"""

from __future__ import annotations

from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.lines.signals import ban_mask
from twisted_chat.doors.irc.numerics import (
    ERR_INVALIDMODEPARAM,
    ERR_UMODEUNKNOWNFLAG,
    ERR_UNKNOWNMODE,
    ERR_USERSDONTMATCH,
    RPL_BANLIST,
    RPL_CHANNELMODEIS,
    RPL_ENDOFBANLIST,
    RPL_UMODEIS,
)
from twisted_chat.doors.irc.site import BOT
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.replies.moderation import SanctionEntry
from twisted_chat.store.decisions import Rank
from twisted_chat.text.durations import Duration
from twisted_chat.text.names import fold, shortened
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from twisted_chat.world.model import Room

#: For how long a ban or a mute holds, whose end a client of IRC cannot give.
BAN_FOR = Duration(days=365)
#: Changes with a parameter in one message, as ISUPPORT's MODES has it.
MOST_CHANGES = 4

_SWITCHES = {"i": "private", "s": "private", "m": "moderated", "R": "members", "t": "topiclock"}
_RANKS = {"o": Rank.OPERATOR, "v": Rank.VOICED}
# Modes with a parameter: always, and only where they are set.
_ALWAYS, _TO_SET = frozenset("ovqb"), frozenset("kSl")


def mode(ask: Ask) -> Awaitable[object] | None:
    """
    Show or set the modes of a channel or of the user.
    """
    target = ask.params[0]
    if not target.startswith("#"):
        _of_user(ask, target)
        return None
    room = ask.room(target)
    if len(ask.params) == 1:
        letters, *params = modes_of(room).split()
        ask.answer((RPL_CHANNELMODEIS, f"#{room.name}", letters, *params))
        return None
    unknown, left = list[str](), MOST_CHANGES
    for sign, letter, param in _settled(_changes(ask.params[1], list(ask.params[2:]))):
        left -= bool(param)
        if param and left < 0:
            told = f"At most {MOST_CHANGES} modes with a parameter are set at once"
            _refuse_param(ask, room, letter, param, told)
            continue
        if letter == "b" and not param:
            ask.attempt(target, partial(_list_bans, ask, room))
            continue
        change = _change(ask, room, letter, param, is_set=sign == "+")
        if change is None:
            unknown.append(letter)
        else:
            ask.attempt(target, partial(_unless_set, change))
    if unknown:
        told = "is unknown mode char to me"
        ask.answer(*((ERR_UNKNOWNMODE, letter, told) for letter in dict.fromkeys(unknown)))
    return None


def modes_of(room: Room) -> str:
    """
    Return the modes of ``room`` as in RPL_CHANNELMODEIS; nobody is told its password.
    """
    modes = room.modes
    letters = "n" + "".join(
        letter
        for letter, is_set in (
            ("i", modes.private), ("m", modes.moderated),
            ("R", modes.members), ("t", modes.topic_locked), ("N", not modes.history),
            ("k", bool(modes.password)), ("S", bool(modes.slow)), ("l", bool(modes.limit)),
        )
        if is_set
    )  # fmt: skip
    params = ["*" if modes.password else "", modes.slow, modes.limit]
    return " ".join([f"+{letters}", *(str(each) for each in params if each)])


def _of_user(ask: Ask, target: str) -> None:
    if fold(target) != ask.user.key:
        ask.answer((ERR_USERSDONTMATCH, "You can set your own modes only"))
    elif len(ask.params) == 1:
        _tell_own(ask)
    elif set(ask.params[1]) - set(f"+-io{BOT}"):
        ask.answer((ERR_UMODEUNKNOWNFLAG, "There is no such mode"))
    else:
        is_visible = False
        for sign, letter, _ in _changes(ask.params[1], []):
            if letter == "i":
                is_visible = sign == "-"
            elif letter == BOT:
                _mark_bot(ask, is_bot=sign == "+")
            elif letter == "o" and sign == "-":
                # Nobody makes themselves one by +o (RFC 2812, section 3.1.5).
                ask.hub.lent_roles.give_up(ask.user)
        if is_visible:
            # Nobody is that here: all users are invisible, whatever their clients ask for.
            _tell_own(ask)


def _tell_own(ask: Ask) -> None:
    letters = "+i" + (BOT if ask.site.marks_bot(ask.user) else "")
    ask.answer((RPL_UMODEIS, letters + ("o" if ask.user.is_staff else "")))


def _mark_bot(ask: Ask, *, is_bot: bool) -> None:
    nick = ask.user.nick
    if ask.site.marks_bot(ask.user) is not is_bot:
        ask.site.mark_bot(ask.user, is_bot=is_bot)
        ask.send(("MODE", nick, f"{'+' if is_bot else '-'}{BOT}"), source=ask.site.source(nick))


def _changes(letters: str, params: list[str]) -> Iterator[tuple[str, str, str]]:
    """
    Yield each change: its sign, its letter, and its parameter or nothing.
    """
    sign = "+"
    for letter in letters:
        if letter in "+-":
            sign = letter
            continue
        has_param = letter in _ALWAYS or (letter in _TO_SET and sign == "+")
        if letter == "k" and sign == "-" and params:
            # Some clients name the key that they take away.
            params.pop(0)
        yield sign, letter, params.pop(0) if has_param and params else ""


def _settled(changes: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """
    Return ``changes`` without those that a later one of them takes back, or makes again.

    Of modes without a parameter there may be as many in one message as there are modes, and not as
    many as it has letters.
    """
    last = dict[tuple[str, str], tuple[str, str, str]]()
    for change in changes:
        _, letter, param = change
        # Of these a channel has one, whatever it is.
        key = letter, "" if letter in _TO_SET else param
        last.pop(key, None)
        last[key] = change
    return list(last.values())


def _unless_set(change: Callable[[], Awaitable[object] | None]) -> Awaitable[object] | None:
    try:
        return change()
    except ChatError as refusal:
        if refusal.code in {"mode-set-already", "rank-not-held"}:
            # Nothing is told of what changes nothing.
            return None
        raise


def _change(
    ask: Ask, room: Room, letter: str, param: str, *, is_set: bool
) -> Callable[[], Awaitable[object] | None] | None:
    """
    Return what makes a change; None if there is no such mode.
    """
    hub, user = ask.hub, ask.user
    match letter:
        case "i" | "s" | "m" | "R" | "t":
            return partial(_switch, ask, room, letter, is_set=is_set)
        case "N":
            return partial(hub.modes.switch, user, room, "keephistory", not is_set)
        case "n":
            return partial(_keep_closed, ask, room, is_set=is_set)
        case "S":
            return partial(_slow, ask, room, param, is_set=is_set)
        case "l":
            return partial(_limit, ask, room, param, is_set=is_set)
        case "k":
            return partial(_lock, ask, room, param, is_set=is_set)
        case "o" | "v":
            return partial(_appoint, ask, room, param, letter, is_set=is_set)
        case "q":
            return partial(_own, ask, room, param, is_set=is_set)
        case "b":
            return partial(_ban, ask, room, param, is_set=is_set)
        case _:
            return None


def _number(param: str) -> int:
    """
    Return the number that ``param`` is; 0 if it is none.
    """
    return int(param[:10]) if param.isascii() and param.isdigit() else 0


def _refuse_param(ask: Ask, room: Room, letter: str, param: str, sentence: str) -> None:
    """
    Answer that a mode is not set because of its parameter, or as it has none.

    Raises:
        NotAllowed: the user may not set it at all.
    """
    policy.check(ask.user, Permission.OPERATE, room)
    ask.answer((ERR_INVALIDMODEPARAM, f"#{room.name}", letter, param, sentence))


def _switch(ask: Ask, room: Room, letter: str, *, is_set: bool) -> None:
    if letter == "s" and not is_set and room.modes.private:
        policy.check(ask.user, Permission.OPERATE, room)
        # It is told as +i: who takes an +s away that is not there is not to open the room.
        raise ChatError(
            f"#{room.name} is private (+i); MODE #{room.name} -i opens it.", code="stays-private"
        )
    ask.hub.modes.switch(ask.user, room, _SWITCHES[letter], is_set)


def _keep_closed(ask: Ask, room: Room, *, is_set: bool) -> None:
    policy.check(ask.user, Permission.OPERATE, room)
    if not is_set:
        # That is what a room of ours is, always.
        raise ChatError(f"Only members speak in #{room.name}, so +n stays.", code="always-closed")


def _slow(ask: Ask, room: Room, param: str, *, is_set: bool) -> None:
    seconds = min(_number(param), 10**6) if is_set else 0
    if is_set and not seconds:
        # Who mistypes it does not end it.
        _refuse_param(ask, room, "S", param, "Slow mode takes a number of seconds, from 1 on.")
        return
    ask.hub.modes.slow(ask.user, room, Duration(seconds=seconds))


def _limit(ask: Ask, room: Room, param: str, *, is_set: bool) -> None:
    policy.check(ask.user, Permission.OPERATE, room)
    # What is no number is refused as one that is out of range.
    ask.hub.modes.limit(ask.user, room, (_number(param) or -1) if is_set else 0)


def _lock(ask: Ask, room: Room, key: str, *, is_set: bool) -> Awaitable[None] | None:
    if not is_set:
        ask.hub.locks.unlock(ask.user, room)
        return None
    if not key:
        _refuse_param(ask, room, "k", key, "It needs a key.")
        return None
    if set(key) & set(" ,:"):
        # It could not be given in a JOIN.
        raise ChatError("A key has no spaces, commas or colons.", code="bad-key")
    return ask.hub.locks.lock(ask.session, ask.user, room, key)


def _appoint(ask: Ask, room: Room, name: str, letter: str, *, is_set: bool) -> None:
    appointments, rank = ask.hub.appointments, _RANKS[letter]
    if not name:
        _refuse_param(ask, room, letter, name, "It needs a nick.")
        return
    if not is_set:
        appointments.demote(ask.user, room, name, rank)
        return
    if policy.may(ask.user, Permission.OPERATE, room):
        # Who operates the channel is told first that there is no such user, or not in it.
        target = ask.hub.find_user(name)
        if target not in room.members:
            raise NotAllowed(
                f"{target.nick} is not in #{room.name}.",
                code="not-a-member",
                nick=target.nick,
                room=room.name,
            )
    try:
        appointments.appoint(ask.user, room, name, rank)
    except NotAllowed as refusal:
        # Nothing is told of what changes nothing; but who has a higher rank does not get this one.
        code, held = refusal.code, refusal.facts.get("rank")
        if code != "rank-held-already" or held != rank.name.lower():
            raise


def _own(ask: Ask, room: Room, name: str, *, is_set: bool) -> None:
    if is_set:
        raise ChatError(
            "A channel is owned by who makes it; MODE +o makes operators.", code="owner-is-founder"
        )
    policy.check(ask.user, Permission.OWN, room)
    if not name:
        _refuse_param(ask, room, "q", name, "It needs a nick.")
        return
    standing = ask.hub.appointments.find_standing(room, name)
    if standing is None or standing.rank is not Rank.OWNER:
        # On many servers, q is a mask that silences: nobody is to lose a channel by that.
        raise ChatError(
            f"{shortened(name)} does not own #{room.name}. To let users speak again who "
            f"were muted, send MODE #{room.name} -b m:nick.",
            code="not-the-owner",
        )
    ask.hub.appointments.disown(ask.user, room)


def _ban(ask: Ask, room: Room, mask: str, *, is_set: bool) -> None:
    kind, target = read_ban(mask)
    moderation = ask.hub.moderation
    if is_set:
        impose = moderation.mute if kind == "mute" else moderation.ban
        ask.hub.tell(ask.session, impose(ask.user, target, BAN_FOR, "", room))
    else:
        ask.hub.tell(ask.session, moderation.lift(ask.user, kind, target, room))


def read_ban(mask: str) -> tuple[str, str]:
    """
    Return what a mask of IRC bans, and whom: a nick, an account or an address.

    ``m:`` before it (ISUPPORT's EXTBAN) mutes.

    Raises:
        ChatError: it would hit users by what they have in common here, or names nobody.
    """
    kind = "mute" if mask.startswith("m:") else "ban"
    mask = mask.removeprefix("m:")
    nick, _, rest = mask.partition("!")
    host = rest.rpartition("@")[2]
    if nick and not set(nick) & set("*?"):
        return kind, nick
    try:
        return kind, str(ip_network(host, strict=False))
    except ValueError:
        raise ChatError(
            "A ban is of a nick or an account, such as MODE #room +b nick.", code="ban-mask"
        ) from None


async def _list_bans(ask: Ask, room: Room) -> None:
    try:
        rows = (await ask.hub.bans.listed(ask.session, room)).rows
    except ChatError:
        # Clients ask for the list by themselves when they enter: who may not read it reads none.
        rows = ()
    lines = [
        (
            RPL_BANLIST,
            f"#{room.name}",
            ban_mask(each.kind, each.target),
            each.by,
            str(int(each.since)),
        )
        for each in rows
        if isinstance(each, SanctionEntry)
    ]
    ask.answer(*lines, (RPL_ENDOFBANLIST, f"#{room.name}", "End of channel ban list"))


VERBS = {"MODE": Verb(mode, 1)}
