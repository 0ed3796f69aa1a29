"""
Questions: the answer to a prompt is neither talk nor a command, and a secret stays secret.
"""

from types import ModuleType

import pytest
from cuts import cut, every_cut
from programs import arrive
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.logger import capturedLogs, formatEvent
from zope.interface import alsoProvides

from twisted_chat import ChatError, Context, command
from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.errors import CannotBeAsked, NotAllowed
from twisted_chat.hub import Hub
from twisted_chat.limits import Limits
from twisted_chat.replies.reply import Notice
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.world.client import Prompt

WILL_ECHO, WONT_ECHO, DO_ECHO, DONT_ECHO = (
    b"\xff\xfb\x01", b"\xff\xfc\x01", b"\xff\xfd\x01", b"\xff\xfe\x01",
)  # fmt: skip

WITHHELD = (
    "That line was not sent, because it may answer the last question. "
    "If it does not, please type it again in a moment."
)

# With the first secret of a connection it is asked for all eight bits of what is typed.
EIGHT_BITS = b"\xff\xfd\x00"
# It speaks telnet, so it is asked for the width of its window.
WIDTH = b"\xff\xfd\x1f"
SHOWN = "Your client shows what you type here: make sure that nobody is watching."

CANARY = "tr0ub4dor&3"


class Asked:
    """
    A user in a chat, and what they answered.
    """

    def __init__(self, **options):
        self.chat = Chat(**options)
        self.hub: Hub = self.chat.hub
        self.bob = self.chat.arrive("bob")
        self.alice = self.chat.arrive("alice")
        self.bob.reads()
        self.answers = []

    @property
    def session(self):
        return self.alice.protocol.session

    def ask(self, prompt="Password: ", answered=None, **how):
        how.setdefault("secret", True)
        question = self.hub.ask(self.session, prompt, answered or self.answers.append, **how)
        self.chat.advance()
        return question


def newcomer(**options):
    asked = Asked(**options)
    asked.alice = asked.chat.connect()
    asked.alice.receives()
    return asked


@pytest.fixture
def logged():
    with capturedLogs() as events:
        yield lambda: "\n".join(
            f"{formatEvent(event)}{event.get('log_failure', '')}" for event in events
        )


# -- answers --------------------------------------------------------------------------------------


def test_the_next_line_is_the_answer_and_the_one_after_it_is_talk():
    asked = Asked()
    asked.ask()
    asked.alice.types("secret", "hello")
    assert asked.answers == ["secret"]
    assert asked.bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("line", ["/quit", "//say", "@bob:psst", "quit", "", "  two  words ", "é"])
def test_an_answer_is_taken_as_it_was_typed_and_does_nothing_else(line):
    asked = Asked()
    asked.ask()
    asked.alice.types(line)
    assert asked.answers == [line]
    assert asked.alice.is_connected
    assert asked.bob.reads() == []
    assert asked.hub.talk.lines == 0


def test_backspaces_in_an_answer_rub_out():
    asked = Asked()
    asked.ask()
    asked.alice.sends(b"sevr\x7f\x7fcret\x08t\r\n")
    assert asked.answers == ["secret"]


def test_an_answer_may_come_in_pieces_and_be_no_utf_8():
    asked = Asked()
    asked.ask()
    for byte in b"p\xc3\xa4ss\xe9\r\n":
        asked.alice.sends(bytes([byte]))
    assert asked.answers == ["päss\ufffd"]


def test_a_prompt_stands_behind_all_that_was_told_before_it():
    asked = Asked()
    hub, session = asked.hub, asked.session
    hub.notify(session, "one")
    hub.talk.say(asked.bob.protocol.session, hub.rooms["lobby"], "two")
    hub.ask(session, "Colour: ", asked.answers.append)
    hub.talk.say(asked.bob.protocol.session, hub.rooms["lobby"], "three")
    asked.chat.advance()
    assert asked.alice.receives() == b"one\r\nbob: two\r\nColour: bob: three\r\n"


def test_a_prompt_cannot_harm_a_terminal():
    asked = Asked()
    asked.ask("\x1b[2J\u202ePassword:\r\n", secret=False)
    assert asked.alice.receives() == "\ufffd[2JPassword:\ufffd\ufffd".encode()


def test_an_answer_may_lead_to_the_next_question():
    asked = Asked()

    def again(first):
        asked.hub.ask(asked.session, "Again: ", lambda second: f"{first == second}", secret=True)

    asked.ask("New password: ", again)
    assert asked.alice.prompt == "New password: "
    asked.alice.types("one")
    assert asked.alice.prompt == "Again: "
    asked.alice.types("one")
    assert asked.alice.prompt == ""
    assert asked.alice.reads() == ["True"]


