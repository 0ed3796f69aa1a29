"""
Checks of texts that are said, sent or kept: how long they are, and whether they show something.
"""

from twisted_chat.errors import ChatError, NotAllowed, TooMuch
from twisted_chat.text.clean import lines_in
from twisted_chat.text.names import shows

#: The longest reason for leaving, being away or a sanction, in characters.
MAX_REASON = 200
#: Lines in one message: at a terminal each is a line of its own, with a name before it.
MAX_LINES = 500
#: Characters that a plugin may send at once: a reader whose queue is full is disconnected.
MAX_TEXT = 32768


def require_short(what: str, text: str, most: int) -> None:
    """
    Check that ``text`` is one line of at most ``most`` characters, and not only invisible ones.

    Args:
        what: what it is, such as ``reason``.

    Raises:
        ChatError: it is several lines, or shows nothing.
        TooMuch: it is longer.
    """
    if text and not shows(text):
        raise ChatError(f"That {what} is invisible.", code="invisible")
    if "\n" in text:
        raise ChatError(f"A {what} must be one line.", code="several-lines", what=what)
    if len(text) > most:
        raise TooMuch(
            f"A {what} may be at most {most} characters long, not {len(text)}.",
            code="too-long",
            what=what,
            most=most,
            length=len(text),
        )


def require_few_lines(text: str) -> None:
    """
    Check that ``text``, which is said as one message, has at most `MAX_LINES` lines.

    Raises:
        TooMuch: it has more.
    """
    lines = lines_in(text)
    if lines > MAX_LINES:
        raise TooMuch(
            f"A message may have at most {MAX_LINES} lines, not {lines}.",
            code="too-many-lines",
            most=MAX_LINES,
            lines=lines,
        )


def require_sendable(text: str) -> None:
    """
    Check that ``text``, which a plugin sends, does not fill the queue of its readers.

    Raises:
        ValueError: it has more than `MAX_TEXT` characters.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(
            f"a text that a plugin sends has at most {MAX_TEXT} characters, not {len(text)}"
        )


def require_text(text: str) -> None:
    """
    Check that ``text`` is one: the caller may be a plugin, which must get its error itself.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")


def require_words(text: str) -> None:
    """
    Check that ``text``, which a user says, shows something, and has not too many lines.

    Raises:
        NotAllowed: it does not.
        TooMuch: it has.
    """
    if type(text) is str and "!" <= text[:1] <= "~" and text.isprintable():
        # Nearly every line.
        return
    require_text(text)
    if not shows(text):
        raise NotAllowed("That line is invisible.", code="invisible")
    require_few_lines(text)
