"""
Which commands and hooks are in force, and whose they are.
"""

import pytest

from twisted_chat import Context, command, events, on
from twisted_chat.commands.command import Command, command_of
from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.delivery.hooks import hooks_of
from twisted_chat.plugins.registry import NameTaken, Offer, Registry
from twisted_chat.testing import Chat


def named(name: str, *aliases: str) -> Command:
    @command(name=name, aliases=aliases)
    def do(ctx: Context) -> None:
        """Do it."""

    found = command_of(do)
    assert found is not None
    return found


def registry() -> tuple[Registry, Dispatcher]:
    dispatcher = Dispatcher(Chat().hub)
    return Registry(dispatcher), dispatcher


def names(dispatcher: Dispatcher) -> list[str]:
    return [each.name for each in dispatcher.commands]


def test_what_is_put_in_force_is_found_and_gone_when_it_is_removed() -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("a", [named("roll", "dice")]))
    mine.put("b", Offer("b", [named("pick")]))
    assert names(dispatcher) == ["pick", "roll"]
    assert dispatcher.find("dice").name == "roll"
    assert mine.commands_of("a") == ("roll",)
    mine.remove("a")
    mine.remove("a")
    assert names(dispatcher) == ["pick"]
    assert mine.commands_of("a") == ()


def test_what_is_put_again_takes_the_place_of_what_was_there() -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("a", [named("roll"), named("flip")]))
    mine.put("a", Offer("a", [named("flip")]))
    assert names(dispatcher) == ["flip"]


@pytest.mark.parametrize("taken", [named("roll"), named("pick", "dice")])
def test_a_name_is_taken_by_another_also_as_an_alias_and_then_nothing_changes(
    taken: Command,
) -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("the first", [named("roll", "dice")]))
    mine.put("b", Offer("b", [named("flip")]))
    with pytest.raises(NameTaken, match=r"^Plugin the second: /\w+ is taken by the first alr"):
        mine.put("b", Offer("the second", [named("other"), taken]))
    assert names(dispatcher) == ["flip", "roll"]


def test_one_plugin_has_a_name_once() -> None:
    mine, _ = registry()
    with pytest.raises(NameTaken, match=r"^Plugin a: /roll is taken by a already\.$"):
        mine.put("a", Offer("a", [named("roll"), named("roll")]))


def test_arranging_keeps_others_behind_and_drops_the_rest() -> None:
    mine, dispatcher = registry()
    heard: list[str] = []

    def hearing(name: str) -> Offer:
        @on(events.Said)
        def hear(_hub: object, _event: events.Said) -> None:
            heard.append(name)

        return Offer(name, [named(name)], hooks_of(hear))

    for name in ("a", "b", "c"):
        mine.put(name, hearing(name))
    mine.arrange({"d": hearing("d"), "a": hearing("a")}, ["c", "nobody"])
    assert names(dispatcher) == ["a", "c", "d"]
    dispatcher.hub.hooks.after(events.Said(0.0, "lobby", "alice", "hi"))
    assert heard == ["d", "a", "c"]


def test_a_trial_changes_nothing() -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("a", [named("roll")]))
    trial = mine.without(["a"])
    trial.add("b", Offer("b", [named("roll")]))
    with pytest.raises(NameTaken):
        trial.add("a", Offer("a", [named("roll")]))
    assert mine.commands_of("b") == ()
    assert names(dispatcher) == ["roll"]
