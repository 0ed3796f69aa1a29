"""
The dispatcher: what the lines of a user do.
"""

from typing import Any

import pytest
from attrs import evolve
from logins import come
from programs import arrive, labels_of, plain, sentences
from shared_command import alone, chat_with, greet
from shared_hub import everybody
from stores import SlowStore
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Context, Duration, User, command, events, filters, on
from twisted_chat.limits import Limits
from twisted_chat.replies.reply import Done, Labelled
from twisted_chat.testing import NO_LIMITS, Chat


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


def test_a_door_knows_which_line_leaves() -> None:
    leaves = Chat().dispatcher.leaves
    leaving = ("/quit", "/q bye", "exit", "/exit")
    assert [line for line in leaving if leaves(line)] == list(leaving)
    assert not [line for line in ("quit that", "/nosuch", "//quit", "", "/leave") if leaves(line)]


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
        ("@: hello", "alice: @: hello"),
        # What no command and no nick is called: paths, comments, patterns, decorators.
        ("/usr/bin/env x", "alice: /usr/bin/env x"),
        ("/{0!r}%s%n", "alice: /{0!r}%s%n"),
        ("/* x", "alice: /* x"),
        ("    // x", "alice:     // x"),
        ('@app.route("/user/<int:id>")', 'alice: @app.route("/user/<int:id>")'),
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
        ("・t shirt", "t"),
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


def test_an_answer_for_a_user_who_has_gone_is_dropped() -> None:
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
    """Flick at a user."""
    return f"Flicked {nick.nick}."


@command(needs="moderator")
def hush(ctx: Context) -> str:
    """Hush."""
    return "Hush."


def test_a_command_for_a_room_is_refused_outside_of_rooms() -> None:
    alice = alone(sing)
    alice.types("/sing", "/leave", "/sing")
    assert alice.reads() == [
        "la",
        "You have left #lobby.",
        "You are not in a room. Enter one with /join room.",
    ]


def test_a_command_that_needs_a_role_is_refused_without_it() -> None:
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


# -- at a question --------------------------------------------------------------------------------


@command
async def tea(ctx: Context) -> str:
    """Choose a tea."""
    return f"{await ctx.ask('Which tea?')} it is."


def test_a_command_at_a_question_is_done_and_the_question_is_asked_again() -> None:
    chat = chat_with(tea, greet)
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/tea", "/greet bob")
    assert alice.reads() == ["Hello bob."]
    assert alice.prompt == "Which tea? "
    alice.types("//Assam")
    assert alice.reads() == ["/Assam it is."]
    assert bob.reads() == []


def test_a_question_is_withdrawn_by_its_user() -> None:
    chat = chat_with(tea)
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/tea", "/cancel", "hello")
    assert alice.prompt == ""
    assert bob.reads() == ["alice: hello"]
    assert not [line for line in alice.reads() if "it is" in line]


# -- completion -----------------------------------------------------------------------------------


def test_a_plugin_is_asked_what_completes_a_word_for_one_who_may_use_its_command() -> None:
    asked: list[str] = []

    @command(needs="operator")
    def paint(ctx: Context, colour: str) -> None:
        """Paint."""

    @paint.completes("colour")
    def colours(ctx: Context, typed: str) -> list[Any]:
        asked.append(f"{ctx.user.nick} {typed}")
        return ["red", 7, "rose", "blue"]

    chat = chat_with(paint)
    robot = arrive(chat, "robot")
    assert chat.dispatcher.complete(robot.session, "/paint r", 8).words == ()
    assert asked == []
    chat.hub.find_user("robot").roles.add("operator")
    # What is no text is left out.
    assert chat.dispatcher.complete(robot.session, "/paint r", 8).words == ("red", "rose")
    assert asked == ["robot r"]


# -- labels ---------------------------------------------------------------------------------------


def test_a_program_that_echoes_reads_its_own_line_with_its_number_and_its_label() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    robot, other = arrive(chat, "robot"), arrive(chat, "other")
    robot.reads()
    bob.types("before")
    chat.dispatcher.say(robot.session, "hello", "a1")
    bob.types("after")
    read = robot.reads()
    assert [(event.text, event.number) for event in plain(read)] == [
        ("before", 1 + (first := plain(read)[0].number) - 1),
        ("hello", first + 1),
        ("after", first + 2),
    ]
    assert labels_of(read) == ["", "a1", "a1", ""]
    assert isinstance(read[2], Labelled)
    assert isinstance(read[2].event, Done)
    # No other user reads it.
    assert labels_of(other.reads()) == ["", "", ""]


