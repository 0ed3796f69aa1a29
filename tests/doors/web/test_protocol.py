"""
The web door: its health, its short answers, connections that are kept, and its own limits.
"""

import json

import pytest
from attrs import evolve
from shared_port import Port
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.web.page import Page
from twisted_chat.doors.web.protocol import (
    ANSWER_WITHIN,
    KEPT_FOR,
    MOST_REQUESTS,
    REQUEST_WITHIN,
)
from twisted_chat.limits import Limits, Rate
from twisted_chat.version import VERSION

GET = b"GET /health HTTP/1.1\r\nHost: chat\r\n\r\n"


def asked(port, request, host="192.0.2.1"):
    """
    Return the status of the answer, and its text.
    """
    client = port.connect(host)
    found = answer_to(client, request)
    client.hangs_up()
    return found


def answer_to(client, request):
    client.sends(request)
    head, _, body = client.reads().partition(b"\r\n\r\n")
    # What the answer says of the connection is so.
    assert f"\r\nConnection: {'keep-alive' if client.is_connected else 'close'}" in head.decode()
    return int(head.split(b" ")[1]), body


def test_health_is_the_version_and_nothing_about_people():
    port = Port()
    before = asked(port, GET)
    port.chat.arrive("alice").types("/topic secret")
    assert asked(port, GET) == before
    status, body = before
    assert (status, json.loads(body)) == (200, {"status": "ok", "version": VERSION})
    assert asked(port, GET.replace(b"GET", b"HEAD")) == (200, b"")


@pytest.mark.parametrize("path", [b"/", b"/healthy", b"/ws", b"/../etc/passwd"])
def test_a_port_without_the_door_for_programs_has_no_page(path):
    assert asked(Port(), b"GET " + path + b" HTTP/1.1\r\n\r\n") == (
        404,
        b"This is a chat server, and has no page here. Connect with telnet or nc.\n",
    )


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /health HTTP/1.1\r\nContent-Length: 9\r\n\r\nalice\nhi\n", 405),
        (b"GET /health\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000, 431),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ],
)
def test_other_requests_are_refused_and_make_nobody(request_, status):
    port = Port()
    assert asked(port, request_)[0] == status
    assert not port.chat.hub.sessions


def test_a_refused_method_is_told_which_there_are():
    client = Port().connect()
    client.sends(b"DELETE / HTTP/1.1\r\n\r\n")
    head, _, body = client.reads().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"\r\nAllow: GET, HEAD" in head
    assert body == b"This server answers GET, HEAD and no other method.\n"


def test_the_page_is_shown_unless_it_is_switched_off():
    port = Port()
    port.web.page = Page.of({"index.html": "<p>chat</p>", "a.js": "1;"})
    assert asked(port, b"GET / HTTP/1.1\r\n\r\n") == (200, b"<p>chat</p>")
    assert asked(port, b"HEAD / HTTP/1.1\r\n\r\n") == (200, b"")
    assert asked(port, b"GET /static/a.js HTTP/1.1\r\n\r\n") == (
        404,
        b"There is nothing at this address; the page of the chat is at /.\n",
    )
    port.web.has_page = False
    assert asked(port, b"GET / HTTP/1.1\r\n\r\n")[0] == 404
    assert asked(port, GET)[0] == 200


def test_one_connection_is_for_one_request_after_the_other():
    port = Port()
    client = port.connect()
    for _ in range(MOST_REQUESTS - 1):
        assert answer_to(client, GET)[0] == 200
        assert client.is_connected
        port.advance(KEPT_FOR - 1)
    # Those that wait count as the port counts what says nothing, and not here.
    assert (port.web.connections, port.admission.total) == (0, 1)
    assert answer_to(client, GET)[0] == 200
    assert not client.is_connected
    assert (port.web.connections, port.admission.total) == (0, 0)


def test_a_connection_that_brings_no_other_request_is_closed():
    port = Port()
    client = port.connect()
    assert answer_to(client, GET)[0] == 200
    port.advance(KEPT_FOR - 0.1)
    assert client.is_connected
    port.advance(0.2)
    assert not client.is_connected
    assert client.reads() == b""
    assert (port.web.connections, port.admission.total) == (0, 0)


