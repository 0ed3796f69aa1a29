"""
A conversation: does the requests of one program.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field

from twisted_chat.commands.arguments import typed_as
from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.json import decoding, requests
from twisted_chat.doors.json.arrival import greet
from twisted_chat.doors.json.serving import OF_SERVICES, serve
from twisted_chat.errors import ChatError, Failed, Nameless, NoCurrentRoom, UnknownToken
from twisted_chat.people.owners.links import Device
from twisted_chat.people.programs.requests import Stage
from twisted_chat.replies.programs import Completed
from twisted_chat.replies.reply import Done
from twisted_chat.store.records import id_at
from twisted_chat.text.clean import one_line
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.world.model import Room, Session

# What changes nothing.
_READS = (
    *(requests.Who, requests.Rooms, requests.Search, requests.History, requests.Complete),
    *(requests.Read, requests.Unread, requests.Ping, requests.Bye),
)
_NO_PLUGIN = ChatError(
    "That is for programs that are plugins, which come in with the token of a service.",
    code="no-plugin",
)
# So many lines a reading of history counts as, for the rate of lines.
_READING = 4


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
            if not (request.label and self._was_made(session, request)):
                self._dispatcher.say(session, request.text, request.label, room=request.room)
        elif isinstance(request, requests.Hello):
            self._begin(session, request, max_message)
        elif isinstance(request, OF_SERVICES):
            session.line_bucket.spend()
            self._refuse(session, request.label, _NO_PLUGIN)
        elif session.user is None and not isinstance(request, requests.Bye | requests.Ping):
            session.line_bucket.spend()
            self._refuse(session, request.label, Nameless())
        elif not request.label or self._reads(request) or not self._was_made(session, request):
            self._do(session, request)

    def _was_made(self, session: Session, request: requests.Request) -> bool:
        """
        Return whether ``request``, which has a label, was made before; answer it if it is done.
        """
        label = request.label
        try:
            stage = self._hub.requests.begin(session, label, requests.content(request))
        except ChatError as refusal:
            session.line_bucket.spend()
            with labelled(session, label):
                # Not as the end of the request that has this label.
                self._hub.fanout.refuse(session, refusal)
            return True
        if stage is Stage.NEW:
            return False
        session.line_bucket.spend()
        if stage is Stage.DONE:
            with labelled(session, label):
                self._hub.requests.tell_again(session, label)
                self._done(session, request)
        return True

    def _reads(self, request: requests.Request) -> bool:
        """
        Return whether ``request`` changes nothing, so that it can be done again.
        """
        match request:
            case requests.Settings(value=value):
                return value == ""
            case requests.Command(name=name) if name:
                return self._dispatcher.reads(name)
            case requests.Command(text=text):
                return self._dispatcher.only_reads(text)
        return isinstance(request, _READS)

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
                    self._mark(session, request)
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
                self._start_reading(session, request, partial(self._read, session, request))
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

    def _mark(self, session: Session, request: requests.Read) -> None:
        """
        Mark something as read.

        Raises:
            ChatError: there is no such room, or they are not in it, or it is not said what.
        """
        if bool(request.room) == bool(request.nick):
            needed = "A read needs a room and a number, or a nick and an id."
            raise ChatError(needed, code="bad-request")
        if request.nick:
            key = fold(read_nick(request.nick))
            self._hub.marks.mark_private(session, key, request.id)
        else:
            room = self._hub.find_room(request.room, seen_by=session.user)
            self._hub.marks.mark(session, room, request.number)

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
        session.line_bucket.spend(_READING - 1)
        self._pages += 1
        name = type(request).__name__.lower()
        self._run(name, session, request, read, self._end_page)

    def _end_page(self) -> None:
        self._pages -= 1
        self._carrier.go_on()

    async def _read(self, session: Session, request: requests.History) -> None:
        """
        Read a page of history.
        """
        hub, user = self._hub, session.require_user()
        if request.nick:
            await self._read_messages(session, request)
            return
        room = hub.access.find(user, request.room) if request.room else session.current
        if room is None:
            raise NoCurrentRoom
        sides = request.before, request.after, request.around
        if sum(each is not None for each in sides) > 1:
            raise ChatError("A history needs one of before, after and around.", code="bad-request")
        place = next((each for each in sides if each is not None), None)
        number = None if place is None else await self._number_of(room, place, request)
        before = after = None
        if request.before is not None:
            before = number
        elif request.after is not None:
            after = number
        elif number is not None:
            before, after = number, number - 1
        await hub.archive.show_place(session, room, request.count, before=before, after=after)

    async def _read_messages(self, session: Session, request: requests.History) -> None:
        before, after = request.before, request.after
        if request.room or request.around is not None or None not in {before, after}:
            raise ChatError(
                "A history with a nick needs no room, and at most one of before and after.",
                code="bad-request",
            )

        def id_of(place: float | None) -> int | None:
            if place is None:
                return None
            return id_at(place) if request.by == "time" else int(place)

        await self._hub.messages.show_place(
            session, request.nick, request.count, before=id_of(before), after=id_of(after)
        )

    async def _number_of(self, room: Room, place: float, request: requests.History) -> int:
        """
        Return the number of the line at ``place``, or of the last one that may be before it.
        """
        if request.by == "number":
            return int(place)
        id_ = int(place) if request.by == "id" else id_at(place)
        if request.after is None:
            return await self._hub.reader.number_at(room.timeline, id_)
        # A line of that very id or time is not behind it.
        return await self._hub.reader.number_at(room.timeline, id_ + 1) - 1

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
        self.is_held, wait = True, 0.0
        visit = self._hub.visits.find(hello.token) if hello.resume else None
        if visit is not None:
            # What it has missed is a page, and costs the session one at whatever connection.
            wait = self._dispatcher.rates.wait(visit.session)
            visit.session.line_bucket.spend(_READING)
        if wait:
            self._hub.clock.callLater(wait, self._greet, session, hello, max_message)
        else:
            self._greet(session, hello, max_message)

    def _come_as_service(self, session: Session, hello: requests.Hello) -> None:
        """
        Let the program in as the plugin that its token is for.
        """
        with labelled(session, hello.label):
            try:
                if session.user is not None:
                    raise _NO_PLUGIN
                if self._services is None:
                    raise UnknownToken
                service = self._services.find(hello.service)
                self._hub.verifier.require_safe(session, is_staff=True)
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

        def fail() -> None:
            refuse(Failed())

        session.client.device = hello.device  # type: ignore[misc]  # of this door, it can be set
        device = Device(session, come_in, refuse)
        self._hub.isolation.run(
            "a link",
            lambda: self._hub.links.ask_for(device, hello.link),
            refused=refuse,
            failed=fail,
            secret=hello.link,
            counts=False,
        )

    def _release(self) -> None:
        self.is_held = False
        self._carrier.go_on()
