"""
A command asks its user, and waits: typed as parameters are, at every door in its own way.
"""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from shared_irc import Clients
from shared_json import Bot, Programs
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.internet.task import deferLater
from twisted.logger import capturedLogs

from twisted_chat import ChatError, Context, Duration, ParamType, Unanswered, User, command
from twisted_chat.commands import asking
from twisted_chat.testing import Chat, Person

Day = Annotated[date, ParamType("day", date.fromisoformat, "a date such as 2026-11-29")]


@command
async def plan(ctx: Context) -> str:
    """Plan a day."""
    day = await ctx.ask("Which day?")
    count = await ctx.ask("How many come?", int)
    if not await ctx.confirm("Shall I tell the room?"):
        return "Then not."
    ctx.room.announce(f"{day}, {count} people")
    return "Done."


@command
async def shade(ctx: Context) -> str:
    """Choose a colour."""
    return await ctx.choose("Which colour?", ["red", "dark green", "3"])


@command
async def wait(ctx: Context, seconds: Duration) -> str:
    """Wait, then ask."""
    await deferLater(ctx.hub.clock, seconds.total_seconds())
    return f"You said {await ctx.ask('What now?', within=30)}."


@command
async def typed(ctx: Context, kind: Literal["user", "duration", "side", "day", "bool"]) -> str:
    """Ask for a value of a type."""
    kinds: dict[str, Any] = {
        "user": User,
        "duration": Duration,
        "side": Literal["left", "right"],
        "day": Day,
        "bool": bool,
    }
    return repr(await ctx.ask("Which?", kinds[kind]))


@command
async def tea(ctx: Context) -> str:
    """Choose a tea; Assam by itself."""
    return f"{await ctx.ask('Which tea?', default='Assam')} it is."


@command
async def careful(ctx: Context) -> str:
    """Go on without an answer."""
    try:
        return str(await ctx.ask("Well?", within=5))
    except Unanswered as why:
        return f"Without: {why.code}."


@command
async def both(ctx: Context) -> None:
    """Ask two things at once."""
    await gatherResults(
        [Deferred.fromCoroutine(ctx.ask("First?")), Deferred.fromCoroutine(ctx.ask("Second?"))],
        consumeErrors=True,
    )


@command
async def stubborn(ctx: Context) -> None:
    """Ask as often as it takes."""
    for _ in range(3):
        try:
            await ctx.ask("Will you?")
        except (Unanswered, CancelledError):
            ctx.room.announce("asking again")


@command
def call(ctx: Context) -> None:
    """Ask, and be called with the answer."""
    ctx.hub.ask(ctx.session, "Who? ", lambda line: f"Hello {line}.")


def module(*functions: Any) -> Any:
    from types import ModuleType

    found = ModuleType(__name__)
    for function in functions:
        setattr(found, function.__name__, function)
    return found


def a_chat() -> Chat:
    return Chat(module(plan, shade, wait, typed, tea, careful, both, stubborn, call))


def asked(line: str) -> tuple[Chat, Person]:
    chat = a_chat()
    alice = chat.arrive("alice")
    alice.types(line)
    return chat, alice


# -- at a prompt ----------------------------------------------------------------------------------


def test_a_command_asks_one_thing_after_another_and_nobody_else_reads_the_answers() -> None:
    chat = a_chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/plan")
    assert alice.prompt == "Which day? "
    alice.types("next Monday")
    assert alice.prompt == "How many come? "
    alice.types("3")
    assert alice.prompt == "Shall I tell the room? (yes/no) "
    assert bob.reads() == []
    alice.types("yes")
    assert bob.reads() == ["*** next Monday, 3 people ***"]
    assert alice.reads()[-2:] == ["*** next Monday, 3 people ***", "Done."]
    assert alice.prompt == ""
    assert chat.hub.talk.lines == 0


