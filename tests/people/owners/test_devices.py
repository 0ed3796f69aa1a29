"""
Devices: the programs of an account.
"""

import pytest
from coming_back import PASSWORD, come, come_back, names, refusal_of, registered
from shared_json import Programs

from twisted_chat.people.programs.holding import HELD_FOR
from twisted_chat.store.keys import PublicKey


def test_logging_out_ends_the_token_and_leaves_those_of_other_devices() -> None:
    here = Programs()
    phone, token = come(here)
    phone.asks("command", name="register", args={"password": PASSWORD})
    laptop, other = come(here, password=PASSWORD)
    phone.asks("command", name="logout")
    laptop.asks("bye")
    assert refusal_of(here.connect(), token) == "unknown-token"
    assert refusal_of(here.connect(), other) == ""


def test_a_device_keeps_its_number_however_the_devices_are_used() -> None:
    here = Programs()
    phone, token = registered(here)
    here.chat.advance(1)
    laptop, other = come(here, "alice", password=PASSWORD, device="laptop")
    here.chat.advance(1)
    tablet = here.arrive("alice", password=PASSWORD, device="tablet")

    def listed() -> list[str]:
        return [each["name"] for each in tablet.asks("command", text="/devices")[-1]["devices"]]

    assert listed() == ["phone", "laptop", "tablet"]
    here.chat.advance(1)
    phone.asks("command", name="join", args={"room": "dev"})
    assert listed() == ["phone", "laptop", "tablet"]
    laptop.transport.hang_up()
    here.chat.advance(HELD_FOR)
    assert listed() == ["phone", "laptop", "tablet"]
    tablet.asks("command", text="/unlink 2")
    assert refusal_of(here.connect(), other) == "unknown-token"
    assert refusal_of(here.connect(), token) == ""


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_owner_removes_a_device_with_its_session(is_gone: bool) -> None:
    here = Programs()
    phone, token = registered(here)
    laptop = here.arrive("alice", password=PASSWORD, device="laptop")
    if is_gone:
        phone.transport.hang_up()
    (listed,) = laptop.asks("command", text="/devices")
    assert [(each["number"], each["name"], each["is_here"]) for each in listed["devices"]] == [
        (1, "phone", True),
        (2, "laptop", True),
    ]
    (unlinked,) = laptop.asks("command", name="unlink", args={"number": 1})
    assert unlinked["device"]["name"] == "phone"
    assert not phone.is_connected
    assert names(come_back(here, token)[1]) == ["unknown-token"]
    (refused,) = laptop.asks("command", text="/unlink 7")
    assert refused["message"] == "There is no device 7. /devices lists them."
    assert [each["name"] for each in laptop.asks("command", text="/devices")[0]["devices"]] == [
        "laptop"
    ]


def test_keys_are_devices_too_and_what_they_opened_ends_with_them() -> None:
    here = Programs()
    phone, _ = registered(here)
    hub = here.chat.hub
    account = hub.world.find_account("alice")
    assert account is not None
    key = hub.keys.new(account, PublicKey("ssh-ed25519", "SHA256:" + "k" * 43, "laptop"))
    hub.keys.load(key)
    by_key, by_password = here.chat.connect(), here.chat.connect()
    for person in (by_key, by_password):
        person.types("alice", PASSWORD)
    # As the door of SSH does it.
    session = by_key.protocol.session
    assert session is not None
    session.opened_by = f"key {key.fingerprint}"
    (listed,) = phone.asks("command", text="/devices")
    assert [(each["number"], each["name"], each["door"]) for each in listed["devices"]] == [
        (1, "phone", "json"),
        (2, "laptop", "ssh"),
    ]
    assert listed["devices"][1]["fingerprint"] == key.fingerprint
    assert listed["devices"][1]["is_here"]
    phone.asks("command", text="/unlink 2")
    assert not hub.keys.opens(key.fingerprint, account)
    assert not by_key.is_connected
    assert by_key.reads()[-1] == "Disconnected: this device needs your password again."
    assert by_password.is_connected


def test_a_key_that_is_removed_closes_what_it_opened() -> None:
    here = Programs()
    phone, _ = registered(here)
    hub = here.chat.hub
    account = hub.world.find_account("alice")
    assert account is not None
    hub.keys.load(hub.keys.new(account, PublicKey("ssh-ed25519", "SHA256:" + "k" * 43, "old")))
    other = here.chat.connect()
    other.types("alice", PASSWORD)
    assert other.protocol.session is not None
    other.protocol.session.opened_by = f"key SHA256:{'k' * 43}"
    read, removed = phone.asks("command", text="/key remove old")
    # With its end, what it has shown is read.
    assert (removed["event"], read["event"]) == ("key-removed", "read-up-to")
    assert not other.is_connected


@pytest.mark.parametrize("way", ["passwd", "unregister"])
def test_sessions_that_a_token_opened_end_with_it_and_those_with_a_password_stay(way: str) -> None:
    here = Programs()
    _, token = registered(here)
    script = here.connect()
    script.asks("hello", token=token, resume=False)
    desk = here.chat.connect()
    desk.types("alice", PASSWORD)
    if way == "passwd":
        desk.types("/passwd", PASSWORD, "battery staple", "battery staple")
    else:
        desk.types("/unregister", PASSWORD)
    assert desk.is_connected
    assert not script.is_connected
    assert [each["cause"] for each in script.reads() if each["event"] == "closed"] == ["unlinked"]
