"""
The options of telnet: what a client is asked, what it may have, and that this ends.
"""

import pytest
from shared_telnet import (
    AO,
    ASKED,
    AYT,
    BINARY,
    BRK,
    CHARSET,
    DM,
    DO,
    DONT,
    EC,
    ECHO,
    EIGHT_BITS,
    IAC,
    IP,
    NAWS,
    NEW_ENVIRON,
    NOP,
    SB,
    SE,
    SGA,
    SUSP,
    TIMING_MARK,
    TSPEED,
    TTYPE,
    WILL,
    WONT,
    answers,
    made,
    subnegotiation,
    told,
)

from twisted_chat.doors.line.telnet.options import Window
from twisted_chat.testing import Chat


@pytest.mark.parametrize("option", [SGA, NAWS, CHARSET])
def test_useful_options_that_a_client_offers_are_accepted(option):
    replies = []
    made(replies.append).feed(bytes([IAC, WILL, option]))
    # For the window all are asked: then the offer is the answer.
    assert b"".join(replies).count(bytes([IAC, DO, option])) == 1


@pytest.mark.parametrize("option", [ECHO, TSPEED, NEW_ENVIRON, 34, 99, 255])
def test_useless_options_that_a_client_offers_are_refused(option):
    assert answers(bytes([IAC, WILL, option])) == bytes([IAC, DONT, option])


@pytest.mark.parametrize("option", [BINARY, CHARSET])
def test_the_server_agrees_to_send_eight_bits_and_utf_8(option):
    assert answers(bytes([IAC, DO, option])) == bytes([IAC, WILL, option])


@pytest.mark.parametrize("option", [ECHO, SGA, TTYPE, NAWS, 99, 255])
def test_the_server_leaves_echo_and_editing_to_the_client(option):
    assert answers(bytes([IAC, DO, option])) == bytes([IAC, WONT, option])


def test_an_option_is_agreed_to_once_and_can_be_taken_back():
    will, wont = bytes([IAC, WILL, SGA]), bytes([IAC, WONT, SGA])
    assert answers(will, will, will) == bytes([IAC, DO, SGA])
    assert answers(wont) == b""
    assert answers(will, wont, wont, will) == bytes([IAC, DO, SGA, IAC, DONT, SGA, IAC, DO, SGA])


def test_no_client_is_asked_what_terminal_it_has():
    assert answers(bytes([IAC, WILL, TTYPE])) == bytes([IAC, DONT, TTYPE])


@pytest.mark.parametrize(
    ("columns", "rows", "window"),
    [
        (80, 24, (80, 24)),
        (255, 255, (255, 255)),
        (0, 0, (80, 24)),
        (132, 0, (132, 24)),
        (1, 1, (20, 5)),
        (65535, 65535, (500, 300)),
        (19, 301, (20, 300)),
    ],
)
def test_a_window_has_a_size_that_one_can_work_with(columns, rows, window):
    size = columns.to_bytes(2, "big") + rows.to_bytes(2, "big")
    telnet, _, _ = told(subnegotiation(NAWS, size))
    assert telnet.options.window == Window(*window)


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\x50\0", b"\0\x50\0\x18\0", bytes(600)])
def test_a_window_of_another_length_is_no_window(payload):
    telnet, data, replies = told(subnegotiation(NAWS, payload))
    assert (telnet.options.window, data, replies) == (None, b"", b"")


@pytest.mark.parametrize(
    ("offer", "reply"),
    [
        (b"\1;UTF-8", b"\2UTF-8"),
        (b"\1 ISO-8859-1 utf-8 US-ASCII", b"\2utf-8"),
        (b"\1[TTABLE]\1;UTF-8;KOI8-R", b"\2UTF-8"),
        (b"\1;ISO-8859-1;UTF-16", b"\3"),
        (b"\1;", b"\3"),
        (b"\1", b"\3"),
        (b"\1[TTABLE]", b"\3"),
    ],
)
def test_utf_8_or_none_of_the_offered_charsets_is_accepted(offer, reply):
    assert answers(subnegotiation(CHARSET, offer)) == (
        bytes([IAC, SB, CHARSET]) + reply + bytes([IAC, SE])
    )


@pytest.mark.parametrize("payload", [b"\2UTF-8", b"\3", b"\7", b""])
def test_what_is_no_offer_of_charsets_is_not_answered(payload):
    assert answers(subnegotiation(CHARSET, payload)) == b""


def test_after_ctrl_c_the_client_gets_the_timing_mark_it_waits_for():
    ctrl_c = bytes([IAC, IP, IAC, DO, TIMING_MARK])
    assert answers(ctrl_c) == bytes([IAC, WILL, TIMING_MARK])
    assert answers(*[ctrl_c] * 1000) == bytes([IAC, WILL, TIMING_MARK]) * 1000


