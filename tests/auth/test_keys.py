"""
Keys of SSH: which lines are keys, and which keys open an account.
"""

import base64
import subprocess
from pathlib import Path

import pytest
from attrs import frozen
from logins import come
from needs import need

from twisted_chat.auth.keys import MOST_KEYS, Keys, fingerprint_of, read_blob, read_key
from twisted_chat.errors import BadKey, ChatError
from twisted_chat.store.keys import Key, KeyEnded, KeyUsed, PublicKey
from twisted_chat.store.snapshot import Snapshot
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

# Made by `ssh-keygen -t ed25519 -C alice@laptop`, with what `ssh-keygen -lf` says of it.
LINE = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlCH8GFnpGVHGMVqXKEJKrB0ixkFDO+Lpc3YYyDz9dK alice@laptop"
)


def line(kind: str, *parts: bytes, label: str = "") -> str:
    fields = [kind.encode(), *parts]
    blob = b"".join(len(each).to_bytes(4) + each for each in fields)
    return f"{kind} {base64.b64encode(blob).decode()} {label}".strip()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_has_the_fingerprint_that_ssh_keygen_shows(kind: str, tmp_path: Path) -> None:
    keygen = need("ssh-keygen")
    made = [keygen, "-q", "-t", kind, "-N", "", "-C", "my laptop", "-f", tmp_path / "key"]
    subprocess.run(made, check=True)
    shown = subprocess.run(
        [keygen, "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True
    ).stdout
    read = read_key((tmp_path / "key.pub").read_text())
    assert read.fingerprint == shown.split()[1]
    assert read.label == "my laptop"
    private = (tmp_path / "key").read_text()
    with pytest.raises(BadKey, match="private key"):
        read_key(private)


def test_a_line_with_a_label_that_moves_a_cursor_is_cleaned_and_cut() -> None:
    read = read_key(f"{LINE}\x1b[2J{'x' * 100}")
    assert len(read.label) == 40
    assert "\x1b" not in read.label


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "A key is the line of a .pub file"),
        ("hunter2", "A key is the line of a .pub file"),
        ("ssh-dss AAAA", "A key is the line of a .pub file"),
        ("ssh-ed25519", "damaged"),
        ("ssh-ed25519 AAA", "damaged"),
        ("ssh-ed25519 !!!!", "damaged"),
        (line("ssh-rsa", b"\1\0\1", b"\1" * 300).replace("ssh-rsa", "ssh-ed25519", 1), "damaged"),
        (line("ssh-rsa", b"\1\0\1", b"\1" * 128), "2048 bits"),
        (line("ssh-rsa", b"\1\0\1", b"\0" * 200 + b"\1" * 128), "2048 bits"),
        (line("ssh-rsa", b"\1\0\1", b"\1" * 4000), "damaged"),
        (line("ssh-rsa", b"\1", b"\1" * 300), "damaged"),
        (line("ssh-rsa", b"\1\0\1", b"\x81" * 256), "damaged"),
        (line("ssh-rsa", b"\1" * 300), "damaged"),
        (line("ssh-ed25519", bytes(31)), "damaged"),
        (line("ssh-ed25519", bytes(32), b"more"), "damaged"),
        (line("ecdsa-sha2-nistp256", b"nistp384", b"\4" + bytes(96)), "damaged"),
        (line("ecdsa-sha2-nistp256", b"nistp256", b"\2" + bytes(32)), "damaged"),
        (line("ecdsa-sha2-nistp256", b"nistp256", b"\4" + bytes(63)), "damaged"),
        (line("sk-ssh-ed25519@openssh.com", bytes(32)), "damaged"),
        (line("sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", bytes(65), b"ssh:"), "damaged"),
    ],
)
def test_what_is_no_key_that_can_be_used_is_refused_with_a_sentence(given: str, why: str) -> None:
    with pytest.raises(BadKey, match=why):
        read_key(given)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("ssh-rsa", (b"\1\0\1", b"\0" + b"\x81" * 256)),
        ("ecdsa-sha2-nistp521", (b"nistp521", b"\4" + bytes(132))),
        ("sk-ssh-ed25519@openssh.com", (bytes(32), b"ssh:")),
        ("sk-ecdsa-sha2-nistp256@openssh.com", (b"nistp256", b"\4" + bytes(64), b"ssh:")),
    ],
)
def test_each_kind_of_key_that_openssh_makes_is_read(kind: str, parts: tuple[bytes, ...]) -> None:
    assert read_key(line(kind, *parts, label="laptop")).kind == kind


def test_a_key_is_read_by_its_parts_only_where_they_end_with_it() -> None:
    blob = base64.b64decode(LINE.split()[1])
    assert read_blob(blob).fingerprint == read_key(LINE).fingerprint
    for damaged in (*(blob[:end] for end in range(len(blob))), blob + b"\0", blob + bytes(4)):
        with pytest.raises(BadKey, match="damaged"):
            read_blob(damaged)


@frozen
class World:
    """
    The part of it that tells the time.
    """

    @staticmethod
    def now() -> float:
        return 1000.0


@frozen
class Account:
    id: int


class Kept(list):
    keep = list.append


ALICE, BOB = Account(1), Account(2)
LAPTOP = PublicKey("ssh-ed25519", "SHA256:aaaabbbb", "laptop")
PHONE = PublicKey("ssh-ed25519", "SHA256:aaaacccc", "phone")