def test_there_is_one_question_at_a_time():
    asked = Asked()
    asked.ask()
    with pytest.raises(NotAllowed, match="Please answer the other question first"):
        asked.ask()


def test_a_user_who_is_being_closed_is_not_asked():
    asked = Asked()
    session = asked.session
    asked.hub.close(session, "", "")
    with pytest.raises(NotAllowed, match="The connection is being closed"):
        asked.hub.ask(session, "Password: ", asked.answers.append)


def test_the_result_of_an_answer_is_told_like_that_of_a_command():
    def refuse(_):
        raise ChatError("That is wrong.")

    def fail(_):
        raise LookupError

    async def coroutine(text):
        return f"Later {text}."

    asked = Asked()
    for answered in (lambda text: f"Thank you for {text}.", refuse, fail, coroutine):
        asked.ask("Colour: ", answered, secret=False)
        asked.alice.types("red")
    assert asked.alice.reads() == [
        "Thank you for red.",
        "That is wrong.",
        "Sorry, that failed. It has been logged.",
        "Later red.",
    ]


def test_a_question_that_keeps_failing_is_not_asked_again():
    def fail(_):
        raise LookupError

    asked = Asked()
    for _ in range(5):
        asked.ask("Colour: ", fail)
        asked.alice.types("red")
    with pytest.raises(NotAllowed, match="switched off"):
        asked.ask("Colour: ", fail)
    asked.ask()


def test_an_answer_pays_the_rate_of_lines():
    asked = Asked(limits=Limits(rate=1.0, burst=2.0, max_per_host=0))
    asked.chat.advance(10)

    def answered(text):
        asked.answers.append(text)
        asked.hub.ask(asked.session, "Password: ", answered)

    asked.ask(answered=answered)
    asked.alice.types("0", "1", "2", "3")
    assert asked.answers == ["0", "1"]
    asked.chat.advance(1)
    assert asked.answers == ["0", "1", "2"]


def test_what_is_typed_behind_an_answer_waits_until_that_is_settled():
    asked = Asked()
    verified = Deferred()
    asked.ask(answered=lambda _: verified)
    asked.alice.sends(b"secret\nhello\n")
    asked.alice.types("there")
    assert asked.bob.reads() == []
    verified.callback("Welcome.")
    asked.chat.advance()
    assert asked.bob.reads() == ["alice: hello", "alice: there"]
    assert asked.alice.reads() == ["Welcome."]


def test_a_paste_behind_an_answer_does_not_fill_the_memory():
    asked = Asked()
    asked.ask(answered=lambda _: Deferred())
    asked.alice.sends(b"secret\n" + b"x" * 100 + b"\n")
    asked.alice.sends((b"x" * 100 + b"\n") * 10_000)
    assert asked.alice.protocol._waiting.size < 40_000
    asked.chat.advance(ANSWER_WITHIN)
    assert len(asked.bob.reads()) == 10_001


def test_input_that_ends_behind_an_answer_ends_when_that_is_settled():
    asked = newcomer()
    verified = Deferred()
    verified.addCallback(lambda _: asked.hub.arrivals.enter(asked.session, "alice2"))
    asked.ask(answered=lambda _: verified)
    asked.alice.transport.receive(b"secret\nhello\n")
    asked.alice.protocol.readConnectionLost()
    asked.chat.advance()
    assert asked.alice.is_connected
    verified.callback(None)
    asked.chat.advance()
    assert not asked.alice.is_connected
    assert asked.bob.reads() == [
        "*** alice2 has joined #lobby ***", "alice2: hello", "*** alice2 has left #lobby ***",
    ]  # fmt: skip


def test_an_answer_whose_result_comes_after_the_user_has_gone_does_no_harm():
    asked = Asked()
    verified = Deferred()
    asked.ask(answered=lambda _: verified)
    asked.alice.types("secret")
    asked.alice.hangs_up()
    verified.callback("Welcome.")
    asked.chat.advance()
    assert asked.bob.reads() == ["*** alice has left #lobby ***"]


# -- the end of a question ------------------------------------------------------------------------


def test_a_question_that_is_taken_back_leaves_a_line_of_its_own():
    asked = Asked()
    question = asked.ask("Colour: ", secret=False)
    question.cancel("Cancelled.")
    question.cancel("Cancelled.")
    asked.chat.advance()
    assert asked.alice.receives() == b"Colour: \r\nCancelled.\r\n"
    asked.alice.types("red")
    assert asked.answers == []
    assert asked.bob.reads() == ["alice: red"]


