"""
One port for all: who comes is recognised, and given to their door.
"""

import re

import pytest
from shared_port import Port
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory
from twisted.internet.testing import StringTransport
from twisted.logger import LogLevel, capturedLogs, formatEvent, globalLogPublisher
from twisted.python.failure import Failure

from twisted_chat.doors.line.protocol import ChatProtocol
from twisted_chat.doors.recognise import Kind
from twisted_chat.limits import Limits, Rate

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)
PROMPT = b"Enter your name: "


# -- users ----------------------------------------------------------------------------------------


def test_a_user_who_waits_is_shown_the_prompt_after_a_moment():
    port = Port()
    alice = port.connect()
    port.advance(0.39)
    assert alice.reads() == b""
    port.advance(0.02)
    assert alice.reads() == PROMPT
    alice.sends(b"alice\n")
    assert alice.reads().startswith(b"You are in #lobby as alice. ")


def test_what_came_while_the_server_was_busy_is_read_before_its_sender_is_taken_as_silent():
    port = Port()
    browser = port.connect()
    request = b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n"
    # It is there at the moment when the patience with it ends, and is read after that.
    port.chat.clock.callLater(0.4, browser.transport.receive, request)
    port.advance(0.4)
    assert browser.reads().startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_that_speaks_first_reads_the_prompt_before_the_answer():
    port = Port()
    alice = port.connect()
    alice.sends(b"alice\n")
    assert alice.reads().startswith(PROMPT + b"You are in #lobby as alice. ")


@pytest.mark.parametrize(
    "line", [b"nick alice\n", b"Nick Cave\n", b"cap end\n", b"user a b c d\n", b"nick alice"]
)
def test_a_user_who_answers_the_prompt_with_a_verb_of_irc_is_told_what_a_name_is(line):
    port = Port()
    alice = port.connect()
    port.advance(1)
    alice.sends(line)
    port.advance(1)
    alice.sends(b"\n")
    told = alice.reads()
    assert told.startswith(PROMPT + b"A name may hold only letters, ")
    assert told.endswith(PROMPT)
    alice.sends(b"alice\n")
    assert b"You are in #lobby as alice. " in alice.reads()


def test_the_greeting_of_the_operator_stands_before_the_prompt_once():
    port = Port()
    port.chat.factory.refresh(port.chat.factory.limits, "Be kind.")
    waits, hurries = port.connect(), port.connect()
    hurries.sends(b"bob\n")
    port.advance(1)
    waits.sends(b"alice\n")
    for client in (waits, hurries):
        assert client.reads().count(b"Be kind.\r\n" + PROMPT) == 1


def test_what_is_typed_key_by_key_is_a_name_when_its_line_ends():
    port = Port()
    alice = port.connect()
    port.advance(1)
    for key in (b"a", b"l", b"i", b"c", b"e", b"\r\0"):
        alice.sends(key)
        port.advance(0.5)
    assert "alice" in port.chat.hub.users


def test_a_telnet_that_speaks_is_answered_at_once():
    port = Port()
    telnet = port.connect()
    telnet.sends(b"\xff\xfb\x1f")
    # The prompt, and DO BINARY, DO NAWS.
    assert telnet.reads() == PROMPT + b"\xff\xfd\x00\xff\xfd\x1f"


def test_ctrl_c_as_the_only_key_leaves():
    port = Port()
    alice = port.connect()
    alice.sends(b"\x03")
    assert alice.is_connected
    port.advance(0.5)
    assert alice.reads() == b"Goodbye.\r\n"
    assert not alice.is_connected


def test_the_end_of_the_input_ends_the_wait():
    port = Port()
    bob = port.chat.arrive("bob")
    asked, silent = port.connect(), port.connect()
    asked.sends(b"/help")
    asked.ends_input()
    assert asked.reads().startswith(PROMPT)
    silent.ends_input()
    assert silent.reads() == b""
    port.advance(1)
    assert not asked.is_connected
    assert not silent.is_connected
    assert bob.reads() == []


def test_the_door_has_the_transport_for_itself():
    port = Port()
    alice = port.connect()
    alice.sends(b"alice\n")
    assert isinstance(alice.transport.protocol, ChatProtocol)
    assert alice.transport.protocol.transport is alice.transport


# -- nobody has said anything ---------------------------------------------------------------------