@pytest.mark.parametrize(
    "request_",
    [
        GET + GET,
        GET + b"G",
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"\r\n\r\n", b"\r\nConnection: foo, Close\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 0, 9\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
)
def test_what_comes_behind_a_request_or_within_it_is_never_taken_for_another(request_):
    client = Port().connect()
    assert answer_to(client, request_)[0] == 200
    assert not client.is_connected
    client.sends(GET)
    assert client.reads() == b""


def test_a_kept_connection_must_bring_the_whole_of_each_request_in_time():
    port = Port()
    client = port.connect()
    assert answer_to(client, GET)[0] == 200
    client.sends(GET[:20])
    port.advance(REQUEST_WITHIN)
    assert client.reads().startswith(b"HTTP/1.1 408 ")
    assert not client.is_connected


def test_each_request_of_a_kept_connection_counts():
    port = Port(limits=Limits(http_rate=Rate(3, 60)))
    client = port.connect()
    assert [answer_to(client, GET)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert not client.is_connected
    assert port.web.connections == 0


def test_connections_that_wait_for_a_request_give_way_to_others():
    port = Port(limits=Limits(max_clients=40))
    kept = [port.connect() for _ in range(40)]
    # More of one address than may bring requests at once.
    assert [answer_to(client, GET)[0] for client in kept] == [200] * 40
    alice = port.connect("192.0.2.2")
    alice.sends(b"alice\n")
    assert "alice" in port.chat.hub.users
    assert [client.is_connected for client in kept] == [False] + [True] * 39
    assert kept[0].reads() == b""
    # So they do when the server stops.
    port.admission.close(b"bye")
    port.advance(0)
    assert not any(client.is_connected for client in kept)
    assert kept[1].reads() == b""


def test_a_kept_connection_may_open_a_websocket():
    port, given = Port(), []

    class Door:
        def buildProtocol(self, addr):  # noqa: N802  # Twisted's name
            taken = Protocol()
            taken.dataReceived = given.append
            return taken

    port.web.sockets = Door
    client = port.connect()
    assert answer_to(client, GET)[0] == 200
    client.sends(b"GET /ws HTTP/1.1\r\n\r\n")
    assert given == [b"GET /ws HTTP/1.1\r\n\r\n"]
    assert (port.web.connections, port.admission.total) == (0, 0)
    port.advance(10 * KEPT_FOR)
    assert client.is_connected


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /ws HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 405),
        (b"POST /ws HTTP/1.1\r\n\r\n", 405),
        (b"PUT / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", 405),
        (b"HEAD /ws HTTP/1.1\r\n\r\n", 405),
        (b"GET /ws HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 400),
        (b"GET /ws HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 400),
        (b"GET /ws HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET /ws HTTP/1.1\r\n\r\n\x81\x82\0\0\0\0{}", 400),
    ],
)
def test_what_cannot_open_a_websocket_is_answered_as_everything_else(request_, status):
    port = Port()
    port.web.sockets = object
    client = port.connect()
    found, body = answer_to(client, request_)
    assert found == status
    assert body.endswith(b".\n") or request_.startswith(b"HEAD")
    assert not client.is_connected
    assert (port.web.connections, port.admission.total) == (0, 0)


def test_requests_have_a_limit_of_their_own_and_take_none_of_a_user():
    port = Port(limits=Limits(max_per_host=1, host_rate=Rate(1, 600), http_rate=Rate(3, 60)))
    assert [asked(port, GET)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert asked(port, GET, "192.0.2.2")[0] == 200
    alice = port.connect()
    alice.sends(b"alice\n")
    assert "alice" in port.chat.hub.users
    port.advance(20)
    assert asked(port, GET)[0] == 200


def test_a_request_that_is_begun_and_dropped_counts_too():
    port = Port(limits=Limits(http_rate=Rate(3, 60)))
    for _ in range(3):
        client = port.connect()
        client.sends(b"GET / HTTP/1.1\r\n")
        client.hangs_up()
    assert asked(port, GET)[0] == 429
    assert asked(port, GET, "192.0.2.2")[0] == 200


def test_one_address_has_no_more_than_32_requests_open():
    port = Port(limits=Limits())
    begun = [port.connect() for _ in range(32)]
    for client in begun:
        client.sends(b"GET / HTTP/1.1\r\n")
    assert asked(port, b"GET / HTTP/1.1\r\n")[0] == 429
    assert asked(port, GET, "192.0.2.2")[0] == 200
    begun.pop().hangs_up()
    assert asked(port, GET)[0] == 200
    for client in begun:
        client.hangs_up()
    assert port.web.connections == 0


def test_behind_a_trusted_proxy_its_clients_are_counted_and_not_the_proxy():
    port = Port(limits=Limits(http_rate=Rate(1, 600)))
    port.web.proxies = Proxies.read(["192.0.2.1"])

    def through(client):
        return asked(port, GET[:-2] + b"X-Forwarded-For: " + client + b"\r\n\r\n")[0]

    assert [through(b"198.51.100.7"), through(b"198.51.100.8")] == [200, 200]
    assert through(b"198.51.100.7") == 429
    port.web.proxies = Proxies()
    assert [through(b"203.0.113.1"), through(b"203.0.113.2")] == [200, 429]


def test_without_a_limit_for_hosts_there_is_none_for_requests():
    port = Port(limits=Limits(max_per_host=0, http_rate=Rate(1, 600)))
    assert [asked(port, GET)[0] for _ in range(5)] == [200] * 5


def test_a_request_must_come_within_ten_seconds():
    port = Port()
    client = port.connect()
    client.sends(b"GET /health HTTP/1.1\r\n")
    for _ in range(9):
        port.advance(1)
        client.sends(b"X: y\r\n")
    assert client.reads() == b""
    port.advance(1)
    assert client.reads().startswith(b"HTTP/1.1 408 ")
    assert not client.is_connected


class StuckTransport(StringTransport):
    """
    A connection to a peer that does not read.
    """

    is_aborted = False

    def write(self, data):
        super().write(data)
        if self.producer is not None:
            self.producer.pauseProducing()

    def abortConnection(self):  # noqa: N802  # Twisted's name
        self.is_aborted = True


def test_an_answer_that_is_not_read_is_cut_after_five_seconds():
    port = Port()
    transport = StuckTransport(lenient=True)
    protocol = port.web.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(GET + GET)
    protocol.dataReceived(GET)
    port.advance(4.9)
    assert not transport.is_aborted
    port.advance(0.2)
    assert transport.is_aborted
    assert port.web.connections == 1
    protocol.connectionLost(Failure(ConnectionDone()))
    assert port.web.connections == 0


def test_the_next_request_is_answered_when_the_answer_before_it_is_read():
    port = Port()
    transport = StuckTransport(lenient=True)
    protocol = port.web.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(GET)
    for part in (GET[:9], GET[9:]):
        protocol.dataReceived(part)
    assert transport.value().count(b"HTTP/1.1 200") == 1
    assert transport.producerState == "paused"
    assert (port.web.connections, port.admission.total) == (1, 1)
    transport.producer.resumeProducing()
    assert transport.value().count(b"HTTP/1.1 200") == 2
    assert transport.producerState == "producing"
    # Nor does it wait for ever.
    port.advance(ANSWER_WITHIN)
    assert transport.is_aborted
    protocol.connectionLost(Failure(ConnectionDone()))
    assert (port.web.connections, port.admission.total) == (0, 0)


def test_new_limits_hold_at_once():
    port = Port(limits=Limits(http_rate=Rate(1, 600)))
    assert [asked(port, GET)[0] for _ in range(2)] == [200, 429]
    port.chat.hub.world.limits = evolve(port.chat.hub.world.limits, http_rate=Rate(0))
    assert [asked(port, GET)[0] for _ in range(2)] == [200, 200]
