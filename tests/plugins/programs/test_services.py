"""
Which programs may come as plugins, and which of them the server starts.
"""

from typing import Any

import pytest
from attrs import define, evolve, field
from services import ROLL, TOKEN, Table, granting, sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.auth.tokens import hash_of
from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.errors import UnknownToken
from twisted_chat.plugins.programs.calls import MOST_UNANSWERED
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.programs.service import Service
from twisted_chat.testing import Chat, Person


@define(eq=False)
class Runner:
    deeds: list[str] = field(factory=list)

    def start(self, service: Service) -> None:
        self.deeds.append(f"start {service.name}")

    def stop(self, service: Service) -> None:
        self.deeds.append(f"stop {service.name}")


def started(*names: str) -> dict[str, dict[str, Any]]:
    return {name: {"run": ["./bot"]} for name in names}


def test_a_token_is_that_of_one_program() -> None:
    chat = Chat(options=granting())
    services = chat.plugins.services
    assert services.find(TOKEN).name == "dice"
    for token in ("", "another", hash_of(TOKEN)):
        with pytest.raises(UnknownToken):
            services.find(token)


def test_the_token_of_none_lets_nobody_in() -> None:
    # A program that the server starts has none.
    services = Chat(options=started("dice")).plugins.services
    with pytest.raises(UnknownToken):
        services.find("")


def test_programs_are_started_once_the_server_runs_and_again_at_a_reload() -> None:
    chat, runner = Chat(options={**started("a", "b"), **granting()}), Runner()
    services = chat.plugins.services
    chat.plugins.load()
    services.begin(runner)
    assert runner.deeds == ["start a", "start b"]
    runner.deeds.clear()
    chat.plugins.tables = {**started("b", "c"), **granting()}
    chat.plugins.load()
    assert runner.deeds == ["stop a", "start b", "start c"]
    runner.deeds.clear()
    chat.plugins.unload()
    assert runner.deeds == ["stop b", "stop c"]
    assert services.by_name == {}


def test_switching_one_off_and_on_starts_no_other_one() -> None:
    chat, runner = Chat(options=started("a", "b")), Runner()
    chat.plugins.services.begin(runner)
    runner.deeds.clear()
    chat.plugins.switch_off("a")
    chat.plugins.switch_on("a")
    assert runner.deeds == ["stop a", "start a"]


def test_one_that_connects_stays_over_a_reload_unless_its_grant_has_changed() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    table.chat.plugins.load()
    alice.types("/roll")
    assert bot.reads()[0]["event"] == "call"
    tells(bot, "answer", call=1, text="still here")
    assert alice.reads() == ["still here"]
    table.chat.plugins.tables = granting(rights=["commands"])
    table.chat.plugins.load()
    table.chat.advance()
    assert bot.reads()[-1]["cause"] == "unlinked"
    assert not bot.is_connected
    alice.types("/roll")
    assert alice.reads() == ["No such command: /roll. Type /help for the list."]
    table.serve(commands=[ROLL])


def test_grants_are_known() -> None:
    chat = Chat(options=started("a"))
    assert chat.plugins.services.grants() == [Grant(run=("./bot",))]
    services = chat.plugins.services
    services.add("a", evolve(services.grants()[0]))
    services.remove("a")
    assert services.grants() == []


def hanging(is_ours: bool) -> tuple[Table, Runner, Person]:
    """
    Return a server with a program that answers no calls, and the operator who makes them.
    """
    table, runner = sitting(), Runner()
    table.serve(commands=[ROLL])
    services = table.chat.plugins.services
    services.begin(runner)
    if is_ours:
        dice = services.by_name["dice"]
        dice.grant = evolve(dice.grant, token="", run=("./dice",))
    alice = table.arrive("alice")
    table.chat.hub.find_user("alice").roles.add("operator")
    return table, runner, alice


def calls(table: Table, alice: Person, times: int) -> None:
    for _ in range(times):
        alice.types("/roll")
        table.chat.advance(ANSWER_WITHIN)


def test_one_that_hangs_is_started_again_and_operators_read_why() -> None:
    table, runner, alice = hanging(is_ours=True)
    calls(table, alice, MOST_UNANSWERED - 1)
    assert runner.deeds == []
    with capturedLogs() as logged:
        calls(table, alice, 1)
    assert runner.deeds == ["start dice"]
    assert formatEvent(logged[-1]) == "Program dice hangs; it is started again"
    alice.reads()
    alice.types("/plugins")
    assert "  It has not answered its last 3 calls." in alice.reads()
    # If that has not helped, it is tried again after as many more.
    calls(table, alice, MOST_UNANSWERED)
    assert runner.deeds == ["start dice"] * 2


def test_calls_that_hang_at_once_start_it_again_once() -> None:
    table, runner, alice = hanging(is_ours=True)
    people = [alice, *(table.arrive(f"guest{number}") for number in range(4))]
    for each in people:
        each.types("/roll")
    table.chat.advance(ANSWER_WITHIN)
    assert runner.deeds == ["start dice"]


def test_one_that_connects_from_elsewhere_is_not_ours_to_start_again() -> None:
    table, runner, alice = hanging(is_ours=False)
    calls(table, alice, 2 * MOST_UNANSWERED)
    assert runner.deeds == []
