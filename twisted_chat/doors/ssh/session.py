"""
What is spoken within SSH: lines by a user who stays, or one command.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from twisted_chat.doors.ssh.command import words
from twisted_chat.doors.ssh.command.protocol import CommandProtocol
from twisted_chat.errors import PasswordRequired

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.doors.ssh.login import LoggedIn
    from twisted_chat.errors import ChatError
    from twisted_chat.events import Event
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


class Channel(Protocol):
    """
    The part of a channel that a session needs.

    Attributes:
        terminal: the client's; None without one.
        status: the exit status that the client is told at the end.
        resize: called with each new width of the terminal.
    """

    terminal: Any
    status: int
    resize: Callable[[int], object]

    def start(self, protocol: Any) -> None:
        """
        Speak ``protocol`` from now on; what is typed waits until `resumeProducing`.
        """

    def resumeProducing(self) -> None:
        """
        Take what is typed.
        """


class Factory(Protocol):
    """
    The part of the door that a session needs.

    Attributes:
        line_door: serves who types lines.
        as_json: returns an event as a line of JSON.
        max_message: bytes in the text of a command; 0 is no limit.
    """

    hub: Hub
    line_door: Any
    as_json: Callable[[Event], bytes]
    max_message: int


def begin_shell(channel: Channel, factory: Factory, session: Session, who: LoggedIn) -> None:
    """
    Give a user who stays a line session, under their name of ssh.
    """
    hub = factory.hub
    session.key, session.offered = who.key, who.offered
    protocol = factory.line_door.buildProtocol(None)
    protocol.session, protocol.is_invited = session, True
    protocol.door, protocol.device = "ssh", who.device
    if channel.terminal is not None:
        protocol.edit(channel.terminal.kind, channel.terminal.columns)
        channel.resize = protocol.resize
    channel.start(protocol)
    protocol.write(factory.line_door.greeting)
    if who.account is None:
        protocol.lineReceived(who.name.encode())
        channel.resumeProducing()
        return

    def refuse(refusal: ChatError) -> None:
        hub.refuse(session, refusal)
        hub.ask_name(session)

    hub.isolation.run(
        "a login by SSH",
        partial(come_back, factory, session, who),
        refused=refuse,
        failed=partial(hub.ask_name, session),
        ended=channel.resumeProducing,
        counts=False,
    )


async def come_back(factory: Factory, session: Session, who: LoggedIn) -> None:
    """
    Log ``session`` in to the account whose key or password was given.

    Raises:
        ChatError: its owner may not come in.
    """
    hub = factory.hub
    assert who.account is not None
    assert who.check is not None
    await hub.logins.come_back(session, who.account, who.check, who.opened_by)
    if who.key is not None:
        hub.keys.use(who.account, who.key.fingerprint)


def begin_command(
    channel: Channel, factory: Factory, session: Session, who: LoggedIn, command: str
) -> None:
    """
    Do one command, and tell how it has ended.
    """
    hub = factory.hub
    session.key, session.offered = who.key, who.offered

    async def come_in() -> None:
        if who.account is None:
            # A name that was registered meanwhile needs its password.
            if hub.world.find_account(who.name) is not None:
                raise PasswordRequired
            hub.logins.introduce(session, who.name)
        else:
            await come_back(factory, session, who)

    try:
        request: words.Request | words.Usage = words.read(command)
    except words.Usage as usage:
        request = usage
    has_terminal = channel.terminal is not None
    protocol = CommandProtocol(
        factory, request, come_in, factory.as_json, has_terminal=has_terminal
    )
    protocol.session = session
    channel.start(protocol)
    channel.resumeProducing()
