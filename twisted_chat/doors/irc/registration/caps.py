"""
Capabilities: what a client may ask for beyond RFC 2812 (IRCv3, capability-negotiation).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.irc.formatting import words_in
from twisted_chat.doors.irc.multiline import MAX_BYTES, MAX_LINES, MULTILINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: The version of the negotiation from which on values are told, and changes are too.
VALUES_SINCE = 302

#: What may be asked for, with the values of each; empty for none.
OFFERED = {
    "account-notify": "",
    "account-tag": "",
    "away-notify": "",
    "batch": "",
    "cap-notify": "",
    "chghost": "",
    "draft/account-registration": "",
    "draft/chathistory": "",
    "draft/event-playback": "",
    "draft/message-redaction": "",
    MULTILINE: f"max-bytes={MAX_BYTES},max-lines={MAX_LINES}",
    "draft/read-marker": "",
    "echo-message": "",
    "extended-join": "",
    "extended-monitor": "",
    "invite-notify": "",
    "labeled-response": "",
    "message-tags": "",
    "multi-prefix": "",
    "no-implicit-names": "",
    "sasl": "PLAIN",
    "server-time": "",
    "setname": "",
    "standard-replies": "",
    "userhost-in-names": "",
}
#: Those of them that make a difference to what is read.
READ_BY = frozenset(OFFERED) - {
    *("cap-notify", "chghost", "draft/account-registration", "multi-prefix", "sasl"),
}
# It is no capability that can be asked for, and means nothing without its value (IRCv3, sts).
_STS = "sts"
# Bytes of a list in one message: with its beginning that stays under 512.
_IN_A_LINE = 400


@cache
def offered(
    mechanisms: Sequence[str], sts: str = "", *, is_before_nick: bool = False
) -> Mapping[str, str]:
    """
    Return what a client may ask for, with the values of each; one table for all who come so.

    Args:
        mechanisms: of SASL.
        sts: what is promised of TLS (IRCv3, sts); empty for nothing.
        is_before_nick: an account is made before there is a nick (IRCv3, account-registration).
    """
    values = {"sasl": ",".join(mechanisms)} | ({_STS: sts} if sts else {})
    if is_before_nick:
        values["draft/account-registration"] = "before-connect"
    return MappingProxyType(OFFERED | values)


@define(eq=False)
class Capabilities:
    """
    What one client has asked for.

    Attributes:
        offered: what it may ask for, with the values of each; empty for none.
        enabled: in the order in which it did.
        is_open: it negotiates, and registers when it has ended that.
        version: of the negotiation, as it told; 0 before.
    """

    offered: Mapping[str, str] = field(init=False, default=OFFERED)
    enabled: dict[str, None] = field(init=False, factory=dict)
    is_open: bool = field(init=False, default=False)
    version: int = field(init=False, default=0)

    def offer(self, version: str) -> Iterator[tuple[str, ...]]:
        """
        Yield the parameters of the answers to ``CAP LS``.

        Args:
            version: as the client wrote it; empty if it did not.
        """
        if version.isascii() and version.isdigit() and len(version) < 6:
            self.version = max(self.version, int(version))
        if self.version >= VALUES_SINCE:
            # It is told of changes, whether it asks for that or not.
            self.enabled.setdefault("cap-notify")
        has_values = self.version >= VALUES_SINCE
        if has_values:
            words = [f"{name}={value}" if value else name for name, value in self.offered.items()]
        else:
            words = [name for name in self.offered if name != _STS]
        yield from self._listed("LS", words)

    def list_enabled(self) -> Iterator[tuple[str, ...]]:
        """
        Yield the parameters of the answers to ``CAP LIST``.
        """
        yield from self._listed("LIST", list(self.enabled))

    def _listed(self, verb: str, words: list[str]) -> Iterator[tuple[str, ...]]:
        if self.version < VALUES_SINCE:
            yield verb, " ".join(words)
            return
        *earlier, last = [*words_in(words, _IN_A_LINE)] or [""]
        for line in earlier:
            yield verb, "*", line
        yield verb, last

    def request(self, words: list[str]) -> bool:
        """
        Enable and disable what is asked for; return whether that is possible, all of it or none.
        """
        changes = {word.removeprefix("-"): not word.startswith("-") for word in words}
        if not changes.keys() <= self.offered.keys() - {_STS}:
            return False
        if not changes.get("cap-notify", True) and self.version >= VALUES_SINCE:
            return False
        for name, is_on in changes.items():
            if is_on:
                self.enabled.setdefault(name)
            else:
                self.enabled.pop(name, None)
        return True

    @property
    def read_by(self) -> frozenset[str]:
        """
        Those that make a difference to what is read.
        """
        return READ_BY.intersection(self.enabled)
