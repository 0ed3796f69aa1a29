"""
The JSON dialect: an event becomes an object, made from its own fields.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from attrs import fields, frozen

from twisted_chat.doors.json.sentences import sentence_of
from twisted_chat.events import Acted, Event, Said, Told
from twisted_chat.replies.pages import UNTOLD, Recalled, Transcript
from twisted_chat.replies.people import Welcome
from twisted_chat.replies.programs import Check
from twisted_chat.replies.reply import Done, Labelled, Marked, Refused
from twisted_chat.signals import is_signal
from twisted_chat.text.clean import clean_lines, is_clean
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable

_encode = msgspec.json.Encoder().encode
# Events that hold events; all others hold nothing but names, numbers and texts.
_HOLDERS = (Check, Recalled, Transcript, Welcome)
# How JSON writes control characters, but for DEL, which stands for itself.
_ESCAPED = re.compile(rb"\\[ubfr]")
#: Bytes that JSON may hold where there is something to clean.  As numbers they are found in each
#: line in an eighth of the time.
BACKSLASH, DEL = 0x5C, 0x7F
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_NOTHING = Preferences()
# Kinds whose difference from another kind programs are not told.
_TOLD_AS = {
    "RichNotice": "Notice",
    "SaidAsNotice": "Said",
    "SaidByBot": "Said",
    "ToldAsAction": "Told",
    "ToldAsNotice": "Told",
}


def on_a_line(data: bytes) -> bytes:
    """
    Return an object as a line.
    """
    return data + b"\n"


@cache
def name_of(kind: str) -> str:
    """
    Return what programs call events of the class ``kind``: ``topic-changed`` for `TopicChanged`.
    """
    return _CAPITAL.sub("-", _TOLD_AS.get(kind, kind)).lower()


@cache
def _beginning(kind: str) -> bytes:
    return b'{"event":"%s",' % name_of(kind).encode()


# Nearly all that happens is talk, and with a label its request is done then.
_USUAL: dict[type[Event], bytes] = {
    kind: _beginning(kind.__name__) for kind in (Said, Acted, Told, Done)
}


@frozen(cache_hash=True)
class JsonDialect:
    """
    One object for each event: ``{"event": "said", "at": 1700000000.0, "room": "lobby", ...}``.

    A refusal is ``{"error": code, "message": sentence, ...}``.

    Attributes:
        frame: puts an object on the wire of its readers: as a line, or in a frame.
        in_sentences: an event that is no talk has a ``sentence`` too, which a user reads.
    """

    frame: Callable[[bytes], bytes] = on_a_line
    in_sentences: bool = False
    #: All read the same of a line, and each join and leave by itself.
    is_personal: ClassVar[bool] = False
    merges_presence: ClassVar[bool] = False
    follows_names: ClassVar[bool] = False

    @property
    def preferences(self) -> Preferences:
        """
        How it is: nothing makes a difference.
        """
        return _NOTHING

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> JsonDialect:
        """
        Return this dialect: every line names its room, and there is nothing to prefer.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as an object on the wire; of a signal nothing, as programs know none.
        """
        label, told = "", event
        if type(event) is Labelled:
            label, told = event.label, event.event
        beginning = _USUAL.get(type(told))
        if beginning is None:
            if is_signal(event):
                return b""
            return self.frame(encode(event, in_sentences=self.in_sentences))
        # In nearly all of it there is nothing to clean.
        try:
            data = _encode(told)
        except UnicodeEncodeError:
            return self.frame(encode(event))
        if not data.isascii() or BACKSLASH in data or DEL in data:
            return self.frame(encode(event))
        if label:
            data = data[:-1] + _label(label) + b"}"
        return self.frame(beginning + data[1:])


@cache
def dialect_on(frame: Callable[[bytes], bytes], *, in_sentences: bool = False) -> JsonDialect:
    """
    Return the dialect for a wire, one object for all connections of its kind.
    """
    return JsonDialect(frame, in_sentences)


#: The dialect of lines.
LINES = dialect_on(on_a_line)


def encode(event: Event, *, in_sentences: bool = False) -> bytes:
    """
    Return ``event`` as a JSON object without line ends, in which no text moves a cursor.

    Args:
        in_sentences: with a member ``sentence`` for a user, if it is no talk.
    """
    added = b""
    if isinstance(event, Labelled):
        added, event = _label(event.label), event.event
    if isinstance(event, Marked):
        added, event = b',"id":%d' % event.id + added, event.event
    try:
        data = _object(event, in_sentences=in_sentences)
    except UnicodeEncodeError:
        # A plugin may say half of a character.
        data = _cleaned(event, in_sentences=in_sentences)
    else:
        # In nearly every line there is nothing to clean.
        is_odd = BACKSLASH in data and _ESCAPED.search(data)
        if is_odd or DEL in data or not (data.isascii() or is_clean(data.decode())):
            data = _cleaned(event, in_sentences=in_sentences)
    return data[:-1] + added + b"}" if added else data


def _label(label: str) -> bytes:
    return b',"label":' + _encode(label)


def _object(event: Event, *, in_sentences: bool) -> bytes:
    if isinstance(event, Refused):
        return _encode(_refusal(event))
    if isinstance(event, _HOLDERS):
        return _encode(_held(event, in_sentences=in_sentences))
    # The fields of an event are written as they stand.
    data = _beginning(type(event).__name__) + _encode(event)[1:]
    sentence = sentence_of(event) if in_sentences else ""
    return b'%s,"sentence":%s}' % (data[:-1], _encode(sentence)) if sentence else data


def _refusal(refused: Refused) -> dict[str, Any]:
    return {
        "error": refused.code,
        "message": refused.sentence,
        "at": refused.at,
        "facts": refused.facts,
    }


def _held(value: Any, *, in_sentences: bool = False) -> Any:
    """
    Return ``value`` with its events as objects that say what they are.
    """
    if isinstance(value, tuple):
        return [_held(each, in_sentences=in_sentences) for each in value]
    if isinstance(value, Refused):
        return _refusal(value)
    if isinstance(value, Event):
        given = {
            each.name: _held(getattr(value, each.name), in_sentences=in_sentences)
            for each in fields(type(value))
            if UNTOLD not in each.metadata
        }
        if in_sentences and not isinstance(value, Recalled) and (sentence := sentence_of(value)):
            given["sentence"] = sentence
        return {"event": name_of(type(value).__name__), **given}
    return value


def _cleaned(event: Event, *, in_sentences: bool) -> bytes:
    return _encode(_clean(msgspec.to_builtins(_held(event, in_sentences=in_sentences))))


def _clean(value: Any) -> Any:
    match value:
        case str():
            return clean_lines(value)
        case dict():
            return {key: _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
        case _:
            return value
