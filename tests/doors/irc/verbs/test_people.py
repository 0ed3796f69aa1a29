"""
NICK, AWAY and SETNAME.
"""

import pytest
from logins import come
from shared_irc import Clients, two


def test_another_nick_is_told_to_all_who_share_a_channel():
    alice, bob = two()
    renamed = ":alice!~u@chat NICK :eve"
    assert (alice.asks("NICK eve"), bob.reads()) == ([renamed], [renamed])
    assert alice.asks("NICK eve", "NICK") == [":chat.example 431 eve :No nickname given"]
    assert alice.asks("NICK bob")[0].split()[1:4] == ["433", "eve", "bob"]


def test_who_is_away_says_so_and_who_writes_to_them_reads_it():
    alice, bob = two()
    assert bob.asks("AWAY") == [":chat.example 305 bob :You are not marked as away"]
    assert bob.asks("AWAY :lunch")[0].split()[1] == "306"
    assert alice.asks("PRIVMSG bob :hi") == [":chat.example 301 alice bob :lunch"]
    assert bob.asks("AWAY")[-1].split()[1] == "305"
    assert alice.asks("PRIVMSG bob :hi") == []


def test_another_real_name_is_told_to_who_asks_for_it_and_read_in_whois():
    alice, bob = two("setname")
    carol = Clients(alice.chat).arrive("carol")
    for each in (alice, bob):
        each.reads()
    assert alice.asks("SETNAME :Alice of the Tea") == [":alice!~u@chat SETNAME :Alice of the Tea"]
    assert bob.reads() == [":alice!~u@chat SETNAME :Alice of the Tea"]
    assert carol.reads() == []
    assert ":chat.example 311 bob alice ~alice chat * :Alice of the Tea" in bob.asks("WHOIS alice")


@pytest.mark.parametrize("name", [" ", "\x02", "x" * 65])
def test_what_is_no_real_name_is_refused(name):
    alice, bob = two("setname")
    (line,) = alice.asks(f"SETNAME :{name}")
    assert line.startswith(":chat.example FAIL SETNAME INVALID_REALNAME :")
    assert bob.reads() == []


def test_who_is_muted_says_nothing_by_a_real_name():
    here = Clients()
    alice, bob = here.arrive("alice", "setname"), here.arrive("bob", "setname", "extended-join")
    come(here.chat, "oscar", "operator").types("/servermute alice 1h")
    for each in (alice, bob):
        each.reads()
    (line,) = alice.asks("SETNAME :BUY PILLS")
    assert line.startswith(":chat.example FAIL SETNAME MUTED :")
    assert bob.reads() == []
    alice.sends("PART #lobby", "JOIN #lobby")
    assert bob.reads()[-1] == ":alice!~u@chat JOIN #lobby * :alice"


def test_a_real_name_stands_in_a_join_unless_its_user_is_ignored():
    here = Clients()
    bob = here.arrive("bob", "extended-join")
    alice = here.connect()
    alice.sends("NICK alice", "USER a 0 * :Alice of the Tea", "JOIN #lobby")
    assert bob.reads() == [":alice!~u@chat JOIN #lobby * :Alice of the Tea"]
    bob.sends("IGNORE alice")
    alice.sends("PART #lobby", "JOIN #lobby")
    assert bob.reads()[-1] == ":alice!~u@chat JOIN #lobby * :alice"
