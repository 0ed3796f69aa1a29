"""
Reports: what users tell the operators about other users.
"""

import pytest
from logins import come, told
from shared_actions import den, server
from twisted.internet.defer import fail

from twisted_chat.errors import ChatError
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


class FailingStore(MemoryStore):
    """
    A store whose disk has gone.
    """

    def audit(self, count, rooms, before=0, *, is_everywhere=False):
        return fail(StoreFailed("disk I/O error"))

    def reports(self, count, *, unread=False, before=0):
        return fail(StoreFailed("disk I/O error"))


def test_a_report_reaches_the_operators_who_are_here() -> None:
    chat, oscar, gast = server()
    chat.arrive("mallory")
    oscar.reads()
    gast.reads()
    assert told(gast, "/report mallory spams") == [
        "The operators who are here have read your report."
    ]
    assert oscar.reads() == ["*** gast reports mallory in #lobby: spams ***"]
    assert told(gast, "/report mallory again") == ["/report can be used again in 10 s."]
    assert told(oscar, "/reports") == ["2023-11-14 22:13 gast reports mallory in #lobby: spams"]
    chat.advance(10)
    assert told(gast, "/report gast me") == ["You cannot report yourself."]


def test_a_report_waits_for_the_next_operator_also_over_a_restart() -> None:
    store = MemoryStore()
    chat, alice, gast = den(store)
    alice.types("/private on")
    assert told(gast, "/report alice is mean") == [
        "The next operator who comes will read your report."
    ]
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    assert oscar.reads()[-2:] == [
        "*** Reports from while no operator was here: ***",
        "2023-11-14 22:13 gast reports alice: is mean",
    ]
    oscar.types("/quit")
    oscar = come(chat, "oscar")
    assert not any("reports" in line for line in oscar.reads())


def test_no_operator_reads_reports_about_themselves() -> None:
    chat, oscar, gast = server()
    carol = come(chat, "carol", "operator")
    oscar.types("/nick boss")
    carol.types("/report boss abuses his power", "/quit")
    assert told(gast, "/report boss abuses his power") == [
        "The next operator who comes will read your report."
    ]
    assert told(oscar, "/reports") == ["There are no reports."]
    assert chat.hub.reports.unread == 2
    report = "reports boss (account oscar) in #lobby: abuses his power"
    bob = come(chat, "bob", "operator")
    assert bob.reads()[-2:] == [
        f"2023-11-14 22:13 carol {report}",
        f"2023-11-14 22:13 gast {report}",
    ]
    assert chat.hub.reports.unread == 0


def test_an_operator_who_reports_does_not_count_as_having_read_the_report() -> None:
    chat, oscar, _ = server()
    assert told(oscar, "/report gast spams") == [
        "The next operator who comes will read your report."
    ]
    assert told(oscar, "/reports") == ["2023-11-14 22:13 oscar reports gast in #lobby: spams"]
    assert come(chat, "bob", "operator").reads()[-1].endswith("spams")


def test_a_user_who_has_just_left_can_be_reported() -> None:
    chat, oscar, gast = server()
    mallory = chat.arrive("mallory")
    mallory.types("buy pills", "/quit")
    oscar.reads()
    assert told(gast, "/report malory spams") == ["Nobody here is called malory."]
    chat.advance(10)
    gast.types("/report mallory spams")
    assert oscar.reads() == ["*** gast reports mallory in #lobby: spams ***"]


def test_what_was_not_shown_waits_on_and_more_shows_it() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    for number in range(45):
        mallory, gast = chat.arrive("mallory"), chat.arrive("gast")
        gast.types(f"/report mallory {number}", "/quit")
        mallory.types("/quit")
    oscar = come(chat, "oscar", "operator")
    assert [line.rpartition(" ")[2] for line in oscar.reads()[-21:-1]] == [
        str(number) for number in range(25, 45)
    ]
    assert chat.hub.reports.unread == 25
    read = told(oscar, "/more")
    assert read[-1] == "--- /more shows earlier lines ---"
    assert [line.rpartition(" ")[2] for line in read[:-1]] == [
        str(number) for number in range(5, 25)
    ]
    chat = Chat(store=store)
    oscar = come(chat, "oscar")
    assert len([line for line in oscar.reads() if " reports " in line]) == 5
    assert chat.hub.reports.unread == 0
    assert len(told(oscar, "/reports 1000")) == 45
    assert len(told(oscar, "/reports 30", "/more")) == 46


def test_what_cannot_be_read_is_told() -> None:
    _, oscar, _ = server(FailingStore())
    assert told(oscar, "/audit", "/reports") == [
        "The audit trail cannot be read now.",
        "The reports cannot be read now.",
    ]


def test_a_connection_without_a_name_is_asked_for_one_first() -> None:
    chat = Chat()
    nobody = chat.connect()
    session = nobody.protocol.session
    assert session is not None
    with pytest.raises(ChatError, match=r"^Please give your name first\.$"):
        chat.hub.reports.report(session, "alice", "spam")


def test_an_operator_is_not_shown_their_own_report_at_each_login() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    chat.arrive("mallory")
    oscar = come(chat, "oscar", "operator")
    assert told(oscar, "/report mallory spams") == [
        "The next operator who comes will read your report."
    ]
    for _ in range(2):
        oscar.types("/quit")
        oscar = come(chat, "oscar")
        assert not [line for line in oscar.reads() if "spams" in line]
    # They can still look, and the next one reads it.
    assert told(oscar, "/reports") == ["2023-11-14 22:13 oscar reports mallory in #lobby: spams"]
    carol = come(chat, "carol", "operator")
    assert any("oscar reports mallory" in line for line in carol.reads())
    oscar.types("/quit")
    assert not [line for line in come(chat, "oscar").reads() if "spams" in line]
