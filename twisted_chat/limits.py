"""
How much and how often: the limits with their defaults, and the counters that keep to them.

Everything here is pure: it is told the time, in seconds of a clock that never steps back.
"""

import math
import re
from collections import deque
from typing import Any

from attrs import define, field, frozen

from twisted_chat.errors import ChatError, TooManyConnections, TooManyNewConnections, TooMuch
from twisted_chat.text.durations import Duration

#: The longest reason for which somebody leaves, is away or is sent away, in characters.
MAX_REASON = 200

# Hosts whose rate is remembered before those that have settled are forgotten.
_REMEMBERED_HOSTS = 4096


def require_short(what: str, text: str, most: int) -> None:
    """
    Check that ``text`` is one line of at most ``most`` characters.

    Args:
        what: it is, such as ``A reason``.

    Raises:
        ChatError: it is several lines.
        TooMuch: it is longer.
    """
    if "\n" in text:
        raise ChatError(f"{what} must be one line.")
    if len(text) > most:
        raise TooMuch(f"{what} may be at most {most} characters long, not {len(text)}.")


def option(default: Any, meaning: str, **names: Any) -> Any:
    """
    Return an attrs field that is also an option of the server.

    Args:
        default: the value where the operator gives none.
        meaning: one sentence of help.
        names: more that the settings want to know of it, kept as metadata.
    """
    return field(default=default, metadata={"help": meaning, **names})


@frozen
class Rate:
    """
    ``count`` things in ``seconds`` seconds, all at once if need be; ``Rate(0)`` is no limit.
    """

    count: int
    seconds: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """
        Read ``10/50``, ten things in fifty seconds, or ``0``, no limit.

        Raises:
            ValueError: it is neither.
        """
        if text.strip() == "0":
            return cls(0)
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text, re.ASCII)
        if match is None or not int(match[2]):
            raise ValueError("must be a count and seconds, such as 10/50, or 0")
        return cls(int(match[1]), float(match[2]))

    def __str__(self) -> str:
        return f"{self.count}/{round(self.seconds)}" if self.count else "0"

    def bucket(self) -> "TokenBucket":
        """
        Return a full bucket that keeps this rate.
        """
        return TokenBucket(self.count / self.seconds, self.count)


@frozen(kw_only=True, slots=False)
class Limits:
    """
    What one connection, person, host and room may use.  Zero is no limit, everywhere.
    """

    login_timeout: float = option(60.0, "Seconds a connection may take to give a name.")
    idle_timeout: float = option(3600.0, "Seconds without a line after which a person is closed.")
    rate: float = option(
        2.0, "Lines a second from one person; 0 also lifts the join, nick and create rates."
    )
    burst: float = option(10.0, "Lines at once from one person.")
    join_rate: Rate = option(Rate(10, 50), "Rooms one person may join, as count/seconds.")
    nick_rate: Rate = option(Rate(3, 90), "Names one person may take, as count/seconds.")
    create_rate: Rate = option(Rate(5, 300), "Rooms one person may make, as count/seconds.")
    max_rooms: int = option(20, "Rooms one person may be in at once.")
    room_size: int = option(0, "People in one room.")
    max_owned: int = option(20, "Rooms one account may own.")
    max_ignored: int = option(100, "People one person may ignore.")
    history_lines: int = option(20, "Latest lines of a room shown to whoever enters; 0 for none.")
    keep_history: Duration = option(
        Duration(0), "Age at which what was said and done is deleted, such as 90d; 0 for never."
    )
    ascii_names: bool = option(False, "Take only ASCII letters in new names of people and rooms.")
    password_over_cleartext: str = option(
        "warn",
        "Passwords without TLS: warn (operators: deny), deny, or allow.",
        choices=("warn", "deny", "allow"),
    )
    max_clients: int = option(
        10000, "Connections at once; never more than the descriptor limit leaves room for."
    )
    max_per_host: int = option(16, "Connections at once from one address (IPv6: one /64).")
    host_rate: Rate = option(
        Rate(32, 600),
        "New connections from one address, as count/seconds; none with max-per-host 0.",
    )
    register_rate: Rate = option(Rate(5, 3600), "New accounts from one address, as count/seconds.")


