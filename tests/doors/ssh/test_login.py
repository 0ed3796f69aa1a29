"""
Logging in by SSH: any key or none for a guest, a key or the password of an account.
"""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from logins import SECRET, register
from shared_ssh import Ssh, SshServer, line_of, new_key
from twisted.conch.ssh.common import NS
from twisted.conch.ssh.keys import FingerprintFormats, Key
from twisted.internet.defer import Deferred

from twisted_chat.doors.ssh.login import MAX_TRIES
from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS

AGAIN = "You are in #lobby as alice. Nobody else is here yet."


@pytest.fixture
def server() -> SshServer:
    made = SshServer()
    register(made.chat, "alice").hangs_up()
    return made


class Liar:
    """
    Who has a key of another user, but not its private half.
    """

    def __init__(self, key: Key) -> None:
        self._key = key

    def public(self) -> Key:
        return self._key.public()

    def sign(self, data: bytes, *more: object) -> bytes:
        signature: bytes = new_key().sign(data)
        return signature


def comes_in(client: Ssh) -> bool:
    return client.is_let_in and client.reads()[:1] == [AGAIN]


def test_a_name_with_an_account_asks_for_its_password_and_shows_nothing_of_it(
    server: SshServer,
) -> None:
    alice = server.ssh("alice", passwords=(SECRET,))
    assert comes_in(alice)
    assert alice.questions == [("Password: ", False)]
    assert alice.instructions == [
        "The name alice is registered. Give its password, or a /link code.\n"
    ]


def test_a_wrong_password_is_told_and_asked_for_again(server: SshServer) -> None:
    alice = server.ssh("alice", passwords=("wrong", SECRET))
    assert comes_in(alice)
    assert alice.instructions[1] == "Wrong name or password.\n"


def test_wrong_passwords_end_the_connection_and_count_as_guesses_everywhere(
    server: SshServer,
) -> None:
    alice = server.ssh("alice", passwords=("wrong",) * 10)
    assert len(alice.questions) == MAX_TRIES
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
    # It was only shown, but it is the one that its owner means.
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


@pytest.mark.parametrize("is_here", [False, True])
def test_a_ban_ends_all_keys_also_after_it_ends(is_here: bool, server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n")
    waiting = server.ssh("alice", keys=(key,), waits=True)
    if not is_here:
        alice.types("/quit\n")
    olive = server.chat.arrive("olive")
    server.chat.hub.users["olive"].roles.add("operator")
    olive.types("/serverban alice 1h spam")
    again = server.ssh("alice", passwords=(SECRET,))
    assert "You are banned" in b"".join([again.output, again.farewell.encode()]).decode()
    assert not again.is_connected
    olive.types("/serverunban alice")
    waiting.opens_channel()
    waiting.settle()
    assert "opens that account no more" in waiting.output.decode()
    assert not server.ssh("alice", keys=(key,)).is_let_in
    assert server.ssh("alice", passwords=(SECRET,)).is_let_in


@pytest.mark.parametrize("command", [None, "who"])
@pytest.mark.parametrize(
    ("with_key", "typed"),
    [
        (True, "/key remove laptop\n"),
        (True, f"/passwd\n{SECRET}\nanother battery\nanother battery\n"),
        (False, f"/passwd\n{SECRET}\nanother battery\nanother battery\n"),
        (True, f"/unregister\n{SECRET}\n"),
        (False, f"/unregister\n{SECRET}\n"),
    ],
)
def test_what_has_ended_between_the_login_and_the_session_lets_nobody_in(
    command: str | None, with_key: bool, typed: str, server: SshServer
) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key, 'laptop')}\n")
    how: dict = {"keys": (key,)} if with_key else {"passwords": (SECRET,)}
    other = server.ssh("alice", command=command, waits=True, **how)
    assert other.is_let_in
    alice.types(typed)
    other.opens_channel()
    other.settle()
    told = (other.output + other.errors).decode()
    assert "Your password or key opens that account no more. Please log in again." in told
    assert AGAIN not in told
    assert len([each for each in server.chat.hub.sessions if each.user is not None]) == 1
    assert other.status == (None if command is None else 4)


