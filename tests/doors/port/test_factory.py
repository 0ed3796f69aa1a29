"""
The factory of a port: who finds room, and who may shake hands.
"""

from shared_port import Port
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.limits import Limits, Rate


def test_where_nothing_but_tls_is_spoken_one_too_many_is_cut_without_a_word():
    port = Port(limits=Limits(max_clients=1, max_per_host=0), is_encrypted=True)
    port.chat.factory.connections = 1
    late = port.connect()
    port.advance(0)
    assert late.reads() == b""
    assert not late.is_connected


def test_a_host_may_have_so_many_handshakes_and_each_that_it_may_not_is_logged():
    port = Port(limits=Limits(handshake_rate=Rate(2, 60)))
    factory = port.factory
    assert factory.may_shake_hands("192.0.2.1")
    assert factory.may_shake_hands("192.0.2.1")
    with capturedLogs() as logged:
        assert not factory.may_shake_hands("192.0.2.1")
        assert factory.may_shake_hands("192.0.2.2")
    assert [formatEvent(event) for event in logged] == [
        "Refused a TLS handshake with '192.0.2.1': too many"
    ]