@define
class TokenBucket:
    """
    Lets ``burst`` things through at once and ``rate`` a second after that.

    A thing may cost more than one token; the bucket then owes them, and the next thing waits.

    Attributes:
        rate: tokens a second; 0 is no limit.
        burst: tokens a full bucket holds; 0 is no limit.
    """

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _at: float = field(init=False, default=float("-inf"))

    def __attrs_post_init__(self) -> None:
        if not self.burst:
            self.rate = 0.0
        # With less than one nothing would ever be let through.
        self._tokens = self.burst = max(self.burst, 1.0)

    def wait(self, now: float) -> float:
        """
        Return the seconds until something is let through, 0 for now.
        """
        if not self.rate:
            return 0.0
        if now > self._at:
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
            self._at = now
        # A millionth of a token short is rounding, not haste.
        return 0.0 if self._tokens > 1 - 1e-6 else (1 - self._tokens) / self.rate

    def spend(self, cost: float = 1.0) -> None:
        """
        Take the tokens of something that went through.
        """
        if self.rate:
            self._tokens -= cost

    def take(self, now: float) -> bool:
        """
        Let one thing through if there is a token for it, and say whether there was.
        """
        if self.wait(now):
            return False
        self.spend()
        return True

    def is_full(self, now: float) -> bool:
        """
        Say whether it is as good as new, so that nothing is lost by dropping it.
        """
        self.wait(now)
        return self._tokens >= self.burst


@define
class HostRates:
    """
    How fast each host does something, of those that did it lately.
    """

    _buckets: dict[tuple[str, Rate], TokenBucket] = field(init=False, factory=dict)
    _forget_at: int = field(init=False, default=_REMEMBERED_HOSTS)

    def __len__(self) -> int:
        return len(self._buckets)

    def bucket(self, host: str, rate: Rate, now: float) -> TokenBucket:
        """
        Return what keeps ``host`` to ``rate``; another rate begins anew.
        """
        bucket = self._buckets.get((host, rate))
        if bucket is None:
            self._forget_settled(now)
            bucket = self._buckets[host, rate] = rate.bucket()
        return bucket

    def _forget_settled(self, now: float) -> None:
        # Twice as many as were left the last time: looking at all of them costs little for each.
        if len(self._buckets) >= self._forget_at:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)
            }
            self._forget_at = max(_REMEMBERED_HOSTS, 2 * len(self._buckets))


@define
class HostCounter:
    """
    Counts connections by host, those there are and those that were opened lately.
    """

    _open: dict[str, int] = field(init=False, factory=dict)
    _opened: HostRates = field(init=False, factory=HostRates)

    def admit(self, host: str, limits: Limits, now: float) -> None:
        """
        Count a new connection of ``host``.

        Raises:
            TooManyConnections: it has as many as it may.
            TooManyNewConnections: it opens them as fast as it may.
        """
        count = self._open.get(host, 0)
        if limits.max_per_host:
            if count >= limits.max_per_host:
                raise TooManyConnections
            bucket = self._opened.bucket(host, limits.host_rate, now)
            wait = bucket.wait(now)
            if wait:
                raise TooManyNewConnections(math.ceil(wait))
            bucket.spend()
        self._open[host] = count + 1

    def release(self, host: str) -> None:
        """
        Uncount a connection that was admitted.
        """
        self._open[host] -= 1
        if not self._open[host]:
            del self._open[host]


@define
class FailureCounter:
    """
    Trips when something fails ``limit`` times within ``period`` seconds, and stays tripped.
    """

    limit: int = 5
    period: float = 60.0
    _failures: deque[float] = field(init=False, factory=deque)
    tripped: bool = field(init=False, default=False)

    def failed(self, now: float) -> bool:
        """
        Count a failure and say whether it was the one too many.
        """
        self._failures.append(now)
        while self._failures[0] < now - self.period:
            self._failures.popleft()
        trips = not self.tripped and len(self._failures) >= self.limit
        self.tripped = self.tripped or trips
        return trips
