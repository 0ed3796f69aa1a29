"""
PRIVMSG and NOTICE.
"""

import pytest
from shared_irc import Clients, two

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("PRIVMSG", ":chat.example 411 alice :No recipient given (PRIVMSG)"),
        ("PRIVMSG bob", ":chat.example 412 alice :No text to send"),
        ("PRIVMSG bob :", ":chat.example 412 alice :No text to send"),
        ("PRIVMSG nobody :hi", ":chat.example 401 alice nobody :Nobody here is called nobody."),
        ("PRIVMSG #nowhere :hi",
         ":chat.example 403 alice #nowhere :There is no room #nowhere. /rooms lists the rooms."),
        ("PRIVMSG #lobby :\u3164", ":chat.example NOTICE alice :That line is invisible."),
    ],
)  # fmt: skip
def test_what_is_not_said_is_refused(sent, answer):
    alice, bob = two()
    assert alice.asks(sent) == [answer]
    assert bob.reads() == []


def test_to_several_at_once_and_no_more_than_may_be():
    alice, bob = two()
    assert alice.asks("PRIVMSG bob,#lobby,bob,nobody,c,d :hi") == [
        ":chat.example 401 alice nobody :Nobody here is called nobody.",
        ":chat.example 401 alice c :Nobody here is called c.",
        ":chat.example 407 alice d :Too many targets; the message was not sent",
    ]
    assert bob.reads() == [
        ":alice!~u@chat PRIVMSG bob :hi",
        ":alice!~u@chat PRIVMSG #lobby :hi",
    ]


def test_who_is_not_in_a_channel_or_may_not_speak_says_nothing_there():
    here = Clients()
    owner, bob = here.chat.arrive("owner"), here.arrive("bob")
    owner.types("/join den")
    assert bob.asks("PRIVMSG #den :hi")[0].split()[1:4] == ["404", "bob", "#den"]
    bob.sends("JOIN #den")
    owner.types("/moderated on")
    bob.reads()
    owner.reads()
    assert bob.asks("PRIVMSG #den :hi")[0].split()[1:4] == ["404", "bob", "#den"]
    assert bob.asks("NOTICE #den :hi", "NOTICE nobody :hi") == []
    assert owner.reads() == []


def test_of_what_clients_ask_each_other_actions_alone_are_passed_on():
    alice, bob = two()
    alice.sends("PRIVMSG bob :\x01VERSION\x01", "NOTICE bob :\x01VERSION x\x01",
                "PRIVMSG bob :\x01ACTION waves\x01")  # fmt: skip
    assert bob.reads() == [":alice!~u@chat PRIVMSG bob :* alice waves"]


def test_a_message_to_the_owner_of_an_account_who_is_away_waits_and_comes():
    here = Clients(Chat(limits=Limits(rate=0.0, history_lines=0)))
    tina, ada = here.arrive("tina"), here.arrive("ada")
    tina.sends("PRIVMSG NickServ :REGISTER correct-horse", "QUIT")
    ada.reads()
    assert ada.asks("PRIVMSG tina :are you there?") == [
        ":chat.example NOTICE ada :tina is offline and will see it on returning."
    ]
    again = here.connect()
    again.sends("PASS correct-horse", "NICK tina", "USER t 0 * :t")
    (line,) = [line for line in again.reads() if " PRIVMSG " in line]
    assert line.startswith(":ada!~u@chat PRIVMSG tina :[")
    assert line.endswith("] are you there?")
