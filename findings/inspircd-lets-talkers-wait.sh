#!/usr/bin/env bash
#
# InspIRCd 3.15.0 (Debian 12: inspircd 3.15.0-1) leaves Nagle's algorithm on, so that users who talk
# read each other later than users who only listen.
#
# Ten users say a line every 3 ms in turn for two seconds, another one listens.  Seen on loopback:
#
#   median wait of a line, at a user who talks:       15 ms
#   median wait of the same lines, at who listens:     0.1 ms
#
# Expected: the same for both, as the server writes to all of them at the same time.
# The kernel holds a small write back while the one before it is not acknowledged (RFC 9293, section
# 3.7.4), and acknowledges late where data is sent in both directions, as it hopes to send the
# acknowledgement along (RFC 9293, section 3.8.6.3).  Who compares a server that sets TCP_NODELAY
# with it compares some twenty times as many packets: the held lines go out together, which makes a
# line cheaper and later.
# Needs Debian 12 with its package lists up to date (`apt-get update`), python3, and the network for
# one package.  Loopback only.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq inspircd=3.15.0-1
for package in *.deb; do dpkg-deb -x "$package" .; done

python3 - "$folder" <<'PYTHON'
import os
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

folder = Path(sys.argv[1])
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
(folder / "motd").write_text("hello\n")
(folder / "inspircd.conf").write_text(f"""
<server name="irc.example" description="d" network="N" id="001">
<admin name="a" nick="a" email="a@irc.example">
<bind address="127.0.0.1" port="{port}" type="clients">
<power diepass="" restartpass="">
<connect allow="*" resolvehostnames="no" useident="no" fakelag="no" threshold="1000000"
         commandrate="1000000" localmax="20" globalmax="20" hardsendq="16M" softsendq="8M" recvq="1M"
         maxchans="10">
<files motd="{folder}/motd">
<log method="file" type="*" level="default" target="{folder}/log">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}"
      moduledir="{folder}/usr/lib/inspircd/modules">
""")
root = ["--runasroot"] if os.geteuid() == 0 else []
server = subprocess.Popen(
    [folder / "usr/sbin/inspircd", "--nofork", "--nopid", *root,
     "--config", folder / "inspircd.conf"],
    stdout=subprocess.DEVNULL,
)


def come(nick: str) -> socket.socket:
    for _ in range(100):
        try:
            user = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    else:
        sys.exit("inspircd did not start")
    user.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    user.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
    for ending, next_line in ((b" 376 ", b"JOIN #a\r\n"), (b" 366 ", b"")):
        told = b""
        while ending not in told:
            told += user.recv(65536) or sys.exit("inspircd let nobody in")
        user.sendall(next_line)
    user.setblocking(False)
    return user


try:
    *talkers, eve = users = [come(f"user{number}") for number in range(11)]
    selector = selectors.DefaultSelector()
    for user in users:
        selector.register(user, selectors.EVENT_READ)
    said: dict[int, float] = {}
    waits: dict[str, list[float]] = {"talks": [], "listens": []}
    rest = dict.fromkeys(users, b"")

    def read(until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                now, user = time.monotonic(), key.fileobj
                *lines, rest[user] = (rest[user] + user.recv(65536)).split(b"\r\n")
                for line in lines:
                    if b" PRIVMSG #a :" in line:
                        number = int(line.rpartition(b":")[2])
                        waits["listens" if user is eve else "talks"].append(now - said[number])

    begin = time.monotonic()
    for number in range(667):
        read(begin + number * 0.003)
        said[number] = time.monotonic()
        talkers[number % 10].sendall(b"PRIVMSG #a :%d\r\n" % number)
    read(time.monotonic() + 0.5)
    found = {who: median(times) * 1000 for who, times in waits.items()}
    print({who: f"{ms:.1f} ms" for who, ms in found.items()}, {w: len(t) for w, t in waits.items()})
    if len(waits["talks"]) != 667 * 9 or len(waits["listens"]) != 667:
        sys.exit("not everything arrived")
    if not found["talks"] > 5 * found["listens"]:
        sys.exit("it has changed: users who talk do not wait longer")
finally:
    server.kill()
    server.wait()
PYTHON