def test_a_client_that_does_not_echo_is_told_that_the_request_is_done() -> None:
    chat = Chat()
    robot = arrive(chat, "robot", echoes=False)
    chat.dispatcher.say(robot.session, "hello", "a1")
    chat.dispatcher.dispatch(robot.session, "hello", "a2")
    read = robot.reads()
    assert labels_of(read) == ["a1", "a2"]
    assert plain(read) == []
    chat.dispatcher.say(robot.session, "hello")
    assert robot.reads() == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("/me waves", events.Acted),
        ("/topic tea", events.TopicChanged),
        ("/msg bob psst", events.Told),
        ("/react 3 +1", events.Reacted),
        ("/edit 3 better", events.Edited),
    ],
)
def test_what_a_request_brings_about_comes_back_with_its_label(line: str, kind: Any) -> None:
    chat = Chat()
    chat.arrive("bob")
    robot, other = arrive(chat, "robot"), arrive(chat, "other")
    chat.dispatcher.say(robot.session, "a line")
    number = plain(robot.reads())[-1].number
    other.reads()
    chat.dispatcher.dispatch(robot.session, line.replace("3", str(number)), "x")
    read = robot.reads()
    assert labels_of(read) == ["x", "x"]
    assert isinstance(plain(read)[0], kind)
    assert set(labels_of(other.reads())) <= {""}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/nosuch", "No such command: /nosuch."),
        ("/kick nobody", "Nobody here is called nobody."),
        ("/serverkick bob", "Only operators of the server may use /serverkick."),
        ("/audit many", 'count must be a whole number, not "many".'),
        ("/register", "A password is needed for that, and none was given."),
        ("/fails", "Sorry, /fails failed. It has been logged."),
        ("/refuses", "Not now."),
        ("/refuses later", "Not later either."),
    ],
)
def test_a_refusal_has_the_label(line: str, sentence: str) -> None:
    waiting: list[Deferred[None]] = []

    @command
    def fails(ctx: Context) -> None:
        """Fail."""
        raise ValueError

    @command
    async def refuses(ctx: Context, when: str = "now") -> None:
        """Refuse."""
        if when == "later":
            waiting.append(Deferred())
            await waiting[0]
            raise ChatError("Not later either.")
        raise ChatError("Not now.")

    chat = chat_with(fails, refuses)
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    with capturedLogs():
        chat.dispatcher.dispatch(robot.session, line, "r")
    if waiting:
        chat.dispatcher.say(robot.session, "meanwhile", "m")
        assert labels_of(robot.reads()) == ["m", "m"]
        waiting[0].callback(None)
    read = robot.reads()
    assert set(labels_of(read)) == {"r"}
    assert sentences(read)[0].startswith(sentence)
    # A refusal is not done.
    assert not any(isinstance(event.event, Done) for event in read if isinstance(event, Labelled))


def test_replies_that_come_later_have_the_label_of_their_request_and_no_other() -> None:
    waiting: dict[str, Deferred[str]] = {}

    @command
    async def wait(ctx: Context, what: str) -> str:
        """Wait for something."""
        waiting[what] = Deferred()
        found = await waiting[what]
        ctx.reply(f"here is {what}")
        return found

    @command
    def remind(ctx: Context, after: Duration, *, text: str) -> None:
        """Remind of something."""
        ctx.later(after.total_seconds(), ctx.reply, text)

    chat = chat_with(wait, remind)
    robot = arrive(chat, "robot")
    chat.dispatcher.dispatch(robot.session, "/wait tea", "t")
    chat.dispatcher.dispatch(robot.session, "/wait milk", "m")
    chat.dispatcher.dispatch(robot.session, "/wait cup")
    chat.dispatcher.dispatch(robot.session, "/remind 5s drink", "r")
    assert [labels_of(robot.reads())] == [["r"]]
    for what in ("milk", "cup", "tea"):
        waiting[what].callback(f"{what} is there")
    chat.advance(5)
    read = robot.reads()
    assert sentences(read) == [
        "here is milk", "milk is there", "here is cup", "cup is there", "here is tea",
        "tea is there", "drink",
    ]  # fmt: skip
    assert labels_of(read) == ["m", "m", "m", "", "", "t", "t", "t", "r"]


def test_an_answer_to_a_line_that_is_read_from_the_disk_first_has_its_label() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    robot = arrive(chat, "robot")
    chat.dispatcher.say(robot.session, "old")
    number = plain(robot.reads())[-1].number
    for _ in range(2000):
        chat.dispatcher.say(robot.session, "new")
    chat.advance()
    robot.reads()
    store.is_slow = True
    chat.dispatcher.dispatch(robot.session, f"/re {number} yes", "late")
    assert robot.reads() == []
    chat.dispatcher.dispatch(robot.session, "/nosuch", "soon")
    store.is_slow = False
    store.answers()
    read = robot.reads()
    found = [
        event.event for event in read if isinstance(event, Labelled) and event.label == "late"
    ]
    said = found[0]
    assert isinstance(said, events.Said)
    assert (said.re, said.text) == (number, "yes")
    assert len(found) == 2


def test_a_page_of_history_that_is_read_later_has_its_label() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=5))
    come(chat, "alice").types("/join garden", "hello")
    robot = arrive(chat, "robot")
    read = robot.runs("join", "j", room="garden")
    assert set(labels_of(read)) == {"j"}
    assert len(read) >= 3


def test_what_plugins_say_to_an_event_is_no_reply_to_the_user_who_caused_it() -> None:
    @on(events.Said)
    def greet(hub: Any, event: events.Said) -> None:
        hub.find_user(event.nick).notify("Heard.")
        hub.find_room(event.room).announce("Somebody spoke.")

    @filters(events.Said)
    def refuse(hub: Any, event: events.Said) -> None:
        if event.text == "no":
            raise ChatError("Not that.")

    chat = chat_with(greet, refuse)
    robot = arrive(chat, "robot")
    chat.dispatcher.say(robot.session, "hello", "a")
    read = robot.reads()
    assert labels_of(read) == ["a", "", "", "a"]
    chat.dispatcher.say(robot.session, "no", "b")
    read = robot.reads()
    assert (sentences(read), labels_of(read)) == (["Not that."], ["b"])
