"""
Logging that strangers cannot flood, forge or read other people's messages in.

Every line that somebody outside can cause goes through a `LimitedLogger`.  User text is put into
a line with ``!r``, which escapes what could break the line or move a terminal's cursor; the text
of messages is never put there at all, not even by way of an exception that quotes it.
"""

import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.clean import clean
from twisted_chat.limits import TokenBucket

#: Lines a second of one kind that are written; the others are counted.
LINES_PER_SECOND = 20

# Characters of an exception's message that are logged.
_LONGEST_MESSAGE = 4000
# Exceptions that one another caused, of which more would only repeat.
_LONGEST_CHAIN = 8


def report(log: Logger, template: str, *, secret: str = "", **fields: Any) -> None:
    """
    Log the exception being handled, with its traceback.

    Args:
        template: what failed, in the format of `Logger`.
        secret: what a person typed.  An exception's message that quotes any of it is left out;
            its type and the frames, which are source code, always stand there.
        fields: for the template.
    """
    parts: list[str] = []
    error = sys.exception()
    while error is not None and len(parts) < _LONGEST_CHAIN:
        what = "".join(traceback.format_exception_only(error))
        if len(what) > _LONGEST_MESSAGE:
            what = what[:_LONGEST_MESSAGE] + "...\n"
        if _quotes(what, secret):
            what = f"{type(error).__qualname__} (its message quotes what was typed)\n"
        parts.append("".join(traceback.format_tb(error.__traceback__)) + what)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = "which led to:\n".join(reversed(parts)).rstrip().split("\n")
    template = f"{template}:\n{{traceback}}"
    log.error(template, traceback="\n".join(map(clean, lines)), **fields)


def _quotes(message: str, secret: str) -> bool:
    """
    Say whether ``message`` has a word, or any four characters, of ``secret``, in whatever case.
    """
    message = message.casefold()
    words = set(re.findall(r"\w+", message))
    for form in {secret.casefold(), ascii(secret)[1:-1].casefold()}:
        if words & set(re.findall(r"\w+", form)):
            return True
        quartets = (form[start : start + 4] for start in range(len(form) - 3))
        if any(quartet in message for quartet in quartets if not quartet.isspace()):
            return True
    return False


@define
class LimitedLogger:
    """
    Writes at most `LINES_PER_SECOND` of each kind of line and says how many it left out.

    Args:
        log: where the lines go.
        seconds: the time, of a clock that never steps back.
    """

    _log: Logger
    _seconds: Callable[[], float]
    _kinds: dict[str, tuple[TokenBucket, list[int]]] = field(init=False, factory=dict)

    def info(self, template: str, **fields: Any) -> None:
        """
        Log the ordinary life of connections.  One kind of line is one template.
        """
        if self._admits(template, fields):
            self._log.info(f"{template}{{suppressed}}", **fields)

    def warn(self, template: str, **fields: Any) -> None:
        """
        Log what was refused for abuse.
        """
        if self._admits(template, fields):
            self._log.warn(f"{template}{{suppressed}}", **fields)

    def _admits(self, template: str, fields: dict[str, Any]) -> bool:
        if template not in self._kinds:
            self._kinds[template] = (TokenBucket(LINES_PER_SECOND, LINES_PER_SECOND), [0])
        bucket, suppressed = self._kinds[template]
        if not bucket.take(self._seconds()):
            suppressed[0] += 1
            return False
        count, suppressed[0] = suppressed[0], 0
        fields["suppressed"] = f" ({count} more like it suppressed)" if count else ""
        return True

    def tell_suppressed(self) -> None:
        """
        Log what was left out and not told yet; for the moment the service stops.
        """
        for template, (_, suppressed) in self._kinds.items():
            if suppressed[0]:
                self._log.warn(
                    "{count} more lines suppressed of the kind {kind!r}",
                    count=suppressed[0],
                    kind=template,
                )
                suppressed[0] = 0
