"""
Replies about webhooks.

The one with an address in it is told once and kept nowhere.
"""

from __future__ import annotations

from attrs import field, frozen

from twisted_chat.replies.reply import Reply


@frozen
class WebhookAdded(Reply):
    """
    Programs say lines in ``room``, as ``nick``, at an address from now on.

    Attributes:
        name: of the webhook, without its mark.
        site: the server's own address, as far as that is known: ``https://chat.example:7342``.
        path: behind it; who has this may speak.
    """

    room: str
    name: str
    nick: str
    site: str
    path: str = field(repr=False)


@frozen
class WebhookRow:
    """
    A webhook of a room.

    Attributes:
        name: as in `WebhookAdded`.
        nick: likewise.
        by: the account of its maker.
        made_at: when it was made, in seconds since the epoch.
        used_at: when it said its last line, likewise; 0 for never.
        is_silent: it may not speak now, as its maker does not operate the room, or is banned or
            muted.
    """

    name: str
    nick: str
    by: str
    made_at: float
    used_at: float
    is_silent: bool


@frozen
class WebhookList(Reply):
    """
    The webhooks of ``room``, in the order of making.
    """

    room: str
    webhooks: tuple[WebhookRow, ...]


@frozen
class WebhookRemoved(Reply):
    """
    The webhook called ``name`` says nothing more in ``room``.
    """

    room: str
    name: str
