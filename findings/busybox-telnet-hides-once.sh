#!/usr/bin/env bash
#
# BusyBox telnet 1.35.0 (Debian 12: busybox 1:1.35.0-4+deb12u1+b1) lets a server hide what is typed
# (IAC WILL ECHO, RFC 857) for one stretch of a connection only:
#
#   server sends      it answers        and shows what is typed
#   IAC WILL ECHO     IAC DO ECHO       no
#   IAC WONT ECHO     IAC DONT ECHO     yes
#   IAC WILL ECHO     IAC DONT ECHO     yes: every later secret is on the screen
#
# Expected: DO ECHO each time, as GNU's telnet answers.  A server that asks for two secrets in a row
# must not show what is typed between them.
# Needs Debian 12 with its package lists up to date (`apt-get update`), python3, and the network for
# one package.  Loopback only.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq busybox=1:1.35.0-4+deb12u1+b1
dpkg-deb -x busybox_*.deb .
busybox=$(echo ./bin/busybox ./usr/bin/busybox | tr ' ' '\n' | while read -r each; do if [[ -x $each ]]; then echo "$each"; fi; done | head -1)

python3 - "$busybox" <<'PYTHON'
import os
import pty
import select
import socket
import subprocess
import sys
import time

WILL, WONT, DO, DONT = b"\xff\xfb\x01", b"\xff\xfc\x01", b"\xff\xfd\x01", b"\xff\xfe\x01"

server = socket.create_server(("127.0.0.1", 0))
server.settimeout(10)
ours, theirs = pty.openpty()
telnet = subprocess.Popen(
    ["setsid", sys.argv[1], "telnet", "127.0.0.1", str(server.getsockname()[1])],
    stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "dumb", "LC_ALL": "C.UTF-8"},
)
connection, _ = server.accept()
came, shown = b"", b""


def wait(condition):
    global came, shown
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, (came, shown)
        for ready in select.select([connection, ours], [], [], 0.1)[0]:
            if ready is connection:
                came += connection.recv(4096)
            else:
                shown += os.read(ours, 4096)


for round_, (answer, is_shown) in enumerate([(DO, False), (DONT, True), (DONT, True)]):
    came = shown = b""
    prompt, typed = f"secret {round_}: ".encode(), f"typed{round_}".encode()
    connection.sendall(WILL + prompt)
    wait(lambda: prompt in shown and len(came) >= 3)
    assert came == answer, f"{came!r} came, not {answer!r} as seen before"
    os.write(ours, typed + b"\n")
    wait(lambda: typed in came)
    # What the server says behind it is shown last.
    connection.sendall(WONT + b"\r\nthanks\r\n")
    wait(lambda: b"thanks" in shown)
    print(f"WILL ECHO number {round_ + 1}: answered {answer.hex(' ')}, shown: {typed in shown}")
    assert (typed in shown) is is_shown
    if answer == DO:
        wait(lambda: came.endswith(DONT))
telnet.kill()
telnet.wait()
PYTHON
