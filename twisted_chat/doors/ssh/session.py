"""
What is spoken within SSH: lines by a user who stays, or one command.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from twisted_chat.doors.ssh.login import Arrival
    from twisted_chat.errors import ChatError
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


class Channel(Protocol):
    """
    The part of a channel that a session needs.

    Attributes:
        terminal: the client's; None without one.
        status: the exit status that the client is told at the end.
    """

    terminal: Any
    status: int

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
        lines: serves who types lines.
    """

    hub: Hub
    lines: Any


def begin_shell(channel: Channel, factory: Factory, session: Session, arrival: Arrival) -> None:
    """
    Let a user who stays type lines, under the name that they wish.
    """
    hub = factory.hub
    session.key = arrival.key
    protocol = factory.lines.buildProtocol(None, channel.terminal)
    protocol.session, protocol.is_invited = session, True
    channel.start(protocol)
    protocol.write(factory.lines.greeting)
    if arrival.account is None:
        protocol.lineReceived(arrival.name.encode())
        channel.resumeProducing()
        return

    def refuse(refusal: ChatError) -> None:
        hub.refuse(session, refusal)
        hub.ask_name(session)

    hub.isolation.run(
        "a login by SSH",
        partial(come_back, factory, session, arrival),
        refused=refuse,
        failed=partial(hub.ask_name, session),
        ended=channel.resumeProducing,
        counts=False,
    )


async def come_back(factory: Factory, session: Session, arrival: Arrival) -> None:
    """
    Log ``session`` in to the account whose key or password was given.

    Raises:
        ChatError: its owner may not come in.
    """
    assert arrival.account is not None
    await factory.hub.logins.come_back(session, arrival.account)
    if arrival.key is not None:
        factory.hub.keys.use(arrival.account, arrival.key.fingerprint)


def begin_command(
    channel: Channel, factory: Factory, session: Session, arrival: Arrival, command: str
) -> None:
    """
    Do one command.
    """
    raise NotImplementedError
