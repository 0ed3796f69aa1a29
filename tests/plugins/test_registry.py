"""
Which commands and hooks are in force, and whose they are.
"""

from pathlib import Path

import pytest

from twisted_chat import Context, HttpRequest, Hub, command, events, http_route, on
from twisted_chat.commands.command import Command, command_of
from twisted_chat.commands.dispatcher import Dispatcher
from twisted_chat.delivery.hooks import hooks_of
from twisted_chat.errors import NoSuchCommand
from twisted_chat.http.routes import routes_of
from twisted_chat.plugins.registry import NameTaken, Offer, Registry
from twisted_chat.testing import Chat

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"


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


# The first one is in Cyrillic, all of it.
@pytest.mark.parametrize("posing", [named("\u0441\u043e\u0440\u0443"), named("play", "c0py")])
def test_a_name_that_looks_like_that_of_another_is_refused(posing: Command) -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("the server", [named("copy")], is_own=True))
    with pytest.raises(
        NameTaken,
        match=r"^Plugin b: /\w+ looks like /copy, which the server has already\.$",
    ):
        mine.put("b", Offer("b", [posing]))
    assert names(dispatcher) == ["copy"]


def test_what_looks_alike_within_one_plugin_and_the_server_stands() -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("a", [named("i")], is_own=True))
    mine.put("b", Offer("b", [named("l")], is_own=True))
    mine.put("c", Offer("c", [named("sl1de"), named("slide")]))
    assert names(dispatcher) == ["i", "l", "sl1de", "slide"]


def test_one_of_the_server_is_suggested_before_one_of_a_plugin_that_is_nearer() -> None:
    mine, dispatcher = registry()
    mine.put("a", Offer("a", [named("login")], is_own=True))
    mine.put("b", Offer("b", [named("logn", "play")]))
    for typed, meant in (("log", "login"), ("lgn", "login"), ("plya", "play")):
        with pytest.raises(NoSuchCommand) as refusal:
            dispatcher.find(typed)
        assert refusal.value.suggestion == meant


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


@http_route("/last")
@http_route("/last", methods=["POST"])
def last(_: Hub, __: HttpRequest) -> str:
    return "6"


def test_a_route_is_in_force_as_long_as_its_plugin_and_its_path_is_taken() -> None:
    mine, dispatcher = registry()
    routes, path = dispatcher.hub.routes, "/plugin/dice/last"
    post, get = routes_of(last)
    mine.put("a", Offer("the first", routes=[(path, get)]))
    mine.put("b", Offer("b", routes=[(path, post)]))
    assert set(routes.at(path)) == {"GET", "HEAD", "POST"}
    with pytest.raises(NameTaken) as refusal:
        mine.put("c", Offer("c", [named("roll")], routes=[(path, get)]))
    assert str(refusal.value) == ("Plugin c: GET /plugin/dice/last is taken by the first already.")
    assert names(dispatcher) == []
    mine.remove("a")
    assert set(routes.at(path)) == {"POST"}
    mine.remove("b")
    assert routes.at(path) == {}


def test_a_plugin_that_is_off_answers_no_requests() -> None:
    chat = Chat(str(EXAMPLES / "builds.py"))
    path = "/plugin/builds/github"
    answer = chat.web.request("POST", path)
    assert answer is not None
    assert answer.status == 403
    (name,) = chat.plugins.in_force
    chat.plugins.switch_off(name)
    with pytest.raises(LookupError):
        chat.web.request("POST", path)
    chat.plugins.switch_on(name)
    assert chat.web.request("POST", path) == answer
