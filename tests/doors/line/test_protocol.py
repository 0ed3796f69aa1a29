import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_protocol import pass_time, two_people
from twisted.logger import LogLevel, globalLogPublisher
from twisted.protocols.basic import LineReceiver

from twisted_chat.doors.line.protocol import ChatProtocol, LineLimits
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)

PROMPT = b"Enter your name: "


# -- coming in ------------------------------------------------------------------------------------


def test_the_door_is_a_line_receiver():
    assert issubclass(ChatProtocol, LineReceiver)
    assert Chat().factory.hub.rooms.keys() == {"lobby"}


def test_a_user_who_connects_is_asked_for_a_name_and_nothing_else():
    assert Chat().connect().receives() == b"Enter your name: "


def test_a_greeting_stands_before_the_prompt():
    chat = Chat(motd="Welcome!\nBe kind.\n")
    assert chat.connect().receives() == b"Welcome!\r\nBe kind.\r\nEnter your name: "


def test_a_greeting_cannot_harm_a_terminal_either():
    chat = Chat(motd="red\x1b[31m\u202e")
    assert chat.connect().receives() == "red\ufffd[31m\r\nEnter your name: ".encode()


def test_a_name_is_all_it_takes():
    chat = Chat()
    bob = chat.arrive("bob")
    alice = chat.connect()
    alice.receives()
    alice.types("alice")
    assert alice.receives() == (
        b"You are in #lobby as alice with bob.\r\nType /help for help.\r\n"
    )
    assert bob.reads() == ["*** alice has joined #lobby ***"]


