"""
Slash commands: how they are declared, found and run, and what a person reads who gets one wrong.
"""

from types import ModuleType
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Context, Duration, User, command
from twisted_chat.commands import Command, command_of
from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat, Person


def chat_with(*functions: Any, limits: Limits = NO_LIMITS) -> Chat:
    """
    Return a chat with a plugin of these commands.
    """
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return Chat(module, limits=limits)


def alone(*functions: Any) -> Person:
    return chat_with(*functions).arrive("alice")


def declared(function: Any) -> Command:
    found = command_of(function)
    assert found is not None
    return found


@command(aliases=["hi", "hello"])
def greet(ctx: Context, who: str = "world") -> str:
    """Greet somebody.

    This is for whoever reads the code.
    """
    return f"Hello {who}."


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


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/jion", "No such command: /jion. Did you mean /join?"),
        ("/JION lobby", "No such command: /JION. Did you mean /join?"),
        ("/gret", "No such command: /gret. Did you mean /greet?"),
        ("/helo", "No such command: /helo. Did you mean /hello?"),
        ("/xyzzy", "No such command: /xyzzy. Type /help for the list."),
        ("/{0!r}%s%n", "No such command: /{0!r}%s%n. Type /help for the list."),
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
        """Throw somebody out."""

    alice = alone(throw)
    alice.types("/thro bob")
    assert alice.reads() == ["No such command: /thro. Type /help for the list."]


def test_the_list_holds_each_command_once_in_the_order_of_the_alphabet() -> None:
    names = [each.name for each in chat_with(greet).dispatcher.commands]
    assert names.count("greet") == 1
    assert "hi" not in names
    assert names == sorted(names)


# -- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("hello", "alice: hello"),
        ("  hello", "alice:   hello"),
        ("//hi there", "alice: /hi there"),
        ("///", "alice: //"),
        (" //hi there", "alice: /hi there"),
        ("  @bob hello", "alice:   @bob hello"),
        ("7/8", "alice: 7/8"),
        ("@bob:hello there", "[alice -> you] hello there"),
        ("@bob: hello", "[alice -> you] hello"),
        ("@BOB:a:b", "[alice -> you] a:b"),
        ("@ bob: hello", "alice: @ bob: hello"),
        ("@bob hello", "alice: @bob hello"),
        ("@: hello", "alice: @: hello"),
        ("quit it", "alice: quit it"),
        ("quit", "*** alice has left #lobby ***"),
        ("  EXIT ", "*** alice has left #lobby ***"),
        # What stands before the slash is not to be seen, or a key that was hit by mistake.
        (" /msg bob hello", "[alice -> you] hello"),
        ("\t /msg bob hello", "[alice -> you] hello"),
        ("\x0c/msg bob hello", "[alice -> you] hello"),
        ("\ufeff\u200b@bob:hello", "[alice -> you] hello"),
        ("\u3164\u2800/msg bob hello", "[alice -> you] hello"),
        ("été /msg bob hello", "alice: été /msg bob hello"),
        # Up, Escape, F1 of a Linux console and Alt-[, as terminals send them.
        ("\x1b[A/msg bob hello", "[alice -> you] hello"),
        ("\x1b/msg bob hello", "[alice -> you] hello"),
        (" \x1b[[A @bob:hello", "[alice -> you] hello"),
        ("\x1b[@bob:hello", "[alice -> you] hello"),
        ("/msg \x1b[Dbob hel\x1b[Clo", "[alice -> you] hello"),
        ("\x1b[200~/msg bob hello\x1b[201~", "[alice -> you] hello"),
        ("\x1bOA//hi", "alice: /hi"),
        ("\x1b[1;31mFAILED\x1b[0m", "alice: FAILED"),
        ("\x1bOBquit", "*** alice has left #lobby ***"),
        # What input methods write for the signs, and for letters.
        ("／msg bob hello", "[alice -> you] hello"),
        ("／ｍｓｇ　ｂｏｂ　hello", "[alice -> you] hello"),
        ("　／msg bob hello", "[alice -> you] hello"),
        ("＠bob:hello", "[alice -> you] hello"),
        ("@bob：hello", "[alice -> you] hello"),
        ("＠ｂｏｂ：a：b", "[alice -> you] a：b"),
        ("﹫bob﹕hello", "[alice -> you] hello"),
        ("／/hi", "alice: /hi"),
        ("／／hi", "alice: ／hi"),
        ("ｑｕｉｔ", "*** alice has left #lobby ***"),
        ("他：＠bob", "alice: 他：＠bob"),
        ("\u0301/msg bob hello", "[alice -> you] hello"),
        # Bullets.
        ("・りんご", "alice: ・りんご"),
        ("、", "alice: 、"),
        ("・ msg bob hello", "alice: ・ msg bob hello"),
        ("./msg bob hello", "alice: ./msg bob hello"),
    ],
)
def test_a_line_is_said_unless_it_means_a_command(line: str, heard: str) -> None:
    chat = chat_with(greet)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types(line)
    assert bob.reads() == [heard]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("、msg bob hello", "msg"),
        ("・ｍｓｇ bob hello", "msg"),
        ("､ m bob hello", ""),
        ("･quit smoking", "quit"),
        ("・t shirt", "topic"),
    ],
)
def test_a_command_behind_what_the_key_of_the_slash_writes_is_neither_said_nor_done(
    line: str, name: str
) -> None:
    chat = chat_with()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types(line)
    if name:
        assert bob.reads() == []
        (told,) = alice.reads()
        assert told == (
            f"That line was not sent: it begins with {line[0]} and a command. "
            f"Type /{name} for the command, or /say before the line to say it."
        )
    else:
        assert bob.reads() == [f"alice: {line}"]


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


