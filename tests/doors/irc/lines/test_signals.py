"""
What clients are told of others who share a room with them: away, accounts, names, typing.
"""

import pytest
from shared_irc import Client, Clients, two

from twisted_chat.signals import RealnameSet


def three(*caps: str) -> tuple[Clients, Client, Client]:
    """
    Return a server, a client with these capabilities, and one without; both are in #lobby.
    """
    here = Clients()
    alice, bob = here.arrive("alice", *caps), here.arrive("bob")
    alice.reads()
    return here, alice, bob


def test_who_goes_away_and_comes_back_is_told_to_those_who_ask_for_it() -> None:
    here, alice, bob = three("away-notify")
    carol = here.arrive("carol")
    alice.reads()
    assert bob.asks("AWAY :making tea")[-1].split()[1] == "306"
    assert alice.reads() == [":bob!~u@chat AWAY :making tea"]
    bob.sends("AWAY")
    assert alice.reads() == [":bob!~u@chat AWAY"]
    assert carol.reads() == []
    # Their own client knows it from the answer.
    assert [line.split()[1] for line in alice.asks("AWAY :me too")] == ["306"]


def test_a_user_at_a_terminal_is_away_without_a_reason() -> None:
    here, alice, _ = three("away-notify")
    here.chat.arrive("terry").types("/away")
    assert alice.reads()[-1] == ":terry!~u@chat AWAY :away"


def test_who_is_away_already_is_told_with_their_join_and_not_to_themselves() -> None:
    here, alice, _ = three("away-notify")
    carol = here.connect()
    carol.sends("CAP REQ away-notify", "CAP END", "NICK carol", "USER c 0 * :C", "AWAY :tea")
    carol.reads()
    lines = carol.asks("JOIN #lobby")
    assert not any(" AWAY " in line for line in lines)
    assert alice.reads() == [":carol!~u@chat JOIN :#lobby", ":carol!~u@chat AWAY :tea"]


def test_who_is_away_is_told_to_nobody_outside_and_the_reason_to_nobody_who_ignores_them() -> None:
    here, alice, bob = three("away-notify")
    outside = here.connect()
    outside.sends("CAP REQ away-notify", "CAP END", "NICK dave", "USER d 0 * :D")
    outside.reads()
    alice.sends("IGNORE bob")
    alice.reads()
    bob.sends("AWAY :you rascal")
    assert alice.reads() == [":bob!~u@chat AWAY :away"]
    assert outside.reads() == []


def test_who_logs_in_is_told_with_the_account() -> None:
    here, alice, bob = three("account-notify")
    bob.sends("PRIVMSG NickServ :REGISTER correct-horse")
    assert alice.reads() == [":bob!~u@chat ACCOUNT bob"]
    assert ":chat.example 900 bob bob!~u@chat bob :You are now logged in as bob" in bob.reads()
    hub = here.chat.hub
    hub.accounts.remove(hub.world.find_account("bob"))
    here.chat.advance()
    assert alice.reads() == [":bob!~u@chat ACCOUNT *"]
    assert bob.reads() == [":chat.example 901 bob bob!~u@chat :You are now logged out"]


def test_another_real_name_is_told_to_others_and_to_oneself() -> None:
    here, alice, bob = three("setname")
    hub = here.chat.hub
    for nick in ("alice", "bob"):
        hub.fanout.signal(hub.find_user(nick), RealnameSet(0.0, nick, "Ms Tea"))
    here.chat.advance()
    assert alice.reads() == [":alice!~u@chat SETNAME :Ms Tea", ":bob!~u@chat SETNAME :Ms Tea"]
    assert bob.reads() == []


def test_an_invitation_is_told_to_the_members_and_once_to_who_is_invited() -> None:
    here = Clients()
    alice, bob = here.arrive("alice", "invite-notify"), here.arrive("bob", "invite-notify")
    carol = here.arrive("carol", "invite-notify")
    for client in (alice, bob):
        client.sends("JOIN #den")
    for client in (alice, bob, carol):
        client.reads()
    assert alice.asks("INVITE carol #den") == [":chat.example 341 alice carol #den"]
    assert bob.reads() == carol.reads() == [":alice!~u@chat INVITE carol :#den"]


