"""
Who comes and goes.
"""

import gc

from shared_irc import Clients


def test_a_client_is_told_when_those_whom_it_named_come_go_and_are_called_otherwise():
    here = Clients()
    alice = here.arrive("alice")
    assert alice.asks("MONITOR + bob,alice,carol") == [
        ":chat.example 730 alice alice!~u@chat",
        ":chat.example 731 alice bob,carol",
    ]
    alice.sends("PART #lobby")
    alice.reads()
    bob = here.chat.arrive("Bob")
    assert alice.reads() == [":chat.example 730 alice Bob!~u@chat"]
    bob.types("/nick carol")
    assert alice.reads() == [
        ":chat.example 731 alice Bob",
        ":chat.example 730 alice carol!~u@chat",
    ]
    bob.types("/quit")
    assert alice.reads() == [":chat.example 731 alice carol"]


def test_what_is_monitored_is_listed_shown_removed_and_cleared():
    here = Clients()
    alice, _ = here.arrive("alice"), here.arrive("bob")
    alice.sends("MONITOR + bob,carol,BOB")
    alice.reads()
    end = ":chat.example 733 alice :End of MONITOR list"
    assert alice.asks("MONITOR L") == [":chat.example 732 alice BOB,carol", end]
    assert alice.asks("MONITOR S") == [
        ":chat.example 730 alice bob!~u@chat",
        ":chat.example 731 alice carol",
    ]
    assert alice.asks("MONITOR - bob", "MONITOR L") == [":chat.example 732 alice carol", end]
    assert alice.asks("MONITOR C", "MONITOR L") == [end]


def test_a_list_has_a_limit():
    alice = Clients().arrive("alice")
    names = [f"n{number:02}" for number in range(102)]
    alice.sends(f"MONITOR + {','.join(names)}")
    assert alice.reads()[-1] == ":chat.example 734 alice 100 n100,n101 :Monitor list is full"


def test_nothing_is_kept_of_a_client_that_has_gone():
    here = Clients()
    here.arrive("alice").sends("MONITOR + bob,carol", "QUIT")
    here.arrive("dave").transport.hang_up()
    here.chat.advance()
    gc.collect()
    monitors = here.factory.site.monitors
    assert (monitors._watching, monitors._watched) == ({}, {})


def test_who_asks_for_more_is_told_what_those_do_with_whom_they_share_no_channel():
    here = Clients()
    caps = ("away-notify", "account-notify", "setname")
    alice, plain = here.arrive("alice", "extended-monitor", *caps), here.arrive("plain", *caps)
    bob = here.arrive("bob", "setname")
    for each in (alice, plain):
        each.sends("MONITOR + bob", "PART #lobby")
    alice.reads()
    plain.reads()
    bob.sends("AWAY :lunch", "SETNAME :Bob B.", "PRIVMSG NickServ :REGISTER correct-horse", "AWAY")
    assert alice.reads() == [
        ":bob!~u@chat AWAY :lunch",
        ":bob!~u@chat SETNAME :Bob B.",
        ":bob!~u@chat ACCOUNT bob",
        ":bob!~u@chat AWAY",
    ]
    assert plain.reads() == []
    # In a channel that they share, they are told it there, and once.
    alice.asks("JOIN #lobby")
    bob.sends("AWAY :tea")
    assert alice.reads() == [":bob!~u@chat AWAY :tea"]
    alice.asks("PART #lobby", "IGNORE bob")
    bob.sends("AWAY :rude words")
    assert alice.reads() == []
