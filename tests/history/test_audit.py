"""
The audit trail: who did what to whom.
"""

import pytest
from attrs import evolve
from logins import come, told
from shared_actions import den, server
from stores import SlowStore

from twisted_chat.limits import Rate
from twisted_chat.testing import NO_LIMITS, Chat

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize("mode", ["/private on", "/members on"])
def test_a_user_who_makes_a_room_again_reads_none_of_its_earlier_audit_trail(mode: str) -> None:
    chat = Chat()
    bob, carol = come(chat, "bob"), come(chat, "carol")
    bob.types("/join attic", mode, "/keephistory off", "/ban gina 1d secret", "/disown")
    bob.types("/leave attic")
    assert told(carol, "/join attic", "/audit")[1:] == ["The audit trail is empty."]


def test_every_action_is_in_the_audit_trail() -> None:
    chat, alice, _ = den()
    alice.types(
        "/op gast", "/deop gast", "/slow 5s", "/mute gast 10m loud", "/unmute gast",
        "/kick gast", "/ban gast 1d spam", "/unban gast",
    )  # fmt: skip
    alice.types("/nick al")
    at = "2023-11-14 22:13"
    assert told(alice, "/audit") == [
        f"{at} alice: op gast in #den",
        f"{at} alice: deop gast in #den",
        f"{at} alice: slow 5s in #den",
        f"{at} alice: mute gast in #den until 2023-11-14 22:24: loud",
        f"{at} alice: unmute gast in #den",
        f"{at} alice: kick gast in #den",
        f"{at} alice: ban gast in #den until 2023-11-15 22:14: spam",
        f"{at} alice: unban gast in #den",
    ]
    alice.types("/disown")
    oscar = come(chat, "oscar", "operator")
    oscar.types("/announce tea")
    assert told(oscar, "/audit 2") == [
        f"{at} al (account alice): disown in #den",
        f"{at} oscar: announce: tea",
        "--- /more shows earlier lines ---",
    ]


def test_the_audit_trail_is_read_page_by_page() -> None:
    _, alice, _ = den()
    for number in range(60):
        alice.types(f"/kick gast {number}" if number % 60 == 0 else f"/slow {number}s")
    read = told(alice, "/audit 1000")
    assert len(read) == 51
    assert read[-1] == "--- /more shows earlier lines ---"
    read = told(alice, "/more", "/more")
    assert read[0] == "2023-11-14 22:13 alice: kick gast in #den: 0"
    assert len(read) == 11
    assert read[-1] == "There is nothing more to show. /history shows the latest lines."


def test_an_operator_of_the_server_reads_the_trail_of_one_room() -> None:
    chat, alice, gast = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join attic", "/slow 5s", "/announce tea")
    alice.types("/kick gast")
    assert told(oscar, "/audit 20 den") == ["2023-11-14 22:13 alice: kick gast in #den"]
    alice.types("/disown", "/leave den")
    assert len(told(oscar, "/audit 20 #den")) == 2
    assert told(gast, "/audit 20 attic") == ["Only operators of #attic may do that."]
    alice.types("/join vault", "/private on", "/slow 1s")
    assert told(oscar, "/audit 20 vault") == ["There is no room #vault. /rooms lists the rooms."]


def test_roles_and_what_is_done_to_other_peoples_lines_are_in_the_trail() -> None:
    chat, oscar, gast = server()
    come(chat, "bob")
    gast.types("rude", "ruder")
    oscar.types("/grant bob operator", "/revoke bob operator")
    said = [line.number for line in chat.hub.rooms["lobby"].timeline.recent]
    oscar.types(f"/delete {said[0]}", f"/delete {said[1]}", "oops", f"/delete {said[1] + 1}")
    at = "2023-11-14 22:13 oscar:"
    assert told(oscar, "/audit") == [
        f"{at} grant operator to bob",
        f"{at} revoke operator from bob",
        f"{at} delete line {said[0]} of gast in #lobby",
        f"{at} delete line {said[1]} of gast in #lobby",
    ]


def test_an_operator_reads_nothing_of_what_was_done_in_private() -> None:
    chat, alice, _ = den()
    oscar = come(chat, "oscar", "operator")
    alice.types("/slow 5s", "/private on", "/kick gast hush")
    assert told(oscar, "/audit") == ["The audit trail is empty."]
    alice.types("/private off", "/slow off")
    assert told(oscar, "/audit") == [
        "2023-11-14 22:13 alice: private off in #den",
        "2023-11-14 22:13 alice: slow off in #den",
    ]
    alice.types("/private on", "/disown", "/leave den")
    assert told(oscar, "/audit") == ["The audit trail is empty."]


def test_a_user_who_makes_a_room_again_does_not_read_what_was_done_in_private() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob")
    alice.types("/private on", "/keephistory off", "/kick gast hush", "/disown", "/leave den")
    bob.types("/join den")
    assert told(bob, "/audit") == ["The audit trail is empty."]


LIMITED = evolve(NO_LIMITS, rate=100.0, burst=1000.0, audit_rate=Rate(3, 60))
REFUSED = "You moderate too often, please wait 20 s."


@pytest.mark.parametrize(
    "deed",
    [
        *("/op gast", "/deop carol", "/voice gast", "/disown", "/private on", "/slow 9s"),
        *("/kick gast", "/mute gast 1h", "/unmute carol", "/ban gast 1h", "/delete 4"),
        *("/announce tea", "/serverkick gast", "/serverban gast 1h", "/grant carol operator"),
    ],
)
def test_nobody_fills_the_trail_whatever_they_do(deed: str) -> None:
    chat = Chat(limits=LIMITED)
    bob, carol, gast = (come(chat, nick) for nick in ("bob", "carol", "gast"))
    come(chat, "bob", "operator")
    for person in (bob, carol, gast):
        person.types("/join den")
    gast.types("hello")
    # Refusals cost nothing.
    bob.types("/op carol", "/mute carol 1h", "/slow 5s", *["/slow 5s"] * 5)
    before = told(bob, "/audit")
    assert told(bob, deed) == [REFUSED]
    assert told(bob, "/audit") == before
    chat.advance(20)
    assert REFUSED not in told(bob, deed)
    assert len(told(bob, "/audit")) == len(before) + 1


@pytest.mark.parametrize("nick", ["bob", "guest"])
def test_to_come_again_lifts_the_limit_of_the_trail_for_nobody(nick: str) -> None:
    chat = Chat(limits=LIMITED)
    person = come(chat, nick, host="192.0.2.1")
    person.types("/join attic", "/slow 1s", "/slow 2s", "/slow 3s", "/quit")
    person = come(chat, nick, host="192.0.2.1")
    person.types("/join attic2")
    assert told(person, "/slow 1s") == [REFUSED]
    other = come(chat, "alice", host="192.0.2.2")
    assert told(other, "/join cellar", "/slow 1s")[-1].startswith("[#cellar] *** alice turned")


def test_an_operator_whom_the_store_lags_behind_reads_no_more_than_they_may() -> None:
    store = SlowStore(is_slow=True, slow=("write",))
    store.is_slow = False
    chat = Chat(store=store)
    alice, oscar = come(chat, "alice"), come(chat, "oscar", "operator")
    alice.types("/join den", *(f"/slow {seconds}s" for seconds in range(1, 6)))
    oscar.types("/announce tea")
    assert len(told(oscar, "/audit")) == 6
    store.is_slow = True
    alice.types("/private on")
    chat.advance(1)
    assert told(oscar, "/audit 2")[-1] == "2023-11-14 22:13 oscar: announce: tea"
    assert not any("slow" in line for line in told(oscar, "/audit 5"))
