from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.doors.line.telnet import TelnetFilter, Window
from twisted_chat.testing import Chat

# RFC 854, page 14, and the options by their numbers with IANA.
SE, NOP, DM, BRK, IP, AO, AYT, EC, EL, GA, SB = range(240, 251)
SUSP = 237
WILL, WONT, DO, DONT, IAC = range(251, 256)
BINARY, ECHO, SGA, TIMING_MARK, TTYPE, NAWS, TSPEED, NEW_ENVIRON, CHARSET = (
    0, 1, 3, 6, 24, 31, 32, 39, 42,
)  # fmt: skip


# What each client that speaks telnet is asked at once.
EIGHT_BITS = bytes([IAC, DO, BINARY])
ASKED = EIGHT_BITS + bytes([IAC, DO, NAWS])


def made(reply=lambda _: None, on_shown=lambda: None, tail=b""):
    return TelnetFilter(reply, on_shown, list, tail)


def told(*pieces):
    """
    Return the filter that was fed ``pieces``, what it let through, and what it answered, without
    the request that each client gets first.
    """
    replies = []
    telnet = made(replies.append)
    data = b"".join([telnet.feed(piece) for piece in pieces])
    return telnet, data, b"".join(replies).removeprefix(ASKED)


def answers(*pieces):
    return told(*pieces)[2]


def subnegotiation(option, payload):
    escaped = payload.replace(b"\xff", b"\xff\xff")
    return bytes([IAC, SB, option]) + escaped + bytes([IAC, SE])


# -- what is understood ---------------------------------------------------------------------------


def test_a_client_without_telnet_is_sent_none():
    telnet, data, replies = told(b"hello\r\n", "Grüße\n".encode())
    assert data == "hello\r\nGrüße\n".encode()
    assert replies == b""
    assert not telnet.spoken


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
    assert telnet.window == Window(*window)


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\x50\0", b"\0\x50\0\x18\0", bytes(600)])
def test_a_window_of_another_length_is_no_window(payload):
    telnet, data, replies = told(subnegotiation(NAWS, payload))
    assert (telnet.window, data, replies) == (None, b"", b"")


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


@pytest.mark.parametrize("command", [SE, NOP, DM, BRK, AO, GA, 0, 65, 128, 239])
def test_the_other_commands_vanish_without_an_answer(command):
    _, data, replies = told(b"be" + bytes([IAC, command]) + b"fore\r\n")
    assert (data, replies) == (b"before\r\n", b"")


def test_an_interrupt_is_what_ctrl_c_is_at_any_other_terminal():
    _, data, replies = told(b"be" + bytes([IAC, IP]) + b"fore\r\n")
    assert (data, replies) == (b"be\x03fore\r\n", b"")


@pytest.mark.parametrize(("command", "key"), [(EC, b"\x7f"), (EL, b"\x15")])
def test_what_erases_is_the_key_that_does_so_at_any_other_terminal(command, key):
    for place in range(5):
        stream = b"be" + bytes([IAC, command]) + b"\r\n"
        _, data, replies = told(stream[:place], stream[place:])
        assert (data, replies) == (b"be" + key + b"\r\n", b"")


def test_the_end_of_input_is_told_once_behind_what_came_before_it():
    ends = []
    telnet = TelnetFilter(lambda _: None, list, list, b"", lambda: ends.append("end"))
    assert telnet.feed(b"bye\r\n\xff") == b"bye\r\n"
    assert ends == []
    assert telnet.feed(b"\xec") == b""
    assert ends == ["end"]


def test_are_you_there_is_answered():
    assert answers(bytes([IAC, AYT])) == b"\r\n[Yes]\r\n"


def test_after_ctrl_c_the_client_gets_the_timing_mark_it_waits_for():
    ctrl_c = bytes([IAC, IP, IAC, DO, TIMING_MARK])
    assert answers(ctrl_c) == bytes([IAC, WILL, TIMING_MARK])
    assert answers(*[ctrl_c] * 1000) == bytes([IAC, WILL, TIMING_MARK]) * 1000


def test_a_timing_mark_is_answered_even_after_all_other_answers_are_used_up():
    flood = [bytes([IAC, DO, ECHO])] * 1000
    assert answers(*flood, bytes([IAC, DO, TIMING_MARK])).endswith(
        bytes([IAC, WONT, ECHO, IAC, WILL, TIMING_MARK])
    )


def test_a_doubled_0xff_is_one_byte_of_text():
    assert told(b"a\xff\xffb\n")[1] == b"a\xffb\n"
    assert told(b"a\xff", b"\xffb\n")[1] == b"a\xffb\n"


