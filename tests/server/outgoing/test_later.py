"""
What asks other servers is made when it is asked first.
"""

from twisted.internet.testing import MemoryReactorClock

from twisted_chat.http.addresses import Allowed
from twisted_chat.http.client import Asked
from twisted_chat.server.outgoing.agent import AgentFetch
from twisted_chat.server.outgoing.later import LaterFetch


def test_it_is_made_once() -> None:
    later = LaterFetch(MemoryReactorClock(), lambda: Allowed.read(["127.0.0.0/8"]))
    assert later._made is None
    found = []
    for _ in range(2):
        later.fetch(Asked("GET", "http://10.0.0.1/", {}, b"", 9)).addErrback(lambda _: None)
        found.append(later._made)
    assert isinstance(found[0], AgentFetch)
    assert found[0] is found[1]
