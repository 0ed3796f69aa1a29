"""
A conversation: does what the messages of one client ask for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.irc.formatting import read_line, without_formatting
from twisted_chat.doors.irc.message import Message, Unreadable, written_tags
from twisted_chat.doors.irc.multiline import MULTILINE, Fail, Multiline
from twisted_chat.doors.irc.numerics import (
    ERR_INPUTTOOLONG,
    ERR_NEEDMOREPARAMS,
    ERR_NOTREGISTERED,
    ERR_UNKNOWNCOMMAND,
)
from twisted_chat.doors.irc.registration import registration
from twisted_chat.doors.irc.registration.registration import Registration
from twisted_chat.doors.irc.replies import Numerics, Sent
from twisted_chat.doors.irc.verbs import (
    accounts,
    channels,
    history,
    lines,
    markers,
    modes,
    operators,
    people,
    queries,
    services,
    talk,
)
from twisted_chat.doors.irc.verbs.ask import Ask, Verb, deny, do_command, run
from twisted_chat.doors.irc.verbs.help import help_on
from twisted_chat.doors.requests import EXTRA_AS_ONE
from twisted_chat.errors import ChatError
from twisted_chat.replies.reply import Done
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.irc.labels import Labels
    from twisted_chat.doors.irc.site import Site
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

# Bytes of a label.
_LONGEST_LABEL = 64

#: What a client with a nick may send, besides what may be sent at any time.
VERBS: dict[str, Verb] = {
    name: verb
    for chapter in (
        *(accounts, channels, talk, lines, history, markers, modes, people, operators),
        *(queries, services),
    )
    for name, verb in chapter.VERBS.items()
}
VERBS["HELP"] = VERBS["HELPOP"] = help_on(VERBS)


@define(eq=False)
class Conversation:
    """
    Does the messages of one session, one after the other.

    Args:
        hub: is asked.
        dispatcher: does the commands of ours that are no verbs of IRC.
        site: the server.
        go_on: called when messages that had to wait can be done.
        on_caps: called when other capabilities are enabled.

    Attributes:
        registration: before it has a nick.
        labels: gather the answers to messages with a label; None for a client without.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    _site: Site
    _go_on: Callable[[], None]
    _on_caps: Callable[[], None]
    registration: Registration = field(init=False)
    labels: Labels | None = field(init=False, default=None)
    # Of a client that has said several messages as one; None for others.
    _multiline: Multiline | None = field(init=False, default=None)
    # The parts of messages that are not done yet.
    _running: int = field(init=False, default=0)
    # The next message waits for them, and the answer to this label ends with them.
    _is_awaited: bool = field(init=False, default=False)
    _label: str = field(init=False, default="")
    # The labels of commands of ours that are not done yet.
    _commands: list[str] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.registration = Registration(self._hub, self._site, self._on_caps)

    @property
    def is_busy(self) -> bool:
        """
        Whether a message is not done yet, and the next one waits for that.
        """
        return self._running > 0

    def take(self, session: Session, message: Message | Unreadable) -> None:
        """
        Do what ``message`` asks for.
        """
        may_wait = self._hub.hooks.screens.exist
        if session.user is not None and not may_wait and talk.is_simple(message):
            # Nearly every message.
            session.active_at = self._hub.seconds()
            self._spend(session, message.params[1])
            talk.say_simply(self._hub, session, message)
            return
        found: Message | Unreadable | Fail | None = message
        if session.user is not None:
            found = self._gathered(message)
        if found is None:
            # A part of a batch, which costs as a whole too, when it ends.
            session.line_bucket.spend(1 / EXTRA_AS_ONE)
            return
        self._answer_all(session, found)
        if self._multiline is not None and not self._takes_batches:
            # Behind the answer to the CAP that has given them up.
            fail = self._multiline.end()
            if fail is not None:
                self._answer_all(session, fail)
        if session.unsaid is not None and not self.is_busy:
            self._await_line(session, session.unsaid)

    def _answer_all(self, session: Session, found: Message | Unreadable | Fail) -> None:
        """
        Do what ``found`` asks for; a refused batch may be the answer to two labels.
        """
        labels = self._labels_of(found)
        if self.labels is None or not labels:
            self._take(session, found)
            self._is_awaited = self.is_busy
            return
        for label in labels:
            self._take_labelled(session, found, self.labels, label)

    def _take_labelled(
        self, session: Session, message: Message | Unreadable | Fail, labels: Labels, label: str
    ) -> None:
        labels.open(written_tags({"label": label}).partition("=")[2])
        running = session.running
        with labelled(session, label):
            self._take(session, message)
        self._is_awaited = self.is_busy
        if self.is_busy:
            self._label = label
        elif session.running <= running:
            # It may also have been the answer that a command waited for, which is done now too.
            self._acknowledge(session, label)
        else:
            self._commands.append(label)

    def _await_line(self, session: Session, unsaid: Deferred[None]) -> None:
        """
        Do the next message only when a filter has checked the line that a command of ours said.
        """
        self._running += 1
        self._is_awaited = True
        unsaid.addCallback(lambda _: self._end(session))

    @property
    def _takes_batches(self) -> bool:
        # It is told no batch without the capability ``batch``, but what it sends is clear.
        return MULTILINE in self.registration.caps.enabled

    def _gathered(self, message: Message | Unreadable) -> Message | Unreadable | Fail | None:
        """
        Return ``message``, or if it ends a batch what that says; None within one.
        """
        if isinstance(message, Unreadable):
            if self._multiline is None or not (message.batch or message.is_unsure):
                return message
            return self._multiline.take_unreadable(message)
        if not ("batch" in message.tags or message.verb.upper() == "BATCH"):
            return message
        if self._takes_batches:
            self._multiline = self._multiline or Multiline()
            return self._multiline.take(message)
        # The rest of what was refused as the capability was given up: nobody is to read a half.
        is_dropped = self._multiline is not None and self._multiline.drops(message)
        return None if is_dropped else message

    def _fail_batch(self, session: Session, fail: Fail) -> None:
        self._spend(session)
        line = ("FAIL", "BATCH", fail.code, *fail.context, fail.sentence)
        self._hub.tell(session, Sent(self._hub.now(), (line,)))

    def _labels_of(self, message: Message | Unreadable | Fail) -> list[str]:
        if "labeled-response" not in self.registration.caps.enabled:
            return []
        match message:
            case Fail():
                given = message.labels
            case Unreadable():
                given = (message.label,)
            case Message():
                given = (message.tags.get("label", ""),)
        # A NUL cannot be sent; it is none (labeled-response, "Label tag").
        return [
            label
            for label in given
            if label and len(label.encode()) <= _LONGEST_LABEL and "\0" not in label
        ]

    def end_commands(self, session: Session) -> None:
        """
        End the answers to commands of ours, which have come to their end.
        """
        labels, self._commands = self._commands, []
        for label in labels:
            self._acknowledge(session, label)

    def _acknowledge(self, session: Session, label: str) -> None:
        """
        End the answer to a message that is done.
        """
        with labelled(session, label):
            self._hub.tell(session, Done(self._hub.now()))

    def _take(self, session: Session, message: Message | Unreadable | Fail) -> None:
        if isinstance(message, Fail):
            self._fail_batch(session, message)
            return
        if isinstance(message, Unreadable):
            self._spend(session)
            self._refuse_unreadable(session, message)
            return
        verb = message.verb.upper()
        if verb in {"PONG", "PING", "QUIT"}:
            self._do_at_any_time(session, verb, message)
        elif verb in registration.ANY_TIME or (
            session.user is None and verb in registration.VERBS | registration.NEED_NICK
        ):
            self._spend(session)
            self._register(session, verb, message)
        elif session.user is None:
            self._spend(session)
            self._answer(session, ERR_NOTREGISTERED, "You have not registered")
        else:
            session.active_at = self._hub.seconds()
            self._do(session, verb, message)

    def _spend(self, session: Session, text: str = "") -> None:
        # As `read_text` reads it: nothing else ends a line.
        self._dispatcher.rates.spend(session, text, 1 + text.count("\n"))

    def _answer(self, session: Session, *line: str) -> None:
        self._hub.tell(session, Numerics(self._hub.now(), (line,)))

    def _refuse_unreadable(self, session: Session, message: Unreadable) -> None:
        match message.code:
            case "too-long":
                self._answer(session, ERR_INPUTTOOLONG, "That message was too long")
            case "not-utf8":
                sentence = "A message must be in UTF-8; that one was not read."
                deny(self._hub, session, "*", "", ChatError(sentence, code="invalid-utf8"))
            case "no-verb":
                self._answer(session, ERR_UNKNOWNCOMMAND, "*", "That was no message of IRC")

    def _do_at_any_time(self, session: Session, verb: str, message: Message) -> None:
        if verb != "QUIT":
            self._spend(session)
        match verb:
            case "PING" if not message.params:
                self._answer(session, ERR_NEEDMOREPARAMS, "PING", "It needs a parameter")
            case "PING":
                pong = ("PONG", self._site.name, one_line(message.params[0]))
                self._hub.tell(session, Sent(self._hub.now(), (pong,)))
            case "QUIT":
                reason = read_line(message.params[0]) if message.params else ""
                self._hub.connections.quit(session, reason)

    def _register(self, session: Session, verb: str, message: Message) -> None:
        has_subject = verb == "NICK" or verb in registration.NEED_NICK
        subject = message.params[0] if has_subject and message.params else ""
        secret = " ".join(message.params)
        call = partial(self._welcome, session, verb, message)
        self._begin(session, verb, secret, subject, call)

    async def _welcome(self, session: Session, verb: str, message: Message) -> None:
        user = session.user
        before = set(user.rooms) if user else set()
        doing = self.registration.take(session, verb, message)
        if doing is not None:
            await doing
        if session.user is not None and user is None:
            # From now on its client is told of rooms as it enters them.
            self._on_caps()
        for channel, show in channels.earlier(
            self._hub, session, self.registration.caps.enabled, before
        ):
            # To which an account has come back.
            self._begin(session, verb, "", channel, show)

    def _do(self, session: Session, name: str, message: Message) -> None:
        verb, params = VERBS.get(name), message.params
        if verb is None:
            if name in registration.VERBS:
                self._spend(session)
                self.registration.refuse_again(session)
            else:
                self._run_command(session, name, message)
            return
        if verb.is_counted:
            self._spend(session, params[-1] if params else "")
        if len(params) < verb.least or not all(params[: verb.least]):
            count = f"{verb.least} parameters" if verb.least > 1 else "a parameter"
            self._answer(session, ERR_NEEDMOREPARAMS, name, f"{name} needs {count}")
            return
        ask = Ask(
            self._hub, self._dispatcher, self._site, session, session.require_user(), name,
            params, message.tags, frozenset(self.registration.caps.enabled),
            partial(self._begin, session, name, " ".join(params)),
        )  # fmt: skip
        subject = " ".join(params[: verb.about])
        ask.attempt(subject, partial(verb.do, ask))

    def _begin(
        self, session: Session, verb: str, secret: str, subject: str, call: Callable[[], Any]
    ) -> None:
        """
        Begin what a message asks for, of which ``secret`` is kept out of the log.
        """
        self._running += 1
        run(self._hub, session, verb, subject, call, partial(self._end, session), secret)

    def _end(self, session: Session) -> None:
        self._running -= 1
        if self._is_awaited and not self._running:
            self._is_awaited = False
            if self._label:
                self._acknowledge(session, self._label)
                self._label = ""
            self._go_on()

    def _run_command(self, session: Session, name: str, message: Message) -> None:
        """
        Run a command of ours, such as ``SEARCH tea``.
        """
        typed = without_formatting(" ".join(message.params))
        do_command(self._dispatcher, session, name.lower(), typed)
