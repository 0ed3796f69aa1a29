"""
The words of `ssh host COMMAND`: what is asked for, read before anything is done.
"""

from __future__ import annotations

from attrs import evolve, frozen

#: Lines of `tail` and `history`, by default and at most.
USUAL, MOST = 20, 200
USAGE = """\
Usage: ssh HOST COMMAND [--json] ...
  send ROOM TEXT         say TEXT in a room (also: say)
  msg NICK TEXT          send TEXT to one user
  tail ROOM [-n N] [-f]  show the last lines, and with -f those that follow
  history ROOM [-n N]    the same, with a heading
  who [ROOM]             who is here
  rooms                  which rooms there are
  /COMMAND               what is typed in the chat, such as '/msg bob hi'
With --json, each answer is an object of the JSON wire, one a line.
Without TEXT, it is read from the standard input, as one message.
"""
_JSON = "--json"
# Digits of a number of lines, at most.
_DIGITS = 9


class Usage(Exception):
    """
    The words make no command.  The text is one sentence.
    """


@frozen
class Request:
    """
    What is asked for.

    Attributes:
        verb: ``send``, ``msg``, ``tail``, ``history``, ``who`` or ``rooms``; ``line`` for what is
            typed in the chat.
        name: of the room or the user; empty for none.
        text: what is to be said or done; empty if it is to be read from the standard input.
        count: lines to show.
        follows: also show those that follow.
        as_json: show objects of the JSON wire, one a line.
    """

    verb: str
    name: str = ""
    text: str = ""
    count: int = USUAL
    follows: bool = False
    as_json: bool = False

    @property
    def needs_text(self) -> bool:
        """
        Whether its text is to be read.
        """
        if self.verb == "line":
            # `/msg bob` and nothing else, or `/me`.
            return len(self.text.split()) < _WORDS_BEFORE.get(self.text.split()[0], 0)
        return self.verb in _TEXTS and not self.text

    def with_text(self, text: str) -> Request:
        """
        Return it with the text that was read.
        """
        return evolve(self, text=f"{self.text} {text}" if self.verb == "line" else text)


_TEXTS = ("send", "msg")
# Commands that say a text behind so many words, and the words with one of the text.
_WORDS_BEFORE = {"/msg": 3, "/me": 2, "/re": 3, "/r": 2, "/reply": 2}


def read(command: str) -> Request:
    """
    Read a ``command`` as it comes: the words that were given to ssh, with a space between two.

    Raises:
        Usage: they make none.
    """
    first, rest = _split(command)
    as_json = first == _JSON
    if as_json:
        first, rest = _split(rest)
    if first.startswith("/"):
        return Request("line", text=f"{first} {rest}".strip(), as_json=as_json)
    verb = "send" if first == "say" else first
    if rest.partition(" ")[0] == _JSON:
        as_json, rest = True, _split(rest)[1]
    match verb:
        case "send" | "msg":
            name, text = _split(rest)
            if not name:
                what = "ROOM" if verb == "send" else "NICK"
                raise Usage(f"{first} needs {what}.")
            if text == "--" or text.startswith("-- "):
                # Where options end, as for the client; a text may begin with a dash anyhow.
                text = _split(text)[1]
            return Request(verb, name, text, as_json=as_json)
        case "tail" | "history":
            return _reading(verb, rest.split(), as_json=as_json)
        case "who" | "rooms":
            names = [word for word in rest.split() if word != _JSON]
            if len(names) > (verb == "who"):
                raise Usage(f"{verb} takes no more words.")
            is_json = as_json or _JSON in rest.split()
            return Request(verb, "".join(names), as_json=is_json)
    raise Usage(f"There is no command {first!r} here." if first else "A command is needed.")


def _reading(verb: str, words: list[str], *, as_json: bool) -> Request:
    request = Request(verb, as_json=as_json)
    while words:
        word = words.pop(0)
        if word == "-n" or (word.startswith("-n") and word[2:].isdecimal()):
            request = evolve(request, count=_count(word[2:] or (words.pop(0) if words else "")))
        elif word == "-f" and verb == "tail":
            request = evolve(request, follows=True)
        elif word == _JSON:
            request = evolve(request, as_json=True)
        elif word.startswith("-") or request.name:
            raise Usage(f"{verb} does not know {word!r}.")
        else:
            request = evolve(request, name=word)
    if not request.name:
        raise Usage(f"{verb} needs ROOM.")
    return request


def _count(number: str) -> int:
    # Thousands of digits are not even looked at.
    count = int(number) if number.isdecimal() and len(number) <= _DIGITS else 0
    if not 1 <= count <= MOST:
        raise Usage(f"-n needs a number from 1 to {MOST}.")
    return count


def _split(text: str) -> tuple[str, str]:
    """
    Return the first word of ``text``, and what is behind it.
    """
    first, _, rest = text.strip(" ").partition(" ")
    return first, rest.lstrip(" ")
