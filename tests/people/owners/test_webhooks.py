"""
Webhooks: made and ended by operators of a room, and what they may say.
"""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from attrs import evolve
from logins import SECRET
from services import Table, sitting, tells
from shared_accounts import operator, registered
from shared_webhooks import owner_of, say, token_of
from stores import HangingStore, SlowStore, result_of
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs

from twisted_chat import Hub, on
from twisted_chat.errors import (
    ChatError,
    NoSuchWebhook,
    Sanctioned,
    TooMuch,
    WebhookSilent,
)
from twisted_chat.events import Said, SaidByBot
from twisted_chat.limits import Limits, Rate
from twisted_chat.people.owners.webhooks import MOST_WEBHOOKS, WRONG_TOKENS
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person


def test_who_has_the_address_speaks_in_the_room_and_only_there() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    alice = owner_of(chat)
    bob.reads()
    alice.types("/webhook add deploy")
    first, address, last = alice.reads()
    assert first == "Who sends a line to this address says it in #ops, as deploy[hook]:"
    assert last == "It is shown only now. /webhook remove deploy ends it."
    assert say(chat, address.rpartition("/")[2], "build failed")
    assert alice.reads() == ["[#ops] deploy[hook]: build failed"]
    assert bob.reads() == []


def test_the_room_is_told_without_colours_controls_and_long_blanks() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    say(chat, token, "\x1b[31mred\x1b[0m \x07bell\r\n\u202eback" + " " * 90 + "end\n\n")
    first, second = alice.reads()
    assert first == "[#ops] deploy[hook]: red \ufffdbell"
    assert re.fullmatch(r"  \| back {1,16}end", second)


def test_operators_of_the_room_list_and_end_them_and_nobody_else() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    bob = registered(chat, "bob")
    bob.types("/join ops")
    bob.reads()
    for deed in ("", "list", "add", "remove deploy"):
        bob.types(f"/webhook {deed}")
        assert bob.reads() == ["Only operators of #ops may do that."]
    alice.types("/op bob")
    alice.reads()
    bob.reads()
    say(chat, token, "done")
    bob.types("/webhook list")
    said, row = bob.reads()
    assert said.endswith("deploy[hook]: done")
    assert re.fullmatch(r"deploy by alice on 2023-11-14 \S+, last used 2023-11-14 \S+", row)
    bob.types("/webhook remove DEPLOY[hook]")
    assert bob.reads() == ["The webhook deploy says nothing more in #ops."]
    with pytest.raises(NoSuchWebhook):
        say(chat, token, "more")
    bob.types("/webhook remove deploy", "/webhook remove", "/webhook")
    assert bob.reads() == [
        "#ops has no webhook called deploy. /webhook list lists them.",
        "/webhook remove needs a name. /webhook list lists them.",
        "#ops has no webhooks. /webhook add makes one.",
    ]


def test_a_guest_makes_none() -> None:
    chat = Chat()
    guest = chat.arrive("gus")
    guest.types("/join den")
    guest.reads()
    guest.types("/webhook add")
    assert guest.reads() == [
        "You are not logged in. /register registers your name, /login nick logs in."
    ]


def test_a_room_has_a_few_at_most() -> None:
    chat = Chat()
    alice = owner_of(chat)
    for _ in range(MOST_WEBHOOKS):
        token_of(alice, "")
    alice.types("/webhook add")
    assert alice.reads() == [
        f"#ops has as many webhooks as it may: {MOST_WEBHOOKS}. /webhook remove ends one."
    ]


def test_who_mutes_or_ignores_it_does_so_whatever_name_it_speaks_under() -> None:
    chat = Chat()
    alice = owner_of(chat)
    bob = registered(chat, "bob")
    token = token_of(alice)
    bob.types("/join ops", "/ignore deploy[hook]")
    bob.reads()
    for name in ("ci", "ci2", ""):
        say(chat, token, f"said by {name}", name)
    assert [line for line in alice.reads() if "said by" in line] == [
        "[#ops] ci[hook]: said by ci",
        "[#ops] ci2[hook]: said by ci2",
        "[#ops] deploy[hook]: said by ",
    ]
    assert bob.reads() == []
    bob.types("/history")
    assert "said by" not in "\n".join(bob.reads())
    bob.types("/unignore deploy[hook]", "/history")
    assert "\n".join(bob.reads()).count("said by") == 3
    alice.types("/mute deploy[hook] 1h")
    for name in ("ci", ""):
        with pytest.raises(Sanctioned):
            say(chat, token, "more", name)


def test_programs_are_told_which_webhook_speaks_under_another_name() -> None:
    chat = Chat()
    alice = owner_of(chat)
    program = chat.program("robot")
    program.types("/join ops")
    token = token_of(alice)
    program.reads()
    say(chat, token, "green", "ci")
    say(chat, token, "green")
    found = [each for each in program.reads() if isinstance(each, SaidByBot)]
    assert [(each.nick, each.by) for each in found] == [
        ("ci[hook]", "deploy[hook]"),
        ("deploy[hook]", ""),
    ]


