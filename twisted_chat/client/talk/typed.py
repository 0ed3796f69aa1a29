"""
What is typed becomes a request: talk, or a command.
"""

from __future__ import annotations

import re

from twisted_chat.client.show.line import Message

# A command, in what has several lines; a path and a comment are none.
_COMMAND = re.compile(r"[/\uff0f][a-z]+(?:\s|$)", re.IGNORECASE)
# What the server reads as more than talk, on a single line, as input methods write it too.
_TO_ONE = ("@", "\uff20")
_SIGNS = ("/", "\uff0f", *_TO_ONE)
_BARE = frozenset({"help", "?", "q", "quit", "exit", "close", "disconnect"})


def is_command(text: str) -> bool:
    """
    Return whether ``text`` begins with a command, or says to whom alone it goes.
    """
    first = text.lstrip()
    return _COMMAND.match(first) is not None or first.startswith(_TO_ONE)


def request_of(text: str, room: str) -> Message:
    """
    Return the request for a message of one line or several, as the server would read it.

    Args:
        text: as it was typed or pasted.
        room: where it is said, if it is talk; empty for none.
    """
    first = text.lstrip()
    if "\n" in text:
        is_command = _COMMAND.match(first) is not None
    else:
        is_command = first.startswith(_SIGNS) or first.strip().lower() in _BARE
    if is_command or not room:
        return {"request": "command", "text": text}
    return {"request": "say", "text": text, "room": room}


def command(name: str, **args: object) -> Message:
    """
    Return the request for a command.
    """
    return {"request": "command", "name": name, "args": args}


def text_of(request: Message) -> str:
    """
    Return what the user has typed for a request; empty if the client asks for it by itself.

    Of a command with a password, that is its name.
    """
    name, args = str(request.get("name", "")), request.get("args", {})
    if text := str(request.get("text", args.get("text", ""))):
        return text
    is_switch = name == "join" and "password" not in args
    return f"/{name}" if name and not is_switch else ""