@pytest.mark.parametrize(
    "typed",
    ["#alice", "  alice  ", "\uff41lice", "alicf\x7fe", "\uff03alice", "al\x1b[Dice\x1bOA"],
)
def test_a_name_is_understood_as_it_was_meant(typed):
    chat = Chat()
    bob = chat.arrive("bob")
    chat.connect().types(typed)
    assert bob.reads() == ["*** alice has joined #lobby ***"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("BOB", "The name BOB is taken, please choose another."),
        ("\uff42ob", "The name bob is taken, please choose another."),
        ("server", "The name server is reserved, please choose another."),
        ("a b", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("\x07x", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("x" * 100, "A name may be at most 24 characters long."),
        ("/nick alice", "Please give your name first; commands come after that."),
        ("/help", "Please give your name first; commands come after that."),
        ("//alice", "Please give your name first; commands come after that."),
        ("\uff0fhelp", "Please give your name first; commands come after that."),
        ("\x1b[A/msg bob hi", "Please give your name first; commands come after that."),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_asked_for_again(typed, reason):
    chat = Chat()
    bob = chat.arrive("bob")
    alice = chat.connect()
    alice.receives()
    alice.types(typed)
    assert alice.receives() == f"{reason}\r\nEnter your name: ".encode()
    alice.types("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_who_says_login_at_the_prompt_is_asked_for_the_password_of_that_name():
    chat = Chat()
    alice = chat.connect()
    alice.types("/login alice")
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."


@pytest.mark.parametrize("name", ["bob", "al ice", "server", "/help", "/login bob"])
def test_what_came_together_with_a_name_that_is_refused_is_no_name(name):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.types(name, "hunter2xyz", "hunter2xyz")
    assert alice.reads()[-1].startswith("Those 2 lines were not sent")
    assert bob.reads() == []
    assert list(chat.hub.users) == ["bob"]
    alice.types("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


@pytest.mark.parametrize("key", ["\x01", "\x03", "\x04", "\x10", "\x16"])
def test_a_control_key_at_the_second_try_is_a_bad_name_and_no_program(key):
    alice = Chat().connect()
    alice.types("no name")
    alice.receives()
    alice.types(key)
    assert alice.is_connected
    alice.types("alice")
    assert "You are in #lobby as alice. Nobody else is here yet." in alice.reads()


def test_enter_at_the_prompt_brings_the_prompt_again():
    alice = Chat().connect()
    alice.types("")
    assert alice.receives() == PROMPT * 2
    alice.sends(b"\r\n")
    assert alice.receives() == PROMPT


@pytest.mark.parametrize("word", ["quit", "exit", "q", "close", "disconnect", "QUIT", "/quit"])
def test_one_can_leave_at_the_prompt(word):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.types(word)
    assert alice.reads() == ["Goodbye."]
    assert not alice.is_connected
    assert bob.reads() == []


def test_an_over_long_line_at_the_prompt_is_told_and_the_prompt_comes_again():
    alice = Chat().connect()
    alice.receives()
    alice.types("x" * 5000)
    told = b"That line was longer than 4096 bytes and was not sent.\r\n"
    assert alice.receives() == told + PROMPT
    assert alice.is_connected


def test_the_whole_of_a_pasted_conversation_is_done():
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.sends(b"alice\nhello\n/me waves\n/quit tea\nnever\n")
    assert bob.reads() == [
        "*** alice has joined #lobby ***",
        "alice: hello",
        "* alice waves",
        "*** alice has left #lobby (tea) ***",
    ]
    assert not alice.is_connected


# -- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\0", b"\r"])
def test_every_newline_that_clients_send_ends_a_line(end):
    _, alice, bob = two_people()
    alice.sends(b"one" + end + b"two" + end)
    assert bob.reads() == ["alice: one", "alice: two"]


def test_a_lone_cr_cannot_overwrite_what_others_read():
    _, alice, bob = two_people()
    alice.sends(b"hello\r*** bob has left #lobby ***\n")
    assert bob.reads() == ["alice: hello", "alice: *** bob has left #lobby ***"]


@pytest.mark.parametrize(
    "separator", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_one_line_typed_is_one_line_read(separator):
    _, alice, bob = two_people()
    alice.sends(f"one{separator}*** two ***\n".encode())
    (line,) = bob.reads()
    assert line == "alice: one\ufffd*** two ***"
    assert line.splitlines() == [line]


@pytest.mark.parametrize("typed", ["", "   ", "\t", "x\x7f", "\u200f"])
def test_a_line_without_words_says_nothing(typed):
    _, alice, bob = two_people()
    alice.sends(f"{typed}\r\n".encode())
    assert bob.reads() == []
    assert alice.reads() == []


def test_bytes_that_are_no_utf_8_are_shown_as_such():
    _, alice, bob = two_people()
    alice.sends(b"caf\xe9\n\xc0\xaf\n\xed\xa0\x80\n\xf5\n\xe2\x82\n\xc3\xa9\n")
    assert bob.reads() == [
        "alice: caf\ufffd",
        "alice: \ufffd\ufffd",
        "alice: \ufffd\ufffd\ufffd",
        "alice: \ufffd",
        "alice: \ufffd",
        "alice: \u00e9",
    ]


def test_a_word_of_utf_8_may_come_in_two_packets():
    _, alice, bob = two_people()
    for byte in "\u20ac\U0001f600\n".encode():
        alice.sends(bytes([byte]))
    assert bob.reads() == ["alice: \u20ac\U0001f600"]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_whatever_bytes_come_the_others_read_whole_lines_of_utf_8(packets):
    _, alice, bob = two_people()
    for packet in packets:
        alice.sends(packet)
    text = bob.receives().decode("utf-8")
    assert text == "" or text.endswith("\r\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", text.replace("\r\n", ""))


def test_a_line_that_is_too_long_is_told_and_the_person_stays():
    _, alice, bob = two_people()
    alice.sends(b"x" * 4097 + b"\n" + b"y" * 4096 + b"\n")
    assert alice.reads() == ["That line was longer than 4096 bytes and was not sent."]
    assert bob.reads() == ["alice: " + "y" * 4096]


def test_a_connection_names_the_limit_that_holds_for_it_after_a_reload() -> None:
    chat = Chat(line_limits=LineLimits(max_line=20))
    alice = chat.arrive("alice")
    chat.factory.limits = LineLimits(max_line=40)
    bob = chat.arrive("bob")
    for person, limit in ((alice, 20), (bob, 40)):
        person.reads()
        person.types("x" * 50)
        assert person.reads() == [f"That line was longer than {limit} bytes and was not sent."]


def test_the_tail_of_a_long_line_is_no_line():
    _, alice, bob = two_people()
    alice.sends(b"x" * 5000)
    assert alice.reads() == ["That line was longer than 4096 bytes and was not sent."]
    alice.sends(b"\xff\xf1/quit")
    alice.sends(b"x" * 100_000 + b"/quit\r\nhello\r\n")
    assert alice.reads() == []
    assert bob.reads() == ["alice: hello"]


def test_a_long_line_is_no_limit_to_who_lifts_it():
    _, alice, bob = two_people(line_limits=LineLimits(max_line=0))
    alice.types("x" * 100_000)
    assert bob.reads() == ["alice: " + "x" * 100_000]


# -- telnet ---------------------------------------------------------------------------------------


def test_nobody_is_greeted_with_telnet():
    alice = Chat().arrive("alice")
    alice.types("hello")
    assert b"\xff" not in alice.transport.value()


def test_ctrl_c_in_telnet_does_not_hang_the_client():
    _, alice, bob = two_people()
    alice.sends(b"hel\xff\xf4\xff\xfd\x06")
    # With the request for eight bits that everybody who speaks telnet gets.
    assert alice.receives() == b"\xff\xfd\x00\xff\xfb\x06"
    alice.sends(b"lo\r\n")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("command", [b"\xff\xf4\xff\xf2", b"\xff\xf3", b"\xff\xf5", b"\xff\xf1"])
def test_no_command_of_telnet_reaches_a_line(command):
    _, alice, bob = two_people()
    alice.sends(command + b"he" + command + b"llo" + command + b"\r\n" + command)
    assert bob.reads() == ["alice: hello"]
    assert alice.receives() == b"\xff\xfd\x00"


def test_telnet_at_the_prompt_is_no_part_of_the_name():
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.connect()
    alice.sends(b"\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0al\xff\xf1ice\r\0")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_an_over_long_line_of_telnet_alone_is_none():
    _, alice, bob = two_people()
    alice.sends(b"he" + b"\xff\xf1" * 10_000 + b"llo\r\n")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize(
    ("line", "is_asked"),
    [
        # Without the bytes that are one of the keys of telnet but for a bit.
        (b"\xd1\xd0\xbe\xd1\x80\xd0\xbe\xd1\x88\xd0\xbe", True),
        (b"\xc5\xbad\xc5\xbab\xc5\x82o \xc4", True),
        # Windows-1251, in which two letters look like one that is whole.
        ("\u0401\u0451 \u0437\u043e\u0432\u0443\u0442".encode("cp1251"), False),
        # Latin-1, Latin-2, KOI8-R, Windows-1252, Shift-JIS: shown as it came.
        ("caf\xe9 \xe0 la cr\xe8me".encode("latin-1"), False),
        ("za\u017c\xf3\u0142\u0107 g\u0119\u015bl\u0105".encode("iso8859-2"), False),
        ("\u0445\u043e\u0440\u043e\u0448\u043e".encode("koi8-r"), False),
        ("\u201cquotes\u201d".encode("cp1252"), False),
        ("\u30ab\u30e0".encode("shift-jis"), False),
        (b"\xc3", False),
        ("хорошо".encode(), False),
    ],
)
def test_who_types_letters_that_arrive_in_part_is_asked_to_send_them_all(line, is_asked):
    _, alice, bob = two_people()
    for _ in range(2):
        alice.sends(line + b"\n")
    told = alice.receives()
    assert told.count(b"\xff\xfd\x00") == is_asked
    assert told.count(b"Your client left out some letters of that line. It has") == is_asked
    # It may go on all the same, as netkit's telnet does; that is told once.
    alice.sends(line + b"\n")
    told += alice.receives()
    assert told.count(b"Your client left out some letters of that line again.") == is_asked
    assert len(bob.reads()) == 3


@pytest.mark.parametrize("letter", ["у", "я", "њ", "ќ"])
def test_a_letter_that_telnet_took_for_its_key_is_said_as_it_was_typed(letter):
    keys = {"у": b"\xff\xf4", "я": b"\xff\xf5", "њ": b"\xff\xed", "ќ": b"\xff\xf3"}
    for stop in range(6):
        _, alice, bob = two_people()
        line = letter.encode()[:1] + keys[letter] + b"\xff\xfd\x06 ok\r\n"
        alice.sends(line[:stop])
        alice.sends(line[stop:])
        assert bob.reads() == [f"alice: {letter} ok"]


# -- other protocols ------------------------------------------------------------------------------

# The first bytes of programs that come by mistake or to try the door.
OPENERS = {
    "HTTP GET": b"GET / HTTP/1.1\r\nHost: chat:7342\r\n\r\n",
    "HTTP POST": b"POST /x HTTP/1.1\r\nContent-Length: 12\r\n\r\nmallory\r\nhi\r\n",
    "HTTP/1.0 HEAD": b"HEAD / HTTP/1.0\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "HTTP proxy": b"CONNECT mail.example.com:25 HTTP/1.1\r\n\r\n",
    "WebSocket": b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "WebDAV": b"PROPFIND / HTTP/1.1\r\n\r\n",
    "UPnP": b"NOTIFY /event HTTP/1.1\r\n\r\n",
    "RTSP": b"OPTIONS / RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    "SIP": b"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n\r\n",
    "ICAP": b"OPTIONS icap://x/echo ICAP/1.0\r\n\r\n",
    "TLS 1.0": b"\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x01" + bytes(40),
    "TLS 1.3": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\n" * 500,
    "SSH 2": b"SSH-2.0-OpenSSH_10.0p2\r\n\0\0\x05\xdc\x08\x14",
    "SSH 1": b"SSH-1.5-1.2.27\n",
    "RDP": b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0",
    "SOCKS 4": b"\x04\x01\0\x50\x7f\0\0\x01root\0",
    "SOCKS 5": b"\x05\x01\0",
    "SMB": b"\0\0\0\x85\xffSMBr\0\0\0\0\x18\x53\xc8",
    "SMB 2": b"\0\0\0\x6c\xfeSMB\x40\0",
    "PostgreSQL": b"\0\0\0\x08\x04\xd2\x16\x2f",
    "MQTT": b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0",
    "DNS": b"\0\x1d\x13\x37\x01\0\0\1\0\0\0\0\0\0\x07example\x03com\0\0\1\0\1",
    "STUN": b"\0\x01\0\0\x21\x12\xa4\x42" + bytes(12),
    "Kafka": b"\0\0\0\x14\0\x12\0\0\0\0\0\1\0\x04test",
    "Cassandra": b"\x04\0\0\1\5\0\0\0\0",
    "Modbus": b"\0\0\0\0\0\5\1\x2b\x0e\1\0",
    "MS SQL": b"\x12\x01\0\x2f\0\0\1\0\0\0\x1a\0\6",
    "Oracle": b"\0\x5a\0\0\1\0\0\0\1\x36\1\x2c",
    "LPD": b"\x02default\n",
    "BitTorrent": b"\x13BitTorrent protocol" + bytes(48),
    "Minecraft": b"\x0f\0\x2f\x09localhost\x63\xdd\x01\1\0",
    "Kerberos": b"\0\0\0\x6a\x6a\x81\x6e\x30",
    "Erlang": b"\0\1\x6e",
    "DNP3": b"\x05\x64\x05\xc9\0\0\0\0\x36\x4c",
}


@pytest.fixture
def errors():
    """
    What is logged as an error.
    """
    events = []

    def observe(event):
        if event["log_level"] >= LogLevel.error:
            events.append(event)

    globalLogPublisher.addObserver(observe)
    yield events
    globalLogPublisher.removeObserver(observe)


@pytest.mark.parametrize("name", OPENERS)
def test_another_protocol_gets_a_short_answer_and_is_closed(name, errors):
    opener = OPENERS[name]
    for packets in ([opener + b"mallory\r\nhello\r\n"], [bytes([byte]) for byte in opener]):
        chat = Chat(limits=USUAL)
        bob, program = chat.arrive("bob"), chat.connect()
        program.receives()
        for packet in packets:
            program.sends(packet)
        answer = program.receives()
        assert not program.is_connected
        assert 0 < len(answer) < 200
        assert re.search(rb"[A-Za-z]\.\r\n\Z", answer)
        assert bob.reads() == []
        assert chat.hub.users.keys() == {"bob"}
        assert errors == []


def test_a_browser_shows_what_it_has_found():
    program = Chat().connect()
    program.receives()
    program.sends(b"GET / HTTP/1.1\r\nHost: chat:7342\r\n\r\n")
    assert program.receives() == (
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
        b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"
    )


def test_a_web_request_with_an_endless_address_cannot_talk_either():
    chat = Chat()
    bob, program = chat.arrive("bob"), chat.connect()
    program.sends(b"POST /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\nmallory\r\nhello\r\n")
    assert not program.is_connected
    assert bob.reads() == []


# What cannot be told from a person by its first byte or line; it must do no harm.
OTHERS = {
    "SSL 2": b"\x80\x2e\x01\0\x02\0\x15\0\0\0\x10",
    "SMTP": b"EHLO mail.example.com\r\nMAIL FROM:<x@example.com>\r\n",
    "IRC": b"NICK mallory\r\nUSER mallory 0 * :Mallory\r\n",
    "FTP": b"USER anonymous\r\nPASS x@example.com\r\n",
    "IMAP": b"a001 CAPABILITY\r\n",
    "XMPP": b"<?xml version='1.0'?><stream:stream to='chat' xmlns='jabber:client'>",
    "AMQP": b"AMQP\0\0\x09\x01",
    "LDAP": b"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0",
    "MongoDB": b":\0\0\0\xa7A\0\0\0\0\0\0\xd4\x07\0\0",
    "VNC": b"RFB 003.008\n",
    "rsync": b"@RSYNCD: 31.0\n",
    "Git": b"0032git-upload-pack /x.git\0host=example.com\0",
    "Java RMI": b"JRMI\0\x02K\n",
    "BGP": b"\xff" * 16 + b"\0\x1d\x01\x04\xfd\xe8",
    "Bitcoin": b"\xf9\xbe\xb4\xd9version\0\0\0\0\0f\0\0\0",
    "X11": b"l\0\x0b\0\0\0\0\0\0\0\0\0",
    "fuzz": bytes(range(0x20, 0x100)) * 20 + b"\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_program_that_looks_like_a_person_gets_no_name_and_goes_after_a_minute(name, errors):
    chat = Chat(limits=USUAL)
    bob, program = chat.arrive("bob"), chat.connect()
    program.sends(OTHERS[name])
    pass_time(chat, 62)
    assert not program.is_connected
    assert bob.reads() == []
    assert chat.hub.users.keys() == {"bob"}
    assert errors == []


# -- too fast -------------------------------------------------------------------------------------


def test_a_dear_command_counts_for_several_lines():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types("/who", "/who", "/who", "hello")
    assert len(alice.reads()) == 3
    assert bob.reads() == []
    pass_time(chat, 3)
    assert bob.reads() == ["alice: hello"]


# -- bounded work ---------------------------------------------------------------------------------


def test_64_kib_of_bare_newlines_are_next_to_no_work():
    _, alice, bob = two_people()
    done, line_received = [], alice.protocol.lineReceived

    def counted(line):
        done.append(line)
        line_received(line)

    alice.protocol.lineReceived = counted
    alice.sends(b"\n" * 65536)
    alice.sends(b"\r\n" * 32768)
    assert len(done) <= 8
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


# -- readers that fall behind ---------------------------------------------------------------------


def test_who_reads_nothing_is_cut_when_too_much_waits_and_others_notice_nothing():
    chat = Chat()
    alice, bob, carol = (chat.arrive(nick) for nick in ("alice", "bob", "carol"))
    bob.transport.producer.pauseProducing()
    carol.reads()
    for number in range(300):
        alice.types(f"{number} ".ljust(1000, "x"))
    heard = carol.reads()
    assert not bob.is_connected
    assert heard.count("*** bob has left #lobby (too slow to read) ***") == 1
    said = [line for line in heard if line.startswith("alice: ")]
    assert [line.split()[1] for line in said] == [str(number) for number in range(300)]
    assert alice.is_connected
    assert carol.is_connected


def test_who_reads_nothing_for_half_a_minute_is_cut():
    chat, alice, bob = two_people()
    bob.transport.producer.pauseProducing()
    alice.types("hello")
    pass_time(chat, 29)
    assert bob.is_connected
    pass_time(chat, 2)
    assert not bob.is_connected
    assert alice.reads() == ["*** bob has left #lobby (not reading) ***"]


def test_who_reads_on_in_time_reads_everything():
    chat, alice, bob = two_people()
    for number in range(100):
        bob.transport.producer.pauseProducing()
        alice.types(f"{number} ".ljust(2000, "x"))
        pass_time(chat, 20)
        bob.transport.producer.resumeProducing()
    assert [line.split()[1] for line in bob.reads()] == [str(number) for number in range(100)]


def test_a_send_queue_and_timeout_of_zero_cut_nobody():
    limits = LineLimits(send_queue=0, send_timeout=0.0)
    chat, alice, bob = two_people(line_limits=limits)
    bob.transport.producer.pauseProducing()
    for _ in range(1000):
        alice.types("x" * 1000)
    pass_time(chat, 1000)
    bob.transport.producer.resumeProducing()
    assert len(bob.reads()) == 1000


# -- going ----------------------------------------------------------------------------------------


def test_a_closed_socket_is_told_to_the_others():
    _, alice, bob = two_people()
    alice.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_line_without_end_is_not_said_by_who_hangs_up():
    _, alice, bob = two_people()
    alice.sends(b"/msg bob I hate")
    alice.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_user_who_left_can_come_again_under_the_same_name():
    chat, alice, bob = two_people()
    alice.types("/quit")
    chat.arrive("alice")
    assert bob.reads() == ["*** alice has left #lobby ***", "*** alice has joined #lobby ***"]


def kicked(chat, person):
    """
    Close ``person`` as a plugin does, in a turn that goes on.
    """
    chat.hub.close(person.protocol.session, "Go.", "kicked")


@pytest.mark.parametrize(
    "line", ["hello", "/msg bob boo", "/me lingers", "/topic boo", "/join dev"]
)
def test_what_comes_from_somebody_who_is_being_closed_is_not_done(line):
    chat, alice, bob = two_people()
    kicked(chat, alice)
    alice.transport.receive(f"{line}\n".encode())
    chat.advance()
    assert bob.reads() == ["*** alice has left #lobby (kicked) ***"]
    assert alice.reads() == ["Go."]
    assert chat.hub.rooms.keys() == {"lobby"}
    assert [user.nick for user in chat.hub.rooms["lobby"].members] == ["bob"]


def test_lines_that_wait_are_not_done_once_somebody_is_being_closed():
    chat, alice, bob = two_people()
    alice.transport.receive(b"hello\n" * 100)
    kicked(chat, alice)
    chat.advance()
    assert bob.reads() == [*["alice: hello"] * 16, "*** alice has left #lobby (kicked) ***"]


def test_a_name_that_comes_too_late_makes_nobody():
    chat = Chat(limits=USUAL)
    bob, stranger = chat.arrive("bob"), chat.connect()
    kicked(chat, stranger)
    stranger.transport.receive(b"mallory\n")
    chat.advance()
    assert bob.reads() == []
    assert chat.hub.users.keys() == {"bob"}
    assert chat.arrive("mallory").is_connected


def test_a_name_that_waits_for_its_turn_makes_nobody_once_they_are_being_closed():
    chat = Chat()
    bob, stranger = chat.arrive("bob"), chat.connect()
    stranger.transport.receive(b"no name\n" * 16 + b"mallory\n")
    kicked(chat, stranger)
    chat.advance()
    assert bob.reads() == []
    assert chat.hub.users.keys() == {"bob"}


def test_bytes_that_come_after_the_end_are_not_looked_at():
    chat, alice, bob = two_people()
    protocol = alice.protocol
    alice.types("/quit")
    bob.reads()
    protocol.dataReceived(b"hello\n")
    chat.advance()
    assert bob.reads() == []


# -- how many -------------------------------------------------------------------------------------


# -- every character of Unicode, the whole way ----------------------------------------------------

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])).replace("\t", "")

# What becomes of a character on its way, said without the code.  The two that rub out, Ctrl-C,
# those that end a line and those that begin an escape sequence have tests of their own.
SHOWN = {ord(character): "\ufffd" for character in CONTROLS + "\u2028\u2029"}
SHOWN |= {ord(character): None for character in BIDI}
# Spaces without width, and tags that belong to no flag.
SHOWN |= dict.fromkeys([0x200B, *range(0x2060, 0x2066), 0xFEFF, *range(0xE0000, 0xE0080)])
ESCAPES = "\x1b\x8e\x8f\x90\x98\x9b\x9d\x9e\x9f"
APART = set("\n\r\x03\x08\x7f" + ESCAPES)


# What to type, what is read of it, and how much of it goes into one line.
WAYS = {
    "said": ("-{}-", "alice: -{}-", 450),
    "acted": ("/me -{}-", "* alice -{}-", 450),
    "told": ("/msg bob -{}-", "[alice -> you] -{}-", 450),
    "topic": ("/topic -{}-", "*** alice set the topic of #lobby: -{}- ***", 195),
}
SCALARS = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]


@pytest.mark.parametrize("way", WAYS)
def test_every_scalar_of_unicode_arrives_harmless(way):
    typed, read, size = WAYS[way]
    _, alice, bob = two_people()
    scalars = [character for character in SCALARS if character not in APART]
    for start in range(0, len(scalars), size):
        # Marks stand on a letter each.
        text = "a".join(scalars[start : start + size])
        alice.sends(typed.format(text).encode() + b"\r\n")
        assert bob.reads() == [read.format(text.translate(SHOWN))]


def test_every_scalar_of_unicode_that_a_plugin_says_arrives_harmless():
    chat, alice, bob = two_people()
    lobby, user = chat.hub.rooms["lobby"], alice.protocol.session.user
    for start in range(0, len(SCALARS), 4096):
        text = "a".join(SCALARS[start : start + 4096]).replace("\n", "")
        lobby.announce(text)
        user.notify(text)
        chat.advance()
        shown = text.translate(SHOWN)
        assert bob.reads() == [f"*** {shown} ***"]
        assert alice.reads() == [f"*** {shown} ***", shown]


def test_what_a_plugin_announces_is_marked_rows_and_what_it_answers_rows_of_the_servers():
    chat, alice, bob = two_people()
    chat.hub.rooms["lobby"].announce("one\ntwo")
    alice.protocol.session.user.notify("three\nfour")
    chat.advance()
    assert bob.reads() == ["*** one", "  | two ***"]
    assert alice.reads() == ["*** one", "  | two ***", "three", "four"]


def test_no_name_harms_who_reads_it():
    chat = Chat()
    bob = chat.arrive("bob")
    stranger = chat.connect()
    for character in SCALARS[::499]:
        stranger.sends(f"a{character}b\n".encode())
        if stranger.protocol.session.user is not None:
            stranger.hangs_up()
            stranger = chat.connect()
        seen = "".join(bob.reads() + stranger.reads())
        assert not set(seen) & set(CONTROLS + BIDI + "\u2028\u2029")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/quit {}", "*** alice has left #lobby ({}) ***"),
        ("/away {}", "*** alice is away: {} ***"),
    ],
)
def test_a_reason_arrives_harmless(typed, read):
    _, alice, bob = two_people()
    evil = "a\x1b[2J\x9b31m\u202e\u2028\x07b"
    alice.sends(typed.format(evil).encode() + b"\n")
    bob.types("/msg alice hi")
    shown = "a\ufffd\ufffdb"
    assert read.format(shown).strip("* ") in "\n".join(bob.reads())


def test_a_secret_is_asked_for_hidden_and_left_with_ctrl_c() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.receives()
    alice.types("/register")
    # WILL ECHO stands before the prompt, so that the client shows nothing that is typed.
    assert b"\xff\xfb\x01New password: " in alice.receives()
    # It agrees, and Ctrl-C comes as IP behind the beginning of a secret.
    alice.sends(b"\xff\xfd\x01corr\xff\xf4")
    assert alice.reads()[-1] == "Cancelled."
    assert alice.sees_typing
    alice.sends(b"still here\n")
    assert chat.arrive("bob").is_connected
    chat.advance(3)
    alice.types("/register", "x" * 5000)
    assert "That line was longer than 4096 bytes and was not sent." in alice.reads()


def test_who_stops_sending_reads_all_answers_before_the_end() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.transport.receive(b"/who\n/quit\n")
    alice.protocol.readConnectionLost()
    chat.advance()
    assert alice.reads() == ["In #lobby: alice.", "Goodbye, alice."]
    bob = chat.arrive("bob")
    bob.protocol.readConnectionLost()
    chat.advance()
    assert not bob.is_connected
