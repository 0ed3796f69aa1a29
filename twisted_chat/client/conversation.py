"""
A conversation: what the client knows and asks, without input or output.

Messages of the server and what the user types come in; lines to show and requests to send go out.
It outlives connections: what was asked and not answered is asked again when there is a new one.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from twisted_chat.client.errors import ClientError, NotConnected, NotLoggedIn, Refused
from twisted_chat.client.rooms import Rooms, names
from twisted_chat.client.show import lists, pages, words
from twisted_chat.client.show.line import Kind, Line, Message

#: What a member of a message that is not as it should be may raise.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError)
# A command, in what has several lines; a path and a comment are none.
_COMMAND = re.compile(r"/[a-z]+(?:[ \n]|$)", re.IGNORECASE)
# What the server reads as more than talk, on a single line, as input methods write it too.
_SIGNS = ("/", "@", "\uff0f", "\uff20")
_BARE = frozenset({"help", "?", "q", "quit", "exit", "close", "disconnect"})
# What the server asks a person for, by command: the member, the question, and whether it is asked
# twice.
_PASSWORD = (("password", "Password", False),)
_NEW_PASSWORD = (("password", "New password", True),)
_SECRETS = {
    "register": _NEW_PASSWORD,
    "lock": _NEW_PASSWORD,
    "login": _PASSWORD,
    "ghost": _PASSWORD,
    "unregister": _PASSWORD,
    "join": _PASSWORD,
    "j": _PASSWORD,
    "passwd": (("old", "Current password", False), ("new", "New password", True)),
}
_FIRST_WORD = {"login": "nick", "ghost": "nick", "join": "room", "j": "room"}
_COMMANDS = {"j": "join"}
# A name that is not taken, and one that is wrong: another one may be right.
_OTHER_NAME = re.compile(r"nick-|name-|same-nick|too-long|bad-request")
_TRY_AGAIN = frozenset({"wrong-password", "password-required"})
_LATER = frozenset(
    {"server-full", "too-many-connections", "too-many-new-connections", "store-unavailable",
     "busy-with-logins", "connection-closing", "cannot-check-password", "cannot-now"}
)  # fmt: skip
# After these the server expects the client again; after all others it does not.
_COMES_BACK = frozenset({"restart", "shutdown"})
# Not told to the user: what they see anyway, and what is for the client.
_QUIET = frozenset({"hello", "done", "completed", "read-up-to", "numbered", "recalled"})


@frozen
class Question:
    """
    Something that only the user knows.

    Attributes:
        prompt: what is shown.
        is_secret: what is typed is not shown.
    """

    prompt: str
    is_secret: bool = False


@frozen
class Identity:
    """
    Who comes.

    Attributes:
        name: of the user; empty if it is to be asked for.
        token: of an earlier visit; empty for none.
        device: what this program calls the computer, for the owner of the account.
        password: of the account, where it is known; it is not kept.
        resumes: the visit of ``token`` goes on here, and ends where it was.
    """

    name: str = ""
    token: str = field(default="", repr=False)
    device: str = ""
    password: str = field(default="", repr=False)
    resumes: bool = True


@define(eq=False)
class Conversation:
    """
    What is known of the talk with one server.

    Args:
        identity: who comes.
        notify: words that count as the name of the user.
        rooms_to_enter: after the first hello, the first one last.
        can_ask: whether there is a user to answer questions.

    Attributes:
        nick: of the user; empty before the first hello.
        account: of the user; empty for a guest.
        token: with which the visit goes on.
        rooms: what waits to be read.
        is_connected: there is a connection, and the server knows who it is.
        question: waits for `answer`; None for none.
        outbox: requests to be sent now, in order.
        end: why the conversation is over; None as long as it goes on.
        max_message: bytes in one request; as the server says.
        last_own: the number and the text of the user's last line, by room.
    """

    identity: Identity
    notify: Sequence[str] = ()
    rooms_to_enter: Sequence[str] = ()
    can_ask: bool = True
    nick: str = field(init=False, default="")
    account: str = field(init=False, default="")
    token: str = field(init=False, default="", repr=False)
    rooms: Rooms = field(init=False, factory=Rooms)
    is_connected: bool = field(init=False, default=False)
    question: Question | None = field(init=False, default=None)
    outbox: list[Message] = field(init=False, factory=list)
    end: ClientError | None = field(init=False, default=None)
    is_over: bool = field(init=False, default=False)
    max_message: int = field(init=False, default=16384)
    last_own: dict[str, tuple[int, str]] = field(init=False, factory=dict)
    # Requests without an answer, by label, in the order in which they were made.
    _waiting: dict[str, Message] = field(init=False, factory=dict)
    _asked: dict[str, tuple[list[Message], Callable[[list[Message]], None]]] = field(
        init=False, factory=dict
    )
    _answered: Callable[[str], None] | None = field(init=False, default=None)
    _was_in: bool = field(init=False, default=False)
    _is_lost: bool = field(init=False, default=False)
    _labels: str = field(init=False, factory=lambda: secrets.token_hex(4))
    _count: int = field(init=False, default=0)
    _now: Callable[[], float] = time.time

    def __attrs_post_init__(self) -> None:
        self.token = self.identity.token

    # -- the connection ---------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """
        How many requests have no answer yet.
        """
        return len(self._waiting)

    def connected(self) -> None:
        """
        Say hello on a new connection, or ask the user for what that needs.
        """
        self.outbox.clear()
        self._hello()

    def lost(self) -> Iterator[Line]:
        """
        Yield what to tell the user when the connection is lost.
        """
        was_in, self.is_connected = self.is_connected, False
        self.outbox.clear()
        for _, answered in self._take_asked():
            answered([])
        if was_in and not self.is_over:
            self._is_lost = True
            yield self._status("The connection is lost; connecting again ...")

    def _take_asked(self) -> list[tuple[list[Message], Callable[[list[Message]], None]]]:
        asked, self._asked = list(self._asked.values()), {}
        return asked

    def _hello(self) -> None:
        hello: Message = {"request": "hello", "label": self._label()}
        if self.identity.device:
            hello["device"] = self.identity.device
        if self.token:
            hello["token"] = self.token
            hello["last"] = dict(self.rooms.last)
            if not self.identity.resumes and not self._was_in:
                hello["resume"] = False
        elif self.identity.name:
            hello["name"] = self.identity.name
            if self.identity.password:
                hello["password"] = self.identity.password
        else:
            self._ask(Question("Your name: "), self._name)
            return
        self.outbox.append(hello)

    def _name(self, name: str) -> None:
        self.identity = evolve(self.identity, name=name.strip(), password="")
        self._hello()

    def _password(self, password: str) -> None:
        if not password:
            # They may have meant another name.
            self.identity = evolve(self.identity, name="", password="")
        else:
            self.identity = evolve(self.identity, password=password)
        self._hello()

    # -- questions --------------------------------------------------------------------------------

    def _ask(self, question: Question, answered: Callable[[str], None]) -> None:
        if not self.can_ask:
            self._end(NotLoggedIn("A name is needed: --name gives one."))
            return
        self.question, self._answered = question, answered

    def answer(self, text: str) -> None:
        """
        Take what the user typed for the question.
        """
        answered, self.question, self._answered = self._answered, None, None
        if answered is not None:
            answered(text)

    def give_up(self) -> None:
        """
        Take back the question, because the user will not answer it.
        """
        self.question = self._answered = None
        if not self._was_in:
            self._end(None)

    def _end(self, why: ClientError | None) -> None:
        self.end, self.is_over = why, True

    # -- what the user does -----------------------------------------------------------------------

    def typed(self, text: str) -> list[Line]:
        """
        Take a message that the user typed, of one line or several; return what to tell them.
        """
        if not text.strip():
            return []
        if len(text.encode(errors="replace")) > self.max_message - 500:
            return [
                self._refusal(
                    f"That was too long and not sent: {self.max_message - 500} bytes are the most."
                )
            ]
        if not self._was_in and not self.is_connected:
            return [self._refusal("Not connected yet; that was not sent.")]
        self._send(self._request(text))
        if not self.is_connected:
            return [self._status("Not connected; that will be sent when the connection is back.")]
        return []

    def _request(self, text: str) -> Message:
        is_block = "\n" in text.strip("\n")
        one = text.strip("\n")
        first = one.lstrip()
        if is_block:
            is_command = _COMMAND.match(first) is not None
        else:
            is_command = first.startswith(_SIGNS) or first.strip().lower() in _BARE
        if is_command or not self.rooms.current:
            return {"request": "command", "text": one}
        return {"request": "say", "text": one, "room": self.rooms.current}

    def edit(self, number: int, text: str) -> None:
        """
        Change a line of the user's own in the current room.
        """
        args = {"number": number, "text": text}
        self._send({"request": "command", "name": "edit", "args": args})

    def switch(self, room: str) -> None:
        """
        Talk in ``room`` from now on.
        """
        self._send({"request": "command", "name": "join", "args": {"room": room}})

    def leave(self, reason: str = "") -> None:
        """
        Leave the server for good.
        """
        if self.is_connected:
            self.mark_read()
            self.outbox.append({"request": "bye", "reason": reason})
        self.is_over = True

    def ask(self, request: Message, answered: Callable[[list[Message]], None]) -> None:
        """
        Send ``request``; ``answered`` is called with all that answers it.

        It is called with nothing if there is no connection.
        """
        if not self.is_connected:
            answered([])
            return
        label = self._label()
        self._asked[label] = ([], answered)
        self.outbox.append({**request, "label": label})

    def mark_read(self) -> None:
        """
        Tell the server that all of the current room is read.
        """
        room = self.rooms.current
        number = self.rooms.last.get(room, 0)
        if self.is_connected and number:
            self.outbox.append({"request": "read", "room": room, "number": number})

    def _send(self, request: Message) -> None:
        label = self._label()
        self._waiting[label] = {**request, "label": label}
        if self.is_connected:
            self.outbox.append(self._waiting[label])

    def _label(self) -> str:
        self._count += 1
        return f"{self._labels}-{self._count}"

    # -- what the server tells --------------------------------------------------------------------

    def take(self, told: Message) -> list[Line]:
        """
        Take a message of the server, and return the lines to show for it.
        """
        label = str(told.get("label", ""))
        if label in self._asked:
            return self._collect(label, told)
        try:
            if "error" in told:
                return list(self._refused(label, told))
            return list(self._happened(label, told))
        except MALFORMED:
            what = told.get("event") or told.get("error")
            return [self._status(f"The server sent a message that is not understood: {what}.")]

    def _collect(self, label: str, told: Message) -> list[Line]:
        collected, answered = self._asked[label]
        if told.get("event") != "done":
            collected.append(told)
        if told.get("event") == "done" or "error" in told:
            del self._asked[label]
            answered(collected)
        return []

    def _happened(self, label: str, told: Message) -> Iterable[Line]:
        event = told["event"]
        match event:
            case "hello":
                return self._came_in(told)
            case "done":
                self._waiting.pop(label, None)
            case "said" | "acted" | "announced":
                return [self._heard(told)]
            case "told":
                return [self._written(told)]
            case "transcript":
                return self._page(label, told)
            case "entered" | "current-room" | "left" | "renamed" | "kicked" | "closed":
                return self._moved(told)
            case "rooms-restored":
                for room in told["rooms"]:
                    self.rooms.add(room)
        return [] if event in _QUIET else self._worded(told)

    def _came_in(self, hello: Message) -> Iterator[Line]:
        is_first, is_again = not self._was_in, self._is_lost
        self.nick, self.account = str(hello["nick"]), str(hello["account"])
        self.token = str(hello["token"])
        self.max_message = int(hello["max_message"])
        self.identity = evolve(self.identity, name=self.nick, password="")
        self.is_connected = self._was_in = True
        self._is_lost = False
        if is_again:
            news = "" if hello["is_resumed"] else " The server had ended your visit meanwhile."
            yield self._status(f"Connected again.{news}")
        elif hello["is_resumed"]:
            yield self._status(f"You are back as {self.nick}.")
            self._send({"request": "history", "count": 20})
        if is_first:
            wanted = [room for room in self.rooms_to_enter if room != self.rooms.current]
            for room in reversed(wanted):
                self.switch(room)
        elif is_again and not hello["is_resumed"]:
            yield from self._start_over()
            return
        elif is_again and self.rooms.current and self.rooms.unread:
            # After a restart the server may have another one.
            self.ask(
                {"request": "command", "name": "join", "args": {"room": self.rooms.current}},
                _ignore,
            )
        self.outbox += self._waiting.values()

    def _start_over(self) -> Iterator[Line]:
        """
        Enter the rooms of the visit that has ended; what waited for an answer may be done.
        """
        waiting, self._waiting = list(self._waiting.values()), {}
        for request in waiting:
            text = request.get("text", request.get("name", ""))
            yield self._refusal(f"It is not known whether this was sent: {text}")
        for room in reversed(self.rooms.names):
            self.switch(room)

    def _moved(self, told: Message) -> Iterable[Line]:
        event = told["event"]
        match event:
            case "entered":
                if not told["is_elsewhere"] and not (self._is_lost and self.rooms.current):
                    self.rooms.enter(told["room"])
                else:
                    self.rooms.add(told["room"])
                if self._is_lost:
                    return []
            case "current-room":
                self.rooms.enter(told["room"])
            case "left" if told["nick"] == self.nick:
                self.rooms.leave(told["room"])
            case "renamed" if told["nick"] == self.nick:
                self.nick = told["new_nick"]
                self.identity = evolve(self.identity, name=self.nick)
            case "kicked" if told["is_yours"]:
                lines = list(self._worded(told))
                if told["room"]:
                    self.rooms.leave(told["room"])
                else:
                    self._end(NotConnected(lines[0].text))
                return lines
            case "closed":
                return self._closed(told)
        return self._worded(told)

    def _closed(self, told: Message) -> Iterable[Line]:
        if told["cause"] in _COMES_BACK:
            return []
        lines = list(self._worded(told))
        is_own = told["cause"] == "quit" or self.is_over
        self._end(None if is_own else NotConnected(lines[0].text))
        return lines if is_own else []

    def _heard(self, told: Message) -> Line:
        room, number = str(told["room"]), int(told["number"])
        line = pages.talk(told, self.nick)
        if line is None:
            line = Line(Kind.NEWS, told["at"], str(told["text"]), room=room, number=number)
        if line.is_own:
            self.rooms.note(room, number)
            if number:
                self.last_own[room] = number, line.text
        else:
            line = evolve(line, rings=names(line.text, [self.nick, *self.notify]))
            self.rooms.heard(room, number, names_user=line.rings)
        return self._placed(line)

    def _written(self, told: Message) -> Line:
        line = pages.talk(told, self.nick)
        assert line is not None
        if line.is_own:
            self.rooms.answered(line.recipient)
            return line
        self.rooms.wrote(line.nick)
        return evolve(line, rings=True)

    def _page(self, label: str, told: Message) -> Iterator[Line]:
        room = told["room"]
        for each in told["lines"]:
            if room and told["kind"] in {"earlier", "history", "missed"}:
                self.rooms.note(room, int(each["number"]))
        if told["lines"] or told["kind"] not in {"missed", "earlier"}:
            yield from map(self._placed, pages.page(told, self.nick))
        if told["kind"] == "missed" and told["has_more"] and room and not told["count"]:
            # The rest of what was said while the connection was lost.
            after = self.rooms.last.get(room, 0)
            self._send({"request": "history", "room": room, "after": after, "count": 200})

    def _placed(self, line: Line) -> Line:
        is_elsewhere = bool(line.room) and line.room != self.rooms.current
        return evolve(line, is_elsewhere=True) if is_elsewhere else line

    def _worded(self, told: Message) -> Iterator[Line]:
        at = told["at"]
        if text := words.news(told, self.nick):
            kind = Kind.NEWS
            is_private = told["event"] == "invited" and told["nick"] != self.nick
            line = Line(kind, at, text, room=str(told.get("room", "")), rings=is_private)
            yield self._placed(line) if "#" not in text else line
        for row in words.reply(told):
            if row:
                yield Line(Kind.REPLY, at, row)
        for row in lists.rows(told):
            yield Line(Kind.REPLY, at, row)

    # -- refusals ---------------------------------------------------------------------------------

    def _refused(self, label: str, told: Message) -> Iterator[Line]:
        code, sentence = str(told["error"]), str(told["message"])
        request = self._waiting.pop(label, None)
        if not self.is_connected:
            yield from self._not_let_in(code, sentence)
        elif code == "password-required" and request is not None and self._asks_for(request):
            return
        else:
            yield self._refusal(sentence)

    def _not_let_in(self, code: str, sentence: str) -> Iterator[Line]:
        """
        Find out what the server would take instead.
        """
        if code == "unknown-token":
            self.token = ""
            self._hello()
        elif code in _LATER:
            self._end(NotConnected(sentence)) if not self._was_in else None
        elif not self.can_ask or self._was_in:
            self._end(NotLoggedIn(sentence))
        elif code in _TRY_AGAIN:
            self.identity = evolve(self.identity, password="")
            if code != "password-required":
                yield self._refusal(sentence)
            self._ask(
                Question(f"Password of {self.identity.name}: ", is_secret=True), self._password
            )
        elif _OTHER_NAME.match(code):
            yield self._refusal(sentence)
            self._ask(Question("Your name: "), self._name)
        else:
            error = Refused if code == "no-such-door" else NotLoggedIn
            self._end(error(sentence))

    def _asks_for(self, request: Message) -> bool:
        """
        Ask the user for the password that a command needs; return whether that can be.
        """
        name, _, rest = str(request.get("text", "")).strip().lstrip("/").partition(" ")
        name = str(request.get("name", name)).lower()
        needed = _SECRETS.get(name)
        if needed is None or not self.can_ask:
            return False
        args = dict(request.get("args", {}))
        if rest.strip() and name in _FIRST_WORD:
            args[_FIRST_WORD[name]] = rest.strip()
        self._ask_secrets(_COMMANDS.get(name, name), args, list(needed))
        return True

    def _ask_secrets(
        self, name: str, args: dict[str, object], needed: list[tuple[str, str, bool]]
    ) -> None:
        if not needed:
            self._send({"request": "command", "name": name, "args": args})
            return
        (member, prompt, is_twice), *others = needed

        def first(text: str) -> None:
            if not text:
                return
            args[member] = text
            if is_twice:
                self._ask(Question(f"{prompt} again: ", is_secret=True), second)
            else:
                self._ask_secrets(name, args, others)

        def second(text: str) -> None:
            if text == args[member]:
                self._ask_secrets(name, args, others)
            elif text:
                again = "The two differ. {}: "
                self._ask(Question(again.format(prompt), is_secret=True), first)

        self._ask(Question(f"{prompt}: ", is_secret=True), first)

    def _refusal(self, text: str) -> Line:
        return Line(Kind.REFUSAL, self._now(), text)

    def _status(self, text: str) -> Line:
        return Line(Kind.STATUS, self._now(), text)


def is_secret(text: str) -> bool:
    """
    Return whether a line that was typed may hold a password, and is not to be kept.
    """
    name, _, rest = text.strip().lstrip("/\uff0f").partition(" ")
    return text.strip().startswith(_SIGNS) and name.lower() in _SECRETS and bool(rest.strip())


def _ignore(_: list[Message]) -> None:
    pass
