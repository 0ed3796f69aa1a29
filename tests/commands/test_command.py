"""
Slash commands: how they are declared, found and run, and what a user reads who mistypes one.
"""

import enum
from typing import Any, Literal

import pytest
from programs import arrive, sentences
from shared_command import alone, boast, chat_with, greet
from twisted.internet.defer import succeed
from twisted.logger import capturedLogs

from twisted_chat import ChatError, Context, Duration, Room, Secret, Text, User, command
from twisted_chat.commands.command import Command, command_of
from twisted_chat.testing import Chat


def declared(function: Any) -> Command:
    found = command_of(function)
    assert found is not None
    return found


# -- declaring ------------------------------------------------------------------------------------


def test_a_function_is_the_whole_declaration() -> None:
    found = declared(greet)
    assert found.name == "greet"
    assert found.aliases == ("hi", "hello")
    assert found.help == "Greet a user."
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
    "name", ["Roll", "two words", "a/b", "/roll", "ｒｏｌｌ", "tab\tbed", " ", "log\u3164in"]
)
def test_a_name_that_cannot_be_typed_is_refused(name: str) -> None:
    def function(ctx: Context) -> None:
        """Help."""

    for refused in (command(name=name), command(aliases=["fine", name])):
        with pytest.raises(TypeError) as raised:
            refused(function)
        assert str(raised.value) == (
            f"{name!r} cannot be the name of a command: a name has at most 32 characters, "
            "and no capitals, spaces, slashes or invisible ones"
        )


def test_a_name_in_two_scripts_is_refused_as_it_could_look_like_another() -> None:
    def function(ctx: Context) -> None:
        """Help."""

    for refused in (command(name="l\u043egin"), command(aliases=["fine", "l\u043egin"])):
        with pytest.raises(TypeError, match="a name is in one script"):
            refused(function)
    command(name="\u0432\u0445\u043e\u0434")(function)


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


def test_other_objects_are_not_taken_for_commands() -> None:
    assert command_of(print) is None
    assert command_of(7) is None


# -- finding --------------------------------------------------------------------------------------


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


def test_a_private_message_needs_a_user_and_some_text() -> None:
    alice = alone()
    alice.types("@nobody.here:psst", "/msg alice")
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


def test_a_flood_of_an_answer_is_read_only_by_the_user_who_asked() -> None:
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


def test_five_failures_in_more_than_a_minute_do_not_switch_a_command_off() -> None:
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


# -- running --------------------------------------------------------------------------------------


NOTHING = Text("-")


class Side(enum.Enum):
    LEFT = "l"
    RIGHT = "r"


@command
def take(
    ctx: Context,
    who: User,
    count: int = 1,
    share: float = 0.5,
    loud: bool = False,  # noqa: FBT002  # as plugins declare it
    side: Side = Side.LEFT,
    where: Room | None = None,
    how: Literal["fast", "slow"] = "slow",
    password: Secret | None = None,
    *,
    text: Text = NOTHING,
) -> str:
    """Take some of everything."""
    words = (who.nick, count, share, loud, side.name, where and where.name, how, password)
    return f"{' '.join(map(repr, words))} {text!r} <{ctx.typed}>"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"who": "BOB"}, "'bob' 1 0.5 False 'LEFT' None 'slow' None '-' <BOB>"),
        (
            {"text": "a\r\nb ", "loud": True, "count": 3, "who": "bob", "password": "pss t"},
            "'bob' 3 0.5 True 'LEFT' None 'slow' Secret(...) 'a\\nb ' <bob 3 True a\r\nb >",
        ),
        (
            {"who": "bob", "share": 2, "count": "7", "where": "#Lobby", "side": "right"},
            "'bob' 7 2.0 False 'RIGHT' 'lobby' 'slow' None '-' <bob 7 2 right #Lobby>",
        ),
        (
            {"who": "bob", "count": None, "how": "FAST", "share": 0.25, "loud": "off"},
            "'bob' 1 0.25 False 'LEFT' None 'fast' None '-' <bob 0.25 off FAST>",
        ),
    ],
)
def test_arguments_are_read_by_name_as_words_would_be(args: dict[str, Any], told: str) -> None:
    chat = chat_with(take)
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    (notice,) = sentences(robot.runs("take", **args))[:1]
    assert "\n".join(sentences(robot.runs("/TAKE", **args))) == told.replace("\r\n", "\n")
    assert notice


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({}, "/take needs a who."),
        ({"who": None}, "/take needs a who."),
        ({"who": "nobody"}, "Nobody here is called nobody."),
        ({"who": "bob", "colour": "red"}, "/take takes no colour."),
        ({"who": "bob", "count": 1.5}, 'count must be a whole number, not "1.5".'),
        ({"who": "bob", "count": [1]}, "count must be a whole number."),
        (
            {"who": "bob", "count": 10**18},
            "1000000000000000000 is too large a number.",
        ),
        ({"who": "bob", "share": float("inf")}, 'share must be a number, not "inf".'),
        ({"who": "bob", "loud": 1}, 'loud must be on or off, not "1".'),
        ({"who": "bob", "how": ""}, "how must be one word."),
        ({"who": "bob\n*** eve has left ***"}, "who must be one word."),
        ({"who": "bob", "password": 5}, "password must be text."),
        ({"who": "bob", "text": {}}, "text must be text."),
    ],
)
def test_arguments_that_do_not_fit_are_refused_in_one_sentence(
    args: dict[str, Any], sentence: str
) -> None:
    chat = chat_with(take)
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    with capturedLogs() as logged:
        assert sentences(robot.runs("take", **args))[0] == sentence
    assert not logged


