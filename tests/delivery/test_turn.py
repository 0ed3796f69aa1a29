"""
Turns: what was queued, in its order.
"""

from __future__ import annotations

import pytest
from shared_fanout import ListClient, room_of, say, turn
from shared_hub import everybody

from twisted_chat.delivery import delivery
from twisted_chat.testing import Chat
from twisted_chat.text import words
from twisted_chat.text.folding import fold_spelling


def test_a_reply_stands_where_it_was_given_between_what_was_said() -> None:
    clock, hub, sessions, clients = room_of(3)
    say(hub, sessions[0], "a")
    hub.notify(sessions[2], "yours")
    say(hub, sessions[1], "b")
    say(hub, sessions[2], "own")
    say(hub, sessions[1], "c")
    clock.advance(0)
    assert clients[2].writes == [b"a;.b;c;"]
    assert clients[0].writes == [b"b;own;c;"]


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 2)


@pytest.mark.usefixtures("two_at_once")
def test_a_user_who_joins_leaves_or_switches_rooms_meanwhile_reads_the_lines_of_their_time() -> (
    None
):
    clock, hub, sessions, clients = room_of(7)
    say(hub, sessions[0], "one")
    turn(clock)
    late = ListClient()
    hub.arrivals.enter(hub.connect(late, None), "late")
    hub.settings.set(sessions[5], "bell", True)
    hub.close(sessions[6], "", "tea")
    assert not clients[6].writes
    for _ in range(20):
        turn(clock)
    assert b"one;" not in b"".join(late.writes)
    assert [b"".join(client.writes).count(b"one;") for client in clients] == [0, *[1] * 6]
    assert clients[6].closed == "tea"


def test_what_is_said_is_folded_once_however_many_listen_for_their_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folded: list[str] = []

    def fold(text: str) -> str:
        folded.append(text)
        return fold_spelling(text)

    chat = Chat()
    alice, *others = everybody(chat, "alice", *[f"bob{number}" for number in range(14)])
    for person in others:
        person.types("/bell on", "/highlight déjà", "/highlight vu")
        person.receives()
    monkeypatch.setattr(words, "fold_spelling", fold)
    alice.types("Déjà vu")
    assert [person.receives() for person in others] == [
        "\aalice: Déjà vu\r\n".encode() for _ in others
    ]
    assert folded.count("Déjà vu") == 1
