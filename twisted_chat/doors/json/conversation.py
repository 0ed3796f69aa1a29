"""
A conversation: does the requests of one program.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field

from twisted_chat.commands.parameters.arguments import typed_as
from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.json import decoding, requests
from twisted_chat.doors.json.arrival import ask_owner, greet, wait_of
from twisted_chat.doors.json.reading import READING, mark, read
from twisted_chat.doors.json.repeats import reads, was_made
from twisted_chat.doors.json.serving import NO_PLUGIN, OF_SERVICES, serve, service_of
from twisted_chat.errors import ChatError, Failed, Nameless
from twisted_chat.replies.programs import Completed
from twisted_chat.replies.reply import Done
from twisted_chat.text.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.world.model import Session


class Carrier(Protocol):
    """
    The connection of a program.
    """

    def go_on(self) -> None:
        """
        Called when requests that had to wait can be done.
        """

    def use_sentences(self) -> None:
        """
        Called when the program wants the sentences of events too.
        """

    def take_questions(self) -> None:
        """
        Called when it has a user who answers questions.
        """


@define(eq=False)
class Conversation:
    """
    Does the requests of one session, each as the dispatcher does a line.

    Every request that has a label is answered last by one `Done` or one refusal with it.

    Args:
        hub: is asked.
        dispatcher: does what users type too.
        carrier: the connection.
        services: know the programs that are plugins; None where none can come.

    Attributes:
        is_held: no request can be done until the one before it is.
        service: the plugin that the program is; None for all others.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    _carrier: Carrier
    _services: Services | None = None
    service: Service | None = field(init=False, default=None)
    is_held: bool = field(init=False, default=False)
    # The readings of history that go on.
    _pages: int = field(init=False, default=0)

    @property
    def is_busy(self) -> bool:
        """
        Whether requests of its own are not answered yet; those of the dispatcher count there.
        """
        return self.is_held or self._pages > 0

    def take(self, session: Session, message: bytes, max_message: int) -> None:
        """
        Do what ``message`` asks for.

        Args:
            max_message: as the program is told.
        """
        try:
            request = decoding.read(message)
        except decoding.BadRequest as refusal:
            session.line_bucket.spend()
            if self.service is not None and not self.service.is_registered:
                self.service.why = str(refusal)
            with labelled(session, refusal.label):
                # Not as the end of another request that has this label.
                self._hub.fanout.refuse(session, refusal)
            return
        if self.service is not None:
            serve(self._hub, session, self.service, request)
        elif isinstance(request, requests.Say) and session.user is not None:
            # As nearly all are.
            if not (request.label and was_made(self._hub, session, request)):
                self._dispatcher.say(session, request.text, request.label, room=request.room)
        elif isinstance(request, requests.Hello):
            self._begin(session, request, max_message)
        elif isinstance(request, OF_SERVICES):
            session.line_bucket.spend()
            self._refuse(session, request.label, NO_PLUGIN)
        elif session.user is None and not isinstance(request, requests.Bye | requests.Ping):
            session.line_bucket.spend()
            self._refuse(session, request.label, Nameless())
        elif (
            not request.label
            or reads(self._dispatcher, request)
            or not was_made(self._hub, session, request)
        ):
            self._do(session, request)

    def refuse(self, session: Session, refusal: ChatError) -> None:
        """
        Tell ``session`` that a message which could not be read is not done.
        """
        session.line_bucket.spend()
        self._hub.refuse(session, refusal)

    def fail(self, session: Session, message: bytes) -> None:
        """
        Tell ``session`` that ``message`` could not be done, because of a bug; log that one.
        """
        typed = message.decode("utf-8", "replace")
        self._hub.isolation.log.report("A request failed", secret=typed)
        try:
            label = decoding.read(message).label
        except decoding.BadRequest as refusal:
            label = refusal.label
        self._refuse(session, label, Failed())

    def _refuse(self, session: Session, label: str, refusal: ChatError) -> None:
        with labelled(session, label):
            self._hub.refuse(session, refusal)

    def _do(self, session: Session, request: requests.Request) -> None:
        dispatcher, label = self._dispatcher, request.label
        match request:
            case requests.Act(text=text, room=room):
                dispatcher.say(session, text, label, room=room, is_action=True)
            case requests.Tell(nick=nick, text=text):
                dispatcher.run(session, "msg", {"nick": nick, "text": text}, label)
            case requests.Command(name="", text=text) if text.strip():
                dispatcher.dispatch(session, text, label)
            case requests.Command(name=name, args=args) if name:
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
            case requests.Respond():
                with labelled(session, label):
                    self._respond(session, request)
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
                told = Completed(self._hub.now(), found.start, found.words, found.names)
                self._hub.tell(session, told)
            case requests.Read():
                try:
                    mark(self._hub, session, request)
                except ChatError as refusal:
                    self._hub.refuse(session, refusal)
                    return
            case requests.Command():
                needed = "A command needs a name, or a text as a user types it."
                self._hub.refuse(session, ChatError(needed, code="bad-request"))
                return
            case requests.Bye() if session.unsaid is not None:
                leave = partial(self._leave, session, request)
                self._dispatcher.put_behind(session, leave)
                return
            case requests.Bye():
                self._leave(session, request)
                return
            case requests.History():
                self._start_reading(session, request, partial(read, self._hub, session, request))
                return
            case requests.Unread():
                self._hub.marks.settle_all(session.require_user())
                self._start_reading(session, request, partial(self._hub.unread.tell, session))
                return
        self._done(session, request)

    def _respond(self, session: Session, request: requests.Respond) -> None:
        """
        Take the answer to a question.
        """
        question = session.question
        if question is None or question.is_answered or question.number != request.question:
            session.line_bucket.spend()
            gone = ChatError("That question is not asked any more.", code="no-such-question")
            self._hub.refuse(session, gone)
            return
        if request.cancel:
            session.line_bucket.spend()
            self._hub.questions.cancel(session)
        else:
            self._hub.answer(session, one_line(typed_as(request.text) or ""))
        if not question.is_refused:
            self._done(session, request)

    def _leave(self, session: Session, bye: requests.Bye) -> None:
        self._done(session, bye)
        self._hub.connections.quit(session, one_line(bye.reason))

    def _run(
        self,
        name: str,
        session: Session,
        request: requests.Request,
        do: Callable[[], object],
        ended: Callable[[], None],
        secret: str = "",
    ) -> None:
        """
        Do what may wait for the disk, and answer ``request`` then.
        """
        self._hub.isolation.run(
            name,
            do,
            done=lambda _: self._done(session, request),
            refused=partial(self._hub.refuse, session),
            failed=lambda: self._hub.refuse(session, Failed()),
            ended=ended,
            secret=secret,
            counts=False,
        )

    def _start_reading(
        self, session: Session, request: requests.Request, read: Callable[[], object]
    ) -> None:
        session.line_bucket.spend(READING - 1)
        self._pages += 1
        name = type(request).__name__.lower()
        self._run(name, session, request, read, self._end_page)

    def _end_page(self) -> None:
        self._pages -= 1
        self._carrier.go_on()

    def _done(self, session: Session, request: requests.Request) -> None:
        if request.label:
            self._hub.tell(session, Done(self._hub.now()))

    # -- coming in --------------------------------------------------------------------------------

    def _begin(self, session: Session, hello: requests.Hello, max_message: int) -> None:
        session.line_bucket.spend()
        if hello.service:
            self._come_as_service(session, hello)
            return
        if hello.sentences:
            self._carrier.use_sentences()
            self._hub.settings.adapt(session)
        if hello.questions:
            self._carrier.take_questions()
        self.is_held, wait = True, wait_of(self._hub, self._dispatcher.rates, hello)
        if wait:
            # However long that is, it has given its name in time.
            session.is_waiting = True
            self._hub.clock.callLater(wait, self._greet, session, hello, max_message)
        else:
            self._greet(session, hello, max_message)

    def _come_as_service(self, session: Session, hello: requests.Hello) -> None:
        """
        Let the program in as the plugin that its token is for.
        """
        with labelled(session, hello.label):
            try:
                service = service_of(self._hub, self._services, session, hello.service)
            except ChatError as refusal:
                self._hub.refuse(session, refusal)
                return
            self.serve(session, service)
            self._done(session, hello)

    def serve(self, session: Session, service: Service) -> None:
        """
        Let ``session`` be the connection of the plugin ``service`` from now on.
        """
        self.service = service
        service.attach(session)

    def _greet(self, session: Session, hello: requests.Hello, max_message: int) -> None:
        if session.closed:
            return
        session.is_waiting = False
        with labelled(session, hello.label):
            if hello.link and session.user is None:
                self._wait_for_owner(session, hello, max_message)
                return
            come = partial(greet, self._hub, session, hello, max_message)
            secret = f"{hello.password} {hello.token} {hello.invitation}"
            self._run("hello", session, hello, come, self._release, secret)

    def _wait_for_owner(self, session: Session, hello: requests.Hello, max_message: int) -> None:
        """
        Come in when the owner of an account says so, at the device where the link was made.
        """

        def come_in(*linked: Any) -> None:
            come = partial(greet, self._hub, session, hello, max_message, linked)
            self._run("hello", session, hello, come, self._release)

        def refuse(why: ChatError) -> None:
            self._hub.refuse(session, why)
            self._release()

        ask_owner(self._hub, session, hello, come_in, refuse)

    def _release(self) -> None:
        self.is_held = False
        self._carrier.go_on()