def test_a_timing_mark_is_answered_even_after_all_other_answers_are_used_up():
    flood = [bytes([IAC, DO, ECHO])] * 1000
    assert answers(*flood, bytes([IAC, DO, TIMING_MARK])).endswith(
        bytes([IAC, WONT, ECHO, IAC, WILL, TIMING_MARK])
    )


@pytest.mark.parametrize("command", [IP, AO, SUSP, BRK, AYT, NOP, EC])
def test_a_client_that_speaks_telnet_is_asked_once_for_all_eight_bits_and_its_width(command):
    replies = []
    telnet = made(replies.append)
    for _ in range(3):
        telnet.feed(bytes([IAC, command]))
    assert replies[0] == ASKED
    assert b"".join(replies).count(EIGHT_BITS) == 1
    telnet.feed(bytes([IAC, WILL, BINARY, IAC, WILL, NAWS]))
    assert b"".join(replies).count(ASKED) == 1
    replies.clear()
    # It may take that back.
    telnet.feed(bytes([IAC, WONT, BINARY]))
    assert replies == [bytes([IAC, DONT, BINARY])]


@pytest.mark.parametrize("offered", [33, 34])
def test_a_telnet_of_bsd_is_not_sent_eight_bits_for_it_would_draw_stairs(offered):
    opening = bytes([IAC, WILL, offered, IAC, DO, BINARY, IAC, WILL, BINARY])
    assert answers(opening) == bytes([IAC, DONT, offered, IAC, WONT, BINARY])


def test_a_client_that_refuses_eight_bits_is_not_answered():
    assert answers(bytes([IAC, NOP, IAC, WONT, BINARY])) == b""


# The first bytes of real clients, with what they are answered.
CLIENTS = {
    "PuTTY": (
        bytes([IAC, WILL, NAWS, IAC, WILL, TSPEED, IAC, WILL, TTYPE, IAC, WILL, NEW_ENVIRON])
        + bytes([IAC, DO, ECHO, IAC, WILL, SGA, IAC, DO, SGA]),
        bytes([IAC, DONT, TSPEED, IAC, DONT, TTYPE])
        + bytes([IAC, DONT, NEW_ENVIRON, IAC, WONT, ECHO, IAC, DO, SGA, IAC, WONT, SGA]),
    ),
    "a client that waits for BINARY": (
        bytes([IAC, WILL, BINARY, IAC, DO, BINARY]),
        # That is the answer to what it is asked.
        bytes([IAC, WILL, BINARY]),
    ),
    "a MUD client": (
        bytes([IAC, DO, 86, IAC, WILL, 201, IAC, DO, 70, IAC, WILL, CHARSET])
        + subnegotiation(CHARSET, b"\1;UTF-8"),
        bytes([IAC, WONT, 86, IAC, DONT, 201, IAC, WONT, 70, IAC, DO, CHARSET])
        + subnegotiation(CHARSET, b"\2UTF-8"),
    ),
    "Ctrl-C in telnet": (
        bytes([IAC, IP, IAC, DM, IAC, DO, TIMING_MARK]),
        bytes([IAC, WILL, TIMING_MARK]),
    ),
    "Ctrl-O and Ctrl-T in telnet": (
        bytes([IAC, AO, IAC, DO, TIMING_MARK, IAC, AYT]),
        bytes([IAC, WILL, TIMING_MARK]) + b"\r\n[Yes]\r\n",
    ),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_real_clients_find_their_way_in(name):
    opening, reply = CLIENTS[name]
    chat = Chat()
    bob, client = chat.arrive("bob"), chat.connect()
    assert client.receives() == b"Enter your name: "
    client.sends(opening)
    assert client.receives() == ASKED + reply
    client.sends(b"alice\r\0")
    client.sends(b"hello" + opening + b" there\r\n")
    assert bob.reads() == ["*** alice has joined #lobby ***", "alice: hello there"]


# -- hiding what is typed -------------------------------------------------------------------------


def test_hiding_and_showing_again_are_said_once_each():
    replies = []
    telnet = made(replies.append)
    assert telnet.options.show_typing() == b""
    assert telnet.options.hide_typing() == EIGHT_BITS + bytes([IAC, WILL, ECHO])
    assert telnet.options.hide_typing() == b""
    assert telnet.options.show_typing() == bytes([IAC, WONT, ECHO])
    assert telnet.options.show_typing() == b""
    assert telnet.options.hide_typing() == bytes([IAC, WILL, ECHO])
    assert replies == []


@pytest.mark.parametrize(
    ("heard", "hides"),
    [
        (b"", False),
        (bytes([IAC, DO, ECHO]), True),
        (bytes([IAC, DONT, ECHO]), False),
        (bytes([IAC, DO, ECHO, IAC, DO, ECHO]), True),
        (bytes([IAC, DO, ECHO, IAC, DONT, ECHO]), False),
        (bytes([IAC, WILL, ECHO]), False),
    ],
)
def test_whether_a_client_hides_is_what_it_said_last(heard, hides):
    telnet = made()
    telnet.options.hide_typing()
    telnet.feed(heard)
    assert telnet.options.hides_typing is hides


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        ([DO], 0),
        ([DONT], 1),
        ([DO, DONT], 1),
        # As BusyBox does, which hides one secret of a connection: the second DONT is for that.
        ([DO, None, DONT, "again", DONT], 1),
        # As GNU's does.
        ([DO, None, DONT, "again", DO], 0),
        # The answers may come late, to one that refuses, or is willing.
        ([None, "again", DO, DONT, DO], 0),
        ([None, "again", DO, DONT, DONT], 1),
        ([None, "again", DONT, DONT], 1),
        ([DO, None, DONT, DONT], 0),
    ],
)
def test_that_a_client_goes_on_to_show_is_noticed(heard, shown):
    noticed = []
    telnet = made(on_shown=lambda: noticed.append(True))
    telnet.options.hide_typing()
    for word in heard:
        if word is None:
            telnet.options.show_typing()
        elif word == "again":
            telnet.options.hide_typing()
        else:
            telnet.feed(bytes([IAC, word, ECHO]))
    assert len(noticed) == shown
    assert telnet.options.hides_typing is (heard[-1] == DO)


