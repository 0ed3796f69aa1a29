"""
The start: puts the parts of the client together, as the command line and the configuration say.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial

from attrs import define

from twisted_chat.client.config import Config, ServerConfig, folder, load
from twisted_chat.client.conversation import Conversation, Identity
from twisted_chat.client.keeping import Keeping
from twisted_chat.client.net.address import Address
from twisted_chat.client.net.link import Link
from twisted_chat.client.net.trust import Trust
from twisted_chat.client.options import Options
from twisted_chat.client.show.line import Line
from twisted_chat.client.show.look import Look, Painter


@define(eq=False)
class Start:
    """
    What one run of the program is about.

    Attributes:
        options: of the command line.
        config: of the user.
        address: of the server.
        server: what is configured for it.
        keeping: the user's files.
    """

    options: Options
    config: Config
    address: Address
    server: ServerConfig
    keeping: Keeping

    @property
    def name(self) -> str:
        """
        The name of the user; empty if it is to be asked for.
        """
        return self.options.name or self.address.name or self.server.name

    @property
    def notify(self) -> Sequence[str]:
        """
        The words that count as the name of the user.
        """
        return [*self.config.notify, *self.server.notify]

    def identity(self) -> Identity:
        """
        Return who comes.
        """
        name = self.name
        token = self.keeping.token(self.address, name) if name else ""
        resumes = not token or self.keeping.take(self.address, name)
        return Identity(name, token, self.config.device or os.uname().nodename, resumes=resumes)

    def link(self, talk: Conversation, show: object, *, comes_back: bool = True) -> Link:
        """
        Return what connects ``talk`` to the server.
        """
        trust = Trust(self.keeping, _confirm, self.options.is_insecure)
        return Link(talk, partial(trust.open, self.address), show, comes_back)  # type: ignore[arg-type]

    def keep_token(self, talk: Conversation) -> None:
        """
        Keep the token of ``talk``, for the next run.
        """
        if talk.token != talk.identity.token and talk.nick:
            self.keeping.keep_token(self.address, talk.nick, talk.token)


async def _confirm(fingerprint: str) -> bool:
    print(
        f"The server's certificate is self-signed. Its SHA-256 fingerprint is {fingerprint}.",
        file=sys.stderr,
    )
    return True


async def start(options: Options) -> None:
    """
    Do what the command line asks for.

    Raises:
        ClientError: it cannot be done.
    """
    config = load(
        options.config or folder() / "config.toml", must_exist=options.config is not None
    )
    address, server = config.find(options.server, options.port)
    began = Start(options, config, address, server, Keeping(folder()))
    await _talk(began)


async def _talk(began: Start) -> None:
    from twisted_chat.client.terminal import Terminal  # noqa: PLC0415  # of a terminal alone

    config = began.config
    talk = Conversation(began.identity(), began.notify, began.server.rooms)
    look = Look(config.color, config.times, config.numbers, config.links, dict(config.colours))
    front = Terminal(talk, Painter(look), began.address.place, began.keeping.history())

    def show(lines: list[Line]) -> None:
        began.keep_token(talk)
        front.show(lines)

    await front.run(began.link(talk, show))
