"""
The start: puts the parts of the client together, as the command line and the configuration say.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Protocol

from attrs import define, field

from twisted_chat.client.config import Config, ServerConfig, folder, load
from twisted_chat.client.errors import DONE, ClientError, NotConnected, UsageError
from twisted_chat.client.keeping import INSECURE, Keeping
from twisted_chat.client.net.address import Address
from twisted_chat.client.net.link import Link
from twisted_chat.client.net.trust import Trust
from twisted_chat.client.net.wire import Wire
from twisted_chat.client.options import Options
from twisted_chat.client.show.clean import clean, sentence
from twisted_chat.client.show.line import Line, Message, refusal, status
from twisted_chat.client.show.look import Look, Painter
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.questions import Question

_log = logging.getLogger("twisted_chat.client")
_INSECURE = (
    "The certificate of {} is NOT checked: another server may have taken its place, and read and "
    "change everything, passwords too."
)
_SELF_SIGNED = "The certificate of {} is self-signed. Its SHA-256 fingerprint is {}."
_NOBODY_ASKED = (
    "If the server's log has the same, give it with --fingerprint, or connect in a terminal first."
)
# Seconds after which what was cancelled, and goes on, is cancelled again.
_ENDS_WITHIN = 3.0
_CONFIRM = Question("Connect, and remember this fingerprint? (yes or no) ")


class Front(Protocol):
    """
    Shows a conversation to a user or a script.
    """

    def show(self, lines: list[Line]) -> None:
        """
        Show lines, or look again at what has changed.
        """

    async def run(self, link: Link) -> None:
        """
        Go on until the conversation is over.
        """


@define(eq=False)
class Start:
    """
    What one run of the program is about.

    Args:
        options: of the command line.
        config: of the user.
        address: of the server.
        server: what is configured for it.
        keeping: the user's files.
        environment: says which terminal it is.
    """

    options: Options
    config: Config
    address: Address
    server: ServerConfig
    keeping: Keeping
    environment: Mapping[str, str] = field(factory=lambda: os.environ)
    _kept: tuple[str, str] = field(init=False, default=("", ""))

    @property
    def is_script(self) -> bool:
        """
        Whether there is one command to be done.
        """
        return bool(self.options.command)

    @property
    def is_plain(self) -> bool:
        """
        Whether lines are shown, and nothing else.
        """
        is_dumb = self.environment.get("TERM", "") in {"", "dumb", "unknown"}
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        return self.options.is_plain or is_dumb or not is_terminal

    def conversation(self) -> Conversation:
        """
        Return the conversation to be had.
        """
        notify = [*self.config.notify, *self.server.notify]
        rooms = () if self.is_script else self.server.rooms
        can_ask = not self.is_script and sys.stdin.isatty()
        name = self.options.name or self.address.name or self.server.name
        if not name and not can_ask:
            name = _made_up()
            told = f"Your name is {name}; --name gives another name."
            print(sentence(told), file=sys.stderr)
        return Conversation(self._identity(name), notify, rooms, can_ask, self._identity)

    def _identity(self, name: str) -> Identity:
        token = self.keeping.token(self.address, name) if name else ""
        # A session that continues in another window is not taken away from there.
        resumes = not self.is_script and bool(name) and self.keeping.take(self.address, name)
        self._kept = name, token
        device = self.config.device or os.uname().nodename
        return Identity(name, token, device, resumes=resumes, is_held=not self.is_script)

    def painter(self) -> Painter:
        """
        Return what makes rows of lines.
        """
        config = self.config
        is_plain = self.is_plain or self.is_script
        is_coloured = config.has_colours and not is_plain and "NO_COLOR" not in self.environment
        has_links = config.links and not is_plain
        colours = dict(config.colours)
        return Painter(Look(is_coloured, config.times, config.numbers, has_links, colours))

    def front(self, talk: Conversation) -> Front:
        """
        Return what shows ``talk``, as the options and the terminal are.

        Raises:
            UsageError: what a terminal needs is not installed.
        """
        if self.is_script:
            from twisted_chat.client.scripts import Script  # noqa: PLC0415  # needed here alone

            return Script(talk, self.options, self.painter(), partial(print, flush=True))
        alert = self.config.alert if sys.stdout.isatty() else "off"
        if self.is_plain:
            from twisted_chat.client.plain import Plain  # noqa: PLC0415  # needed here alone

            return Plain(talk, self.painter(), "bell" if alert in {"bell", "both"} else "off")
        try:
            from twisted_chat.client.terminal import Terminal  # noqa: PLC0415  # takes its time
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{error.name} is missing; pip install '.[client]' brings it. "
                "--plain does without."
            ) from None
        place = f"{self.address.place}{' NOT CHECKED' if self.options.is_insecure else ''}"
        return Terminal(talk, self.painter(), place, self.keeping.history(), alert)

    def link(self, talk: Conversation, front: Front) -> Link:
        """
        Return what connects ``talk`` to the server.
        """

        def show(lines: list[Line]) -> None:
            front.show([*lines, *self._keep_token(talk)])

        def tell(line: Line) -> None:
            if self.is_script:
                print(sentence(line.text), file=sys.stderr)
            else:
                front.show([line])

        if self.options.is_insecure and self.address.is_encrypted:
            tell(refusal(_INSECURE.format(self.address.place)))
        confirm = partial(self._confirm, talk, tell)
        trust = Trust(self.keeping, confirm, self.options.is_insecure, self.options.fingerprint)
        hear: Callable[[Message], None] | None = getattr(front, "hear", None)
        opening = partial(_logged, trust, self.address)
        keep_up: Callable[[], Awaitable[None]] | None = getattr(front, "keep_up", None)
        return Link(talk, opening, show, hear, keep_up, comes_back=not self.is_script)

    async def _confirm(
        self, talk: Conversation, tell: Callable[[Line], None], fingerprint: str
    ) -> bool:
        """
        Show the fingerprint of a server at its first use, and ask the user.

        Raises:
            NotConnected: there is no user to ask.
        """
        shown = _SELF_SIGNED.format(self.address.place, fingerprint)
        if self.is_script or not sys.stdin.isatty():
            raise NotConnected(f"{shown} {_NOBODY_ASKED}", is_final=True)
        tell(status(shown))
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        talk.questions.ask(_CONFIRM, answer.set_result)
        tell(
            status("Ask the server's operator whether that is right; the server's log has it too.")
        )
        is_trusted = (await answer).strip().lower() in {"y", "yes"}
        if is_trusted:
            # A token is for the server that gave it.
            talk.forget_token()
        return is_trusted

    def _keep_token(self, talk: Conversation) -> list[Line]:
        """
        Keep the token of ``talk`` for the next run, if it is another one; return what to tell.
        """
        if self.is_script or not talk.nick or (talk.nick, talk.token) == self._kept:
            return []
        # The name or the certificate may be known only now.
        self.keeping.take(self.address, talk.nick)
        self._kept = talk.nick, talk.token
        try:
            self.keeping.keep_token(self.address, talk.nick, talk.token)
        except UsageError as error:
            return [status(f"You will be asked who you are again: {error}")]
        return []


async def _logged(trust: Trust, address: Address) -> Wire:
    """
    Connect, and write to the log how that went.  Nothing that is typed or said comes there.
    """
    _log.info("connecting to %s", address)
    try:
        wire = await trust.open(address)
    except ClientError as error:
        # It may have words of the server.
        _log.info("not connected: %s", clean(str(error)))
        raise
    _log.info("connected")
    return wire


def _made_up() -> str:
    """
    Return a name for a script that was given none.
    """
    return f"script-{secrets.randbelow(9000) + 1000}"


async def start(options: Options) -> int:
    """
    Do what the command line asks for, and return the exit status.

    Raises:
        ClientError: it cannot be done.
    """
    path = options.config or folder() / "config.toml"
    config = load(path, must_exist=options.config is not None)
    address, server = config.find(options.server, options.port)
    if options.fingerprint and not address.is_encrypted:
        raise UsageError("--fingerprint is for chats:// and wss://; this is not encrypted.")
    if options.log is not None:
        _open_log(options)
    scope = INSECURE if options.is_insecure else options.fingerprint
    began = Start(options, config, address, server, Keeping(folder(), scope))
    talk = began.conversation()
    front = began.front(talk)
    link = began.link(talk, front)
    # What is there now stays: no key waits until Python has gone through it.
    gc.freeze()
    running = asyncio.ensure_future(front.run(link))
    loop = asyncio.get_running_loop()
    # What the signals began: the first leaves the server, another one does not wait for it.
    leaving: list[asyncio.Task[None]] = []
    ended_by: list[int] = []

    stop = partial(_cancel, running)

    async def leave() -> None:
        await link.leave()
        stop()

    def end(number: int) -> None:
        if ended_by:
            stop()
        else:
            leaving.append(asyncio.ensure_future(leave()))
        ended_by.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end, number)
    # The window is gone: the server holds the visit, for another run to go on with.
    loop.add_signal_handler(signal.SIGHUP, stop)
    try:
        await running
    except asyncio.CancelledError:
        pass
    except ClientError:
        if not ended_by:
            raise
    finally:
        began.keeping.release()
    # As a shell tells it of a program that a signal has ended.
    return 128 + ended_by[0] if ended_by else DONE


def _cancel(task: asyncio.Future[Any]) -> None:
    """
    Cancel ``task``, and again where it goes on.

    In Python 3.11, `asyncio.wait_for` loses it if what is waited for comes at the same time.
    """
    if task.cancel():
        asyncio.get_running_loop().call_later(_ENDS_WITHIN, _cancel, task)


def _open_log(options: Options) -> None:
    assert options.log is not None
    try:
        os.close(os.open(options.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    except OSError as error:
        raise UsageError(f"{options.log} cannot be written ({error.strerror}).") from None
    handler = logging.FileHandler(options.log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
