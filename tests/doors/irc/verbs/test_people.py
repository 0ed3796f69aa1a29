"""
NICK, AWAY, SETNAME and MONITOR.
"""

import pytest
from attrs import evolve
from logins import come
from shared_irc import Clients, two

from twisted_chat.testing import NO_LIMITS, Chat


def test_another_nick_is_told_to_all_who_share_a_channel():
    alice, bob = two()
    renamed = ":alice!~u@chat NICK :eve"
    assert (alice.asks("NICK eve"), bob.reads()) == ([renamed], [renamed])
    assert alice.asks("NICK eve", "NICK") == [":chat.example 431 eve :No nickname given"]
    assert alice.asks("NICK bob")[0].split()[1:4] == ["433", "eve", "bob"]


def test_who_may_not_speak_in_a_channel_keeps_their_nick_and_reads_why():
    here = Clients()
    owner, bob, carol = here.arrive("owner"), here.arrive("bob"), here.arrive("carol")
    owner.sends("JOIN #den", "MODE #den +m", "JOIN #tea")
    bob.sends("JOIN #den")
    carol.sends("JOIN #tea")
    owner.sends("MODE #tea +b m:carol")
    bob.reads()
    carol.reads()
    (line,) = bob.asks("NICK eve")
    assert line == (
        ":chat.example 447 bob :Your nick stays bob. #den is moderated: only those speak to whom "
        "its operators give a voice."
    )
    (line,) = carol.asks("NICK eve")
    assert line.startswith(
        ":chat.example 447 carol :Your nick stays carol. You are muted in #tea by owner until "
    )


def test_a_channel_is_no_nick():
    alice, bob = two()
    assert alice.asks("NICK #abc")[0].startswith(":chat.example 432 alice #abc :")
    assert bob.reads() == []
    new = Clients(alice.chat).connect()
    assert new.asks("NICK #abc", "USER a 0 * :A")[0].startswith(":chat.example 432 * #abc :")
    assert new.asks("NICK abc")[0].startswith(":chat.example 001 abc :")


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


def test_a_name_that_was_replaced_does_not_come_back_with_another_user():
    here = Clients()
    tina, bob = here.chat.arrive("tina"), here.arrive("bob")
    tina.types("/register", "correct-horse", "correct-horse")
    gus = here.connect()
    gus.sends("NICK gus", "USER gus 0 * :Gus G.", "SETNAME :Private Name")
    gus.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")
    whois = ":chat.example 311 bob tina ~gus chat * :"
    assert f"{whois}Private Name" in bob.asks("WHOIS tina")
    gus.asks("SETNAME :New Name")
    assert f"{whois}New Name" in bob.asks("WHOIS tina")


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


@pytest.mark.parametrize("how", ["muted", "moderated"])
def test_who_may_not_speak_in_a_room_is_read_there_by_nothing(how):
    here = Clients()
    caps = ("setname", "away-notify")
    alice, bob, carol = (here.arrive(nick, *caps) for nick in ("alice", "bob", "carol"))
    alice.sends("JOIN #own", f"MODE #own {'+b m:bob' if how == 'muted' else '+m'}", "PART #lobby")
    bob.sends("JOIN #own")
    # Who is in a room where they may speak reads the words there.
    carol.sends("JOIN #own")
    for each in (alice, bob, carol):
        each.reads()
    (refused,) = bob.asks("SETNAME :buy my things")
    assert refused.startswith(":chat.example FAIL SETNAME ")
    bob.sends("AWAY :buy my things")
    assert alice.reads() == [":bob!~u@chat AWAY :away"]
    assert carol.reads() == [":bob!~u@chat AWAY :buy my things"]
    bob.sends("PART #own", "JOIN #own")
    assert alice.reads()[-1] == ":bob!~u@chat AWAY :away"
    bob.sends("AWAY")
    assert alice.reads() == [":bob!~u@chat AWAY"]
    alice.sends("MODE #own -m", "MODE #own -b m:bob")
    alice.reads()
    bob.sends("AWAY :tea")
    assert alice.reads() == [":bob!~u@chat AWAY :tea"]


@pytest.mark.parametrize("reason", ["x" * 197 + " y!", "ж" * 98 + " y!"])
def test_a_reason_of_awaylen_bytes_is_read_whole_beside_the_longest_names(reason):
    here = Clients()
    nick, other = "\U00010428" * 24, "\U00010429" * 24
    alice, bob = here.arrive(nick, "away-notify"), here.arrive(other)
    alice.reads()
    bob.sends(f"AWAY :{reason}")
    assert alice.reads() == [f":{other}!~u@chat AWAY :{reason}"]
    assert f":chat.example 301 {nick} {other} :{reason}" in alice.asks(f"PRIVMSG {other} :tea?")
    assert f":chat.example 301 {nick} {other} :{reason}" in alice.asks(f"WHOIS {other}")