def test_a_stray_0xff_before_a_newline_joins_no_lines():
    assert told(b"a\xff\r\nb\xff\nc\r\n")[1] == b"a\r\nb\nc\r\n"


# -- letters that a client takes for its keys -----------------------------------------------------

# What the telnets of GNU inetutils 2.4 and netkit 0.17 were seen to send for these letters.
TYPED = {
    "у": b"\xd1\xff\xf4\xff\xfd\x06",
    "я": b"\xd1\xff\xf5\xff\xfd\x06",
    "њ": b"\xd1\xff\xed\xff\xfd\x06",
    "ќ": b"\xd1\xff\xf3\xff\xfd\x06",
    "σ": b"\xcf\xff\xf4\xff\xfd\x06",
    "Ã": b"\xc3\xff\xf4\xff\xfd\x06",
    "ك": b"\xd9\xff\xf4\xff\xfd\x06",
    "“": b"\xe2\x80\xff\xf3\xff\xfd\x06",
    "キ": b"\xe3\x82\xad",
    "ム": b"\xe3\xff\xf4\xff\xfd\x06\xa0",
    "ッ": b"\xe3\xff\xf4\xff\xfd\x06\xff\xf4\xff\xfd\x06",
    "は": b"\xe3\x81\xaf",
    "🏃": b"\xf0\x9f\xff\xf5\xff\xfd\x06\xff\xf4\xff\xfd\x06",
}


@pytest.mark.parametrize("letter", TYPED)
def test_a_letter_in_whose_place_a_command_came_is_read_as_it_was_typed(letter):
    line = b"a" + TYPED[letter] + b" b\r\n"
    for stop in range(len(line) + 1):
        _, data, replies = told(line[:stop], line[stop:])
        assert data == f"a{letter} b\r\n".encode()
        # The client shows nothing more until each of its marks comes back.
        assert replies == bytes([IAC, WILL, TIMING_MARK]) * TYPED[letter].count(b"\xff\xfd\x06")


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"a",
        "у".encode(),
        b"\xd1\r\n",
        b"\xd1a",
        b"\x83",
        b"\xe2\x80\x9c",
        b"\xff\xff",
        b"\xc0",
    ],
)
def test_an_interrupt_behind_a_whole_letter_is_one(begun):
    _, data, _ = told(begun + bytes([IAC, IP]))
    assert data == begun.replace(b"\xff\xff", b"\xff") + b"\x03"


def test_a_letter_that_began_before_the_first_command_is_whole_too():
    telnet = made(tail=b"ab\xd1")
    assert telnet.feed(bytes([IAC, AO])) == b"\x8f"


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


@pytest.mark.parametrize("text", [b"\xff\xff", b"na\xffve", b"\xff\r\n", b"\xff\xe9"])
def test_text_with_a_stray_0xff_is_no_telnet(text):
    replies = []
    telnet = made(replies.append)
    telnet.feed(text)
    assert (telnet.spoken, replies) == (False, [])


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


# -- whatever comes ------------------------------------------------------------------------------


def goes_on(first, second):
    """
    Return what ends whatever ``IAC first second`` may have begun.
    """
    if first == SB:
        return bytes([IAC, SE]) * (2 if second == IAC else 1)
    return b""


def test_after_any_command_and_byte_the_next_line_is_whole():
    for first in range(256):
        for second in range(256):
            replies = []
            telnet, splitter = made(replies.append), LineSplitter(0)
            stream = bytes([IAC, first, second]) + goes_on(first, second) + b"\r\nhello\r\n"
            lines = splitter.feed(telnet.feed(stream))
            assert lines[-1] == b"hello", (first, second)
            assert len(b"".join(replies)) <= len(ASKED) + 9
            if first != IAC:
                assert b"\xff" not in b"".join(lines)


def test_any_command_and_byte_leaves_the_conversation_in_order():
    chat = Chat()
    bob = chat.arrive("bob")
    # All but the end of the input, behind which nothing is heard.
    for first in sorted({*range(256)} - {236}):
        alice = chat.arrive("alice")
        bob.reads()
        for second in range(256):
            alice.sends(bytes([IAC, first, second]) + goes_on(first, second) + b" so")
            alice.sends(b"\r\nline %d\r\n" % second)
        lines = bob.reads()
        said = [line for line in lines if line.startswith("alice: line ")]
        assert said == [f"alice: line {second}" for second in range(256)], first
        assert not any("\xff" in line for line in lines)
        assert alice.is_connected
        alice.hangs_up()