def test_a_slash_alone_asks_for_help() -> None:
    alice = alone(greet)
    alice.types("/")
    assert alice.reads()[-1] == "Anything else you type is said in the room you talk in."


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
        "You are in no room. Enter one with /join room.",
    ]


def test_a_refusal_is_read_as_it_stands_and_not_logged() -> None:
    @command
    def refuse(ctx: Context) -> None:
        """Refuse."""
        raise ChatError("There is no {poll} in this room.\nAsk one.")

    alice = alone(refuse)
    with capturedLogs() as logged:
        alice.types("/refuse")
    assert alice.reads() == ["There is no {poll} in this room.", "Ask one."]
    assert logged == []


def test_a_command_that_fails_says_so_and_the_log_has_the_traceback() -> None:
    @command(name="break")
    def break_(ctx: Context) -> None:
        """Break."""
        raise ZeroDivisionError("here")

    alice = alone(break_)
    with capturedLogs() as logged:
        alice.types("/break", "still here")
    assert alice.reads() == ["Sorry, /break failed. It has been logged."]
    assert len(logged) == 1
    assert logged[0]["name"] == "/break"
    assert "test_commands.py" in logged[0]["traceback"]
    assert logged[0]["traceback"].endswith("ZeroDivisionError: here")


@pytest.mark.parametrize("junk", [7, 0, False, [], b"text", {"a": 1}, object, ("a", "b")])
def test_an_answer_that_is_no_text_is_a_failure(junk: object) -> None:
    @command
    def answer(ctx: Context) -> Any:
        """Answer."""
        return junk

    alice = alone(answer)
    with capturedLogs() as logged:
        alice.types("/answer")
    assert alice.reads() == ["Sorry, /answer failed. It has been logged."]
    assert f"returned {type(junk).__name__}, not a string or None" in logged[0]["traceback"]


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


@command(name="wait")
async def wait_(ctx: Context, *, text: str) -> str:
    """Answer in a while."""
    turn: Deferred[None] = Deferred()
    ctx.later(3, turn.callback, None)
    await turn
    if text == "refuse":
        raise ChatError("No.")
    if text == "fail":
        raise LookupError(text)
    return f"{ctx.user.nick} said {text}"


