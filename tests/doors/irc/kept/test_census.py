"""
How many are here.
"""

from logins import come
from shared_irc import Clients

from twisted_chat.doors.irc.kept.census import Census
from twisted_chat.testing import Chat


def numbers(lines):
    """
    Return the numbers in the words of each numeric, by the numeric.
    """
    return {
        line.split()[0]: [int(word) for word in line.replace(",", "").split()[2:]
                          if word.lstrip(":").isdigit()]
        for line in lines
    }  # fmt: skip


def test_users_operators_unknown_connections_and_channels_are_counted():
    chat = Chat()
    here = Clients(chat)
    come(chat, "oscar", "operator")
    bob = here.arrive("bob")
    bob.sends("JOIN #den", "JOIN #vault", "MODE #vault +s")
    here.connect().sends("NICK x")
    bob.reads()
    found = numbers(line.split(" ", 1)[1] for line in bob.asks("LUSERS"))
    # All are invisible, as their modes say.
    assert found["251"] == [0, 2, 1]
    assert found["252"] == [1]
    assert found["253"] == [1]
    # Of the private one nobody learns.
    assert found["254"] == [2]
    assert found["265"] == [2, 2, 2, 2]


def test_those_who_come_read_a_count_of_the_last_second_and_who_asks_one_of_now():
    chat = Chat()
    census = Census(chat.hub)
    assert numbers(census.lines("x", is_exact=False))["254"] == [0]
    chat.arrive("ada")
    assert numbers(census.lines("x", is_exact=False))["254"] == [0]
    assert numbers(census.lines("x", is_exact=True))["254"] == [1]
    chat.arrive("bob").types("/join den")
    chat.advance(1.1)
    assert numbers(census.lines("x", is_exact=False))["254"] == [2]
