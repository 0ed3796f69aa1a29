"""
What a command keeps: for its plugin, the room and the account of who typed it.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from logins import come, told
from shared_hub import plugin
from shared_storage import later, slow_chat

from twisted_chat import Context, Hub, command
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.text.sizes import Size


@command
def count(ctx: Context) -> str:
    """Count."""
    kept = ctx.storage
    kept.set("count", kept.get("count", 0) + 1)
    return f"{kept.get('count')}"


@command
def note(ctx: Context, *, text: str) -> str:
    """Note something for oneself."""
    ctx.storage.account.set("note", text)
    return "Noted."


@command(name="notes")
def list_notes(ctx: Context) -> str:
    """Read what one noted."""
    return str(ctx.storage.account.get("note"))


@command
def mark(ctx: Context, *, text: str = "") -> str:
    """Note something for a room."""
    if text:
        ctx.storage.room.set("mark", text)
    return str(ctx.storage.room.get("mark"))


def ring(hub: Hub, nick: str) -> None:
    hub.find_user(nick).notify("Ding.")


@command
def chime(ctx: Context) -> str:
    """Ring in a minute."""
    ctx.at(timedelta(minutes=1), ring, ctx.user.nick, key="chime", account=ctx.user.account)
    return "It will ring."


@command
def chimes(ctx: Context) -> str:
    """Ring each minute."""
    ctx.every(timedelta(minutes=1), ring, ctx.user.nick, key="chimes")
    return "It will ring again and again."


@command
def silence(ctx: Context) -> str:
    """Ring no more."""
    return f"{ctx.cancel('chime')} {ctx.cancel('chimes')}"


KEEPS = plugin(count, note, list_notes, mark, ring, chime, chimes, silence)


def test_a_command_keeps_something_for_its_plugin() -> None:
    chat = Chat(KEEPS)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    assert [told(alice, "/count"), told(bob, "/count")] == [["1"], ["2"]]
    assert told(later(chat, KEEPS).arrive("carol"), "/count") == ["3"]


def test_a_command_keeps_something_for_the_room() -> None:
    chat = Chat(KEEPS)
    alice = chat.arrive("alice")
    assert told(alice, "/mark tea") == ["tea"]
    assert told(alice, "/join den", "/mark", "/mark cake")[-2:] == ["None", "cake"]
    assert told(alice, "/join lobby", "/mark")[-1] == "tea"
    assert told(alice, "/leave lobby", "/leave den", "/mark")[-1] == (
        "You are not in a room. Enter one with /join room."
    )


def test_a_command_keeps_something_for_the_account_and_nothing_for_a_guest() -> None:
    chat = Chat(KEEPS)
    alice, bob, gast = come(chat, "alice"), come(chat, "bob"), chat.arrive("gast")
    assert told(alice, "/note tea") == told(bob, "/note cake") == ["Noted."]
    assert [told(alice, "/notes"), told(bob, "/notes")] == [["tea"], ["cake"]]
    for line in ("/note milk", "/notes"):
        assert told(gast, line) == [
            "You are not logged in. /register registers your name, /login nick logs in."
        ]


def test_a_command_is_called_back() -> None:
    chat = Chat(KEEPS)
    alice = come(chat, "alice")
    assert told(alice, "/chime", "/chimes") == ["It will ring.", "It will ring again and again."]
    chat.advance(60)
    assert alice.reads() == ["Ding."] * 2
    assert told(alice, "/chime", "/silence") == ["It will ring.", "True True"]
    chat.advance(600)
    assert alice.reads() == []


def test_a_user_whose_command_has_no_room_left_reads_one_sentence() -> None:
    chat = Chat(KEEPS, limits=evolve(NO_LIMITS, plugin_storage=Size(50)))
    alice = chat.arrive("alice")
    assert told(alice, "/count") == [
        "The plugin test_kept cannot keep any more: its storage of 50B is full."
    ]


def test_a_user_reads_that_it_is_not_saved_yet_and_when_it_is() -> None:
    chat, store = slow_chat(KEEPS)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    chat.hub.alarms.start()
    chat.advance()
    alice.reads()
    store.is_slow = True
    alice.types("/count")
    chat.advance(2)
    read = [line for line in alice.reads() if "***" not in line]
    assert read == [
        "1",
        "(not saved yet) alice: count. The disk fails; if the server stops now, this is undone.",
    ]
    store.is_slow = False
    store.answers(len(store.asked))
    for _ in range(3):
        chat.advance(60)
    assert [line for line in alice.reads() if "saved" in line and "***" not in line] == [
        "(saved now) alice: count"
    ]
    assert not [line for line in bob.reads() if "count" in line]