@pytest.mark.parametrize(
    ("text", "sentence", "failures"),
    [
        ("well", "alice said well", 0),
        ("refuse", "No.", 0),
        ("fail", "Sorry, /wait failed. It has been logged.", 1),
    ],
)
def test_a_coroutine_answers_when_it_is_done(text: str, sentence: str, failures: int) -> None:
    chat = chat_with(wait_)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    with capturedLogs() as logged:
        alice.types(f"/wait {text}", "meanwhile")
        assert alice.reads() == []
        assert bob.reads() == ["alice: meanwhile"]
        chat.advance(2.9)
        assert alice.reads() == []
        chat.advance(0.1)
    assert alice.reads() == [sentence]
    assert len(logged) == failures


def test_answers_come_in_the_order_in_which_they_are_ready() -> None:
    chat = chat_with(wait_, greet)
    alice = chat.arrive("alice")
    alice.types("/wait one")
    chat.advance(1)
    alice.types("/wait two", "/greet")
    chat.advance(2)
    chat.advance(1)
    assert alice.reads() == ["Hello world.", "alice said one", "alice said two"]


def test_an_answer_for_somebody_who_has_gone_is_dropped() -> None:
    chat = chat_with(wait_)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/wait well")
    alice.hangs_up()
    bob.reads()
    with capturedLogs() as logged:
        chat.advance(20)
    assert bob.reads() == []
    assert logged == []


def test_an_answer_that_never_comes_is_given_up_after_ten_seconds() -> None:
    @command
    async def hang(ctx: Context) -> None:
        """Hang."""
        await Deferred()

    chat = chat_with(hang)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/hang")
    chat.advance(9.9)
    assert alice.reads() == []
    with capturedLogs() as logged:
        chat.advance(0.1)
    assert alice.reads() == ["Sorry, /hang failed. It has been logged."]
    assert len(logged) == 1
    bob.types("anybody here?")
    assert alice.reads() == ["bob: anybody here?"]


# -- requirements ---------------------------------------------------------------------------------


@command(in_room=True)
def sing(ctx: Context) -> str:
    """Sing in the room."""
    return "la"


@command(needs="operator")
def flick(ctx: Context, nick: User) -> str:
    """Flick at somebody."""
    return f"Flicked {nick.nick}."


@command(needs="moderator")
def hush(ctx: Context) -> str:
    """Hush."""
    return "Hush."


@command(cooldown=5, aliases=["b"])
def boast(ctx: Context, times: int = 1) -> str:
    """Boast."""
    return "I am great." * times


def test_what_is_for_a_room_is_refused_outside() -> None:
    alice = alone(sing)
    alice.types("/sing", "/leave", "/sing")
    assert alice.reads() == [
        "la",
        "You have left #lobby.",
        "You are in no room. Enter one with /join room.",
    ]


def test_what_needs_a_role_is_refused_without_it() -> None:
    chat = chat_with(flick, hush)
    alice = chat.arrive("alice")
    alice.types("/flick nobody.here", "/flick", "/hush")
    assert alice.reads() == [
        "Only an operator may use /flick.",
        "Only an operator may use /flick.",
        "Only a moderator may use /hush.",
    ]
    chat.hub.find_user("alice").roles.add("operator")
    alice.types("/flick alice", "/hush")
    assert alice.reads() == ["Flicked alice.", "Only a moderator may use /hush."]


def test_what_needs_a_role_is_not_in_the_list_of_those_without_it() -> None:
    chat = chat_with(flick)
    alice = chat.arrive("alice")
    alice.types("/help", "/help all")
    assert not any("/flick" in line for line in alice.reads())
    chat.hub.find_user("alice").roles.add("operator")
    alice.types("/help", "/help all")
    told = alice.reads()
    assert "Test commands  /flick" in told
    assert any(line.startswith("/flick nick ") for line in told)


