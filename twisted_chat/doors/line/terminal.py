"""
The terminal at the other end of a connection: what it sends as lines, and how it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from twisted_chat.doors.device_words import question_of
from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.doors.line.telnet.codes import IAC, INTERRUPT
from twisted_chat.doors.line.telnet.options import Options
from twisted_chat.doors.line.telnet.stream import TelnetFilter
from twisted_chat.doors.sockets import READ_SIZE
from twisted_chat.doors.text import NEWLINE
from twisted_chat.text.clean import clean, has_lost_bytes
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

PROMPT = b"Enter your name: "


class Carrier(Protocol):
    """
    The connection to a terminal.
    """

    @property
    def is_encrypted(self) -> bool:
        """
        Whether it is within TLS.
        """

    def seconds(self) -> float:
        """
        Return the time.
        """

    def reply(self, data: bytes) -> None:
        """
        Send bytes to the client, above a line that is edited here.
        """

    def send_telnet(self, data: bytes) -> None:
        """
        Send telnet, or a text that answers it, to the client.
        """

    def warn_of_shown(self) -> None:
        """
        Called when the client still shows a secret that is typed.
        """

    def hear_of_window(self) -> None:
        """
        Called when the client has told the size of its window.
        """

    def look_at_editing(self) -> None:
        """
        Called when it may let the server edit its lines, or does so or no more.
        """

    def end_input(self) -> None:
        """
        Called when it says that its input has come to its end.
        """


@define(eq=False)
class Terminal:
    """
    Turns the bytes of one client into lines, and prompts into bytes for it.

    Args:
        limit: the longest line, in bytes without its end; 0 is no limit.
        carrier: the connection.

    Attributes:
        split: takes a decoded chunk, and returns the lines that are complete now, as
            `LineSplitter.feed` does; it is called for each line, so it is the bare method.
    """

    _limit: int
    _carrier: Carrier
    _splitter: LineSplitter = field(init=False)
    split: Callable[[bytes], list[bytes | None]] = field(init=False)
    _telnet: TelnetFilter | None = field(init=False, default=None)
    #: What was shown last, if nothing has ended it.
    prompt: Prompt | None = field(init=False, default=Prompt(wants_name=True))
    _lossy_lines: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._splitter = LineSplitter(self._limit)
        self.split = self._splitter.feed

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return ``send``, which sends bytes as they are: the client shows lines by itself.
        """
        return send

    def finish(self) -> None:
        """
        Do nothing: nothing has to be taken back.
        """

    @property
    def limit(self) -> int:
        """
        The longest line, in bytes.
        """
        return self._splitter.limit

    #: It sends lines, which the client edits.
    sends_keys = False

    @property
    def has_begun_line(self) -> bool:
        """
        Whether a line has begun whose end has not come yet.
        """
        return bool(self._splitter.begun)

    @property
    def hides_typing(self) -> bool:
        """
        Whether the client has agreed not to show what is typed.
        """
        return self.options is not None and self.options.hides_typing

    @property
    def options(self) -> Options | None:
        """
        Those of telnet that were agreed; None where no telnet was spoken.
        """
        return None if self._telnet is None else self._telnet.options

    def cost(self, size: int, lines: int) -> float:
        """
        Return what ``size`` bytes that were read cost, in lines, besides the ``lines`` in them.
        """
        return 0.0 if lines else size / (self.limit or READ_SIZE)

    def decode(self, data: bytes) -> bytes:
        """
        Return a chunk without telnet.
        """
        if self._telnet is not None:
            return self._telnet.feed(data)
        if IAC in data:
            return self._speak_telnet().feed(data)
        return data

    def find_interrupt(self, data: bytes) -> int:
        """
        Return where in a decoded chunk Ctrl-C was typed last; -1 if it was not.

        It comes as an interrupt of telnet, or as the whole of a read.  Elsewhere its byte is a
        part of a text: a colour of IRC in what was pasted.
        """
        telnet = self._telnet
        is_typed = data == INTERRUPT
        if telnet is not None and telnet.interrupted:
            telnet.interrupted, is_typed = False, True
        return data.rfind(INTERRUPT) if is_typed else -1

    @property
    def begun(self) -> bytes:
        """
        The line that has begun.
        """
        return self._splitter.begun

    def drop_begun(self) -> None:
        """
        Drop the line that has begun.
        """
        self._splitter.drop_begun()

    @property
    def columns(self) -> int:
        """
        The width of the client's window; 0 while it is not known.
        """
        window = self.options.window if self.options is not None else None
        return window.columns if window is not None else 0

    @property
    def opens_links(self) -> bool:
        """
        Whether it has told, by telnet, that its terminal is one that opens links.
        """
        kind = self.options.kind if self.options is not None else None
        if kind is None:
            return False
        from twisted_chat.doors.editor.terminal import opens_links  # noqa: PLC0415  # once used

        return opens_links(kind)

    def ask_for_window(self) -> bool:
        """
        Ask a client that seems to speak telnet for the size of its window, and return whether.

        One that does not shows that as rubbish, until the next line is written over it.
        """
        request = (
            self._speak_telnet().options.ask_for_window() if self._may_speak_telnet() else b""
        )
        if request:
            self._carrier.send_telnet(request + b"\r\0")
        return bool(request)

    def cut(self, mark: bytes) -> bytes:
        """
        Return the line that has begun up to the first ``mark``; empty if it holds none.
        """
        return self._splitter.cut(mark)

    def show(self, prompt: Prompt | None) -> bytes:
        """
        Return the prompt, after the bytes that hide typing; None returns the bytes that end it.
        """
        before, self.prompt = self.prompt, prompt
        if prompt is None:
            # A new line stands behind an answer already.
            is_open = before is not None and not before.is_answered
            return self._show_typing() + (NEWLINE if is_open else b"")
        if prompt.is_answered:
            # A client that hides what is typed does not show the new line either.
            return NEWLINE if self.hides_typing else b""
        text = PROMPT if prompt.wants_name else clean(question_of(prompt)).encode()
        if not prompt.secret:
            return self._show_typing() + text
        if self._may_speak_telnet():
            return self._speak_telnet().options.hide_typing() + text
        return text

    def ask(self, prompt: Prompt | None) -> None:
        """
        Show what is asked, where that was shown elsewhere before; None is nothing.
        """
        if prompt is not None:
            self._carrier.send_telnet(self.show(prompt))

    def ask_for_letters(self, line: bytes) -> int:
        """
        Ask a telnet that takes letters for its own keys, and speaks no telnet, to send them all.

        Returns:
            how many lines without some of their letters have come; 0 if ``line`` is none or that
            was said often enough.
        """
        if self._lossy_lines > 1 or not has_lost_bytes(line) or not self._may_speak_telnet():
            return 0
        self._speak_telnet().options.ask_for_binary()
        self._lossy_lines += 1
        return self._lossy_lines

    def _show_typing(self) -> bytes:
        return b"" if self.options is None else self.options.show_typing()

    def _may_speak_telnet(self) -> bool:
        """
        Return whether the client may speak telnet; within TLS, only if it has done so.
        """
        return (self._telnet is not None and self._telnet.spoken) or not self._carrier.is_encrypted

    def _speak_telnet(self) -> TelnetFilter:
        if self._telnet is None:
            carrier = self._carrier
            options = Options(
                carrier.send_telnet,
                carrier.warn_of_shown,
                carrier.hear_of_window,
                carrier.look_at_editing,
                carrier.seconds,
            )
            self._telnet = TelnetFilter(options, self._splitter.begun, carrier.end_input)
        return self._telnet
