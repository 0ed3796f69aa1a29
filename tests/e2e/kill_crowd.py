"""
The users of one life of a server, and what they do as fast as they can.
"""

from __future__ import annotations

import contextlib
import random
import re
import selectors
import socket
import time
from collections.abc import Iterator

import kill_deeds as deeds
from attrs import define, field
from disks import BEGINS, ENDS
from harness import WITHIN
from kill_deeds import AWAY, PASSWORD, WARDEN, Deed

ROOMS = ("lobby", "dev", "ops")
#: How many talk in each room, how many only read all of them, how many are muted and kicked, and
#: how many come and register.
TALKERS, LISTENERS, LOUTS, NEWCOMERS = 2, 3, 2, 2
#: What stands below the messages that waited.
CAUGHT_UP = "--- now ---"
#: Lines pinned in one room; a server takes a few more.
PINS = 15
#: Messages in one life to those who are mostly away, so that all that wait are kept for them.
LETTERS = 60
# What a user says: the number of the life, of the line, and the room.
TEXT = re.compile(r"\bz(\d+)\.(\d+)\.([a-z]+)\b")
# What a user reads that was written to them, at once or on coming back.
_LETTER = re.compile(r"-> you\] (m\d+\.\d+)$")
# What only the warden reads, as no other user has asked for numbers.
_GROWN = re.compile(r"^\[(\d+)\] \[#(\w+)\] gardener: (y\d+\.\d+)$")