def keys_of_alice(*public: PublicKey) -> tuple[Keys, Kept]:
    kept = Kept()
    keys = Keys(World(), kept)
    for each in public:
        keys.load(keys.new(ALICE, each))
    return keys, kept


def test_a_key_opens_the_account_that_it_was_added_to_and_no_other() -> None:
    keys, _ = keys_of_alice(LAPTOP)
    assert keys.opens(LAPTOP.fingerprint, ALICE)
    assert not keys.opens(LAPTOP.fingerprint, BOB)
    assert not keys.opens(PHONE.fingerprint, ALICE)
    # Both may be the same user.
    assert keys.new(BOB, LAPTOP).account == 2


def test_a_key_is_found_by_its_label_or_the_beginning_of_its_fingerprint() -> None:
    keys, _ = keys_of_alice(LAPTOP, PHONE)
    assert keys.find(ALICE, "phone").fingerprint == "SHA256:aaaacccc"
    assert keys.find(ALICE, "SHA256:aaaab").label == "laptop"
    assert keys.find(ALICE, "aaaac").label == "phone"
    with pytest.raises(ChatError, match="More than one"):
        keys.find(ALICE, "aaaa")
    for name in ("", "aaa", "tablet"):
        with pytest.raises(ChatError, match="no such key"):
            keys.find(ALICE, name)
    with pytest.raises(ChatError, match="no such key"):
        keys.find(BOB, "phone")


def test_the_same_key_again_and_too_many_are_refused() -> None:
    keys, _ = keys_of_alice(LAPTOP)
    with pytest.raises(ChatError, match="opens your account already"):
        keys.new(ALICE, LAPTOP)
    for number in range(MOST_KEYS - 1):
        keys.load(keys.new(ALICE, PublicKey("ssh-ed25519", f"SHA256:{number}")))
    with pytest.raises(ChatError, match=f"at most {MOST_KEYS} keys"):
        keys.new(ALICE, PHONE)


def test_its_last_use_is_kept_and_so_is_its_end() -> None:
    keys, kept = keys_of_alice(LAPTOP, PHONE)
    keys.use(ALICE, LAPTOP.fingerprint)
    keys.use(ALICE, "SHA256:unknown")
    assert kept == [KeyUsed(1, LAPTOP.fingerprint, 1000.0)]
    assert [each.used_at for each in keys.of(ALICE)] == [1000.0, 0.0]
    kept.clear()
    keys.end_all(ALICE)
    assert kept == [KeyEnded(1, LAPTOP.fingerprint), KeyEnded(1, PHONE.fingerprint)]
    assert keys.of(ALICE) == []
    assert not keys.opens(LAPTOP.fingerprint, ALICE)


def test_keys_that_the_store_holds_open_what_they_did() -> None:
    keys, kept = keys_of_alice()
    key = Key(2, "SHA256:x", "ssh-rsa", "", 5.0, 6.0)
    keys.begin(Snapshot(keys=(key,)))
    assert keys.opens("SHA256:x", BOB)
    assert keys.of(BOB) == [key]
    keys.forget(key)
    assert keys.of(BOB) == []
    assert kept == []


def test_a_fingerprint_is_the_hash_of_the_key_itself() -> None:
    blob = base64.b64decode(LINE.split()[1])
    assert read_key(LINE).fingerprint == fingerprint_of(blob)
    assert len(fingerprint_of(blob)) == len("SHA256:") + 43


# -- TLS certificates -----------------------------------------------------------------------------

# As `openssl x509 -fingerprint -sha256` shows one.
SHOWN = (
    "AB:01:AB:01:AB:01:AB:01:AB:01:AB:01:AB:01:AB:01:"
    "AB:01:AB:01:AB:01:AB:01:AB:01:AB:01:AB:01:AB:02"
)
BARE = SHOWN.replace(":", "").lower()


@pytest.mark.parametrize(
    "given", [SHOWN, BARE, f"SHA256:{BARE}", f"sha256 Fingerprint={SHOWN}", SHOWN.lower()]
)
def test_a_certificate_is_given_by_its_fingerprint(given: str) -> None:
    assert read_key(f" {given} ") == PublicKey("tls-certificate", f"SHA256:{BARE}")
    assert read_key(f"{given} my laptop").label == "my laptop"


@pytest.mark.parametrize("given", [SHOWN[:-1], f"{SHOWN}:00", BARE[:-2], f"{BARE}0", "g" * 64])
def test_another_number_is_no_fingerprint(given: str) -> None:
    with pytest.raises(BadKey, match="the SHA-256 fingerprint of a TLS certificate"):
        read_key(given)


def test_the_account_that_a_certificate_opens_is_found_also_after_a_restart() -> None:
    store = MemoryStore()
    alice = come(Chat(store=store), "alice")
    alice.types(f"/key add {SHOWN} laptop")
    assert alice.reads()[-1] == (
        f"The TLS certificate SHA256:{BARE} (laptop) opens your account from now on."
    )
    again = Chat(store=store)
    (account,) = again.hub.keys.opened_by(f"SHA256:{BARE}")
    assert account.name == "alice"
    alice = come(again, "alice")
    alice.types(f"/key remove {SHOWN}")
    assert again.hub.keys.opened_by(f"SHA256:{BARE}") == []
    assert again.hub.keys._certified == {}
