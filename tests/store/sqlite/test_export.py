"""
Exports: all that is kept on a user, in a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve
from shared_retention import ALICE, exported
from stores import result_of

from twisted_chat.store.decisions import (
    Audited,
    Rank,
    Reported,
    Sanction,
    Standing,
)
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.keys import Key, KeyKept
from twisted_chat.store.records import (
    AccountMade,
    Line,
    Message,
    RoomOpened,
)
from twisted_chat.store.settings import (
    EVERYBODY,
    Ignored,
    IgnoreKept,
    PrivateReadKept,
    ReadKept,
    SettingKept,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.tokens import Token, TokenKept, Webhook, WebhookMade, WebhookUsed


def test_an_export_holds_all_that_is_kept_on_a_user_and_nothing_of_others(
    tmp_path: Path,
) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    store.write(ALICE)
    store.write(
        [
            Line(
                me + 1, 1, 1, 1.7e9, "said", "Alice", me, 'tea "now"\t\N{HOT BEVERAGE}', pinned=1
            ),
            Line(me + 2, 1, 2, 1.7e9, "said", "bob", -4, "no"),
            Line(me + 3, 1, 3, 1.7e9 + 0.25, "left", "Alice", me, "", 2, "edited", by="Al"),
            Message(me + 4, 1.7e9, "Alice", me, "bob", -4, "psst"),
            Message(me + 5, 1.7e9, "bob", -4, "Alice", me, "what?"),
            Message(me + 6, 1.7e9, "bob", -4, "carol", -5, "secret"),
        ]
    )
    path = result_of(store.export(me, tmp_path / "all" / "exports"))
    assert list(exported(path)) == [
        {
            "type": "account",
            "name": "Alice",
            "registered": "2023-11-14T22:13:20.123Z",
            "roles": ["operator"],
            "invitation": None,
            "seen": None,
        },
        {"type": "address", "address": "192.0.2.7", "seen": "2023-11-14T22:13:25.000Z"},
        {"type": "room", "room": "Lobby"},
        {
            "type": "line",
            "room": "Lobby",
            "number": 1,
            "at": "2023-11-14T22:13:20.000Z",
            "kind": "said",
            "nick": "Alice",
            "text": 'tea "now"\t\N{HOT BEVERAGE}',
            "deleted_by": None,
            "edited_by": None,
            "re": None,
            "state": None,
            "pinned": True,
        },
        {
            "type": "line",
            "room": "Lobby",
            "number": 3,
            "at": "2023-11-14T22:13:20.250Z",
            "kind": "left",
            "nick": "Alice",
            "text": "",
            "deleted_by": None,
            "edited_by": "Al",
            "re": 2,
            "state": "edited",
            "pinned": False,
        },
        {
            "type": "message",
            "at": "2023-11-14T22:13:20.000Z",
            "from": "Alice",
            "to": "bob",
            "text": "psst",
        },
        {
            "type": "message",
            "at": "2023-11-14T22:13:20.000Z",
            "from": "bob",
            "to": "Alice",
            "text": "what?",
        },
    ]


def test_an_export_holds_what_was_decided_and_done_and_what_one_did_to_lines(
    tmp_path: Path,
) -> None:
    me, at = 1_700_000_000_123_456, 1.7e9
    store = MemoryStore()
    store.write(ALICE)
    theirs = Line(me + 2, 1, 2, at, "said", "bob", -4, "psst")
    store.write(
        [
            Line(me + 1, 1, 1, at, "said", "Alice", me, "sorry").without_words("olive"),
            theirs.with_reaction("+1", -7).with_reaction("+1", me).with_reaction("tea", me),
            Standing(1, me, "Alice", Rank.OPERATOR, 1),
            Standing(2, me, "Alice", Rank.ADMITTED, 1),
            Standing(1, -4, "bob", Rank.OWNER, 1),
            Sanction(me + 3, 0, "mute", "192.0.2.0/24", me, "192.0.2.0/24", "olive", "", at, 2e9),
            Sanction(me + 4, 0, "ban", "bob", -4, "bob", "olive", "", at, 2e9),
            Audited(me - 9, 0, "", 0, 1.6e9, "olive", "olive", "kick", "alice", "another one", 0),
            Audited(me + 5, 1, "lobby", 3, at, "Alice", "Alice", "ban", "bob", "spam", 2e9),
            Audited(me + 6, 0, "", 0, at, "olive", "olive", "kick", "ALICE", "", 0.0),
            Audited(me + 7, 0, "", 0, at, "olive", "olive", "kick", "bob", "secret", 0.0),
            Reported(me + 8, at, "al", "Alice", "bob", 1, "spams", is_read=True),
            Reported(me + 9, at, "bob", "bob", "Alice", 1, "secret", is_read=False),
        ]
    )
    found = list(exported(result_of(store.export(me, tmp_path))))
    when, later = "2023-11-14T22:13:20.000Z", "2033-05-18T03:33:20.000Z"
    deleted = next(each for each in found if each["type"] == "line")
    assert (deleted["text"], deleted["deleted_by"]) == (None, "olive")
    first = ("account", "address", "room", "line")
    assert [each for each in found if each["type"] not in first] == [
        {"type": "standing", "room": None, "rank": "member"},
        {"type": "standing", "room": "Lobby", "rank": "operator"},
        {"type": "reaction", "room": "Lobby", "number": 2, "with": "+1"},
        {"type": "reaction", "room": "Lobby", "number": 2, "with": "tea"},
        {
            "type": "sanction", "at": when, "room": None, "kind": "mute", "on": "192.0.2.0/24",
            "by": "olive", "reason": None, "until": later,
        },
        {
            "type": "deed", "at": when, "room": "lobby", "by": "Alice", "deed": "ban",
            "target": "bob", "reason": "spam", "until": later,
        },
        {
            "type": "deed", "at": when, "room": None, "by": "olive", "deed": "kick",
            "target": "ALICE", "reason": None, "until": None,
        },
        {"type": "report", "at": when, "room": "Lobby", "of": "bob", "reason": "spams"},
        {"type": "reported", "at": when},
    ]  # fmt: skip


def test_an_export_is_for_its_owner_alone_and_has_no_password(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write(ALICE)
    path = result_of(store.export(1_700_000_000_123_456, tmp_path / "exports"))
    assert path.name.startswith("Alice-2")
    assert path.suffix == ".jsonl"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "canary" not in path.read_text()


def test_an_export_lists_the_devices_that_have_a_token_but_no_token(tmp_path: Path) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    token = Token("5e8f", me, "phone", 1.7e9, 1.7e9 + 60, "Alice", -3, 1.7e9)
    store.write([*ALICE, TokenKept(token), TokenKept(evolve(token, hash="77", account=0))])
    path = result_of(store.export(me, tmp_path))
    assert [each for each in exported(path) if each["type"] == "token"] == [
        {
            "type": "token",
            "device": "phone",
            "door": None,
            "made": "2023-11-14T22:13:20.000Z",
            "used": "2023-11-14T22:14:20.000Z",
        }
    ]
    assert "5e8f" not in path.read_text()


def test_an_export_lists_webhooks_without_their_tokens(tmp_path: Path) -> None:
    store, me = MemoryStore(), 1_700_000_000_000_000
    store.write(
        [
            AccountMade(me, "Alice", "alice", "$argon2$"),
            RoomOpened(1, "ops", "Ops"),
            WebhookMade(Webhook(11, "secret", 1, "deploy", me, 1.7e9)),
            WebhookMade(Webhook(12, "other", 1, "news", me + 1, 1.7e9)),
            WebhookUsed(11, 1.7e9 + 60),
        ]
    )
    path = result_of(store.export(me, tmp_path))
    (found,) = [each for each in exported(path) if each["type"] == "webhook"]
    assert found == {
        "type": "webhook",
        "room": "Ops",
        "name": "deploy",
        "made": "2023-11-14T22:13:20.000Z",
        "used": "2023-11-14T22:14:20.000Z",
    }
    assert "secret" not in path.read_text()


def test_an_export_lists_the_keys_of_ssh(tmp_path: Path) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    laptop = Key(me, "SHA256:abc", "ssh-ed25519", "laptop", 1.7e9, 1.7e9 + 60)
    phone = Key(me, "SHA256:def", "ssh-rsa", "", 1.7e9 + 1)
    store.write([*ALICE, KeyKept(laptop), KeyKept(phone), KeyKept(evolve(phone, account=5))])
    path = result_of(store.export(me, tmp_path))
    assert [each for each in exported(path) if each["type"] == "key"] == [
        {
            "type": "key",
            "fingerprint": "SHA256:abc",
            "kind": "ssh-ed25519",
            "label": "laptop",
            "added": "2023-11-14T22:13:20.000Z",
            "used": "2023-11-14T22:14:20.000Z",
        },
        {
            "type": "key",
            "fingerprint": "SHA256:def",
            "kind": "ssh-rsa",
            "label": "",
            "added": "2023-11-14T22:13:21.000Z",
            "used": None,
        },
    ]


def test_an_export_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write(ALICE)
    (tmp_path / "file").touch()
    for account, folder in ((5, tmp_path), (1_700_000_000_123_456, tmp_path / "file")):
        refused: list[Any] = []
        store.export(account, folder).addErrback(refused.append)
        assert refused[0].check(StoreFailed)
        assert str(refused[0].value).endswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert result_of(store.waiting(7)).messages == (), "the store goes on"


def test_an_export_holds_what_a_user_has_set_and_whom_they_ignore(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write([*ALICE, RoomOpened(3, "den", "Den")])
    me = next(each.id for each in ALICE if isinstance(each, AccountMade))
    store.write(
        [
            SettingKept(me, "room", "3"),
            SettingKept(me, "width", "72"),
            IgnoreKept(me, Ignored("eve", "Eve", (-2, -5))),
            SettingKept(-4, "bell", "on"),
            IgnoreKept(-4, Ignored("alice", "Alice", (me,))),
        ]
    )
    found = exported(result_of(store.export(me, tmp_path)))
    assert [each for each in found if each["type"] in {"setting", "ignored"}] == [
        {"type": "setting", "name": "room", "value": "Den"},
        {"type": "setting", "name": "width", "value": "72"},
        {"type": "ignored", "name": "Eve"},
    ]


def test_an_export_removes_the_accounts_earlier_files_and_no_others(tmp_path: Path) -> None:
    others = [
        "Alice-2-20200101T000000Z.jsonl", "Alice-20200101T000000Z.jsonl.old",
        "bob-20200101T000000Z.jsonl", "Alice-notes.jsonl", "Alice-29990101T000000Z.jsonl",
    ]  # fmt: skip
    earlier = "Alice-20200101T000000Z.jsonl"
    for name in (*others, earlier):
        (tmp_path / name).touch()
    store = MemoryStore()
    store.write(ALICE)
    path = result_of(store.export(1_700_000_000_123_456, tmp_path))
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*others, path.name])


def test_an_export_holds_what_was_read_and_of_what_a_user_wants_to_be_told(tmp_path: Path) -> None:
    me, at = 1_700_000_000_123_456, 1.7e9 + 0.25
    store = MemoryStore()
    store.write([*ALICE, AccountMade(me + 1, "eve", "eve", "$e$")])
    store.write(
        [
            SettingKept(me, "highlight", "Tea чай"),
            SettingKept(me, "notify/1", "none"),
            SettingKept(me + 1, "notify/1", "all"),
            ReadKept(me, 1, 7, at),
            PrivateReadKept(me, "bob", me + 9),
            PrivateReadKept(me, EVERYBODY, 0, at),
            PrivateReadKept(me + 1, "bob", me + 9),
        ]
    )
    path = result_of(store.export(me, tmp_path))
    kinds = {"setting", "notify", "read"}
    assert [each for each in exported(path) if each["type"] in kinds] == [
        {"type": "setting", "name": "highlight", "value": "Tea чай"},
        {"type": "notify", "room": "Lobby", "value": "none"},
        {"type": "read", "room": "Lobby", "number": 7, "up_to": "2023-11-14T22:13:20.250Z"},
        {"type": "read", "nick": "", "up_to": "2023-11-14T22:13:20.250Z"},
        {"type": "read", "nick": "bob", "up_to": "2023-11-14T22:13:20.123Z"},
    ]
