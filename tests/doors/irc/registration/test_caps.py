"""
Which capabilities are offered, and what a request for them does.
"""

import pytest

from twisted_chat.doors.irc.registration.caps import OFFERED, READ_BY, Capabilities, offered


def test_all_are_offered_with_their_values_from_version_302_on():
    *earlier, line = Capabilities().offer("302")
    assert all(each[:2] == ("LS", "*") for each in earlier)
    assert line[0] == "LS"
    assert [word for each in (*earlier, line) for word in each[-1].split()] == [
        f"{name}={value}" if value else name for name, value in OFFERED.items()
    ]
    (old,) = Capabilities().offer("")
    assert old[1].split() == list(OFFERED)


@pytest.mark.parametrize("version", ["", "301", "nonsense", "-302", "9999999", "²"])
def test_without_that_version_no_values_are_told(version):
    (line,) = Capabilities().offer(version)
    assert "=" not in line[1]


def test_a_version_is_not_taken_back():
    caps = Capabilities()
    list(caps.offer("302"))
    assert "sasl=PLAIN" in " ".join(next(iter(caps.offer(""))))
    assert list(caps.list_enabled()) == [("LIST", "cap-notify")]


def test_a_request_is_granted_as_a_whole_or_not_at_all():
    caps = Capabilities()
    assert not caps.request(["server-time", "no-such-cap"])
    assert list(caps.list_enabled()) == [("LIST", "")]
    assert caps.request(["server-time", "message-tags", "multi-prefix"])
    assert caps.read_by == {"server-time", "message-tags"}
    assert caps.request(["-server-time", "-echo-message"])
    assert list(caps.list_enabled()) == [("LIST", "message-tags multi-prefix")]


def test_changes_are_always_told_to_a_client_of_version_302():
    caps = Capabilities()
    list(caps.offer("302"))
    assert not caps.request(["-cap-notify"])


def test_a_long_list_comes_in_several_messages():
    caps = Capabilities()
    list(caps.offer("302"))
    names = [f"example.org/capability-{number:02}" for number in range(40)]
    caps.enabled.update(dict.fromkeys(names))
    *earlier, last = caps.list_enabled()
    assert [line[:2] for line in earlier] == [("LIST", "*")] * 2
    words = [word for line in (*earlier, last) for word in line[-1].split()]
    assert words == ["cap-notify", *names]
    assert all(len(line[-1]) <= 400 for line in (*earlier, last))


def test_what_makes_a_difference_is_offered():
    assert OFFERED.keys() > READ_BY


def test_all_fit_into_the_one_message_of_an_old_client():
    (line,) = Capabilities().offer("")
    # The beginning is such as ":chat.of.the.tea.example CAP aNickOf24CharactersInAll LS :".
    assert len(line[-1]) < 512 - 2 - 60


def test_what_is_offered_may_differ_by_connection():
    caps = Capabilities()
    caps.offered = OFFERED | {"sasl": "PLAIN,EXTERNAL", "sts": "duration=1"}
    words = " ".join(line[-1] for line in caps.offer("302")).split()
    assert {"sasl=PLAIN,EXTERNAL", "sts=duration=1"} <= {*words}
    assert not caps.request(["sts"])
    assert not caps.request(["sasl", "sts"])
    assert list(caps.list_enabled()) == [("LIST", "cap-notify")]


def test_all_who_come_in_one_way_are_offered_one_table() -> None:
    plain = offered(("PLAIN",))
    assert offered(("PLAIN",)) is plain
    assert (plain["sasl"], plain["batch"], "sts" in plain) == ("PLAIN", "", False)
    encrypted = offered(("PLAIN", "EXTERNAL"), "duration=60")
    assert (encrypted["sasl"], encrypted["sts"]) == ("PLAIN,EXTERNAL", "duration=60")