def test_a_login_that_is_still_good_opens_its_session_later(server: SshServer) -> None:
    other = server.ssh("alice", passwords=(SECRET,), waits=True)
    server.chat.advance(20)
    other.opens_channel()
    assert comes_in(other)


def test_a_damaged_signature_opens_nothing(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n/quit\n")

    assert not server.ssh("alice", keys=(Liar(key),)).is_let_in
    # A guest proves a key too, before it is taken for theirs.
    assert not server.ssh("bob", keys=(Liar(key),) * MAX_TRIES).is_let_in


def test_a_key_that_was_only_shown_is_not_noted_as_used(server: SshServer) -> None:
    key = new_key()
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key, 'laptop')}\n/quit\n")
    again = server.ssh("alice", keys=(Liar(key),), passwords=(SECRET,))
    again.types("/keys\n")
    assert again.reads()[-1].endswith("not used yet")


def test_a_key_that_was_only_shown_does_not_open_the_account_that_is_registered(
    server: SshServer,
) -> None:
    key = new_key()
    bob = server.ssh("bob", keys=(Liar(key),))
    assert bob.is_let_in
    bob.types(f"/register\n{SECRET}\n{SECRET}\n/keys\n")
    assert bob.reads()[-1].startswith("No key opens your account.")


class OfRsa(Key):
    """
    A key of RSA, as clients of today use it.
    """

    def sshType(self) -> bytes:  # noqa: N802  # Conch's, as below
        return b"rsa-sha2-512"

    def public(self) -> Key:
        return OfRsa(self._keyObject.public_key())

    def sign(self, data: bytes, signatureType: bytes | None = None) -> bytes:  # noqa: N803
        signature: bytes = super().sign(data, b"rsa-sha2-512")
        return signature


@pytest.mark.parametrize(("bits", "is_kept"), [(2048, True), (1024, False)])
def test_a_key_that_is_too_weak_is_worth_nothing_though_it_was_proven(
    bits: int, is_kept: bool, server: SshServer
) -> None:
    key = OfRsa(rsa.generate_private_key(65537, bits))
    bob = server.ssh("bob", keys=(key,))
    bob.types(f"/register\n{SECRET}\n{SECRET}\n/keys\n")
    assert ("ssh-rsa" in bob.reads()[-1]) is is_kept
    bob.types("/key add\n")
    assert ("shown no key" in bob.reads()[-1]) is not is_kept


class OfNoKind(Key):
    def blob(self) -> bytes:
        return NS(b"ssh-madeup") + NS(bytes(32))

    def public(self) -> Key:
        return OfNoKind(self._keyObject.public_key())


def test_what_is_shown_and_is_no_key_is_not_added(server: SshServer) -> None:
    shown = OfNoKind(ed25519.Ed25519PrivateKey.generate())
    alice = server.ssh("alice", keys=(shown,), passwords=(SECRET,))
    alice.types("/key add\n")
    assert "shown no key" in alice.reads()[-1]


class OfHardware:
    """
    A key of a security key, which signs that its user has touched it (PROTOCOL.u2f of OpenSSH).
    """

    def __init__(self, flags: int) -> None:
        self._flags, self._key = flags, ed25519.Ed25519PrivateKey.generate()

    def public(self) -> Key:
        point = self._key.public_key().public_bytes_raw()
        return Key.fromString(NS(b"sk-ssh-ed25519@openssh.com") + NS(point) + NS(b"ssh:"))

    def sign(self, data: bytes, *more: object) -> bytes:
        behind = bytes((self._flags,)) + (7).to_bytes(4)
        signed = sha256(b"ssh:").digest() + behind + sha256(data).digest()
        return NS(b"sk-ssh-ed25519@openssh.com") + NS(self._key.sign(signed)) + behind


@pytest.mark.parametrize(("flags", "opens"), [(0, False), (1, True), (4, False), (5, True)])
def test_a_security_key_opens_an_account_only_if_it_was_touched(
    flags: int, opens: bool, server: SshServer
) -> None:
    key = OfHardware(flags)
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n/quit\n")
    assert server.ssh("alice", keys=(key,)).is_let_in is opens


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
    for _ in range(MAX_TRIES + 1):
        alice.sends_packet(61, (0).to_bytes(4))
    assert not alice.is_connected