def test_what_a_command_needs_may_not_be_empty() -> None:
    chat = Chat()
    robot = arrive(chat, "robot")
    assert sentences(robot.runs("say", text=" "))[0] == "/say needs a text."


def test_a_secret_is_never_typed_nor_shown_by_its_declaration() -> None:
    chat = chat_with(take)
    chat.arrive("bob")
    alice = chat.arrive("alice")
    found = chat.dispatcher.find("take")
    assert found.usage.endswith(" [where] [fast|slow] [text]")
    alice.types("/login alice psst")
    assert alice.reads()[-2:] == ["/login does not take so many words.", "Usage: /login nick"]

    def fault(ctx: Context, password: Secret) -> None:
        """Ask wrongly."""

    with pytest.raises(TypeError, match="password is a secret: it must default to None"):
        command(fault)


def test_text_that_is_no_talk_is_one_line() -> None:
    chat = Chat()
    robot = arrive(chat, "robot")
    robot.runs("topic", text="tea\r\n*** bob has left ***\u2028now")
    assert chat.hub.rooms["lobby"].topic == "tea *** bob has left *** now"
    with pytest.raises(ChatError, match="A topic must be one line"):
        chat.hub.talk.set_topic(robot.session.require_user(), chat.hub.rooms["lobby"], "a\nb")


# -- subcommands ----------------------------------------------------------------------------------


@command(aliases=["p"])
def poll(ctx: Context) -> str:
    """Show the poll."""
    return "There is no poll."


@poll.command(aliases=["begin"])
def new(ctx: Context, *, question: str) -> str:
    """Begin a poll."""
    return f"New: {question}"


@poll.command(needs="operator")
def close(ctx: Context, number: int = 0) -> str:
    """End a poll."""
    return f"Closed: {number}"


@poll.command
def option(ctx: Context) -> str:
    """Show the options."""
    return "No options."


@option.command
def add(ctx: Context, word: str) -> str:
    """Add an option."""
    return f"Added: {word}"


def polling() -> Chat:
    from types import ModuleType

    module = ModuleType(__name__)
    for each in (poll, new, close, option, add):
        setattr(module, each.__name__, each)
    return Chat(module)


def test_a_subcommand_is_typed_behind_its_command() -> None:
    alice = polling().arrive("alice")
    alice.types("/poll", "/poll new Tea or  coffee?", "/P BEGIN Tea?", "/poll option add milk")
    assert alice.reads() == [
        "There is no poll.",
        "New: Tea or  coffee?",
        "New: Tea?",
        "Added: milk",
    ]


def test_errors_and_usage_name_the_whole_of_it() -> None:
    alice = polling().arrive("alice")
    alice.types("/poll new", "/poll colse", "/poll option ad milk", "/poll xyz", "/poll close")
    assert alice.reads() == [
        "/poll new needs a question.",
        "Usage: /poll new question",
        "No such command: /poll colse. Type /help poll for the list.",
        "No such command: /poll option ad. Did you mean /poll option add?",
        "No such command: /poll xyz. Type /help poll for the list.",
        "Only operators of the server may use /poll close.",
    ]
    alice._chat.hub.find_user("alice").roles.add("operator")
    alice.types("/poll colse", "/poll close many")
    assert alice.reads() == [
        "No such command: /poll colse. Did you mean /poll close?",
        'number must be a whole number, not "many".',
        "Usage: /poll close [number]",
    ]


def test_help_lists_them_and_explains_one() -> None:
    alice = polling().arrive("alice")
    alice.types("/help poll")
    assert alice.reads() == [
        "/poll",
        "  Show the poll.",
        "  Also: /p",
        "/poll new question     Begin a poll.",
        "/poll option           Show the options.",
        "/poll option add word  Add an option.",
    ]
    alice.types("/help poll new")
    assert alice.reads() == ["/poll new question", "  Begin a poll.", "  Also: /poll begin"]
    alice.types("/help poll new tea", "/help poll nwe")
    assert alice.reads() == [
        "No such command: /poll new tea. Did you mean /poll new?",
        "No such command: /poll nwe. Did you mean /poll new?",
    ]


def test_a_program_calls_one_by_its_whole_name() -> None:
    from shared_json import Programs

    chat = polling()
    bot = Programs(chat).connect()
    bot.asks("hello", name="bob")
    told, done = bot.asks("command", name="poll new", args={"question": "Tea?"}, label="c")
    assert (told["text"], done["event"]) == ("New: Tea?", "done")
    (refused,) = bot.asks("command", name="poll nwe")
    assert refused["facts"] == {"command": "poll nwe", "suggestion": "poll new"}


def test_a_command_with_subcommands_takes_no_words_of_its_own() -> None:
    @command
    def vote(ctx: Context, number: int) -> None:
        """Vote."""

    with pytest.raises(TypeError, match="/vote has subcommands, so it takes no words of its own"):

        @vote.command
        def undo(ctx: Context) -> None:
            """Take the vote back."""


def test_no_two_subcommands_have_one_name() -> None:
    with pytest.raises(TypeError, match="/poll new is there already"):

        @poll.command(name="other", aliases=["new"])
        def again(ctx: Context) -> None:
            """Begin again."""
