"""
A program that talks, and comes back whenever its connection is lost.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from attrs import define, field

#: The second one they join, and so it is where they edit.
ROOMS = ("lobby", "den")
#: Requests of one program that have no answer yet, at most.
WINDOW = 20
#: Of so many requests one is a message, and one an edit.
TELL, EDIT = 20, 15


def by_room() -> dict[str, dict[int, str]]:
    return {room: {} for room in ROOMS}


@define(eq=False)
class Talker:
    """
    A program that talks.

    Attributes:
        other: whom it writes to.
        asked: its requests without an answer, by label.
        count: the number of its lines.
        sent: the texts of its messages.
        heard: the text of each line by its number, by room.
        read: the text of each message that it was told, by id.
        own: the numbers of its lines that it may edit.
        seen: the largest id that it was told.
        coming: the same, before the answer to its hello has come to its end.
        gaps: the number of the last line before a gap that it has not read yet, by room.
        stale: rooms that it must read again, as too many of their lines were changed.
        problems: what it was told that must not be.
        running: how many requests had no answer, for each connection that was lost.
    """

    nick: str
    other: str
    port: int
    token: str = ""
    asked: dict[str, dict[str, Any]] = field(factory=dict)
    count: int = 0
    answered: int = 0
    resumed: int = 0
    sent: list[str] = field(factory=list)
    edits: int = 0
    heard: dict[str, dict[int, str]] = field(factory=by_room)
    read: dict[int, str] = field(factory=dict)
    own: list[int] = field(factory=list)
    seen: int = 0
    coming: int = 0
    gaps: dict[str, int] = field(factory=dict)
    stale: set[str] = field(factory=set)
    problems: list[str] = field(factory=list)
    is_over: bool = False
    is_resting: bool = False
    has_ended: bool = False
    may_hear_again: bool = False
    more: set[str] = field(factory=set)
    running: list[int] = field(factory=list)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None
    # Connections that the server does not know are lost.
    _left: list[asyncio.StreamWriter] = field(factory=list)

    @property
    def is_quiet(self) -> bool:
        """
        Whether it has said and read everything.
        """
        return self.is_over and not (self.asked or self.gaps or self.stale)

    def ask(self, request: str, **members: Any) -> None:
        """
        Send a request.
        """
        assert self._writer is not None
        data = json.dumps({"request": request, **members}).encode()
        with suppress(OSError):
            self._writer.write(data + b"\n")

    def rest(self) -> None:
        """
        Lose the connection, and stay away.
        """
        self.is_resting = True
        if self._writer is not None:
            self._writer.transport.abort()

    def lose(self, *, is_told: bool) -> None:
        """
        Lose the connection while requests run, and come back.

        Args:
            is_told: the server is told so; if not, it has two connections of this program then.
        """
        if self._reader is None or self._writer is None or not (self.token and self.asked):
            return
        if self._writer.is_closing() or self._reader.exception() is not None:
            return
        self.running.append(len(self.asked))
        if is_told:
            self._writer.transport.abort()
        else:
            self._left.append(self._writer)
            self._reader.set_exception(ConnectionResetError())

    async def talk(self) -> None:
        """
        Talk until it is over, whatever becomes of the connection.
        """
        while not self.has_ended:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                self._reader, self._writer = reader, writer
                try:
                    await self._go_on(reader)
                finally:
                    if writer not in self._left:
                        writer.close()
                        await writer.wait_closed()
            await asyncio.sleep(0.02)
            while self.is_resting:  # noqa: ASYNC110  # until the kills are over
                await asyncio.sleep(0.02)
        for writer in self._left:
            writer.transport.abort()

    async def _go_on(self, reader: asyncio.StreamReader) -> None:
        given: dict[str, Any] = {"name": self.nick}
        if self.token:
            given = {"token": self.token, "seen": self.seen, "last": self.gaps}
            self.may_hear_again = bool(self.gaps) or self.coming > 0
        else:
            join = {"request": "command", "name": "join", "args": {"room": ROOMS[1]}}
            self.asked["join"] = {**join, "label": "join"}
        self.ask("hello", label="hello", **given)
        for room in ROOMS:
            self.gaps.setdefault(room, max(self.heard[room], default=0))
        is_in = False
        while line := await reader.readuntil(b"\n"):
            told = json.loads(line)
            self._hear(told)
            if told.get("event") == "done" and told.get("label") == "hello":
                is_in = True
                for request in self.asked.values():
                    self.ask(**request)
                for room in self.stale:
                    self._read_again(room, min(self.heard[room], default=1) - 1)
            if told.get("event") == "done" and told.get("label") == "end":
                self.has_ended = True
                return
            if is_in:
                self.seen, self.coming = max(self.seen, self.coming), 0
            while is_in and not self.is_over and len(self.asked) < WINDOW:
                self._say_more()

    def _say_more(self) -> None:
        total = self.count + len(self.sent) + self.edits + 1
        if total % TELL == 0:
            label = f"{self.nick} to {self.other} {len(self.sent) + 1}"
            self.sent.append(label)
            request = {"request": "tell", "nick": self.other, "text": label}
        elif total % EDIT == 0 and self.own:
            self.edits += 1
            label = f"{self.nick} edits {self.edits}"
            number = self.own.pop()
            args = {"number": number, "text": f"{self.heard[ROOMS[1]][number]}, rather"}
            request = {"request": "command", "name": "edit", "args": args}
        else:
            self.count += 1
            label = f"{self.nick} {self.count}"
            request = {"request": "say", "text": label, "room": ROOMS[self.count % 2]}
        self.asked[label] = {**request, "label": label}
        self.ask(**self.asked[label])

    def _read_again(self, room: str, after: int) -> None:
        self.ask("history", room=room, after=after, count=200, label=f"again {room}")

    def _hear(self, told: dict[str, Any]) -> None:
        event, label = told.get("event"), told.get("label")
        if "error" in told:
            self.problems.append(f"{self.nick}: {told}")
        if event == "hello":
            self.more.clear()
            if self.token and not (told["is_resumed"] and told["is_whole"]):
                self.problems.append(f"{self.nick} is another session, or not whole")
            self.resumed += told["is_resumed"]
            self.token = told["token"]
        if event == "transcript":
            self._turn(told)
        self._note(told)
        if event == "done" and label == "hello":
            for room in set(self.gaps) - self.more:
                del self.gaps[room]
        if event == "done" and label in self.asked:
            del self.asked[label]
            self.answered += 1

    def _turn(self, page: dict[str, Any]) -> None:
        """
        Read a page, and ask for the next one.
        """
        room, lines = page["room"], page["lines"]
        is_known = page["kind"] != "missed"
        for each in lines:
            self._note(each["event"], is_known=is_known)
        if page["kind"] == "changed":
            if page["has_more"]:
                self.stale.add(room)
        elif page.get("label") == f"again {room}":
            if page["has_more"]:
                self._read_again(room, lines[-1]["number"])
            else:
                self.stale.discard(room)
        elif page["has_more"]:
            self.more.add(room)
            if lines:
                self.gaps[room] = lines[-1]["number"]
            self.ask("history", room=room, after=self.gaps[room], count=200)
        else:
            self.gaps.pop(room, None)

    def _note(self, told: dict[str, Any], *, is_known: bool = False) -> None:
        self.coming = max(self.coming, told.get("id", 0))
        match told.get("event"):
            case "said" if "label" in told:
                self._answer(told)
            case "said":
                room, number = told["room"], told["number"]
                if number in self.heard[room] and not (is_known or self.may_hear_again):
                    self.problems.append(f"{self.nick} heard {room} {number} twice")
                self.heard[room][number] = told["text"]
            case "edited":
                if told["number"] in self.heard[told["room"]]:
                    self.heard[told["room"]][told["number"]] = told["text"]
            case "told" if told["recipient"] == self.nick:
                if told["id"] in self.read and not self.may_hear_again:
                    self.problems.append(f"{self.nick} read {told['text']} twice")
                self.read[told["id"]] = told["text"]
            case "quit" | "left":
                self.problems.append(f"{self.nick} was told that {told['nick']} left")

    def _answer(self, told: dict[str, Any]) -> None:
        """
        Note a line of its own, which it may have read: an answer that was lost comes again.
        """
        room, number, text = told["room"], told["number"], told["text"]
        if text != told["label"]:
            self.problems.append(f"{self.nick} was answered {text} for {told['label']}")
        if number not in self.heard[room]:
            self.heard[room][number] = text
            if room == ROOMS[1]:
                self.own.append(number)
