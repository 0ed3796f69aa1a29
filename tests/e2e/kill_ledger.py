"""
What was read and what is kept, compared after each kill.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from pathlib import Path

from attrs import asdict, define, field
from disks import BEGINS
from kill_crowd import ROOMS, TEXT, Crowd, Visitor
from kill_deeds import AWAY, KINDS, Deed


@define
class Tally:
    """
    What was found of one kind of deeds.

    Attributes:
        done: those that some user was told of.
        lost: of these, those that the database lacks or a user who comes back does not see.
        twice: and those that are kept, or were read, more than once.
    """

    done: int = 0
    lost: int = 0
    twice: int = 0


@define
class Figures:
    """
    What was found, in all lives so far.

    Attributes:
        kept: lines in the database.
        read: lines that at least one person read.
        lost: of these, those that are not in the database and were told as saved.
        twice: lines that the database or a person has more than once.
        disordered: people who read lines of a room in another order than it has.
        gaps: people who missed a line between two that they read, and numbers that a room lacks.
        again: lines of an earlier life that came as new.
        damaged: files that ``PRAGMA integrity_check`` found fault with.
        stalled: lives in which an operator was told that the disk fails.
        unsaved: lines and deeds that were told then, or perhaps then, and so as not saved.
        dropped: of these, those that are not in the database.
        login: the longest time from a name to its greeting, in seconds.
        start: the longest time from the start to the first greeting, in seconds.
        asked: deeds that a user who came after the kill was to be told of.
        returned: messages that were read on coming back.
        unread: messages to a user who was there when the kill came, kept and not waiting any
            more, which they have not read and are to look up with ``/messages``.
        deeds: what else was done, by its kind.
    """

    kills: int = 0
    kept: int = 0
    read: int = 0
    lost: int = 0
    twice: int = 0
    disordered: int = 0
    gaps: int = 0
    again: int = 0
    damaged: int = 0
    stalled: int = 0
    unsaved: int = 0
    dropped: int = 0
    login: float = 0.0
    start: float = 0.0
    asked: int = 0
    returned: int = 0
    unread: int = 0
    deeds: dict[str, Tally] = field(factory=lambda: {kind: Tally() for kind in KINDS})

    @property
    def faults(self) -> dict[str, int]:
        names = ("lost", "twice", "disordered", "gaps", "again", "damaged")
        found = {name: getattr(self, name) for name in names}
        for kind, tally in self.deeds.items():
            found |= {f"{kind} lost": tally.lost, f"{kind} twice": tally.twice}
        return {name: count for name, count in found.items() if count}

    def add(self, other: Figures) -> None:
        for name, value in _numbers(other).items():
            mine = getattr(self, name)
            is_time = name in ("login", "start")
            setattr(self, name, max(mine, value) if is_time else mine + value)
        for kind, tally in other.deeds.items():
            mine = self.deeds[kind]
            mine.done += tally.done
            mine.lost += tally.lost
            mine.twice += tally.twice

    def __str__(self) -> str:
        said = [
            f"{name} {value:.3f} s" if isinstance(value, float) else f"{name} {value}"
            for name, value in _numbers(self).items()
        ]
        done = [
            f"{kind} {tally.done} (lost {tally.lost}, twice {tally.twice})"
            for kind, tally in self.deeds.items()
        ]
        return ", ".join([*said, *done])


def _numbers(figures: Figures) -> dict[str, float]:
    numbers = asdict(figures)
    del numbers["deeds"]
    return numbers


@define(eq=False)
class Ledger:
    """
    What has to be kept in one database.

    A message to an absent user is marked as read in the turn that shows it, and that turn is told
    when it is on the disk.  So what they have read never comes again; what still waits after a
    kill is read on coming back; and a message that was not read and that does not wait is to
    one who was just there when the kill came.  It is kept like any other.

    Attributes:
        held: deeds that were told and that the database knew; it is to know them for ever.
        waiting: messages that were told, to those away, and that these have not read; to whom.
    """

    database: Path
    figures: Figures = field(factory=Figures)
    held: list[Deed] = field(factory=list)
    waiting: dict[str, str] = field(factory=dict)
    _shown: Counter[str] = field(factory=Counter)
    _last_id: int = 0
    _numbers: Counter[str] = field(factory=Counter)

    def look(self, crowd: Crowd | None) -> list[Deed]:
        """
        Compare what everybody read in the life that has ended with what is kept of it.

        Args:
            crowd: everybody who was there; None if there were no users.

        Returns:
            the deeds of this life that are kept.
        """
        with self._connected() as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            rows = connection.execute(
                "SELECT line.id, room.name, number, kind, nick, text FROM line "
                "JOIN room ON room.id = line.room WHERE line.id > ? ORDER BY line.id",
                (self._last_id,),
            ).fetchall()
            self.figures.damaged += found != [("ok",)]
            self.figures.kept += len(rows)
            self._last_id = max([self._last_id, *[row[0] for row in rows]])
            self._compare_talk(rows, crowd)
            if crowd is None:
                return []
            self.figures.stalled += BEGINS in crowd.warden.told
            new = self._compare_deeds(connection, crowd)
            self._compare_letters(connection, crowd)
        self.held += new
        return new

    def look_again(self) -> None:
        """
        Check that everything is still kept that was kept before.
        """
        with self._connected() as connection:
            for deed in self.held:
                self._judge(deed, deed.count(connection))

    def _connected(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(sqlite3.connect(self.database))

    def _judge(self, deed: Deed, count: int) -> None:
        tally = self.figures.deeds[deed.kind]
        tally.lost += count == 0
        tally.twice += count > 1

    def _compare_deeds(self, connection: sqlite3.Connection, crowd: Crowd) -> list[Deed]:
        new = []
        for deed in crowd.deeds:
            if not crowd.is_told(deed):
                continue
            tally, count = self.figures.deeds[deed.kind], deed.count(connection)
            tally.done += 1
            if crowd.is_told_as_saved(deed):
                self._judge(deed, count)
            else:
                self.figures.unsaved += 1
                self.figures.dropped += count == 0
                tally.twice += count > 1
            if count == 1:
                new.append(deed)
                if deed.kind == "messages" and deed.found[1][0] in AWAY:
                    recipient, text = map(str, deed.found[1])
                    self.waiting[text] = recipient
        return new

    def _compare_letters(self, connection: sqlite3.Connection, crowd: Crowd) -> None:
        self.read_letters(crowd.visitors)
        still = dict(connection.execute("SELECT text, recipient FROM message WHERE waits"))
        if crowd.warden.safe is not None:
            # That they have been read was told as not saved, too.
            for text in still.keys() & self._shown.keys():
                del self._shown[text]
                self.waiting[text] = still[text]
        for text in self.waiting.keys() - still.keys():
            is_of_now = text.startswith(f"m{crowd.life}.")
            # A user who has read all that waited has read what was written before.
            may_miss = is_of_now or not crowd.has_caught_up
            if self.waiting.pop(text) == crowd.returns and may_miss:
                self.figures.unread += 1
            else:
                self.figures.deeds["messages"].lost += 1

    def read_letters(self, visitors: list[Visitor]) -> None:
        """
        Note which messages a user has read; each must be read once.
        """
        letters = [(visitor, text) for visitor in visitors for text in visitor.letters]
        for visitor, text in letters:
            self._shown[text] += 1
            self.figures.deeds["messages"].twice += self._shown[text] > 1
            if visitor.nick in AWAY:
                self.figures.returned += 1
                self.waiting.pop(text, None)

    def _compare_talk(
        self, rows: list[tuple[int, str, int, str, str, str]], crowd: Crowd | None
    ) -> None:
        figures = self.figures
        places: dict[str, int] = {}
        talk: dict[str, list[tuple[str, str]]] = {room: [] for room in ROOMS}
        # What could not even wait for the disk is missing, and was told as not saved.
        is_whole = crowd is None or BEGINS not in crowd.warden.told
        for place, (_, room, number, kind, nick, text) in enumerate(rows):
            figures.gaps += is_whole and number != self._numbers[room] + 1
            self._numbers[room] = number
            if (match := TEXT.fullmatch(text)) is None:
                continue
            assert crowd is not None
            figures.again += int(match[1]) != crowd.life
            figures.twice += text in places
            assert match[3] == room
            assert int(match[2]) <= crowd.said
            places[text] = place
            talk[room].append((text, nick if kind == "said" else ""))
        everything: set[str] = set()
        for visitor in crowd.visitors if crowd else ():
            everything.update(visitor.read)
            figures.twice += len(visitor.read) - len(set(visitor.read))
            figures.again += sum(not text.startswith(f"z{crowd.life}.") for text in visitor.read)
            for room in ROOMS:
                read = [text for text in visitor.read if text.endswith(f".{room}")]
                at = [places[text] for text in read if text in places]
                figures.disordered += at != sorted(at)
                saved = [text for text in read if crowd.is_saved(text)]
                if saved and saved[0] in places:
                    # Users do not read their own lines.
                    told = [text for text, by in talk[room] if by != visitor.nick]
                    first = told.index(saved[0])
                    figures.gaps += told[first : first + len(saved)] != saved
        unsaved = {text for text in everything if not crowd.is_saved(text)}
        figures.read += len(everything)
        figures.lost += len(everything - unsaved - places.keys())
        figures.unsaved += len(unsaved)
        figures.dropped += len(unsaved - places.keys())
