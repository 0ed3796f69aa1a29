"""
Devices: the programs of an account.
"""

import pytest
from coming_back import PASSWORD, come, come_back, names, refusal_of, registered
from shared_json import Programs

from twisted_chat.people.programs.holding import HELD_FOR


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