def test_a_question_is_taken_back_after_a_while():
    asked = Asked()
    asked.ask(within=30)
    asked.chat.advance(29.9)
    assert asked.alice.prompt == "Password: "
    asked.chat.advance(0.1)
    assert asked.alice.reads() == ["", "No answer came within 30 seconds."]
    assert asked.alice.sees_typing


def test_without_a_time_a_question_stays():
    asked = Asked()
    asked.ask(within=0)
    asked.chat.advance(100_000)
    asked.alice.types("secret")
    assert asked.answers == ["secret"]


def test_an_answered_question_does_not_time_out():
    asked = Asked()
    asked.ask()
    asked.alice.types("secret")
    asked.ask("Again: ", within=0)
    asked.chat.advance(100)
    assert asked.alice.prompt == "Again: "


def test_a_secret_that_was_half_typed_when_its_question_went_is_not_said():
    asked = Asked()
    asked.ask(within=30)
    asked.alice.sends(b"sec")
    asked.chat.advance(30)
    asked.alice.receives()
    asked.alice.sends(b"ret\n")
    assert asked.alice.reads() == [WITHHELD]
    assert asked.bob.reads() == []
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_one_may_be_asked_again_when_a_secret_question_has_gone():
    asked = Asked()
    asked.ask().cancel()
    asked.ask()
    asked.alice.types("secret")
    assert asked.answers == ["secret"]


def test_an_over_long_answer_is_asked_for_again():
    asked = Asked()
    asked.ask("Colour: ", secret=False)
    asked.alice.types("x" * 5000)
    assert asked.alice.receives() == (
        b"Colour: That line was longer than 4096 bytes and was not sent.\r\nColour: "
    )
    asked.alice.types("red", "hello")
    assert asked.answers == ["red"]
    assert asked.bob.reads() == ["alice: hello"]


def test_an_over_long_secret_is_asked_for_again_and_what_comes_behind_it_is_the_answer():
    asked = Asked()
    asked.ask()
    asked.alice.sends(DO_ECHO)
    asked.alice.receives()
    asked.alice.types("x" * 5000, "second line of it")
    assert asked.alice.receives() == (
        b"\r\nThat line was longer than 4096 bytes and was not sent.\r\nPassword: \r\n" + WONT_ECHO
    )
    assert asked.answers == ["second line of it"]
    assert asked.bob.reads() == []


def test_an_over_long_line_that_is_held_back_ends_nothing():
    asked = Asked()
    asked.ask().cancel()
    asked.alice.types("x" * 5000, "the rest of it")
    assert asked.bob.reads() == []


@pytest.mark.parametrize("secret", [True, False])
def test_a_connection_that_is_closed_while_it_is_asked_reads_why_on_a_line_of_its_own(secret):
    asked = Asked()
    asked.ask(secret=secret)
    asked.hub.close(asked.session, "Bye.", "")
    asked.chat.advance()
    shown = WONT_ECHO if secret else b""
    assert asked.alice.receives().endswith(b"Password: " + shown + b"\r\nBye.\r\n")
    assert asked.alice.protocol.session.question is None


def test_at_the_end_of_the_server_everybody_sees_again_what_they_type():
    asked = Asked()
    asked.ask()
    asked.hub.shut_down()
    assert asked.alice.receives().endswith(
        b"Password: " + WONT_ECHO + b"\r\n*** The server is shutting down. ***\r\n"
    )


def test_a_user_who_hangs_up_leaves_no_question_behind():
    asked = Asked()
    asked.ask()
    session = asked.session
    asked.alice.hangs_up()
    assert session.question is None
    asked.chat.advance(100)
    assert asked.answers == []


# -- before there is a name -----------------------------------------------------------------------


def test_a_user_without_a_name_may_be_asked_and_be_let_in_by_the_answer():
    asked = newcomer()
    asked.ask(answered=lambda text: asked.hub.arrivals.enter(asked.session, text) and None)
    assert asked.alice.prompt == "Password: "
    asked.alice.types("carol")
    assert asked.alice.reads()[-1] == "Type /help for help."
    assert asked.alice.prompt == ""
    assert asked.bob.reads() == ["*** carol has joined #lobby ***"]


def test_a_refused_answer_brings_the_prompt_for_the_name_again():
    def refuse(_):
        raise ChatError("That is wrong.")

    asked = newcomer()
    asked.ask("Password: ", refuse)
    asked.alice.types("secret")
    assert asked.alice.reads() == ["That is wrong."]
    assert asked.alice.prompt == "Enter your name: "
    asked.alice.types("carol")
    assert asked.bob.reads() == ["*** carol has joined #lobby ***"]


