"""
Recognising programs that speak another protocol on the chat's port.
"""

import re

# Requests of HTTP and of protocols with the same first line (RFC 9112, RTSP, SIP, ICAP): found by
# the version, or by the target if the version comes too late.
_REQUEST = re.compile(rb"[A-Z]{2,20} (?:[^ ]+ (?:HTTP|RTSP|SIP|ICAP)/\d|/|\* |[a-z]+://)")
_HTTP_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"Content-Type: text/plain\r\n"
    b"Connection: close\r\n"
    b"\r\n"
    b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"
)
# First bytes that nobody types, of a TLS hello (0x16), SOCKS 5, RDP (3), SMB and PostgreSQL (0),
# MQTT (0x10); but Ctrl-D, Ctrl-U and Ctrl-W are typed, to end or to erase.
_BINARY = (frozenset(range(0x07)) | frozenset(range(0x0E, 0x1B))) - frozenset(b"\x04\x15\x17")
# How SOCKS 4 connects or binds, and how version 4 of Cassandra's protocol begins: with the byte of
# Ctrl-D, but nobody types what follows.
_VERSION_4 = re.compile(rb"\x04[\x00-\x02]")
# How a proxy that is not expected begins version 2 of its protocol (PROXY protocol, section 2.2).
# Read as lines it says QUIT.
_PROXY_HEADER = b"\r\n\r\n\0\r\nQUIT\n"
# Ctrl-C alone, of a client that sends each key: its user leaves.
_INTERRUPT = b"\x03"

# How clients of IRC begin (RFC 2812, section 3.1, and IRCv3's CAP, tags and WEBIRC): irssi sends
# `JOIN :`, others NICK and USER at once.
_IRC = re.compile(
    rb"(?:@\S+ )?(?:CAP (?:LS|LIST|REQ|END)|(?:NICK|PASS|PING) :?\S|USER \S+ \S+ \S+ |JOIN [:#&]"
    rb"|QUIT :|(?:AUTHENTICATE|WEBIRC|PROTOCTL|SERVER) \S)"
)
#: The prompt stands on the line; clients show what an ERROR says.
IRC_ANSWER = b"\r\nERROR :This is a chat server, not an IRC server. Connect with telnet or nc.\r\n"
# Greetings of mail clients, XMPP, JSON, Redis, VNC, rsync, IMAP, and a proxy that is not expected.
_GREETING = re.compile(
    rb"(?:EHLO|HELO|LHLO) \S|<\?xml|<stream:stream|<policy-file-request|\{\s*\"|\[\s*[{\"]|\*\d+\r"
    rb"|RFB \d{3}\.\d{3}|@RSYNCD: |[aA]\d{1,4} (?:CAPABILITY|LOGIN|STARTTLS|NOOP)"
    rb"|PROXY (?:TCP|UNKNOWN)"
)
# What crawlers and scanners send as all of a line: of lists of games, mail, Java, Redis, FTP.
_WORDS = frozenset(
    b"MSSP-REQUEST JDWP-Handshake EHLO HELO LHLO NOOP CAPA STLS STARTTLS CAPABILITY FEAT SYST "
    b"PING INFO STAT STATS VERSION OPTIONS".split()
)
_PLAIN_ANSWER = b"This is a chat server for plain text. Connect with telnet or nc.\r\n"

#: Bytes that are enough to decide.
ENOUGH = 64


def farewell_to(opener: bytes) -> bytes | None:
    """
    Return the farewell to a client that begins with ``opener``; None if it may be a user.

    Args:
        opener: the first bytes of the connection so far.
    """
    if opener == _INTERRUPT:
        return b"Goodbye.\r\n"
    if opener.startswith(_PROXY_HEADER):
        return _PLAIN_ANSWER
    first = opener[:1]
    if first == b"\x16":
        return b"This port speaks plain text, not TLS.\r\n"
    if (first and first[0] in _BINARY) or _VERSION_4.match(opener):
        return _PLAIN_ANSWER
    return _farewell_to_greeting(opener)


def farewell_to_line(line: bytes) -> bytes | None:
    """
    Return the farewell to a client that sends ``line`` as a name; None if it may be a user.
    """
    word = line.strip()
    if word in _WORDS or word.upper() == b"MSSP-REQUEST":
        return _PLAIN_ANSWER
    return _farewell_to_greeting(line)


def _farewell_to_greeting(line: bytes) -> bytes | None:
    if _REQUEST.match(line):
        return _HTTP_ANSWER
    # Its version string, RFC 4253, section 4.2.
    if line.startswith(b"SSH-"):
        return b"This is a chat server, not an SSH server. Connect with telnet or nc.\r\n"
    if _IRC.match(line):
        return IRC_ANSWER
    return _PLAIN_ANSWER if _GREETING.match(line) else None