def test_what_cannot_be_read_is_refused_as_of_a_parameter_and_asked_again() -> None:
    _, alice = asked("/plan")
    alice.types("Monday")
    alice.reads()
    alice.types("many")
    assert alice.reads() == ['The answer must be a whole number, not "many".']
    assert alice.prompt == "How many come? "
    alice.types("4")
    alice.types("perhaps")
    assert alice.reads() == ['The answer must be yes or no, not "perhaps".']
    alice.types("no")
    assert alice.reads() == ["Then not."]


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence", "right", "value"),
    [
        ("user", "zoe", "Nobody here is called zoe.", "alice", "<User 'alice'>"),
        (
            "duration",
            "soon",
            'The answer must be a time such as 90s, 10m or 2d, 1000d at most, not "soon".',
            "90s",
            "Duration(seconds=90)",
        ),
        ("side", "up", 'The answer must be left or right, not "up".', "LEFT", "'left'"),
        ("side", "3", 'The answer must be left or right, not "3".', "2", "'right'"),
        (
            "day",
            "Monday",
            'The answer must be a date such as 2026-11-29, not "Monday".',
            "2026-11-30",
            "datetime.date(2026, 11, 30)",
        ),
        ("bool", "1", 'The answer must be yes or no, not "1".', "off", "False"),
    ],
)
def test_answers_are_read_as_parameters_of_the_type_are(
    kind: str, wrong: str, sentence: str, right: str, value: str
) -> None:
    _, alice = asked(f"/typed {kind}")
    alice.reads()
    alice.types(wrong)
    assert sentence in alice.reads()
    alice.types(right)
    assert alice.reads()[-1] == value


def test_one_of_several_is_chosen_by_its_words_or_its_number() -> None:
    for line, found in (("2", "dark green"), ("DARK green", "dark green"), ("3", "3")):
        _, alice = asked("/shade")
        assert alice.reads() == ["1 red", "2 dark green", "3 3"]
        assert alice.prompt == "Which colour? "
        alice.types("0")
        refused = 'The answer must be red or dark green or 3, not "0".'
        assert alice.reads()[0] == refused
        alice.types(line)
        assert alice.reads() == [found]


def test_an_empty_line_takes_the_default_and_cancels_where_there_is_none() -> None:
    _, alice = asked("/tea")
    assert alice.prompt == "Which tea? [Assam] "
    alice.types("")
    assert alice.reads() == ["Assam it is."]
    assert alice.does("/shade", "")[-1] == "Cancelled."


def test_ctrl_c_and_cancel_take_it_back() -> None:
    for line in (b"/cancel\n", b"/CANCEL \n", b"\x03"):
        _, alice = asked("/plan")
        alice.sends(line)
        assert alice.reads()[-1] == "Cancelled."
        assert alice.prompt == ""


def test_another_command_is_done_and_the_question_stands_behind_it() -> None:
    chat, alice = asked("/plan")
    bob = chat.arrive("bob")
    alice.reads()
    alice.types("/msg bob which day do you like?")
    assert alice.reads() == ["[you -> bob] which day do you like?"]
    assert alice.prompt == "Which day? "
    assert bob.reads() == ["[alice -> you] which day do you like?"]
    alice.types("/shade")
    assert alice.reads() == ["Please answer the other question first."]
    alice.types("/plam")
    assert alice.reads() == ["No such command: /plam. Did you mean /plan?"]
    assert alice.prompt == "Which day? "
    alice.types("/quit")
    assert not alice.is_connected


def test_two_slashes_answer_with_one_and_a_path_is_no_command() -> None:
    for line, said in (("//now", "/now"), ("/usr/bin", "/usr/bin"), ("quit", "quit")):
        chat, alice = asked("/wait 1s")
        chat.advance(1)
        alice.reads()
        alice.types(line)
        assert alice.reads() == [f"You said {said}."]


# -- time -----------------------------------------------------------------------------------------


def test_the_time_of_the_command_stands_still_while_its_user_is_asked() -> None:
    chat, alice = asked("/wait 9s")
    chat.advance(9)
    assert alice.prompt == "What now? "
    chat.advance(29)
    alice.types("tea")
    assert alice.reads() == ["You said tea."]


def test_and_goes_on_behind_the_question() -> None:
    @command
    async def late(ctx: Context) -> None:
        """Take too long behind a question."""
        await ctx.ask("Well?")
        await deferLater(ctx.hub.clock, 60)

    chat = Chat(module(late))
    alice = chat.arrive("alice")
    alice.types("/late")
    chat.advance(30)
    alice.types("yes")
    alice.reads()
    chat.advance(9)
    assert alice.reads() == []
    chat.advance(1)
    assert alice.reads() == ["Sorry, /late failed. It has been logged."]