def test_a_line_behind_a_password_is_not_taken_for_a_name():
    asked = newcomer()
    verified = Deferred()
    verified.addCallback(lambda _: asked.hub.arrivals.enter(asked.session, "carol") and None)
    asked.ask(answered=lambda _: verified)
    asked.alice.sends(b"secret\nhello\n")
    verified.callback(None)
    asked.chat.advance()
    assert asked.bob.reads() == ["*** carol has joined #lobby ***", "carol: hello"]


def test_no_question_buys_time_for_a_name():
    asked = newcomer(limits=Limits(max_per_host=0))
    asked.chat.advance(30)
    asked.ask(within=100)
    for _ in range(31):
        asked.chat.advance(1)
    assert not asked.alice.is_connected
    assert asked.alice.receives() == (
        EIGHT_BITS + WILL_ECHO + b"Password: " + WONT_ECHO
        + b"\r\nDisconnected: no name was given within 60 seconds.\r\n"
    )  # fmt: skip


def test_a_secret_that_came_too_late_is_no_name():
    asked = newcomer()
    asked.ask(within=30)
    asked.chat.advance(30)
    assert asked.alice.prompt == "Enter your name: "
    asked.alice.types("secret")
    assert asked.alice.reads() == ["", "No answer came within 30 seconds.", WITHHELD]
    assert asked.alice.prompt == "Enter your name: "
    assert set(asked.hub.users) == {"bob", "alice"}


def test_an_over_long_answer_before_the_name_brings_its_prompt_again():
    asked = newcomer(line_limits=LineLimits(max_line=100))
    asked.ask("Colour: ", secret=False)
    asked.alice.types("x" * 101)
    assert asked.alice.reads()[-1] == "That line was longer than 100 bytes and was not sent."
    assert asked.alice.prompt == "Colour: "


# -- Ctrl-C ---------------------------------------------------------------------------------------


CTRL_C = {"telnet's": b"\xff\xf4\xff\xfd\x06", "a terminal's": b"\x03"}


@pytest.mark.parametrize("ctrl_c", CTRL_C.values(), ids=CTRL_C)
def test_ctrl_c_leaves_a_question_as_enter_does_and_the_begun_line_is_dropped(ctrl_c):
    for typed in (ctrl_c, b"hunt" + ctrl_c):
        for pieces in every_cut(typed):
            asked = Asked()
            asked.ask(answered=lambda answer: "Thank you." if answer else "Cancelled.")
            for piece in pieces:
                asked.alice.sends(piece)
            assert asked.alice.sees_typing
            assert asked.alice.reads()[-1] == "Cancelled."
            # Some clients send that in the middle of a password.
            asked.alice.types("er2")
            assert asked.alice.reads() == [WITHHELD]
            assert asked.bob.reads() == []
            asked.chat.advance(3)
            asked.alice.types("hello")
            assert asked.bob.reads() == ["alice: hello"]


def test_ctrl_c_and_enter_leave_a_question_silently():
    asked = Asked()
    asked.ask(answered=lambda answer: "Thank you." if answer else "Cancelled.")
    asked.alice.sends(b"\x03")
    asked.alice.types("")
    assert asked.alice.reads() == ["", "Cancelled."]
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_a_moment_after_ctrl_c_at_the_beginning_of_a_line_a_line_is_a_new_one():
    asked = Asked()
    asked.ask()
    asked.alice.sends(b"\xff\xf4\xff\xfd\x06")
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]
    # But not one that was begun before.
    asked.ask()
    asked.alice.sends(b"\xff\xf4\xff\xfd\x06hun")
    asked.chat.advance(3)
    asked.alice.types("ter2")
    assert asked.alice.reads()[-1] == WITHHELD
    assert asked.bob.reads() == []


def test_in_the_middle_of_a_line_ctrl_c_holds_back_its_rest_however_late_that_comes():
    asked = Asked()
    asked.ask()
    for letter in b"pa\x03":
        asked.alice.sends(bytes([letter]))
    asked.chat.advance(60)
    for letter in b"ss\n":
        asked.alice.sends(bytes([letter]))
    assert asked.alice.reads()[-1] == WITHHELD
    assert asked.bob.reads() == []


@pytest.mark.parametrize("secret", ["hunter2 xyz", "second\nthird\nfourth"])
def test_what_comes_at_once_behind_an_empty_line_in_a_secret_is_not_said(secret):
    asked = Asked()
    asked.ask()
    for byte in f"\n{secret}\n".encode():
        asked.alice.sends(bytes([byte]))
    assert asked.answers == [""]
    assert asked.bob.reads() == []
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


