"""
One-shot commands: what a script asks for and reads.
"""

from __future__ import annotations

import asyncio
import errno
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from attrs import define, field

from twisted_chat.client.errors import NotConnected, Refused, UsageError
from twisted_chat.client.net.link import Link
from twisted_chat.client.options import Options
from twisted_chat.client.show import lists, pages
from twisted_chat.client.show.line import NOT_UNDERSTOOD, Kind, Line, Message
from twisted_chat.client.show.look import Painter
from twisted_chat.client.talk.conversation import MALFORMED, Conversation
from twisted_chat.client.talk.typed import command

#: Lines that `tail` and `history` show.
LINES = {"tail": 20, "history": 50}
_WITH_TEXT = frozenset({"send", "say", "msg"})
# The most on one page of the server.
_PAGE = 200
# Seconds for an answer.
_WITHIN = 60.0
# JSON leaves it as it is, but it is not a character to be shown.
_DELETE = re.compile("\x7f")


@define(eq=False)
class Script:
    """
    Does one command, and writes what comes of it.

    Args:
        talk: asks the server.
        options: the command, and how its outcome is written.
        painter: makes rows of lines.
        write: takes each row.
    """

    _talk: Conversation
    _options: Options
    _painter: Painter
    _write: Callable[[str], object]
    _link: Link = field(init=False)
    _changed: asyncio.Event = field(init=False, factory=asyncio.Event)
    _text: str = field(init=False, default="")
    # The room that is followed, the last line of it that was shown, and what came before that is
    # known; None once it is.
    _followed: str = field(init=False, default="")
    _shown: int = field(init=False, default=0)
    _held: list[Line | Message] | None = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        # The user has not read what a script read.
        self._talk.has_reader = False

    def show(self, lines: list[Line]) -> None:
        """
        Note that something has changed, and show what is said in the room that is followed.
        """
        if not self._options.is_json:
            for line in lines:
                if line.room == self._followed != "":
                    self._hear(line, line.number)
        self._changed.set()

    def hear(self, told: Message) -> None:
        """
        Show a message of the server as it is, if it is of the room that is followed.
        """
        # What has a label answers the script itself.
        is_heard = "label" not in told and told.get("room") == self._followed != ""
        if self._options.is_json and is_heard:
            is_line = told.get("event") in {"said", "acted", "announced"}
            self._hear(told, told.get("number", 0) if is_line else 0)

    def _hear(self, heard: Line | Message, number: int) -> None:
        if self._held is not None:
            self._held.append(heard)
        elif number > self._shown or not number:
            self._write_one(heard)

    def _write_one(self, heard: Line | Message) -> None:
        if isinstance(heard, Line):
            self._show_line(heard)
        else:
            self._show_json(heard)

    async def run(self, link: Link) -> None:
        """
        Do the command.

        Raises:
            ClientError: it cannot be done.
        """
        self._link = link
        if self._options.command in _WITH_TEXT:
            # Before anything waits for it.
            self._text = await _text(self._options.words[1:])
        linked = asyncio.create_task(link.run())
        doing = asyncio.create_task(self._do())
        try:
            await asyncio.wait({linked, doing}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                await link.leave()
        finally:
            doing.cancel()
            linked.cancel()
            results = await asyncio.gather(doing, linked, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _do(self) -> None:
        try:
            await self._command()
        except MALFORMED as error:
            # A time that no calendar has; all else is of the output.
            if isinstance(error, OSError) and error.errno != errno.EOVERFLOW:
                raise
            raise NotConnected(NOT_UNDERSTOOD) from None

    async def _command(self) -> None:
        while not self._talk.is_connected:
            self._changed.clear()
            await self._changed.wait()
        words = self._options.words
        match self._options.command:
            case "send" | "say":
                await self._send(_room(words[0]), self._text)
            case "msg":
                self._check(self._text)
                request = {"request": "tell", "nick": words[0], "text": self._text}
                answers = await self._ask(request)
                self._show_json_only(answers)
            case "who":
                await self._list({"request": "who", "room": _room(words[0]) if words else ""})
            case "rooms":
                await self._list({"request": "rooms"})
            case _:
                await self._tail(_room(words[0]))

    # -- commands ---------------------------------------------------------------------------------

    async def _send(self, room: str, text: str) -> None:
        self._check(text)
        room = await self._enter(room)
        answers = await self._ask({"request": "say", "room": room, "text": text})
        self._show_json_only(answers)

    async def _list(self, request: Message) -> None:
        for told in await self._ask(request):
            if self._options.is_json:
                self._show_json(told)
            else:
                for row in lists.rows(told):
                    self._show_line(Line(Kind.REPLY, told["at"], row))

    async def _tail(self, room: str) -> None:
        options = self._options
        if options.follows:
            # All else is read from outside.
            self._followed = room = await self._enter(room)
        count = options.lines or LINES[options.command]
        found: list[Message] = []
        request: Message = {"request": "history", "room": room}
        while len(found) < count:
            page = {"count": min(count - len(found), _PAGE)}
            answers = await self._ask({**request, **page})
            told = next((each for each in answers if each.get("event") == "transcript"), None)
            if told is None or not told["lines"]:
                break
            found[:0] = told["lines"]
            if not told["has_more"]:
                break
            request["before"] = found[0]["number"]
        for each in found:
            self._shown = max(self._shown, int(each["number"]))
            if options.is_json:
                self._show_json(each["event"])
            elif (line := pages.recalled(each, self._talk.nick)) is not None:
                self._show_line(line)
        if options.follows:
            self._go_on()
            await asyncio.Event().wait()

    def _go_on(self) -> None:
        """
        Show what was said while the history was read, and from now on what is said.
        """
        held, self._held = self._held or [], None
        for heard in held:
            if isinstance(heard, Line):
                self._hear(heard, heard.number)
            else:
                self._hear(heard, int(heard.get("number", 0)))

    async def _enter(self, room: str) -> str:
        """
        Enter a room that there is, until the end, and return its name; none is made.
        """
        for name in self._talk.rooms.names:
            if name.casefold() == room.casefold():
                return name
        answers = await self._request({"request": "history", "room": room, "count": 1})
        for told in answers:
            if told.get("error") == "no-such-room":
                raise Refused(str(told["message"]))
        before = self._talk.rooms.current
        await self._ask(command("join", room=room))
        entered = self._talk.rooms.current
        # The user is left where they were, however this ends.
        self._talk.before_goodbye.append(command("leave", room=entered))
        if before:
            self._talk.before_goodbye.append(command("join", room=before))
        return entered

    def _check(self, text: str) -> None:
        most = self._talk.composer.longest
        if not text.strip():
            raise UsageError("There is no text to be sent.")
        if len(text.encode(errors="replace")) > most:
            raise Refused(f"A message may have at most {most} bytes; nothing was sent.")

    # -- the server -------------------------------------------------------------------------------

    async def _ask(self, request: Message) -> list[Message]:
        answers = await self._request(request)
        for told in answers:
            if "error" in told:
                raise Refused(str(told["message"]))
        return answers

    async def _request(self, request: Message) -> list[Message]:
        answer: asyncio.Future[list[Message] | None] = asyncio.get_running_loop().create_future()

        def answered(messages: list[Message]) -> None:
            if not answer.done():
                # Each is ended by `done` or a refusal, but for those of a lost connection.
                answer.set_result(messages if self._talk.is_connected else None)

        self._talk.outgoing.ask(request, answered)
        self._link.flush()
        try:
            answers = await asyncio.wait_for(answer, _WITHIN)
        except TimeoutError:
            raise NotConnected(f"The server did not answer within {_WITHIN:g} seconds.") from None
        if answers is None:
            raise NotConnected("The connection was lost.")
        return answers

    # -- what is written --------------------------------------------------------------------------

    def _show_line(self, line: Line) -> None:
        for row in self._painter.rows(line):
            self._write(row)

    def _show_json_only(self, answers: Iterable[Message]) -> None:
        if self._options.is_json:
            for told in answers:
                self._show_json(told)

    def _show_json(self, told: Message) -> None:
        told = {key: value for key, value in told.items() if key != "label"}
        self._write(_DELETE.sub(r"\\u007f", json.dumps(told)))


def _room(word: str) -> str:
    return word.removeprefix("#")


async def _text(words: Sequence[str]) -> str:
    """
    Return the text behind a command, or all that comes on stdin.
    """
    if words:
        return " ".join(words)
    loop = asyncio.get_running_loop()
    text: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        # The loop may be closed by now.
        with suppress(RuntimeError):
            try:
                loop.call_soon_threadsafe(text.set_result, sys.stdin.read())
            except OSError as error:
                unread = UsageError(f"The text cannot be read ({error.strerror}).")
                loop.call_soon_threadsafe(text.set_exception, unread)

    # A thread, so that a signal can end the waiting.
    threading.Thread(target=read, daemon=True).start()
    return (await text).rstrip("\n")
