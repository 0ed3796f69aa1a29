"""
What tests of telnet share: its numbers, and a client in memory.
"""

from collections.abc import Callable

from twisted_chat.doors.line.telnet.options import Options
from twisted_chat.doors.line.telnet.stream import TelnetFilter

# RFC 854, page 14, and the options by their numbers with IANA.
SE, NOP, DM, BRK, IP, AO, AYT, EC, EL, GA, SB = range(240, 251)
SUSP = 237
WILL, WONT, DO, DONT, IAC = range(251, 256)
BINARY, ECHO, SGA, TIMING_MARK, TTYPE, NAWS, TSPEED, NEW_ENVIRON, CHARSET = (
    0, 1, 3, 6, 24, 31, 32, 39, 42,
)  # fmt: skip

#: What each client that speaks telnet is asked at once.
EIGHT_BITS = bytes([IAC, DO, BINARY])
ASKED = EIGHT_BITS + bytes([IAC, DO, NAWS])


def made(
    reply: Callable[[bytes], object] = bool,
    on_shown: Callable[[], object] = list,
    tail: bytes = b"",
    on_end: Callable[[], object] = bool,
    on_change: Callable[[], object] = list,
    seconds: Callable[[], float] = float,
) -> TelnetFilter:
    return TelnetFilter(Options(reply, on_shown, list, on_change, seconds), tail, on_end)


def told(*pieces: bytes) -> tuple[TelnetFilter, bytes, bytes]:
    """
    Return the filter that was fed ``pieces``, what it let through, and what it answered, without
    the request that each client gets first.
    """
    replies: list[bytes] = []
    telnet = made(replies.append)
    data = b"".join([telnet.feed(piece) for piece in pieces])
    return telnet, data, b"".join(replies).removeprefix(ASKED)


def answers(*pieces: bytes) -> bytes:
    return told(*pieces)[2]


def subnegotiation(option: int, payload: bytes) -> bytes:
    escaped = payload.replace(b"\xff", b"\xff\xff")
    return bytes([IAC, SB, option]) + escaped + bytes([IAC, SE])
