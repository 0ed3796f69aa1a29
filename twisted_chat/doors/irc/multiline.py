"""
Multiline: several messages of a client that are one text (IRCv3, draft/multiline).

Nothing here reads or writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from twisted_chat.doors.irc.message import Message, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The capability, and the kind of the batch.
MULTILINE = "draft/multiline"
#: The tag of a message that goes on with the line of the one before it.
CONCAT = "draft/multiline-concat"
#: Bytes of one text, and its lines. They are said at once and counted against what its writer may
#: send; until that is made up for, a ``PING`` waits too. After 100 lines that takes 45 s with the
#: usual rate, and some clients give up after a minute or two.
MAX_BYTES = 4096
MAX_LINES = 100
_SAID = frozenset({"PRIVMSG", "NOTICE"})
# Why a part of a batch could not be read.
_UNREADABLE = {
    "too-long": "A message of that batch was too long.",
    "not-utf8": "A message of that batch was not in UTF-8.",
    "no-verb": "A message of that batch was no message of IRC.",
}
_UNSURE = "The tags of a message could not be read, so that it may be one of that batch."


@frozen
class Fail:
    """
    A batch that is no text; it is dropped.

    Attributes:
        code: of the FAIL (draft/multiline, "Errors").
        context: what stands behind the code.
        sentence: what was wrong.
        labels: which it answers: of the beginning of the batch, and of the message itself if that
            is no part of one.
    """

    code: str
    context: tuple[str, ...]
    sentence: str
    labels: tuple[str, ...] = ()


def _invalid(sentence: str) -> Fail:
    return Fail("MULTILINE_INVALID", (), sentence)


def _answering(fail: Fail, *tags: Mapping[str, str]) -> Fail:
    """
    Return ``fail`` as the answer to the messages that have ``tags``.
    """
    # One label may stand on both beginnings, and has one answer.
    labels = dict.fromkeys(each["label"] for each in tags if "label" in each)
    return evolve(fail, labels=tuple(labels))


@define
class _Open:
    name: str
    target: str
    tags: Mapping[str, str]
    verb: str = ""
    text: str = ""
    lines: int = 0


@define(eq=False)
class Multiline:
    """
    Gathers the messages of a batch of one client.
    """

    _open: _Open | None = field(init=False, default=None)
    # The names of batches that were refused and have not ended.
    _refused: set[str] = field(init=False, factory=set)

    def take(self, message: Message) -> Message | Fail | None:
        """
        Take a message of a batch: a ``BATCH``, or one with its tag.

        Returns:
            all of it as one message, which has the tags of the beginning, when it has ended; None
            before, and up to the end of one that was refused.
        """
        reference = message.params[0] if message.params else ""
        verb = message.verb.upper()
        begins = verb == "BATCH" and reference.startswith("+")
        ends = verb == "BATCH" and reference.startswith("-")
        if verb == "BATCH" and not (begins or ends):
            return _answering(_invalid("BATCH takes +name or -name."), message.tags)
        if self.drops(message):
            return None
        batch, name = self._open, reference[1:] if verb == "BATCH" else message.tags["batch"]
        if begins:
            found: Message | Fail | None = self._begin(message)
        else:
            found = self._end(reference) if ends else self._add(verb, message)
        if not isinstance(found, Fail):
            return found
        refused = [*([batch.name] if batch is not None else []), *([name] if begins else [])]
        if refused and not (ends and name in refused):
            # The rest of them is refused with them.
            self._refused = set(refused)
        # The label of a batch stands on its beginning (labeled-response, "Label tag").  One that
        # begins within another has a label of its own, which nothing else would answer.
        outer = [batch.tags] if batch is not None else []
        return _answering(found, *outer, *([message.tags] if begins or not outer else []))

    def take_unreadable(self, message: Unreadable) -> Unreadable | Fail | None:
        """
        Take what could not be read and has the tag of a batch, or may have it.

        Returns:
            that this batch is refused: nobody is to read it without a part; None up to the end of
            one that was refused; ``message`` if there is no such batch.
        """
        batch = self._open
        if message.is_unsure:
            if batch is None:
                return message
            self._open, self._refused = None, {batch.name}
            return _answering(_invalid(_UNSURE), batch.tags)
        if message.batch in self._refused:
            return None
        if batch is None or message.batch != batch.name:
            return message
        self._open, self._refused = None, {batch.name}
        return _answering(_invalid(_UNREADABLE[message.code]), batch.tags)

    def drops(self, message: Message) -> bool:
        """
        Return whether ``message`` is of a batch that was refused, up to where that ends.
        """
        if message.verb.upper() != "BATCH":
            return message.tags.get("batch") in self._refused
        reference = message.params[0] if message.params else ""
        sign, name = reference[:1], reference[1:]
        if sign not in {"+", "-"} or name not in self._refused:
            return False
        # Another one may have its name.
        self._refused.discard(name)
        return sign == "-"

    def end(self) -> Fail | None:
        """
        Refuse what has begun and not ended, and drop its rest; None if there is nothing.
        """
        batch, self._open = self._open, None
        if batch is None:
            return None
        self._refused = {batch.name}
        fail = _invalid("The capability was given up before the batch ended.")
        return _answering(fail, batch.tags)

    def _begin(self, message: Message) -> Fail | None:
        reference, *rest = message.params
        is_within, self._open = self._open is not None, None
        if is_within:
            return _invalid("A batch cannot begin within another one.")
        if len(rest) < 2 or rest[0] != MULTILINE or len(reference) < 2:
            return _invalid(f"A batch must be such as BATCH +1 {MULTILINE} #channel.")
        self._open = _Open(reference[1:], rest[1], message.tags)
        return None

    def _add(self, verb: str, message: Message) -> Fail | None:
        batch, self._open = self._open, None
        if batch is None or message.tags["batch"] != batch.name:
            return _invalid("There is no such batch.")
        if verb not in _SAID or batch.verb not in {"", verb}:
            return _invalid("A batch is of PRIVMSG, or of NOTICE, alone.")
        target, text = (*message.params, "", "")[:2]
        if target != batch.target:
            return Fail(
                "MULTILINE_INVALID_TARGET",
                (batch.target, target or "*"),
                "All messages of a batch are for its target.",
            )
        goes_on = CONCAT in message.tags
        if goes_on and not text:
            return _invalid("An empty message cannot go on with a line.")
        batch.lines += 1
        batch.text += text if goes_on or batch.lines == 1 else f"\n{text}"
        batch.verb = verb
        if batch.lines > MAX_LINES:
            sentence = f"A message may have at most {MAX_LINES} lines."
            return Fail("MULTILINE_MAX_LINES", (str(MAX_LINES),), sentence)
        if len(batch.text.encode()) > MAX_BYTES:
            sentence = f"A message may have at most {MAX_BYTES} bytes."
            return Fail("MULTILINE_MAX_BYTES", (str(MAX_BYTES),), sentence)
        self._open = batch
        return None

    def _end(self, reference: str) -> Message | Fail:
        batch, self._open = self._open, None
        if batch is None or reference != f"-{batch.name}":
            return _invalid("There is no such batch.")
        if not batch.text.strip():
            return _invalid("A message needs a text.")
        return Message(verb=batch.verb, params=(batch.target, batch.text), tags=batch.tags)
