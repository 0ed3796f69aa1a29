import pytest

from twisted_chat.doors.recognise import farewell_to

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


@pytest.mark.parametrize("first", [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x12, 0x13])
def test_input_that_no_user_types_first_is_refused(first):
    assert farewell_to(bytes([first])) == (
        b"This is a chat server for plain text. Connect with telnet or nc.\r\n"
    )


@pytest.mark.parametrize(
    "typed", [b"alice", b"\r\n", b"\n", b"\t", b"\x08", b"\x7f", b"\x1b[A", b" ", b"\xff\xfb\x1f"]
)
def test_what_a_person_or_their_telnet_may_send_first_is_let_in(typed):
    assert farewell_to(typed) is None


def test_names_in_every_script_are_let_in():
    for text in ("ñandú", "Ольга", "Ωμέγα", "محمد", "דוד", "नमस्ते", "太郎", "한글", "🎉"):
        assert farewell_to(text.encode()) is None


def test_every_answer_is_short_plain_and_ends_its_lines():
    answers = [farewell_to(bytes([first])) for first in range(256)]
    answers += map(farewell_to, [*REQUESTS, b"SSH-2.0-x"])
    for answer in filter(None, answers):
        assert len(answer) < 200
        assert answer.endswith(b"\r\n")
        assert answer.replace(b"\r\n", b"").isascii()
        assert answer.replace(b"\r\n", b"").decode().isprintable()
