"""
The reference of the protocol: every example in it is run, in the order of the page.
"""

import json
import re
from pathlib import Path
from typing import Any

from shared_json import Bot, Programs

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
LINES = [
    line
    for block in re.findall(r"^```talk\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
#: Stands for any value, and for all that was told.
ANYTHING = "..."


def matches(found: Any, shown: Any) -> bool:
    """
    Return whether ``found`` is what the page shows.
    """
    if shown == ANYTHING:
        return True
    if isinstance(shown, dict) and isinstance(found, dict):
        return found.keys() == shown.keys() and all(
            matches(found[key], value) for key, value in shown.items()
        )
    if isinstance(shown, list) and isinstance(found, list):
        return len(found) == len(shown) and all(map(matches, found, shown))
    return bool(found == shown)


def test_every_example_is_what_happens() -> None:
    here, tokens = Programs(), dict[str, str]()
    bots: dict[str, Bot] = {}
    told: dict[str, list[Any]] = {}
    assert len(LINES) > 40
    for line in LINES:
        name, sign, text = re.fullmatch(r"(\w+)(> |< | is gone)(.*)", line).groups()  # type: ignore[union-attr]
        if sign == " is gone":
            assert told[name] == []
            bots.pop(name).transport.hang_up()
        elif sign == "> ":
            if name not in bots:
                bots[name] = here.connect()
            bot = bots[name]
            request = json.loads(text)
            if request.get("token") == ANYTHING:
                request["token"] = tokens[name]
            bot.sends(json.dumps(request).encode() + b"\n")
            for each, reader in bots.items():
                read = reader.reads()
                for found in read:
                    tokens[each] = found.get("token", tokens.get(each, ""))
                told[each] = told.get(each, []) + read
        elif text == ANYTHING:
            assert told[name]
            told[name].clear()
        else:
            found = told[name].pop(0)
            assert matches(found, json.loads(text)), f"{line}\n{json.dumps(found)}"
    assert not any(told.values())


def test_the_examples_show_every_request() -> None:
    shown = set(re.findall(r'"request": "(\w+)"', PAGE))
    made = PAGE.partition("## Requests")[2]
    listed = set(re.findall(r"^\| `(\w+)` \|", made.partition("## Events")[0], re.MULTILINE))
    assert {"hello", "say", "history", "bye"} <= shown <= listed
