"""
Blocks: what was pasted arrives whole, whatever its lines.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_protocol import two_people

from twisted_chat.doors.line.blocks import ENTER, MOST_BLANK, TOGETHER, Blocks

# What is longer, and what is a little shorter than that.
PAUSE, NO_PAUSE = TOGETHER, TOGETHER * 0.9


def read(*reads):
    """
    Return what becomes of lines, each with the seconds that have passed since those before.
    """
    blocks, now, found = Blocks(), 100.0, []
    for seconds, *lines in reads:
        now += seconds
        found += blocks.take(list(lines), now)
    return found


def alone(*lines):
    return [(line, False) for line in lines]


def together(*lines):
    return [(line, True) for line in lines]


def test_lines_that_a_person_types_stand_alone():
    assert read((0, b"one"), (PAUSE, b"two"), (60, b"three")) == alone(b"one", b"two", b"three")


def test_lines_of_one_read_are_a_block():
    assert read((0, b"one", b"two", None)) == together(b"one", b"two", None)


def test_lines_that_come_in_packets_of_their_own_are_a_block_but_for_the_first():
    assert read((0, b"one"), (NO_PAUSE, b"two"), (NO_PAUSE, b"three"), (PAUSE, b"four")) == [
        *alone(b"one"), *together(b"two", b"three"), *alone(b"four"),
    ]  # fmt: skip


def test_blank_lines_within_a_block_stay_and_those_around_it_do_not():
    block = together(b"def f():", b"", b"", b"    return")
    lines = [b"", b"  ", b"def f():", b"", b"\t", b"    return", b"", b""]
    assert read((0, *lines)) == block
    found = read(*[(0.01, line) for line in lines])
    assert [line for line in found if line != ENTER] == block


def test_enter_alone_is_a_line_and_joins_none():
    assert read((0, b""), (0, b"", b"")) == alone(b"", b"")
    assert read((0, b"one"), (PAUSE, b""), (PAUSE, b"two")) == alone(b"one", b"", b"two")
    assert read((0, b"one", b"")) == alone(b"one")


@pytest.mark.parametrize("gap", [0, 0.01])
def test_blank_lines_beside_a_command_are_none_of_a_text(gap):
    lines = [b"one", b"", b"/quit", b"", b"two", b"", b"/usr/bin/x"]
    reads = [(gap, line) for line in lines] if gap else [(0, *lines)]
    assert [data for data, _ in read(*reads) if data or not gap] == [
        b"one", b"/quit", b"two", *[b""] * (not gap), b"/usr/bin/x",
    ]  # fmt: skip


def test_more_blank_lines_than_a_page_has_are_left_out():
    found = read((0, b"one", *[b""] * 10_000, b"two"))
    assert found == together(b"one", *[b""] * MOST_BLANK, b"two")


def test_what_is_typed_behind_a_name_is_no_block():
    blocks = Blocks()
    blocks.take([b"alice"], 1.0)
    blocks.begin()
    assert blocks.take([b"exit"], 1.0) == alone(b"exit")


texts = st.lists(st.sampled_from([b"x", b"y z", b"", b" ", None]), min_size=1, max_size=12)


@given(texts, st.lists(st.booleans(), min_size=12, max_size=12))
def test_a_block_in_several_reads_is_the_same_as_in_one(lines, cuts):
    reads = [[lines[0]]]
    for line, is_cut in zip(lines[1:], cuts, strict=False):
        if is_cut:
            reads.append([line])
        else:
            reads[-1].append(line)
    whole = [line[0] for line in read((0, *lines)) if line != ENTER]
    pieces = [line[0] for line in read(*[(0.01, *each) for each in reads]) if line != ENTER]
    assert pieces == whole


# -- the whole way --------------------------------------------------------------------------------

CODE = """\
#!/usr/bin/env python
/* not Python */
@app.route("/user/<int:id>")
def user(id):
    // id: a number

    exit
exit

  quit
@property:
help
//TODO
/etc/hosts
- key: @value
--- a/x
+++ b/x
/^x$/"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\0"])
def test_pasted_code_is_said_whole_and_its_sender_stays(end):
    _, alice, bob = two_people()
    alice.sends("".join(f"{line}{end}" for line in CODE.split("\n")).encode())
    assert bob.reads() == [f"alice: {line}" for line in CODE.split("\n")]
    assert alice.reads() == []
    assert alice.is_connected


def test_code_that_comes_line_by_line_is_said_whole_too():
    chat, alice, bob = two_people()
    for line in CODE.split("\n"):
        alice.types(line)
        chat.advance(0.01)
    assert bob.reads() == [f"alice: {line}" for line in CODE.split("\n")]
    chat.advance(1)
    alice.types("exit")
    assert not alice.is_connected


def test_a_mistyped_command_that_asks_for_a_secret_is_none_of_a_block():
    _, alice, bob = two_people()
    alice.types("hello", "/regsiter", "hunter2xyz", "hunter2xyz")
    assert bob.reads() == ["alice: hello"]
    assert alice.reads()[0] == "No such command: /regsiter. Did you mean /register?"


def test_what_may_be_a_mistyped_command_is_not_said_in_a_block_either():
    _, alice, bob = two_people()
    alice.types("/tmp", "/dm bob psst", "hello")
    assert bob.reads() == ["alice: hello"]
    assert alice.reads() == [
        "No such command: /tmp. Type /help for the list.",
        "No such command: /dm. Did you mean /m?",
    ]


def test_a_blank_line_of_a_block_answers_nothing():
    chat, alice, _ = two_people()
    answers = []
    chat.hub.ask(alice.protocol.session, "Colour: ", answers.append)
    alice.types("", "", "blue")
    assert answers == ["blue"]
