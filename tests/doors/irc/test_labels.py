"""
Labels: where an answer ends.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_irc import Clients, SlowStore, two

from twisted_chat.doors.irc.labels import Labels
from twisted_chat.testing import Chat


def gathered(*written, opened=("a",)):
    """
    Return what is sent of what is written in an answer.
    """
    sent = []
    labels = Labels(sent.append, b"srv")
    for label in opened:
        labels.open(label)
    for data in written:
        labels.write(data)
    return b"".join(sent), labels


def test_an_answer_of_nothing_is_an_ack():
    assert gathered(b"@label=a :srv ACK\r\n")[0] == b"@label=a :srv ACK\r\n"


def test_an_answer_of_one_message_has_the_label_itself():
    sent, _ = gathered(b"@label=a;time=1 :srv PONG x\r\n", b"@label=a :srv ACK\r\n")
    assert sent == b"@label=a;time=1 :srv PONG x\r\n"


def test_an_answer_of_several_is_a_batch_and_other_messages_pass_it():
    sent, _ = gathered(
        b"@label=a;time=1 :srv 1 x\r\n:bob PRIVMSG #a :hi\r\n",
        b"@label=a :srv 2 x\r\n",
        b":bob PRIVMSG #a :ho\r\n@label=a;time=2 :srv ACK\r\n:bob QUIT\r\n",
    )
    assert sent == (
        b":bob PRIVMSG #a :hi\r\n"
        b":bob PRIVMSG #a :ho\r\n"
        b"@label=a :srv BATCH +label1 labeled-response\r\n"
        b"@batch=label1;time=1 :srv 1 x\r\n"
        b"@batch=label1 :srv 2 x\r\n"
        b":srv BATCH -label1\r\n"
        b":bob QUIT\r\n"
    )


def test_a_batch_within_an_answer_stays_one():
    sent, _ = gathered(
        b"@label=a :srv BATCH +h chathistory #a\r\n"
        b"@label=a;time=1;batch=h :bob PRIVMSG #a :hi\r\n"
        b"@label=a :srv BATCH -h\r\n"
        b"@label=a :srv 1 x\r\n"
        b"@label=a :srv ACK\r\n"
    )
    assert b"@time=1;batch=h :bob PRIVMSG #a :hi\r\n" in sent
    assert b"@batch=label1 :srv BATCH +h chathistory #a\r\n" in sent


def test_what_comes_behind_the_end_of_an_answer_is_sent_without_its_label():
    sent, _ = gathered(
        b"@label=a :srv ACK\r\n", b"@label=a;time=1 :srv 1 x\r\n@label=a :srv ACK\r\n"
    )
    assert sent == b"@label=a :srv ACK\r\n@time=1 :srv 1 x\r\n"


def test_what_has_no_end_is_sent_when_no_more_will_come():
    sent, labels = gathered(b"@label=a :srv 1 x\r\n", opened=("a", "b"))
    assert sent == b""
    labels.close()
    labels.write(b"")
    sent = []
    labels._send = sent.append
    labels.close()
    assert sent == []


@given(st.lists(st.sampled_from(["a", "b", ""]), max_size=12))
def test_no_message_is_lost(marks):
    lines = [
        (f"@label={mark} " if mark else "") + f":srv {number:03} x\r\n"
        for number, mark in enumerate(marks)
    ]
    sent, labels = gathered("".join(lines).encode(), opened=("a", "b"))
    rest = []
    labels._send = rest.append
    labels.close()
    found = (sent + b"".join(rest)).decode()
    assert all(found.count(f" {number:03} x\r\n") == 1 for number in range(len(marks)))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("PING x", ["@label=7 :chat.example PONG chat.example x"]),
        ("PONG x", ["@label=7 :chat.example ACK"]),
        ("PRIVMSG nobody :x",
         ["@label=7 :chat.example 401 alice nobody :Nobody here is called nobody."]),
        ("PRIVMSG #lobby :hi", ["@label=7 :alice!~u@chat PRIVMSG #lobby :hi"]),
        ("SEARCH tea", ["@label=7 :chat.example NOTICE alice :Nothing was found."]),
        ("GRANT alice operator",
         ["@label=7 :chat.example 481 alice :Only operators of the server may use /quote GRANT."]),
        ("QUIT", ["@label=7 ERROR :Goodbye, alice."]),
    ],
)  # fmt: skip
def test_every_answer_to_a_message_with_a_label_ends(asked, answer):
    alice = Clients().arrive("alice", "labeled-response", "batch", "echo-message")
    assert alice.asks(f"@label=7 {asked}") == answer


def test_the_echo_of_several_lines_has_the_label_on_its_beginning_alone():
    caps = ("labeled-response", "batch", "echo-message", "draft/multiline", "server-time")
    alice = Clients().arrive("alice", *caps)
    echo = alice.asks(
        "@label=7 BATCH +1 draft/multiline #lobby",
        "@batch=1 PRIVMSG #lobby :one",
        "@batch=1 PRIVMSG #lobby :two",
        "BATCH -1",
    )
    now = "time=2023-11-14T22:13:20.000Z"
    assert echo == [
        f"@label=7;{now} :alice!~u@chat BATCH +text draft/multiline #lobby",
        "@batch=text :alice!~u@chat PRIVMSG #lobby :one",
        "@batch=text :alice!~u@chat PRIVMSG #lobby :two",
        f"@{now} :alice!~u@chat BATCH -text",
    ]


def test_the_refusal_of_several_lines_has_the_label_of_their_beginning():
    alice = Clients().arrive("alice", "labeled-response", "batch", "draft/multiline")
    fail = ":chat.example FAIL BATCH MULTILINE_INVALID"
    assert alice.asks(
        "@label=7 BATCH +1 draft/multiline #lobby",
        "@batch=1 PRIVMSG #den :one",
        "@batch=1 PRIVMSG #lobby :two",
        "BATCH -1",
        "@label=8 BATCH +1 other/type",
    ) == [
        f"@label=7 {fail}_TARGET #lobby #den :All messages of a batch are for its target.",
        f"@label=8 {fail} :A batch must be such as BATCH +1 draft/multiline #channel.",
    ]


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (b"PRIVMSG #lobby :" + b"x" * 5000, "was too long"),
        (b"PRIVMSG #lobby :\xff", "was not in UTF-8"),
        (b"PRIVMSG #lobby :\0", "was no message of IRC"),
    ],
)
def test_a_batch_with_a_part_that_cannot_be_read_is_refused_with_its_label(part, why):
    alice, bob = two("labeled-response", "batch", "draft/multiline")
    bob.reads()
    begun = b"@label=7 BATCH +1 draft/multiline #lobby\r\n@batch=1 PRIVMSG #lobby :one\r\n"
    # Of the rest nothing is read, not even that it is too long too.
    rest = b"@batch=1 PRIVMSG #lobby :two\r\n@batch=1 " + part + b"\r\nBATCH -1\r\n"
    alice.sends_bytes(begun + b"@batch=1 " + part + b"\r\n" + rest + b"@label=8 PING a\r\n")
    fail = f":chat.example FAIL BATCH MULTILINE_INVALID :A message of that batch {why}."
    assert alice.reads() == [f"@label=7 {fail}", "@label=8 :chat.example PONG chat.example a"]
    assert bob.reads() == []


@pytest.mark.parametrize("tags", [b"@batch=1;x=" + b"y" * 5000, b"@batch=1;x=\xff"])
def test_a_batch_with_a_message_whose_tags_cannot_be_read_is_refused_with_its_label(tags):
    alice, bob = two("labeled-response", "batch", "draft/multiline")
    bob.reads()
    begun = b"@label=7 BATCH +1 draft/multiline #lobby\r\n@batch=1 PRIVMSG #lobby :one\r\n"
    rest = b"@batch=1 PRIVMSG #lobby :three\r\nBATCH -1\r\n@label=8 PING a\r\n"
    alice.sends_bytes(begun + tags + b" PRIVMSG #lobby :two\r\n" + rest)
    why = "The tags of a message could not be read, so that it may be one of that batch."
    assert alice.reads() == [
        f"@label=7 :chat.example FAIL BATCH MULTILINE_INVALID :{why}",
        "@label=8 :chat.example PONG chat.example a",
    ]
    assert bob.reads() == []
    # Where none has begun, it is a message as any other, and the next batch is said.
    alice.sends_bytes(tags + b" PRIVMSG #lobby :two\r\n")
    (refused,) = alice.reads()
    assert " FAIL BATCH " not in refused
    alice.asks("BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :four", "BATCH -1")
    assert bob.reads() == [":alice!~u@chat PRIVMSG #lobby :four"]


def test_what_cannot_be_read_and_is_of_no_batch_is_refused_by_itself():
    alice, _ = two("labeled-response", "batch", "draft/multiline")
    long = f"PRIVMSG #lobby :{'x' * 5000}"
    refused = ":chat.example 417 alice :That message was too long"
    assert alice.asks(f"@label=7;batch=1 {long}", f"@label=8 {long}") == [
        f"@label=7 {refused}", f"@label=8 {refused}",
    ]  # fmt: skip
    alice.sends("BATCH +1 draft/multiline #lobby")
    assert alice.asks(f"@label=7;batch=2 {long}") == [f"@label=7 {refused}"]


def test_a_batch_within_a_batch_is_refused_and_each_label_is_answered_once():
    alice = Clients().arrive("alice", "labeled-response", "batch", "draft/multiline")
    within = ":chat.example FAIL BATCH MULTILINE_INVALID :A batch cannot begin within another one."
    assert alice.asks(
        "@label=7 BATCH +1 draft/multiline #lobby",
        "@batch=1 PRIVMSG #lobby :one",
        "@label=8 BATCH +2 draft/multiline #lobby",
        "@batch=2 PRIVMSG #lobby :two",
        "BATCH -2",
        "BATCH -1",
    ) == [f"@label=7 {within}", f"@label=8 {within}"]


def test_who_gives_batches_up_within_one_is_told_at_once_that_it_is_refused():
    alice, bob = two("labeled-response", "batch", "draft/multiline")
    bob.reads()
    assert alice.asks(
        "@label=7 BATCH +1 draft/multiline #lobby",
        "@batch=1 PRIVMSG #lobby :my secret",
        "@label=8 CAP REQ :-draft/multiline",
        "@batch=1 PRIVMSG #lobby :is tea",
        "BATCH -1",
    ) == [
        "@label=8 :chat.example CAP alice ACK -draft/multiline",
        (
            "@label=7 :chat.example FAIL BATCH MULTILINE_INVALID "
            ":The capability was given up before the batch ended."
        ),
    ]
    assert bob.reads() == []
    # It has ended: what is behind it is no part of it.
    assert alice.asks("BATCH -1")[0].split()[1] == "421"
    alice.sends("@batch=1 PRIVMSG #lobby :hello")
    assert bob.reads() == [":alice!~u@chat PRIVMSG #lobby :hello"]
    assert alice.asks("CAP REQ :draft/multiline", "PING x") == [
        ":chat.example CAP alice ACK draft/multiline",
        ":chat.example PONG chat.example x",
    ]


def test_a_label_that_is_too_long_is_none():
    alice = Clients().arrive("alice", "labeled-response", "batch")
    assert alice.asks(f"@label={'x' * 65} PING x") == [":chat.example PONG chat.example x"]


def test_each_label_is_on_its_own_answer_however_many_come_at_once():
    alice = Clients().arrive("alice", "labeled-response", "batch")
    lines = alice.asks(*[f"@label=n{number} PING {number}" for number in range(50)])
    assert lines == [
        f"@label=n{number} :chat.example PONG chat.example {number}" for number in range(50)
    ]


def test_two_batches_of_one_name_are_one_answer():
    sent, _ = gathered(
        b"@label=a :bob BATCH +text draft/multiline #a\r\n"
        b"@label=a :bob BATCH -text\r\n"
        b"@label=a :bob BATCH +text draft/multiline #b\r\n"
        b"@label=a :bob BATCH -text\r\n"
        b"@label=a :srv ACK\r\n"
    )
    assert sent == (
        b"@label=a :srv BATCH +label1 labeled-response\r\n"
        b"@batch=label1 :bob BATCH +text draft/multiline #a\r\n"
        b"@batch=label1 :bob BATCH -text\r\n"
        b"@batch=label1 :bob BATCH +text draft/multiline #b\r\n"
        b"@batch=label1 :bob BATCH -text\r\n"
        b":srv BATCH -label1\r\n"
    )


def test_an_answer_that_is_one_batch_needs_no_other_around_it():
    sent, _ = gathered(
        b"@label=a;time=1 :srv BATCH +h chathistory #a\r\n"
        b"@label=a;time=2;batch=h :bob PRIVMSG #a :hi\r\n"
        b"@label=a;time=1 :srv BATCH -h\r\n"
        b"@label=a :srv ACK\r\n"
    )
    assert sent == (
        b"@label=a;time=1 :srv BATCH +h chathistory #a\r\n"
        b"@time=2;batch=h :bob PRIVMSG #a :hi\r\n"
        b"@time=1 :srv BATCH -h\r\n"
    )


BREW = '''
from twisted.internet.task import deferLater

from twisted_chat import Context, command

@command
async def brew(ctx: Context) -> str:
    """Answer later."""
    return await deferLater(ctx.hub.clock, 5, lambda: "at last")
'''


def test_the_label_of_a_command_waits_for_its_end_and_other_answers_pass_it(tmp_path):
    (tmp_path / "brew.py").write_text(BREW)
    here = Clients(Chat(tmp_path / "brew.py"))
    alice = here.arrive("alice", "labeled-response", "batch")
    assert alice.asks("@label=s BREW", "@label=p PING x") == [
        "@label=p :chat.example PONG chat.example x"
    ]
    here.chat.advance(5)
    assert alice.reads() == ["@label=s :chat.example NOTICE alice :at last"]


def test_the_label_of_a_message_waits_for_the_disk_and_the_next_message_too():
    store = SlowStore()
    here = Clients(Chat(store=store))
    caps = ("labeled-response", "batch", "message-tags", "echo-message", "draft/message-redaction")
    alice = here.arrive("alice", *caps)
    alice.sends(*(f"PRIVMSG #lobby :line {number}" for number in range(20)))
    ids = [each.tags["msgid"] for each in alice.messages()]
    here.chat.hub.find_room("lobby").timeline.recent.clear()
    assert alice.asks(f"@label=r REDACT #lobby {ids[4]}", "@label=p PING x") == []
    store.waiting[0].callback(None)
    here.chat.advance()
    redacted, pong = alice.reads()
    assert redacted == f"@label=r :alice!~u@chat REDACT #lobby {ids[4]}"
    assert pong == "@label=p :chat.example PONG chat.example x"
