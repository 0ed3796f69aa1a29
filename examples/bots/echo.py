"""
A bot that repeats what stands behind "echo ", and comes back when its connection is lost.

    python echo.py localhost 7343
"""

import json
import socket
import sys
import time
from contextlib import suppress

KEPT = {}  # With what it comes back.


def talk(connection):
    def ask(request, label, **members):
        waiting.add(label)
        message = json.dumps({"request": request, "label": label, **members})
        connection.sendall(message.encode() + b"\n")

    waiting, seen, nick = set(), 0, ""
    ask("hello", "hello", **(KEPT or {"name": "echo"}))
    # A last line without an end was cut off.
    for line in filter(lambda line: line.endswith(b"\n"), connection.makefile("rb")):
        told = json.loads(line)
        if "error" in told and told.get("label") == "hello":
            sys.exit(told["message"])
        if told.get("event") == "hello":
            nick, KEPT["token"] = told["nick"], told["token"]
        missed = told["lines"] if told.get("kind") == "missed" else []
        for each in [told, *(line["event"] for line in missed)]:
            seen = max(seen, each.get("id", 0))
            text = each["text"] if each.get("event") == "said" and each["nick"] != nick else ""
            if text.startswith("echo "):
                ask("say", f"echo {each['id']}", room=each["room"], text=text[5:])
        if "error" in told or told["event"] == "done":
            waiting.discard(told.get("label"))
        if not waiting:  # What was asked for until then is told again, and done once.
            KEPT["seen"] = seen


while True:
    with suppress(OSError):
        talk(socket.create_connection((sys.argv[1], int(sys.argv[2]))))
    time.sleep(1)
