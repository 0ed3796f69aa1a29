"""
A bot that repeats what stands behind "echo ", and comes back when its connection is lost.

    python echo.py localhost 7343
"""

import json
import socket
import sys
import time
from contextlib import suppress

KEPT = {"token": "", "last": {}}  # With what it comes back.


def talk(connection):
    def ask(request, **members):
        message = json.dumps({"request": request, **members})
        connection.sendall(message.encode() + b"\n")

    ask("hello", **(KEPT if KEPT["token"] else {"name": "echo"}))
    for line in connection.makefile("rb"):
        told = json.loads(line)
        if told.get("error"):
            sys.exit(told["message"])
        KEPT["token"] = told.get("token", KEPT["token"])
        missed = [each["event"] for each in told.get("lines", ())]
        for said in [*missed, told]:
            if said.get("event") != "said":
                continue
            KEPT["last"][said["room"]] = said["number"]
            if said["text"].startswith("echo "):
                ask("say", room=said["room"], text=said["text"].removeprefix("echo "))


while True:
    with suppress(OSError):
        talk(socket.create_connection((sys.argv[1], int(sys.argv[2]))))
    time.sleep(1)
