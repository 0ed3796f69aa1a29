"""
Tokens of programs: what the store keeps of who may come back without a password, or has a webhook.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Token:
    """
    What a token stands for: a session that may be resumed, and an account and a device.

    Attributes:
        hash: of the token, which nobody but the program has.
        account: the number of the account; 0 for a guest, whose token ends with the session.
        device: what the program calls the device; may be empty.
        made_at: when it was made, in seconds since the epoch.
        used_at: when its session came or went last, or its nick, account or rooms changed,
            likewise.
        nick: of the user of the session.
        visit: the number of their visit.
        since: when they arrived, likewise.
        rooms: the numbers of the rooms that they are in, in the order of joining.
        is_open: the session goes on, or may be resumed.
        until: when the time is over for which the session is held, likewise; 0 while its program
            is connected.
        door: at which its program came last, such as ``web``; empty if that is not known.
    """

    hash: str = field(repr=False)
    account: int
    device: str
    made_at: float
    used_at: float
    nick: str
    visit: int
    since: float
    rooms: tuple[int, ...] = ()
    is_open: bool = True
    until: float = 0.0
    door: str = ""


@frozen
class TokenKept:
    """
    A token is new, or what it stands for has changed.
    """

    token: Token


@frozen
class TokenEnded:
    """
    A token is worth nothing any more.
    """

    hash: str = field(repr=False)


@frozen
class RequestDone:
    """
    The session of a token has asked for something with a label, and that is done.

    Attributes:
        hash: of the token.
        label: of the request.
        forgotten: an earlier label of the session that is not known any more; empty for none.
        mark: what tells this request from others; empty if that is not known.
    """

    hash: str = field(repr=False)
    label: str
    forgotten: str = ""
    mark: str = ""


@frozen
class ToldAlone:
    """
    The session of a token alone was told an event.

    Attributes:
        hash: of the token.
        id: of the event, as that of a line.
        kind: the name of its class, or ``RoomLeft``; empty where only ``lost`` is kept.
        event: its fields, as JSON.
        forgotten: the id up to which earlier events end to be kept with this one; 0 for none.
        lost: the id up to which something is kept no more, as that was read long ago or there was
            too much; 0 for none.
    """

    hash: str = field(repr=False)
    id: int
    kind: str
    event: str = field(repr=False)
    forgotten: int = 0
    lost: int = 0


@frozen
class ToldForgotten:
    """
    What the session of a token alone was told up to the id ``last``, its program has read.

    It is deleted, but that there was something is kept.
    """

    hash: str = field(repr=False)
    last: int


@frozen
class Webhook:
    """
    An address at which a program says lines in a room.

    Attributes:
        id: like that of a line.
        hash: of the token in the address, which nobody but its program has.
        room: the number of the room.
        name: as its maker gave it, without a mark.
        author: the account of its maker.
        made_at: when it was made, in seconds since the epoch.
        used_at: when it said its last line, likewise; 0 for never.
    """

    id: int
    hash: str = field(repr=False)
    room: int
    name: str
    author: int
    made_at: float
    used_at: float = 0.0


@frozen
class WebhookMade:
    """
    A webhook is new.
    """

    webhook: Webhook


@frozen
class WebhookUsed:
    """
    A webhook said a line.

    Attributes:
        at: when, in seconds since the epoch.
    """

    id: int
    at: float


@frozen
class WebhookEnded:
    """
    A webhook says nothing any more.
    """

    id: int


#: A change of the tokens and webhooks.
TokenChange = (
    TokenKept
    | TokenEnded
    | RequestDone
    | ToldAlone
    | ToldForgotten
    | WebhookMade
    | WebhookUsed
    | WebhookEnded
)
