"""
The table of commands: what is found by a name, suggested and explained.
"""

import pytest
from shared_command import alone, chat_with, greet

from twisted_chat import Context, User, command


@pytest.mark.parametrize(
    "line", ["/greet", "/hi", "/hello", "/GREET", "/Hi", "/ｈｉ", "/greet   ", "/hi\t"]
)
def test_a_command_is_found_by_every_name_without_regard_to_case_and_width(line: str) -> None:
    alice = alone(greet)
    alice.types(line)
    assert alice.reads() == ["Hello world."]


def test_the_list_holds_each_command_once_in_the_order_of_the_alphabet() -> None:
    names = [each.name for each in chat_with(greet).dispatcher.commands]
    assert names.count("greet") == 1
    assert "hi" not in names
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/jion", "No such command: /jion. Did you mean /join?"),
        ("/JION lobby", "No such command: /JION. Did you mean /join?"),
        ("/gret", "No such command: /gret. Did you mean /greet?"),
        ("/helllo", "No such command: /helllo. Did you mean /hello?"),
        # The server's own is meant, though a plugin's is nearer.
        ("/helo", "No such command: /helo. Did you mean /help?"),
        ("/xyzzy", "No such command: /xyzzy. Type /help for the list."),
        ("/x%s%n", "No such command: /x%s%n. Type /help for the list."),
        (f"/{'z' * 3000}", f"No such command: /{'z' * 32}.... Type /help for the list."),
    ],
)
def test_an_unknown_command_is_named_with_what_may_have_been_meant(
    line: str, sentence: str
) -> None:
    alice = alone(greet)
    alice.types(line)
    assert alice.reads() == [sentence]


def test_what_one_may_not_use_is_not_what_one_meant() -> None:
    @command(needs="operator")
    def throw(ctx: Context, nick: User) -> None:
        """Throw a user out."""

    alice = alone(throw)
    alice.types("/thro bob")
    assert alice.reads() == ["No such command: /thro. Type /help for the list."]


@command(needs="operator")
def flick(ctx: Context, nick: User) -> str:
    """Flick a user."""
    return f"Flicked {nick.nick}."


def test_what_needs_a_role_is_not_in_the_list_of_those_without_it() -> None:
    chat = chat_with(flick)
    alice = chat.arrive("alice")
    alice.types("/help", "/help all")
    assert not any("/flick" in line for line in alice.reads())
    chat.hub.find_user("alice").roles.add("operator")
    alice.types("/help", "/help all")
    told = alice.reads()
    assert any(line.split() == ["Test", "table", "/flick"] for line in told)
    assert any(line.startswith("/flick nick ") for line in told)


@pytest.mark.parametrize(
    ("line", "changes_nothing"),
    [
        ("/history", True),
        ("/who", True),
        ("/topic tea", False),
        ("/nosuch", False),
        ("hello", False),
        ("", False),
    ],
)
def test_what_only_reads_is_known_by_its_line(line: str, changes_nothing: bool) -> None:
    table = chat_with(greet).dispatcher
    assert table.only_reads(line) is changes_nothing
    assert not table.reads("nosuch")


@pytest.mark.parametrize(
    ("name", "may"),
    [("login", True), ("log", True), ("loginx", True), ("who", False), ("", False)],
)
def test_what_may_ask_for_a_secret_is_known_by_its_name(name: str, may: bool) -> None:
    assert chat_with(greet).dispatcher.may_ask_secret(name) is may
