"""
The commands that every server has: what they do, what they refuse, and in which words.
"""

import pytest
from shared_builtin import answer, answers, pair

from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


# -- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem", "usage"),
    [
        ("/join", "/join needs a room.", "/join room"),
        ("/join a b", "/join does not take so many words.", "/join room"),
        ("/leave a b", "/leave does not take so many words.", "/leave [room]"),
        ("/leave lobby now", "/leave does not take so many words.", "/leave [room]"),
        ("/rooms all", "/rooms does not take so many words.", "/rooms"),
        ("/who x y", "/who does not take so many words.", "/who [room]"),
        ("/who lobby now", "/who does not take so many words.", "/who [room]"),
        ("/whois", "/whois needs a nick.", "/whois nick"),
        ("/whois bob now", "/whois does not take so many words.", "/whois nick"),
        ("/nick", "/nick needs a name.", "/nick name"),
        ("/nick al pacino", "/nick does not take so many words.", "/nick name"),
        ("/msg", "/msg needs a nick.", "/msg nick text"),
        ("/msg bob", "/msg needs a text.", "/msg nick text"),
        ("@bob:", "/msg needs a text.", "/msg nick text"),
        ("/reply", "/reply needs a text.", "/reply text"),
        ("/me", "/me needs an action.", "/me action"),
        ("/say", "/say needs a text.", "/say text"),
        ("/back now", "/back does not take so many words.", "/back"),
        ("/ignore", "/ignore needs a nick.", "/ignore nick"),
        ("/ignore bob now", "/ignore does not take so many words.", "/ignore nick"),
        ("/unignore", "/unignore needs a nick.", "/unignore nick"),
        ("/unignore bob now", "/unignore does not take so many words.", "/unignore nick"),
        ("/invite", "/invite needs a nick.", "/invite nick"),
        ("/invite bob now", "/invite does not take so many words.", "/invite nick"),
        ("/color", "/color needs on or off.", "/color on|off"),
        ("/color red", 'setting must be on or off, not "red".', "/color on|off"),
        ("/time", "/time needs on or off.", "/time on|off"),
        ("/time 12", 'setting must be on or off, not "12".', "/time on|off"),
        ("/bell", "/bell needs on or off.", "/bell on|off"),
        ("/bell on now", "/bell does not take so many words.", "/bell on|off"),
        ("/stats all", "/stats does not take so many words.", "/stats"),
        ("/rooms all now", "/rooms does not take so many words.", "/rooms"),
    ],
)
def test_what_was_typed_wrong_is_named_with_the_usage(line: str, problem: str, usage: str) -> None:
    alice, bob = pair()
    alice.types(line)
    assert alice.reads() == [problem, f"Usage: {usage}"]
    assert bob.reads() == []


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("jion", "join"),
        ("leav", "leave"),
        ("roms", "rooms"),
        ("hwo", "who"),
        ("whoi", "whois"),
        ("nik", "nick"),
        ("mgs", "msg"),
        ("reply!", "reply"),
        ("topci", "topic"),
        ("awya", "away"),
        ("bakc", "back"),
        ("ignroe", "ignore"),
        ("unignroe", "unignore"),
        ("invit", "invite"),
        ("colr", "color"),
        ("tiem", "time"),
        ("blel", "bell"),
        ("stast", "stats"),
        ("hlep", "help"),
        ("qiut", "quit"),
    ],
)
def test_a_typo_is_told_what_may_have_been_meant(typo: str, meant: str) -> None:
    assert answer(f"/{typo} bob") == f"No such command: /{typo}. Did you mean /{meant}?"


@pytest.mark.parametrize(
    ("alias", "line", "first"),
    [
        ("j", "/j attic", "You are in #attic as alice. Nobody else is here yet."),
        ("l", "/l", "You have left #lobby."),
        ("part", "/part", "You have left #lobby."),
        ("list", "/list", "#lobby: 2 people"),
        ("channels", "/channels", "#lobby: 2 people"),
        ("w", "/w", "In #lobby: alice, bob."),
        ("names", "/names", "In #lobby: alice, bob."),
        ("users", "/users lobby", "In #lobby: alice, bob."),
        ("wi", "/wi bob", "bob is in #lobby, here since 22:13 (0s), idle for 0s."),
        ("n", "/n al", "You are now known as al."),
        ("name", "/name al", "You are now known as al."),
        ("m", "/m bob psst", "[you -> bob] psst"),
        ("tell", "/tell bob psst", "[you -> bob] psst"),
        ("query", "/query bob psst", "[you -> bob] psst"),
        (
            "r",
            "/r psst",
            "Nobody has written to you since you came in. /msg nick text sends a message.",
        ),
        ("t", "/t", "#lobby has no topic."),
        ("i", "/i bob", "bob is in #lobby already."),
        ("colour", "/colour on", "Colours are on."),
        ("h", "/h stats", "/stats"),
        ("?", "/? stats", "/stats"),
        ("commands", "/commands stats", "/stats"),
        ("q", "/q", "Goodbye, alice."),
        ("exit", "/exit", "Goodbye, alice."),
        ("bye", "/bye", "Goodbye, alice."),
    ],
)
def test_an_alias_does_the_same(alias: str, line: str, first: str) -> None:
    assert answers(line)[0] == first
    assert any(alias in command.aliases for command in Chat().dispatcher.commands)


def test_every_alias_is_tested_above() -> None:
    aliases = [alias for command in Chat().dispatcher.commands for alias in command.aliases]
    tested = test_an_alias_does_the_same.pytestmark[0].args[1]
    assert sorted(aliases) == sorted(alias for alias, _, _ in tested)


# -- rooms ----------------------------------------------------------------------------------------


# -- people ---------------------------------------------------------------------------------------


# -- talk -----------------------------------------------------------------------------------------


# -- reading --------------------------------------------------------------------------------------


# -- the server -----------------------------------------------------------------------------------
