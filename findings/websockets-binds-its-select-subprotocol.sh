#!/bin/sh
# websockets 17.4: the argument select_subprotocol of ServerProtocol.
#
# Guess: a callable that is given the protocol and the subprotocols that the client offers, as its
# documentation says, and so a method of another object too.
#
# Behaviour: it is made a method of the protocol.  A function so gets both; a bound method, which
# cannot be bound again, gets the offered subprotocols alone, and the handshake ends with status 500.
#
# Output seen:
#     a function: 101
#     a bound method: 500
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'websockets==17.4' 2>/dev/null

cat > "$folder/shake.py" <<'END'
import logging

from websockets.client import ClientProtocol
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

logging.disable()


class Chooser:
    def choose(self, protocol, offered):
        return offered[0]


WAYS = {"a function": lambda protocol, offered: offered[0], "a bound method": Chooser().choose}
for name, choose in WAYS.items():
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), subprotocols=["chat"])
    client.send_request(client.connect())
    server = ServerProtocol(select_subprotocol=choose)
    server.receive_data(b"".join(client.data_to_send()))
    (request,) = server.events_received()
    print(f"{name}: {server.accept(request).status_code}")
END

seen=$("$folder/venv/bin/python" "$folder/shake.py")
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
