"""
Which programs may come as plugins, and which of them the server starts.
"""

from typing import Any

import pytest
from attrs import define, evolve, field
from services import ROLL, TOKEN, granting, sitting, tells

from twisted_chat.auth.tokens import hash_of
from twisted_chat.errors import UnknownToken
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.programs.service import Service
from twisted_chat.testing import Chat


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
