"""
OPER, KILL and WALLOPS.
"""

import pytest
from logins import SECRET, come
from shared_irc import Clients

from twisted_chat.testing import Chat


@pytest.fixture
def here():
    """
    Return the door of a server on which oscar, who has left, is an operator.
    """
    chat = Chat()
    come(chat, "oscar", "operator").types("/quit")
    return Clients(chat)


GRANTED = [
    ":chat.example 381 {0} :You are now an operator.",
    ":{0}!~u@chat MODE {0} +o",
]


def granted(nick):
    return [line.format(nick) for line in GRANTED]


def test_oper_makes_an_operator_who_keeps_their_nick(here):
    alice = here.arrive("alice")
    assert alice.asks("MODE alice") == [":chat.example 221 alice +i"]
    assert alice.asks(f"OPER oscar :{SECRET}") == granted("alice")
    assert alice.asks("MODE alice", "MODE alice +o") == [":chat.example 221 alice +io"]
    assert alice.asks("MODE alice -o") == [
        ":chat.example NOTICE alice :You are no longer an operator.",
        ":alice!~u@chat MODE alice -o",
    ]
    assert alice.asks("MODE alice +o", "MODE alice") == [":chat.example 221 alice +i"]


@pytest.mark.parametrize(
    ("given", "numeric"),
    [("oscar wrong", "464"), (f"nobody :{SECRET}", "464"), ("oscar", "461"), ("", "461")],
)
def test_oper_without_the_right_password_is_refused(here, given, numeric):
    alice = here.arrive("alice")
    (line,) = alice.asks(f"OPER {given}".rstrip())
    assert line.split()[1:3] == [numeric, "alice"]
    assert alice.asks("MODE alice") == [":chat.example 221 alice +i"]


def test_oper_by_an_account_that_is_no_operator_is_refused(here):
    come(here.chat, "bob")
    (line,) = here.arrive("alice").asks(f"OPER bob :{SECRET}")
    assert line == ":chat.example 491 alice :bob is not an operator of the server."


def test_oper_over_a_connection_that_is_not_encrypted_is_refused_before_the_password(here):
    alice = here.arrive("alice", host="192.0.2.7")
    for name in ("oscar", "nobody"):
        (line,) = alice.asks(f"OPER {name} :{SECRET}")
        assert line.startswith(":chat.example 491 alice :This connection is not encrypted.")


def test_who_is_an_operator_stands_in_who_and_whois(here):
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends(f"OPER oscar :{SECRET}")
    assert [line.split()[8] for line in bob.asks("WHO alice")[:1]] == ["H*"]
    assert ":chat.example 313 bob alice :is an operator of the server" in bob.asks("WHOIS alice")
    assert not [line for line in alice.asks("WHOIS bob") if line.split()[1] == "313"]


def test_kill_closes_all_connections_of_a_user_and_others_read_why(here):
    alice, bob, carol = (here.arrive(nick) for nick in ("alice", "bob", "carol"))
    alice.sends(f"OPER oscar :{SECRET}")
    for each in (alice, bob, carol):
        each.reads()
    assert alice.asks("KILL bob :spam") == [":bob!~u@chat QUIT :spam"]
    assert not bob.is_connected
    assert bob.reads()[-1].startswith("ERROR :")
    assert carol.reads() == [":bob!~u@chat QUIT :spam"]
    assert alice.asks("KILL carol")[0].startswith(":carol!~u@chat QUIT")
    assert alice.asks("KILL nobody") == [
        ":chat.example 401 alice nobody :Nobody here is called nobody."
    ]
    dora = here.arrive("dora")
    dora.sends(f"OPER oscar :{SECRET}")
    assert alice.asks("KILL dora")[-1].split()[1] == "481"
    assert dora.is_connected


def test_who_is_no_operator_kills_nobody_and_tells_operators_nothing(here):
    alice, bob = here.arrive("alice"), here.arrive("bob")
    refusal = ":chat.example 481 bob :Only operators of the server may do that."
    alice.sends(f"OPER oscar :{SECRET}")
    alice.reads()
    assert bob.asks("KILL alice :x", "KILL nobody :x", "WALLOPS :tea") == [refusal] * 3
    assert alice.reads() == []


def test_wallops_are_for_operators_at_every_door(here):
    alice, bob = here.arrive("alice"), here.arrive("bob")
    root = come(here.chat, "oscar", "operator")
    alice.sends(f"OPER oscar :{SECRET}")
    for each in (alice, bob, root):
        each.reads()
    assert alice.asks("WALLOPS :disk is full") == [":alice!~u@chat WALLOPS :disk is full"]
    assert root.reads() == ["*** alice tells the operators: disk is full ***"]
    assert bob.reads() == []
    root.types("/wallops on it")
    assert alice.reads() == [":oscar!~u@chat WALLOPS :on it"]


def test_a_role_that_is_granted_elsewhere_is_a_mode_here(here):
    alice = here.arrive("alice")
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    root = come(here.chat, "oscar", "operator")
    alice.reads()
    root.types("/grant alice operator")
    assert alice.reads() == granted("alice")
    root.types("/revoke alice operator")
    assert alice.reads()[-1] == ":alice!~u@chat MODE alice -o"