def test_before_the_first_byte_there_is_no_session_no_line_of_log_and_no_share_of_an_allowance():
    port = Port(limits=Limits(max_per_host=3, host_rate=Rate(5, 50_000)))
    with capturedLogs() as logged:
        spare = [port.connect() for _ in range(20)]
        port.advance(1)
        assert not port.chat.hub.sessions
        for client in spare:
            client.hangs_up()
    assert logged == []
    people = [port.connect() for _ in range(4)]
    for number, client in enumerate(people):
        client.sends(b"guest%d\n" % number)
    assert [client.is_connected for client in people] == [True, True, True, False]
    assert (
        people[3].reads() == b"Too many connections from your address, please try again later.\r\n"
    )
    with capturedLogs() as logged:
        people[0].hangs_up()
        people[1].hangs_up()
        for _ in range(3):
            client = port.connect()
            client.sends(b"\xff\xfb\x1f")
            client.hangs_up()
    refused = [formatEvent(event) for event in logged if "Refused" in formatEvent(event)]
    assert refused == ["Refused a connection from '192.0.2.1': too many new connections"]


def test_who_says_nothing_is_told_so_after_a_minute_from_the_beginning():
    port = Port(limits=USUAL)
    silent = port.connect()
    port.advance(0.5)
    port.advance(59.4)
    assert silent.reads() == PROMPT
    port.advance(0.2)
    assert silent.reads() == b"\r\nDisconnected: no name was given within 60 seconds.\r\n"
    assert not silent.is_connected
    assert port.chat.clock.getDelayedCalls() == []


def test_silence_before_the_first_byte_counts_for_the_time_to_give_a_name():
    port = Port(limits=USUAL)
    slow = port.connect()
    port.advance(50)
    slow.sends(b"/help\n")
    for _ in range(9):
        port.advance(1)
    assert slow.is_connected
    for _ in range(3):
        port.advance(1)
    assert not slow.is_connected


def test_with_as_many_as_there_may_be_the_longest_silent_gives_way():
    port = Port(limits=Limits(max_clients=3, max_per_host=0))
    first, second = port.connect(), port.connect()
    port.advance(0.5)
    alice = port.connect()
    alice.sends(b"alice\n")
    with capturedLogs() as logged:
        bob = port.connect()
        bob.sends(b"bob\n")
    assert not any("full" in formatEvent(event) for event in logged)
    assert [each.is_connected for each in (first, second, alice, bob)] == [False, True, True, True]
    assert first.reads() == PROMPT + b"\r\nThe server is full, please try again later.\r\n"
    carol = port.connect()
    carol.sends(b"carol\n")
    assert not second.is_connected
    # Now everybody has said something.
    with capturedLogs() as logged:
        late = port.connect()
        port.advance(0.5)
    assert late.reads() == b"The server is full, please try again later.\r\n"
    assert not late.is_connected
    assert [formatEvent(event) for event in logged] == ["Refused a connection: the server is full"]
    hasty = port.connect()
    hasty.sends(b"dave\n")
    assert hasty.reads() == b"The server is full, please try again later.\r\n"
    assert port.chat.hub.users.keys() == {"alice", "bob", "carol"}
    waiting = [port.connect() for _ in range(3)]
    assert [each.reads() for each in waiting] == [
        *[b"The server is full, please try again later.\r\n"] * 2,
        b"",
    ]
    # Who looks whether it lives is told that it does.
    health = port.connect()
    health.sends(b"GET /health HTTP/1.1\r\n\r\n")
    assert health.reads().startswith(b"HTTP/1.1 200 OK\r\n")


def test_nothing_is_left_behind_when_everybody_has_gone():
    port = Port(limits=USUAL)
    for opening in (
        b"",
        b"al",
        b"alice\n",
        b"SSH-2.0-x\r\n",
        b"GET / HT",
        b"GET / HTTP/1.0\r\n\r\n",
    ):
        for wait in (0, 1):
            client = port.connect()
            port.advance(wait)
            if opening:
                client.sends(opening)
            if client.is_connected:
                client.hangs_up()
    # The calendar looks no more often.
    port.advance(600)
    assert port.chat.clock.getDelayedCalls() == []
    assert not port.chat.hub.sessions
    assert port.admission.total == port.chat.factory.connections == port.web.connections == 0


def test_when_the_server_stops_those_without_a_door_are_closed():
    port = Port()
    silent = port.connect()
    port.advance(0.2)
    asked = port.connect()
    port.clock.advance(0.4)
    late, begun = port.connect(), port.connect()
    begun.sends(b"al")
    port.admission.close(b"The server stops.\r\n")
    port.advance(0)
    told = PROMPT + b"\r\nThe server stops.\r\n"
    assert [client.reads() for client in (silent, asked, late)] == [told, told, b""]
    assert not any(client.is_connected for client in (silent, begun, asked, late))
    assert port.admission.total == 0


class StuckTransport(StringTransport):
    """
    A connection to a peer that does not read, so that only cutting it ends it.
    """

    is_aborted = False

    def abortConnection(self):  # noqa: N802  # Twisted's name
        self.is_aborted = True


