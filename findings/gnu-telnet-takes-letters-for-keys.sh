#!/usr/bin/env bash
#
# GNU inetutils telnet 2.4 (Debian 12: inetutils-telnet 2:2.4-2+deb12u3), on a port that is not 23
# and so without negotiation, takes the eighth bit off each byte that is typed and looks whether
# what is left is one of its local keys.  Second bytes of letters in UTF-8 often are:
#
#   letter    bytes typed    bytes that arrive at the server
#   U+0443    d1 83          d1 ff f4 ff fd 06    IAC IP,   IAC DO TIMING-MARK  (as Ctrl-C)
#   U+044F    d1 8f          d1 ff f5 ff fd 06    IAC AO,   IAC DO TIMING-MARK  (as Ctrl-O)
#   U+045A    d1 9a          d1 ff ed ff fd 06    IAC SUSP, IAC DO TIMING-MARK  (as Ctrl-Z)
#   U+045C    d1 9c          d1 ff f3 ff fd 06    IAC BRK,  IAC DO TIMING-MARK  (as Ctrl-\)
#   U+0445    d1 85          d1                   nothing at all                (as Ctrl-E)
#   U+0444    d1 84          d1 84                whole: Ctrl-D is no such key
#
# All six arrive whole once the server has sent IAC DO BINARY, which it answers with WILL BINARY.
# The option -8 alone changes nothing, since nothing is negotiated at the start; -8 with a minus
# before the port does, since that begins the negotiation.
#
# Expected: only the documented control keys are local, and with -8 no byte is changed.
# Needs Debian 12 with its package lists up to date (`apt-get update`), python3, and the network for
# one package.  Loopback only.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq inetutils-telnet=2:2.4-2+deb12u3
dpkg-deb -x inetutils-telnet_*.deb .

python3 - ./usr/bin/inetutils-telnet <<'PYTHON'
import os
import pty
import select
import socket
import subprocess
import sys
import time


def arrives(arguments, greeting, letter):
    """
    Return what the server gets of ``letter``, typed on a line of its own at a terminal.
    """
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    port = str(server.getsockname()[1])
    ours, theirs = pty.openpty()
    telnet = subprocess.Popen(
        ["setsid", sys.argv[1], *(each.replace("PORT", port) for each in arguments)],
        stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "dumb", "LC_ALL": "C.UTF-8"},
    )
    connection, _ = server.accept()
    # Otherwise the end of an interrupt would be taken out of the stream.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    connection.sendall(b"name: " + greeting)
    came, shown, until = b"", b"", time.monotonic() + 10
    is_typed = False
    while b"end" not in came and time.monotonic() < until:
        for ready in select.select([connection, ours], [], [], 0.1)[0]:
            if ready is connection:
                came += connection.recv(4096)
            else:
                shown += os.read(ours, 4096)
        is_ready = not greeting or b"\xff\xfb\x00" in came
        if b"name: " in shown and is_ready and not is_typed:
            is_typed = True
            os.write(ours, b"begin" + letter + b"end\n")
    telnet.kill()
    telnet.wait()
    return came.partition(b"begin")[2].partition(b"end")[0]


PLAIN, EIGHT = ["127.0.0.1", "PORT"], ["-8", "127.0.0.1", "PORT"]
MINUS = ["-8", "--", "127.0.0.1", "-PORT"]
MARK = b"\xff\xfd\x06"
SEEN = {
    b"\xd1\x83": b"\xd1\xff\xf4" + MARK,
    b"\xd1\x8f": b"\xd1\xff\xf5" + MARK,
    b"\xd1\x9a": b"\xd1\xff\xed" + MARK,
    b"\xd1\x9c": b"\xd1\xff\xf3" + MARK,
    b"\xd1\x85": b"\xd1",
    b"\xd1\x84": b"\xd1\x84",
}
for letter, seen in SEEN.items():
    for arguments, greeting, expected in (
        (PLAIN, b"", seen),
        (EIGHT, b"", seen),
        (PLAIN, b"\xff\xfd\x00", letter),
        (MINUS, b"", letter),
    ):
        came = arrives(arguments, greeting, letter)
        print(letter.hex(" "), arguments[:-2], "BINARY" if greeting else "", "->", came.hex(" "))
        assert came == expected, f"{came!r} arrived, not {expected!r} as seen before"
PYTHON