# -- how much it says -----------------------------------------------------------------------------


def test_each_has_a_rate_of_its_own_in_lines_and_in_bytes() -> None:
    chat = Chat()
    alice = owner_of(chat)
    deploy, other = token_of(alice), token_of(alice, "other")
    chat.hub.world.limits = evolve(NO_LIMITS, rate=2.0, hook_rate=Rate(4, 40))
    say(chat, deploy, "1\n2\n3\n4")
    with pytest.raises(TooMuch) as refusal:
        say(chat, deploy, "5")
    assert refusal.value.facts["seconds"] == 10
    say(chat, other, "1")
    chat.advance(10)
    say(chat, deploy, "5")
    chat.hub.world.limits = evolve(NO_LIMITS, rate=2.0, text_rate=Rate(1000, 100))
    say(chat, deploy, "x" * 1000)
    with pytest.raises(TooMuch):
        say(chat, deploy, "y")
    assert alice.reads()[-1].endswith("x" * 100)


def test_an_address_that_guesses_has_to_wait_and_a_right_one_has_not() -> None:
    chat = Chat()
    token = token_of(owner_of(chat))
    chat.hub.world.limits = Limits()
    for _ in range(WRONG_TOKENS.count):
        with pytest.raises(NoSuchWebhook):
            say(chat, token[:-1], "x")
    with pytest.raises(TooMuch):
        say(chat, "", "x")
    with pytest.raises(NoSuchWebhook):
        say(chat, "wrong", "x", host="192.0.2.8")
    assert say(chat, token, "it is me")


# -- as long as its maker may ---------------------------------------------------------------------


def test_no_mode_of_the_room_holds_it_up() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    alice.types("/moderated on", "/slow 1h", "/members on", "/private on")
    alice.reads()
    say(chat, token, "one")
    say(chat, token, "two")
    assert alice.reads() == ["[#ops] deploy[hook]: one", "[#ops] deploy[hook]: two"]


def test_it_is_silent_while_its_maker_does_not_operate_the_room() -> None:
    chat = Chat()
    alice = owner_of(chat)
    bob = registered(chat, "bob")
    bob.types("/join ops")
    alice.types("/op bob")
    token = token_of(bob)
    alice.types("/deop bob")
    alice.reads()
    with pytest.raises(WebhookSilent):
        say(chat, token, "still here")
    alice.types("/webhook list")
    (row,) = alice.reads()
    assert row.endswith("not used yet; silent, as bob may not let it speak now")
    alice.types("/op bob")
    assert say(chat, token, "again")


@pytest.mark.parametrize("deed", ["/mute bob 1h", "/servermute bob 1h", "/ban bob 1h"])
def test_it_is_silent_while_its_maker_is_sanctioned(deed: str) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    root = operator(chat, store, "boss")
    bob = owner_of(chat, "bob")
    token = token_of(bob)
    root.types("/join ops")
    root.reads()
    root.types(deed)
    with pytest.raises(WebhookSilent):
        say(chat, token, "still here")


def test_it_goes_on_when_its_maker_leaves_or_has_a_new_password() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    alice.types("/passwd", SECRET, SECRET + "2", SECRET + "2")
    assert "password" in alice.reads()[-1]
    alice.hangs_up()
    bob = chat.arrive("bob")
    bob.types("/join ops")
    bob.reads()
    say(chat, token, "nobody sleeps")
    assert bob.reads() == ["[#ops] deploy[hook]: nobody sleeps"]


def test_it_ends_with_the_account_of_its_maker() -> None:
    chat = Chat()
    alice = owner_of(chat)
    bob = registered(chat, "bob")
    bob.types("/join ops")
    alice.types("/op bob")
    token = token_of(bob)
    bob.types("/unregister", SECRET)
    with pytest.raises(NoSuchWebhook):
        say(chat, token, "still here")
    alice.reads()
    alice.types("/webhook")
    assert alice.reads() == ["#ops has no webhooks. /webhook add makes one."]


def test_a_ban_from_the_server_ends_it_for_good() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    root = operator(chat, store, "boss")
    token = token_of(owner_of(chat, "bob"))
    root.types("/serverban bob 1h", "/serverunban bob")
    with pytest.raises(NoSuchWebhook):
        say(chat, token, "still here")


def checked() -> tuple[Table, Person, Person, str]:
    """
    Return a room whose lines a program checks, its owner, another operator, and a token.
    """
    table = sitting(rooms=["ops"])
    alice = owner_of(table.chat)
    bob = registered(table.chat, "bob")
    bob.types("/join ops")
    alice.types("/op bob")
    token = token_of(bob)
    return table, alice, bob, token


