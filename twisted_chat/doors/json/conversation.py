"""
A conversation: does the requests of one program.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.json import requests
from twisted_chat.errors import ChatError, Failed, Nameless, NotAllowed, PasswordRequired
from twisted_chat.replies.programs import PROTOCOL, Completed, Hello
from twisted_chat.replies.reply import Done
from twisted_chat.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


@define(eq=False)
class Conversation:
    """
    Does the requests of one session, each as the dispatcher does a line.

    Every request that has a label is answered last by one `Done` or one refusal with it.

    Args:
        hub: is asked.
        dispatcher: does what users type too.
        go_on: called when requests that had to wait can be done.

    Attributes:
        is_held: no request can be done until the one before it is.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    _go_on: Callable[[], None]
    is_held: bool = field(init=False, default=False)

    def take(self, session: Session, message: bytes, max_message: int) -> None:
        """
        Do what ``message`` asks for.

        Args:
            max_message: as the program is told.
        """
        try:
            request = requests.read(message)
        except requests.BadRequest as refusal:
            session.line_bucket.spend()
            self._refuse(session, refusal.label, refusal)
            return
        if isinstance(request, requests.Hello):
            self._begin(session, request, max_message)
        elif session.user is None and not isinstance(request, requests.Bye | requests.Ping):
            session.line_bucket.spend()
            self._refuse(session, request.label, Nameless())
        else:
            self._do(session, request)

    def refuse(self, session: Session, refusal: ChatError) -> None:
        """
        Tell ``session`` that a message which could not be read is not done.
        """
        session.line_bucket.spend()
        self._hub.refuse(session, refusal)

    def _refuse(self, session: Session, label: str, refusal: ChatError) -> None:
        with labelled(session, label):
            self._hub.refuse(session, refusal)

    def _do(self, session: Session, request: requests.Request) -> None:
        dispatcher, label = self._dispatcher, request.label
        match request:
            case requests.Say(text=text, room=room):
                dispatcher.say(session, text, label, room=room)
            case requests.Act(text=text, room=room):
                dispatcher.say(session, text, label, room=room, is_action=True)
            case requests.Tell(nick=nick, text=text):
                dispatcher.run(session, "msg", {"nick": nick, "text": text}, label)
            case requests.Command(name="", text=text):
                dispatcher.dispatch(session, text, label)
            case requests.Command(name=name, args=args):
                dispatcher.run(session, name, args, label)
            case requests.Who(room=room):
                dispatcher.run(session, "who", {"room": room} if room else {}, label)
            case requests.Rooms():
                dispatcher.run(session, "rooms", {}, label)
            case requests.Search(words=words):
                dispatcher.run(session, "search", {"words": words}, label)
            case requests.Settings(name=name, value=value):
                given = {"name": name, "value": value}
                args = {key: each for key, each in given.items() if each != ""}
                dispatcher.run(session, "set", args, label)
            case _:
                with labelled(session, label):
                    self._answer(session, request)

    def _answer(self, session: Session, request: requests.Request) -> None:
        """
        Do a request that is no command.
        """
        session.line_bucket.spend()
        match request:
            case requests.Complete(text=text, cursor=cursor):
                cursor = len(text) if cursor < 0 else cursor
                found = self._dispatcher.complete(session, text, cursor)
                self._hub.tell(session, Completed(self._hub.now(), found.start, found.words))
            case requests.Bye(reason=reason):
                self._done(session, request)
                self._hub.connections.quit(session, reason)
                return
        self._done(session, request)

    def _done(self, session: Session, request: requests.Request) -> None:
        if request.label:
            self._hub.tell(session, Done(self._hub.now()))

    # -- coming in --------------------------------------------------------------------------------

    def _begin(self, session: Session, hello: requests.Hello, max_message: int) -> None:
        session.line_bucket.spend()
        with labelled(session, hello.label):
            self.is_held = True
            self._hub.isolation.run(
                "hello",
                partial(self._come_in, session, hello),
                done=lambda _: self._greet(session, hello, max_message),
                refused=partial(self._hub.refuse, session),
                failed=lambda: self._hub.refuse(session, Failed()),
                ended=self._release,
                secret=hello.password,
                counts=False,
            )

    def _release(self) -> None:
        self.is_held = False
        self._go_on()

    async def _come_in(self, session: Session, hello: requests.Hello) -> None:
        if session.user is not None:
            raise NotAllowed(
                f"You have said hello already, and are called {session.nick}.",
                code="named-already",
                nick=session.nick,
            )
        if hello.password:
            await self._hub.logins.log_in(session, hello.name, hello.password)
        elif self._hub.world.find_account(hello.name) is not None:
            raise PasswordRequired
        else:
            self._hub.logins.introduce(session, hello.name)

    def _greet(self, session: Session, hello: requests.Hello, max_message: int) -> None:
        user = session.user
        if user is None or session.closed:
            return
        account = user.account.name if user.account else ""
        self._hub.tell(
            session,
            Hello(self._hub.now(), PROTOCOL, VERSION, user.nick, account, max_message),
        )
        self._done(session, hello)
