"""
The status line: where one is, what is unread, who wrote, and how the connection stands.
"""

from __future__ import annotations

from twisted_chat.client.show.clean import clean
from twisted_chat.client.talk.conversation import Conversation

# So many rooms and nicks are named; of more, the count.
_MOST = 6


def status(talk: Conversation, place: str, *, is_waiting: bool = False) -> str:
    """
    Return the status line of a conversation.

    Args:
        place: the server.
        is_waiting: there is a pause before the next try to connect.
    """
    rooms = talk.rooms
    parts = [f"#{rooms.current}" if rooms.current else "no room"]
    if not talk.is_connected:
        # First of all, as a narrow window shows no more.
        parts.append(
            "not connected, Enter tries at once" if is_waiting else f"connecting to {place}"
        )
        if talk.outgoing.waiting:
            parts.append(f"{talk.outgoing.waiting} to be sent")
    busy = [(name, each) for name, each in rooms.unread.items() if each.lines]
    for name, unread in busy[:_MOST]:
        lines = f"{unread.lines}{'+' if unread.is_at_least else ''}"
        mentions = f"!{unread.mentions}" if unread.mentions else ""
        parts.append(f"#{name} {lines}{mentions}")
    quiet = len(rooms.unread) - len(busy[:_MOST])
    if quiet:
        parts.append(f"+{quiet} room{'' if quiet == 1 else 's'}")
    if rooms.writers:
        parts.append(f"from {', '.join(list(rooms.writers)[-_MOST:])}")
    if talk.is_connected:
        parts.append(f"{talk.nick} at {place}")
    return clean(" | ".join(parts))
