"""
The options of one telnet client: what it is asked, what it offers, and what was agreed.

The server does not begin with telnet, because nc shows such bytes as rubbish.  It speaks telnet
only to a client that has spoken it, and telnet does not speak first on a port other than its own.
There are two exceptions.  A secret is one: telnet shows every letter until it is told not to.  The
other is a client that ends its first line as telnet does (RFC 854, page 11), with CR LF or CR NUL:
it is asked for the width of its window, in bytes that the next line writes over.

A telnet client is asked for eight bits (BINARY, RFC 856).  Without that, the telnet of BSD and its
heirs (inetutils) strips the eighth bit of each typed byte and compares the rest with the keys of
its commands: for some letters in UTF-8 it sends the first byte and a command in place of the
second.

A client that lets the server echo (ECHO, RFC 857) and needs no go-aheads (SGA, RFC 858) sends each
key by itself, which telnets call the character mode: then the server can edit the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat.doors.line.telnet.codes import (
    BINARY,
    CHARSET,
    DO,
    DONT,
    ECHO,
    IAC,
    NAWS,
    SB,
    SE,
    SGA,
    TIMING_MARK,
    TTYPE,
    WILL,
    WONT,
)
from twisted_chat.doors.line.telnet.offer import Offer

if TYPE_CHECKING:
    from collections.abc import Callable

# The options that the client may use: UTF-8, no go-aheads, its window's size and its charsets.
_WELCOME = frozenset({BINARY, SGA, NAWS, CHARSET})
# Options that we use when asked.  Not SGA nor ECHO: with them a client leaves line editing to us,
# which is offered by us, and only where we can do it.
_WILLING = frozenset({BINARY, CHARSET})

# What the telnets of BSD and its heirs offer: remote flow control and line mode.  They show all of
# UTF-8 as it is.  Sent BINARY, they no longer add a CR to the LF of each line that is typed.
_OF_BSD = frozenset({33, 34})

# CHARSET (RFC 2066) and terminal type (RFC 1091) subnegotiation.
_REQUEST, _ACCEPTED, _REJECTED = 1, 2, 3
_IS, _SEND = 0, 1

#: So many replies to negotiation are sent on one connection.
MAX_REPLIES = 64
#: The limits of a believable window size.
COLUMNS = (20, 500)
ROWS = (5, 300)
# Characters of the name of a terminal that are kept.
_LONGEST_KIND = 40


@frozen
class Window:
    """
    The size of a client's window, in characters.
    """

    columns: int
    rows: int


@define(eq=False)
class Options:
    """
    The options of one connection.

    Negotiation never loops: an option is answered only if that changes its state (RFC 1143), and
    the number of answers is limited.

    Args:
        reply: sends bytes to the client.
        on_shown: called when the client still shows typing, although it was asked to hide it.
        on_window: called when the size of its window is known, or another one.
        on_change: called when its terminal is known, and when it lets the server edit its lines
            or does so no more.
        seconds: returns the time.

    Attributes:
        window: the window size, once known.
        has_window: the client has told a size of its own.
        kind: the name of its terminal, in lower case; None until it is known, and empty where the
            client does not tell.
        answered_in: seconds after which the name of its terminal came.
        replies: the number of answers sent.
        edits: the client lets the server edit its lines: it sends each key, and shows none.
        offers_editing: the server has offered to, and the client has not refused.
        refuses_editing: the client has refused that, or has taken it back.
    """

    _reply: Callable[[bytes], None]
    _on_shown: Callable[[], None]
    _on_window: Callable[[], None]
    _on_change: Callable[[], None]
    _seconds: Callable[[], float]
    window: Window | None = field(init=False, default=None)
    has_window: bool = field(init=False, default=False)
    kind: str | None = field(init=False, default=None)
    answered_in: float = field(init=False, default=0.0)
    replies: int = field(init=False, default=0)
    edits: bool = field(init=False, default=False)
    offers_editing: bool = field(init=False, default=False)
    refuses_editing: bool = field(init=False, default=False)
    _echo: Offer = field(init=False, factory=lambda: Offer(ECHO))
    _no_go_aheads: Offer = field(init=False, factory=lambda: Offer(SGA))
    # What is typed is a secret.
    _is_secret: bool = field(init=False, default=False)
    # It would show an end of a line that is typed as a LF alone, were it sent eight bits.
    _draws: bool = field(init=False, default=False)
    # What the client was asked to do, and has not answered; and all that it was asked.
    _awaited: set[int] = field(init=False, factory=set)
    _asked: set[int] = field(init=False, factory=set)
    _asked_kind_at: float = field(init=False, default=0.0)
    _ours: set[int] = field(init=False, factory=set)
    _theirs: set[int] = field(init=False, factory=set)

    # -- what is asked ----------------------------------------------------------------------------

    @property
    def hides_typing(self) -> bool:
        """
        Whether the client has agreed not to show typing.
        """
        return self._echo.is_agreed

    def hide_typing(self) -> bytes:
        """
        Return the bytes that tell the client that we echo (RFC 857), so that it shows no typing.

        Nothing is said where that holds already.
        """
        self._is_secret = True
        if self._echo.is_made:
            return b""
        # Whatever is typed is not to be taken for a command, a secret least of all.
        return self._ask(BINARY) + self._echo.make()

    def show_typing(self) -> bytes:
        """
        Return the bytes that undo `hide_typing`; empty if that is done already.
        """
        self._is_secret = False
        return b"" if self.offers_editing else self._echo.take_back()

    def ask_for_binary(self) -> None:
        """
        Ask the client to send typed bytes unchanged, unless that was done or it does so.
        """
        self.send(self._ask(BINARY))

    def ask_for_window(self) -> bytes:
        """
        Return the bytes that ask for eight bits, and for the size of the window (RFC 1073).

        Empty if that was asked already.
        """
        return b"" if NAWS in self._asked else self._ask(BINARY) + self._ask(NAWS)

    def ask_for_kind(self) -> None:
        """
        Ask for the name of the terminal (RFC 1091), unless that was asked already.
        """
        request = self._ask(TTYPE)
        if request:
            self._asked_kind_at = self._seconds()
            self._reply(request)

    def _ask(self, option: int) -> bytes:
        if option in self._asked or (option == BINARY and option in self._theirs):
            return b""
        self._asked.add(option)
        self._awaited.add(option)
        return bytes([IAC, DO, option])

    def send(self, data: bytes) -> None:
        """
        Send ``data``, unless too much was sent already.
        """
        if data and self.replies < MAX_REPLIES:
            self.replies += 1
            self._reply(data)

    # -- who edits --------------------------------------------------------------------------------

    def offer_editing(self) -> None:
        """
        Offer the client to edit its lines; `on_change` is called once it agrees.
        """
        self.offers_editing, self.refuses_editing = True, False
        self._reply(self._ask(BINARY) + self._echo.make() + self._no_go_aheads.make())

    def stop_editing(self) -> None:
        """
        Leave editing to the client again.
        """
        self.offers_editing = self.edits = False
        echo = b"" if self._is_secret else self._echo.take_back()
        self._reply(self._no_go_aheads.take_back() + echo)

    def _look_at_editing(self) -> None:
        edits = self.offers_editing and self._echo.is_agreed and self._no_go_aheads.is_agreed
        changes = edits != self.edits
        if self.offers_editing and (self._echo.is_refused or self._no_go_aheads.is_refused):
            self.refuses_editing = True
            self.stop_editing()
        self.edits = edits
        if changes:
            # Whether what is typed is secret is up to the editor, or asked again without it.
            self._is_secret = False
            self._on_change()

    # -- what is said -----------------------------------------------------------------------------

    def negotiate(self, command: int, option: int) -> None:
        """
        Take what the client says of an option.

        Args:
            command: WILL, WONT, DO or DONT.
        """
        if command == DO and option == TIMING_MARK:
            # After an interrupt the client shows nothing until this comes (RFC 860), so it is not
            # counted; it is as long as the request.
            self._reply(bytes([IAC, WILL, TIMING_MARK]))
        elif command in (DO, DONT) and self._is_answer(option, agrees=command == DO):
            self._look_at_editing()
        elif command in (WILL, WONT) and option in self._awaited:
            # An answer is not answered.
            self._awaited.remove(option)
            if command == WILL:
                self._theirs.add(option)
            if option == TTYPE:
                self._hear_of_kind(is_told=command == WILL)
        elif command in (DO, DONT):
            willing = _WILLING - {BINARY} if self._draws else _WILLING
            self._settle(option, command == DO, self._ours, willing, WILL, WONT)
        else:
            self._draws = self._draws or option in _OF_BSD
            self._settle(option, command == WILL, self._theirs, _WELCOME, DO, DONT)

    def _is_answer(self, option: int, *, agrees: bool) -> bool:
        offers = {ECHO: self._echo, SGA: self._no_go_aheads}
        offer = offers.get(option)
        if offer is None or not offer.is_discussed:
            return False
        offer.hear(agrees=agrees)
        if offer is self._echo and offer.is_refused:
            self._on_shown()
        return True

    def _settle(
        self, option: int, wanted: bool, on: set[int], granted: frozenset[int], yes: int, no: int
    ) -> None:
        if wanted == (option in on):
            return
        if not wanted:
            on.discard(option)
            self.send(bytes([IAC, no, option]))
        elif option in granted:
            on.add(option)
            self.send(bytes([IAC, yes, option]))
        else:
            self.send(bytes([IAC, no, option]))

    # -- what is told in more words ---------------------------------------------------------------

    def subnegotiate(self, payload: bytes) -> None:
        """
        Take what the client tells of an option.
        """
        option, rest = payload[:1], payload[1:]
        if option == bytes([NAWS]) and len(rest) == 4:
            columns, rows = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:], "big")
            # RFC 1073: zero means that the client leaves it to us.
            self.has_window = columns > 0
            self.window = Window(_clamp(columns or 80, COLUMNS), _clamp(rows or 24, ROWS))
            self._on_window()
        elif option == bytes([CHARSET]) and rest[:1] == bytes([_REQUEST]):
            self._choose_charset(rest[1:])
        elif option == bytes([TTYPE]) and rest[:1] == bytes([_IS]) and TTYPE in self._theirs:
            self._take_kind(rest[1:].decode("ascii", "replace").lower())

    def _choose_charset(self, offer: bytes) -> None:
        if offer.startswith(b"[TTABLE]"):
            offer = offer[9:]
        for name in offer[1:].split(offer[:1]) if offer else []:
            if name.upper() == b"UTF-8":
                self.send(bytes([IAC, SB, CHARSET, _ACCEPTED]) + name + bytes([IAC, SE]))
                return
        self.send(bytes([IAC, SB, CHARSET, _REJECTED, IAC, SE]))

    def _hear_of_kind(self, *, is_told: bool) -> None:
        if is_told:
            self._reply(bytes([IAC, SB, TTYPE, _SEND, IAC, SE]))
        else:
            self._take_kind("")

    def _take_kind(self, kind: str) -> None:
        if self.kind is None:
            self.kind = kind[:_LONGEST_KIND]
            self.answered_in = self._seconds() - self._asked_kind_at
            self._on_change()


def _clamp(number: int, bounds: tuple[int, int]) -> int:
    return min(max(number, bounds[0]), bounds[1])