@pytest.mark.parametrize("opening", [b"SSH-2.0-x\n", b"\x16\x03\x01", b"{"])
def test_a_farewell_that_is_not_read_is_cut_after_five_seconds(opening):
    port = Port()
    transport = StuckTransport(lenient=True)
    protocol = port.factory.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(opening)
    assert transport.disconnecting
    port.advance(4.9)
    assert not transport.is_aborted
    port.advance(0.2)
    assert transport.is_aborted
    protocol.connectionLost(Failure(ConnectionDone()))
    assert port.admission.total == 0


# -- programs -------------------------------------------------------------------------------------


def test_http_goes_to_the_web_door_and_makes_no_session():
    port = Port(limits=Limits(max_per_host=1))
    port.chat.connect("192.0.2.1")
    client = port.connect()
    client.sends(b"GET /health HT", b"TP/1.0\r\nHost: chat\r\n\r\n")
    assert client.reads().startswith(b"HTTP/1.1 200 OK\r\n")
    assert not client.is_connected
    assert len(port.chat.hub.sessions) == 1


@pytest.mark.parametrize(
    ("opener", "farewell"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", b"This is a chat server, not an SSH server."),
        (b"CAP LS 302\r\nJOIN :\r\n", b"ERROR :IRC is not read here: no door for it is open"),
        (b'{"request": "hello"}\n', b'{"error": "no-such-door", "message": "JSON '),
    ],
)
def test_who_speaks_late_is_answered_on_a_line_of_its_own(opener, farewell):
    port = Port()
    hasty, late = port.connect(), port.connect()
    hasty.sends(opener)
    port.advance(1)
    late.sends(opener)
    assert hasty.reads().startswith(farewell)
    assert late.reads().startswith(PROMPT + b"\r\n" + farewell)
    assert not hasty.is_connected
    assert not late.is_connected


@pytest.mark.parametrize("opener", [b"GET /health HTTP/1.1\r\n\r\n", b"\x16\x03\x01\2\0\1"])
@pytest.mark.parametrize("doors", [(), (Kind.LINES,)])
def test_a_program_that_cannot_read_a_prompt_is_closed_without_more_when_it_is_late(doors, opener):
    port = Port(*doors)
    late = port.connect()
    port.advance(1)
    late.sends(opener)
    assert late.reads() == PROMPT
    assert not late.is_connected
    assert not port.chat.hub.sessions


class Door(Factory):
    """
    A door that keeps what comes to it.
    """

    def __init__(self):
        self.heard = b""
        self.transport = None

    def buildProtocol(self, addr):  # noqa: N802  # Twisted's
        return self

    def makeConnection(self, transport):  # noqa: N802  # likewise
        self.transport = transport

    def dataReceived(self, data):  # noqa: N802  # likewise
        self.heard += data

    def connectionLost(self, reason):  # noqa: N802  # likewise
        self.transport = None


@pytest.mark.parametrize("wait", [0.1, 1, 50])
def test_who_speaks_late_may_still_come_to_another_door(wait):
    port, ssh = Port(), Door()
    port.factory.doors[Kind.SSH] = ssh
    client = port.connect()
    port.advance(wait)
    client.sends(b"SS", b"H-2.0-OpenSSH_9.2\r\n")
    client.sends(b"\0\0\x05\xdc")
    assert ssh.heard == b"SSH-2.0-OpenSSH_9.2\r\n\0\0\x05\xdc"
    assert ssh.transport is client.transport
    # RFC 4253, section 4.2: other lines may come before the server's version string.
    assert client.reads() == (b"" if wait < 0.4 else PROMPT + b"\r\n")
    assert not port.chat.hub.sessions


def test_a_port_for_one_door_sends_others_away():
    web, line = Port(Kind.HTTP), Port(Kind.LINES)
    typed, silent, browser = web.connect(), web.connect(), line.connect()
    typed.sends(b"alice\n")
    web.advance(1)
    assert typed.reads() == b"This port is for programs only.\r\n"
    assert silent.reads() == b""
    browser.sends(b"GET / HTTP/1.1\r\n")
    assert browser.reads() == (
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
        b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"
    )


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
        port = Port(Kind.LINES, limits=USUAL)
        bob, program = port.chat.arrive("bob"), port.connect()
        program.sends(*packets)
        answer = program.reads()
        assert not program.is_connected
        assert 0 < len(answer) < 200
        assert re.search(rb"[A-Za-z]\.\r\n\Z", answer)
        assert bob.reads() == []
        assert port.chat.hub.users.keys() == {"bob"}
        assert errors == []


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
    port = Port(limits=USUAL)
    bob, program = port.chat.arrive("bob"), port.connect()
    program.sends(OTHERS[name])
    for _ in range(62):
        port.advance(1)
    assert not program.is_connected
    assert bob.reads() == []
    assert port.chat.hub.users.keys() == {"bob"}
    assert errors == []
