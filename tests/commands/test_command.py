"""
Slash commands: how they are declared, found and run, and what a person reads who gets one wrong.
"""

from typing import Any

import pytest
from shared_command import alone, boast, chat_with, greet
from twisted.internet.defer import succeed
from twisted.logger import capturedLogs

from twisted_chat import Context, Duration, User, command
from twisted_chat.commands.command import Command, command_of


def declared(function: Any) -> Command:
    found = command_of(function)
    assert found is not None
    return found


# -- declaring ------------------------------------------------------------------------------------


def test_a_function_is_the_whole_declaration() -> None:
    found = declared(greet)
    assert found.name == "greet"
    assert found.aliases == ("hi", "hello")
    assert found.help == "Greet somebody."
    assert found.usage == "/greet [who]"
    assert (found.in_room, found.needs, found.cooldown, found.cost) == (False, "", 0.0, 1.0)


def test_a_command_is_still_the_function_it_was() -> None:
    assert greet(None, "bob") == "Hello bob."


def test_the_name_can_be_given_and_an_underscore_keeps_off_a_builtin() -> None:
    @command(name="print")
    def show(ctx: Context) -> None:
        """Show."""

    @command
    def list_(ctx: Context) -> None:
        """List."""

    @command()
    def two_words(ctx: Context) -> None:
        """Two words."""

    assert [declared(each).name for each in (show, list_, two_words)] == [
        "print",
        "list",
        "two_words",
    ]


@pytest.mark.parametrize(
    "name", ["Roll", "two words", "a/b", "/roll", "ｒｏｌｌ", "tab\tbed", " "]
)
def test_a_name_that_nobody_could_type_is_refused(name: str) -> None:
    def function(ctx: Context) -> None:
        """Help."""

    for refused in (command(name=name), command(aliases=["fine", name])):
        with pytest.raises(TypeError) as raised:
            refused(function)
        assert str(raised.value) == (
            f"{name!r} cannot be the name of a command: a name has at most 32 characters, "
            "and no capitals, spaces or slashes"
        )


def test_a_name_that_is_longer_than_those_looked_for_is_refused() -> None:
    def function(ctx: Context) -> None:
        """Help."""

    command(name="x" * 32)(function)
    with pytest.raises(TypeError):
        command(name="x" * 33)(function)


def test_aliases_that_are_one_word_are_not_taken_for_its_letters() -> None:
    def function(ctx: Context) -> None:
        """Help."""

    with pytest.raises(TypeError):
        command(aliases="dice")(function)


def test_a_command_without_a_docstring_has_no_help_and_is_refused() -> None:
    def undocumented(ctx: Context) -> None:
        pass

    with pytest.raises(TypeError) as raised:
        command(undocumented)
    assert str(raised.value) == (
        "test_a_command_without_a_docstring_has_no_help_and_is_refused.<locals>.undocumented "
        "needs a docstring, it is the help of /undocumented"
    )


def test_what_is_no_command_is_none() -> None:
    assert command_of(print) is None
    assert command_of(7) is None


# -- finding --------------------------------------------------------------------------------------


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


# -- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["/join ＃tea", "/join ＃ｔｅａ", "/join #tea", "/join ﹟tea"])
def test_a_room_is_named_with_whatever_sign_an_input_method_writes(line: str) -> None:
    chat = chat_with()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.types("/join tea")
    alice.types(line, "/who ＃tea")
    assert alice.reads()[-1] == "In #tea: alice, bob."


def test_words_that_are_read_into_something_may_be_wide_and_text_stays_as_it_was_typed() -> None:
    @command
    def probe(
        ctx: Context,
        count: int,
        share: float,
        yes: bool,
        wait: Duration,
        who: User,
        word: str,
        *,
        text: str,
    ) -> str:
        """Tell what was read."""
        return f"{count} {share} {yes} {wait} {who.nick} {word} {text}"

    chat = chat_with(probe)
    alice = chat.arrive("alice")
    alice.types("/probe －３ １．５ ｏｆｆ １ｈ ａｌｉｃｅ Ａ＋ ＃：１")
    assert alice.reads()[-1] == "-3 1.5 False 1h alice Ａ＋ ＃：１"


def test_a_private_message_needs_somebody_and_some_text() -> None:
    alice = alone()
    alice.types("@nobody.here:psst", "@alice:")
    assert alice.reads() == [
        "Nobody here is called nobody.here.",
        "/msg needs a text.",
        "Usage: /msg nick text",
    ]


# -- answers --------------------------------------------------------------------------------------


def test_a_returned_string_is_the_reply_and_none_is_none() -> None:
    @command
    def two(ctx: Context) -> str:
        """Two lines."""
        return "first\r\nsecond\r\n"

    @command
    def nothing(ctx: Context) -> None:
        """Say nothing."""

    chat = chat_with(two, nothing)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/two", "/nothing")
    assert alice.reads() == ["first", "second"]
    assert bob.reads() == []


def test_a_context_tells_who_typed_what_and_where() -> None:
    seen: list[Any] = []

    @command
    def where(ctx: Context) -> None:
        """Tell where."""
        ctx.reply("one")
        ctx.reply("two\nthree")
        ctx.room.announce("four")
        seen.extend([ctx.user.nick, ctx.room.name, ctx.command.name, ctx.session.user is ctx.user])
        seen.extend([ctx.hub is chat.hub, ctx.dispatcher is chat.dispatcher])

    chat = chat_with(where)
    alice = chat.arrive("alice")
    alice.types("/join attic", "/where")
    assert alice.reads()[-4:] == ["one", "two", "three", "[#attic] *** four ***"]
    assert seen == ["alice", "attic", "where", True, True, True]