def test_who_does_not_answer_is_told_so_and_their_next_line_is_talk_again() -> None:
    chat, alice = asked("/plan")
    bob = chat.arrive("bob")
    alice.reads()
    with capturedLogs() as logs:
        chat.advance(60)
    assert alice.reads() == ["", "No answer came within 60 seconds."]
    assert [event for event in logs if "log_failure" in event] == []
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


def test_a_command_may_go_on_without_an_answer() -> None:
    chat, alice = asked("/careful")
    chat.advance(5)
    assert alice.reads()[-1] == "Without: no-answer."
    alice.types("/careful", "/cancel")
    assert alice.reads()[-1] == "Without: cancelled."


def test_the_command_ends_when_its_user_has_left() -> None:
    reasons: list[str] = []

    @command
    async def stay(ctx: Context) -> None:
        """Ask, and note how that ended."""
        try:
            await ctx.ask("Are you there?")
        except ChatError as why:
            reasons.append(why.code)
            raise

    chat = Chat(module(stay))
    alice = chat.arrive("alice")
    session = alice.protocol.session
    alice.types("/stay")
    with capturedLogs() as logs:
        alice.hangs_up()
    assert reasons == ["asked-has-left"]
    assert session is not None
    assert (session.running, session.question) == (0, None)
    assert [event for event in logs if event["log_level"].name == "critical"] == []


def test_a_command_that_fails_after_an_answer_is_named_by_itself() -> None:
    @command
    async def broken(ctx: Context) -> None:
        """Ask, and fail."""
        await ctx.ask("Which secret?")
        raise RuntimeError("no")

    chat = Chat(module(broken))
    alice = chat.arrive("alice")
    with capturedLogs() as logs:
        alice.types("/broken", "hunter2")
    assert alice.reads()[-1] == "Sorry, /broken failed. It has been logged."
    assert "hunter2" not in str(logs)


def test_a_question_ends_with_its_command_and_swallows_no_line() -> None:
    chat, alice = asked("/both")
    bob = chat.arrive("bob")
    assert alice.reads()[-2:] == [
        "Sorry, /both failed. It has been logged.",
        "*** bob has joined #lobby ***",
    ]
    assert alice.prompt == ""
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


GONE = "has ended: its plugin was switched off or loaded again."


@pytest.mark.parametrize("switch", ["switch_off", "load_again"])
@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("/plan", "/plan"),
        ("/wait 5s", "/wait"),
        ("/stubborn", "/stubborn"),
        ("/call", "The question"),
    ],
)
def test_a_plugin_that_goes_takes_its_questions_and_commands_with_it(
    line: str, what: str, switch: str
) -> None:
    chat, alice = asked(line)
    bob = chat.arrive("bob")
    alice.reads()
    (name,) = chat.plugins.in_force
    getattr(chat.plugins, switch)(name)
    chat.advance(0)
    # What code says by itself behind its end cannot be prevented, but it asks nobody.
    told = [each for each in alice.reads() if each and "asking again" not in each]
    assert told == [f"{what} {GONE}"]
    assert alice.prompt == ""
    chat.advance(100)
    bob.reads()
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


def breaking(read: Any) -> tuple[Chat, Person]:
    """
    Return a user who is asked for something that ``read`` reads.
    """

    @command
    async def odd(ctx: Context) -> str:
        """Ask for something odd."""
        return f"You said {await ctx.ask('Which?', Annotated[str, ParamType('odd', read, 'x')])}."

    chat = Chat(module(odd))
    alice = chat.arrive("alice")
    alice.types("/odd")
    alice.reads()
    return chat, alice


@pytest.mark.parametrize("error", [KeyError, SystemExit, RecursionError])
def test_a_type_that_fails_ends_the_command_and_is_named_by_it(error: type[BaseException]) -> None:
    def read(_: str) -> str:
        raise error

    chat, alice = breaking(read)
    session = alice.protocol.session
    assert session is not None
    with capturedLogs() as logs:
        alice.types("hunter2")
    assert alice.reads()[-1] == "Sorry, /odd failed. It has been logged."
    assert (session.running, session.question) == (0, None)
    (event,) = logs
    assert event["name"] == "/odd"
    assert "hunter2" not in str(logs)
    bob = chat.arrive("bob")
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


