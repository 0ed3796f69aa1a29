"""
How a session begins: names, and programs that are no users.
"""

import re

import pytest
from shared_protocol import pass_time
from twisted.logger import LogLevel, globalLogPublisher

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)

PROMPT = b"Enter your name: "


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


# To a telnet whose first line says what it is: eight bits, and the size of its window.
ASKED = b"\xff\xfd\x00\xff\xfd\x1f\r\0"
WILL_TELL = b"\xff\xfb\x00\xff\xfb\x1f"
FORTY = b"\xff\xfa\x1f\0\x28\0\x18\xff\xf0"


@pytest.mark.parametrize("name", [[b"alice\r\n"], [b"al", b"ice\r\0"]])
def test_the_first_page_of_a_guest_fits_the_window_of_telnet(name):
    chat = Chat(limits=USUAL)
    bob, alice = chat.arrive("bob"), chat.connect()
    bob.types("x" * 30 + " *** eve has left the chat ***")
    alice.receives()
    for piece in name:
        alice.sends(piece)
    assert alice.receives() == ASKED
    assert bob.reads() == []
    alice.sends(WILL_TELL + FORTY)
    rows = alice.receives().decode().split("\r\n")
    assert rows[1:4] == [
        "[22:13] bob:",
        "    " + "x" * 30 + " ***",
        "    eve has left the chat ***",
    ]
    assert bob.reads() == ["*** alice has joined #lobby ***"]
    # It is asked no more.
    alice.sends(b"hello\r\n" * 2)
    assert alice.receives() == b""


def test_a_client_that_does_not_answer_comes_in_a_moment_later():
    chat = Chat()
    alice = chat.connect()
    alice.receives()
    alice.sends(b"alice\r\n")
    assert alice.receives() == ASKED
    chat.advance(0.25)
    # It writes over what nc shows of that.
    assert alice.receives().startswith(b"You are in #lobby as alice.")


@pytest.mark.parametrize("opening", [b"alice\n", b"alice\r\nhello\r\n", b"alice\n\xff\r\n"])
def test_a_client_that_seems_to_be_no_telnet_is_asked_nothing(opening):
    chat = Chat()
    alice = chat.connect()
    alice.receives()
    alice.sends(opening)
    assert alice.receives().startswith(b"You are in #lobby as alice.")


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


def test_a_user_who_types_login_at_the_prompt_is_asked_for_the_password_of_that_name():
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


@pytest.mark.parametrize("word", ["MSSP-REQUEST", "JDWP-Handshake", "EHLO", "CAPABILITY", "STATS"])
def test_a_word_of_a_crawler_becomes_nobody_however_it_comes(word):
    for pieces in ([f"{word}\r\n".encode()], [bytes([byte]) for byte in f"{word}\n".encode()]):
        chat = Chat()
        bob, crawler = chat.arrive("bob"), chat.connect()
        for piece in pieces:
            crawler.sends(piece)
        assert not crawler.is_connected
        assert bob.reads() == []


def test_a_client_of_irc_is_told_so_whichever_line_it_begins_with_and_however_that_is_cut():
    for opener in (b"CAP LS 302\r\nJOIN :\r\n", b"NICK al\r\nUSER al 0 * :al\r\n", b"JOIN :\r\n"):
        for place in range(len(opener)):
            program = Chat().connect()
            program.sends(opener[:place])
            program.sends(opener[place:])
            assert program.receives().split(b"\r\n")[1:] == [
                b"ERROR :This is a chat server, not an IRC server. Connect with telnet or nc.",
                b"",
            ]
            assert not program.is_connected


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
