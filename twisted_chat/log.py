"""
Logging that strangers cannot flood or forge, and that holds no messages of users.

Every line that a client can cause goes through a `LimitedLogger`.  User text is written with
``!r``, which escapes what could break the line or move a terminal's cursor.  The text of messages
is never logged, not even in an exception that quotes it.
"""

import io
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.limits import Rate, TokenBucket
from twisted_chat.text.clean import clean

#: Lines of one kind that are written; the others are counted.
LINES = Rate(20, 1)
#: Lines about a disk that keeps failing, perhaps because it is full.
DISK_FAULTS = Rate(1, 60)
#: Failures of one function that are written with tracebacks: as many as switch a command off, and
#: then enough to see that it still fails.
FAILURES = Rate(5, 3600)

# Characters of an exception's message that are logged.
_LONGEST_MESSAGE = 4000
# Exceptions of a chain that are logged.
_LONGEST_CHAIN = 8


def show_all(stream: object) -> None:
    """
    Have ``stream`` show escapes for the letters that its encoding lacks, and not fail.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def report(log: Logger, template: str, *, secret: str = "", **fields: Any) -> None:
    """
    Log the exception being handled, with its traceback.

    Args:
        template: what failed, in the format of `Logger`.
        secret: what a user typed.  An exception's message that quotes any of it is left out; its
            type and the frames, which are source code, are always logged.
        fields: for the template.
    """
    parts: list[str] = []
    error = sys.exception()
    while error is not None and len(parts) < _LONGEST_CHAIN:
        what = "".join(traceback.format_exception_only(error))
        if len(what) > _LONGEST_MESSAGE:
            what = what[:_LONGEST_MESSAGE] + "...\n"
        # The name of its type is source code too, even if a user typed a part of it.
        kind = type(error)
        said = what.removeprefix(f"{kind.__module__}.").removeprefix(kind.__qualname__)
        if quotes(said, secret):
            what = f"{kind.__qualname__} (its message quotes what was typed)\n"
        parts.append("".join(traceback.format_tb(error.__traceback__)) + what)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = "which led to:\n".join(reversed(parts)).rstrip().split("\n")
    template = f"{template}:\n{{traceback}}"
    log.error(template, traceback="\n".join(map(clean, lines)), **fields)


def quotes(message: str, secret: str) -> bool:
    """
    Return whether ``message`` has a word, or any four characters, of ``secret``, in any case.
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
    Writes a limited number of lines of each kind, and counts the others.

    Args:
        log: where the lines go.
        seconds: returns the time, by a clock that never steps back.
    """

    _log: Logger
    _seconds: Callable[[], float]
    _kinds: dict[str, tuple[TokenBucket, list[int]]] = field(init=False, factory=dict)

    def info(self, template: str, *, at_most: Rate = LINES, **fields: Any) -> None:
        """
        Log an ordinary event of a connection.  One template is one kind of line.
        """
        if self._admits(template, at_most, fields):
            self._log.info(f"{template}{{suppressed}}", **fields)

    def warn(self, template: str, *, at_most: Rate = LINES, **fields: Any) -> None:
        """
        Log a refusal because of abuse, or another problem.
        """
        if self._admits(template, at_most, fields):
            self._log.warn(f"{template}{{suppressed}}", **fields)

    def report(self, template: str, *, secret: str = "", **fields: Any) -> None:
        """
        Log the exception being handled, as `report` does.  A template with its fields is one kind.
        """
        if self._admits(template.format(**fields), FAILURES, fields):
            report(self._log, f"{template}{{suppressed}}", secret=secret, **fields)

    def _admits(self, kind: str, rate: Rate, fields: dict[str, Any]) -> bool:
        if kind not in self._kinds:
            self._kinds[kind] = (rate.bucket(), [0])
        bucket, suppressed = self._kinds[kind]
        if not bucket.take(self._seconds()):
            suppressed[0] += 1
            return False
        count, suppressed[0] = suppressed[0], 0
        fields["suppressed"] = f" ({count} more like it suppressed)" if count else ""
        return True

    def tell_suppressed(self) -> None:
        """
        Log how many lines were left out, and start again; for the end of the service.
        """
        for kind, (_, suppressed) in self._kinds.items():
            if suppressed[0]:
                self._log.warn(
                    "{count} more lines suppressed of the kind {kind!r}",
                    count=suppressed[0],
                    kind=kind,
                )
        self._kinds.clear()
