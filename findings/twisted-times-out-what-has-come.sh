#!/bin/sh
# Twisted 26.10.0: an answer that came in time, read when the reactor was busy until after the limit.
#
# Guess: a `Deferred.addTimeout`, whose Deferred a connection fires when the answer comes, treats all
# other work alike: either what lay in the socket before the limit wins, or the limit does.
#
# Behaviour: it depends on who called the other work.  Where a timer did (callLater), the answer
# wins; where another connection did, in its dataReceived, the limit wins: the reactor goes from what
# it has read to all timers that are due, and only then asks the sockets again.  So it is with epoll,
# with poll and with select.  A limit that puts its verdict off once, by `callLater(0)`, lets the
# sockets be read first in both cases.
#
# Output seen, for each of the three reactors:
#     work of a timer: plain limit: answered, one that looks once more: answered
#     work of a connection: plain limit: timed out, one that looks once more: answered
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'twisted==26.10.0' 2>/dev/null

cat > "$folder/limit.py" <<'END'
import socket
import sys
import threading
import time
from importlib import import_module

name, work = sys.argv[1:]
import_module(f"twisted.internet.{name}").install()

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import TimeoutError
from twisted.internet.protocol import Factory, Protocol

LIMIT, BUSY, ANSWERED = 0.5, 1.0, 0.1
outcomes = {}


class Asker(Protocol):
    def connectionMade(self):
        self.plain, self.patient = Deferred(), Deferred()
        self.plain.addTimeout(LIMIT, reactor)
        reactor.callLater(LIMIT, reactor.callLater, 0, self.give_up)
        self.plain.addCallbacks(lambda _: "answered", lambda _: "timed out")
        self.plain.addCallback(lambda found: outcomes.update(plain=found))
        self.patient.addCallbacks(lambda _: "answered", lambda _: "timed out")
        self.patient.addCallback(lambda found: outcomes.update(patient=found))
        if work == "timer":
            reactor.callLater(0, time.sleep, BUSY)

    def give_up(self):
        if not self.patient.called:
            self.patient.errback(TimeoutError())

    def dataReceived(self, data):
        for each in (self.plain, self.patient):
            if not each.called:
                each.callback(data)


class Other(Protocol):
    def dataReceived(self, data):
        time.sleep(BUSY)


def connect(protocol):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    factory = Factory.forProtocol(protocol)
    reactor.adoptStreamConnection(ours.fileno(), socket.AF_UNIX, factory)
    ours.close()
    return theirs


answerer, other = connect(Asker), connect(Other)
if work == "connection":
    other.sendall(b"work")
threading.Timer(ANSWERED, answerer.sendall, [b"the answer"]).start()
reactor.callLater(BUSY + 1, reactor.stop)
reactor.run()
print(
    f"work of a {work}: plain limit: {outcomes['plain']}, "
    f"one that looks once more: {outcomes['patient']}"
)
END

expected='work of a timer: plain limit: answered, one that looks once more: answered
work of a connection: plain limit: timed out, one that looks once more: answered'
for name in epollreactor pollreactor selectreactor; do
    seen=$(for work in timer connection; do
        "$folder/venv/bin/python" "$folder/limit.py" "$name" "$work"
    done)
    printf '%s:\n%s\n' "$name" "$seen"
    test "$seen" = "$expected"
done
