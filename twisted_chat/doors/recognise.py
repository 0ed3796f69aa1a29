"""
Recognises who is not a person: programs that speak another protocol on the chat's port.
"""

import re

# Requests of HTTP and of what borrows its first line (RFC 9112, RTSP, SIP, ICAP): by the version,
# or by what is asked for, where the version is too far away to be seen.
_REQUEST = re.compile(rb"[A-Z]{2,20} (?:[^ ]+ (?:HTTP|RTSP|SIP|ICAP)/\d|/|\* |[a-z]+://)")
_HTTP_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"Content-Type: text/plain\r\n"
    b"Connection: close\r\n"
    b"\r\n"
    b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"
)
# What nobody types first, and a TLS hello (0x16), SOCKS (4, 5), RDP (3), SMB and PostgreSQL (0),
# MQTT (0x10) begin with.
_BINARY = frozenset(range(0x07)) | frozenset(range(0x0E, 0x1B))


#: So many bytes are enough to tell.
ENOUGH = 64


def farewell_to(opener: bytes) -> bytes | None:
    """
    Return the farewell to whoever begins with ``opener``; None for whoever may be a person.

    Args:
        opener: the first bytes of the connection, as far as they have come.
    """
    first = opener[:1]
    if first == b"\x16":
        return b"This port speaks plain text, not TLS.\r\n"
    if first and first[0] in _BINARY:
        return b"This is a chat server for plain text. Connect with telnet or nc.\r\n"
    return farewell_to_line(opener)


def farewell_to_line(line: bytes) -> bytes | None:
    """
    Return the farewell to whoever sends this line before a name; None for whoever may be a person.
    """
    if _REQUEST.match(line):
        return _HTTP_ANSWER
    # Its version string, RFC 4253, section 4.2.
    if line.startswith(b"SSH-"):
        return b"This is a chat server, not an SSH server. Connect with telnet or nc.\r\n"
    return None
