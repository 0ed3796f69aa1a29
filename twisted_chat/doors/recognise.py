"""
Recognising who comes to a port by their first bytes, and the farewells to programs without a door.

Nothing here reads or writes: bytes go in, a verdict comes out.
"""

import enum
import json
import re

#: Bytes that are enough to decide.
ENOUGH = 64
#: Seconds after which a client that says nothing is shown the prompt, as people wait for it, and
#: one that has begun is taken as it is.
PATIENCE = 0.4


class Kind(enum.Enum):
    """
    What a client speaks.
    """

    #: A user, with what sends lines: telnet, nc and their like.
    LINES = "lines"
    TLS = "TLS"
    HTTP = "HTTP"
    SSH = "SSH"
    IRC = "IRC"
    JSON = "JSON"
    #: Ctrl-C alone, of a client that sends each key: its user leaves.
    INTERRUPT = "interrupt"
    #: A program for which there will be no door.
    OTHER = "other"


# Requests of HTTP and of protocols with the same first line (RFC 9112, RTSP, SIP, ICAP): found by
# the target, or by the version if the target may be a word.  Here and below, a pattern ends with
# the first byte that decides.
_REQUEST = re.compile(rb"[A-Z]{2,20} (?:/|\* |[a-z]+://|\S+ (?:HTTP|RTSP|SIP|ICAP)/\d)")
# How clients of IRC begin (RFC 2812, section 3.1, and IRCv3's CAP, tags and WEBIRC): irssi sends
# `JOIN :`, others NICK and USER at once.  A wrong CAP in capitals is answered as such.
_IRC = re.compile(
    rb"(?:@\S+ )?(?:CAP [A-Z]{2}|(?:NICK|PASS|PING) \S|USER \S+ \S+ \S+ |JOIN [:#&]"
    rb"|QUIT :|(?:AUTHENTICATE|WEBIRC|PROTOCTL|SERVER) \S)"
)
# Some bots write verbs in small letters.  Only where no prompt has been shown: a user who is asked
# for a name and types `nick alice` is told what a name is.
_IRC_OF_BOTS = re.compile(rb"(?i:CAP (?:LS|REQ|END)|USER \S+ \S+ \S+ )|(?:nick|pass) \S")
# Greetings of mail clients, XMPP, JSON-RPC, Redis, VNC, rsync, IMAP, and a proxy that is not
# expected.
_GREETING = re.compile(
    rb"(?:EHLO|HELO|LHLO) \S|<\?xml|<stream:stream|<policy-file-request|\[\s*[{\"]|\*\d+\r"
    rb"|RFB \d{3}\.\d{3}|@RSYNCD: |[aA]\d{1,4} (?:CAPABILITY|LOGIN|STARTTLS|NOOP)"
    rb"|PROXY (?:TCP|UNKNOWN)"
)
# First bytes that nobody types, of SOCKS 5, RDP (3), SMB and PostgreSQL (0), MQTT (0x10); but
# Ctrl-D, Ctrl-U and Ctrl-W are typed, to end or to erase.  What SOCKS 4 and version 4 of
# Cassandra's protocol begin with is Ctrl-D, but nobody types what follows.
_BINARY = re.compile(
    rb"[\x00-\x02\x05\x06\x0e-\x14\x18-\x1a]|\x03\x00|\x04[\x00-\x02]|\x16[^\x03]"
)
# How a proxy that is not expected begins version 2 of its protocol (PROXY protocol, section 2.2).
# Read as lines it says QUIT.
_PROXY_HEADER = b"\r\n\r\n\0\r\nQUIT\n"

_SIGNS = (
    # The record of a handshake (RFC 8446, section 5.1).
    (Kind.TLS, re.compile(rb"\x16\x03")),
    (Kind.OTHER, _BINARY),
    (Kind.INTERRUPT, re.compile(rb"\x03[^\x00]")),
    # Telnet, that answers or speaks first (RFC 854).
    (Kind.LINES, re.compile(rb"\xff")),
    # Its version string (RFC 4253, section 4.2).
    (Kind.SSH, re.compile(rb"SSH-")),
    (Kind.JSON, re.compile(rb"\{")),
    (Kind.HTTP, _REQUEST),
    (Kind.IRC, _IRC),
    (Kind.OTHER, _GREETING),
)
_SIGNS_WITHOUT_PROMPT = (*_SIGNS, (Kind.IRC, _IRC_OF_BOTS))
# What has none of them by the end of its first line is a user's.
_LINE_END = re.compile(rb"[^\r\n]*[\r\n]")


