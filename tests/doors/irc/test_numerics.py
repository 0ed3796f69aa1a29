"""
Which numeric tells of which refusal.
"""

import re
from pathlib import Path

import pytest

from twisted_chat.doors.irc import numerics
from twisted_chat.doors.irc.numerics import numeric_of

ERRORS = (Path(__file__).parents[3] / "docs" / "errors.md").read_text("utf-8")
CODES = set(re.findall(r"^\| `([a-z-]+)` \|", ERRORS, re.MULTILINE))


@pytest.mark.parametrize(
    ("code", "facts", "verb", "subject", "found"),
    [
        ("nick-in-use", {"nick": "ada"}, "NICK", "ada", ("433", ["ada"])),
        ("no-such-user", {"nick": "ada"}, "PRIVMSG", "ada", ("401", ["ada"])),
        ("no-such-user", {"nick": ""}, "PRIVMSG", "", ("401", ["*"])),
        ("not-in-room", {"room": "Den"}, "PART", "#den", ("442", ["#den"])),
        ("not-in-room", {"room": "den"}, "PRIVMSG", "#den", ("404", ["#den"])),
        ("not-in-room", {"room": "den"}, "NOTICE", "#den", ("404", ["#den"])),
        ("members-only", {"room": "den"}, "JOIN", "#den", ("477", ["#den"])),
        ("banned", {"room": "den"}, "JOIN", "#den", ("474", ["#den"])),
        ("banned", {"room": "den"}, "PRIVMSG", "#den", ("404", ["#den"])),
        ("member-already", {"nick": "ada", "room": "den"}, "INVITE", "ada",
         ("443", ["ada", "#den"])),
        ("not-a-member", {"nick": "ada", "room": "den"}, "KICK", "#den", ("441", ["ada", "#den"])),
        ("name-too-long", {"what": "name"}, "NICK", "xxx", ("432", ["xxx"])),
        ("name-too-long", {"what": "room name"}, "JOIN", "#xxx", ("403", ["#xxx"])),
        ("name-not-ascii", {}, "JOIN", "#é", ("403", ["#é"])),
        ("name-empty", {"what": "room name"}, "JOIN", "#", ("403", ["#"])),
        ("no-such-room", {"room": ""}, "KICK", "bob", ("403", ["#"])),
        ("name-needs-letter", {}, "NICK", "1", ("432", ["1"])),
        ("too-many-rooms", {"most": 20}, "JOIN", "#den", ("405", ["#den"])),
        ("wrong-password", {"room": "den"}, "JOIN", "#den", ("475", ["#den"])),
        ("wrong-password", {}, "", "", ("464", [])),
        ("operators-only", {"room": "den"}, "KICK", "ada", ("482", ["#den"])),
        ("server-operators-only", {"room": "lobby"}, "KICK", "ada", ("482", ["#lobby"])),
        ("server-operators-only", {"room": ""}, "", "", ("481", [])),
        ("no-pins", {"room": "den"}, "PINS", "", None),
        ("login-ended", {}, "USER", "", ("464", [])),
        ("muted", {}, "PRIVMSG", "#den", ("404", ["#den"])),
        ("muted", {"room": ""}, "PRIVMSG", "bob", ("404", ["bob"])),
        ("banned", {"room": ""}, "PRIVMSG", "NickServ", ("404", ["NickServ"])),
        ("muted", {"room": "den"}, "NICK", "eve", ("447", [])),
        ("muted", {"room": ""}, "NICK", "eve", ("447", [])),
        # By a command, such as ME.
        ("muted", {}, "", "", None),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_numeric(code, facts, verb, subject, found):
    assert numeric_of(code, facts, verb, subject) == found


def test_every_code_in_the_tables_is_one_that_there_is():
    known = set(numerics._NUMERICS) | {code for _, code in numerics._BY_VERB}
    assert known <= CODES


def test_every_refusal_has_a_numeric_of_three_digits_or_none():
    for code in CODES:
        found = numeric_of(code, {"nick": "ada", "room": "den"}, "JOIN", "#den")
        assert found is None or re.fullmatch("[45][0-9]{2}", found[0])