def test_one_that_cannot_be_asked_again_ends_the_command() -> None:
    def read(text: str) -> str:
        chat.hub.close(alice.protocol.session, "Bye.", "bye")
        raise ValueError(text)

    chat, alice = breaking(read)
    session = alice.protocol.session
    assert session is not None
    with capturedLogs() as logs:
        alice.types("x")
        chat.advance(1)
    assert (session.running, session.question) == (0, None)
    assert [event for event in logs if event["log_level"].name == "critical"] == []


@pytest.mark.parametrize("options", [[], ["a", "A"], ["x"] * 51, ["x" * 101], [" "]])
def test_what_cannot_be_chosen_from_is_an_error_of_the_plugin(options: list[str]) -> None:
    chat = a_chat()
    session = chat.arrive("alice").protocol.session
    assert session is not None
    with pytest.raises(ValueError, match=r"option"):
        asking.choice(chat.hub, session, "Which?", options, 60, "x")


def test_so_is_a_type_that_nothing_reads_and_a_time_that_is_none() -> None:
    chat = a_chat()
    session = chat.arrive("alice").protocol.session
    assert session is not None
    with pytest.raises(TypeError, match="nothing can read"):
        asking.typed(chat.hub, session, "Which?", bytes, None, 60, "x")
    for within in (0, -1, 3601, float("nan")):
        with pytest.raises(ValueError, match="within must be"):
            asking.typed(chat.hub, session, "Which?", str, None, within, "x")


# -- programs -------------------------------------------------------------------------------------


def a_bot(chat: Chat, **members: Any) -> Bot:
    bot = Programs(chat).connect()
    bot.asks("hello", name="bob", questions=True, **members)
    return bot


def test_a_program_is_told_the_question_and_answers_by_its_number() -> None:
    bot = a_bot(a_chat())
    (told,) = bot.asks("command", name="plan", label="c1")
    assert told["event"] == "asked"
    assert (told["text"], told["type"], told["options"]) == ("Which day?", "text", [])
    assert (told["seconds"], told["is_secret"], told["default"]) == (60.0, False, "")
    count, done = bot.asks("respond", question=told["question"], text="Monday", label="a1")
    assert (count["text"], count["type"]) == ("How many come?", "integer")
    assert (done["event"], done["label"]) == ("done", "a1")
    refused, again = bot.asks("respond", question=count["question"], text="many", label="a2")
    assert (refused["error"], refused["label"]) == ("bad-argument", "a2")
    assert again["text"] == "How many come?"
    sure, _ = bot.asks("respond", question=again["question"], text=3, label="a3")
    assert (sure["text"], sure["type"]) == ("Shall I tell the room?", "boolean")
    heard, notice, done, _ = bot.asks("respond", question=sure["question"], text=True, label="a4")
    assert heard["text"] == "Monday, 3 people"
    assert (notice["text"], notice["label"]) == ("Done.", "c1")
    assert (done["event"], done["label"]) == ("done", "c1")


def test_an_answer_to_another_question_is_refused_and_nothing_is_lost() -> None:
    bot = a_bot(a_chat())
    (told,) = bot.asks("command", name="shade")
    assert (told["type"], told["options"]) == ("choice", ["red", "dark green", "3"])
    (refused,) = bot.asks("respond", question=told["question"] + 1, text="red", label="a")
    assert (refused["error"], refused["label"]) == ("no-such-question", "a")
    (notice,) = bot.asks("respond", question=told["question"], text="red")
    assert notice["text"] == "red"
    (refused,) = bot.asks("respond", question=told["question"], text="red")
    assert refused["error"] == "no-such-question"


def test_a_program_cancels_and_is_told_when_time_is_over() -> None:
    chat = a_chat()
    bot = a_bot(chat)
    (told,) = bot.asks("command", name="plan", label="c1")
    ended, refused, done = bot.asks("respond", question=told["question"], cancel=True, label="a1")
    assert (ended["event"], ended["question"]) == ("question-ended", told["question"])
    assert (refused["error"], refused["label"]) == ("cancelled", "c1")
    assert (done["event"], done["label"]) == ("done", "a1")
    bot.asks("command", name="plan", label="c2")
    chat.advance(60)
    ended, refused = bot.reads()
    assert (ended["event"], ended["code"]) == ("question-ended", "no-answer")
    assert (refused["error"], refused["label"]) == ("no-answer", "c2")


