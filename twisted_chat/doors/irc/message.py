"""
Messages of IRC: bytes to values and back.

Nothing here reads or writes.  The grammar is that of RFC 1459, section 2.3.1, and RFC 2812,
section 2.3.1, with the tags of IRCv3's message-tags ("Format").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import define, field, frozen

#: The most bytes of tags that a client may send, the ``@`` and the space behind them included
#: (message-tags, "Size limit").
MAX_TAGS = 4096
#: The most bytes of a message without its tags, its end included (RFC 1459, section 2.3).
MAX_BODY = 512

# Escapes in values of tags (message-tags, "Escaping values").
_ESCAPES = {";": "\\:", " ": "\\s", "\\": "\\\\", "\r": "\\r", "\n": "\\n"}
_ESCAPED = str.maketrans(_ESCAPES)
_UNESCAPED = {escape[1]: character for character, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)

_VERB = re.compile(r"[A-Za-z]+|[0-9]{3}")
# What is read as a verb, so that its client is told that there is no such one.
_LIKE_VERB = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|[0-9]{3}")
_KEY = re.compile(r"\+?(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9-]+")
# What ends a message, or is in none.
_BREAKS = re.compile("[\0\r\n]")
_BREAKS_OR_SPACE = re.compile("[\0\r\n ]")


@frozen(kw_only=True)
class Message:
    """
    One message.

    Attributes:
        tags: their values by key, unescaped; a tag without a value has an empty one.
        source: who it is from, without the colon; empty if that is not said.
        verb: a command or a numeric of three digits, as it was written.
        params: at most the last of them is empty, begins with a colon or holds a space.
    """

    verb: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Mapping[str, str] = field(factory=dict, hash=False)


@frozen
class Unreadable:
    """
    What came in the place of a message.

    Attributes:
        code: why it is none: ``too-long``, ``not-utf8`` or ``no-verb``.
        label: the tag of this name, which its answer has too; empty if it could not be read.
        batch: likewise, of which it is a part.
        is_unsure: it has tags that could not be read, so that it may be a part of any batch.
    """

    code: str
    label: str = ""
    batch: str = ""
    is_unsure: bool = False


def parse(line: bytes) -> Message | Unreadable:
    """
    Read a message.

    More spaces than one between two parts, and at the end, are read as one, as all servers do.
    Of a tag that is there twice, the last one counts (message-tags, "Rules").

    Args:
        line: without its end.
    """
    try:
        rest = line.decode()
    except UnicodeDecodeError:
        return _unreadable("not-utf8", _tags_of(line))
    if rest.startswith("PRIVMSG #"):
        # Nearly every message.
        target, colon, text = rest[8:].partition(" :")
        if colon and " " not in target and "\0" not in rest:
            return Message(verb="PRIVMSG", params=(target, text))
    tags: dict[str, str] = {}
    source = ""
    if rest.startswith("@"):
        written, _, rest = rest[1:].partition(" ")
        tags = _read_tags(written)
    rest = rest.lstrip(" ")
    if rest.startswith(":"):
        source, _, rest = rest[1:].partition(" ")
    words, colon, last = rest.partition(" :") if rest[:1] != ":" else ("", ":", rest[1:])
    verb, *params = words.split(" ") if "  " not in words else _words(words)
    if not verb and params:
        # Behind a source there may be more spaces.
        verb, *params = params
    if not (verb.isascii() and verb.isalpha()) and not _LIKE_VERB.fullmatch(verb):
        return _unreadable("no-verb", tags)
    if "\0" in rest:
        return _unreadable("no-verb", tags)
    if params and not params[-1]:
        params.pop()
    return Message(
        verb=verb, params=(*params, last) if colon else tuple(params), source=source, tags=tags
    )


def _words(text: str) -> list[str]:
    return ["", *(word for word in text.split(" ") if word)]


def _read_tags(written: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for each in written.split(";"):
        key, _, value = each.partition("=")
        if key:
            tags[key] = _ESCAPE.sub(_unescape, value) if "\\" in value else value
    return tags


def _unreadable(code: str, tags: Mapping[str, str] | None) -> Unreadable:
    if tags is None:
        return Unreadable(code, is_unsure=True)
    return Unreadable(code, tags.get("label", ""), tags.get("batch", ""))


def _tags_of(line: bytes | bytearray) -> Mapping[str, str] | None:
    """
    Return the tags of what is no message, or of its beginning.

    None if they have not ended, are too long or not UTF-8: then nobody knows what they say.
    """
    if not line.startswith(b"@"):
        return {}
    written, space, _ = line.partition(b" ")
    if not (space and len(written) < MAX_TAGS):
        return None
    try:
        return _read_tags(written[1:].decode())
    except UnicodeDecodeError:
        return None


def _unescape(escape: re.Match[str]) -> str:
    # Of an escape that nobody knows, the backslash goes; one at the end is nothing.
    return _UNESCAPED.get(escape[1], escape[1])


def serialise(message: Message) -> bytes:
    """
    Return ``message`` as bytes, with its end.

    Raises:
        ValueError: it cannot be sent: it would be read as another one.
    """
    parts: list[str] = []
    if message.tags:
        parts.append(f"@{written_tags(message.tags)}")
    if message.source:
        parts.append(f":{_fit(message.source)}")
    if not _VERB.fullmatch(message.verb):
        raise ValueError(f"{message.verb!r} is no verb")
    parts.append(message.verb)
    if message.params:
        *middle, last = message.params
        parts += [_word(each) for each in middle]
        parts.append(trailing(last))
    return " ".join(parts).encode() + b"\r\n"


def written_tags(tags: Mapping[str, str]) -> str:
    """
    Return ``tags`` as they are written, without the ``@``.

    Raises:
        ValueError: a key is none, or a value holds a NUL.
    """
    return ";".join([_written_tag(key, value) for key, value in tags.items()])


def _written_tag(key: str, value: str) -> str:
    if not _KEY.fullmatch(key) or "\0" in value:
        raise ValueError(f"{key!r} is no tag, or its value cannot be sent")
    return f"{key}={value.translate(_ESCAPED)}" if value else key


def _fit(word: str) -> str:
    if _BREAKS_OR_SPACE.search(word):
        raise ValueError(f"{word!r} holds a space or the end of a line")
    return word


def _word(param: str) -> str:
    if not param or param.startswith(":"):
        raise ValueError(f"{param!r} can only be the last parameter")
    return _fit(param)


def trailing(param: str) -> str:
    """
    Return the last parameter as it is written, with a colon where it needs one.

    Raises:
        ValueError: it holds the end of a line or a NUL.
    """
    if _BREAKS.search(param):
        raise ValueError(f"{param!r} holds the end of a line")
    return f":{param}" if not param or param[0] == ":" or " " in param else param


@define(eq=False)
class Stream:
    """
    Splits a stream into messages, the same however it is cut into chunks.

    LF and CR each end a message, and empty ones are left out (RFC 2812, section 2.3): so no
    message holds either, whatever a client sends.

    Args:
        limit: the longest message without its tags, in bytes with its end; 0 is no limit.
    """

    limit: int = MAX_BODY
    _begun: bytearray = field(init=False, factory=bytearray)
    # The message that is being read was too long, and its rest is left out.
    _is_dropping: bool = field(init=False, default=False)

    def feed(self, chunk: bytes) -> list[Message | Unreadable]:
        """
        Take a chunk, and return what is complete now.

        What is too long is told as soon as that is known, and no more of it is kept.
        """
        found: list[Message | Unreadable] = []
        if not self._begun and not self._is_dropping and chunk.find(b"\n") == len(chunk) - 1:
            # Nearly every chunk: one message.
            line = chunk.rstrip(b"\r\n")
            if b"\r" not in line:
                self._take(line, found)
                return found
        # First what nearly all end a message with, so that it ends one and not two.
        first, *others = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._add(first, found)
        if others:
            self._end(found)
            rest = others.pop()
            for line in others:
                self._take(line, found)
            self._add(rest, found)
        return found

    def _add(self, piece: bytes, found: list[Message | Unreadable]) -> None:
        if piece and not self._is_dropping:
            self._begun += piece
            if self._is_too_long(self._begun):
                found.append(_unreadable("too-long", _tags_of(self._begun)))
                self._begun.clear()
                self._is_dropping = True

    def _end(self, found: list[Message | Unreadable]) -> None:
        line = bytes(self._begun)
        self._begun.clear()
        self._is_dropping = False
        self._take(line, found)

    def _take(self, line: bytes, found: list[Message | Unreadable]) -> None:
        if self._is_too_long(line):
            found.append(_unreadable("too-long", _tags_of(line)))
        elif line and not line.isspace():
            found.append(parse(line))

    def _is_too_long(self, line: bytes | bytearray) -> bool:
        most = self.limit - 2 if self.limit else len(line)
        if len(line) <= min(most, MAX_TAGS):
            return False
        tags = (line.find(b" ") + 1 or len(line)) if line.startswith(b"@") else 0
        return tags > MAX_TAGS or len(line) - tags > most
