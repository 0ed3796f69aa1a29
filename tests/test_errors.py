"""
Errors: each words its own sentence out of the facts.
"""

import inspect

import pytest

from twisted_chat import errors
from twisted_chat.errors import ChatError

#: Each with facts that it may be built from, and something of them that its sentence holds.
FACTS = [
    (errors.NickInUse("bob"), "bob"),
    (errors.LooksLike("b0b", "bob", "who is here"), "bob, who is here"),
    (errors.NickRegistered("bob"), "/login bob"),
    (errors.RoomLooksLike("d3n", "den"), "#d3n looks like #den"),
    (errors.NoSuchUser("bob"), "bob"),
    (errors.NoSuchRoom("den"), "#den"),
    (errors.NotInRoom("den"), "/join den"),
    (errors.NoSuchCommand("jion", "join"), "/join"),
    (errors.BadArgument("It needs a nick.", "/msg nick text"), "Usage: /msg nick text"),
    (errors.NoSuchLine(12, "den"), "12 in #den"),
    (errors.InvitationOnly("den"), "#den"),
    (errors.PasswordNeeded("den"), "/join den"),
    (errors.MembersOnly("den"), "#den"),
    (errors.Moderated("den"), "#den"),
    (errors.TooManyGuesses(120), "120 s"),
    (errors.TooManyGuesses(121), "3 min"),
    (errors.TooManyNewConnections(7), "7 s"),
    (errors.TooManyNewAccounts(3600), "60 min"),
]


def kinds() -> list[type[ChatError]]:
    """
    Return those that word their own sentence.
    """
    found = [each for each in vars(errors).values() if inspect.isclass(each)]
    return [
        each
        for each in found
        if issubclass(each, ChatError) and each is not ChatError and "__init__" in vars(each)
    ]


@pytest.mark.parametrize(("error", "said"), FACTS, ids=lambda each: type(each).__name__)
def test_the_sentence_holds_the_facts(error: ChatError, said: str) -> None:
    assert said in str(error)


@pytest.mark.parametrize("kind", kinds())
def test_every_refusal_is_at_least_one_whole_sentence(kind: type[ChatError]) -> None:
    for error in [error for error, _ in FACTS if type(error) is kind] or [kind()]:
        sentence = str(error).splitlines()[0]
        assert sentence[0].isupper() or sentence[0] == "#"
        assert sentence[-1] in ".?"


def test_an_unknown_command_may_have_been_meant_for_none() -> None:
    assert str(errors.NoSuchCommand("xyzzy")).endswith("Type /help for the list.")
