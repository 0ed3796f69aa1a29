"""
Visits: being away, and being gone for a moment.
"""

from typing import Any

import pytest
from shared_hub import everybody
from shared_json import Bot, Programs

from twisted_chat.auth.tokens import MOST_TOKENS
from twisted_chat.limits import Limits
from twisted_chat.people.visits import HELD_FOR
from twisted_chat.testing import Chat


def test_a_user_who_writes_to_an_absent_one_reads_why() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    bob.types("/away lunch")
    alice.types("/msg bob hello")
    assert alice.reads() == ["[you -> bob] hello", "bob is away: lunch"]


# -- gone and back --------------------------------------------------------------------------------


def token_of(answers: list[dict[str, Any]]) -> str:
    (hello,) = [each for each in answers if each.get("event") == "hello"]
    return str(hello["token"])


def come(here: Programs, name: str = "alice", **members: Any) -> tuple[Bot, str]:
    """
    Connect a program, and return it with its token.
    """
    bot = here.connect()
    return bot, token_of(bot.asks("hello", name=name, **members))


def come_back(here: Programs, token: str, **last: int) -> tuple[Bot, list[dict[str, Any]]]:
    bot = here.connect()
    return bot, bot.asks("hello", token=token, last=last, label="back")


def names(answers: list[dict[str, Any]]) -> list[str]:
    return [each.get("event") or each["error"] for each in answers]


def texts(answers: list[dict[str, Any]]) -> list[str]:
    """
    Return what was said, as it was told at once or is read in a page.
    """
    found = []
    for each in answers:
        found += [line["event"]["text"] for line in each.get("lines", ())]
        if each.get("event") == "said":
            found.append(each["text"])
    return found


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


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_ban_from_the_server_ends_the_session_and_its_token(is_gone: bool) -> None:
    here = Programs()
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    alice, token = registered(here)
    bob.reads()
    if is_gone:
        alice.transport.hang_up()
    told = bob.asks("command", text="/serverban alice 1h spam")
    quits = [each for each in told if each.get("event") == "quit"]
    assert [(each["nick"], each["cause"]) for each in quits] == [("alice", "banned")]
    bob.asks("command", text="/serverunban alice")
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


def test_what_was_asked_for_again_is_done_once() -> None:
    here = Programs()
    bob = here.arrive("bob")
    alice, token = come(here)
    bob.reads()
    alice.sends(b'{"request": "say", "text": "once", "label": "s1"}\n')
    alice.transport.hang_up()
    alice, _ = come_back(here, token)
    assert names(alice.asks("say", text="once", label="s1")) == ["done"]
    assert names(alice.asks("say", text="twice", label="s2")) == ["said", "done"]
    assert texts(bob.reads()) == ["once", "twice"]


# -- accounts and restarts ------------------------------------------------------------------------

PASSWORD = "correct-horse"


def registered(here: Programs) -> tuple[Bot, str]:
    """
    Return a program of alice, who has an account, with its token.
    """
    alice, token = come(here, device="phone")
    alice.asks("command", name="register", args={"password": PASSWORD})
    return alice, token


def refusal_of(bot: Bot, token: str) -> str:
    """
    Return the code with which ``token`` is refused; empty if it is not.
    """
    return "".join(str(each.get("error", "")) for each in bot.asks("hello", token=token))


def test_the_token_of_an_account_is_worth_a_password() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("bye")
    alice, answers = come_back(here, token)
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert (hello["account"], hello["is_resumed"], hello["token"]) == ("alice", False, token)


def test_logging_out_ends_the_token_and_leaves_those_of_other_devices() -> None:
    here = Programs()
    phone, token = come(here)
    phone.asks("command", name="register", args={"password": PASSWORD})
    laptop, other = come(here, password=PASSWORD)
    phone.asks("command", name="logout")
    laptop.asks("bye")
    assert refusal_of(here.connect(), token) == "unknown-token"
    assert refusal_of(here.connect(), other) == ""


def test_a_new_password_ends_all_tokens() -> None:
    here = Programs()
    alice, token = registered(here)
    other, second = here.connect(), ""
    second = token_of(other.asks("hello", name="alice", password=PASSWORD))
    assert second != token
    other.transport.hang_up()
    args = {"old": PASSWORD, "new": "battery-staple"}
    changed = alice.asks("command", name="passwd", args=args, label="p")
    assert names(changed)[-1] == "done"
    for each in (token, second):
        assert names(come_back(here, each)[1]) == ["unknown-token"]


def test_a_ban_and_unregistering_end_tokens() -> None:
    here = Programs()
    alice, token = registered(here)
    alice.asks("command", name="unregister", args={"password": PASSWORD})
    alice.transport.hang_up()
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def restarted(chat: Chat) -> Programs:
    """
    Return the server as it is after a kill -9: only what was kept is left.
    """
    return Programs(Chat(store=chat.hub.store))


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


# -- devices --------------------------------------------------------------------------------------


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


def test_a_token_that_is_removed_is_not_there_after_a_restart() -> None:
    here = Programs()
    _, token = registered(here)
    laptop = here.arrive("alice", password=PASSWORD, device="laptop")
    laptop.asks("command", text="/unlink 1")
    here = restarted(here.chat)
    assert names(come_back(here, token)[1]) == ["unknown-token"]


def test_an_account_has_so_many_tokens_and_no_more() -> None:
    here = Programs()
    first, token = registered(here)
    first.asks("bye")
    for _ in range(MOST_TOKENS):
        here.chat.advance(1)
        here.arrive("alice", password=PASSWORD).asks("bye")
    assert names(come_back(here, token)[1]) == ["unknown-token"]


# -- limits ---------------------------------------------------------------------------------------


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


def test_a_token_of_an_account_is_a_password_where_others_listen() -> None:
    limits = Limits(rate=0.0, max_per_host=0, history_lines=0, password_over_cleartext="deny")
    here = Programs(Chat(limits=limits))
    alice, token = registered(here)
    alice.transport.hang_up()
    far = here.connect("192.0.2.7")
    assert names(far.asks("hello", token=token)) == ["not-encrypted"]
    assert "hello" in names(come_back(here, token)[1])
