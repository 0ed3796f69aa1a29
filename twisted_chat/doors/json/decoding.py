"""
Decoding: requests are read from JSON, or refused with one sentence.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Any, TypeVar

import msgspec
from msgspec.structs import asdict, replace

from twisted_chat.doors.json.dialect import BACKSLASH, DEL
from twisted_chat.doors.json.requests import REQUESTS, Request
from twisted_chat.doors.json.unreadable import has_half_characters, label_in
from twisted_chat.errors import ChatError
from twisted_chat.text.clean import clean_lines
from twisted_chat.text.names import shortened

#: The longest label, in characters.
LONGEST_LABEL = 64

_ONE_OF_THEM: Any = reduce(or_, REQUESTS.values())

_Kind = TypeVar("_Kind", bound=Request)
_decode = msgspec.json.Decoder(_ONE_OF_THEM).decode
_decode_any = msgspec.json.Decoder().decode
# How msgspec tells what is missing, and what does not fit where.
_MISSING = re.compile(r"missing required field `(\w+)`")
_UNKNOWN = re.compile(r"contains unknown field `([^`]+)`")
_UNFIT = re.compile(
    r"Expected `(?P<kind>[^`]+)`(?: (?P<length>of length )?(?P<sign>[<>]=) (?P<limit>-?\d+))?"
)
_ODD = re.compile(r"Invalid enum value (?P<value>'[^']*'|-?\d+)")
_PLACE = re.compile(r" at `\$\.(?P<name>[\w.\[\]]+)`$")
_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
# A password is taken as it is.
_SECRET = frozenset({"password", "token", "args", "link", "invitation", "service"})


class BadRequest(ChatError):
    """
    A request cannot be read.

    Attributes:
        label: that of the request, as far as it could be read.
    """

    code = "bad-request"
    label = ""


def read(message: bytes) -> Request:
    """
    Return the request that ``message`` is; members that nobody knows are left out.

    Raises:
        BadRequest: it is none.
    """
    try:
        request: Request = _decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        request = _read_again(message)
    else:
        if request.label:
            _check_label(request.label)
    # In nearly every request there is nothing to clean: no escape, no DEL, and nothing but ASCII.
    is_clean = message.isascii() and BACKSLASH not in message and DEL not in message
    return request if is_clean else _clean(request)


def _read_again(message: bytes) -> Request:
    """
    Return the request that ``message`` is, or find out what is wrong with it.

    Raises:
        BadRequest: it is none.
    """
    try:
        given = _decode_any(message)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        refusal = BadRequest("A request must be one JSON object, in UTF-8.")
        if has_half_characters(message):
            refusal = BadRequest(
                "A text must have whole characters; half of a surrogate pair is none."
            )
        label = label_in(message)
        _check_label(label)
        refusal.label = str(label)
        raise refusal from None
    if not isinstance(given, dict):
        raise BadRequest("A request must be one JSON object, in UTF-8.")
    label = given.get("label", "")
    _check_label(label)
    try:
        return _request(given)
    except BadRequest as refusal:
        refusal.label = label
        raise


def _check_label(label: object) -> None:
    if not isinstance(label, str) or len(label) > LONGEST_LABEL:
        raise BadRequest(f"A label must be a string of at most {LONGEST_LABEL} characters.")
    if not label.isprintable():
        raise BadRequest("A label must be printable, without line ends and control characters.")


def _request(given: dict[str, Any]) -> Request:
    name = given.get("request")
    kind = REQUESTS.get(name) if isinstance(name, str) else None
    if kind is None:
        known = ", ".join(REQUESTS)
        raise BadRequest(f'The member "request" must be one of {known}.')
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise BadRequest(_sentence(str(name), str(error))) from None


def _clean(request: _Kind) -> _Kind:
    changed = {
        name: clean
        for name, value in asdict(request).items()
        if isinstance(value, str)
        and name not in _SECRET
        and (clean := clean_lines(value)) != value
    }
    return replace(request, **changed) if changed else request


def _sentence(request: str, problem: str) -> str:
    place, unfit = _PLACE.search(problem), _UNFIT.search(problem)
    name = place["name"].replace("[...]", "") if place else ""
    whole = name or f"A request {request}"
    if missing := _MISSING.search(problem):
        return f"{whole} needs the member {missing[1]}."
    if unknown := _UNKNOWN.search(problem):
        return f"{whole} has no member {shortened(unknown[1])}."
    if odd := _ODD.search(problem):
        return f"The member {name or request} cannot be {shortened(odd['value'])}."
    if unfit is None:
        return f"The member {name or request} cannot be read."
    wanted = " or ".join(_WORDS.get(each, each) for each in unfit["kind"].split(" | "))
    if unfit["length"]:
        wanted += f" of at most {unfit['limit']} characters"
    elif unfit["sign"]:
        wanted += f", at {'least' if unfit['sign'] == '>=' else 'most'} {unfit['limit']}"
    return f"The member {name or request} must be {wanted}."