@pytest.mark.parametrize("key", [b"\x1b[A", b"\x1b[201~", b"\x1bOP", b"\x1b"])
def test_a_key_alone_is_no_answer(key):
    asked = Asked()
    asked.ask()
    asked.alice.receives()
    asked.alice.sends(key + b"\r")
    assert asked.alice.receives() == b"Password: "
    asked.alice.types("hunter2 xyz")
    assert asked.answers == ["hunter2 xyz"]


@pytest.mark.parametrize("ctrl_c", CTRL_C.values(), ids=CTRL_C)
def test_what_stands_behind_an_interrupt_in_a_secret_is_never_said_however_it_comes(
    ctrl_c, logged
):
    # The beginning of a letter in an encoding that is not UTF-8, or nothing at all, before it.
    for begun in (b"", b"hunt", b"p\xe1ss", b"\xfc"):
        for end in (b"\n", b"\r\n", b"\r\0"):
            typed = begun + ctrl_c + b" er" + ctrl_c + b"2 x" + end
            for pieces in (cut(typed, [place]) for place in range(len(typed))):
                asked = Asked()
                asked.ask(answered=asked.answers.append)
                for piece in pieces:
                    asked.alice.sends(piece)
                assert asked.answers == [""]
                assert asked.bob.reads() == []
                assert asked.alice.reads()[-1] == WITHHELD
                asked.chat.advance(3)
                asked.alice.types("hello")
                assert asked.bob.reads() == ["alice: hello"]
    assert "er2" not in logged()


def test_what_stands_behind_an_interrupt_in_a_secret_is_no_name_either():
    asked = newcomer()
    asked.ask()
    asked.alice.sends(b"pa\xff\xf4ssword\r\n")
    assert asked.alice.reads()[-1] == WITHHELD
    assert asked.alice.prompt == "Enter your name: "
    asked.chat.advance(3)
    asked.alice.types("carol")
    assert asked.bob.reads() == ["*** carol has joined #lobby ***"]


def test_a_password_that_comes_twice_with_an_interrupt_in_it_is_not_said_the_second_time_either():
    asked = Asked()
    asked.ask()
    asked.alice.sends(b"pa\xff\xf4ss word\r\npa\xff\xf4ss word\r\n")
    assert asked.bob.reads() == []
    # A person who goes on after that is heard.
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_what_is_too_long_behind_an_interrupt_is_withheld_like_the_rest():
    asked = Asked()
    asked.ask()
    asked.alice.sends(b"\x03")
    asked.alice.sends(b"x" * 5000)
    assert asked.alice.reads()[-1] == WITHHELD
    asked.alice.sends(b"secret\n")
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_an_interrupt_in_a_line_that_is_only_held_back_holds_back_the_rest_too():
    asked = Asked()
    asked.ask(within=30)
    asked.chat.advance(30)
    asked.alice.sends(b"pa\x03ssword\n")
    assert asked.bob.reads() == []
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_after_ctrl_c_what_comes_next_begins_a_line_of_its_own():
    for answer in (b"", DO_ECHO):
        asked = Asked()
        asked.ask(answered=lambda _: "Cancelled.")
        asked.alice.sends(answer)
        asked.alice.receives()
        asked.alice.sends(b"\x03")
        assert asked.alice.receives().replace(WONT_ECHO, b"") == b"\r\nCancelled.\r\n"


def test_ctrl_c_that_was_typed_ahead_leaves_the_question_too():
    asked = Asked()
    asked.ask(answered=lambda first: asked.ask("Again: ", lambda _: "Cancelled.") and None)
    asked.alice.sends(b"secret\nhunt\x03")
    assert asked.alice.reads()[-1] == "Cancelled."
    asked.alice.types("er2")
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_behind_a_question_that_is_no_secret_what_is_typed_in_one_go_with_ctrl_c_is_said():
    asked = Asked()
    asked.ask("Colour: ", secret=False)
    asked.alice.sends(b"re\x03hello\n")
    assert asked.answers == [""]
    assert asked.bob.reads() == ["alice: hello"]


def test_ctrl_c_is_nothing_where_nothing_is_asked():
    asked = Asked()
    asked.alice.sends(b"one\x03 more\n\x03\n")
    assert asked.bob.reads() == ["alice: one more"]


# -- telnet ---------------------------------------------------------------------------------------


def test_a_secret_is_hidden_before_the_prompt_and_shown_after_the_line():
    asked = Asked()
    asked.ask(answered=lambda _: "Thank you.")
    assert asked.alice.receives() == EIGHT_BITS + WILL_ECHO + b"Password: "
    assert not asked.alice.sees_typing
    asked.alice.types("secret")
    assert asked.alice.receives() == WONT_ECHO + b"Thank you.\r\n"
    assert asked.alice.sees_typing


