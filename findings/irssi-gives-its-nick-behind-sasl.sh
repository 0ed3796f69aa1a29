#!/usr/bin/env bash
#
# irssi 1.4.3 (Debian 12: irssi 1.4.3-2), set up for SASL EXTERNAL, tells the server what its user is
# called only when SASL is over:
#
#   CAP LS 302
#   JOIN :
#   CAP REQ :sasl
#   AUTHENTICATE EXTERNAL
#   AUTHENTICATE +
#   CAP END
#   NICK ada
#   USER ...
#
# Expected: NICK and USER right behind CAP LS, as IRCv3's examples of registration have them and
# other clients send them; or the name, which is set as sasl_username, in place of the empty answer.
# A server that finds the account of a certificate by the nick knows none when it must answer, and
# irssi disconnects when that answer is no.  (The JOIN without a channel is sent too early as well: by
# RFC 2812, section 3, nothing but registration comes before it is done.)
# Needs Debian 12 with its package lists up to date (`apt-get update`), python3, and the network for
# two packages.  Loopback only.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq irssi=1.4.3-2 libglib2.0-0
for package in *.deb; do dpkg-deb -x "$package" .; done

python3 - "$folder" <<'PYTHON'
import os
import pty
import re
import socket
import subprocess
import sys
from pathlib import Path

folder = Path(sys.argv[1])
server = socket.create_server(("127.0.0.1", 0))
server.settimeout(20)
home = folder / "home"
home.mkdir()
(home / "config").write_text(
    'chatnets = { n = { type = "IRC"; sasl_mechanism = "EXTERNAL"; sasl_username = "ada"; }; };\n'
    'servers = ({ address = "127.0.0.1"; chatnet = "n"; autoconnect = "yes";'
    f' port = "{server.getsockname()[1]}"; }});\n'
)
_, theirs = pty.openpty()
libraries = ":".join(str(each) for each in (folder / "usr/lib").glob("*-linux-gnu"))
irssi = subprocess.Popen(
    [folder / "usr/bin/irssi", f"--home={home}", "-n", "ada"],
    stdin=theirs, stdout=theirs, stderr=theirs,
    env={"TERM": "vt100", "LC_ALL": "C.UTF-8", "HOME": str(home), "LD_LIBRARY_PATH": libraries},
)
connection, _ = server.accept()
connection.settimeout(20)
ANSWERS = {
    "CAP LS": "CAP * LS :sasl=EXTERNAL", "CAP REQ": "CAP * ACK :sasl",
    "AUTHENTICATE EXTERNAL": "AUTHENTICATE +",
    "AUTHENTICATE +": "903 * :SASL authentication successful",
}
came = []
for line in connection.makefile("r", encoding="utf-8"):
    came.append(line.rstrip())
    print(came[-1])
    for begins, answer in ANSWERS.items():
        if came[-1].startswith(begins):
            connection.sendall(f":server {answer}\r\n".encode())
    if came[-1].startswith("USER "):
        break
irssi.kill()
irssi.wait()
order = [re.match(r"CAP \w+|AUTHENTICATE \S+|\w+", line)[0] for line in came]
assert order == [
    "CAP LS", "JOIN", "CAP REQ", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +", "CAP END", "NICK",
    "USER",
], order
PYTHON
