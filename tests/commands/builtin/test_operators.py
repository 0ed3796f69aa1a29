"""
Commands of the server's operators.
"""

from pathlib import Path

import pytest
from logins import come, told
from shared_actions import den, server

from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


def test_a_kick_off_the_server_closes_every_connection() -> None:
    chat, oscar, gast = server()
    assert told(oscar, "/serverkick gast spam") == [
        "*** gast has left #lobby (kicked by oscar: spam) ***",
        "You kicked gast from this server.",
    ]
    assert gast.reads()[-1] == "You were kicked from this server by oscar: spam"
    assert not gast.is_connected
    assert chat.arrive("gast").is_connected


def test_only_operators_of_the_server_do_something_on_all_of_it() -> None:
    _, alice, gast = den()
    lines = {
        "announce": "x", "reports": "", "serverkick": "alice", "servermute": "alice 1m",
        "serverban": "alice 1d", "serverbans": "", "serverunban": "x", "serverunmute": "x",
        "wallops": "x",
    }  # fmt: skip
    for name, words in lines.items():
        assert told(gast, f"/{name} {words}") == [f"Only operators of the server may use /{name}."]
    assert alice.reads() == []


def test_operators_of_the_server_see_where_a_user_comes_from() -> None:
    _, oscar, gast = server()
    assert told(oscar, "/whois gast")[-1] == "gast comes from 192.0.2.2."
    (_, who) = told(gast, "/whois oscar")
    assert who == "oscar is an operator of the server."


def test_operators_tell_each_other_something_that_nobody_else_reads() -> None:
    chat, oscar, gast = server()
    other = come(chat, "alice", "operator")
    gast.reads()
    assert told(oscar, "/wallops disk is full") == [
        "*** oscar tells the operators: disk is full ***"
    ]
    assert other.reads()[-1] == "*** oscar tells the operators: disk is full ***"
    assert gast.reads() == []


def test_an_announcement_reaches_everybody_once() -> None:
    chat, oscar, gast = server()
    gast.types("/join attic")
    alone = chat.arrive("alone")
    alone.types("/leave")
    for person in (oscar, gast, alone):
        person.reads()
    oscar.types("/announce tea at four")
    for person in (oscar, gast, alone):
        assert person.reads() == ["*** oscar announces: tea at four ***"]


def test_a_mute_and_a_ban_of_the_server_are_listed_and_lifted() -> None:
    _, oscar, gast = server()
    assert told(oscar, "/servermute gast 1h loud")[0].startswith(
        "You muted gast on this server for 1h"
    )
    assert told(oscar, "/serverban 192.0.2.99 1d")[0].startswith(
        "You banned 192.0.2.99 from this server for 1d"
    )
    assert [line.split(" by ")[0] for line in told(oscar, "/serverbans")] == [
        "mute of gast",
        "ban of 192.0.2.99",
    ]
    assert told(oscar, "/serverunmute gast", "/serverunban 192.0.2.99", "/serverbans") == [
        "gast is no longer muted on this server.",
        "192.0.2.99 is no longer banned from this server.",
        "There are no bans or mutes on this server.",
    ]
    gast.types("/report oscar he muted me")
    assert told(oscar, "/reports") == ["There are no reports."]


def test_an_operator_makes_lists_and_ends_an_invitation_code() -> None:
    _, oscar, _ = server()
    assert told(oscar, "/invite-code list") == [
        "There are no invitation codes. /invite-code makes one."
    ]
    assert told(oscar, "/invite-code")[0].startswith("The invitation code is ")
    told(oscar, "/invite-code make 3 2h")
    rows = told(oscar, "/invite-code list")
    assert sorted(row.rpartition(", ")[2] for row in rows) == [
        "used 0 of 1 times",
        "used 0 of 3 times",
    ]
    assert told(oscar, "/invite-code revoke", "/invite-code revoke 2") == [
        "/invite-code revoke needs the number of a code; /invite-code list numbers them.",
        "The invitation code 2 is good no more.",
    ]


def test_an_operator_switches_a_plugin_off_and_on_and_loads_it_again(tmp_path: Path) -> None:
    file = tmp_path / "tea.py"
    file.write_text("")
    chat = Chat(str(file))
    oscar = come(chat, "oscar", "operator")
    assert told(oscar, "/plugin off tea", "/plugin reload tea", "/plugin on tea") == [
        "The plugin tea is off until /plugin on, or the next start.",
        "The plugin tea is off; /plugin on tea loads it.",
        "The plugin tea is on.",
    ]
    assert told(oscar, "/plugin reload tea", "/plugins") == ["The plugin tea is on.", "tea: on"]