def test_a_client_that_hides_what_is_typed_is_given_the_new_line_that_it_did_not_show():
    asked = Asked()
    asked.ask(answered=lambda _: "Thank you.")
    asked.alice.receives()
    asked.alice.sends(DO_ECHO)
    assert asked.alice.receives() == WIDTH
    asked.alice.sends(b"secret\r\n")
    assert asked.alice.receives() == b"\r\n" + WONT_ECHO + b"Thank you.\r\n"
    asked.alice.sends(DONT_ECHO)
    assert asked.alice.receives() == b""


def test_what_is_typed_stays_hidden_from_one_secret_to_the_next():
    # BusyBox's telnet hides one stretch of a connection, and shows all that is asked for later.
    asked = Asked()
    asked.ask(
        "New password: ",
        lambda _: asked.ask("Repeat the password: ", lambda _: "Thank you.") and None,
    )
    asked.alice.sends(DO_ECHO)
    asked.alice.receives()
    asked.alice.types("secret")
    assert asked.alice.receives() == b"\r\nRepeat the password: "
    asked.alice.types("secret")
    assert asked.alice.receives() == b"\r\n" + WONT_ECHO + b"Thank you.\r\n"


def test_what_is_typed_stays_hidden_while_an_answer_is_looked_at_and_asked_for_again():
    asked = Asked()
    looked_at = Deferred()
    looked_at.addCallback(lambda _: asked.ask("Again: ") and None)
    asked.ask(answered=lambda _: looked_at)
    asked.alice.sends(DO_ECHO)
    asked.alice.receives()
    asked.alice.types("wrong")
    looked_at.callback(None)
    asked.chat.advance()
    assert asked.alice.receives() == b"\r\nAgain: "


def test_what_is_typed_is_shown_again_for_a_question_that_is_no_secret():
    asked = Asked()
    asked.ask(answered=lambda _: asked.ask("Colour: ", secret=False) and None)
    asked.alice.sends(DO_ECHO)
    asked.alice.receives()
    asked.alice.types("secret")
    assert asked.alice.receives() == b"\r\n" + WONT_ECHO + b"Colour: "


def test_a_user_who_is_closed_while_an_answer_is_checked_sees_again_what_they_type():
    asked = Asked()
    asked.ask(answered=lambda _: Deferred())
    asked.alice.types("secret")
    asked.hub.close(asked.session, "Bye.", "")
    asked.chat.advance()
    assert asked.alice.sees_typing
    assert asked.alice.reads()[-1] == "Bye."


@pytest.mark.parametrize("replies", [DONT_ECHO, DO_ECHO + DONT_ECHO])
def test_a_user_whose_client_shows_a_secret_is_told_so_and_asked_again(replies):
    asked = Asked()
    asked.ask()
    asked.alice.receives()
    asked.alice.sends(replies)
    assert asked.alice.receives() == WIDTH + f"\r\n{SHOWN}\r\nPassword: ".encode()
    asked.alice.types("secret")
    assert asked.answers == ["secret"]
    # At the next one again.
    asked.ask()
    asked.alice.receives()
    asked.alice.sends(DONT_ECHO)
    assert asked.alice.reads() == ["", SHOWN]


def test_a_client_that_hides_is_not_answered():
    asked = Asked()
    asked.ask()
    asked.alice.receives()
    asked.alice.sends(DO_ECHO)
    assert asked.alice.receives() == WIDTH


def test_an_answer_to_being_hidden_from_that_comes_late_is_not_answered():
    asked = Asked()
    asked.ask()
    asked.alice.types("secret")
    asked.alice.receives()
    asked.alice.sends(DO_ECHO + DONT_ECHO)
    assert asked.alice.receives() == WIDTH


def test_a_client_that_wants_us_to_echo_before_and_after_a_secret_is_refused():
    asked = Asked()
    asked.alice.sends(b"\xff\xf1")
    assert asked.alice.receives() == EIGHT_BITS + WIDTH
    for _ in range(3):
        asked.alice.sends(DO_ECHO)
        assert asked.alice.receives() == WONT_ECHO
        asked.ask()
        assert asked.alice.receives() == WILL_ECHO + b"Password: "
        asked.alice.sends(DO_ECHO)
        assert asked.alice.receives() == b""
        asked.alice.types("secret")
        assert asked.alice.receives() == b"\r\n" + WONT_ECHO
        asked.alice.sends(DONT_ECHO)
        assert asked.alice.receives() == b""


