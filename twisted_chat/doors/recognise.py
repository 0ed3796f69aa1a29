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
# First bytes that nobody types, of a TLS hello (0x16), SOCKS (4, 5), RDP (3), SMB and PostgreSQL
# (0), MQTT (0x10).
_BINARY = frozenset(range(0x07)) | frozenset(range(0x0E, 0x1B))


#: Bytes that are enough to decide.
ENOUGH = 64


def farewell_to(opener: bytes) -> bytes | None:
    """
    Return the farewell to a client that begins with ``opener``; None if it may be a user.

    Args:
        opener: the first bytes of the connection so far.
    """
    first = opener[:1]
    if first == b"\x16":
        return b"This port speaks plain text, not TLS.\r\n"
    if first and first[0] in _BINARY:
        return b"This is a chat server for plain text. Connect with telnet or nc.\r\n"
    return farewell_to_line(opener)


def farewell_to_line(line: bytes) -> bytes | None:
    """
    Return the farewell to a client that sends ``line`` as a name; None if it may be a user.
    """
    if _REQUEST.match(line):
        return _HTTP_ANSWER
    # Its version string, RFC 4253, section 4.2.
    if line.startswith(b"SSH-"):
        return b"This is a chat server, not an SSH server. Connect with telnet or nc.\r\n"
    return None
