import pytest

from twisted_chat.doors.recognise import farewell_to, farewell_to_line

REQUESTS = [
    b"GET / HTTP/1.1",
    b"GET / HTTP/1.0",
    b"POST /cgi-bin/luci?a=b&c=%20d HTTP/1.1",
    b"HEAD http://example.com/ HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"PUT /x HTTP/1.1",
    b"PROPFIND /dav HTTP/1.1",
    b"CONNECT example.com:443 HTTP/1.1",
    b"PRI * HTTP/2.0",
    b"OPTIONS rtsp://example.com RTSP/1.0",
    b"REGISTER sip:example.com SIP/2.0",
    b"REQMOD icap://example.com/ ICAP/1.0",
]


@pytest.mark.parametrize("line", REQUESTS)
def test_a_web_request_is_answered_so_that_a_browser_shows_why(line):
    answer = farewell_to(line)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in head
    assert body == b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"


@pytest.mark.parametrize("line", [b"SSH-2.0-OpenSSH_10.0", b"SSH-1.99-x", b"SSH-1.5-1.2.27"])
def test_ssh_is_told_that_this_is_none(line):
    assert farewell_to(line) == (
        b"This is a chat server, not an SSH server. Connect with telnet or nc.\r\n"
    )


# As irssi, WeeChat, senpai, Halloy, ZNC, a web gateway and a test of ports send it.
IRC = [
    b"CAP LS 302",
    b"JOIN :",
    b"NICK alice",
    b"NICK :alice",
    b"USER alice 0 * :Alice Liddell",
    b"PASS :secret",
    b"CAP REQ :sasl",
    b"AUTHENTICATE PLAIN",
    b"WEBIRC hunter2 gateway host.example 192.0.2.1",
    b"QUIT :chkport",
    b"PING :1700000000",
    b"@label=1 NICK alice",
]


@pytest.mark.parametrize("line", IRC)
def test_a_client_of_irc_is_told_in_an_error_that_it_shows(line):
    answer = b"\r\nERROR :This is a chat server, not an IRC server. Connect with telnet or nc.\r\n"
    assert farewell_to(line) == answer
    assert farewell_to(line + b"\r\nUSER x 0 * :x\r\n") == answer
    assert farewell_to_line(line) == answer


PLAIN = b"This is a chat server for plain text. Connect with telnet or nc.\r\n"


@pytest.mark.parametrize(
    "line",
    [
        b"EHLO mail.example.com",
        b"HELO x",
        b"<?xml version='1.0'?><stream:stream to='chat'>",
        b'{"jsonrpc": "2.0", "method": "eth_blockNumber"}',
        b'[{"id": 1}]',
        b"*1\r\n$4\r\nPING\r\n",
        b"RFB 003.008",
        b"@RSYNCD: 31.0",
        b"a001 CAPABILITY",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2",
    ],
)
def test_other_greetings_are_told_what_this_is(line):
    assert farewell_to(line) == farewell_to_line(line) == PLAIN


@pytest.mark.parametrize(
    "word",
    [b"MSSP-REQUEST", b"mssp-request ", b"JDWP-Handshake", b"EHLO", b"CAPA", b"PING", b"INFO"],
)
def test_a_word_of_a_crawler_is_none_only_when_the_line_has_ended(word):
    assert farewell_to(word) is None
    assert farewell_to_line(word) == PLAIN


@pytest.mark.parametrize(
    "name", [b"ping", b"info", b"Pingu", b"INFORMER", b"nick", b"NICK", b"join", b"pass", b"CAP"]
)
def test_a_name_like_such_a_word_is_a_name(name):
    assert farewell_to_line(name) is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"alice",
        b"#alice",
        b"GET",
        b"GET lost",
        b"get / http/1.1",
        b"HTTP/1.1",
        b"SSH",
        b"ssh-2.0",
        b"I like HTTP/2",
        b"WHO SPEAKS HTTPS/2",
        b"/quit",
        "Ærøskøbing".encode(),
    ],
)
def test_a_person_is_not_taken_for_a_program(line):
    assert farewell_to(line) is None


def test_tls_is_told_that_this_port_speaks_plain_text():
    assert farewell_to(b"\x16\x03\x01") == b"This port speaks plain text, not TLS.\r\n"


@pytest.mark.parametrize("first", [0x00, 0x01, 0x02, 0x03, 0x05, 0x10, 0x12, 0x13])
def test_input_that_no_user_types_first_is_refused(first):
    assert farewell_to(bytes([first, 1])) == (
        b"This is a chat server for plain text. Connect with telnet or nc.\r\n"
    )


def test_versions_that_are_the_byte_of_ctrl_d_are_refused_by_what_follows():
    # SOCKS 4: CONNECT to port 80 of 192.0.2.1, for nobody.  Cassandra: OPTIONS.
    for opener in (
        b"\x04\x01\x00\x50\xc0\x00\x02\x01\x00",
        b"\x04\x00\x00\x00\x05\x00\x00\x00\x00",
    ):
        for size in range(2, len(opener)):
            assert farewell_to(opener[:size]) == PLAIN
    for typed in (b"\x04", b"\x04\n", b"\x04\r\0", b"\x04\x04", b"\x04alice"):
        assert farewell_to(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        b"\x04",
        b"\x15",
        b"\x17",
        b"\x15alice\r\n",
        b"alice",
        b"\r\n",
        b"\n",
        b"\t",
        b"\x08",
        b"\x7f",
        b"\x1b[A",
        b" ",
        b"\xff\xfb\x1f",
    ],
)
def test_what_a_person_or_their_telnet_may_send_first_is_let_in(typed):
    assert farewell_to(typed) is None


def test_names_in_every_script_are_let_in():
    for text in ("ñandú", "Ольга", "Ωμέγα", "محمد", "דוד", "नमस्ते", "太郎", "한글", "🎉"):
        assert farewell_to(text.encode()) is None


def test_every_answer_is_short_plain_and_ends_its_lines():
    answers = [farewell_to(bytes([first])) for first in range(256)]
    answers += map(farewell_to, [*REQUESTS, *IRC, b"SSH-2.0-x"])
    for answer in filter(None, answers):
        assert len(answer) < 200
        assert answer.endswith(b"\r\n")
        assert answer.replace(b"\r\n", b"").isascii()
        assert answer.replace(b"\r\n", b"").decode().isprintable()


def test_ctrl_c_as_the_first_key_leaves():
    assert farewell_to(b"\x03") == b"Goodbye.\r\n"


@pytest.mark.parametrize("behind", [b"\x20\0\0\0", b"\x21\x11\0\x0c\n\0\0\1\n\0\0\2\0\1\0\2"])
def test_a_proxy_that_is_not_expected_does_not_leave_with_the_quit_in_its_header(behind):
    assert farewell_to(b"\r\n\r\n\0\r\nQUIT\n" + behind) == PLAIN
