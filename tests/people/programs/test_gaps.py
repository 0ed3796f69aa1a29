"""
Gaps: what rooms heard while a program was gone.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from coming_back import (
    PASSWORD,
    come,
    come_back,
    names,
    registered,
    restarted,
    seen_in,
    texts,
)
from shared_json import Bot, Programs
from stores import SlowStore
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.delivery.fanout import READ_TIMEOUT
from twisted_chat.limits import Limits
from twisted_chat.people.programs.gaps import MOST_BYTES, MOST_LINES
from twisted_chat.testing import Chat


def pages(answers: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in answers if each.get("kind") == kind]


def say(bot: Bot, *texts: str, room: str = "lobby") -> None:
    for text in texts:
        bot.asks("say", text=text, room=room)


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_program_needs_one_number_to_miss_nothing_and_read_nothing_twice(
    is_killed: bool,
) -> None:
    here = Programs()
    alice, token = come(here)
    bob = here.arrive("bob")
    for bot in (alice, bob):
        bot.asks("command", name="join", args={"room": "dev"})
    say(bob, "one")
    say(bob, "two", room="dev")
    came = alice.reads()
    assert texts(came)[-2:] == ["one", "two"]
    # It has read the first of both, and the connection is lost before the second one.
    seen = next(each["id"] for each in came if each.get("text") == "one")
    alice.transport.hang_up()
    say(bob, "three")
    if is_killed:
        here = restarted(here.chat)
    _, answers = come_back(here, token, seen)
    assert [(page["room"], texts([page])) for page in pages(answers, "missed")] == [
        ("lobby", ["three"]),
        ("dev", ["two"]),
    ]
    _, answers = come_back(here, token, max(seen, seen_in(answers)))
    assert pages(answers, "missed") == []


def test_how_a_room_was_set_meanwhile_is_read_too() -> None:
    here = Programs()
    bob = here.arrive("bob")
    bob.asks("command", name="register", args={"password": "correct horse"})
    bob.asks("command", name="join", args={"room": "dev"})
    alice, token = come(here)
    joined = alice.asks("command", name="join", args={"room": "dev"})
    seen = max(seen_in(joined), seen_in(alice.asks("history")))
    bob.asks("command", text="/topic tea")
    told = alice.reads()
    bob.asks("command", text="/moderated on")
    bob.asks("command", text="/voice alice")
    alice.transport.hang_up()
    _, answers = come_back(here, token, max(seen, seen_in(told)))
    (page,) = pages(answers, "missed")
    events = [line["event"] for line in page["lines"]]
    assert [each["event"] for each in events] == ["mode-changed", "rank-changed"]
    assert (events[0]["mode"], events[1]["member"]) == ("moderated", "alice")


def change(bob: Bot) -> None:
    """
    Change lines 2 to 5 of the lobby.
    """
    bob.asks("command", text="/edit 2 two, rather")
    bob.asks("command", text="/delete 3")
    bob.asks("command", text="/react 4 +1")
    bob.asks("command", text="/react 5 +1")
    bob.asks("command", text="/unreact 5 +1")


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("arrived", range(6))
def test_lines_that_a_program_has_and_that_were_changed_are_told_as_they_are_by_now(
    arrived: int, is_killed: bool
) -> None:
    here = Programs()
    bob = here.arrive("bob")
    say(bob, "two", "three", "four", "five")
    alice, token = come(here)
    seen = seen_in(alice.asks("history"))
    change(bob)
    changes = [each for each in alice.reads() if "number" in each]
    assert [each["event"] for each in changes] == [
        *("edited", "deleted", "reacted", "reacted", "unreacted"),
    ]
    seen = max([seen, *(each["id"] for each in changes[:arrived])])
    say(bob, "six")
    bob.asks("command", text="/edit 7 seven")
    if is_killed:
        here = restarted(here.chat)
    _, answers = come_back(here, token, seen)
    # What it has not got yet, it gets as it is by now.
    assert texts(pages(answers, "missed")) == ["seven"]
    lines = [line for page in pages(answers, "changed") for line in page["lines"]]
    wanted = [(2, "two, rather", []), (3, "", []), (4, "four", [["+1", 1]]), (5, "five", [])]
    # The fifth was changed twice, the second time last.
    first = min(arrived, 3) if arrived < 5 else 4
    assert [
        (line["number"], line["event"].get("text", ""), line["reactions"]) for line in lines
    ] == wanted[first:]
    assert all(line["event"]["event"] == "deleted" for line in lines if line["number"] == 3)
    _, answers = come_back(here, token, here.chat.hub.recorder.last_id)
    assert pages(answers, "changed") == []


def read_all(here: Programs, token: str, seen: int, count: int = 200) -> tuple[list[str], int]:
    """
    Come back, read page after page as a program does, and return all and the first answer's size.
    """
    bot = here.connect()
    data = json.dumps({"request": "hello", "token": token, "seen": seen}).encode()
    bot.sends(data + b"\n")
    first = bot.receives()
    found: list[str] = []
    waiting = [json.loads(line) for line in first.splitlines()]
    for told in waiting:
        if told.get("event") != "transcript":
            continue
        found += texts([told])
        if told["has_more"]:
            last = max([seen, *(line["id"] for line in told["lines"])])
            waiting += bot.asks("history", room=told["room"], after=last, by="id", count=count)
    return found, len(first)


def test_what_one_answer_costs_is_bounded_however_many_rooms_were_missed() -> None:
    here = Programs(Chat(limits=Limits(rate=0.0, max_per_host=0, max_rooms=0, history_lines=0)))
    rooms = [f"room{number}" for number in range(20)]
    alice, token = come(here)
    bob = here.arrive("bob")
    for bot in (alice, bob):
        for room in rooms:
            bot.asks("command", name="join", args={"room": room})
    seen = here.chat.hub.recorder.last_id
    alice.transport.hang_up()
    said = []
    for room in rooms:
        for number in range(6):
            said.append(f"{room} {number} " + '"' * 8000)
            say(bob, said[-1], room=room)
    found, size = read_all(here, token, seen)
    assert sorted(found) == sorted(said)
    # As JSON writes it, each quotation mark is two bytes.
    assert size < 2 * (MOST_BYTES + 8100) + 20_000


def test_of_many_short_lines_the_first_are_told_and_the_rest_is_asked_for() -> None:
    here = Programs()
    alice, token = come(here)
    bob = here.arrive("bob")
    seen = here.chat.hub.recorder.last_id
    alice.transport.hang_up()
    said = [str(number) for number in range(3 * MOST_LINES)]
    say(bob, *said)
    assert read_all(here, token, seen, 150)[0] == said


def test_of_too_many_changed_lines_it_is_said_that_there_are_more() -> None:
    here = Programs()
    bob = here.arrive("bob")
    say(bob, *map(str, range(MOST_LINES + 1)))
    alice, token = come(here)
    seen = seen_in(alice.asks("history"))
    alice.transport.hang_up()
    for number in range(MOST_LINES + 1):
        bob.asks("command", text=f"/edit {2 + number} new")
    _, answers = come_back(here, token, seen)
    (page,) = pages(answers, "changed")
    assert (len(page["lines"]), page["has_more"]) == (MOST_LINES, True)


def test_a_change_of_a_line_that_it_has_is_told_however_many_new_lines_were_changed() -> None:
    here = Programs(Chat(limits=Limits(rate=0.0, history_lines=0)))
    bob = here.arrive("bob")
    say(bob, "old", "older")
    alice, token = come(here)
    seen = seen_in(alice.asks("history"))
    alice.transport.hang_up()
    for number in range(5, MOST_LINES + 7):
        say(bob, "x")
        bob.asks("command", text=f"/react {number} +1")
    bob.asks("command", text="/delete 2")
    _, answers = come_back(here, token, seen)
    (missed,) = pages(answers, "missed")
    assert (len(missed["lines"]), missed["has_more"]) == (MOST_LINES, True)
    (changed,) = pages(answers, "changed")
    # There is no room for it any more, but the program is told to read the room again.
    assert (changed["room"], changed["lines"], changed["has_more"]) == ("lobby", [], True)


def test_nobody_is_told_of_lines_that_they_may_not_read() -> None:
    here = Programs()
    bob = here.arrive("bob")
    bob.asks("command", name="register", args={"password": "correct horse"})
    bob.asks("command", name="join", args={"room": "dev"})
    say(bob, "secret", room="dev")
    bob.asks("command", text="/members on")
    bob.asks("command", text="/private on")
    alice, token = come(here)
    bob.asks("command", name="invite", args={"nick": "alice"})
    alice.asks("command", name="join", args={"room": "dev"})
    alice.transport.hang_up()
    bob.asks("command", text="/edit last more secret")
    for last in ({"seen": 0}, {"dev": 0}):
        _, answers = come_back(here, token, **last)
        assert "secret" not in str(answers)
        assert "done" in names(answers)


def in_a_room(here: Programs, *, is_private: bool) -> Bot:
    """
    Return bob, who owns the room dev.
    """
    bob = here.arrive("bob")
    bob.asks("command", name="register", args={"password": "correct horse"})
    bob.asks("command", name="join", args={"room": "dev"})
    say(bob, "before", room="dev")
    if is_private:
        bob.asks("command", text="/private on")
    return bob


def enter(bob: Bot, alice: Bot) -> None:
    bob.asks("command", name="invite", args={"nick": "alice"})
    alice.asks("command", name="join", args={"room": "dev"})


@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize("is_killed", [False, True])
def test_what_a_room_said_before_a_kick_is_told_and_nothing_after_it(
    is_private: bool, is_killed: bool
) -> None:
    here = Programs()
    bob = in_a_room(here, is_private=is_private)
    alice, token = come(here)
    enter(bob, alice)
    say(bob, "one", room="dev")
    seen = seen_in(alice.reads())
    # On its way when the connection is lost, of which the server knows later.
    say(bob, "two", room="dev")
    alice.transport.hang_up()
    say(bob, "three", room="dev")
    bob.asks("command", text="/kick alice spam")
    say(bob, "four", room="dev")
    if is_killed:
        here = restarted(here.chat)
    _, answers = come_back(here, token, seen)
    assert [(page["room"], texts([page])) for page in pages(answers, "missed")] == [
        ("dev", ["two", "three"]),
    ]
    assert "kicked" in names(answers)
    _, answers = come_back(here, token, seen_in(answers))
    assert pages(answers, "missed") == []


def test_what_was_changed_after_a_kick_is_not_told_where_nobody_else_may_read() -> None:
    here = Programs()
    bob = in_a_room(here, is_private=True)
    alice, token = come(here)
    enter(bob, alice)
    seen = here.chat.hub.recorder.last_id
    alice.transport.hang_up()
    say(bob, "one", "two", "three", "four", room="dev")
    first = here.chat.hub.find_room("dev").timeline.number - 3
    bob.asks("command", text=f"/edit {first} one, rather")
    bob.asks("command", text=f"/re {first} five")
    bob.asks("command", text="/kick alice")
    bob.asks("command", text=f"/edit {first + 1} secret")
    bob.asks("command", text=f"/react {first + 2} +1")
    bob.asks("command", text=f"/delete {first + 3}")
    _, answers = come_back(here, token, seen)
    (page,) = pages(answers, "missed")
    lines = [(line["event"].get("text", ""), line["reactions"]) for line in page["lines"]]
    assert lines == [("one, rather", []), ("three", []), ("", []), ("five", [])]
    bob.asks("command", text=f"/edit {first} secret")
    _, answers = come_back(here, token, seen)
    assert "secret" not in str(answers)
    # Where everybody may read it, it is told as it is by now.
    bob.asks("command", text="/private off")
    (page,) = pages(come_back(here, token, seen)[1], "missed")
    assert "secret" not in str(page)


def test_what_does_not_fit_of_a_room_that_was_left_is_told_to_who_comes_back_once_more() -> None:
    here = Programs()
    bob = in_a_room(here, is_private=True)
    alice, token = come(here)
    enter(bob, alice)
    seen = here.chat.hub.recorder.last_id
    alice.transport.hang_up()
    said = [str(number) for number in range(MOST_LINES + 50)]
    say(bob, *said, room="dev")
    bob.asks("command", text="/kick alice")
    _, answers = come_back(here, token, seen)
    (page,) = pages(answers, "missed")
    assert (page["has_more"], texts([page])) == (True, said[:MOST_LINES])
    _, answers = come_back(here, token, seen, dev=page["lines"][-1]["number"])
    (page,) = pages(answers, "missed")
    assert (page["has_more"], texts([page])) == (False, said[MOST_LINES:])


@pytest.mark.parametrize("is_private", [False, True])
def test_a_room_that_was_left_and_entered_again_is_told_once(is_private: bool) -> None:
    here = Programs()
    bob = in_a_room(here, is_private=is_private)
    phone, token = registered(here)
    laptop = here.arrive("alice", password=PASSWORD)
    enter(bob, laptop)
    seen = here.chat.hub.recorder.last_id
    phone.transport.hang_up()
    heard = []
    for number in range(3):
        say(bob, f"{number}", room="dev")
        heard.append(f"{number}")
        bob.asks("command", text="/kick alice")
        say(bob, f"{number} alone", room="dev")
        if not is_private:
            # Who comes later reads that too.
            heard.append(f"{number} alone")
        enter(bob, laptop)
    say(bob, "last", room="dev")
    _, answers = come_back(here, token, seen)
    assert texts(pages(answers, "missed")) == [*heard, "last"]


def slow_reading() -> tuple[Programs, SlowStore, Bot, str, int]:
    """
    Return a store that reads when it is told to, bob, and alice's token, who has missed "one".
    """
    store = SlowStore(is_slow=False, slow=("numbered",))
    here = Programs(Chat(store=store))
    alice, token = come(here)
    bob = here.arrive("bob")
    seen = here.chat.hub.recorder.last_id
    alice.transport.hang_up()
    say(bob, "one")
    store.is_slow = True
    return here, store, bob, token, seen


def test_what_was_missed_is_read_before_what_is_said_meanwhile() -> None:
    here, store, bob, token, seen = slow_reading()
    alice, answers = come_back(here, token, seen)
    say(bob, "two")
    answers += alice.reads()
    assert texts(answers) == []
    store.is_slow = False
    store.answers(len(store.asked))
    here.chat.advance()
    answers += alice.reads()
    assert texts(answers) == ["one", "two"]
    assert names(answers)[-2:] == ["done", "said"]


@pytest.mark.parametrize("is_over", [False, True])
def test_a_program_that_is_gone_again_before_that_is_read_leaves_nothing_behind(
    is_over: bool,
) -> None:
    here, store, _, token, seen = slow_reading()
    alice, _ = come_back(here, token, seen)
    with capturedLogs() as logged:
        if is_over:
            alice.asks("bye")
        again, _ = come_back(here, token, seen)
        while store.asked:
            store.answers(1)
        here.chat.advance(1)
    assert [formatEvent(each) for each in logged if each["log_level"] >= LogLevel.error] == []
    assert texts(again.reads()) == ([] if is_over else ["one"])


def test_a_program_that_comes_back_while_the_disk_hangs_asks_for_what_it_missed_later() -> None:
    here, store, bob, token, seen = slow_reading()
    alice, answers = come_back(here, token, seen)
    say(bob, "two")
    here.chat.advance(READ_TIMEOUT)
    answers += alice.reads()
    (page,) = pages(answers, "missed")
    assert (page["lines"], page["has_more"]) == ([], True)
    assert texts(answers) == ["two"]
    store.is_slow = False
    store.answers(len(store.asked))
    (page, _) = alice.asks("history", after=seen, by="id", label="h")
    assert texts([page]) == ["one", "two"]
