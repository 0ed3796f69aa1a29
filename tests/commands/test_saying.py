"""
Saying: lines that are no commands, and what is typed behind one that waits.
"""

import pytest
from logins import come
from programs import arrive, labels_of, plain, sentences
from services import sitting, tells
from shared_hub import plugin

from twisted_chat import Context, command
from twisted_chat.testing import Chat


def test_what_a_program_says_is_said_whatever_it_begins_with() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    robot = arrive(chat, "robot")
    bob.reads()
    chat.dispatcher.say(robot.session, "/quit")
    chat.dispatcher.say(robot.session, "@bob: quit")
    chat.dispatcher.say(robot.session, "quit")
    chat.advance()
    assert bob.reads() == ["robot: /quit", "robot: @bob: quit", "robot: quit"]


# -- behind a line that waits for a program -------------------------------------------------------


def test_what_is_typed_behind_a_line_that_a_program_checks_is_done_behind_it() -> None:
    table = sitting()
    alice, bob = table.arrive("alice"), table.arrive("bob")
    program = table.serve(filters=["said"])
    bob.reads()
    alice.types("one", "/me waves", "two", "/leave")
    assert bob.reads() == []
    tells(program, "verdict", check=1)
    # The second line waits too, and what stands behind it waits for that.
    assert bob.reads() == ["alice: one", "* alice waves"]
    tells(program, "verdict", check=2, text="TWO")
    assert bob.reads() == ["alice: TWO", "*** alice has left #lobby ***"]


def test_what_is_typed_behind_a_waiting_line_is_not_done_for_one_who_has_gone() -> None:
    done: list[str] = []

    @command
    def note(ctx: Context, word: str) -> None:
        """Note a word."""
        done.append(word)

    table = sitting(plugin(note))
    alice, bob = table.arrive("alice"), table.arrive("bob")
    program = table.serve(filters=["said"])
    alice.types("a line", "/note alice")
    bob.types("another", "/note bob")
    session = alice.protocol.session
    assert session is not None
    alice.hangs_up()
    for check in (1, 2):
        tells(program, "verdict", check=check)
    table.chat.advance()
    assert done == ["bob"]
    assert (session.queued, session.running) == ((), 0)


def test_the_label_of_a_line_that_waits_comes_with_its_end() -> None:
    table = sitting()
    robot = arrive(table.chat, "robot", echoes=False)
    program = table.serve(filters=["said"])
    table.chat.dispatcher.say(robot.session, "one", "a")
    assert labels_of(robot.reads()) == []
    tells(program, "verdict", check=1)
    read = robot.reads()
    assert (labels_of(read), plain(read)) == (["a"], [])
    table.chat.dispatcher.say(robot.session, "two", "b")
    tells(program, "verdict", check=2, refusal="Not that, please.")
    read = robot.reads()
    assert (labels_of(read), sentences(read)) == (["b"], ["Not that, please."])


# -- to one user, or to all -----------------------------------------------------------------------

ASKED = "That line was not sent. To bob alone: /msg bob five. To everybody: type it again."


@pytest.mark.parametrize("line", ["@bob five", "@BOB, five", "\uff20bob five"])
def test_a_line_that_begins_with_a_nick_is_said_when_it_comes_again(line: str) -> None:
    chat = Chat()
    alice, bob, carol = (chat.arrive(nick) for nick in ("alice", "bob", "carol"))
    for person in (alice, bob, carol):
        person.reads()
    alice.types(line)
    assert alice.reads() == [ASKED]
    assert (bob.reads(), carol.reads()) == ([], [])
    chat.advance(1)
    alice.types(line)
    assert bob.reads() == carol.reads() == [f"alice: {line}"]
    # Who has done that once means it so.
    chat.advance(1)
    alice.types("@bob six")
    assert carol.reads() == ["alice: @bob six"]
    assert alice.reads() == []


def test_another_line_that_begins_so_is_asked_about_too() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    for line in ("@bob five", "@bob six", "/msg bob six", "@bob five"):
        alice.types(line)
        chat.advance(1)
    assert [line for line in bob.reads() if "alice" in line] == ["[alice -> you] six"]
    assert len([line for line in alice.reads() if line.startswith("That line was not")]) == 3


@pytest.mark.parametrize("line", ["@bob five", "@bob, see below"])
def test_a_line_with_a_nick_that_was_pasted_with_others_is_said(line: str) -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.reads()
    alice.types("To do:", line, "five")
    assert bob.reads() == ["alice: To do:", f"alice: {line}", "alice: five"]
    # Nobody has been asked, so a line typed by itself is asked about still.
    chat.advance(1)
    alice.types(line)
    assert bob.reads() == []


@pytest.mark.parametrize("line", ["@dave five", "@alice five", "@bob", "@ bob five", "hi @bob"])
def test_other_lines_with_an_at_are_said(line: str) -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types(line)
    assert bob.reads()[-1] == f"alice: {line}"


def test_the_owner_of_an_account_who_is_away_may_be_meant_too() -> None:
    chat = Chat()
    come(chat, "bob").hangs_up()
    alice, carol = chat.arrive("alice"), chat.arrive("carol")
    alice.reads()
    alice.types("@bob five")
    assert alice.reads()[-1] == ASKED
    alice.types("/say @bob five")
    assert carol.reads()[-1] == "alice: @bob five"


def test_a_long_line_is_not_repeated_in_the_question() -> None:
    chat = Chat()
    alice, _ = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    alice.types("@bob " + "five " * 200)
    assert alice.reads() == [ASKED.replace("bob five", "bob text")]
