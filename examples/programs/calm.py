#!/usr/bin/env python3
"""
A filter in Python, without Twisted: who shouts is calmed, and who comes is welcomed.

    [plugins.calm]
    run = ["python3", "examples/programs/calm.py"]
    rights = ["commands", "filter", "hear", "say"]
"""

import json
import sys

calmed = 0


def ask(request, **members):
    print(json.dumps({"request": request, **members}), flush=True)


ask(
    "register",
    version="1.0",
    commands=[{"name": "calmed", "help": "Tell how many lines were calmed."}],
    filters=["said", "edited"],
    hears=["joined"],
)
for line in sys.stdin:
    told = json.loads(line)
    match told.get("event"):
        case "check":
            text = told["line"]["text"]
            if "SPAM" in text:
                ask("verdict", check=told["check"], refusal="Not that word, please.")
            elif len(text) > 3 and text.isupper():
                calmed += 1
                ask("verdict", check=told["check"], text=text.capitalize())
            else:
                ask("verdict", check=told["check"])
        case "joined":
            ask("say", room=told["room"], text=f"Welcome, {told['nick']}.")
        case "call":
            ask("answer", call=told["call"], text=f"{calmed} lines were calmed.")
        case "closed":
            break
    if "error" in told:
        print(told["message"], file=sys.stderr)
