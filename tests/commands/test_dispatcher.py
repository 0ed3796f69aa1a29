"""
The dispatcher: what a line of a person's does.
"""

from typing import Any

import pytest
from shared_command import alone, boast, chat_with, greet
from shared_hub import everybody
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Context, User, command
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def test_two_slashes_say_one() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("//join is a command")
    assert bob.reads() == ["alice: /join is a command"]


def test_a_leaving_word_alone_on_a_line_leaves() -> None:
    for word in ("q", "exit", "close", "disconnect", "quit", "QUIT "):
        chat = Chat()
        alice, bob = everybody(chat, "alice", "bob")
        alice.types(word)
        assert not alice.is_connected
        assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_leaving_word_within_a_line_is_said() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("quit that")
    assert bob.reads() == ["alice: quit that"]


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
        # In Chinese and Japanese the key of the slash writes these.
        ("、msg bob hello", "[alice -> you] hello"),
        ("・ｍｓｇ bob hello", "[alice -> you] hello"),
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


def test_a_slash_alone_asks_for_help() -> None:
    alice = alone(greet)
    alice.types("/")
    assert alice.reads()[-1] == "/help all explains all of them, and /help join explains /join."


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
    assert "test_dispatcher.py" in logged[0]["traceback"]
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


def test_what_is_for_a_room_is_refused_outside() -> None:
    alice = alone(sing)
    alice.types("/sing", "/leave", "/sing")
    assert alice.reads() == [
        "la",
        "You have left #lobby.",
        "You are not in a room. Enter one with /join room.",
    ]


def test_what_needs_a_role_is_refused_without_it() -> None:
    chat = chat_with(flick, hush)
    alice = chat.arrive("alice")
    alice.types("/flick nobody.here", "/flick", "/hush")
    assert alice.reads() == [
        "Only operators of the server may use /flick.",
        "Only operators of the server may use /flick.",
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
    assert "Test dispatcher  /flick" in told
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
        "/cook refused, and there is no user to tell: 'No.'"
    ]
