"""
Refusals: a sentence for users, and a code and facts for programs.
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
    (errors.GuestsNotLetIn("bob", "open", can_type=True), "/login name, or register with /reg"),
    (errors.GuestsNotLetIn("bob", "invite"), "register the name bob with an invitation code"),
    (errors.GuestsNotLetIn("bob", "closed"), "no accounts are made here now"),
    (errors.BadCode("link"), "such as BCDF-GHJK, and none of them is a vowel or Y."),
    (errors.BadCode("invitation"), "16 letters"),
    (errors.WrongCode("link"), "/link at the other device makes a new one"),
    (errors.WrongCode("invitation"), "invitation code is wrong"),
    (errors.RoomLooksLike("d3n", "den"), "#d3n looks like #den"),
    (errors.NoSuchUser("bob"), "bob"),
    (errors.NoSuchRoom("den"), "#den"),
    (errors.NotInRoom("den"), "/join den"),
    (errors.NoSuchCommand("jion", "join"), "/join"),
    (errors.BadArgument("It needs a nick.", "/msg nick text"), "Usage: /msg nick text"),
    (errors.LineTooLong(4096), "4096 bytes"),
    (errors.MessageTooLong(16384), "16384 bytes"),
    (errors.NoSuchLine(12, "den"), "12 in #den"),
    (errors.InvitationOnly("den"), "#den"),
    (errors.MaybeMessage("bob", "tea"), "/msg bob tea"),
    (errors.PasswordNeeded("den"), "/join den"),
    (errors.MembersOnly("den"), "#den"),
    (errors.Moderated("den"), "#den"),
    (errors.TooManyGuesses(120), "120 s"),
    (errors.TooManyGuesses(121), "3 min"),
    (errors.TooManyNewConnections(7), "7 s"),
    (errors.NoSuchWebhook(), "at this address"),
    (errors.NoSuchWebhook("deploy", "ops"), "#ops has no webhook called deploy"),
    (errors.HttpFailed("a.example", "cannot be reached"), "server a.example cannot be reached."),
    (errors.HttpFailed("", "cannot be asked"), "https://example.org/path"),
    (errors.TooManyNewAccounts(3600), "60 min"),
    (errors.StorageFull("poll", 2**20), "poll cannot keep any more: its storage of 1MiB is full"),
    (errors.TooManySchedules("poll", 1000), "poll cannot plan any more: it has 1000"),
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


def test_a_plugins_refusal_needs_no_more_than_a_sentence() -> None:
    refusal = ChatError("There is no poll here.")
    assert (str(refusal), refusal.code, refusal.facts) == ("There is no poll here.", "refused", {})


def test_a_refusal_may_have_a_code_and_facts() -> None:
    refusal = ChatError("The poll is over.", code="poll-over", poll=3)
    assert (refusal.code, refusal.facts) == ("poll-over", {"poll": 3})


def test_a_kind_of_refusal_that_is_a_plugins_own_has_a_code_too() -> None:
    class OverAgain(ChatError):
        code = "over-again"

        def __init__(self) -> None:
            Exception.__init__(self, "It is over.")

    assert (OverAgain().code, OverAgain().facts) == ("over-again", {})


REFUSALS = [
    (errors.NickInUse("bob"), "nick-in-use", {"nick": "bob"}),
    (
        errors.LooksLike("b0b", "bob", "who is here"),
        "nick-looks-alike",
        {"nick": "b0b", "other": "bob"},
    ),
    (errors.NickRegistered("bob"), "nick-registered", {"nick": "bob"}),
    (
        errors.GuestsNotLetIn("bob", "open"),
        "guests-not-let-in",
        {"nick": "bob", "registration": "open"},
    ),
    (errors.RegistrationClosed(), "registration-closed", {}),
    (errors.InvitationNeeded(), "invitation-needed", {}),
    (errors.WrongCode("link"), "wrong-code", {"what": "link"}),
    (errors.BadCode("link"), "bad-code", {"what": "link"}),
    (errors.RoomLooksLike("den", "dem"), "room-looks-alike", {"room": "den", "other": "dem"}),
    (errors.RoomLooksLike("den"), "room-looks-alike", {"room": "den", "other": ""}),
    (errors.NoSuchUser("bob"), "no-such-user", {"nick": "bob"}),
    (errors.NoSuchRoom("den"), "no-such-room", {"room": "den"}),
    (errors.NotInRoom("den"), "not-in-room", {"room": "den"}),
    (errors.NoCurrentRoom(), "no-current-room", {}),
    (
        errors.NoSuchCommand("joim", "join"),
        "no-such-command",
        {"command": "joim", "suggestion": "join"},
    ),
    (errors.NoSuchCommand("x"), "no-such-command", {"command": "x", "suggestion": ""}),
    (errors.Failed("roll"), "failed", {"command": "roll"}),
    (errors.Failed(), "failed", {"command": ""}),
    (errors.Nameless(), "nameless", {}),
    (errors.ConnectionClosing(), "connection-closing", {}),
    (errors.NoSuchLine(7, "den"), "no-such-line", {"number": 7, "room": "den"}),
    (errors.Unavailable(), "history-unavailable", {}),
    (errors.SearchTooLong(), "search-too-long", {}),
    (errors.OthersSearch(), "others-search", {}),
    (errors.SearchNotReady(), "search-not-ready", {}),
    (errors.SearchNotReady(42), "search-indexing", {"done": 42}),
    (errors.InvitationOnly("den"), "invitation-only", {"room": "den"}),
    (errors.PasswordNeeded("den"), "room-locked", {"room": "den"}),
    (errors.MembersOnly("den"), "members-only", {"room": "den"}),
    (errors.Moderated("den"), "moderated", {"room": "den"}),
    (errors.Withheld(), "withheld", {"count": 1}),
    (errors.LineTooLong(4096), "line-too-long", {"most": 4096}),
    (errors.MessageTooLong(16384), "message-too-long", {"most": 16384}),
    (errors.Unfinished(), "unfinished", {}),
    (errors.WrongPassword("Wrong name or password."), "wrong-password", {}),
    (errors.TooManyGuesses(300), "too-many-guesses", {"seconds": 300}),
    (errors.BusyWithLogins(), "busy-with-logins", {}),
    (errors.ServerFull(), "server-full", {}),
    (errors.TooManyConnections(), "too-many-connections", {}),
    (errors.TooManyNewConnections(7), "too-many-new-connections", {"seconds": 7}),
    (errors.TooManyNewAccounts(7), "too-many-new-accounts", {"seconds": 7}),
]


@pytest.mark.parametrize(("refusal", "code", "facts"), REFUSALS, ids=lambda value: str(value)[:20])
def test_a_refusal_has_its_code_and_facts_and_a_sentence(
    refusal: ChatError, code: str, facts: dict[str, object]
) -> None:
    assert (refusal.code, refusal.facts) == (code, facts)
    assert str(refusal).endswith(".") or str(refusal).endswith("?")


def test_a_long_wait_is_told_in_minutes_and_is_seconds_all_the_same() -> None:
    refusal = errors.TooManyGuesses(300)
    assert str(refusal) == "Too many wrong passwords, please wait 5 min."
    assert refusal.facts == {"seconds": 300}