@pytest.mark.parametrize(
    ("deed", "why", "stays"),
    [
        ("/webhook remove deploy", NoSuchWebhook, False),
        ("/deop bob", WebhookSilent, True),
        ("/ban bob 1d", WebhookSilent, True),
        ("/mute deploy[hook] 1d", Sanctioned, True),
    ],
)
def test_a_line_that_waits_for_a_filter_is_not_said_when_that_ends_it(
    deed: str, why: type[ChatError], stays: bool
) -> None:
    table, alice, _, token = checked()
    chat = table.chat
    say(chat, token, "first")
    filtering = table.serve(filters=["said"])
    webhooks = chat.hub.webhooks
    said = Deferred.fromCoroutine(webhooks.say(webhooks.find(token, "192.0.2.7"), "late"))
    chat.advance()
    (check,) = filtering.reads()
    alice.types(deed)
    alice.reads()
    tells(filtering, "verdict", check=check["check"])
    chat.advance()
    with pytest.raises(why):
        result_of(said)
    assert "late" not in "\n".join(alice.reads())
    # It has not come back to life.
    alice.types("/webhook list")
    assert ("deploy by bob" in "\n".join(alice.reads())) is stays
    assert bool(chat.hub.store.load().webhooks) is stays


def test_one_that_its_own_line_ends_stays_ended() -> None:
    @on(Said)
    def end(hub: Hub, event: Said) -> None:
        hub.webhooks.end_of(hub.find_room(event.room))

    plugin = ModuleType(__name__)
    vars(plugin)["end"] = end
    chat = Chat(plugin)
    alice = owner_of(chat)
    token = token_of(alice)
    assert say(chat, token, "the last")
    assert alice.reads() == ["[#ops] deploy[hook]: the last"]
    with pytest.raises(NoSuchWebhook):
        say(chat, token, "more")


def test_it_ends_with_its_room() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    alice.types("/disown", "/leave")
    with pytest.raises(NoSuchWebhook):
        say(chat, token, "still here")
    alice.types("/join ops")
    alice.reads()
    alice.types("/webhook")
    assert alice.reads() == ["#ops has no webhooks. /webhook add makes one."]


# -- what is kept ---------------------------------------------------------------------------------


def test_they_are_there_after_a_restart_if_their_rooms_and_makers_are() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = owner_of(chat)
    token = token_of(alice)
    root = operator(chat, store, "boss")
    root.types("/join den")
    root.reads()
    gone = token_of(root, "gone")
    root.types("/disown")
    # A crash, at which users are in both rooms; that of root has no owner any more.
    after = Chat(store=store)
    bob = after.arrive("bob")
    bob.types("/join ops")
    bob.reads()
    say(after, token, "here again")
    assert bob.reads() == ["[#ops] deploy[hook]: here again"]
    with pytest.raises(NoSuchWebhook):
        say(after, gone, "here too")
    after.advance()
    assert [each.name for each in store.load().webhooks] == ["deploy"]


def test_the_token_is_kept_nowhere_and_the_trail_says_who_made_it() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    with capturedLogs() as logs:
        alice = owner_of(chat)
        token = token_of(alice)
        say(chat, token, "done")
        alice.types("/webhook remove deploy")
    alice.reads()
    alice.types("/audit", "/webhook", "/history")
    read = "\n".join(alice.reads())
    assert "alice: webhook add deploy in #ops" in read
    assert "alice: webhook remove deploy in #ops" in read
    dump = "\n".join(store._connection.iterdump())
    for place in (read, str(logs), dump):
        assert token not in place


def test_it_answers_when_the_line_is_kept_and_not_before() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    token = token_of(owner_of(chat))
    store.is_slow = True
    webhooks = chat.hub.webhooks
    said = Deferred.fromCoroutine(webhooks.say(webhooks.find(token, None), "done"))
    chat.advance()
    assert not said.called
    store.answers()
    chat.advance()
    assert said.result is True
    # While the disk fails, lines are told nevertheless, and so it is answered.
    said = Deferred.fromCoroutine(webhooks.say(webhooks.find(token, None), "more"))
    chat.advance()
    store.fails()
    chat.advance()
    assert said.result is False


def test_none_is_there_that_ended_while_it_was_kept() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    alice = owner_of(chat)
    store.holds = ("write",)
    alice.types("/webhook add deploy")
    alice.types("/disown", "/leave")
    store.goes_on()
    chat.advance()
    chat.advance(1)
    assert store.load().webhooks == ()


def test_one_that_cannot_be_kept_is_not_made() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    alice = owner_of(chat)
    store.is_slow = True
    alice.types("/webhook add deploy")
    store.fails()
    chat.advance()
    assert alice.reads()[-1] == "The database does not answer, please try again later."
    store.is_slow = False
    store.answers(len(store.asked))
    alice.types("/webhook list")
    assert alice.reads()[-1] == "#ops has no webhooks. /webhook add makes one."