def test_a_program_without_a_user_is_told_so_at_once() -> None:
    bot = Programs(a_chat()).connect()
    bot.asks("hello", name="bob")
    (refused,) = bot.asks("command", name="plan", label="c1")
    assert refused["error"] == "cannot-be-asked"
    assert refused["message"] == "That asks a question, and your client cannot show it."


def test_a_program_that_comes_back_is_asked_again_and_its_command_goes_on() -> None:
    chat = a_chat()
    programs = Programs(chat)
    bot = programs.connect()
    token = bot.asks("hello", name="bob", questions=True)[-1]["token"]
    bot.asks("command", name="shade", label="c1")
    bot.transport.hang_up()
    chat.advance(20)
    back = programs.connect()
    *_, told = back.asks("hello", token=token, questions=True)
    assert (told["event"], told["text"], told["seconds"]) == ("asked", "Which colour?", 40.0)
    answered = back.asks("respond", question=told["question"], text="red")
    assert "red" in [each.get("text") for each in answered]


def test_one_that_comes_back_without_a_user_ends_the_command() -> None:
    chat = a_chat()
    programs = Programs(chat)
    bot = programs.connect()
    token = bot.asks("hello", name="bob", questions=True)[-1]["token"]
    bot.asks("command", name="shade", label="c1")
    bot.transport.hang_up()
    back = programs.connect()
    told = back.asks("hello", token=token)
    assert [each["error"] for each in told if "error" in each] == ["cannot-be-asked"]


# -- IRC ------------------------------------------------------------------------------------------


def test_a_client_of_irc_is_asked_in_notices_and_answers_to_chatserv() -> None:
    chat = a_chat()
    bob = chat.arrive("bob")
    client = Clients(chat).arrive("ann")
    bob.reads()
    told = client.asks("PRIVMSG ChatServ :shade")
    notices = [line.partition(" :")[2] for line in told]
    assert notices == [
        "Which colour?",
        "1 red",
        "2 dark green",
        "3 3",
        "Answer with /msg ChatServ answer; /msg ChatServ cancel takes it back.",
    ]
    assert "in brackets" not in told[-1]
    client.asks("PRIVMSG #lobby :what I say goes on")
    assert bob.reads() == ["ann: what I say goes on"]
    told = client.asks("PRIVMSG ChatServ :blue")
    assert 'The answer must be red or dark green or 3, not "blue".' in told[0]
    assert [line.partition(" :")[2] for line in client.asks("PRIVMSG ChatServ :2")] == [
        "dark green"
    ]
    client.asks("PRIVMSG ChatServ :plan")
    assert "Cancelled." in client.asks("PRIVMSG ChatServ :cancel")[0]
    assert bob.reads() == []


BY_A_DOT = (
    "Answer with /msg ChatServ answer; /msg ChatServ . takes the answer in brackets, "
    "/msg ChatServ cancel takes it back."
)


def test_a_client_of_irc_takes_the_default_by_a_dot() -> None:
    client = Clients(a_chat()).arrive("ann")
    notices = [line.partition(" :")[2] for line in client.asks("PRIVMSG ChatServ :tea")]
    assert notices == [
        "Which tea? [Assam]",
        BY_A_DOT,
    ]
    assert client.asks("PRIVMSG ChatServ :.")[0].endswith(":Assam it is.")
    # Where there is no default, it is an answer as others.
    client.asks("PRIVMSG ChatServ :shade")
    assert 'not "."' in client.asks("PRIVMSG ChatServ :.")[0]


@pytest.mark.parametrize(
    ("answer", "is_done"),
    [
        *(("y", True), ("Y", True), ("yes", True), ("on", True)),
        *(("n", False), ("N", False), ("no", False), ("off", False)),
    ],
)
def test_what_is_asked_by_yes_or_no_takes_the_first_letter_too(answer: str, is_done: bool) -> None:
    _, alice = asked("/plan")
    alice.types("Monday", "3", answer)
    assert alice.reads()[-1] == ("Done." if is_done else "Then not.")
