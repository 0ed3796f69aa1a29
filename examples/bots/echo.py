"""
A bot that repeats what stands behind "echo ", and comes back when its connection is lost.

It goes on where it was when it is started again after a crash; on SIGINT and SIGTERM it leaves.

    python echo.py localhost 7343 echo.kept
"""

import json
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

HOST, PORT, FILE = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])  # In it is what it keeps.
KEPT = json.loads(FILE.read_text()) if FILE.exists() else {}  # With what it comes back.


def keep(**members):
    KEPT.update(members)
    new = FILE.with_name(f"{FILE.name}.new")
    new.touch(0o600)  # The token is worth a password.
    new.write_text(json.dumps(KEPT))
    new.replace(FILE)


def talk(connection):
    def ask(request, label, **members):
        waiting.add(label)
        message = json.dumps({"request": request, "label": label, **members})
        connection.sendall(message.encode() + b"\n")

    waiting, seen, nick = set(), KEPT.get("seen", 0), ""
    ask("hello", "hello", **(KEPT or {"name": "echo"}))
    # A last line without an end was cut off.
    for line in filter(lambda line: line.endswith(b"\n"), connection.makefile("rb")):
        told = json.loads(line)
        if "error" in told and told.get("label") == "hello":
            if told["error"] != "unknown-token":
                sys.exit(told["message"])
            KEPT.clear()  # It was away for too long, and comes by its name.
            ask("hello", "hello", name="echo")
            continue
        if told.get("event") == "hello":
            nick = told["nick"]
            keep(token=told["token"])
        missed = told["lines"] if told.get("kind") == "missed" else []
        for each in [told, *(line["event"] for line in missed)]:
            seen = max(seen, each.get("id", 0))
            text = each["text"] if each.get("event") == "said" and each["nick"] != nick else ""
            if text.startswith("echo "):
                ask("say", f"echo {each['id']}", room=each["room"], text=text[5:])
        if "error" in told or told["event"] == "done":
            waiting.discard(told.get("label"))
        if not waiting and seen > KEPT.get("seen", 0):
            keep(seen=seen)  # What was asked for until then is told again, and done once.


signal.signal(signal.SIGTERM, signal.default_int_handler)
connection = socket.socket()
try:
    while True:
        with suppress(OSError):
            connection = socket.create_connection((HOST, PORT))
            talk(connection)
        time.sleep(1)
except KeyboardInterrupt:
    with suppress(OSError):
        connection.sendall(b'\n{"request": "bye"}\n')  # It may have been within a line.
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
        FILE.unlink()
