"""
Recognising who comes by their first bytes.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.doors.recognise import ENOUGH, FAREWELLS, Kind, is_program, recognise
from twisted_chat.doors.recognise import take_as_it_is as at_silence

# What real programs begin with, as they were seen to.
OPENERS = {
    Kind.TLS: [
        b"\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x01",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\n" * 500,
    ],
    Kind.SSH: [
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        b"SSH-2.0-PuTTY_Release_0.78\r\n",
        b"SSH-2.0-dropbear_2022.83\r\n\0\0\x02\x44",
        b"SSH-1.99-x",
        b"SSH-1.5-1.2.27\n",
    ],
    Kind.HTTP: [
        b"GET / HTTP/1.1\r\n",
        b"GET /health HTTP/1.0\r\n\r\n",
        b"POST /cgi-bin/luci?a=b&c=%20d HTTP/1.1",
        b"HEAD http://example.com/ HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"PROPFIND /dav HTTP/1.1",
        b"CONNECT example.com:443 HTTP/1.1",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        b"OPTIONS rtsp://example.com RTSP/1.0",
        b"OPTIONS sip:nm SIP/2.0\r\n",
        b"REQMOD icap://example.com/ ICAP/1.0",
        b"POST /" + b"a" * 5000 + b" HTTP/1.1\r\n",
    ],
    # As irssi, WeeChat, senpai, Halloy, ZNC, a web gateway and a test of ports send it.
    Kind.IRC: [
        b"CAP LS 302\r\nJOIN :\r\n",
        b"CAP LS 302\r\nNICK alice\r\nUSER alice 0 * :alice\r\n",
        b"JOIN :\r\n",
        b"NICK alice",
        b"NICK :alice",
        b"USER alice 0 * :Alice Liddell",
        b"PASS :secret",
        b"CAP REQ :sasl",
        b"CAP NONSENSE\r\n",
        b"AUTHENTICATE PLAIN",
        b"WEBIRC hunter2 gateway host.example 192.0.2.1",
        b"QUIT :chkport",
        b"PING :1700000000",
        b"@label=1 NICK alice",
        b"cap ls 302\r\nnick bot\r\nuser bot 0 * :bot\r\n",
        b"nick bot\r\nuser bot 0 * :bot\r\n",
        b"User bot 0 * :bot\r\n",
        b"pass secret\r\nNick bot\r\n",
        b"Cap LS\r\n",
    ],
    Kind.JSON: [
        b'{"type": "hello"}\n',
        b'{"jsonrpc": "2.0", "method": "eth_blockNumber"}',
        b"{\n",
    ],
    Kind.LINES: [
        b"alice\r\n",
        b"alice\n/quit\n",
        b"\xff\xfb\x1f\xff\xfb\x20",
        b"\n",
        b"\ralice",
        b"GET\n",
        b"GET lost\n",
        b"get / http/1.1\r\n",
        b"HTTP/1.1\n",
        b"ssh-2.0\n",
        b"NICK\r\n",
        b"nick\r\nbob",
        b"Nick Cave\n",
        b"user bot\r\n",
        b"join #den\r\n",
        b"quit :bye\r\n",
        b"PING\r\n",
        b"\x04\r\n",
        b"\x15alice\r\n",
        b"\x1b[A\n",
        "Ærøskøbing\n".encode(),
        "太郎\n".encode(),
        b"x" * 64,
        b"\x80\x2e\x01\0\x02\0\x15\0\0\0\x10\n",
    ],
    Kind.INTERRUPT: [b"\x03\x03", b"\x03\r\n"],
    Kind.OTHER: [
        b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0",
        b"\x04\x01\0\x50\x7f\0\0\x01root\0",
        b"\x05\x01\0",
        b"\0\0\0\x85\xffSMBr\0\0\0\0\x18\x53\xc8",
        b"\0\0\0\x08\x04\xd2\x16\x2f",
        b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0",
        b"\x04\0\0\1\5\0\0\0\0",
        b"\x12\x01\0\x2f\0\0\1\0\0\0\x1a\0\6",
        b"\x02default\n",
        b"\x13BitTorrent protocol" + bytes(48),
        b"\x0f\0\x2f\x09localhost\x63\xdd\x01\1\0",
        b"\x16alice",
        b"EHLO mail.example.com",
        b"<?xml version='1.0'?><stream:stream to='chat'>",
        b'[{"id": 1}]',
        b"*1\r\n$4\r\nPING\r\n",
        b"RFB 003.008",
        b"@RSYNCD: 31.0",
        b"a001 CAPABILITY",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c",
    ],
}
EVERY = [(kind, opener) for kind, openers in OPENERS.items() for opener in openers]


@pytest.mark.parametrize(("kind", "opener"), EVERY, ids=repr)
def test_a_program_is_known_by_what_it_says_first_however_that_is_cut(kind, opener):
    known = [recognise(opener[:size]) for size in range(len(opener) + 1)]
    assert known[-1] is kind
    assert set(known) <= {None, kind}
    # Once it is known, it stays known.
    assert known == sorted(known, key=lambda each: each is not None)


# Whatever anyone may send: random bytes, and pieces of what programs send, in any order.
PIECES = [
    b"GET ", b"PING ", b"NICK ", b"CAP LS", b":", b"/", b"* ", b"http://", b" HTTP/1", b"SSH-",
    b"{", b'[ "', b"\r", b"\n", b" ", b"\0", b"\x03", b"\x04", b"\x16", b"\xff", b"@a ", b"JOIN ",
    b"PROXY ", b"TCP", b"a1 ", b"LOGIN", b"\r\n\r\n\0\r\nQUI", b"T\n", b"x" * 20, b"EHLO ", b"*1",
    b"nick ", b"user ", b"cap ", b"ls",
]  # fmt: skip
ANYTHING = st.one_of(
    st.binary(max_size=100),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)), max_size=12).map(b"".join),
)


@given(ANYTHING, st.data())
def test_the_verdict_on_a_part_is_the_verdict_on_the_whole(opener, data):
    part = opener[: data.draw(st.integers(0, len(opener)))]
    if recognise(part) is not None:
        assert recognise(opener) is recognise(part)
        assert at_silence(part) is recognise(part)


@given(ANYTHING)
def test_nothing_is_undecided_beyond_64_bytes_or_a_silence(opener):
    assert recognise((opener + b"x" * 64)[:64]) is not None
    assert ENOUGH == 64
    assert isinstance(at_silence(opener), Kind)


@pytest.mark.parametrize(
    ("begun", "kind"),
    [
        (b"", Kind.LINES),
        (b"al", Kind.LINES),
        (b"GET", Kind.LINES),
        (b"SSH", Kind.LINES),
        (b"\x03", Kind.INTERRUPT),
        (b"\x16", Kind.OTHER),
        (b"\x04", Kind.LINES),
        (b"\r\n", Kind.LINES),
    ],
)
def test_who_says_no_more_is_taken_as_they_are(begun, kind):
    assert recognise(begun) is None
    assert at_silence(begun) is kind


def test_a_browser_is_told_so_that_it_shows_why():
    head, _, body = FAREWELLS[Kind.HTTP].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in head
    assert body == b"This is a chat server, not a web server. Connect with telnet or nc.\r\n"


@pytest.mark.parametrize(
    ("kind", "farewell"),
    [
        (Kind.TLS, b"This port speaks plain text, not TLS.\r\n"),
        (Kind.SSH, b"This is a chat server, not an SSH server. Connect with telnet or nc.\r\n"),
        (
            Kind.IRC,
            (
                b"ERROR :IRC is not read here: no door for it is open, or the connection began "
                b"otherwise. Connect with telnet or nc.\r\n"
            ),
        ),
        (
            Kind.JSON,
            (
                b'{"error": "no-such-door", "message": "JSON is not read here: '
                b'no door for it is open, or the connection began otherwise."}\r\n'
            ),
        ),
        (Kind.LINES, b"This port is for programs only.\r\n"),
        (Kind.INTERRUPT, b"Goodbye.\r\n"),
        (Kind.OTHER, b"This is a chat server for plain text. Connect with telnet or nc.\r\n"),
    ],
)
def test_others_are_told_in_their_own_words(kind, farewell):
    assert FAREWELLS[kind] == farewell


def test_every_farewell_is_short_plain_and_ends_its_lines():
    assert FAREWELLS.keys() == set(Kind)
    for farewell in FAREWELLS.values():
        assert len(farewell) < 200
        assert farewell.endswith(b"\r\n")
        assert farewell.replace(b"\r\n", b"").decode("ascii").isprintable()


@pytest.mark.parametrize(
    "word",
    [b"MSSP-REQUEST", b"mssp-request ", b"JDWP-Handshake", b"EHLO", b"CAPA", b"PING", b"INFO"],
)
def test_a_word_of_a_crawler_as_a_name_is_a_program(word):
    assert is_program(word) is Kind.OTHER


@pytest.mark.parametrize(
    ("kind", "line"),
    [(Kind.IRC, b"CAP LS 302"), (Kind.SSH, b"SSH-2.0-x"), (Kind.HTTP, b"GET / HTTP/1.1")],
)
def test_a_program_that_speaks_behind_the_prompt_is_one_too(kind, line):
    assert is_program(line) is kind
    assert recognise(line + b"\r\n", is_prompted=True) is kind


@pytest.mark.parametrize(
    "name",
    [
        b"ping", b"info", b"Pingu", b"INFORMER", b"nick", b"NICK", b"join", b"pass", b"CAP", b"",
        b"alice", b"nick alice", b"cap ls", b"GET lost", b"I like HTTP/2", b"/quit", b"\x01",
        b"\x03", b"\x04", b"\x16",
    ],
)  # fmt: skip
def test_a_name_like_such_a_word_is_a_name(name):
    assert is_program(name) is None


@pytest.mark.parametrize("line", [b"nick alice\n", b"pass me\n", b"cap ls\n", b"user a b c d\n"])
def test_behind_a_prompt_verbs_in_small_letters_are_a_users(line):
    assert recognise(line, is_prompted=True) is at_silence(line, is_prompted=True) is Kind.LINES
