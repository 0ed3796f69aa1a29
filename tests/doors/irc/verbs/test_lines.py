"""
Lines that were said, by their message ids.
"""

import re

import pytest
from shared_irc import Clients

NO_REACTION = "Nobody can react to private messages."
CAPS = ("message-tags", "echo-message", "draft/message-redaction", "standard-replies")


def said(client, room, text):
    (line,) = client.asks(f"PRIVMSG #{room} :{text}")
    return re.search("msgid=([^; ]+)", line)[1]


@pytest.fixture
def here():
    return Clients()


def test_an_answer_and_a_reaction_are_seen_at_every_door(here):
    alice = here.arrive("alice", *CAPS)
    plain, ada = here.arrive("bob"), here.chat.arrive("ada")
    alice.reads()
    plain.reads()
    id_ = said(alice, "lobby", "tea?")
    assert alice.asks(f"@+draft/react=+1;+draft/reply={id_} TAGMSG #lobby") == [
        f"@+draft/react=+1;+reply={id_};+draft/reply={id_} :alice!~u@chat TAGMSG #lobby"
    ]
    (answer,) = alice.asks(f"@+reply={id_} PRIVMSG #lobby :yes")
    assert answer.endswith(f";+reply={id_};+draft/reply={id_} :alice!~u@chat PRIVMSG #lobby :yes")
    alice.sends(f"@+draft/unreact=+1;+reply={id_} TAGMSG #lobby")
    assert "+draft/unreact=+1" in alice.reads()[0]
    number = id_.rpartition("-")[2]
    assert plain.reads() == [
        ":alice!~u@chat PRIVMSG #lobby :tea?",
        f":chat.example NOTICE #lobby :alice reacts to {number} (alice: tea?) with +1",
        ":alice!~u@chat PRIVMSG #lobby :(re alice: tea?) yes",
        f":chat.example NOTICE #lobby :alice no longer reacts to {number} (alice: tea?) with +1",
    ]
    assert ada.reads() == [
        "alice: tea?",
        f"*** alice reacts to {number} (alice: tea?) with +1 ***",
        f"alice (re {number} alice: tea?): yes",
        f"*** alice no longer reacts to {number} (alice: tea?) with +1 ***",
    ]


def test_other_tags_are_not_passed_on(here):
    alice, bob = here.arrive("alice", *CAPS), here.arrive("bob", *CAPS)
    alice.reads()
    alice.sends("@+example=active TAGMSG #lobby", "@+draft/react=x TAGMSG bob", "TAGMSG #lobby")
    assert bob.reads() == []
    alice.sends("@+evil=1;msgid=fake;account=root PRIVMSG #lobby :hi")
    (line,) = bob.reads()
    assert re.fullmatch(r"@msgid=\S+ :alice!~u@chat PRIVMSG #lobby :hi", line)
    assert "fake" not in line


def test_a_client_that_asks_for_history_alone_reads_answers_and_reactions_in_words_too(here):
    gina = here.arrive("gina", "batch", "message-tags", "draft/chathistory")
    alice = here.arrive("alice", *CAPS)
    id_ = said(alice, "lobby", "tea?")
    gina.reads()
    alice.sends(
        f"@+draft/react=+1;+reply={id_} TAGMSG #lobby", f"@+reply={id_} PRIVMSG #lobby :yes"
    )
    tagged, told, answer = gina.reads()
    assert tagged.endswith(" :alice!~u@chat TAGMSG #lobby")
    number = id_.rpartition("-")[2]
    assert told == f":chat.example NOTICE #lobby :alice reacts to {number} (alice: tea?) with +1"
    assert answer.endswith(" PRIVMSG #lobby :(re alice: tea?) yes")
    told = gina.asks("CHATHISTORY LATEST #lobby * 1")[1]
    assert re.search(r" :\[[0-9:]+\] \(re alice: tea\?\) yes$", told)


@pytest.mark.parametrize("tag", ["+draft/react=x", "+draft/unreact=x"])
def test_a_reaction_to_no_message_of_a_channel_is_refused_and_shown_to_nobody(here, tag):
    alice, bob = here.arrive("alice", *CAPS), here.arrive("bob", *CAPS)
    alice.sends("JOIN #den")
    alice.reads()
    elsewhere = said(alice, "den", "tea?")
    for reply in ("", ";+reply=", ";+reply=1-999999", f";+reply={elsewhere}", ";+reply=x"):
        (line,) = alice.asks(f"@{tag}{reply} TAGMSG #lobby")
        code = "NO_SUCH_LINE" if reply == ";+reply=1-999999" else "UNKNOWN_MSGID"
        assert line.startswith(f":chat.example FAIL TAGMSG {code} #lobby :")
    assert bob.reads() == []


