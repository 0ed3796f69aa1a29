"""
A conversation: messages of the server and what the user types come in, lines and requests go out.

It outlives connections: what was asked and not answered is asked again when there is a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import define, field

from twisted_chat.client.errors import ClientError, NotConnected, NotLoggedIn
from twisted_chat.client.show.line import Kind, Line, Message, refusal, status
from twisted_chat.client.talk.arrival import Arrival, Identity
from twisted_chat.client.talk.asked import Asked
from twisted_chat.client.talk.composer import Composer
from twisted_chat.client.talk.missed import Missed
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.questions import Passwords, Question, Questions
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling
from twisted_chat.client.talk.typed import command

#: What a message of which a member is missing, or is something else, may raise.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError)
# After these the server expects the client again; after all others it does not.
_COMES_BACK = frozenset({"restart", "shutdown"})
# Where one is, as the server tells it who comes in.
_PLACES = frozenset({"current-room", "entered", "rooms-restored", "welcome"})
# The command can be done with one.
_LACKS_PASSWORD = frozenset({"password-required", "room-locked"})
# Lines that are read when a session continues in another run.
_BACK = 20


@define(eq=False)
class Conversation:
    """
    The talk with one server.

    Args:
        identity: who comes.
        notify: words that count as the name of the user.
        rooms_to_enter: after the first hello; the first one is talked in.
        can_ask: whether there is a user to answer questions.
        known: returns what is kept of a name that the user gives.

    Attributes:
        rooms: what waits to be read.
        outgoing: requests, and what they wait for.
        composer: takes what the user types.
        questions: what the user is asked.
        has_reader: a user reads along, so that what is shown counts as read; false for scripts.
        before_goodbye: is asked for at the end.
        end: why it is over; None if the user wished so.
        is_leaving: the user has left, and the server is to say so.
        is_over: it does not go on.
        hangs_up: this connection leads nowhere; another one may.
    """

    _identity: Identity
    _notify: Sequence[str] = ()
    _rooms_to_enter: Sequence[str] = ()
    _can_ask: bool = True
    _known: Callable[[str], Identity] = Identity
    rooms: Rooms = field(init=False, factory=Rooms)
    outgoing: Outgoing = field(init=False, factory=Outgoing)
    composer: Composer = field(init=False)
    questions: Questions = field(init=False, factory=Questions)
    has_reader: bool = field(init=False, default=True)
    before_goodbye: list[Message] = field(init=False, factory=list)
    end: ClientError | None = field(init=False, default=None)
    is_leaving: bool = field(init=False, default=False)
    is_over: bool = field(init=False, default=False)
    hangs_up: bool = field(init=False, default=False)
    # The connection was lost, and is not there again.
    _is_lost: bool = field(init=False, default=False)
    # The largest id that was told, of any event.
    _seen: int = field(init=False, default=0)
    _arrival: Arrival = field(init=False)
    _telling: Telling = field(init=False)
    _missed: Missed = field(init=False)
    _passwords: Passwords = field(init=False)
    _asked: Asked = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._arrival = Arrival(
            self._identity, self.questions, self.outgoing, self._can_ask, self._known
        )
        self._telling = Telling(self.rooms, self._notify)
        self._missed = Missed(self.rooms, self.outgoing, self._telling)
        self._passwords = Passwords(self.questions, self.outgoing.send)
        self.composer = Composer(self._arrival, self.rooms, self.outgoing, self._telling)
        self._asked = Asked(self.questions, self.outgoing.tell, self.composer.typed)

    @property
    def nick(self) -> str:
        """
        The name of the user; empty before the first hello.
        """
        return self._telling.nick

    @property
    def token(self) -> str:
        """
        The token with which the user comes back; empty if there is none.
        """
        return self._arrival.identity.token

    @property
    def is_connected(self) -> bool:
        """
        Whether there is a connection, and the server knows who it is.
        """
        return self.outgoing.is_open

    @property
    def question(self) -> Question | None:
        """
        What the user is asked; None for nothing.
        """
        return self.questions.current

    # -- the connection ---------------------------------------------------------------------------

    def connected(self) -> None:
        """
        Say hello on a new connection, or ask the user for what that needs.
        """
        self.hangs_up = False
        try:
            self._arrival.say_hello(self.rooms.last, self._seen)
        except ClientError as error:
            self._stop(error)

    def lost(self) -> list[Line]:
        """
        Note that the connection is lost, and return what to tell the user.
        """
        was_open = self.outgoing.is_open
        self.outgoing.close()
        self._asked.forget()
        if not was_open:
            # What was asked belongs to that connection.
            self.questions.give_up()
        self.is_over |= self.is_leaving
        if not was_open or self.is_over:
            return []
        self._is_lost = True
        return [status("The connection is lost; connecting again ...")]

    def give_up(self) -> None:
        """
        Take back the question, because the user does not answer it.
        """
        self._asked.cancel()
        self.questions.give_up()
        if not self._arrival.was_in:
            self.is_over = True

    def _stop(self, why: ClientError | None = None) -> None:
        self.end, self.is_over = why, True

    # -- what the user does -----------------------------------------------------------------------

    def switch(self, room: str) -> None:
        """
        Talk in ``room`` from now on; the one before is read.
        """
        self.mark_read()
        self.outgoing.send(command("join", room=room))

    def leave(self) -> list[Line]:
        """
        Leave the server for good, and return what to tell the user.
        """
        self.mark_read()
        for request in (*self.before_goodbye, {"request": "bye"}):
            self.outgoing.tell(request)
        self.is_leaving = True
        self.is_over |= not self.is_connected
        lost = [] if self.is_connected else self.outgoing.take_waiting()
        return [refusal(f"This was not sent: {text}") for text in lost]

    def forget_token(self) -> None:
        """
        Come under the name alone from now on, until the server gives another token.
        """
        self._arrival.token_changed("")

    def mark_read(self) -> None:
        """
        Tell the server that all of the current room is read.
        """
        if self.has_reader:
            self._missed.mark_read()

    # -- what the server tells --------------------------------------------------------------------

    def take(self, told: Message) -> list[Line]:
        """
        Take a message of the server, and return the lines to show for it.
        """
        try:
            if self.outgoing.collect(told):
                self._follow(told)
                return []
            return list(self._refused(told) if "error" in told else self._happened(told))
        except ClientError as error:
            if isinstance(error, NotConnected) and self._arrival.was_in and not error.is_final:
                self.hangs_up = True
            else:
                self._stop(error)
            return []
        except MALFORMED:
            what = told.get("event") or told.get("error")
            return [status(f"The server sent a message that is not understood: {what}.")]

    def _refused(self, told: Message) -> Iterable[Line]:
        code, sentence = str(told["error"]), str(told["message"])
        request = self.outgoing.answered(told)
        if not self.is_connected:
            return self._arrival.refused(code, sentence)
        is_asked = self._can_ask and code in _LACKS_PASSWORD and request is not None
        if is_asked and request is not None and self._passwords.ask_for(request):
            return []
        return [refusal(sentence)]

    def _happened(self, told: Message) -> Iterable[Line]:
        match told["event"]:
            case "hello":
                return self._came_in(told)
            case "done":
                self.outgoing.answered(told)
                return []
            case "asked":
                options = self._asked.take(told)
                text = "\n".join(options)
                return [Line(Kind.REPLY, told["at"], text)] if options else []
            case "question-ended":
                self._asked.ended(int(told["question"]))
                return []
            case "token-changed":
                self._arrival.token_changed(str(told["token"]))
            case "transcript":
                self._follow(told)
                return self._missed.page(told)
            case "closed":
                return self._closed(told)
            case "account-changed" if told["change"] == "logged-out":
                return self._logged_out(told)
            case "kicked" if told["is_yours"] and not told["room"]:
                raise NotConnected(self._sentence(told), is_final=True)
        self._follow(told)
        # Of a session that continues.
        is_known = self._is_lost and told["event"] in _PLACES
        return [] if is_known else self._telling.lines(told)

    def _follow(self, told: Message) -> None:
        # Of other events, it is how many lines there are.
        lines = told["lines"] if told.get("event") == "transcript" else ()
        ids = (told, *lines)
        self._seen = max([self._seen, *(int(each.get("id", 0)) for each in ids)])
        unread = self.rooms.unread.get(told.get("room", ""))
        self.rooms.follow(told, self.nick, is_back=self._is_lost)
        if told.get("event") == "entered" and self.has_reader:
            self._missed.find_last(told["room"])
        elif told.get("event") == "current-room" and unread is not None and unread.earlier:
            self._missed.show_unread(unread.earlier)
        if told.get("event") == "renamed" and told["nick"] == self.nick:
            self._telling.nick = str(told["new_nick"])
            self._arrival.renamed(self.nick)

    def _came_in(self, hello: Message) -> Iterator[Line]:
        is_first, is_resumed = not self._arrival.was_in, bool(hello["is_resumed"])
        self._arrival.came_in(hello)
        self._telling.nick = self._arrival.identity.name
        if not is_resumed:
            self._telling.begin()
        self.composer.max_message = int(hello["max_message"])
        was_lost, self._is_lost = self._is_lost, False
        if was_lost:
            yield status("Connected again.")
            if hello.get("is_whole") is False:
                yield status("Some of what you alone were told is lost; /messages may show it.")
        elif is_resumed:
            yield status(f"You are back as {self.nick}.")
            self.outgoing.send({"request": "history", "count": _BACK})
        if was_lost and not is_resumed:
            yield from self._start_over()
        self.outgoing.open()
        if self.has_reader:
            self._missed.count_unread()
        if is_first:
            for room in reversed(self._rooms_to_enter):
                self.switch(room)
        elif self.rooms.current and self.rooms.unread:
            # After a restart the server may take another one for the current one.
            self.outgoing.ask(command("join", room=self.rooms.current), lambda _: None)

    def _start_over(self) -> Iterator[Line]:
        """
        Go on in the rooms of a visit that the server does not know any more.
        """
        for text in self.outgoing.take_waiting():
            yield refusal(f"It is not known whether this was sent: {text}")
        for room in reversed(self.rooms.names):
            self.switch(room)
            self._missed.read_on(room)

    def _logged_out(self, told: Message) -> list[Line]:
        """
        Choose a name again, on the same connection.
        """
        self.rooms.clear()
        self._telling.own.clear()
        self.outgoing.close()
        self.outgoing.forget()
        self._seen = 0
        self._arrival.log_out()
        return list(self._telling.lines(told))

    def _closed(self, told: Message) -> list[Line]:
        if told["cause"] in _COMES_BACK:
            return []
        if told["cause"] != "quit" and not self.is_leaving:
            if told["cause"] == "guessing":
                raise NotLoggedIn(self._sentence(told))
            raise NotConnected(self._sentence(told), is_final=True)
        self._stop()
        return list(self._telling.lines(told))

    def _sentence(self, told: Message) -> str:
        return " ".join(line.text for line in self._telling.lines(told))
