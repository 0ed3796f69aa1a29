"""
Holding: being gone for a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from coming_back import come, come_back, names, registered, restarted, seen_in, texts
from shared_json import Programs
from twisted.internet.task import Clock

from twisted_chat.limits import Limits, Rate
from twisted_chat.people.programs.holding import HELD_FOR
from twisted_chat.people.programs.visits import INTERVAL
from twisted_chat.testing import Chat
from twisted_chat.world.inbox import READ_WITHIN

if TYPE_CHECKING:
    from twisted_chat.store.snapshot import KeptToken


def test_a_program_that_comes_back_is_the_same_session_and_nobody_was_told() -> None:
    here = Programs()
    bob = here.arrive("bob")
    alice, token = come(here)
    alice.asks("command", name="join", args={"room": "dev"})
    bob.reads()
    alice.transport.hang_up()
    bob.asks("say", text="one")
    ada = here.chat.arrive("ada")
    who = bob.asks("who")[-1]
    assert [(each["nick"], each["is_away"]) for each in who["members"]] == [
        ("ada", False), ("alice", True), ("bob", False),
    ]  # fmt: skip
    ada.types("/msg alice psst")
    assert "alice is away." in ada.reads()
    alice, answers = come_back(here, token, lobby=2)
    assert names(answers) == ["entered", "entered", "hello", "told", "transcript", "done"]
    assert [each["room"] for each in answers[:2]] == ["lobby", "dev"]
    assert answers[2]["is_resumed"]
    assert answers[3]["text"] == "psst"
    assert texts(answers) == ["one"]
    assert answers[4]["kind"] == "missed"
    assert not bob.asks("who")[-1]["members"][1]["is_away"]
    bob.reads()
    said, done = alice.asks("say", text="back", label="s")
    assert (said["room"], done["event"]) == ("dev", "done")
    assert [each for each in names(bob.reads()) if each != "joined"] == []


def test_a_program_is_told_in_which_of_its_rooms_it_talks() -> None:
    here = Programs()
    alice, token = come(here)
    alice.asks("command", name="join", args={"room": "dev"})
    alice.asks("command", name="join", args={"room": "lobby"})
    alice.transport.hang_up()
    alice, answers = come_back(here, token)
    assert names(answers)[:4] == ["entered", "entered", "current-room", "hello"]
    assert answers[2]["room"] == "lobby"
    said, _ = alice.asks("say", text="back", label="s")
    assert said["room"] == "lobby"


def test_nothing_is_missed_and_nothing_is_told_twice() -> None:
    here = Programs()
    bob = here.arrive("bob")
    alice, token = come(here)
    heard: dict[int, str] = {}

    def hear(answers: list[dict[str, Any]]) -> None:
        lines = [line["event"] for each in answers for line in each.get("lines", ())]
        for said in [*lines, *answers]:
            if said.get("event") == "said":
                assert said["number"] not in heard
                heard[said["number"]] = said["text"]

    for number in range(30):
        bob.asks("say", text=str(number))
        if number % 3 == 0:
            alice.transport.hang_up()
        elif number % 3 == 2:
            alice, answers = come_back(here, token, lobby=max(heard, default=0))
            hear(answers)
        else:
            hear(alice.reads())
    assert list(heard.values()) == [str(number) for number in range(30)]


def test_after_ten_minutes_the_user_has_left() -> None:
    here = Programs()
    bob = here.arrive("bob")
    alice, token = come(here)
    bob.reads()
    alice.transport.hang_up()
    here.chat.advance(HELD_FOR - 1)
    assert bob.reads() == []
    here.chat.advance(1)
    assert names(bob.reads()) == ["quit"]
    _, answers = come_back(here, token)
    assert names(answers) == ["unknown-token"]
    assert answers[0]["label"] == "back"


def test_bye_leaves_nothing_to_come_back_to() -> None:
    here = Programs()
    alice, token = come(here)
    alice.asks("bye")
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def test_a_user_is_kicked_from_a_room_while_they_are_gone() -> None:
    here = Programs()
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    alice, token = come(here)
    alice.transport.hang_up()
    bob.asks("command", text="/kick alice")
    alice, answers = come_back(here, token)
    assert names(answers) == ["hello", "kicked", "done"]
    assert names(alice.asks("say", text="in?")) == ["no-current-room"]


def test_a_connection_that_hangs_makes_way_for_its_program() -> None:
    here = Programs()
    alice, token = come(here)
    again, answers = come_back(here, token)
    assert answers[1]["is_resumed"]
    assert not alice.is_connected
    assert names(again.asks("ping", label="p")) == ["done"]
    assert len(here.chat.hub.find_user("alice").sessions) == 1


def test_a_session_is_held_over_a_kill_of_the_server() -> None:
    here = Programs()
    alice, token = come(here)
    bob, bobs = come(here, "bob")
    bob.asks("command", name="join", args={"room": "dev"})
    bob.asks("say", text="one", room="lobby", label="b1")
    alice.reads()
    here = restarted(here.chat)
    ada = here.chat.arrive("ada")
    assert ada.prompt == ""
    ada.types("/who")
    assert ada.reads()[-1] == "In #lobby: ada, alice (away), bob (away)."
    bob, answers = come_back(here, bobs, lobby=3)
    assert [each["room"] for each in answers if each.get("event") == "entered"] == ["lobby", "dev"]
    assert names(bob.asks("say", text="one", room="lobby", label="b1")) == ["done"]
    bob.asks("say", text="two", room="lobby", label="b2")
    assert ada.reads() == ["bob: two"]
    _, answers = come_back(here, token, lobby=2)
    assert texts(answers) == ["one", "two"]


def test_an_account_is_held_over_a_kill_with_its_settings_and_rooms() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("command", name="join", args={"room": "dev"})
    alice.asks("settings", name="bell", value=True)
    here = restarted(here.chat)
    assert here.chat.hub.find_user("alice").account is not None
    alice, answers = come_back(here, token)
    assert "is_resumed" in answers[2]
    assert [room.name for room in here.chat.hub.find_user("alice").rooms] == ["lobby", "dev"]
    (shown,) = alice.asks("settings", name="bell")
    assert shown["settings"][0]["is_set"]


def test_nobody_is_held_for_longer_because_of_a_restart() -> None:
    here = Programs()
    come(here)
    here = restarted(here.chat)
    bob = here.arrive("bob")
    here.chat.advance(HELD_FOR)
    assert names(bob.reads()) == ["quit"]


def test_no_more_sessions_are_held_than_may_be_connected() -> None:
    limits = Limits(rate=0.0, max_per_host=0, max_clients=3, history_lines=0)
    here = Programs(Chat(limits=limits))
    watcher = here.arrive("watcher")
    for number in range(4):
        bot, _ = come(here, f"bot{number}")
        watcher.reads()
        bot.transport.hang_up()
        here.chat.advance()
    quits = [each for each in watcher.reads() if each.get("event") == "quit"]
    assert [each["nick"] for each in quits] == ["bot0"]


# -- what was on the way --------------------------------------------------------------------------


def told_alone(answers: list[dict[str, Any]]) -> list[str]:
    """
    Return the kinds of what nobody can ask for, that a program is told again.
    """
    return [name for name in names(answers) if name in ALONE]


ALONE = ("told", "invited", "broadcast", "kicked", "left", "sanctioned", "role-changed", "renamed")


def all_alone(here: Programs) -> None:
    """
    Do everything to alice that she alone is told.
    """
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    bob.asks("tell", nick="alice", text="psst")
    bob.asks("command", name="join", args={"room": "dev"})
    bob.asks("command", name="invite", args={"nick": "alice"})
    bob.asks("command", name="announce", args={"text": "tea"})
    bob.asks("command", text="/servermute alice 1h")
    bob.asks("command", name="join", args={"room": "lobby"})
    bob.asks("command", text="/kick alice spam")


EVERYTHING = ["told", "invited", "broadcast", "sanctioned", "kicked"]


@pytest.mark.parametrize("is_noticed", [False, True])
@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("arrived", range(6))
def test_what_was_on_the_way_when_the_connection_was_lost_is_told_again_once(
    arrived: int, is_killed: bool, is_noticed: bool
) -> None:
    here = Programs()
    alice, token = come(here)
    seen = seen_in(alice.asks("ping"))
    if is_noticed:
        alice.transport.hang_up()
    all_alone(here)
    sent = alice.reads() if not is_noticed else []
    alone = [each for each in sent if each.get("event") in ALONE]
    if not is_noticed:
        assert [each["event"] for each in alone] == EVERYTHING
        seen = max([seen, *(each["id"] for each in alone[:arrived])])
    else:
        arrived = 0
    if is_killed:
        here = restarted(here.chat)
    alice, answers = come_back(here, token, seen)
    assert told_alone(answers) == EVERYTHING[arrived:]
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert hello["is_whole"]
    # And nothing twice, however often it comes back.
    seen = max(seen, seen_in(answers))
    alice.transport.hang_up()
    _, answers = come_back(here, token, seen)
    assert told_alone(answers) == []


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_program_that_was_set_back_is_told_again_or_that_something_is_missing(
    is_killed: bool,
) -> None:
    here = Programs()
    alice, token = come(here)
    before = seen_in(alice.asks("ping"))
    here.arrive("bob").asks("tell", nick="alice", text="psst")
    after = seen_in(alice.reads())

    def resumed(seen: int) -> tuple[list[str], bool]:
        _, answers = come_back(here, token, seen)
        (hello,) = [each for each in answers if each.get("event") == "hello"]
        return told_alone(answers), hello["is_whole"]

    assert resumed(after) == ([], True)
    if is_killed:
        here = restarted(here.chat)
    assert resumed(before) == (["told"], True)
    assert resumed(after) == ([], True)
    # It stays connected, and so it has surely read that.
    here.chat.advance(READ_WITHIN + 2 * INTERVAL)
    if is_killed:
        here = restarted(here.chat)
    assert resumed(before) == ([], False)
    assert resumed(after) == ([], True)


def test_an_answer_that_is_lost_on_the_way_is_told_again_with_the_same_ids() -> None:
    here = Programs()
    alice, token = come(here)
    seen = seen_in(alice.asks("ping"))
    alice.transport.hang_up()
    bob = here.arrive("bob")
    bob.asks("say", text="one")
    bob.asks("tell", nick="alice", text="psst")
    bob.asks("say", text="two")
    answers = [come_back(here, token, seen)[1] for _ in range(3)]
    told = [[each["id"] for each in them if each["event"] == "told"] for them in answers]
    assert [len(each) for each in told] == [1, 1, 1]
    assert told[0] == told[1] == told[2]
    assert [texts(each) for each in answers] == [["one", "two"]] * 3
    # What has come to its end counts.
    assert texts(come_back(here, token, seen_in(answers[-1]))[1]) == []


def test_a_program_that_does_not_say_what_it_saw_is_told_what_came_since_it_was_gone() -> None:
    here = Programs()
    alice, token = come(here)
    bob = here.arrive("bob")
    bob.asks("tell", nick="alice", text="before")
    alice.reads()
    alice.transport.hang_up()
    bob.asks("tell", nick="alice", text="after")
    _, answers = come_back(here, token)
    assert [each["text"] for each in answers if each["event"] == "told"] == ["after"]


@pytest.mark.parametrize("kills", [1, 2])
def test_what_it_was_told_while_it_was_gone_waits_for_it_over_a_kill_too(kills: int) -> None:
    here = Programs()
    alice, token = come(here)
    bob, bobs = come(here, "bob")
    bob.asks("tell", nick="alice", text="before")
    here.chat.advance(1)
    alice.transport.hang_up()
    here.chat.advance(1)
    for number in range(kills):
        bob.asks("tell", nick="alice", text=f"after {number}")
        here = restarted(here.chat)
        bob, _ = come_back(here, bobs)
    _, answers = come_back(here, token)
    told = [each["text"] for each in answers if each["event"] == "told"]
    assert told == [f"after {number}" for number in range(kills)]


def test_a_program_that_was_told_too_much_is_told_so() -> None:
    here = Programs()
    alice, token = come(here)
    seen = seen_in(alice.asks("ping"))
    alice.transport.hang_up()
    bob = here.arrive("bob")
    for _ in range(9):
        bob.asks("tell", nick="alice", text="x" * 9000)
    _, answers = come_back(here, token, seen)
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert not hello["is_whole"]
    assert len([each for each in answers if each["event"] == "told"]) == 7


def test_a_connection_whose_session_goes_on_elsewhere_is_told_why_it_ends() -> None:
    here = Programs()
    alice, token = come(here)
    come_back(here, token)
    closed = alice.reads()[-1]
    assert (closed["event"], closed["cause"], closed["nick"]) == ("closed", "resumed", "alice")


def test_ten_minutes_are_ten_minutes_over_any_number_of_restarts() -> None:
    here = Programs()
    alice = here.arrive("alice")
    alice.transport.hang_up()
    for _ in range(5):
        here.chat.advance(HELD_FOR / 6)
        here = restarted(here.chat)
    bob = here.arrive("bob")
    here.chat.advance(HELD_FOR / 6 - 1)
    assert names(bob.reads()) == []
    here.chat.advance(1)
    assert names(bob.reads()) == ["quit"]


def test_a_session_whose_time_passes_while_the_server_is_down_does_not_come_back() -> None:
    here = Programs()
    alice, token = come(here)
    alice.transport.hang_up()
    here.chat.advance()
    later = Clock()
    later.advance(HELD_FOR + 1)
    here = Programs(Chat(store=here.chat.hub.store, clock=later))
    assert list(here.chat.hub.users) == []
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def kept_after(here: Programs, seconds: float) -> tuple[Programs, tuple[KeptToken, ...]]:
    """
    Return a server that starts so long after the end of another one, and what it keeps of tokens.
    """
    here.chat.advance()
    later = Clock()
    later.advance(here.chat.clock.seconds() + seconds)
    again = Programs(Chat(store=here.chat.hub.store, clock=later))
    again.chat.advance()
    return again, again.chat.hub.store.load().tokens


def test_nothing_is_kept_of_a_guest_whose_time_passes_while_the_server_is_down() -> None:
    here = Programs()
    alice, _ = come(here)
    bob, _ = come(here, "bob")
    for bot in (alice, bob):
        bot.transport.hang_up()
    here.chat.arrive("ada").types("/msg alice psst", "/msg bob psst")
    here.chat.advance()
    assert [len(kept.told) for kept in here.chat.hub.store.load().tokens] == [1, 1]
    _, kept = kept_after(here, HELD_FOR - 1)
    assert len(kept) == 2
    _, kept = kept_after(here, HELD_FOR + 1)
    assert kept == ()


def test_of_an_account_the_token_is_kept_then_and_nothing_else() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("say", text="one", label="s1")
    alice.transport.hang_up()
    here.chat.arrive("ada").types("/msg alice psst")
    here, kept = kept_after(here, HELD_FOR + 1)
    assert [(each.token.is_open, each.token.until, each.token.rooms) for each in kept] == [
        (False, 0.0, ())
    ]
    assert [(each.told, each.done) for each in kept] == [((), ())]
    (hello,) = [each for each in come_back(here, token)[1] if each.get("event") == "hello"]
    assert (hello["account"], hello["is_resumed"]) == ("alice", False)


def test_no_more_sessions_of_one_address_are_held_than_may_be_connected() -> None:
    limits = Limits(rate=0.0, max_per_host=2, max_clients=0, history_lines=0, host_rate=Rate(0))
    here = Programs(Chat(limits=limits))
    watcher = here.chat.arrive("watcher")
    for number in range(3):
        bot = here.connect("192.0.2.7")
        bot.asks("hello", name=f"bot{number}")
        bot.transport.hang_up()
        here.chat.advance()
    other = here.connect("192.0.2.8")
    other.asks("hello", name="other")
    other.transport.hang_up()
    assert [line for line in watcher.reads() if "left" in line] == ["*** bot0 has left #lobby ***"]
