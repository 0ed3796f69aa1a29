"""
Rates: how many lines users may type, and how much in all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.limits import HostRates, TokenBucket
from twisted_chat.text.clean import lines_in

if TYPE_CHECKING:
    from twisted_chat.commands.command import Command
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World

#: Bytes that a line counts as, besides its text: the disk has a row for it.
LINE_BYTES = 64


@define(eq=False)
class Rates:
    """
    Counts what is typed, and says who has to wait.

    Args:
        world: has the limits and the time.
    """

    _world: World
    # What was typed from each address.
    _texts: HostRates = field(init=False, factory=HostRates)

    def is_limited(self, session: Session) -> bool:
        """
        Return whether ``session`` may ever have to `wait`.
        """
        return bool(session.line_bucket.rate or self._text_buckets(session))

    def wait(self, session: Session) -> float:
        """
        Return the seconds until ``session`` may dispatch its next line; 0 for now.
        """
        buckets = self._text_buckets(session)
        if not buckets and not session.line_bucket.rate:
            return 0.0
        now = self._world.seconds()
        return max(bucket.wait(now) for bucket in (session.line_bucket, *buckets))

    def rate(self, session: Session) -> float:
        """
        Return how many lines of ``session`` are dispatched in a second, while more wait.

        0 if so much was typed that each line waits for the bytes of those before it.
        """
        now = self._world.seconds()
        is_held = any(bucket.wait(now) for bucket in self._text_buckets(session))
        return 0.0 if is_held else session.line_bucket.rate

    def _text_buckets(self, session: Session) -> list[TokenBucket]:
        """
        Return the buckets that limit how much is typed by a user, and from an address.

        Without these, one address could fill the disk.
        """
        limits, user, buckets = self._world.limits, session.user, []
        if user is not None and limits.rate and limits.text_rate.count:
            bucket = user.buckets.get("text")
            if bucket is None:
                bucket = user.buckets["text"] = limits.text_rate.bucket()
            buckets.append(bucket)
        if session.host is not None and limits.max_per_host and limits.host_text_rate.count:
            rate = limits.host_text_rate
            buckets.append(self._texts.bucket(session.host, rate, self._world.seconds()))
        return buckets

    def spend(self, session: Session, text: str, lines: int = 0) -> None:
        """
        Count what was typed: its lines, and its bytes in UTF-8.

        Args:
            lines: where they are not those of `lines_in`.
        """
        if session.line_bucket.rate:
            session.line_bucket.spend(lines or lines_in(text))
        limits = self._world.limits
        if not (limits.rate or limits.max_per_host):
            return
        for bucket in self._text_buckets(session):
            bucket.spend(LINE_BYTES + _size(text))

    def cool_down(self, user: User, command: Command) -> None:
        """
        Count a use of ``command`` by ``user``.

        Raises:
            TooMuch: it was used too short a time ago.
        """
        now = self._world.seconds()
        bucket = user.buckets.setdefault(f"/{command.name}", TokenBucket(1 / command.cooldown, 1))
        wait = bucket.wait(now)
        if wait:
            raise errors.TooMuch(
                f"/{command.name} can be used again in {math.ceil(wait)} s.",
                code="too-often",
                command=command.name,
                seconds=math.ceil(wait),
            )
        bucket.spend()


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