def test_an_endless_subnegotiation_is_bounded_and_then_forgotten():
    replies = []
    telnet = made(replies.append)
    telnet.feed(bytes([IAC, SB, TTYPE]))
    for _ in range(1000):
        assert telnet.feed(b"x" * 1000) == b""
        assert len(telnet._payload) <= 512
    assert telnet.feed(b"x\r\nhello\r\n") == b"\r\nhello\r\n"
    assert replies == [ASKED]


def test_a_line_end_within_a_subnegotiation_is_part_of_it():
    telnet, data, _ = told(subnegotiation(NAWS, b"\0\r\0\n") + b"hello\r\n")
    assert (telnet.window, data) == (Window(20, 10), b"hello\r\n")


def test_a_command_within_a_subnegotiation_ends_it():
    telnet, data, replies = told(
        bytes([IAC, SB, NAWS, 0, IAC, SB, NAWS, 0, 90, 0, 30, IAC, SE]), b"hello\r\n"
    )
    assert (telnet.window, data, replies) == (Window(90, 30), b"hello\r\n", b"")
    _, data, replies = told(bytes([IAC, SB, TTYPE, 0, IAC, DO, ECHO]), b"hello\r\n")
    assert (data, replies) == (b"hello\r\n", bytes([IAC, WONT, ECHO]))


commands = st.builds(
    lambda command, rest: bytes([IAC, command, *rest]),
    st.integers(0, 255),
    st.lists(st.sampled_from([0, 1, 3, 6, 24, 31, 42, 99, IAC, SE, 13, 10]), max_size=2),
)
subnegotiations = st.builds(
    subnegotiation,
    st.sampled_from([TTYPE, NAWS, CHARSET, NEW_ENVIRON]),
    st.sampled_from([b"", b"\0vt100", b"\0\x50\0\x18", b"\1;UTF-8", b"\xff\xff\0\1", b"y" * 600]),
)
telnet_streams = st.lists(
    commands | subnegotiations | st.sampled_from([b"hi", b"\r\n", b"\r\0", b"\xff"]), max_size=30
).map(b"".join) | st.binary(max_size=100)


@settings(deadline=None, max_examples=400)
@given(telnet_streams, st.lists(st.integers(0, 2000), max_size=30))
def test_a_stream_cut_anywhere_gives_the_same_text_and_answers(stream, places):
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    for pieces in (
        [stream[start:stop] for start, stop in pairwise(edges)],
        [bytes([byte]) for byte in stream],
    ):
        whole, data, replies = told(stream)
        parts, parts_data, parts_replies = told(*pieces)
        assert (parts_data, parts_replies) == (data, replies)
        assert (parts.window, parts.spoken) == (
            whole.window,
            whole.spoken,
        )


@settings(deadline=None, max_examples=200)
@given(telnet_streams)
def test_text_without_0xff_comes_through_whatever_stood_before_it(stream):
    _, data, _ = told(stream, bytes([IAC, SE, IAC, SE]), b"\r\nhello\r\n")
    assert data.endswith(b"\r\nhello\r\n")


# -- hiding what is typed -------------------------------------------------------------------------


def test_hiding_and_showing_again_are_said_once_each():
    replies = []
    telnet = made(replies.append)
    assert telnet.show_typing() == b""
    assert telnet.hide_typing() == EIGHT_BITS + bytes([IAC, WILL, ECHO])
    assert telnet.hide_typing() == b""
    assert telnet.show_typing() == bytes([IAC, WONT, ECHO])
    assert telnet.show_typing() == b""
    assert telnet.hide_typing() == bytes([IAC, WILL, ECHO])
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
    telnet.hide_typing()
    telnet.feed(heard)
    assert telnet.hides_typing is hides


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
    telnet.hide_typing()
    for word in heard:
        if word is None:
            telnet.show_typing()
        elif word == "again":
            telnet.hide_typing()
        else:
            telnet.feed(bytes([IAC, word, ECHO]))
    assert len(noticed) == shown
    assert telnet.hides_typing is (heard[-1] == DO)


def test_a_client_that_answers_nothing_is_offered_echo_each_time():
    telnet = made()
    for _ in range(1000):
        assert telnet.hide_typing().endswith(bytes([IAC, WILL, ECHO]))
        assert telnet.show_typing() == bytes([IAC, WONT, ECHO])
    assert len(telnet._echo_offers) <= 16


def test_hidden_again_at_once_a_client_that_agrees_late_hides():
    replies = []
    telnet = made(replies.append)
    telnet.hide_typing()
    telnet.show_typing()
    telnet.hide_typing()
    telnet.feed(bytes([IAC, DO, ECHO, IAC, DONT, ECHO, IAC, DO, ECHO]))
    assert telnet.hides_typing
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
