"""
Webhooks, as the store keeps them: addresses of HTTP at which programs say lines in a room.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Webhook:
    """
    An address at which a program says lines in a room.

    Attributes:
        id: like that of a line; its lines have the author number ``-id``.
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


#: A change of the webhooks.
WebhookChange = WebhookMade | WebhookUsed | WebhookEnded
