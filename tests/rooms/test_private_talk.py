"""
Private talk: messages between users, who may be away.
"""

from logins import come, told
from shared_hub import everybody

from twisted_chat.testing import Chat


def test_private_lines_are_read_by_the_two_alone() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/msg bob psst")
    bob.types("/reply what?", "@Alice: come  here")
    assert alice.reads() == ["[you -> bob] psst", "[bob -> you] what?", "[bob -> you] come  here"]
    assert bob.reads() == [
        "[alice -> you] psst",
        "[you -> alice] what?",
        "[you -> alice] come  here",
    ]
    assert carol.reads() == []


def test_users_who_are_away_or_not_here_are_written_to_and_the_writer_is_told() -> None:
    chat = Chat()
    alice, bob = come(chat, "alice"), come(chat, "bob")
    bob.types("/away lunch")
    bob.reads()
    assert told(alice, "/msg bob hello") == ["[you -> bob] hello", "bob is away: lunch"]
    assert bob.reads() == ["[alice -> you] hello"]
    bob.hangs_up()
    assert told(alice, "/msg bob see you", "/msg nobody hello") == [
        "[you -> bob] see you",
        "bob is offline and will see it on returning.",
        "Nobody here is called nobody.",
    ]
    assert any(line.endswith("[alice -> you] see you") for line in come(chat, "bob").reads())
