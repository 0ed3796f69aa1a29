"""
Webhooks by HTTP: ``curl -d 'build failed' https://chat.example/hook/TOKEN``.

Each answer is one sentence that says what was wrong.  The token stands in the path: nothing here
writes that, or what was said, to the log.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec

from twisted_chat.doors.web.receivers import Answer, Turned
from twisted_chat.errors import ChatError
from twisted_chat.people.owners.webhooks import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.doors.connection import Visitor
    from twisted_chat.doors.web.request import Request
    from twisted_chat.hub import Hub

#: Bytes of a body where an operator sets no limit.
MOST = 1 << 20
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_CHARSETS = {"", "utf-8", "utf8", "us-ascii"}
_METHOD = "A webhook takes POST and no other method."
_CLEARTEXT = "This server takes secrets over TLS only: use https in place of http."
_KIND = (
    "A webhook takes text/plain or application/json in UTF-8, and what curl -d sends, not this."
)
_BAD_JSON = 'The JSON must be an object with a "text", and may have a "name"; both are strings.'
_NOT_UTF8 = "The text must be in UTF-8."
_EMPTY = "There is no text. Send it as the body: curl -d 'build failed' ADDRESS"


class _Spoken(msgspec.Struct):
    text: str
    name: str | None = None


_decode = msgspec.json.Decoder(_Spoken).decode


class HookReceiver:
    """
    Takes what webhooks are to say.

    Args:
        hub: has the webhooks.
        most: returns how many bytes one message may have; 0 is no limit.
    """

    def __init__(self, hub: Hub, most: Callable[[], int]) -> None:
        self._hub = hub
        self._most = most

    def admit(self, request: Request, visitor: Visitor) -> int:
        """
        Return how many bytes may be said to the webhook of ``request``.

        Raises:
            Turned: there is no such webhook, or it takes nothing of this kind.
        """
        if request.method != "POST":
            raise Turned(HTTPStatus.METHOD_NOT_ALLOWED, _METHOD, {"Allow": "POST"})
        how = self._hub.world.limits.password_over_cleartext
        if how == "deny" and not visitor.is_private:
            raise Turned(HTTPStatus.FORBIDDEN, _CLEARTEXT)
        try:
            self._hub.webhooks.find(_token(request), visitor.host)
        except ChatError as refusal:
            raise Turned.of(refusal) from refusal
        kind, charset = _kind_of(request)
        is_text = kind.startswith("text/") or kind in {"", _JSON, _FORM}
        if not is_text or charset not in _CHARSETS:
            raise Turned(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _KIND)
        return self._most() or MOST

    async def respond(self, request: Request, body: bytes, visitor: Visitor) -> Answer:
        """
        Say ``body`` in the room of the webhook, and answer when that is kept.

        Raises:
            Turned: it cannot be said.
        """
        text, name = _read(_kind_of(request)[0], body)
        webhooks = self._hub.webhooks
        try:
            is_kept = await webhooks.say(webhooks.find(_token(request), visitor.host), text, name)
        except ChatError as refusal:
            raise Turned.of(refusal) from refusal
        if not is_kept:
            return Answer(HTTPStatus.ACCEPTED, "Said, but not saved yet.\n")
        return Answer(HTTPStatus.OK, "Said.\n")


def _token(request: Request) -> str:
    return request.path.removeprefix(PATH)


def _kind_of(request: Request) -> tuple[str, str]:
    """
    Return the media type of the body and its encoding, in lower case; empty where none is named.
    """
    kind, _, rest = request.fields.get("content-type", "").lower().partition(";")
    charset = rest.partition("charset=")[2].partition(";")[0]
    kind = kind.strip()
    return _JSON if kind.endswith("+json") else kind, charset.strip().strip('"')


def _read(kind: str, body: bytes) -> tuple[str, str]:
    """
    Return the text of ``body`` and the name under which it is to be said; empty for the usual one.

    Raises:
        Turned: it cannot be read.
    """
    name = ""
    try:
        if kind == _JSON:
            # Versions of the decoder differ in what they raise for what is not in UTF-8.
            body.decode()
            spoken = _decode(body)
            text, name = spoken.text, spoken.name or ""
        else:
            text = body.decode()
            if kind == _FORM:
                text, name = _of_form(text)
    except UnicodeDecodeError as error:
        raise Turned(HTTPStatus.BAD_REQUEST, _NOT_UTF8) from error
    except msgspec.DecodeError as error:
        raise Turned(HTTPStatus.BAD_REQUEST, _BAD_JSON) from error
    if not text.strip():
        raise Turned(HTTPStatus.BAD_REQUEST, _EMPTY)
    return text, name


def _of_form(body: str) -> tuple[str, str]:
    """
    Return the text and the name of what curl -d sends: a form with a ``text``, or a text as it is.
    """
    try:
        fields = parse_qsl(body, keep_blank_values=True, strict_parsing=True, max_num_fields=2)
    except ValueError:
        # Nothing but a form looks like one.
        return body, ""
    match sorted(fields):
        case [("text", text)]:
            return text, ""
        case [("name", name), ("text", text)]:
            return text, name
    # Of two texts none may be lost.
    return body, ""
