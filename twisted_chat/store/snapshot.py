"""
The snapshot: what a store tells a server at the start, and of an account when its owner comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from twisted_chat.store.allowances import Allowance
    from twisted_chat.store.decisions import RoomState, Sanction, Standing
    from twisted_chat.store.keys import Key
    from twisted_chat.store.plugins import PluginValue
    from twisted_chat.store.settings import AddressKept, Ignored, ReadMark
    from twisted_chat.store.tokens import Token, ToldAlone, Webhook


@frozen
class KnownRoom:
    """
    A room of which something is kept, as a store tells it at the start.

    Attributes:
        number: the number of its latest line; 0 if there is none.
    """

    id: int
    key: str
    name: str
    number: int


@frozen
class Registered:
    """
    An account, as a store tells it at the start.
    """

    id: int
    name: str
    key: str
    roles: frozenset[str]


@frozen
class Credentials:
    """
    The kept data of an account that is needed when its owner comes.

    Attributes:
        password: its hash.
        roles: what its owner may do beyond the ordinary.
        seen: the id of what came last before they went; 0 if they never did.
        seats: the numbers of the rooms they were in.
        settings: the names and values of what they set, as text.
        ignored: the users they ignore.
        read: up to which lines they have read, with the numbers of the rooms.
        read_in_private: up to which messages, with the folded nicks of the other users.
    """

    password: str = field(repr=False)
    roles: frozenset[str]
    seen: int
    seats: tuple[int, ...]
    settings: tuple[tuple[str, str], ...] = ()
    ignored: tuple[Ignored, ...] = ()
    read: tuple[tuple[int, ReadMark], ...] = ()
    read_in_private: tuple[tuple[str, ReadMark], ...] = ()


@frozen
class KeptToken:
    """
    A token, as a store tells it at the start.

    Attributes:
        done: the labels of the requests of its session that were done last, in that order, each
            with what tells the request from others.
        credentials: of its account; None for a guest.
        told: what its session alone was told lately, the earliest first.
    """

    token: Token
    done: tuple[tuple[str, str], ...] = ()
    credentials: Credentials | None = None
    told: tuple[ToldAlone, ...] = ()


@frozen
class Snapshot:
    """
    The state that a server must load before it serves.

    Attributes:
        rooms: all of which something is kept.
        last_id: the latest id in use; 0 if there is none.
        accounts: all there are.
        allowances: guesses at passwords that were used up.
        states: how rooms are set, those that are not as they began.
        standings: who was let into which room.
        sanctions: bans and mutes, also those that have expired since.
        unread: how many reports wait for an operator.
        last_room: the greatest number of a room, which may be forgotten, in the trail and reports.
        tokens: all there are.
        keys: likewise.
        plugin_values: all that plugins keep.
        addresses: to which owners of accounts are told by mail what they missed, each with the
            credentials of the account.
        webhooks: likewise.
    """

    rooms: tuple[KnownRoom, ...] = ()
    last_id: int = 0
    accounts: tuple[Registered, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    states: tuple[RoomState, ...] = ()
    standings: tuple[Standing, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    unread: int = 0
    last_room: int = 0
    tokens: tuple[KeptToken, ...] = ()
    keys: tuple[Key, ...] = ()
    plugin_values: tuple[PluginValue, ...] = ()
    addresses: tuple[tuple[AddressKept, Credentials], ...] = ()
    webhooks: tuple[Webhook, ...] = ()
