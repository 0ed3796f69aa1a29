"""
The reference of the protocol: every example in it is run, in the order of the page.
"""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from services import TOKEN, granting
from shared_json import Bot, Programs

from twisted_chat import Context, command
from twisted_chat.testing import Chat

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


@command
async def brew(ctx: Context) -> str:
    """Brew tea."""
    return f"{await ctx.choose('Which tea?', ['Assam', 'Sencha'])} it is."


def test_every_example_is_what_happens() -> None:
    plugin = ModuleType("plugin")
    vars(plugin)["brew"] = brew
    brew.__module__ = "plugin"
    here, tokens = Programs(Chat(plugin, options=granting())), dict[str, str]()
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
            if request.get("service") == ANYTHING:
                request["service"] = TOKEN
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
    shown = set(re.findall(r'> {"request": "(\w+)"', "\n".join(LINES)))
    made = PAGE.partition("## Requests")[2]
    listed = set(re.findall(r"^\| `(\w+)` \|", made.partition("## Arguments")[0], re.MULTILINE))
    assert "hello" in listed
    assert shown == listed


def test_no_row_speaks_python() -> None:
    made = PAGE.partition("## Requests")[2]
    assert re.findall(r"\b(?:None|True|False)\b|`[A-Z]\w*(?:\.\w+)?`", made) == []


@pytest.mark.parametrize(
    "row",
    [
        "| `cause` of `closed`, `cause` of `closes-soon` | `quit` `no-name` `idle` ",
        "| `kind` of `transcript` | `earlier` `history` `pins` `missed` `changed` ",
        "| `change` of `account-changed` | `registered` `password-changed` ",
        "| `members` of `who` | `nick` `is_away` `is_bot` |",
        "| `said` | `re` | ",
        "| `hello` | `seen` | ",
    ],
)
def test_the_values_of_codes_and_the_members_of_objects_are_listed(row: str) -> None:
    assert len([line for line in PAGE.splitlines() if line.startswith(row)]) == 1


@pytest.mark.parametrize("cause", ["kicked", "banned", "idle-timeout", "logged-out", "ghost"])
def test_the_causes_of_leaving_are_listed(cause: str) -> None:
    assert f"`{cause}`" in PAGE.partition("`cause` of `left` and `quit` is")[2]
