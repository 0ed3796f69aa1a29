"""
Commands for accounts.
"""

from __future__ import annotations

import re
from pathlib import Path

from logins import SECRET, come, told
from shared_accounts import come_in, registered

from twisted_chat.testing import Chat


def test_sessions_lists_where_one_is_here_from() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1")
    couch = come_in(chat, "alice", host="10.0.0.2")
    chat.advance(30)
    couch.reads()
    couch.types("/sessions")
    desk, here = couch.reads()
    assert desk.startswith("From 10.0.0.1 since ")
    assert here.startswith("From 10.0.0.2 since ")
    assert here.endswith(" (30s), idle for 0s. This is the current one.")


def test_an_account_is_made_used_changed_and_given_up() -> None:
    chat = Chat()
    oscar = come(chat, "oscar", "operator")
    alice = chat.arrive("alice")
    alice.types("/register", SECRET, SECRET)
    assert told(oscar, "/grant alice operator")[0] == "alice is now an operator."
    assert told(oscar, "/revoke alice operator")[0] == "alice is no longer an operator."
    alice.types("/passwd", SECRET, "another secret", "another secret")
    assert alice.reads()[-1] == "Your password was changed."
    second = come_in(chat, "alice", "another secret")
    second.types("/ghost alice")
    assert not alice.is_connected
    second.reads()
    # What comes at once behind it might be a password typed ahead.
    chat.advance(3)
    second.types("/logout", "guest", "/login alice", "another secret")
    assert "You are now known as alice." in second.reads()
    second.types("/unregister", "another secret")
    assert second.reads()[-1].startswith("Your account alice was deleted.")


def test_what_is_kept_on_a_user_is_written_for_the_operator(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.upkeep.exports = tmp_path
    alice = come(chat, "alice")
    alice.types("/export")
    (file,) = tmp_path.iterdir()
    told_so = f"What is kept about you is in {file.name}. Ask the server's operator for it."
    assert alice.reads()[-1] == told_so


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlCH8GFnpGVHGMVqXKEJKrB0ixkFDO+Lpc3YYyDz9dK laptop"


def test_keys_are_added_listed_and_removed() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    assert "laptop" in told(alice, f"/key add {KEY}")[-1]
    assert "laptop" in told(alice, "/keys")[-1]
    assert "laptop" in told(alice, "/devices")[-1]
    assert "laptop" in told(alice, "/key remove laptop")[-1]
    assert told(alice, "/keys")[-1].startswith("No key opens your account.")


def test_a_device_is_let_in_by_a_code_or_not() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    for answer, is_in in (("no", False), ("yes", True)):
        (code,) = re.findall(r"[A-Z]{4}-[A-Z]{4}", told(alice, "/link")[0])
        phone = chat.arrive(f"phone{answer}", "10.0.0.7")
        phone.types(f"/link {code}")
        told(alice, f"/link {answer}")
        account = phone.protocol.session.require_user().account
        assert (account is not None) is is_in