def test_private_messages_are_neither_deleted_nor_reacted_to_and_clients_are_told_so(here):
    alice, bob = here.arrive("alice", *CAPS), here.arrive("bob", "message-tags")
    bob.sends("PRIVMSG NickServ :REGISTER correct-horse")
    bob.reads()
    alice.reads()
    (line,) = alice.asks("PRIVMSG bob :oops")
    id_ = re.search("msgid=([^; ]+)", line)[1]
    bob.reads()
    # Whether there is such a user makes no difference.
    for nick in ("bob", "nobody", "NickServ"):
        assert alice.asks(f"REDACT {nick} {id_}") == [
            f":chat.example FAIL REDACT INVALID_TARGET {nick} :Private messages cannot be deleted."
        ]
        for tag in ("react", "unreact"):
            assert alice.asks(f"@+draft/{tag}=x;+reply={id_} TAGMSG {nick}") == [
                f":chat.example FAIL TAGMSG NO_PRIVATE_REACTIONS {nick} :{NO_REACTION}"
            ]
    assert bob.reads() == []
    # Without standard-replies it is a notice.
    assert bob.asks(f"@+draft/react=x;+reply={id_} TAGMSG alice") == [
        f":chat.example NOTICE bob :{NO_REACTION}"
    ]
    # The answer to one is a message, without what it answers.
    bob.sends(f"@+reply={id_} PRIVMSG alice :no problem")
    (line,) = alice.reads()
    assert line.endswith(" :bob!~u@chat PRIVMSG alice :no problem")
    assert "reply" not in line


def test_a_line_is_deleted_by_who_said_it_and_by_operators_of_the_room_alone(here):
    owner, alice, bob = (here.arrive(nick, *CAPS) for nick in ("owner", "alice", "bob"))
    for each in (owner, alice, bob):
        each.sends("JOIN #den")
    for each in (owner, alice, bob):
        each.reads()
    own, others = said(alice, "den", "mine"), said(alice, "den", "mine too")
    bob.reads()
    (line,) = bob.asks(f"REDACT #den {own}")
    assert line.startswith(f":chat.example FAIL REDACT REDACT_FORBIDDEN #den {own} :Line ")
    assert alice.asks(f"REDACT #den {own} :oops") == [f":alice!~u@chat REDACT #den {own} :oops"]
    assert bob.reads() == [f":alice!~u@chat REDACT #den {own} :oops"]
    owner.reads()
    assert owner.asks(f"REDACT #den {others}") == [f":owner!~u@chat REDACT #den {others}"]


def test_why_a_line_is_not_deleted_is_told_by_the_code_that_clients_know(here):
    owner, alice = here.arrive("owner", *CAPS), here.arrive("alice", *CAPS)
    for each in (owner, alice):
        each.sends("JOIN #den")
        each.reads()
    old = said(alice, "den", "long ago")
    here.chat.advance(901)
    (line,) = alice.asks(f"REDACT #den {old}")
    assert line.startswith(f":chat.example FAIL REDACT REDACT_WINDOW_EXPIRED #den {old} 900 :")
    gone, last = said(alice, "den", "oops"), said(alice, "den", "bye")
    alice.sends(f"REDACT #den {gone}")
    alice.reads()
    (line,) = alice.asks(f"REDACT #den {gone}")
    assert line.startswith(f":chat.example FAIL REDACT UNKNOWN_MSGID #den {gone} :")
    owner.sends("MODE #den +b alice")
    alice.reads()
    (line,) = alice.asks(f"REDACT #den {last}")
    assert line.startswith(f":chat.example FAIL REDACT REDACT_FORBIDDEN #den {last} :")


def test_nothing_is_deleted_of_a_room_that_a_user_is_not_in_or_may_not_know_of(here):
    owner, bob = here.arrive("owner", *CAPS), here.arrive("bob", *CAPS)
    owner.sends("JOIN #den")
    owner.reads()
    id_ = said(owner, "den", "secret")
    (line,) = bob.asks(f"REDACT #den {id_}")
    assert line.startswith(":chat.example FAIL REDACT REDACT_FORBIDDEN #den ")
    owner.sends("MODE #den +s")
    (line,) = bob.asks(f"REDACT #den {id_}")
    assert line.startswith(":chat.example FAIL REDACT INVALID_TARGET #den ")
    (line,) = bob.asks(f"REDACT #lobby {id_}")
    assert line.startswith(":chat.example FAIL REDACT UNKNOWN_MSGID #lobby ")


def test_a_client_without_redaction_reads_that_a_line_was_deleted(here, utc):
    alice, bob = here.arrive("alice", *CAPS), here.arrive("bob", "message-tags")
    alice.reads()
    id_ = said(alice, "lobby", "oops")
    alice.sends(f"REDACT #lobby {id_}")
    number = id_.rpartition("-")[2]
    assert bob.reads()[-1] == f":chat.example NOTICE #lobby :alice deleted {number} (alice, 22:13)"


def test_a_command_is_done_in_the_channel_that_it_names():
    here = Clients()
    theo, ursa = here.arrive("theo"), here.arrive("ursa")
    theo.sends("JOIN #secret", "PRIVMSG #secret :plan", "JOIN #open")
    ursa.sends("JOIN #open")
    theo.reads()
    ursa.reads()
    assert theo.asks("RE #secret 2 mine") == [
        ":theo!~u@chat PRIVMSG #secret :(re theo: plan) mine"
    ]
    assert theo.asks("PRIVMSG #open :hello", "PRIVMSG ChatServ :re #SECRET 2 too") == [
        ":theo!~u@chat PRIVMSG #secret :(re theo: plan) too"
    ]
    assert ursa.reads() == [":theo!~u@chat PRIVMSG #open :hello"]
    # What begins so and may be a text is one, and one cannot act where one is not.
    theo.sends("PRIVMSG #open :here", "SAY #secret is the plan")
    assert ursa.reads()[-1] == ":theo!~u@chat PRIVMSG #open :#secret is the plan"
    assert "does not take so many words" in ursa.asks("REACT #secret 2 +1")[0]
