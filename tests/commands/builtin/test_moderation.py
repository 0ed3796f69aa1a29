"""
Commands against a member of a room.
"""

import pytest
from logins import told
from shared_actions import den

pytestmark = pytest.mark.usefixtures("utc")


def test_a_user_who_does_not_operate_the_room_can_do_nothing() -> None:
    _, _, gast = den()
    lines = ("/kick alice", "/mute alice 1m", "/ban alice 1d", "/unban x", "/bans", "/audit")
    assert told(gast, *lines) == ["Only operators of #den may do that."] * 6


def test_a_mute_can_be_lifted() -> None:
    _, alice, gast = den()
    alice.types("/mute gast 10m")
    gast.reads()
    assert told(alice, "/unmute gast") == ["gast is no longer muted in #den."]
    assert gast.reads() == ["alice lifted your mute in #den."]
    gast.types("hello")
    assert alice.reads() == ["gast: hello"]


def test_unban_lets_in_again() -> None:
    _, alice, gast = den()
    alice.types("/ban gast 1d")
    gast.reads()
    assert told(alice, "/unban GAST") == ["gast is no longer banned from #den."]
    assert gast.reads() == ["alice lifted your ban from #den."]
    assert told(gast, "/join den") == ["You are in #den as gast with alice."]
    assert told(alice, "/bans") == ["There are no bans or mutes in #den."]


def test_what_is_done_in_a_room_is_listed_and_in_its_trail() -> None:
    _, alice, gast = den()
    assert told(alice, "/mute gast 1h loud")[0].startswith("You muted gast in #den for 1h, until ")
    assert told(alice, "/ban eve 1d")[0].startswith("You banned eve from #den for 1d, until ")
    assert [line.split(" by ")[0] for line in told(alice, "/bans")] == [
        "mute of gast",
        "ban of eve",
    ]
    told(alice, "/unmute gast", "/unban eve", "/kick gast bye")
    assert "You were kicked from #den by alice: bye" in gast.reads()
    deeds = [line.split(": ", 1)[1].split(" in ")[0] for line in told(alice, "/audit 5")]
    assert deeds == ["mute gast", "ban eve", "unmute gast", "unban eve", "kick gast"]
    assert told(gast, "/report alice she kicked me") == [
        "The next operator who comes will read your report."
    ]
