"""
Strict transport security: from now on, clients come with TLS alone (IRCv3, sts).

It is a promise that a client keeps for as long as it was told: if then nothing speaks TLS at the
port that was named, or the certificate cannot be verified, its user cannot come in at all.  So
the operator asks for it, by the value that the specification has.
"""

from __future__ import annotations

from attrs import frozen

_EXAMPLE = "irc-sts must be such as port=6697,duration=86400"
_MOST_PORTS = 65535


@frozen
class Sts:
    """
    What is promised.

    Attributes:
        port: where TLS is spoken, as clients reach it.
        duration: for so many seconds; 0 ends what was promised before.
    """

    port: int
    duration: int

    @classmethod
    def read(cls, text: str) -> Sts | None:
        """
        Read the value of the option; an empty one is None.

        Raises:
            ValueError: it is no such value.
        """
        if not text:
            return None
        given = dict(part.partition("=")[::2] for part in text.split(","))
        if given.keys() != {"port", "duration"}:
            raise ValueError(f"{_EXAMPLE}, not {text!r}.")
        port, duration = given["port"], given["duration"]
        if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _MOST_PORTS):
            raise ValueError(f"{_EXAMPLE}; {port!r} is no port.")
        if not (duration.isascii() and duration.isdigit() and len(duration) < 10):  # 30 years
            raise ValueError(f"{_EXAMPLE}; {duration!r} are no seconds.")
        return cls(int(port), int(duration))

    def value(self, *, is_encrypted: bool) -> str:
        """
        Return the value that a client is told; empty for nothing.

        Args:
            is_encrypted: it came with TLS: only then it may rely on how long this holds.
        """
        if is_encrypted:
            return f"duration={self.duration}"
        return f"port={self.port}" if self.duration else ""
