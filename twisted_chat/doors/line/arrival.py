"""
How a session of the line door begins: with a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted_chat.doors.recognise import is_program
from twisted_chat.errors import ChatError
from twisted_chat.text.names import LEAVING_WORDS, narrow

if TYPE_CHECKING:
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


# The commands that are there in the place of a name.
_BRING_IN = frozenset({"/login", "/register", "/link"})
# RFC 854, page 11.
_LINE_OF_TELNET = re.compile(rb"(?!\xff)[^\r\n]*\r[\n\0]")


def seems_telnet(opening: bytes) -> bool:
    """
    Return whether a client that begins with ``opening`` may speak telnet.

    Then a user typed one line, which ended as telnet ends it; crawlers send such lines too.  One
    that begins with a command of telnet speaks it, and is asked for that.
    """
    return _LINE_OF_TELNET.fullmatch(opening) is not None and is_program(opening) is None


def brings_in(typed: str) -> bool:
    """
    Return whether a line in the place of a name is one of ours, with what it needs.

    It is no secret that was asked for before, whatever came together with it.
    """
    command, _, rest = narrow(typed).strip().partition(" ")
    return command.lower() in _BRING_IN and bool(rest.strip())


def introduce(hub: Hub, session: Session, name: str) -> str | None:
    """
    Give ``session`` the ``name`` that was typed; a leaving word ends it.

    Returns:
        None, or, if the name is refused, the command that was typed in its place, without its
        slash.
    """
    command, _, rest = narrow(name).partition(" ")
    command, rest = command.lower(), rest.strip()
    if command == "/login":
        # As one who has read of it says that name here.
        command, name = "", rest
    try:
        if command.removeprefix("/") in LEAVING_WORDS:
            hub.connections.quit(session)
        elif command == "/register" and rest:
            _register(hub, session, *rest.split(None, 1))
        elif command == "/link" and rest:
            _link(hub, session, rest)
        elif command == "/link":
            raise ChatError("Type /link and the code of the other device.", code="nameless")
        elif command.startswith("/"):
            raise ChatError(
                "Please give your name first; commands come after that.", code="nameless"
            )
        elif not name:
            hub.ask_name(session)
        else:
            hub.logins.introduce(session, name)
    except ChatError as refusal:
        hub.refuse(session, refusal)
        hub.ask_name(session)
        return command.removeprefix("/")
    return None


def _register(hub: Hub, session: Session, name: str, code: str = "") -> None:
    def refuse(why: ChatError) -> None:
        hub.refuse(session, why)
        hub.withhold(session)
        hub.ask_name(session)

    hub.isolation.run(
        "a registration",
        lambda: hub.registration.ask_to_come_in(session, name, code),
        refused=refuse,
        failed=lambda: hub.ask_name(session),
        secret=code,
        counts=False,
    )


def _link(hub: Hub, session: Session, code: str) -> None:
    def refuse(why: ChatError) -> None:
        hub.refuse(session, why)
        hub.ask_name(session)

    hub.isolation.run(
        "a link",
        lambda: hub.links.ask(session, code),
        refused=refuse,
        failed=lambda: hub.ask_name(session),
        secret=code,
        counts=False,
    )
