"""
What clients are told of others who share a room with them: away, accounts, names, typing.
"""

import pytest
from logins import SECRET
from shared_accounts import registered
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


def test_a_user_reads_at_each_client_once_that_they_are_away_whichever_has_said_so() -> None:
    here = Clients()
    terminal = registered(here.chat, "alice")
    first, second = here.connect(), here.connect()
    for client in (first, second):
        client.asks("CAP REQ away-notify", "CAP END", f"PASS :{SECRET}", "NICK alice")
        assert " 001 alice " in client.asks("USER a 0 * :A")[0]
    away = ":chat.example 306 alice :You are marked as away. /away ends that."
    back = ":chat.example 305 alice :Welcome back."
    terminal.types("/away gone")
    assert (first.reads(), second.reads()) == ([away], [away])
    assert first.asks("AWAY") == [back]
    assert second.reads() == [back]
    terminal.reads()
    assert second.asks("AWAY :tea") == [away]
    assert first.reads() == [away]
    # A terminal shows what is typed there.
    assert terminal.reads() == []
    terminal.types("/back")
    # The fourth change of a minute: others are told of it later, and their own clients at once.
    assert (first.reads(), second.reads()) == ([back], [back])


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


# -- bans and mutes -------------------------------------------------------------------------------


def channel() -> tuple[Clients, Client, Client, Client]:
    """
    Return a server, and in #den its owner olga, opal, who operates it too, and bob.
    """
    here = Clients()
    olga, opal, bob = (here.arrive(nick) for nick in ("olga", "opal", "bob"))
    olga.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    opal.sends("JOIN #den")
    bob.sends("JOIN #den")
    olga.sends("MODE #den +o opal")
    for client in (olga, opal, bob):
        client.reads()
    return here, olga, opal, bob


def test_a_mute_and_its_end_are_told_to_all_operators_of_the_channel_and_not_to_members() -> None:
    _, olga, opal, bob = channel()
    assert olga.asks("MODE #den +b m:bob") == [":olga!~u@chat MODE #den +b m:bob!*@*"]
    assert opal.reads() == [":olga!~u@chat MODE #den +b m:bob!*@*"]
    assert not any(" MODE " in line for line in bob.reads())
    assert opal.asks("UNMUTE #den bob") == [":opal!~u@chat MODE #den -b m:bob!*@*"]
    assert olga.reads() == [":opal!~u@chat MODE #den -b m:bob!*@*"]
    assert not any(" MODE " in line for line in bob.reads())


def test_a_ban_at_a_terminal_is_told_in_irc_and_one_that_was_set_twice_ends_once() -> None:
    here, olga, opal, _ = channel()
    tina = here.chat.arrive("tina")
    tina.types("/join den")
    olga.sends("MODE #den +o tina")
    olga.reads()
    opal.reads()
    tina.types("/ban carol 1m", "/ban carol 1h")
    told = [":tina!~u@chat MODE #den +b carol!*@*"] * 2
    assert opal.reads() == olga.reads() == told
    tina.types("/unban carol")
    assert opal.reads() == olga.reads() == [":tina!~u@chat MODE #den -b carol!*@*"]


def test_a_ban_whose_time_is_over_is_ended_by_the_server() -> None:
    here, olga, opal, _ = channel()
    assert olga.asks("BAN #den carol 50s") == [":olga!~u@chat MODE #den +b carol!*@*"]
    opal.reads()
    here.chat.advance(60)
    assert opal.reads() == olga.reads() == [":chat.example MODE #den -b carol!*@*"]


def test_two_names_of_one_user_that_are_let_in_are_told_one_by_one() -> None:
    _, olga, opal, bob = channel()
    olga.sends("MODE #den +b bob")
    bob.sends("NICK robert")
    olga.sends("MODE #den +b robert")
    olga.reads()
    opal.reads()
    olga.sends("MODE #den -b robert")
    told = [":olga!~u@chat MODE #den -b bob!*@*", ":olga!~u@chat MODE #den -b robert!*@*"]
    assert sorted(opal.reads()) == sorted(olga.reads()) == told


def test_the_ban_of_an_address_is_told_to_operators_of_the_server_alone() -> None:
    here, olga, opal, _ = channel()
    sue = here.arrive("sue", "labeled-response", "batch")
    sue.sends("JOIN #den")
    here.chat.hub.find_user("sue").roles.add("operator")
    for client in (olga, opal, sue):
        client.reads()
    assert sue.asks("@label=1 MODE #den +b *!*@192.0.2.7") == [
        "@label=1 :sue!~u@chat MODE #den +b 192.0.2.7!*@*"
    ]
    assert olga.reads() == opal.reads() == []
    assert sue.asks("MODE #den -b *!*@192.0.2.7") == [":sue!~u@chat MODE #den -b 192.0.2.7!*@*"]
    assert olga.reads() == opal.reads() == []


def test_who_bans_from_outside_the_channel_is_told_and_no_operator_who_is_away_from_it() -> None:
    _, olga, opal, _ = channel()
    olga.sends("PART #den")
    opal.sends("PART #den")
    olga.reads()
    opal.reads()
    assert olga.asks("MODE #den +b carol") == [":olga!~u@chat MODE #den +b carol!*@*"]
    assert opal.reads() == []


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


def test_in_history_no_user_is_a_bot_as_another_one_may_have_had_the_nick() -> None:
    here = Clients()
    alice = here.arrive("alice", "message-tags", "batch", "server-time", "draft/chathistory")
    bob = here.arrive("bob")
    bob.sends("PRIVMSG #lobby :by hand", "MODE bob +B", "PRIVMSG #lobby :beep")
    tags = {line.rpartition(":")[2]: line.partition(" ")[0] for line in alice.reads()}
    assert tags["beep"].endswith(";bot")
    page = alice.asks("CHATHISTORY LATEST #lobby * 9")
    assert [line.rpartition(":")[2] for line in page[1:-1]] == ["by hand", "beep"]
    assert not any(line.partition(" ")[0].endswith(";bot") for line in page)


def test_in_history_a_plugin_is_a_bot() -> None:
    here = Clients()
    alice = here.arrive("alice", "message-tags", "batch", "server-time", "draft/chathistory")
    here.chat.hub.bot("robo").say(here.chat.hub.rooms["lobby"], "beep")
    here.chat.advance()
    alice.reads()
    (line,) = alice.asks("CHATHISTORY LATEST #lobby * 9")[1:-1]
    assert ";bot :robo!~u@chat PRIVMSG #lobby :beep" in line


def test_nobody_makes_another_user_a_bot() -> None:
    alice, _ = two("message-tags")
    (line,) = alice.asks("MODE bob +B")
    assert line.split()[1] == "502"
    assert not any(" 335 " in each for each in alice.asks("WHOIS bob"))
