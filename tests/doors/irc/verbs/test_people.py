"""
NICK and AWAY.
"""

from shared_irc import two


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
