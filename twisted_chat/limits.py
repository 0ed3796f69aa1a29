"""
The limits with their defaults, and the counters that enforce them.

Everything here is pure: it is given the time, in seconds of a clock that never steps back.
"""

import math
import re
from collections import deque

from attrs import define, field, frozen

from twisted_chat.errors import TooManyConnections, TooManyNewConnections
from twisted_chat.options import option
from twisted_chat.text.durations import Duration
from twisted_chat.text.sizes import Size

# Hosts whose rates are kept before full buckets are dropped.
_REMEMBERED_HOSTS = 4096


@frozen
class Rate:
    """
    ``count`` things in ``seconds`` seconds, possibly all at once; ``Rate(0)`` is no limit.
    """

    count: int
    seconds: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """
        Read a rate: ``10/50`` for ten things in fifty seconds, or ``0`` for no limit.

        Raises:
            ValueError: it is neither of them.
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
        Return a full bucket for this rate.
        """
        return TokenBucket(self.count / self.seconds, self.count)


@frozen(kw_only=True, slots=False)
class Limits:
    """
    The limits of a connection, a user, a host and a room.  Zero always means no limit.
    """

    login_timeout: float = option(60.0, "Seconds within which a connection must give a name.")
    idle_timeout: float = option(
        3600.0, "Seconds without a line after which a guest is disconnected."
    )
    rate: float = option(
        2.0, "Lines a second from one user; 0 also lifts the join, nick, create and audit rates."
    )
    burst: float = option(10.0, "Lines at once from one user.")
    text_rate: Rate = option(
        Rate(262144, 1800), "Bytes typed by one user, as count/seconds; no limit with rate 0."
    )
    # As many at once as max_rooms: a client that comes back enters all of its rooms, and does not
    # try again.
    join_rate: Rate = option(
        Rate(20, 100),
        "Rooms that one user may join, as count/seconds; with a count below max-rooms, a client "
        "cannot come back to all of its rooms at once.",
    )
    nick_rate: Rate = option(Rate(3, 90), "Name changes of one user, as count/seconds.")
    create_rate: Rate = option(Rate(5, 300), "Rooms that one user may make, as count/seconds.")
    audit_rate: Rate = option(
        Rate(60, 600), "Entries of the audit trail that one user may cause, as count/seconds."
    )
    hook_rate: Rate = option(
        Rate(60, 60), "Lines from one webhook, as count/seconds; no limit with rate 0."
    )
    max_rooms: int = option(20, "Rooms that one user may be in at once.")
    room_size: int = option(0, "Users in one room.")
    max_owned: int = option(20, "Rooms that one account may own.")
    max_ignored: int = option(100, "Users that one user may ignore.")
    history_lines: int = option(
        20, "Latest lines of a room shown to a user who enters; 0 for none."
    )
    keep_history: Duration = option(
        Duration(0), "Age at which history is deleted, such as 90d; 0 for never."
    )
    disk_reserve: Size = option(
        Size(200 * 10**6), "Alarm operators when the disk has less room than this; 0 for never."
    )
    database_alarm: Size = option(
        Size(0), "Alarm operators when the database is larger, such as 5GB; 0 for never."
    )
    plugin_storage: Size = option(
        Size(2**20), "What one plugin may keep in its storage, such as 5MB; 0 for no limit."
    )
    ascii_names: bool = option(False, "Allow only ASCII letters in new names of users and rooms.")
    reserved_names: tuple[str, ...] = option(
        (), "Name that no new user may have, nor one like it, besides those of services and staff."
    )
    password_over_cleartext: str = option(
        "warn",
        "Passwords without TLS: warn (operators: deny), deny, or allow.",
        choices=("warn", "deny", "allow"),
    )
    max_clients: int = option(
        10000, "Connections at once; never more than the limit of open files allows."
    )
    max_per_host: int = option(16, "Connections at once from one address (IPv6: one /64).")
    host_rate: Rate = option(
        Rate(32, 600),
        "New connections from one address, as count/seconds; no limit with max-per-host 0.",
    )
    http_rate: Rate = option(
        Rate(240, 60),
        "HTTP requests from one address, as count/seconds; no limit with max-per-host 0.",
    )
    handshake_rate: Rate = option(
        Rate(600, 60),
        "TLS handshakes with one address, as count/seconds; no limit with max-per-host 0.",
    )
    host_text_rate: Rate = option(
        Rate(1048576, 1800),
        "Bytes typed from one address, as count/seconds; no limit with max-per-host 0.",
    )
    registration: str = option(
        "open",
        "Who may make an account: open (everybody), invite (with a code from /invite-code) or "
        "closed (nobody).",
        choices=("open", "invite", "closed"),
    )
    guests: str = option(
        "on", "Users without an account are let in: on or off.", choices=("on", "off")
    )
    register_rate: Rate = option(Rate(5, 3600), "New accounts from one address, as count/seconds.")

    @property
    def needs_code(self) -> bool:
        """
        Whether who makes an account needs the code of an invitation.
        """
        return self.registration == "invite"