def asks_by_keyboard(client: Ssh, name: str = "alice") -> None:
    names = [name.encode(), b"ssh-connection", b"keyboard-interactive", b"", b""]
    client.sends_packet(50, b"".join(map(NS, names)))


def answers(client: Ssh, password: str) -> None:
    client.sends_packet(61, (1).to_bytes(4) + NS(password.encode()))


def test_six_wrong_passwords_end_it_and_five_do_not(server: SshServer) -> None:
    wrong = [f"wrong battery {number}" for number in range(6)]
    five = server.ssh("alice", passwords=tuple(wrong[:5]))
    assert (five.is_connected, len(five.questions)) == (True, 6)
    assert MAX_TRIES == 6
    six = server.ssh("alice", passwords=tuple(wrong))
    assert (six.is_connected, len(six.questions)) == (False, 6)


def test_six_wrong_signatures_end_it_and_keys_that_are_only_shown_are_no_tries(
    server: SshServer,
) -> None:
    key, others = new_key(), tuple(new_key() for _ in range(8))
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types(f"/key add {line_of(key)}\n/quit\n")
    assert server.ssh("alice", keys=(*others, *(Liar(key),) * 5)).is_connected
    assert not server.ssh("alice", keys=(Liar(key),) * 6).is_connected


def test_one_password_is_checked_at_a_time(
    server: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[tuple[str, Deferred]] = []

    def verify(_: object, hashed: str, typed: str) -> Deferred:
        checked.append((typed, Deferred()))
        return checked[-1][1]

    monkeypatch.setattr(type(server.chat.hub.verifier._hasher), "verify", verify)
    alice = server.ssh("alice")
    answers(alice, "first guess")
    for _ in range(5):
        asks_by_keyboard(alice)
    assert [typed for typed, _ in checked] == ["first guess"]
    asked = len(alice.questions)
    checked[0][1].callback(False)
    alice.settle()
    assert len(alice.questions) > asked, "what was asked meanwhile has its answer"
    answers(alice, SECRET)
    assert [typed for typed, _ in checked] == ["first guess", SECRET]
    checked[1][1].callback(True)
    alice.settle()
    assert alice.is_let_in


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


def test_a_code_of_the_account_lets_in_where_a_password_would_when_the_owner_says_so(
    server: SshServer,
) -> None:
    alice = server.chat.connect()
    alice.types("alice", SECRET, "/link")
    code = next(line for line in alice.reads() if "The code is" in line).split()[3].strip(".")
    phone = server.ssh("alice", passwords=(code,))
    assert not phone.is_let_in
    asked, _ = alice.reads()
    assert "ssh that calls itself" in asked
    alice.types("/link yes")
    phone.settle()
    assert phone.is_let_in
    assert phone.reads()[0] == "You are in #lobby as alice, from 2 connections."
    # No wrong password was counted.
    assert server.ssh("alice", passwords=(SECRET,)).is_let_in


def test_a_code_that_the_owner_refuses_is_told_and_a_password_is_asked_for_again(
    server: SshServer,
) -> None:
    alice = server.chat.connect()
    alice.types("alice", SECRET, "/link")
    code = next(line for line in alice.reads() if "The code is" in line).split()[3].strip(".")
    phone = server.ssh("alice", passwords=(code,))
    alice.types("/link no")
    phone.settle()
    assert phone.instructions[-1] == "The owner of the account has said no.\n"
    assert not phone.is_let_in


def test_a_key_that_a_guest_has_proven_is_added_where_a_code_lets_in(server: SshServer) -> None:
    alice = server.chat.connect()
    alice.types("alice", SECRET, "/link")
    code = next(line for line in alice.reads() if "The code is" in line).split()[3].strip(".")
    key = new_key()
    phone = server.ssh("phone", keys=(key,))
    phone.types(f"/link {code}\n")
    alice.types("/link yes")
    phone.settle()
    assert "opens your account from now on." in "".join(phone.reads())
    phone.hangs_up()
    assert server.ssh("alice", keys=(key,)).is_let_in
