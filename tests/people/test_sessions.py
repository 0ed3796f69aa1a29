"""
Sessions: connections counted, limited and logged.
"""

import pytest
from logins import come
from shared_actions import server
from shared_protocol import pass_time
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


def test_a_storm_of_a_banned_user_costs_one_line_of_log_a_minute() -> None:
    chat, oscar, _ = server()
    oscar.types("/serverban 198.51.100.7 1d")
    with capturedLogs() as logged:
        for _ in range(6):
            for _ in range(100):
                assert not chat.connect("198.51.100.7").is_connected
            chat.advance(10)
        chat.connect("198.51.100.7")
    assert [formatEvent(event) for event in logged] == [
        "Refused '198.51.100.7', who is banned",
        "Refused '198.51.100.7', who is banned (599 more like it suppressed)",
    ]


def test_a_storm_through_a_proxy_costs_one_line_of_log_a_minute_too() -> None:
    chat, oscar, _ = server()
    oscar.types("/serverban 198.51.100.7 1d")
    chat.factory.is_proxied = True
    with capturedLogs() as logged:
        for _ in range(100):
            person = chat.connect("198.51.100.7")
            person.sends(b"gast\n")
            assert not person.is_connected
    assert [formatEvent(event) for event in logged] == ["Refused '198.51.100.7', who is banned"]


def test_a_storm_of_a_banned_name_is_logged_once_and_others_at_its_address_each_time() -> None:
    chat = Chat(limits=Limits())
    oscar = come(chat, "oscar", "operator")
    oscar.types("/serverban gast 1d")
    with capturedLogs() as logged:
        for _ in range(6):
            for _ in range(100):
                person = chat.connect("198.51.100.7")
                if person.is_connected:
                    person.types("gast")
                assert not person.is_connected
            chat.advance(10)
        assert len(logged) == 3
        chat.connect("198.51.100.7").types("gast")
        chat.advance(300)
        chat.connect("198.51.100.7").hangs_up()
        chat.arrive("guest", "198.51.100.7").types("/quit")
    assert [formatEvent(event) for event in logged] == [
        "Connection 2 from '198.51.100.7'",
        "Refused 'gast', who is banned",
        "Connection 2 without a name closed: 'banned'",
        "Refused 'gast', who is banned (599 more like it suppressed)",
        "Connection 38 from '198.51.100.7'",
        "Connection 38 is 'guest'",
        "Connection 38 of 'guest' closed: 'quit'",
    ]


PROMPT = b"Enter your name: "


TOO_MANY = "Too many connections from your address, please try again later."


def test_when_the_server_is_full_one_is_told_so_and_can_come_later():
    chat = Chat(limits=Limits(max_clients=2, max_per_host=0))
    alice, _bob, carol = chat.connect(), chat.connect(), chat.connect()
    assert carol.receives() == b"The server is full, please try again later.\r\n"
    assert not carol.is_connected
    alice.hangs_up()
    assert chat.connect().receives() == PROMPT


def test_one_address_has_only_so_many_connections():
    chat = Chat(limits=Limits(max_per_host=3))
    people = [chat.connect("192.0.2.1") for _ in range(4)]
    assert [person.is_connected for person in people] == [True, True, True, False]
    assert people[3].reads() == [TOO_MANY]
    assert chat.connect("192.0.2.2").is_connected
    people[0].hangs_up()
    assert chat.connect("192.0.2.1").is_connected


def test_one_address_opens_connections_only_so_fast():
    chat = Chat(limits=Limits(max_per_host=3, host_rate=Rate(5, 50)))
    for _ in range(5):
        stranger = chat.connect("192.0.2.1")
        stranger.sends(b"\n")
        stranger.hangs_up()
    hasty = chat.connect("192.0.2.1")
    assert hasty.reads() == ["Too many new connections from your address, please wait 10 s."]
    assert not hasty.is_connected
    pass_time(chat, 10)
    assert chat.connect("192.0.2.1").is_connected


def test_who_waits_for_us_to_hang_up_gives_nothing_back():
    chat = Chat(limits=Limits(max_per_host=3, host_rate=Rate(2, 50_000), login_timeout=60.0))
    for _ in range(2):
        chat.connect("192.0.2.1")
    pass_time(chat, 61)
    assert not chat.hub.sessions
    assert not chat.connect("192.0.2.1").is_connected