@define
class TokenBucket:
    """
    Admits ``burst`` things at once, and ``rate`` a second after that.

    A thing may cost more tokens than there are; then the next thing waits longer.

    Attributes:
        rate: tokens a second; 0 is no limit.
        burst: tokens in a full bucket; 0 is no limit.
    """

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _at: float = field(init=False, default=float("-inf"))

    def __attrs_post_init__(self) -> None:
        if not self.burst:
            self.rate = 0.0
        # With less than one token nothing would ever be admitted.
        self._tokens = self.burst = max(self.burst, 1.0)

    def wait(self, now: float) -> float:
        """
        Return the seconds until the next thing is admitted; 0 for now.
        """
        if not self.rate:
            return 0.0
        if now > self._at:
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
            self._at = now
        # A millionth of a token is a rounding error.
        return 0.0 if self._tokens > 1 - 1e-6 else (1 - self._tokens) / self.rate

    def spend(self, cost: float = 1.0) -> None:
        """
        Remove the tokens of something that was admitted.
        """
        if self.rate:
            self._tokens -= cost

    def take(self, now: float) -> bool:
        """
        Admit one thing if there is a token for it, and return whether there was.
        """
        if self.wait(now):
            return False
        self.spend()
        return True

    def is_full(self, now: float) -> bool:
        """
        Return whether it is full, so that it can be dropped.
        """
        self.wait(now)
        return self._tokens >= self.burst


@define
class HostRates:
    """
    The rates of hosts that did something recently.
    """

    _buckets: dict[tuple[str, Rate], TokenBucket] = field(init=False, factory=dict)
    _forget_at: int = field(init=False, default=_REMEMBERED_HOSTS)

    def __len__(self) -> int:
        return len(self._buckets)

    def bucket(self, host: str, rate: Rate, now: float) -> TokenBucket:
        """
        Return the bucket of ``host`` for ``rate``; another rate has another bucket.
        """
        bucket = self._buckets.get((host, rate))
        if bucket is None:
            self._forget_settled(now)
            bucket = self._buckets[host, rate] = rate.bucket()
        return bucket

    def admits(self, host: str | None, rate: Rate, limits: Limits, now: float) -> bool:
        """
        Count one thing of ``host``, and return whether ``rate`` admits it.

        Without an address, or a limit for each, everything is.
        """
        if host is None or not limits.max_per_host:
            return True
        return self.bucket(host, rate, now).take(now)

    def _forget_settled(self, now: float) -> None:
        # At twice as many as were left last time, so that the cost for each host stays small.
        if len(self._buckets) >= self._forget_at:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)
            }
            self._forget_at = max(_REMEMBERED_HOSTS, 2 * len(self._buckets))


@define
class HostCounter:
    """
    Counts the open and the new connections of each host.
    """

    _open: dict[str, int] = field(init=False, factory=dict)
    _opened: HostRates = field(init=False, factory=HostRates)

    def admit(self, host: str, limits: Limits, now: float) -> None:
        """
        Count a new connection from ``host``.

        Raises:
            TooManyConnections: the host has reached its limit.
            TooManyNewConnections: the host has reached its rate.
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
        Remove a connection that was admitted.
        """
        self._open[host] -= 1
        if not self._open[host]:
            del self._open[host]


@define
class FailureCounter:
    """
    Trips after ``limit`` failures within ``period`` seconds, and stays tripped.
    """

    limit: int = 5
    period: float = 60.0
    _failures: deque[float] = field(init=False, factory=deque)
    tripped: bool = field(init=False, default=False)

    def failed(self, now: float) -> bool:
        """
        Count a failure, and return whether it trips the counter.
        """
        self._failures.append(now)
        while self._failures[0] < now - self.period:
            self._failures.popleft()
        trips = not self.tripped and len(self._failures) >= self.limit
        self.tripped = self.tripped or trips
        return trips