def test_answers_that_are_no_secret_are_shown_as_they_are_typed():
    asked = Asked()
    asked.ask("Colour: ", secret=False)
    asked.alice.types("red")
    assert asked.alice.receives() == b"Colour: "


def test_within_tls_telnet_is_spoken_to_clients_that_speak_it_first():
    asked = Asked()
    alsoProvides(asked.alice.transport, ISSLTransport)
    asked.ask()
    asked.alice.types("secret")
    assert asked.alice.receives() == b"Password: "
    asked.alice.sends(b"\xff\xf1")
    assert asked.alice.receives() == EIGHT_BITS + WIDTH
    asked.ask()
    assert asked.alice.receives() == WILL_ECHO + b"Password: "


# -- secrets --------------------------------------------------------------------------------------


def kept_by(thing, seen=None):
    """
    Return all text and bytes that ``thing`` holds, however deep.
    """
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, (type, ModuleType)):
        return []
    seen.add(id(thing))
    if isinstance(thing, str):
        return [thing.encode()]
    if isinstance(thing, (bytes, bytearray)):
        return [bytes(thing)]
    inside = []
    if isinstance(thing, dict):
        inside = [*thing, *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset)) or hasattr(thing, "popleft"):
        inside = list(thing)
    names = [*getattr(thing, "__dict__", {}), *getattr(type(thing), "__slots__", ())]
    inside += [getattr(thing, name, None) for name in names if not name.startswith("__")]
    return [text for part in inside for text in kept_by(part, seen)]


def test_nothing_of_an_answer_is_kept_by_the_connection():
    asked = newcomer()
    asked.ask(answered=lambda _: None)
    asked.alice.sends(CANARY[:4].encode())
    assert any(CANARY[:4].encode() in text for text in kept_by(asked.alice.protocol))
    asked.alice.sends(CANARY[4:].encode() + b"\rhello")
    kept = kept_by(asked.alice.protocol)
    assert b"hello" in kept
    assert not any(CANARY[:4].encode() in text for text in kept)


def _raise(text):
    raise ValueError(f"no {text}")


def _refuse(text):
    raise ChatError(f"{text} is wrong.")


async def _fail_later(text):
    raise ValueError(text)


@pytest.mark.parametrize("answered", [lambda _: None, _raise, _refuse, _fail_later])
@pytest.mark.parametrize("arrive", [Asked, newcomer])
def test_a_secret_is_in_no_line_of_the_log(arrive, answered, logged):
    asked = arrive()
    asked.ask("Password: ", answered)
    asked.alice.types(CANARY)
    asked.alice.hangs_up()
    assert "closed" in logged()
    assert CANARY not in logged()


def test_a_command_may_ask():
    @command
    def secret(ctx: Context) -> None:
        """Ask for a secret."""
        ctx.hub.ask(ctx.session, "Secret: ", lambda text: f"{len(text)} letters", secret=True)

    plugin = ModuleType(__name__)
    vars(plugin)["secret"] = secret
    chat = Chat(plugin, limits=NO_LIMITS)
    alice = chat.arrive("alice")
    alice.sends(b"/secret\nabc\n")
    assert alice.reads() == ["3 letters"]


# -- what is withheld, whatever else happens ------------------------------------------------------


def test_both_halves_of_an_interrupted_secret_may_come_before_either_is_looked_at():
    # As two records of TLS do that came in one segment.
    asked = Asked()
    asked.ask()
    protocol = asked.alice.protocol
    protocol.dataReceived(b"pa\xff\xf4\xff\xfd\x06")
    protocol.dataReceived(b"ss word 12\r\npa\xff\xf4ss word 12\r\n")
    asked.chat.advance()
    assert asked.answers == [""]
    assert asked.bob.reads() == []


def test_what_is_held_back_stays_so_while_an_answer_is_looked_at():
    asked = Asked()
    looked_at = Deferred()
    asked.ask(answered=lambda _: looked_at)
    for _ in range(2):
        asked.alice.sends(b"pa\xff\xf4ss word\r\n")
    looked_at.callback(None)
    asked.chat.advance()
    assert asked.bob.reads() == []


def test_the_rest_of_a_secret_is_no_answer_to_the_next_question():
    asked = Asked()
    colours = []
    asked.ask(answered=lambda _: asked.ask("Colour: ", colours.append, secret=False) and None)
    asked.alice.sends(b"pa\x03")
    asked.alice.sends(b"ss\x03")
    asked.alice.sends(b"word 12\n")
    assert "word 12" not in colours
    assert "ss" not in colours
    assert asked.bob.reads() == []


