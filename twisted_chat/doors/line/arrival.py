"""
How a session of the line door begins: the first bytes of a client, and its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.recognise import ENOUGH, farewell_to, farewell_to_line
from twisted_chat.errors import ChatError
from twisted_chat.text.names import LEAVING_WORDS, narrow

if TYPE_CHECKING:
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


# RFC 854, page 11.
_LINE_OF_TELNET = re.compile(rb"[^\r\n]*\r[\n\0]")


@define(eq=False)
class Opening:
    """
    The first bytes of a client, which tell whether it is one that chats.

    Attributes:
        is_over: enough has come to know.
    """

    is_over: bool = field(init=False, default=False)
    _bytes: bytes = field(init=False, default=b"")

    def farewell(self, data: bytes) -> bytes | None:
        """
        Return the farewell to a client that sends ``data`` next; None if it may be a user.
        """
        self._bytes += data[:ENOUGH]
        self.is_over = len(self._bytes) >= ENOUGH or b"\n" in self._bytes
        return farewell_to(self._bytes)

    @property
    def seems_telnet(self) -> bool:
        """
        Whether one line was typed, and ended as telnet ends it; crawlers do so too.
        """
        is_line = _LINE_OF_TELNET.fullmatch(self._bytes) is not None
        return is_line and farewell_to_line(self._bytes) is None


def introduce(hub: Hub, session: Session, name: str) -> str | None:
    """
    Give ``session`` the ``name`` that was typed; a leaving word ends it.

    Returns:
        None, or, if the name is refused, the command that was typed in its place, without its
        slash.
    """
    command, _, rest = narrow(name).partition(" ")
    command = command.lower()
    if command == "/login":
        # As one who has read of it says that name here.
        command, name = "", rest.strip()
    try:
        if command.removeprefix("/") in LEAVING_WORDS:
            hub.connections.quit(session)
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
