"""
Labels: gathers what answers a message, so that its client knows where the answer ends.

By IRCv3's labeled-response: an answer of several messages is a batch, one of none is an ``ACK``.
The dialect puts the label on each message, and ends the answer with one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG = b"@label="
_END = b"\r\n"
#: The verb of what ends an answer.
ACK = b"ACK"


@define(eq=False)
class Labels:
    """
    Sends the messages to one client, but holds those of an answer until its end.

    Args:
        send: sends bytes.
        server: the name of the server.
    """

    _send: Callable[[bytes], None]
    _server: bytes
    # What was held of each answer, without labels, by its label as it is written.
    _open: dict[bytes, list[bytes]] = field(init=False, factory=dict)
    _batches: int = field(init=False, default=0)

    def open(self, label: str) -> None:
        """
        Begin an answer.

        Args:
            label: as it is written in a tag.
        """
        self._open.setdefault(label.encode(), [])

    def close(self) -> None:
        """
        Send what is held of all answers: no more will come of them.
        """
        for label in list(self._open):
            self._send(self._ended(label))

    def write(self, data: bytes) -> None:
        """
        Send ``data``, whole messages, as far as they belong to no answer, or end one.
        """
        if _TAG in data:
            data = b"".join([self._sorted(line) for line in data.splitlines(keepends=True)])
        if data:
            self._send(data)

    def _sorted(self, line: bytes) -> bytes:
        """
        Return what is sent now because ``line`` has come.
        """
        if not line.startswith(_TAG):
            return line
        tags, _, rest = line.partition(b" ")
        label, semicolon, others = tags[len(_TAG) :].partition(b";")
        without = b"@%s %s" % (others, rest) if semicolon else rest
        held = self._open.get(label)
        if rest == b":%s %s%s" % (self._server, ACK, _END):
            return b"" if held is None else self._ended(label, others)
        if held is None:
            # Its answer has ended; the message is worth reading nevertheless.
            return without
        held.append(without)
        return b""

    def _ended(self, label: bytes, tags: bytes = b"") -> bytes:
        """
        Return all of an answer.

        Args:
            tags: of what ended it.
        """
        held = self._open.pop(label)
        label_tag = _TAG[1:] + label
        if not held:
            return _tagged(b";".join(filter(None, [label_tag, tags])), self._message(ACK))
        if len(held) == 1:
            return _tagged(label_tag, held[0])
        if _is_batch(held):
            # It needs no other one around it ("Batch responses").
            return b"".join([_tagged(label_tag, held[0]), *held[1:]])
        self._batches += 1
        name = b"label%d" % self._batches
        begin = _tagged(label_tag, self._message(b"BATCH +%s labeled-response" % name))
        inner = [_within(b"batch=%s" % name, line) for line in held]
        return b"".join([begin, *inner, self._message(b"BATCH -%s" % name)])

    def _message(self, text: bytes) -> bytes:
        return b":%s %s%s" % (self._server, text, _END)


def _is_batch(lines: list[bytes]) -> bool:
    """
    Return whether all of ``lines`` are one batch, from its first message to its last.
    """
    begin = _without_tags(lines[0]).split()
    if len(begin) < 4 or begin[1] != b"BATCH":
        return False
    # Another one of the same name may follow it.
    end = [b"BATCH", b"-" + begin[2][1:]]
    ends = [place for place, line in enumerate(lines) if _without_tags(line).split()[1:] == end]
    return ends == [len(lines) - 1]


def _without_tags(line: bytes) -> bytes:
    return line.partition(b" ")[2] if line.startswith(b"@") else line


def _tagged(tag: bytes, line: bytes) -> bytes:
    return b"@%s;%s" % (tag, line[1:]) if line.startswith(b"@") else b"@%s %s" % (tag, line)


def _within(tag: bytes, line: bytes) -> bytes:
    """
    Return ``line`` as a part of a batch, unless it is one of a batch within that.
    """
    tags = line.partition(b" ")[0] if line.startswith(b"@") else b""
    is_inner = any(each.startswith(b"batch=") for each in tags[1:].split(b";"))
    return line if is_inner else _tagged(tag, line)
