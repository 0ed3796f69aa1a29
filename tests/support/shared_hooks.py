"""
What tests of HTTP with a body share.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen
from shared_accounts import registered
from shared_port import Client, Port

from twisted_chat.testing import Person


@frozen
class Answered:
    """
    An answer of HTTP.
    """

    status: int
    body: str
    fields: dict[str, str]


def answer_of(client: Client) -> Answered | None:
    """
    Return what came, without what asks to go on; None for nothing.
    """
    data = client.reads().removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    if not data:
        return None
    head, _, body = data.decode().partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    fields = dict(line.split(": ", 1) for line in rest)
    # To HEAD there is no body.
    assert int(fields["Content-Length"]) == len(body.encode()) or not body
    return Answered(int(first.split(" ")[1]), body, fields)


def written(method: str, path: str, body: bytes | str = b"", **fields: str) -> bytes:
    """
    Return a request; underscores in the names of fields are hyphens.
    """
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    if data or method == "POST":
        named = {"Content-Length": str(len(data))} | named
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{method} {path} HTTP/1.1\r\nHost: chat\r\n{head}\r\n".encode() + data


def send(port: Port, *asked: Any, host: str = "192.0.2.1", **fields: str) -> Answered:
    """
    Send a request on a connection of its own, and return the answer, behind which that is closed.
    """
    client = port.connect(host)
    client.sends(written(*asked, **fields))
    found = answer_of(client)
    assert found is not None
    assert not client.is_connected
    return found


def hooked(port: Port) -> tuple[Person, str]:
    """
    Return the owner of a room, who is in it, and the path of its webhook.
    """
    alice = registered(port.chat, "alice")
    alice.types("/join ops", "/webhook add deploy")
    found = re.search(r"localhost:7342(/hook/\S+)", "\n".join(alice.reads()))
    assert found is not None
    return alice, found[1]