def test_a_room_is_asked_for_where_there_is_none() -> None:
    @command
    def here(ctx: Context) -> str:
        """Name the room."""
        return ctx.room.name

    alice = alone(here)
    alice.types("/here", "/leave", "/here")
    assert alice.reads() == [
        "lobby",
        "You have left #lobby.",
        "You are not in a room. Enter one with /join room.",
    ]


def test_a_flood_of_an_answer_is_read_by_whoever_asked_alone() -> None:
    @command
    def flood(ctx: Context) -> str:
        """Flood."""
        return "\n".join(["drop"] * 5000)

    chat = chat_with(flood)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/flood", "hello")
    assert bob.reads() == ["alice: hello"]
    assert alice.reads() == ["drop"] * 5000
    assert alice.is_connected


# -- answers that come later ----------------------------------------------------------------------


# -- requirements ---------------------------------------------------------------------------------


def test_what_was_typed_wrong_does_not_start_the_cooldown() -> None:
    alice = alone(boast)
    alice.types("/boast much", "/boast")
    assert alice.reads() == [
        'times must be a whole number, not "much".',
        "Usage: /boast [times]",
        "I am great.",
    ]


# -- what goes wrong again and again --------------------------------------------------------------


@command
def crash(ctx: Context, now: bool | None = None) -> str:
    """Crash, or not."""
    if now is None:
        raise RuntimeError
    return "fine"


FAILED = "Sorry, /crash failed. It has been logged."
OFF = "/crash is switched off, because it kept failing."


def test_a_command_that_fails_five_times_in_a_minute_is_switched_off() -> None:
    chat = chat_with(crash, greet)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    with capturedLogs() as logged:
        alice.types(*["/crash"] * 6)
        bob.types("/crash off", "/greet")
    assert alice.reads() == [*[FAILED] * 5, OFF]
    assert bob.reads() == [OFF, "Hello world."]
    assert logged[-1]["log_format"].startswith("{name} is switched off")
    assert logged[-1]["name"] == "/crash"
    assert len(logged) == 6
    chat.advance(600)
    alice.types("/crash")
    assert alice.reads() == [OFF]


def test_five_failures_in_more_than_a_minute_are_borne() -> None:
    chat = chat_with(crash)
    alice = chat.arrive("alice")
    for _ in range(20):
        alice.types("/crash")
        chat.advance(15.1)
    assert alice.reads() == [FAILED] * 20


def test_a_reload_switches_on_again() -> None:
    chat = chat_with(crash)
    alice = chat.arrive("alice")
    alice.types(*["/crash"] * 6)
    chat.plugins.load()
    alice.reads()
    alice.types("/crash on", "/crash")
    assert alice.reads() == ["fine", FAILED]


def test_refusals_and_typos_are_no_failures() -> None:
    alice = alone(crash)
    alice.types(*["/crash perhaps"] * 10, "/crash on")
    assert alice.reads()[-1] == "fine"


# -- timers ---------------------------------------------------------------------------------------


# -- what is never logged -------------------------------------------------------------------------


class Quoting(Exception):
    """
    Fails with words of what it was given.
    """


def quote_whole(text: str) -> None:
    raise Quoting(text)


def quote_each(text: str) -> None:
    raise Quoting(*text.split())


def quote_in_chain(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise Quoting(text) from error


def quote_in_context(text: str) -> None:
    try:
        {}[text]  # its failing is the point
    except KeyError:
        int(text)


def quote_in_note(text: str) -> None:
    error = Quoting()
    error.add_note(f"while reading {text}")
    raise error


def quote_escaped(text: str) -> None:
    raise Quoting(repr(text), [text])


def quote_lowered(text: str) -> None:
    {}[text.lower()]  # its failing is the point


def quote_parts(text: str) -> None:
    raise Quoting(text.split("|"))


def quote_beginning(text: str) -> None:
    raise Quoting(text[:9])


def quote_as_source(text: str) -> None:
    compile(text, "<typed>", "exec")


SECRET = "Mellon|Moria über-gate o'Clock"


@pytest.mark.parametrize(
    "quote",
    [
        quote_whole,
        quote_each,
        quote_in_chain,
        quote_in_context,
        quote_in_note,
        quote_escaped,
        quote_lowered,
        quote_parts,
        quote_beginning,
        quote_as_source,
    ],
)
@pytest.mark.parametrize("when", ["now", "coroutine", "deferred", "later"])
def test_words_that_a_person_typed_never_reach_the_log(quote: Any, when: str) -> None:
    @command
    def spill(ctx: Context, *, text: str) -> Any:
        """Spill."""
        if when == "now":
            return quote(text)
        if when == "coroutine":
            return coroutine(text)
        if when == "deferred":
            return succeed(text).addCallback(quote)
        ctx.later(1, quote, text)
        return None

    async def coroutine(text: str) -> None:
        quote(text)

    chat = chat_with(spill)
    with capturedLogs() as logged:
        chat.arrive("alice").types(f"/spill {SECRET}")
        chat.advance(1)
    failure = logged[-1]
    assert failure["name"] == "/spill"
    assert f"in {quote.__name__}" in failure["traceback"]
    for word in ("mellon", "moria", "über", "gate", "clock"):
        assert word not in str(failure).lower()