def test_names_are_left_out_for_who_does_not_want_them() -> None:
    client = Clients().arrive("alice", "no-implicit-names")
    assert client.asks("JOIN #den") == [":alice!~u@chat JOIN :#den"]
    assert [line.split()[1] for line in client.asks("NAMES #den")] == ["353", "366"]


# -- typing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["active", "paused", "done"])
def test_typing_is_told_to_others_with_tags_and_to_oneself_as_an_echo_alone(state: str) -> None:
    here = Clients()
    alice = here.arrive("alice", "message-tags")
    bob = here.arrive("bob", "message-tags", "echo-message", "labeled-response", "batch")
    alice.reads()
    assert alice.asks(f"@+typing={state} TAGMSG #lobby", f"@+typing={state} TAGMSG bob") == []
    assert bob.reads() == [
        f"@+typing={state} :alice!~u@chat TAGMSG {target}" for target in ("#lobby", "bob")
    ]
    for target in ("#lobby", "alice", "bob"):
        assert bob.asks(f"@label=7;+typing={state} TAGMSG {target}") == [
            f"@label=7;+typing={state} :bob!~u@chat TAGMSG {target}"
        ]
    assert alice.reads() == [
        f"@+typing={state} :bob!~u@chat TAGMSG {target}" for target in ("#lobby", "alice")
    ]


def test_who_is_ignored_reads_the_echo_of_their_typing_as_anybody() -> None:
    alice, bob = two("message-tags", "echo-message")
    bob.sends("IGNORE alice")
    bob.reads()
    echo = ["@+typing=active :alice!~u@chat TAGMSG bob"]
    assert alice.asks("@+typing=active TAGMSG bob") == echo
    assert bob.reads() == []


def test_it_is_told_to_nobody_without_tags_nor_at_other_doors_and_is_kept_nowhere() -> None:
    here, alice, bob = three("message-tags")
    terry = here.chat.arrive("terry")
    terry.reads()
    before = here.chat.hub.recorder.last_id
    alice.sends("@+typing=active TAGMSG #lobby")
    assert bob.reads()[1:] == terry.reads() == []
    assert here.chat.hub.recorder.last_id == before


@pytest.mark.parametrize(
    "sent",
    [
        "@+typing=loud TAGMSG #lobby",
        "@+typing= TAGMSG #lobby",
        "@+typing=active TAGMSG NickServ",
        "@+other=active TAGMSG #lobby",
        "@typing=active TAGMSG #lobby",
    ],
)
def test_what_is_no_typing_is_passed_on_to_nobody(sent: str) -> None:
    alice, bob = two("message-tags")
    assert alice.asks(sent) == []
    assert bob.reads() == []


# -- bots -----------------------------------------------------------------------------------------


def test_a_bot_is_marked_in_what_it_says_and_where_users_are_listed() -> None:
    alice, bob = two("message-tags")
    assert bob.asks("MODE bob +B") == [":bob!~u@chat MODE bob +B"]
    assert bob.asks("MODE bob +B") == []
    assert bob.asks("MODE bob") == [":chat.example 221 bob +iB"]
    bob.sends("PRIVMSG #lobby :beep", "PRIVMSG alice :boop")
    said, told = alice.reads()
    assert ";bot :bob!" in said
    assert told == "@bot :bob!~u@chat PRIVMSG alice :boop"
    assert ":chat.example 335 alice bob :is a bot" in alice.asks("WHOIS bob")
    flags = {line.split()[7]: line.split()[8] for line in alice.asks("WHO #lobby")[:-1]}
    assert flags == {"alice": "H", "bob": "HB"}
    assert bob.asks("MODE bob -B") == [":bob!~u@chat MODE bob -B"]
    bob.sends("PRIVMSG #lobby :no more")
    assert ";bot" not in alice.reads()[0]


def test_nobody_makes_another_user_a_bot() -> None:
    alice, _ = two("message-tags")
    (line,) = alice.asks("MODE bob +B")
    assert line.split()[1] == "502"
    assert not any(" 335 " in each for each in alice.asks("WHOIS bob"))
