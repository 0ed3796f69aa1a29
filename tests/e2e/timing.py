"""
Guess passwords of accounts that exist, and of accounts that do not, at the real server.

    python tests/e2e/timing.py --count 2000

Whether a nick is registered is no secret: the name prompt asks for its password.  But `/login` and
`/ghost` are to answer everybody with the same words after the same time, so that they cannot be
used to find names either.  Each visitor, from an address of their own because guesses are limited,
asks about an account and about a name without one, in turn, so that other work of the machine is
the same for both.  In the end some ask about two names whose guesses have run out.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, product
from pathlib import Path

from attrs import define, field
from harness import UNLIMITED, Person, Server, running

from twisted_chat.auth.hashing import argon2id
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.transactions import write

#: Who comes over the net has an address, of which guesses are counted too, and who comes through
#: a UNIX socket has none.
DOORS = ("tcp", "unix")
COMMANDS = ("/login", "/ghost")
#: What one visitor asks about, an account or none; each comes first as often as the other.
TURNS = ((True, False, False, True), (False, True, True, False))
#: Visits that use up the guesses at both, and those after that in which none is looked at.
ENOUGH, TOO_MANY = 3, 10
#: Two samples of one thing are less alike than this once in a hundred times.
MIN_P = 0.01
#: Seconds that the medians may differ.
MAX_DIFFERENCE = 0.001

# The seconds that an answer took, and its words.
Answer = tuple[float, bytes]


@define
class Answers:
    """
    How long one question took to be answered, and with which words.

    Attributes:
        known: the seconds, for accounts that there are.
        unknown: the same, for such as there are not.
    """

    known: list[float] = field(factory=list)
    unknown: list[float] = field(factory=list)
    _words: tuple[set[bytes], set[bytes]] = field(factory=lambda: (set(), set()))

    def add(self, seconds: float, words: bytes, *, is_known: bool) -> None:
        (self.known if is_known else self.unknown).append(seconds)
        self._words[is_known].add(words)

    @property
    def has_same_words(self) -> bool:
        return self._words[True] == self._words[False]

    @property
    def difference(self) -> float:
        """
        By how many seconds the median for an account is longer.
        """
        return statistics.median(self.known) - statistics.median(self.unknown)

    @property
    def p(self) -> float:
        return mann_whitney(self.known, self.unknown)

    @property
    def tells_nothing(self) -> bool:
        is_alike = self.p > MIN_P and abs(self.difference) <= MAX_DIFFERENCE
        return self.has_same_words and is_alike

    def __str__(self) -> str:
        return (
            f"median {statistics.median(self.unknown) * 1000:.3f} ms where there is no account "
            f"and {self.difference * 1000:+.3f} ms where there is one, "
            f"{len(self.known)} and {len(self.unknown)} times, p = {self.p:.3f}, "
            f"words {'the same' if self.has_same_words else 'not the same'}"
        )


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """
    Return how probable it is that two samples of one thing differ as much as these do.

    Source: Mann and Whitney 1947, by the normal approximation with corrections for ties and for
    continuity, two-sided; it is good from about ten values in each.
    """
    values = sorted([(value, True) for value in first] + [(value, False) for value in second])
    count, rank_sum, ties, below = len(values), 0.0, 0, 0
    for _, group in groupby(values, key=lambda item: item[0]):
        alike = [is_first for _, is_first in group]
        rank_sum += sum(alike) * (below + (len(alike) + 1) / 2)
        ties += len(alike) ** 3 - len(alike)
        below += len(alike)
    pairs = len(first) * len(second)
    u = rank_sum - len(first) * (len(first) + 1) / 2
    variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)))
    if not variance:
        return 1.0
    z = max(abs(u - pairs / 2) - 0.5, 0) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


@define(eq=False)
class Visits:
    """
    Those who come to guess, one after the other.
    """

    _server: Server
    _chance: random.Random
    _count: int = 0

    def guess(
        self, door: str, command: str, account: str, other: str
    ) -> Iterator[tuple[bool, Answer, Answer]]:
        """
        Come for each guess, and yield whether it was at the account, and both answers.
        """
        for is_known in self._chance.choice(TURNS):
            visitor = self._arrive(door)
            question = f"{command} {account if is_known else other}"
            asked = _exchange(visitor, question, b"Password: ")
            refused = _exchange(visitor, "battery staple", b"Password: ")
            visitor.hangs_up()
            yield is_known, asked, refused

    def _arrive(self, door: str) -> Person:
        number, self._count = self._count, self._count + 1
        if door == "unix":
            return self._server.arrive(f"visitor{number}", self._server.addresses[1])
        source = f"127.{number // 62500 + 1}.{number // 250 % 250}.{number % 250 + 1}"
        return self._server.arrive(f"visitor{number}", source=source)


def _exchange(visitor: Person, line: str, end: bytes) -> Answer:
    came = b""
    began = time.perf_counter()
    visitor.types(line)
    while not came.endswith(end):
        came += visitor.reads_some()
    # How long one is to wait goes on while one asks.
    return time.perf_counter() - began, re.sub(rb"\d+ s\b", b"... s", came)


def ask_often(folder: Path, count: int, *, seed: int = 0) -> dict[str, Answers]:
    """
    Ask each question ``count`` times about accounts that there are, and as often about others.

    Returns:
        the answers to each.
    """
    chance = random.Random(seed)
    few = list(product(range(math.ceil(count / 2)), DOORS, COMMANDS))
    many = list(product(range(math.ceil(count / 2 / TOO_MANY)), DOORS))
    names = [f"p{number}x" for number in range(2 * (len(few) + len(many)))]
    chance.shuffle(names)
    _register(folder / "accounts.db", names[::2])
    pairs = zip(names[::2], names[1::2], strict=True)
    answers: dict[str, Answers] = defaultdict(Answers)
    options = (
        "--listen=tcp:0:interface=127.0.0.1",
        f"--listen=unix:{folder}/door",
        "--database=sqlite:///accounts.db",
        *UNLIMITED,
    )
    with running(folder, *options) as server:
        visits = Visits(server, chance)
        for _, door, command in few:
            for is_known, asked, refused in visits.guess(door, command, *next(pairs)):
                answers[f"{command}, {door}: asked"].add(*asked, is_known=is_known)
                answers[f"{command}, {door}: refused"].add(*refused, is_known=is_known)
        for _, door in many:
            account, other = next(pairs)
            for number in range(ENOUGH + TOO_MANY):
                for is_known, _, refused in visits.guess(door, "/login", account, other):
                    if number >= ENOUGH:
                        answers[f"/login, {door}: too often"].add(*refused, is_known=is_known)
    return answers


def _register(database: Path, names: Sequence[str]) -> None:
    password = argon2id().hash("correct horse")
    made = [AccountMade(number, name, name, password) for number, name in enumerate(names, 1)]
    with contextlib.closing(open_database(database)) as connection:
        write(connection, made)


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask for passwords of names, known and unknown.")
    parser.add_argument("--count", type=int, default=100, help="how often, for each of the two")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="repeats the names")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        answers = ask_often(Path(folder), options.count, seed=options.seed)
    for question, found in answers.items():
        sys.stdout.write(f"{question}: {found}\n")
    sys.exit(0 if all(found.tells_nothing for found in answers.values()) else 1)


if __name__ == "__main__":
    main()
