"""
Reading: what sessions read of a turn.
"""

from shared_hub import everybody

from twisted_chat.testing import Chat


def test_what_was_said_between_ones_own_lines_is_read_in_order() -> None:
    chat = Chat()
    alice, bob, carol = everybody(chat, "alice", "bob", "carol")
    for person, word in ((bob, "1"), (alice, "2"), (carol, "3"), (alice, "4"), (bob, "5")):
        person.transport.receive(f"{word}\n".encode())
    chat.advance()
    assert alice.reads() == ["bob: 1", "carol: 3", "bob: 5"]
    assert bob.reads() == ["alice: 2", "carol: 3", "alice: 4"]


def test_who_alone_speaks_in_a_room_reads_nothing_of_it() -> None:
    chat = Chat()
    alice, bob, carol = everybody(chat, "alice", "bob", "carol")
    carol.types("/join den", "/leave lobby")
    for person in (alice, bob, carol):
        person.reads()
    for person in (alice, carol):
        person.transport.receive(b"hello\n")
    chat.advance()
    assert alice.reads() == carol.reads() == []
    assert bob.reads() == ["alice: hello"]


def test_a_speaker_reads_who_came_between_their_own_lines() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    dave = chat.connect()
    alice.transport.receive(b"one\n")
    dave.transport.receive(b"dave\n")
    alice.transport.receive(b"two\n")
    bob.transport.receive(b"three\n")
    chat.advance()
    assert alice.reads() == ["*** dave has joined #lobby ***", "bob: three"]


def test_a_speaker_who_ignores_another_reads_the_rest_alone() -> None:
    chat = Chat()
    alice, bob, carol = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob")
    alice.reads()
    for person, word in ((bob, "1"), (alice, "2"), (carol, "3"), (bob, "4")):
        person.transport.receive(f"{word}\n".encode())
    chat.advance()
    assert alice.reads() == ["carol: 3"]


def test_a_mass_departure_from_a_large_room_is_told_as_a_count() -> None:
    chat = Chat()
    watcher, *crowd = everybody(chat, *[f"p{number}" for number in range(601)])
    for person in (watcher, *crowd):
        person.reads()
    for person in crowd[:300]:
        # Their input ends, and they may still read.
        person.protocol.readConnectionLost()
    watcher.transport.receive(b"where are you all going?\n")
    for person in crowd[300:]:
        person.protocol.readConnectionLost()
    chat.advance()
    said = "p0: where are you all going?"
    assert watcher.reads() == ["*** 600 people have left #lobby ***"]
    assert crowd[-1].reads() == [
        "*** 300 people have left #lobby ***",
        said,
        "*** 299 people have left #lobby ***",
    ]
    assert crowd[1].reads() == ["*** p1 has left #lobby ***"]


def test_a_user_in_several_rooms_reads_which_room_each_line_is_from() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    for person in (alice, bob):
        person.types("/join dev")
        person.reads()
    alice.reads()
    alice.types("in dev")
    alice.types("/join lobby", "in lobby", "/me waves")
    assert bob.reads() == [
        "[#dev] alice: in dev",
        "[#lobby] alice: in lobby",
        "[#lobby] * alice waves",
    ]
    bob.types("/leave dev")
    bob.reads()
    alice.types("again")
    assert bob.reads() == ["alice: again"]


def test_the_order_is_the_same_for_everybody() -> None:
    chat = Chat()
    alice, bob, carol = everybody(chat, "alice", "bob", "carol")
    for person, word in ((alice, "1"), (bob, "2"), (alice, "3"), (bob, "4")):
        person.transport.receive(f"{word}\n".encode())
    chat.advance()
    assert carol.reads() == ["alice: 1", "bob: 2", "alice: 3", "bob: 4"]
    assert alice.reads() == ["bob: 2", "bob: 4"]
    assert bob.reads() == ["alice: 1", "alice: 3"]