@pytest.mark.parametrize("secret", [True, False])
def test_a_plugin_may_ask_again_at_once_when_it_has_taken_its_question_back(secret):
    asked = Asked()
    asked.ask(secret=secret).cancel()
    asked.ask("Colour: ", secret=secret)
    asked.alice.types("red")
    assert asked.answers == ["red"]


# -- the server's own, and those of commands ------------------------------------------------------


def put(asked, prompt="Which tea? ", **how):
    """
    Ask alice as a command does, and return why the question was withdrawn.
    """
    withdrawn = []
    asked.hub.questions.put(
        asked.session, Prompt(prompt, **how), asked.answers.append,
        within=30, name="tea", withdrawn=withdrawn.append,
    )  # fmt: skip
    asked.chat.advance()
    return withdrawn


def ask_own(asked, answered):
    asked.hub.questions.ask_own(
        asked.session, Prompt(secret=True, code="new-password"), answered, "own"
    )
    asked.chat.advance()


def test_the_server_asks_in_the_place_of_a_plugin_whose_command_is_told_so():
    asked = Asked()
    withdrawn = put(asked)
    own = []
    ask_own(asked, own.append)
    assert [str(why) for why in withdrawn] == ["Cancelled."]
    assert asked.alice.prompt == "New password: "
    with pytest.raises(NotAllowed, match="Please answer the other question first"):
        asked.ask()
    asked.alice.types("secret")
    assert (own, asked.answers) == (["secret"], [])


def test_where_the_server_itself_fails_what_was_typed_ahead_is_not_said():
    asked = Asked()
    ask_own(asked, _raise)
    asked.alice.sends(b"hunter2\nhunter2 again\n")
    assert "That cannot be done now" in "".join(asked.alice.reads())
    assert asked.bob.reads() == []
    asked.chat.advance(3)
    asked.alice.types("hello")
    assert asked.bob.reads() == ["alice: hello"]


def test_a_command_learns_that_no_answer_came_and_says_itself_what_it_wants():
    asked = Asked()
    withdrawn = put(asked)
    asked.chat.advance(30)
    assert [why.code for why in withdrawn] == ["no-answer"]
    assert asked.alice.reads() == [""]


def test_a_command_learns_that_its_user_has_left_when_they_are_gone():
    asked = Asked()
    withdrawn = put(asked)
    asked.alice.hangs_up()
    asked.chat.advance()
    assert withdrawn == [""]


def test_what_there_is_to_choose_from_stands_before_the_prompt():
    asked = Asked()
    put(asked, options=("Assam", "Earl Grey"))
    assert asked.alice.prompt == "Which tea? "
    assert asked.alice.reads() == ["1 Assam", "2 Earl Grey"]


def test_a_user_who_cancels_is_asked_no_more():
    asked = Asked()
    asked.ask("Colour: ", secret=False)
    asked.hub.questions.cancel(asked.session)
    asked.hub.questions.cancel(asked.session)
    asked.chat.advance()
    assert asked.alice.reads() == ["Cancelled."]
    asked.alice.types("hello")
    assert (asked.answers, asked.bob.reads()) == ([], ["alice: hello"])


def test_the_questions_of_a_module_that_goes_are_withdrawn_and_no_others():
    asked = Asked()
    asked.ask("Colour: ", secret=False)
    gone = ChatError("It has ended.")
    asked.hub.questions.withdraw(__name__[:-1], gone)
    asked.chat.advance()
    assert asked.alice.prompt == "Colour: "
    asked.hub.questions.withdraw(__name__, gone)
    asked.chat.advance()
    assert asked.alice.reads() == ["", "It has ended."]


@pytest.mark.parametrize(
    ("arrive", "prompt"), [(Asked, "Colour: "), (newcomer, "Enter your name: ")]
)
def test_what_nobody_asked_for_is_told_before_the_prompt_which_is_shown_again(arrive, prompt):
    asked = arrive()
    if prompt == "Colour: ":
        asked.ask(prompt, secret=False)
    told = Notice(asked.hub.now(), "Tea is ready.")
    asked.hub.questions.interrupt(asked.session, told)
    asked.chat.advance()
    assert asked.alice.receives().decode().endswith(f"\r\nTea is ready.\r\n{prompt}")


def test_a_program_that_takes_no_questions_is_asked_nothing():
    chat = Chat()
    robot = arrive(chat, "robot")
    robot.takes_questions = False
    with pytest.raises(CannotBeAsked):
        chat.hub.ask(robot.session, "Which tea? ", print)
    # Of the server's secrets, none is asked for even where it takes questions.
    robot.takes_questions = True
    with pytest.raises(CannotBeAsked):
        chat.hub.questions.ask_own(robot.session, Prompt(code="new-password"), print, "own")
    assert robot.session.question is None
