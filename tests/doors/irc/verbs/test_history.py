"""
CHATHISTORY.
"""

import re

import pytest
from attrs import define
from shared_irc import Client, Clients

CAPS = ("batch", "message-tags", "server-time", "draft/chathistory", "standard-replies",
        "echo-message")  # fmt: skip


@define(eq=False)
class Talk:
    """
    A client in #den, in which it has said "m2" to "m11", a second apart.
    """

    client: Client
    ids: dict[int, str]

    def asks(self, *lines):
        return self.client.asks(*lines)


@pytest.fixture
def talk():
    here = Clients()
    alice = here.arrive("alice", *CAPS)
    alice.sends("JOIN #den")
    for number in range(2, 12):
        here.chat.advance(1)
        alice.sends(f"PRIVMSG #den :m{number}")
    said = [line for line in alice.reads() if " PRIVMSG #den " in line]
    return Talk(alice, {
        int(line.rsplit(":m", 1)[1]): re.search("msgid=([^; ]+)", line)[1] for line in said
    })  # fmt: skip


def at(second):
    return f"timestamp=2023-11-14T22:13:{20 + second:02}.000Z"


def texts(lines):
    """
    Return the texts of a batch, which is whole.
    """
    start, *inner, end = lines
    name = start.rsplit(" ", 2)[0].rsplit("+", 1)[1]
    assert start.endswith(f"BATCH +{name} chathistory #den")
    assert end.endswith(f"BATCH -{name}")
    assert all(f"batch={name}" in line.partition(" ")[0] for line in inner)
    return [line.rsplit(":", 1)[1] for line in inner]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("LATEST #den * 3", "m9 m10 m11"),
        ("LATEST #den {9} 5", "m10 m11"),
        ("LATEST #den {4} 2", "m10 m11"),
        ("LATEST #den {11} 2", ""),
        ("BEFORE #den {5} 2", "m3 m4"),
        ("BEFORE #den {2} 5", ""),
        ("AFTER #den {5} 2", "m6 m7"),
        ("AFTER #den {10} 9", "m11"),
        ("AROUND #den {6} 3", "m5 m6 m7"),
        ("AROUND #den {2} 3", "m2 m3 m4"),
        ("AROUND #den {6} 1", "m6"),
        ("BETWEEN #den {3} {7} 9", "m4 m5 m6"),
        ("BETWEEN #den {3} {7} 2", "m4 m5"),
        ("BETWEEN #den {7} {3} 2", "m5 m6"),
        ("BETWEEN #den {7} {8} 2", ""),
        (f"LATEST #den {at(8)} 9", "m10 m11"),
        (f"BEFORE #den {at(3)} 9", "m2 m3"),
        (f"AFTER #den {at(8)} 9", "m10 m11"),
        (f"BETWEEN #den {at(1)} {at(4)} 9", "m3 m4"),
        (f"BETWEEN #den {at(4)} {at(1)} 9", "m3 m4"),
        ("latest #DEN * 1", "m11"),
        ("LATEST #den * 0", ""),
    ],
)
def test_a_part_of_the_history_is_shown_as_it_was_said(talk, asked, found):
    lines = talk.asks("CHATHISTORY " + re.sub(r"\{(\d+)\}",
                      lambda place: f"msgid={talk.ids[int(place[1])]}", asked))  # fmt: skip
    assert " ".join(texts(lines)) == found


def test_each_line_has_its_own_time_and_id_as_when_it_was_said(talk):
    line = talk.asks("CHATHISTORY LATEST #den * 1")[1]
    assert line == (
        f"@time=2023-11-14T22:13:30.000Z;batch=history;msgid={talk.ids[11]} "
        ":alice!~u@chat PRIVMSG #den :m11"
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("FOO #den * 1", "INVALID_PARAMS"),
        ("LATEST #den", "NEED_MORE_PARAMS"),
        ("LATEST #nowhere * 1", "INVALID_TARGET"),
        ("LATEST alice * 1", "INVALID_TARGET"),
        ("LATEST #den * many", "INVALID_PARAMS"),
        ("BEFORE #den msgid=nonsense 1", "INVALID_MSGREFTYPE"),
        ("BEFORE #den msgid=1-9 1", "INVALID_MSGREFTYPE"),
        ("BEFORE #den yesterday 1", "INVALID_MSGREFTYPE"),
        ("BEFORE #den timestamp=yesterday 1", "INVALID_PARAMS"),
        ("BETWEEN #den * 1", "NEED_MORE_PARAMS"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(talk, asked, code):
    (line,) = talk.asks(f"CHATHISTORY {asked}")
    assert f" FAIL CHATHISTORY {code} " in line


def test_the_history_of_a_room_that_was_private_is_not_for_outsiders(talk):
    chat = talk.client.chat
    talk.client.sends("MODE #den +s", "PRIVMSG #den :secret", "MODE #den -s", "PRIVMSG #den :open")
    here = Clients(chat)
    bob = here.arrive("bob", *CAPS)
    assert texts(bob.asks("CHATHISTORY LATEST #den * 50")) == ["open"]
    talk.client.sends("MODE #den +s")
    assert "INVALID_TARGET" in bob.asks("CHATHISTORY LATEST #den * 50")[0]


def test_nobody_is_listed_as_a_target(talk):
    lines = talk.asks(f"CHATHISTORY TARGETS {at(0)} {at(9)} 10")
    assert len(lines) == 2


def test_a_deleted_line_leaves_its_place(talk):
    talk.client.sends(f"REDACT #den {talk.ids[11]}")
    talk.client.reads()
    assert texts(talk.asks("CHATHISTORY LATEST #den * 2")) == ["m10", "(deleted)"]