@define(eq=False)
class Visitor:
    """
    A user at a connection.

    Attributes:
        talks_in: the room in which they talk; empty for none.
        read: the texts of talk that were read, in order.
        told: the other lines.
        letters: the messages to them, in order.
        safe: how many of ``read`` and of ``told`` came before an operator was told that nothing is
            saved any more; None while all is.
    """

    nick: str
    socket: socket.socket
    talks_in: str = ""
    read: list[str] = field(factory=list)
    told: list[str] = field(factory=list)
    letters: list[str] = field(factory=list)
    safe: tuple[int, int] | None = None
    is_over: bool = False
    _rest: bytes = b""

    @classmethod
    def connect(cls, nick: str, port: str, talks_in: str = "", source: str = "") -> Visitor:
        connection = socket.create_connection(
            ("127.0.0.1", int(port)), WITHIN, (source, 0) if source else None
        )
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(nick, connection, talks_in)

    def types(self, *lines: str) -> None:
        self.socket.sendall("".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        self.socket.close()

    def waits_for(self, words: str) -> None:
        """
        Read until these come.

        Raises:
            TimeoutError: they do not.
        """
        came = b""
        while words.encode() not in came:
            data = self.socket.recv(65536)
            assert data, came
            came += data
        self._note(came)

    def reads_some(self) -> None:
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        self.is_over = not data
        self._note(data)

    def _note(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for each in lines:
            # Before a prompt for a password there is telnet.
            line = each.decode(errors="replace")
            # A user who arrives reads the topic again.
            is_new = not line.startswith("Topic: ")
            texts = [match[0] for match in TEXT.finditer(line)] if is_new else []
            self.read += texts
            if not texts:
                self.told.append(line)
                self.letters += _LETTER.findall(line)
            if line == BEGINS and self.safe is None:
                self.safe = len(self.read), len(self.told)
            elif line == ENDS.format(0):
                self.safe = None


@define(eq=False)
class Crowd:
    """
    Everybody who is there in one life of a server.

    Attributes:
        said: how many lines of talk were typed.
        deeds: what was typed beside them.
        returns: who of those away gave their name and password.
    """

    life: int
    port: str
    chance: random.Random
    visitors: list[Visitor] = field(factory=list)
    said: int = 0
    deeds: list[Deed] = field(factory=list)
    returns: str = ""
    _stamps: int = 0
    # What one does once, at any moment: who, and what.
    _once: list[tuple[Visitor, tuple[Deed, ...]]] = field(factory=list)
    # Lines of the yard with which nothing has been done yet.
    _grown: list[tuple[int, str]] = field(factory=list)
    _looked: int = 0
    _pins: int = 0
    _letters: int = 0
    _saved: frozenset[str] = frozenset()

    @property
    def yard(self) -> str:
        """
        The warden's own room, where everything is done to lines and people.
        """
        return f"yard{self.life}"

    def enter(self) -> Iterator[Visitor]:
        """
        Connect everybody, one after the other.

        Yields:
            each, once they are there.
        """
        for number in range(LISTENERS):
            yield self._enter(f"listener{number}", *ROOMS)
        for room in ROOMS:
            for number in range(TALKERS):
                # A user who joins a room talks there from then on.
                others = [each for each in ROOMS if each != room]
                yield self._enter(f"{room}{number}", *others, room, talks_in=room)
        # Operators are told what is not saved, and the warden reads all to which that applies.
        warden = self._enter(WARDEN, *ROOMS, self.yard, typed=(PASSWORD, "/numbers on"))
        yield warden
        yield self._enter("gardener", ROOMS[0], self.yard)
        for number in range(LOUTS):
            nick = f"lout{self.life}x{number}"
            yield self._enter(nick, ROOMS[0], self.yard)
            self._once.append((warden, (deeds.mutes(self.yard, nick, self._stamp("r")),)))
            self._once.append((warden, (deeds.kicks(self.yard, nick, self._stamp("r")),)))
        for number in range(NEWCOMERS):
            nick = f"newcomer{self.life}x{number}"
            done = (
                deeds.registers(nick),
                # Each ignores another one: what is told names only who is ignored.
                deeds.ignores(nick, f"lout{self.life}x{number}"),
                deeds.ignores_no_more(nick, WARDEN),
                deeds.sets_width(nick, 300 + 10 * number),
                deeds.sets_a_bell(nick),
            )
            self._once.append((self._connect(nick), done))

    @property
    def warden(self) -> Visitor:
        return self.named(WARDEN)

    def is_saved(self, text: str) -> bool:
        """
        Return whether a line of talk was told as saved, as the warden read it.
        """
        if self.warden.safe is None:
            return True
        if not self._saved:
            self._saved = frozenset(self.warden.read[: self.warden.safe[0]])
        return text in self._saved

    def is_told(self, deed: Deed) -> bool:
        """
        Return whether a user was told that it is done.
        """
        if not deed.reader:
            return _has_read(self.visitors, deed.told)
        reader = [self.named(deed.reader)]
        # What a guest sets, to whom an account was refused, is for this visit.
        is_account = _has_read(reader, deeds.registers(deed.reader).told)
        return is_account and _has_read(reader, deed.told)

    def is_told_as_saved(self, deed: Deed) -> bool:
        """
        Return whether no user was told that it is not saved.
        """
        warden = self.warden
        if deed.unsaved is None:
            # An operator was told that nothing is saved, from some line on.
            told = [] if warden.safe is None else warden.told[: warden.safe[1]]
            return warden.safe is None or any(deed.told in f"{line}\n" for line in told)
        heads = {f"(not saved yet) {deed.unsaved}.": False, f"(saved now) {deed.unsaved}": True}
        found = [
            is_saved
            for visitor in self.visitors
            for line in visitor.told
            for head, is_saved in heads.items()
            if line.startswith(head)
        ]
        return not deed.unsaved or not found or found[-1]

    def expects(self, nick: str) -> None:
        """
        Note that one of the absent users is connecting.
        """
        self._once.append((self._connect(nick), ()))

    @property
    def has_caught_up(self) -> bool:
        """
        Whether they have read all that waited for them.
        """
        return bool(self.returns) and CAUGHT_UP in self.named(self.returns).told

    def _connect(self, nick: str, talks_in: str = "") -> Visitor:
        visitor = Visitor.connect(nick, self.port, talks_in)
        self.visitors.append(visitor)
        visitor.waits_for("Enter your name: ")
        visitor.socket.setblocking(False)
        return visitor

    def _enter(
        self, nick: str, *rooms: str, typed: tuple[str, ...] = (), talks_in: str = ""
    ) -> Visitor:
        visitor = self._connect(nick, talks_in)
        visitor.socket.settimeout(WITHIN)
        visitor.types(nick, *typed)
        visitor.waits_for("Type /help for help.\r\n")
        visitor.types(*[f"/join {room}" for room in rooms])
        # Everybody is in the first room already.
        last = rooms[-1]
        visitor.waits_for(
            f"now talking in #{last}." if last == ROOMS[0] else f"in #{last} as {nick}"
        )
        visitor.socket.setblocking(False)
        return visitor

    def talk(self, seconds: float) -> None:
        """
        Run everybody's talk and commands for so long.
        """
        chance = self.chance
        talkers = [visitor for visitor in self.visitors if visitor.talks_in]
        until = time.monotonic() + seconds
        others = (self._grow, self._annotate, self._write, self._decide, self._do_once)
        chance.shuffle(self._once)
        with selectors.DefaultSelector() as selector:
            for visitor in self.visitors:
                selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            while (left := until - time.monotonic()) > 0:
                talker = chance.choice(talkers)
                with contextlib.suppress(BlockingIOError):
                    talker.types(*self._lines(talker))
                    if chance.randrange(2):
                        chance.choice(others)()
                for key, _ in selector.select(min(left, chance.choice((0, 0.001, 0.005)))):
                    key.data.reads_some()

    def _lines(self, talker: Visitor) -> Iterator[str]:
        for _ in range(self.chance.choice((1, 1, 2, 5))):
            self.said += 1
            verb = self.chance.choice(("", "", "", "", "/me ", "/topic "))
            yield f"{verb}z{self.life}.{self.said}.{talker.talks_in}"

    def _stamp(self, letter: str) -> str:
        self._stamps += 1
        return f"{letter}{self.life}.{self._stamps}"

    def named(self, nick: str) -> Visitor:
        return next(visitor for visitor in self.visitors if visitor.nick == nick)

    def _do(self, visitor: Visitor, *done: Deed) -> None:
        self.deeds += done
        visitor.types(*[line for deed in done for line in deed.typed])

    def _grow(self) -> None:
        self.named("gardener").types(self._stamp("y"), self._stamp("y"))

    def _annotate(self) -> None:
        """
        Annotate a line that the warden has read, each line only once.

        Only the gardener, who said it, may edit it.
        """
        warden = self.warden
        for line in warden.told[self._looked :]:
            if (match := _GROWN.search(line)) is not None and match[2] == self.yard:
                self._grown.append((int(match[1]), match[3]))
        self._looked = len(warden.told)
        if not self._grown:
            return
        number, text = self._grown.pop()
        may_pin = self._pins < PINS
        match self.chance.randrange(4 if may_pin else 3):
            case 0:
                edit = deeds.edits(self.yard, number, text, self._stamp("e"))
                self._do(self.named("gardener"), edit)
            case 1:
                self._do(warden, deeds.deletes(self.yard, number))
            case 2:
                self._do(warden, deeds.reacts(self.yard, number, text))
            case _:
                self._pins += 1
                self._do(warden, deeds.pins(self.yard, number, text))

    def _write(self) -> None:
        """
        Send a private message to an account, here or away, or from an account to a user.
        """
        talker = self.named(f"{self.chance.choice(ROOMS)}{self.chance.randrange(TALKERS)}")
        text, recipient = self._stamp("m"), self.chance.choice((WARDEN, *AWAY, *AWAY))
        if self.chance.randrange(4) == 0:
            self._do(self.warden, deeds.writes(talker.nick, text))
        elif recipient == WARDEN or self._letters < LETTERS:
            self._letters += recipient in AWAY
            self._do(talker, deeds.writes(recipient, text))

    def _decide(self) -> None:
        warden, reason = self.warden, self._stamp("r")
        name = reason.lstrip("r").replace(".", "x")
        match self.chance.randrange(3):
            case 0:
                self._do(warden, deeds.bans(self.yard, f"pest{name}", reason))
            case 1:
                self._do(warden, deeds.bans_from_the_server(f"fiend{name}", reason))
            case _:
                plot = f"plot{name}"
                modes = self.chance.sample(deeds.sets_modes(plot), 2)
                self._do(warden, deeds.founds(plot), *modes)
                warden.types("/leave", f"/join {self.yard}")

    def _do_once(self) -> None:
        if not self._once:
            return
        visitor, done = self._once.pop()
        if done:
            self._do(visitor, *done)
        else:
            self.returns = visitor.nick
            visitor.types(visitor.nick, PASSWORD)


def _has_read(visitors: list[Visitor], words: str) -> bool:
    return any(words in f"{line}\n" for visitor in visitors for line in visitor.told)
