"""
Logging in by SSH: any key or none for a guest, a key or the password of an account.
"""

import pytest
from logins import SECRET, register
from shared_ssh import Ssh, SshServer, line_of, new_key
from twisted.conch.ssh.common import NS
from twisted.conch.ssh.keys import FingerprintFormats

from twisted_chat.doors.ssh.login import MOST_TRIES
from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS

AGAIN = "You are in #lobby as alice. Nobody else is here yet."


@pytest.fixture
def server() -> SshServer:
    made = SshServer()
    register(made.chat, "alice").hangs_up()
    return made


def comes_in(client: Ssh) -> bool:
    return client.is_let_in and client.reads()[:1] == [AGAIN]


def test_a_name_with_an_account_asks_for_its_password_and_shows_nothing_of_it(
    server: SshServer,
) -> None:
    alice = server.ssh("alice", passwords=(SECRET,))
    assert comes_in(alice)
    assert alice.questions == [("Password: ", False)]
    assert alice.instructions == ["The name alice is registered.\n"]


def test_a_wrong_password_is_told_and_asked_for_again(server: SshServer) -> None:
    alice = server.ssh("alice", passwords=("wrong", SECRET))
    assert comes_in(alice)
    assert alice.instructions[1] == "Wrong name or password.\n"


def test_wrong_passwords_end_the_connection_and_count_as_guesses_everywhere(
    server: SshServer,
) -> None:
    alice = server.ssh("alice", passwords=("wrong",) * MOST_TRIES)
    assert not alice.is_let_in
    assert not alice.is_connected
    assert "wrong password" in alice.farewell
    again = server.ssh("alice", passwords=(SECRET,))
    assert not again.is_let_in
    assert again.instructions[1].startswith("Too many wrong passwords, please wait")


def test_a_key_of_the_account_needs_no_password(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key, 'laptop')}\n/quit\n")
    again = server.ssh("alice", keys=(new_key(), key))
    assert comes_in(again)
    assert again.questions == []
    again.types("/keys\n")
    (row,) = again.reads()[-1:]
    # Conch pads it, which ssh-keygen does not.
    fingerprint = key.fingerprint(format=FingerprintFormats.SHA256_BASE64).rstrip("=")
    assert row.startswith(f"SHA256:{fingerprint} ssh-ed25519 laptop: since ")
    assert "last used" in row


def test_a_key_of_another_account_opens_nothing_here(server: SshServer) -> None:
    key = new_key()
    bob = server.ssh("bob", keys=(key,))
    bob.types(f"/register\n{SECRET}\n{SECRET}\n/quit\n")
    alice = server.ssh("alice", keys=(key,))
    assert not alice.is_let_in
    assert alice.questions == [("Password: ", False)]


def test_the_key_with_which_one_registers_opens_the_account(server: SshServer) -> None:
    key = new_key()
    bob = server.ssh("bob", keys=(key,))
    bob.types(f"/register\n{SECRET}\n{SECRET}\n")
    assert any("opens your account from now on" in line for line in bob.reads())
    bob.types("/quit\n")
    assert server.ssh("bob", keys=(key,)).is_let_in


def test_another_password_ends_all_keys(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,), keys=(key,))
    # It was only offered, but it is the one that its owner means.
    alice.types("/key add\n")
    assert "opens your account from now on" in alice.reads()[-1]
    alice.types(f"/passwd\n{SECRET}\nanother battery\nanother battery\n/keys\n")
    assert alice.reads()[-1] == "No key opens your account. /key add ssh-ed25519 AAAA... adds one."
    assert not server.ssh("alice", keys=(key,)).is_let_in


def test_a_key_is_removed_by_its_label_and_the_others_of_its_owner_are_told_of_a_new_one(
    server: SshServer,
) -> None:
    alice, other = (server.ssh("alice", passwords=(SECRET,)) for _ in range(2))
    other.reads()
    key = new_key()
    alice.types(f"/key add {line_of(key, 'laptop')}\n")
    assert "(laptop) opens your account from now on." in other.reads()[-1]
    alice.types("/key remove laptop\n")
    assert alice.reads()[-1].endswith("(laptop) no longer opens your account.")
    assert not server.ssh("alice", keys=(key,)).is_let_in


def test_keys_survive_the_server_with_their_last_use() -> None:
    store, key = MemoryStore(), new_key()
    first = SshServer(store=store)
    alice = first.ssh("alice", keys=(key,))
    alice.types(f"/register\n{SECRET}\n{SECRET}\n/quit\n")
    assert first.ssh("alice", keys=(key,)).is_let_in
    second = SshServer(store=store)
    again = second.ssh("alice", keys=(key,))
    assert comes_in(again)
    again.types("/keys\n")
    assert "last used" in again.reads()[-1]


def test_a_banned_owner_does_not_come_in_with_a_key(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n/quit\n")
    olive = server.chat.arrive("olive")
    server.chat.hub.users["olive"].roles.add("operator")
    olive.types("/serverban alice 1h spam")
    again = server.ssh("alice", keys=(key,))
    assert "You are banned" in b"".join([again.output, again.farewell.encode()]).decode()
    assert not again.is_connected


def test_a_damaged_signature_opens_nothing(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n/quit\n")

    class Liar:
        def __getattr__(self, name: str) -> object:
            return getattr(key, name)

        def sign(self, data: bytes, *more: object) -> bytes:
            signature: bytes = new_key().sign(data)
            return signature

    assert not server.ssh("alice", keys=(Liar(),)).is_let_in
    # A guest proves a key too, before it is taken for theirs.
    assert not server.ssh("bob", keys=(Liar(),) * MOST_TRIES).is_let_in


def test_an_agent_with_many_keys_is_asked_for_a_password_after_all(server: SshServer) -> None:
    keys = tuple(new_key() for _ in range(12))
    assert comes_in(server.ssh("alice", keys=keys, passwords=(SECRET,)))


def test_requests_without_end_are_ended(server: SshServer) -> None:
    alice = server.ssh("alice")
    for _ in range(100):
        alice.sends_packet(50, NS(b"alice") + NS(b"ssh-connection") + NS(b"none"))
    assert not alice.is_connected
    assert alice.farewell == "Too many tries to log in."


def test_an_answer_to_no_question_is_a_try(server: SshServer) -> None:
    alice = server.ssh("alice")
    for _ in range(MOST_TRIES + 1):
        alice.sends_packet(61, (0).to_bytes(4))
    assert not alice.is_connected


def test_a_login_has_as_much_time_as_a_name_elsewhere() -> None:
    server = SshServer(limits=Limits(login_timeout=60.0, rate=0.0))
    register(server.chat, "alice").hangs_up()
    alice = server.ssh("alice")
    server.chat.advance(58)
    alice.settle()
    assert alice.is_connected
    server.chat.advance(4)
    alice.settle()
    assert not alice.is_connected
    assert "60 s" in alice.farewell


def test_a_host_with_too_many_connections_reads_why() -> None:
    server = SshServer(limits=Limits(max_per_host=1))
    first = server.ssh("alice")
    second = server.ssh("bob")
    assert first.is_connected
    assert not second.is_connected
    assert "connections" in second.farewell
    assert NO_LIMITS.max_per_host == 0