def test_a_reason_to_be_away_that_does_not_fit_says_that_there_is_more():
    here = Clients()
    alice, bob = here.arrive("alice", "away-notify"), here.arrive("bob")
    alice.reads()
    bob.sends(f"AWAY :{'𐐨' * 200}")
    assert alice.reads() == [f":bob!~u@chat AWAY :{'𐐨' * 122}..."]
    assert f":chat.example 301 alice bob :{'𐐨' * 119}..." in alice.asks("PRIVMSG bob :tea?")


def test_others_are_told_three_times_a_minute_who_is_away_and_at_last_how_it_is():
    here = Clients(Chat(limits=evolve(NO_LIMITS, rate=1000.0, burst=1000)))
    alice, bob = here.arrive("alice", "away-notify"), here.arrive("bob")
    carol = here.arrive("carol")
    alice.reads()
    for number in range(10):
        bob.sends(f"AWAY :spam {number}")
    assert alice.reads() == [f":bob!~u@chat AWAY :spam {number}" for number in range(3)]
    # The state itself is that of now, for who asks.
    assert ":chat.example 301 carol bob :spam 9" in carol.asks("PRIVMSG bob :hi")
    here.chat.advance(25)
    assert alice.reads() == [":bob!~u@chat AWAY :spam 9"]
    here.chat.advance(120)
    assert alice.reads() == []


def test_who_goes_before_they_are_told_as_away_is_told_nowhere():
    here = Clients(Chat(limits=evolve(NO_LIMITS, rate=1000.0, burst=1000)))
    alice, bob = here.arrive("alice", "away-notify"), here.arrive("bob")
    bob.sends(*[f"AWAY :spam {number}" for number in range(4)], "QUIT")
    assert alice.reads()[-1] == ":bob!~u@chat QUIT :"
    here.chat.advance(60)
    assert alice.reads() == []


def test_a_real_name_stands_in_a_join_unless_its_user_is_ignored():
    here = Clients()
    bob = here.arrive("bob", "extended-join")
    alice = here.connect()
    alice.sends("NICK alice", "USER a 0 * :Alice of the Tea", "JOIN #lobby")
    assert bob.reads() == [":alice!~u@chat JOIN #lobby * :Alice of the Tea"]
    bob.sends("IGNORE alice")
    alice.sends("PART #lobby", "JOIN #lobby")
    assert bob.reads()[-1] == ":alice!~u@chat JOIN #lobby * :alice"


def test_what_is_monitored_is_added_listed_shown_removed_and_cleared():
    here = Clients()
    alice = here.arrive("alice")
    end = ":chat.example 733 alice :End of MONITOR list"
    assert alice.asks("MONITOR L", "MONITOR S", "MONITOR + alice,nobody", "MONITOR l") == [
        end,
        ":chat.example 730 alice alice!~u@chat",
        ":chat.example 731 alice nobody",
        ":chat.example 732 alice alice,nobody",
        end,
    ]
    assert alice.asks("MONITOR - ALICE,x", "MONITOR S", "MONITOR C", "MONITOR L", "MONITOR") == [
        ":chat.example 731 alice nobody",
        end,
        ":chat.example 461 alice MONITOR :MONITOR needs a parameter",
    ]


def test_a_name_that_is_monitored_twice_is_answered_once():
    alice, _ = two()
    assert alice.asks("MONITOR + bob,nobody,BOB", "MONITOR L") == [
        ":chat.example 730 alice bob!~u@chat",
        ":chat.example 731 alice nobody",
        ":chat.example 732 alice BOB,nobody",
        ":chat.example 733 alice :End of MONITOR list",
    ]


def test_each_name_that_is_one_too_many_is_told():
    alice = Clients().arrive("alice")
    names = [f"a-long-name-of-a-user{number:03}" for number in range(106)]
    alice.sends(f"MONITOR + {','.join(names[:50])}", f"MONITOR + {','.join(names[50:99])}")
    alice.reads()
    assert alice.asks(f"MONITOR + {','.join([*names[99:], names[105].upper()])}") == [
        ":chat.example 731 alice a-long-name-of-a-user099",
        (
            ":chat.example 734 alice 100 a-long-name-of-a-user100,a-long-name-of-a-user101 "
            ":Monitor list is full"
        ),
        (
            ":chat.example 734 alice 100 a-long-name-of-a-user102,a-long-name-of-a-user103 "
            ":Monitor list is full"
        ),
        (
            ":chat.example 734 alice 100 a-long-name-of-a-user104,A-LONG-NAME-OF-A-USER105 "
            ":Monitor list is full"
        ),
    ]