def test_a_client_that_answers_nothing_is_offered_echo_each_time():
    telnet = made()
    for _ in range(1000):
        assert telnet.options.hide_typing().endswith(bytes([IAC, WILL, ECHO]))
        assert telnet.options.show_typing() == bytes([IAC, WONT, ECHO])
    telnet.options.hide_typing()
    for _ in range(2000):
        telnet.options.negotiate(DONT, ECHO)
    assert not telnet.options.hides_typing


def test_hidden_again_at_once_a_client_that_agrees_late_hides():
    replies = []
    telnet = made(replies.append)
    telnet.options.hide_typing()
    telnet.options.show_typing()
    telnet.options.hide_typing()
    telnet.feed(bytes([IAC, DO, ECHO, IAC, DONT, ECHO, IAC, DO, ECHO]))
    assert telnet.options.hides_typing
    # Now that it speaks telnet, it is asked for its width.
    assert replies == [bytes([IAC, DO, NAWS])]


# -- floods and loops ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "option"),
    [(DO, ECHO), (DO, BINARY), (DONT, ECHO), (WILL, SGA), (WILL, 200), (WONT, NAWS)],
)
def test_a_flood_of_one_request_is_answered_in_bounds(command, option):
    flood = bytes([IAC, command, option]) * 100_000
    assert len(answers(flood)) <= 64 * 3


def test_a_flood_that_turns_an_option_on_and_off_is_answered_in_bounds():
    flood = bytes([IAC, WILL, NAWS, IAC, WONT, NAWS, IAC, AYT]) * 30_000
    reply = answers(flood)
    assert len(reply) <= 64 * 9
    assert len(reply) <= len(flood)


def test_a_flood_that_goes_through_all_options_is_answered_in_bounds():
    requests = [
        bytes([IAC, command, option])
        for option in range(256)
        for command in (DO, WILL, DONT, WONT)
        if (command, option) != (DO, TIMING_MARK)
    ]
    assert len(answers(b"".join(requests) * 100)) <= 64 * 9


def test_a_flood_of_timing_marks_comes_back_no_larger_than_it_was():
    flood = bytes([IAC, DO, TIMING_MARK]) * 100_000
    assert len(answers(flood)) == len(flood)


def test_a_client_that_reads_no_answers_to_its_flood_is_cut():
    chat = Chat()
    client = chat.connect()
    client.transport.producer.pauseProducing()
    client.sends(bytes([IAC, DO, TIMING_MARK]) * 100_000)
    assert not client.is_connected


REACTIONS = {
    "agrees to all": {DO: WILL, DONT: WONT, WILL: DO, WONT: DONT},
    "refuses all": {DO: WONT, DONT: WONT, WILL: DONT, WONT: DONT},
    "insists on what it wanted": {DO: WILL, DONT: WILL, WILL: DO, WONT: DO},
}


@pytest.mark.parametrize("manner", REACTIONS)
def test_no_client_is_negotiated_with_for_ever(manner):
    most = 64 if manner.startswith("insists") else 4
    for command in (DO, DONT, WILL, WONT):
        for option in (BINARY, ECHO, SGA, TTYPE, NAWS, 99):
            replies = []
            telnet = made(replies.append)
            telnet.feed(bytes([IAC, command, option]))
            rounds = 0
            while replies:
                rounds += 1
                assert rounds <= most, (command, option)
                heard, replies[:] = b"".join(replies), []
                for at in range(0, len(heard), 3):
                    if heard[at + 1] in REACTIONS[manner]:
                        reaction = REACTIONS[manner][heard[at + 1]]
                        telnet.feed(bytes([IAC, reaction, heard[at + 2]]))
