"""
The page and the manual of the client: complete, and true where they can be tried.
"""

import re
import tomllib
from pathlib import Path

from attrs import fields

from twisted_chat.client import errors
from twisted_chat.client.config import Config, ServerConfig, read
from twisted_chat.client.options import COMMANDS, parser
from twisted_chat.client.show.alert import ALERTS
from twisted_chat.client.show.look import COLOURS, PARTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "client.md").read_text("utf-8")
MANUAL = (DOCS / "twisted-chat.1").read_text("utf-8").replace("\\-", "-")


def test_every_option_stands_on_the_page_and_in_the_manual() -> None:
    names = [name for action in parser()._actions for name in action.option_strings]
    assert len(names) > 10
    for name in names:
        assert re.search(rf"`{name}[ `]", PAGE), name
        assert re.search(rf"[ \"]{name}\b", MANUAL), name


def test_every_command_stands_on_the_page_and_in_the_manual() -> None:
    for name in COMMANDS:
        assert re.search(rf"`{name}[ `]", PAGE), name
        assert re.search(rf"^\.BR? .*\b{name}\b", MANUAL, re.MULTILINE), name


def test_every_exit_status_stands_on_the_page_and_in_the_manual() -> None:
    kinds = [errors.Refused, errors.UsageError, errors.NotConnected, errors.NotLoggedIn]
    assert [kind.status for kind in kinds] == [1, 2, 3, 4]
    for number in (errors.DONE, *(kind.status for kind in kinds)):
        assert f"\n| {number} | " in PAGE
        assert f"\n.B {number}\n" in MANUAL


def test_every_key_of_the_configuration_stands_on_the_page() -> None:
    own = {each.name for each in fields(Config)} - {"servers", "has_colours"}
    keys = own | {f"servers.NAME.{each.name}" for each in fields(ServerConfig)} | {"colours.PART"}
    table = PAGE.split("## Configuration")[1]
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*) \|$", table, re.MULTILINE))
    assert set(rows) == keys
    for value in ALERTS:
        assert f'`"{value}"`' in rows["alert"]
    for name in PARTS:
        assert f"`{name}`" in rows["colours.PART"]
    for name in COLOURS:
        assert f'`"{name}"`' in rows["colours.PART"]


def test_the_example_of_a_configuration_is_one() -> None:
    config = read(tomllib.loads(PAGE.split("```toml\n")[1].split("```")[0]))
    assert config.servers["work"].rooms == ("dev", "tea")
    assert config.alert == "both"