def test_a_cooldown_is_each_persons_own_and_for_every_alias() -> None:
    chat = chat_with(boast)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("/boast", "/boast", "/b")
    wait = "/boast can be used again in 5 s."
    assert alice.reads() == ["I am great.", wait, wait]
    bob.types("/boast")
    assert bob.reads() == ["I am great."]
    chat.advance(2)
    alice.types("/boast")
    assert alice.reads() == ["/boast can be used again in 3 s."]
    chat.advance(3)
    alice.types("/boast")
    assert alice.reads() == ["I am great."]


def test_a_cooldown_never_says_no_seconds() -> None:
    chat = chat_with(boast)
    alice = chat.arrive("alice")
    alice.types("/boast")
    chat.advance(4.7)
    alice.reads()
    alice.types("/boast")
    assert alice.reads() == ["/boast can be used again in 1 s."]


def test_what_was_typed_wrong_does_not_start_the_cooldown() -> None:
    alice = alone(boast)
    alice.types("/boast much", "/boast")
    assert alice.reads() == [
        'times must be a whole number, not "much".',
        "Usage: /boast [times]",
        "I am great.",
    ]


def test_a_cost_counts_for_so_many_lines() -> None:
    @command(cost=4)
    def seek(ctx: Context) -> str:
        """Search."""
        return "found"

    chat = chat_with(seek, limits=Limits(rate=1.0, burst=10.0))
    alice = chat.arrive("alice")
    chat.advance(100)
    alice.types(*["/seek"] * 4)
    # 10 lines at once are three of these, which leaves two lines owed: one fits in three seconds.
    assert alice.reads() == ["found"] * 3
    chat.advance(2.9)
    assert alice.reads() == []
    chat.advance(0.2)
    assert alice.reads() == ["found"]


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


def test_a_timer_runs_when_it_is_due_unless_it_is_cancelled() -> None:
    @command
    def cook(ctx: Context) -> None:
        """Cook."""
        ctx.later(5, ctx.reply, "The egg is done.")
        ctx.later(6, ctx.reply, "The soup is done.").cancel()

    chat = chat_with(cook)
    alice = chat.arrive("alice")
    alice.types("/cook")
    chat.advance(4.9)
    assert alice.reads() == []
    chat.advance(0.1)
    chat.advance(60)
    assert alice.reads() == ["The egg is done."]


def test_a_timer_that_fails_counts_for_its_command() -> None:
    def burn() -> None:
        raise OSError("smoke")

    @command
    def cook(ctx: Context) -> None:
        """Cook."""
        for seconds in range(5):
            ctx.later(seconds, burn)

    chat = chat_with(cook)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    with capturedLogs() as logged:
        alice.types("/cook")
        chat.advance(10)
    assert [event["name"] for event in logged] == ["/cook"] * 6
    assert alice.reads() == []
    bob.types("/cook")
    assert bob.reads() == ["/cook is switched off, because it kept failing."]


def test_a_timer_of_a_command_that_is_switched_off_does_not_go_on_for_ever() -> None:
    calls: list[float] = []

    def again(ctx: Context) -> None:
        calls.append(chat.clock.seconds())
        ctx.later(1, again, ctx)
        raise OSError

    @command
    def tick(ctx: Context) -> None:
        """Tick."""
        ctx.later(1, again, ctx)

    chat = chat_with(tick)
    chat.arrive("alice").types("/tick")
    for _ in range(60):
        chat.advance(1)
    assert len(calls) == 5


def test_a_timer_that_refuses_tells_the_log_alone() -> None:
    def refuse() -> None:
        raise ChatError("No.")

    @command
    def cook(ctx: Context) -> None:
        """Cook."""
        ctx.later(1, refuse)

    chat = chat_with(cook)
    alice = chat.arrive("alice")
    with capturedLogs() as logged:
        alice.types("/cook")
        chat.advance(1)
    assert alice.reads() == []
    assert [formatEvent(event) for event in logged] == [
        "/cook refused, with nobody there to be told: 'No.'"
    ]


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
