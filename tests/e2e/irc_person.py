"""
A user who comes by the IRC door, and reads what they are told in the words of the line door.

So one suite of behaviours holds for both.  What a client of IRC does by itself this one does too:
it knows in which channel its user talks, and who wrote to them last.
"""

import re
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from attrs import define, field
from harness import WITHIN

from twisted_chat.doors.irc.message import Message, parse
from twisted_chat.doors.text import PLAIN
from twisted_chat.events import Event, Joined, Left, Said, Told
from twisted_chat.replies.people import Away
from twisted_chat.replies.rooms import CurrentRoom, Entered
from twisted_chat.world.settings import Preferences

_ENDS = re.compile(r"\r\n|\r|\n")
_WELCOME = "Type /help for help."
# Numerics whose text a user reads as it is.
_TOLD = ("306", "421", "433", "305")


def _at_a_terminal(told: str) -> str:
    """
    Return a sentence of the server with its commands as they are typed at a terminal.
    """
    told = re.sub(r"(?<=No such command: )[A-Z ]+", lambda found: f"/{found[0].lower()}", told)
    told = re.sub(r"(?<=/)quote ([A-Z-]+)", lambda found: found[1].lower(), told)
    return told.replace("/away ends", "/back ends")


@define(eq=False)
class IrcPerson:
    """
    Types lines as messages, and reads messages as lines.

    Args:
        reads_own: reads their own lines too, which they typed here or at another device.
    """

    socket: socket.socket
    nick: str = ""
    reads_own: bool = False
    _room: str = field(init=False, default="")
    _correspondent: str = field(init=False, default="")
    _rooms: list[str] = field(init=False, factory=list)
    _names: list[str] = field(init=False, factory=list)
    _lines: deque[str] = field(init=False, factory=deque)
    _data: bytes = field(init=False, default=b"")
    _begun: str = field(init=False, default="")
    _pongs: int = field(init=False, default=0)
    _pings: int = field(init=False, default=0)
    _is_over: bool = field(init=False, default=False)
    _is_known: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self.socket.settimeout(WITHIN)
        self._send("CAP REQ echo-message", "CAP END", "USER user 0 * :User")

    def _send(self, *lines: str) -> None:
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    # -- what is typed ----------------------------------------------------------------------------

    def types(self, *lines: str) -> None:
        for line in lines:
            if self._is_known:
                self._send(*self._messages(line))
            else:
                self._send(f"NICK {line}")
                self._take_until(lambda: self._is_known or bool(self._lines))
                if self._is_known:
                    self._send("JOIN #lobby")
                    self._take_until(lambda: bool(self._lines))
                    self._lines.append(_WELCOME)

    def logs_in(self, nick: str, password: str) -> None:
        self._send(f"PASS :{password}", f"NICK {nick}")
        self._take_until(lambda: self._is_known and bool(self._rooms))

    def _messages(self, line: str) -> list[str]:
        name, _, rest = line.partition(" ")
        match name:
            case "/quit" | "q":
                return [f"QUIT :{rest}"]
            case "/away":
                return [f"AWAY :{rest}"]
            case "/msg" if " " in rest:
                nick, _, text = rest.partition(" ")
                return [f"PRIVMSG {nick} :{text}"]
            case "/reply":
                return [f"PRIVMSG {self._correspondent} :{rest}"]
            case "/leave":
                return [f"PART #{self._room}"]
            case "/join":
                room = rest.removeprefix("#").lower()
                if room in self._rooms:
                    self._room = room
                    self._tell(CurrentRoom(0.0, room))
                    return []
                return [f"JOIN #{room}"]
            case _ if name.startswith("/"):
                return [f"PRIVMSG ChatServ :{line[1:]}"]
            case _ if name.startswith("@"):
                nick, _, text = line[1:].partition(":")
                return [f"PRIVMSG {nick} :{text}"]
            case _:
                return [f"PRIVMSG #{self._room} :{line}"]

    def answers(self, line: str) -> None:
        """
        Answer what a command asks.
        """
        self._send(f"PRIVMSG ChatServ :{line}")

    def sends(self, data: bytes) -> None:
        # As a terminal's lines are read: what follows a CR is a part of the end of that line.
        self._begun += data.decode("latin-1").replace("\0", "")
        while end := _ENDS.search(self._begun):
            line, self._begun = self._begun[: end.start()], self._begun[end.end() :]
            if line:
                self.types(line.encode("latin-1").decode("utf-8", "replace"))

    # -- what is read -----------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        dialect = PLAIN.adapt(Preferences(), several_rooms=len(self._rooms) > 1)
        self._lines.extend(dialect.render(event, self.nick).decode().split("\r\n")[:-1])

    def _read(self, message: Message) -> None:  # noqa: PLR0912  # one for each verb
        verb, params = message.verb, message.params
        nick = message.source.partition("!")[0]
        room = params[0].removeprefix("#") if params else ""
        match verb:
            case "001":
                self.nick, self._is_known = params[0], True
            case "PONG":
                self._pongs = int(params[1])
            case "353":
                self._names += [name.lstrip("~@+") for name in params[3].split()]
            case "366":
                self._enter(params[1].removeprefix("#"))
            case "301":
                self._tell(Away(0.0, params[1], params[2]))
            case "JOIN" if nick != self.nick:
                self._tell(Joined(0.0, room, nick))
            case "PART":
                self._part(room, nick, *params[1:])
            case "QUIT":
                # A person reads in which room they miss anybody.
                self._tell(Left(0.0, self._rooms[0], nick, params[0]))
            case "PRIVMSG" if params[0].startswith("#"):
                if nick != self.nick or self.reads_own:
                    self._tell(Said(0.0, room, nick, params[1]))
            case "PRIVMSG":
                self._correspondent = nick if nick != self.nick else self._correspondent
                self._tell(Told(0.0, nick, params[0], params[1]))
            case "NOTICE" if self._rooms:
                self._lines.append(_at_a_terminal(params[1]))
            case "ERROR":
                self._lines.append(" ".join(params))
            case _ if verb in _TOLD:
                self._lines.append(_at_a_terminal(params[-1]))

    def _enter(self, room: str) -> None:
        self._rooms.append(room)
        self._room = room
        others = tuple(name for name in self._names if name != self.nick)
        self._names.clear()
        self._tell(Entered(0.0, room, self.nick, "", others, 0))

    def _part(self, room: str, nick: str, reason: str = "") -> None:
        self._tell(Left(0.0, room, nick, reason))
        if nick == self.nick:
            self._rooms.remove(room)
            self._room = self._rooms[-1]
            self._tell(CurrentRoom(0.0, self._room))

    def _take(self) -> None:
        came = self.socket.recv(65536)
        if not came:
            self._is_over = True
        *lines, self._data = (self._data + came).split(b"\r\n")
        for line in lines:
            message = parse(line)
            assert isinstance(message, Message), line
            self._read(message)

    def _take_until(self, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WITHIN
        while not is_there() and not self._is_over:
            assert time.monotonic() < deadline, "waited in vain"
            self._take()

    def reads_line(self) -> str:
        self._take_until(lambda: bool(self._lines))
        assert self._lines, "the connection ended"
        return self._lines.popleft()

    def expect(self, *lines: str) -> None:
        assert [self.reads_line() for _ in lines] == list(lines)

    def expect_nothing_more(self) -> None:
        self._pings += 1
        self._send(f"PING {self._pings}")
        self._take_until(lambda: self._pongs == self._pings)
        assert list(self._lines) == []

    def expect_end(self) -> None:
        self._take_until(lambda: self._is_over)
        assert list(self._lines) == []

    def hangs_up(self) -> None:
        with suppress(OSError):
            self.socket.close()

    def goes(self) -> None:
        """
        Leave, and come back when the server has seen that: then the name is free again.
        """
        with suppress(OSError, AssertionError):
            self._send("QUIT")
            self._take_until(lambda: self._is_over)
        self.hangs_up()