def recognise(opening: bytes, *, is_prompted: bool = False) -> Kind | None:
    """
    Return what a client speaks that begins with ``opening``; None if that is too little to know.

    However the bytes are cut, the answer is the same: once it is known, more bytes do not change
    it.  At most `ENOUGH` bytes are looked at, and that many are enough.

    Args:
        is_prompted: whether a prompt was shown before, so that it may be a user who answers it.
    """
    opening = opening[:ENOUGH]
    if opening.startswith(_PROXY_HEADER):
        return Kind.OTHER
    if _PROXY_HEADER.startswith(opening):
        return None
    line = _LINE_END.match(opening)
    found = [
        (match.end(), place, kind)
        for place, (kind, sign) in enumerate(_SIGNS if is_prompted else _SIGNS_WITHOUT_PROMPT)
        if (match := sign.match(opening))
    ]
    if found:
        end, _, kind = min(found)
        return kind if line is None or end <= line.end() else Kind.LINES
    return Kind.LINES if line is not None or len(opening) >= ENOUGH else None


def take_as_it_is(opening: bytes, *, is_prompted: bool = False) -> Kind:
    """
    Return what a client speaks that has begun with ``opening`` and says no more for a while.
    """
    known = recognise(opening, is_prompted=is_prompted)
    if known is not None:
        return known
    return {b"\x03": Kind.INTERRUPT, b"\x16": Kind.OTHER}.get(opening, Kind.LINES)


# -- farewells ------------------------------------------------------------------------------------

_INSTEAD = "Connect with telnet or nc."
_NO_WEB = f"This is a chat server, not a web server. {_INSTEAD}\r\n".encode()
_PLAIN = f"This is a chat server for plain text. {_INSTEAD}\r\n".encode()
_NOT_READ = "{} is not read here: no door for it is open, or the connection began otherwise."
_JSON = {"error": "no-such-door", "message": _NOT_READ.format("JSON")}

#: What a client is told that speaks what no door here does.
FAREWELLS = {
    Kind.LINES: b"This port is for programs only.\r\n",
    Kind.TLS: b"This port speaks plain text, not TLS.\r\n",
    Kind.HTTP: b"HTTP/1.1 400 Bad Request\r\n"
    b"Content-Type: text/plain\r\n"
    b"Connection: close\r\n"
    b"\r\n" + _NO_WEB,
    Kind.SSH: f"This is a chat server, not an SSH server. {_INSTEAD}\r\n".encode(),
    # Clients show what an ERROR says.
    Kind.IRC: f"ERROR :{_NOT_READ.format('IRC')} {_INSTEAD}\r\n".encode(),
    Kind.JSON: json.dumps(_JSON).encode() + b"\r\n",
    Kind.INTERRUPT: b"Goodbye.\r\n",
    Kind.OTHER: _PLAIN,
}

# What crawlers and scanners send as all of a line: of lists of games, mail, Java, Redis, FTP.
_WORDS = frozenset(
    b"MSSP-REQUEST JDWP-Handshake EHLO HELO LHLO NOOP CAPA STLS STARTTLS CAPABILITY FEAT SYST "
    b"PING INFO STAT STATS VERSION OPTIONS".split()
)


def is_program(line: bytes) -> Kind | None:
    """
    Return what is spoken by a program that sends ``line`` as a name; None if it may be a user.
    """
    word = line.strip()
    if word in _WORDS or word.upper() == b"MSSP-REQUEST" or _GREETING.match(line):
        return Kind.OTHER
    kind = recognise(line, is_prompted=True)
    return kind if kind in {Kind.HTTP, Kind.SSH, Kind.IRC, Kind.JSON} else None
